"""What templates of the desk need beyond Django's own: labels, icons, links, marks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, Select, TextInput
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bangfu.desk.kinds import several as called_together
from bangfu.desk.page import Asked, address_of, number_said, said
from bangfu.desk.pick import offered
from bangfu.desk.saved_list import shared_in_words
from bangfu.desk.table import Row, Table
from bangfu.desk.type_size import size_for
from bangfu.ledger import clock
from bangfu.ledger.access import ROLES, holds, kinds_of
from bangfu.ledger.models import SavedList, User
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.accounts import code_of_demonstration, open_accounts
from bangfu.lists.columns import Cell
from bangfu.lists.figure import Figure
from bangfu.lists.numbers import Number, Reading
from bangfu.lists.saved_lists import lists_of
from bangfu.programmes import times_said
from bangfu.programmes.kinds import Kind, Label
from bangfu.programmes.schema import Workflow
from bangfu.programmes.units import unit_called
from bangfu.programmes.ways import step_title

register = template.Library()


@register.filter(name="said")
def said_filter(of: Label | str | None) -> str:
    """A label in the language of the page; plain text stays as it is."""
    return said(of) if isinstance(of, Label) else of or ""


@register.filter
def both(of: Mapping[str, str]) -> str:
    """A label that was kept as data, in the language of the page."""
    return said(Label(of["zh"], of["en"]))


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon out of the sprite; it says nothing to a screen reader."""
    sprite = static("vendor/icons.svg")
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        sprite,
        name,
    )


@register.filter
def unit(of: str) -> str:
    """A unit of count in the language of the page."""
    return said(unit_called(of))


@register.filter
def several(of: Kind) -> str:
    """What a list of a kind is called in the language of the page."""
    return said(called_together(of))


@register.filter
def instant(value: dt.datetime | None) -> str:
    """An instant by the office's clock: 2026-11-22 08:30."""
    return value.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M") if value else ""


@register.filter
def yuan(fen: int | None) -> str:
    """Fen as yuan with two decimals."""
    return "" if fen is None else f"{Decimal(fen) / 100:,.2f}"


@register.simple_tag(takes_context=True)
def linked(context: Context, cell: Cell, parameters: str = "") -> SafeString:
    """What a cell says, as a link where it points at a record of a kind that its reader opens."""
    return mark_safe(_linked(cell, _kinds_open(context), escape(parameters)))


def _kinds_open(context: Context) -> set[str]:
    return kinds_of(context["request"].user) | {"subject"}


def _linked(cell: Cell, opens: Collection[str], parameters: str) -> str:
    told = escape(cell.text)
    if cell.to is None or cell.to[0] not in opens or not cell.text:
        return told
    return f'<a href="{address_of(*cell.to)}{parameters}">{told}</a>'


@register.simple_tag(takes_context=True)
def drawn_rows(
    context: Context, table: Table, dates: Asked | str, first: int | str = ""
) -> SafeString:
    """The rows of a table on a page, with their numbers from ``first`` on where there is one."""
    return draw(table, dates, _kinds_open(context), first)


def draw(
    table: Table, dates: Asked | str, opens: Collection[str], first: int | str = ""
) -> SafeString:
    """The rows of a table, each cell a link where it points at a record of a kind that opens.

    Put together by hand: as nodes of a template fifty rows took more than finding them.
    """
    parameters = escape(dates.parameters if isinstance(dates, Asked) else "")
    columns = [(escape(one.label), "n" if one.number else "") for one in table.columns]
    drawn = [_drawn_row(row, columns, opens, parameters) for row in table.rows]
    if first:
        drawn = [f'<tr><td class="n">{n}</td>{row}' for n, row in enumerate(drawn, int(first))]
        return mark_safe("".join(drawn))
    return mark_safe("".join(f"<tr>{row}" for row in drawn))


