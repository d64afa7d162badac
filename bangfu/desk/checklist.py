"""Checklists at the desk: who lacks what, and the ticks that only a person can give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from bangfu.desk.asks import Day, ask
from bangfu.desk.behind import rows_page
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters, subject_for
from bangfu.desk.evidence import let_choose_file
from bangfu.desk.page import (
    Asked,
    address_of,
    asked,
    meaning_at,
    name_of,
    programme_or_404,
    reader,
    record_or_404,
    subject_or_404,
)
from bangfu.ledger import clock
from bangfu.ledger.access import allows
from bangfu.ledger.actions import tick as ticks
from bangfu.ledger.actions.event import By
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.models import Programme, Tick
from bangfu.ledger.moment import Moment
from bangfu.lists.checklists import Line, Ticked, checklists_in, lines, members, rows_behind
from bangfu.lists.pages import names_of
from bangfu.programmes.schema import Checklist

#: So many lines stand on one page; who has more names an item or looks at a place.
MOST = 60


class MarkForm(EntryForm):
    """When it was seen, and by what that is shown."""

    on = Day(label=gettext_lazy("Seen to be so on"), initial=clock.today)
    evidence = ask("tick", "evidence", lines=2, max_length=300)
    file = forms.ChoiceField(label=gettext_lazy("File or photo"), required=False)


@dataclass(frozen=True, slots=True)
class Cell:
    """One item of one record as the page shows it."""

    item: str
    title: str
    ticked: Ticked
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One record on a checklist."""

    key: UUID
    called: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class ListTold:
    """A checklist with those who lack something, or why there is nothing to say."""

    name: str
    entry: Checklist
    lines: Sequence[Row]
    more: bool
    why: str = ""


@require_GET
def board(request: HttpRequest, name: str) -> HttpResponse:
    """Every checklist of a programme: who lacks what, or everybody."""
    programme, dates = programme_or_404(request, name), asked(request)
    meaning_at(programme, dates)
    show = request.GET.get("show", "lacking")
    context = {
        "programme": programme,
        "dates": dates,
        "show": show,
        "marks": dates.present and allows(reader(request), "tick.mark", programme=programme),
        "heading": _("Checklists"),
        "entries": [
            _told(request, programme, key, entry, dates, show)
            for key, entry in checklists_in(programme, dates.moment)
        ],
    }
    return render(request, "desk/checklists.html", context)


def _told(
    request: HttpRequest, programme: Programme, name: str, entry: Checklist, dates: Asked, show: str
) -> ListTold:
    lacking = "" if show == "all" else show if show in entry.items else "*"
    try:
        rows = members(reader(request), programme, name, dates.moment)
        found = list(islice(lines(programme, name, dates.moment, rows, lacking=lacking), MOST + 1))
    except Unsayable as why:
        return ListTold(name, entry, [], False, str(why))
    called = names_of((one.key for one in found), dates.moment)
    told = [_row(one, entry, called.get(one.key, "")) for one in found[:MOST]]
    return ListTold(name, entry, told, len(found) > MOST)


def _row(line: Line, entry: Checklist, called: str) -> Row:
    cells = [
        Cell(key, check.title or key, line.items[key], ticks.by_hand(check))
        for key, check in entry.items.items()
    ]
    return Row(line.key, called, cells)


@require_GET
def rows(request: HttpRequest, name: str, entry: str, item: str, key: UUID) -> HttpResponse:
    """The records that show an item for somebody."""
    programme, dates = programme_or_404(request, name), asked(request)
    meaning_at(programme, dates)
    found = dict(checklists_in(programme, dates.moment)).get(entry)
    if found is None or item not in found.items:
        raise Http404
    if not members(reader(request), programme, entry, dates.moment).filter(fact=key).exists():
        raise Http404
    try:
        listing, facts = rows_behind(programme, entry, item, key, dates.moment)
    except Unsayable as why:
        raise Http404 from why
    return rows_page(
        request, listing, facts, programme=programme, title=found.items[item].title or item,
        about=names_of((key,), dates.moment).get(key, ""),
        back=reverse("desk:checklists", args=[name]) + dates.parameters + f"#{entry}",
    )  # fmt: skip


@enters("tick.mark")
def mark(request: HttpRequest, name: str, entry: str, item: str, key: UUID) -> HttpResponse:
    """Ticks an item for somebody, on evidence."""
    programme = programme_or_404(request, name)
    found = dict(checklists_in(programme, Moment.present())).get(entry)
    if found is None or item not in found.items or not ticks.by_hand(found.items[item]):
        raise Http404
    kind, row = subject_or_404(request, key, Moment.present())
    check, back = found.items[item], reverse("desk:checklists", args=[name]) + f"#{entry}"
    form = MarkForm(request)
    file_of = let_choose_file(request, form, kind, key)

    def act(by: By, told: dict[str, Any]) -> Tick:
        told["file"] = file_of(told["file"])
        return ticks.mark(
            by=by, programme=programme, name=entry, item=item, subject=subject_for(by, row), **told
        )

    done = entered(request, form, act, word=_("It is ticked."), to=back)
    return done or asking(
        request, form, title=check.title or item, back=back, programme=programme,
        about=f"{found.title or entry} · {name_of(row)}", template="desk/tick.html",
        check=check, add=reverse("desk:file_add", args=[key]),
    )  # fmt: skip


@enters("tick.take_back")
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back a tick that was a mistake."""
    held: Tick = record_or_404(request, "tick", key)
    form, back = NothingMore(request), address_of("tick", key)
    to = reverse("desk:checklists", args=[held.programme.name]) + f"#{held.name}"
    done = entered(
        request, form, lambda by, _told: ticks.take_back(by=by, tick=held),
        word=_("The tick was taken back."), to=to,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Take back"), about=name_of(held.subject), back=back,
        button=_("Take back"),
    )  # fmt: skip
