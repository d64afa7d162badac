"""The pages of a programme's duties: by unit and turn, line by line, and the rows that counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bangfu.desk.errors import says_who_may
from bangfu.desk.kinds import kinds_seen
from bangfu.desk.lines_out import Lines, hand_out, number_cell
from bangfu.desk.page import (
    Asked,
    asked,
    day_of,
    meaning_at,
    page_of,
    programme_or_404,
    reader,
    said,
)
from bangfu.desk.table import table, usual_order
from bangfu.ledger.conditions import Unsayable, basic
from bangfu.ledger.models import Programme
from bangfu.lists.columns import columns_of
from bangfu.lists.duty_board import (
    MOST,
    Board,
    Summary,
    UnitLine,
    duties_in,
    kept_for,
    keys_shown,
    summary,
)
from bangfu.lists.duty_words import asked_text, number_text
from bangfu.lists.judging import Line, Owed
from bangfu.lists.pages import total_of
from bangfu.lists.tallies import Tally
from bangfu.lists.turn_figures import Behind
from bangfu.paper.pages import LedgerColumn, Value
from bangfu.programmes.names import VERDICTS
from bangfu.programmes.readback import entry_readback
from bangfu.programmes.turns import Turn
from bangfu.programmes.units import with_unit

GOOD, BAD = ("met", "late"), ("short", "over")


@dataclass(frozen=True, slots=True)
class Told:
    """A duty on a page: its words, how it stands by unit, or why that cannot be said."""

    name: str
    title: str
    says: str
    found: Summary | None
    why: str = ""

    @property
    def turns(self) -> list[Turn]:
        """The latest turns, the latest first."""
        return self.found.turns[::-1] if self.found else []

    @property
    def lines(self) -> list[tuple[UnitLine, list[tuple[Turn | None, Tally]]]]:
        """Each unit with its tallies by turn, in the order of the turns."""
        if self.found is None:
            return []
        return [(line, self._in_order(line.tallies)) for line in self.found.lines]

    @property
    def sums(self) -> list[tuple[Turn | None, Tally]]:
        """All units together, in the order of the turns."""
        return self._in_order(self.found.sums()) if self.found else []

    def _in_order(self, tallies: Mapping[Turn | None, Tally]) -> list[tuple[Turn | None, Tally]]:
        turns: Sequence[Turn | None] = self.turns or [None]
        return [(turn, tallies.get(turn, Tally())) for turn in turns]


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
        "duties": [
            _told(programme, one, dates) for one, _entry in duties_in(programme, dates.moment)
        ],
    }
    return render(request, "desk/duties.html", context)


@require_GET
def show(request: HttpRequest, name: str, duty: str) -> HttpResponse:
    """One duty: by unit for everybody, and the lines that the reader may see."""
    programme, dates, told = _asked(request, name, duty)
    found, lines, more = _wanted(request, programme, told, dates)
    page = page_of(request, lines, len(lines))
    context = {
        "programme": programme,
        "dates": dates,
        "told": told,
        "due": day_of(request.GET.get("due")),
        "verdicts": [(key, VERDICTS[key]) for key in VERDICTS if key not in ("free", "counted")],
        "chosen": request.GET.get("verdict", ""),
        "page": page,
        "total": len(lines),
        "most": MOST if more else 0,
        "lines": _shown(found, list(page.object_list)) if found else [],
        "counted": found is not None and _leads_to_rows(request, found),
        "kept_for": kept_for(reader(request), told.found.duty) if told.found else [],
        "asked": request.GET,
    }
    return render(request, "desk/duty.html", context)


@require_http_methods(["GET", "POST"])
@says_who_may
def handed_out(request: HttpRequest, name: str, duty: str) -> HttpResponseBase:
    """The lines of a duty that the reader may see, as a workbook."""
    programme, dates, told = _asked(request, name, duty)
    found, lines, more = _wanted(request, programme, told, dates)
    if found is None or not lines:
        raise Http404
    verdict, due = request.GET.get("verdict", ""), day_of(request.GET.get("due"))
    narrowed = {"verdict": verdict} if verdict else {}
    narrowed |= {"due": due.isoformat()} if due else {}
    asked_for = [said(VERDICTS[verdict])] if verdict in VERDICTS else [_("latest turns")]
    asked_for += [_("due %(day)s") % {"day": due}] if due else []
    cut = _("Only %(most)s of those that you may open are in the file.") % {"most": MOST}
    back = reverse("desk:duty", args=[name, duty]) + f"?{request.GET.urlencode()}"
    return hand_out(
        request,
        Lines(
            programme, duty, told.title, basic(found.duty.owner), dates, _columns(found),
            [_cells(one) for one in _shown(found, lines)], narrowed, asked_for,
            [cut] if more else [],
        ),
        back,
    )  # fmt: skip


def _columns(found: Board) -> tuple[LedgerColumn, ...]:
    """The headings of a duty's lines in a file; what is read and asked once for each claim."""
    several = len(found.duty.asked) > 1
    told = [
        LedgerColumn(f"{label} {number}" if several else label, "number", width)
        for number, _claim in enumerate(found.duty.asked, 1)
        for label, width in ((_("Done"), 10), (_("Asked"), 16))
    ]
    return (
        LedgerColumn(_("Who owes it"), width=24), LedgerColumn(_("Unit"), width=24),
        LedgerColumn(_("First day"), "date"), LedgerColumn(_("Last day"), "date"), *told,
        LedgerColumn(_("Due"), "date"), LedgerColumn(_("State"), width=14),
        LedgerColumn(_("Days late"), "number", 10), LedgerColumn(_("Days without"), width=24),
    )  # fmt: skip