def _drawn_row(
    row: Row, columns: Sequence[tuple[str, str]], opens: Collection[str], parameters: str
) -> str:
    parts = []
    for place, (cell, (label, number)) in enumerate(zip(row.cells, columns, strict=True)):
        if place == 0:
            told = f'<a href="{row.address}{parameters}">{escape(cell.text or "—")}</a>'
            called = f' class="{number}"' if number else ""
            parts.append(f'<th scope="row" data-label="{label}"{called}>{told}</th>')
            continue
        told = _linked(cell, opens, parameters)
        parts.append(f'<td data-label="{label}" class="{number}{_width(cell.text)}">{told}</td>')
    return "".join((*parts, "</tr>\n"))


def _width(text: str) -> str:
    """How wide a cell is to be, as a class."""
    if not text:
        return " none"
    return " long" if len(text) > 18 else " short" if len(text) < 12 else ""


@register.simple_tag
def reading_text(figure: Figure, reading: Reading) -> str:
    """A reading as it is shown: a number, a range where something is unknown, or a dash."""
    if reading.low is None:
        return "—"
    low = number_said(figure, reading.low)
    if reading.exact:
        return low
    high = number_said(figure, reading.high) if reading.high is not None else "…"
    return f"{low}–{high}"


@register.simple_tag(takes_context=True)
def type_size(context: Context) -> str:
    """In which size of type the page is set: empty for the usual one."""
    return size_for(context.get("request"))


#: Pages of the administration whose addresses stand apart from it.
_KEPT = ("desk:accounts", "desk:roles", "desk:journal")


