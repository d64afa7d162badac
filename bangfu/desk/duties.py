"""The pages of a programme's duties: by unit and turn, line by line, and the rows that counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bangfu.desk.listing import kinds_seen
from bangfu.desk.page import (
    Asked,
    asked,
    day_of,
    language,
    meaning_at,
    page_of,
    programme_or_404,
    reader,
    said,
)
from bangfu.desk.table import table, usual_order
from bangfu.ledger.access import opens
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.models import Programme
from bangfu.lists.columns import columns_of
from bangfu.lists.duty_board import Board, Tally, UnitLine, duties_in
from bangfu.lists.duty_words import VERDICTS, asked_text, number_text
from bangfu.lists.judging import Line, Owed
from bangfu.lists.pages import total_of
from bangfu.programmes.readback import entry_readback
from bangfu.programmes.turns import Turn

#: So many turns stand side by side; earlier ones are a click away.
ACROSS = 6
GOOD, BAD = ("met", "late"), ("short", "over")


@dataclass(frozen=True, slots=True)
class Told:
    """A duty on a page: its words, its board, or why there is none."""

    name: str
    title: str
    says: str
    board: Board | None
    why: str = ""

    @property
    def turns(self) -> list[Turn]:
        """The latest turns, the latest first."""
        return self.board.turns[::-1][:ACROSS] if self.board else []

    @property
    def lines(self) -> list[tuple[UnitLine, list[tuple[Turn | None, Tally]]]]:
        """Each unit with its tallies by turn, in the order of the turns."""
        if self.board is None:
            return []
        turns: Sequence[Turn | None] = self.turns or [None]
        return [
            (line, [(turn, line.tallies.get(turn, Tally())) for turn in turns])
            for line in self.board.tallies()
        ]

    @property
    def sums(self) -> list[tuple[Turn | None, Tally]]:
        """All units together, in the order of the turns."""
        if self.board is None:
            return []
        if not self.turns:
            return [(None, self.board.total())]
        return [
            (turn, self.board.total(one for one in self.board.owed if one.turn == turn))
            for turn in self.turns
        ]


@dataclass(frozen=True, slots=True)
class Shown:
    """One record's line: what to call it, its readings in words, its verdict and how to mark it."""

    owed: Owed
    called: str
    unit: str
    parts: list[tuple[str, str]]
    verdict: str
    mark: str


@require_GET
def board(request: HttpRequest, name: str) -> HttpResponse:
    """All duties of a programme by unit, turn by turn."""
    programme, dates = programme_or_404(request, name), asked(request)
    meaning_at(programme, dates)
    context = {
        "programme": programme,
        "dates": dates,
        "duties": [_told(programme, one, dates) for one, _ in duties_in(programme, dates.moment)],
    }
    return render(request, "desk/duties.html", context)


@require_GET
def show(request: HttpRequest, name: str, duty: str) -> HttpResponse:
    """One duty: by unit for everybody, and the lines that the reader may see."""
    programme, dates, told = _asked(request, name, duty)
    found = told.board
    lines = found.shown_to(reader(request)) if found else []
    wanted = day_of(request.GET.get("due"))
    lines = [one for one in lines if one.verdict != "free" and wanted in (None, one.due)]
    lines.sort(key=lambda one: (one.verdict in ("met", "counted", "late"), -one.due.toordinal()))
    page = page_of(request, lines, len(lines))
    context = {
        "programme": programme,
        "dates": dates,
        "told": told,
        "due": wanted,
        "page": page,
        "total": len(lines),
        "lines": _shown(found, list(page.object_list)) if found else [],
        "asked": request.GET,
    }
    return render(request, "desk/duty.html", context)


@require_GET
def rows(request: HttpRequest, name: str, duty: str, key: UUID, due: str) -> HttpResponse:
    """The rows that counted for one record until a day."""
    programme, dates, told = _asked(request, name, duty, frozenset((key,)))
    found, last = told.board, day_of(due)
    if found is None:
        raise Http404
    kind = found.duty.counting.kind
    one = next((o for o in found.shown_to(reader(request)) if o.due == last), None)
    if one is None or kind.name not in kinds_seen(request):
        raise Http404
    counting = found.duty.counting
    listing = replace(counting.listing, keys=one.facts)
    if kind.nature in ("state", "episode"):
        listing = listing.over(one.turn.asked)
    opened = opens(reader(request), kind, listing.sure())
    total = total_of(opened)
    page = page_of(request, opened.order_by(*usual_order(kind)), total)
    context = {
        "programme": programme,
        "dates": dates,
        "told": told,
        "line": _shown(found, [one])[0],
        "kind": kind,
        "total": total,
        "withheld": max(0, len(one.facts) - total),
        "page": page,
        "table": table(listing, page.object_list, columns_of(kind)),
        "asked": request.GET,
    }
    return render(request, "desk/duty_rows.html", context)


def _asked(
    request: HttpRequest, name: str, duty: str, only: frozenset[UUID] | None = None
) -> tuple[Programme, Asked, Told]:
    programme, dates = programme_or_404(request, name), asked(request)
    meaning_at(programme, dates)
    if duty not in [one for one, _ in duties_in(programme, dates.moment)]:
        raise Http404
    return programme, dates, _told(programme, duty, dates, only)


def _told(
    programme: Programme, name: str, dates: Asked, only: frozenset[UUID] | None = None
) -> Told:
    file = meaning_at(programme, dates).file
    passage = entry_readback(file, "duty", name)
    says = " ".join(said(one) for one in passage.sentences)
    title = file.title_of(name)
    since = dt.date.min if only else None
    try:
        made = Board.of(programme, name, dates.moment, since=since, only=only)
    except Unsayable as why:
        return Told(name, title, says, None, str(why))
    return Told(name, title, says, made)


def _shown(found: Board, owed: Sequence[Owed]) -> list[Shown]:
    """Some lines in words."""
    called = found.called(owed)
    units = {line.key: line.called for line in found.tallies()} if found.of_people else {}
    return [
        Shown(
            one,
            called[one.key],
            units.get(found.units.get(one.key), ""),
            [_part(line) for line in one.lines],
            said(VERDICTS[one.verdict]),
            "good" if one.verdict in GOOD else "bad" if one.verdict in BAD else "",
        )
        for one in owed
    ]


def _part(line: Line) -> tuple[str, str]:
    """A reading and what is asked, with the unit where the language of the page has it."""
    told = number_text(line.reading, line.sort, line.high)
    unit = line.unit if language() == "zh" else ""
    return f"{told}{unit}", said(asked_text(line.bounds, line.sort, line.unit))