def _cells(one: Shown) -> list[Value]:
    owed = one.owed
    parts: list[Value] = []
    for line, (_done, wanted) in zip(owed.lines, one.parts, strict=True):
        parts += [number_cell(line.reading, line.sort, line.high), wanted]
    gaps = _(", ").join(f"{gap.began} – {gap.ended}" for gap in owed.gaps)
    return [
        one.called, one.unit, owed.turn.asked.began, owed.ended, *parts, owed.due, one.verdict,
        owed.days_late, gaps,
    ]  # fmt: skip


def _wanted(
    request: HttpRequest, programme: Programme, told: Told, dates: Asked
) -> tuple[Board | None, list[Owed], bool]:
    """The lines that the address asks for, what lacks first, of those that the reader may see."""
    found, more = _mine(request, programme, told, dates)
    due, verdict = day_of(request.GET.get("due")), request.GET.get("verdict", "")
    lines = [
        one
        for one in (found.owed if found else ())
        if one.verdict != "free" and due in (None, one.due) and verdict in ("", one.verdict)
    ]
    lines.sort(key=lambda one: (one.verdict in ("met", "counted", "late"), -one.due.toordinal()))
    return found, lines, more


def _mine(
    request: HttpRequest, programme: Programme, told: Told, dates: Asked
) -> tuple[Board | None, bool]:
    """The board of what the reader is shown line by line, and whether there is more.

    Its latest turns; narrowed to those that stand in one way, all turns so far.
    """
    if told.found is None:
        return None, False
    only, more = keys_shown(reader(request), told.found.duty)
    since = told.found.duty.meaning.file.from_ if "verdict" in request.GET else None
    return Board.of(programme, told.name, dates.moment, since=since, only=only), more


def _leads_to_rows(request: HttpRequest, found: Board) -> bool:
    """Whether what counted is shown row by row; of some lists the file shows totals only."""
    listing = found.duty.counting.listing
    shut = listing.totals_only or listing.is_kept_from(reader(request))
    return listing.kind.name in kinds_seen(request) and not shut


def turns_page(
    request: HttpRequest, behind: Behind, dates: Asked, *, title: str, about: str, back: str
) -> HttpResponse:
    """The turns that were counted for a number, as far as the reader may see whose they are."""
    duty, programme = behind.duty, behind.duty.meaning.row
    found = Board.about(duty, behind.owed)
    open_ = [] if duty.entry.readers == () else found.shown_to(reader(request))
    page = page_of(request, sorted(open_, key=lambda one: one.due, reverse=True), len(open_))
    context = {
        "programme": programme,
        "dates": dates,
        "name": duty.name,
        "duty_title": duty.entry.title or duty.name,
        "title": title,
        "about": about,
        "back": back,
        "page": page,
        "withheld": len(behind.owed) - len(open_),
        "kept_for": kept_for(reader(request), duty),
        "lines": _shown(found, list(page.object_list)),
        "counted": _leads_to_rows(request, found),
        "asked": request.GET,
    }
    return render(request, "desk/turns.html", context)


@require_GET
def rows(request: HttpRequest, name: str, duty: str, key: UUID, due: str) -> HttpResponse:
    """The rows that counted for one record until a day."""
    programme, dates = programme_or_404(request, name), asked(request)
    last, moment = day_of(due), dates.moment
    if duty not in [one for one, _entry in duties_in(programme, moment)] or last is None:
        raise Http404
    try:
        found = Board.of(programme, duty, moment, since=last, only=frozenset((key,)))
    except Unsayable as why:
        raise Http404 from why
    counting = found.duty.counting
    kind = counting.kind
    one = next((o for o in found.shown_to(reader(request)) if o.due == last), None)
    if one is None or not _leads_to_rows(request, found):
        raise Http404
    listing = replace(counting.listing, keys=one.facts)
    if kind.nature in ("state", "episode"):
        listing = listing.over(one.turn.asked)
    opened = listing.opened(reader(request), listing.sure())
    total = total_of(opened)
    page = page_of(request, opened.order_by(*usual_order(kind)), total)
    context = {
        "programme": programme,
        "dates": dates,
        "name": duty,
        "title": found.duty.entry.title or duty,
        "line": _shown(found, [one])[0],
        "kind": kind,
        "total": total,
        "withheld": max(0, len(one.facts) - total),
        "page": page,
        "table": table(listing, page.object_list, columns_of(kind)),
        "asked": request.GET,
    }
    return render(request, "desk/duty_rows.html", context)


def _asked(request: HttpRequest, name: str, duty: str) -> tuple[Programme, Asked, Told]:
    programme, dates = programme_or_404(request, name), asked(request)
    meaning_at(programme, dates)
    if duty not in [one for one, _entry in duties_in(programme, dates.moment)]:
        raise Http404
    return programme, dates, _told(programme, duty, dates)


def _told(programme: Programme, name: str, dates: Asked) -> Told:
    file = meaning_at(programme, dates).file
    passage = entry_readback(file, "duty", name)
    says = said(passage.text)
    title = file.title_of(name)
    try:
        return Told(name, title, says, summary(programme, name, dates.moment))
    except Unsayable as why:
        return Told(name, title, says, None, str(why))


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
            mark_of(one.verdict),
        )
        for one in owed
    ]


def mark_of(verdict: str) -> str:
    """How a verdict is marked: good, bad, or not at all."""
    return "good" if verdict in GOOD else "bad" if verdict in BAD else ""


def _part(line: Line) -> tuple[str, str]:
    """A reading and what is asked, with the unit where the language of the page has it."""
    told = number_text(line.reading, line.sort, line.high)
    return said(with_unit(told, line.unit)), said(asked_text(line.bounds, line.sort, line.unit))