@register.inclusion_tag("desk/parts/navigation.html", takes_context=True)
def navigation(context: Context) -> dict[str, Any]:
    """The bar above every page: where one can go, and which of these one is in."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"places": [], "request": request, "size": size_for(request)}
    here = request.path if request else ""
    places = [
        (reverse("desk:home"), "home", _("Today")),
        (reverse("desk:lists"), "list", _("Lists")),
        (reverse("desk:places"), "map-pin", _("Places")),
    ]
    if holds(user, ("administrator",)):
        places.append((reverse("desk:keeping"), "settings", _("Administration")))
    elif holds(user, ("inspector",)):
        places.append((reverse("desk:journal"), "history", _("Journal")))
    if places[-1][1] == "settings" and here.startswith(tuple(map(reverse, _KEPT))):
        here = places[-1][0]
    marked = [
        (address, mark, text, here == address or (address != "/" and here.startswith(address)))
        for address, mark, text in places
    ]
    return {"places": marked, "user": user, "request": request, "size": user.type_size}


@register.inclusion_tag("desk/parts/demo.html", takes_context=True)
def demo_accounts(context: Context) -> dict[str, Any]:
    """The demonstration's accounts, to come in with one click; nothing anywhere else."""
    there = open_accounts() if settings.BANGFU_DEMO else []
    roled = [one for one in there if one.roles]
    return {
        "accounts": sorted(roled, key=lambda one: one.roles[0].name != "helper"),
        "password": settings.BANGFU_DEMO_PASSWORD,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("desk/parts/demo_code.html")
def demo_code(form: Any) -> dict[str, str]:
    """The demonstration's code for a form that asks for one; nothing anywhere else."""
    return {"code": code_of_demonstration(form.user, getattr(form, "secret", None))}


@register.simple_tag
def kind_called(name: str) -> str:
    """What a kind of record is called."""
    return said(VOCABULARY[name].label) if name in VOCABULARY else name


@register.simple_tag
def role_called(name: str) -> str:
    """What a role is called; one that is no more keeps its word."""
    return said(ROLES[name].label) if name in ROLES else name


@register.simple_tag
def code_called(kind: str, key: str, word: str) -> str:
    """What a word of a field's code book is called."""
    codes = VOCABULARY[kind][key].codes
    return said(codes[word]) if word in codes else word


@register.simple_tag
def step_called(name: str, flow: Workflow, step: str) -> str:
    """What a step of a workflow of that name is called."""
    return said(step_title(name, flow, step))


@register.filter
def duration(text: str) -> str:
    """A length of time as a file says it, in words."""
    return said(times_said.duration(text))


@register.simple_tag(takes_context=True)
def hidden(context: Context, *but: str) -> SafeString:
    """The words of the page's address as hidden inputs, so that a form hands them on."""
    request = context["request"]
    pairs = [(k, v) for k, values in request.GET.lists() if k not in but for v in values if v]
    return format_html_join("", '<input type="hidden" name="{}" value="{}" />', pairs)


@register.simple_tag(takes_context=True)
def saved_lists(context: Context) -> list[dict[str, Any]]:
    """The saved lists that the reader sees, with what they list and who shares them."""
    user = context["request"].user
    return [
        {
            "row": row,
            "kind": VOCABULARY[row.kind].label if row.kind in VOCABULARY else row.kind,
            "told": _saved_as(row, user),
        }
        for row in lists_of(user)
    ]


@register.simple_tag(takes_context=True)
def saved_as(context: Context, row: SavedList) -> str:
    """Whose a saved list is, or with whom it is shared."""
    return _saved_as(row, context["request"].user)


def _saved_as(row: SavedList, user: User) -> str:
    if row.user_id != user.pk:
        return _("shared by %(who)s") % {"who": str(row.user)}
    shared = shared_in_words(row)
    return _("shared with %(whom)s") % {"whom": shared} if shared else _("mine alone")


@register.filter
def get(of: dict[str, Any], key: str) -> Any:
    """An entry of a table by its key."""
    return of.get(key)


@register.simple_tag
def reading_number(figure: Figure, value: Number) -> str:
    """One number of a figure as it is shown."""
    return number_said(figure, value)


@register.inclusion_tag("desk/parts/pick.html")
def pick(field: BoundField) -> dict[str, Any]:
    """A field in which records are picked: what is picked already, and the first that are found."""
    asked: Any = field.field
    form: Any = field.form
    text = form.request.POST.get(f"{field.html_name}-q", "").strip() if form.looking else ""
    keys = asked.keys(field.value())
    chosen, found, more = offered(asked.reader, asked.among, keys, text)
    return {
        "field": field,
        "name": field.html_name,
        "several": asked.several,
        "free": not asked.required,
        "address": asked.address(field.html_name),
        "typed": asked.typed(),
        "chosen": chosen,
        "found": found,
        "more": more,
        "text": text,
    }


@register.simple_tag
def typed(field: BoundField, name: str, usual: Sequence[str]) -> SafeString:
    """An input for one cell, with what the rest of its column says most often to choose from."""
    if not usual or not isinstance(field.field.widget, TextInput):
        return enter(field)
    field.field.widget.attrs["list"] = f"{name}-{field.auto_id}"
    offered = format_html_join("", '<option value="{}"></option>', ((word,) for word in usual))
    listed = format_html('<datalist id="{}-{}">{}</datalist>', name, field.auto_id, offered)
    return format_html("{}{}", enter(field), listed)


@register.simple_tag
def enter(field: BoundField) -> SafeString:
    """A field of a form as the desk draws its inputs; placeholders would repeat the label."""
    widget = field.field.widget
    plain = getattr(widget, "input_type", "") not in ("checkbox", "radio", "hidden")
    widget.attrs.pop("placeholder", None)
    drawn_as = "form-select" if isinstance(widget, Select) else "form-control"
    attrs: dict[str, str | bool] = {"class": drawn_as} if plain else {}
    if getattr(field.field, "sealed", False):
        attrs |= {"data-undrafted": "", "autocomplete": "off"}
    if field.errors:
        attrs |= {"aria-invalid": "true", "aria-describedby": f"{field.auto_id}_wrong"}
    return field.as_widget(attrs=attrs)
