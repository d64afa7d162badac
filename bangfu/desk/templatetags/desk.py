"""What templates of the desk need beyond Django's own: labels, icons, links, marks."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BoundField
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bangfu.desk.page import address_of, number_said, said
from bangfu.ledger import clock
from bangfu.ledger.access import roles_of
from bangfu.ledger.models import User
from bangfu.lists.columns import Cell
from bangfu.lists.figure import Figure, Number, Reading
from bangfu.programmes.kinds import Label

register = template.Library()


@register.filter(name="said")
def said_filter(of: Label | str | None) -> str:
    """A label in the language of the page; plain text stays as it is."""
    return said(of) if isinstance(of, Label) else of or ""


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
def instant(value: dt.datetime | None) -> str:
    """An instant by the office's clock: 2026-11-22 08:30."""
    return value.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M") if value else ""


@register.filter
def yuan(fen: int | None) -> str:
    """Fen as yuan with two decimals."""
    return "" if fen is None else f"{Decimal(fen) / 100:,.2f}"


@register.filter
def to(cell: Cell) -> str:
    """The address of the record that a cell points at; empty if it points at none."""
    return address_of(*cell.to) if cell.to else ""


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


@register.inclusion_tag("desk/parts/navigation.html", takes_context=True)
def navigation(context: Context) -> dict[str, Any]:
    """The bar above every page: where one can go, and which of these one is in."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"places": [], "request": request}
    here = request.path if request else ""
    places = [
        (reverse("desk:home"), "home", _("Home")),
        (reverse("desk:lists"), "list", _("Lists")),
        (reverse("desk:places"), "map-pin", _("Places")),
    ]
    if roles_of(user) & {"inspector", "administrator"}:
        places.append((reverse("desk:journal"), "history", _("Journal")))
    marked = [
        (address, mark, text, here == address or (address != "/" and here.startswith(address)))
        for address, mark, text in places
    ]
    return {"places": marked, "user": user, "request": request}


@register.simple_tag(takes_context=True)
def hidden(context: Context, *but: str) -> SafeString:
    """The words of the page's address as hidden inputs, so that a form hands them on."""
    request = context["request"]
    pairs = [(k, v) for k, values in request.GET.lists() if k not in but for v in values if v]
    return format_html_join("", '<input type="hidden" name="{}" value="{}" />', pairs)


@register.filter
def get(of: dict[str, Any], key: str) -> Any:
    """An entry of a table by its key."""
    return of.get(key)


@register.simple_tag
def reading_number(figure: Figure, value: Number) -> str:
    """One number of a figure as it is shown."""
    return number_said(figure, value)


@register.simple_tag
def enter(field: BoundField) -> SafeString:
    """A field of a form as the desk draws its inputs; placeholders would repeat the label."""
    widget = field.field.widget
    plain = getattr(widget, "input_type", "") not in ("checkbox", "radio", "hidden")
    widget.attrs.pop("placeholder", None)
    return field.as_widget(attrs={"class": "form-control"} if plain else {})
