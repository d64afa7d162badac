"""The pages of a programme's targets: each milestone, the pace, and the rows that were counted."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from bangfu.desk.duties import turns_page
from bangfu.desk.kinds import kinds_seen
from bangfu.desk.page import (
    Asked,
    asked,
    meaning_at,
    page_of,
    programme_or_404,
    reader,
    said,
)
from bangfu.desk.table import table, usual_order
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.models import Programme, User
from bangfu.lists.columns import columns_of
from bangfu.lists.duty_words import asked_text, number_text, pace_text
from bangfu.lists.pages import names_of, total_of
from bangfu.lists.plan_lines import keys_open, open_lines, opens_rows
from bangfu.lists.targets import Reached, TargetOf, targets_in
from bangfu.programmes.names import VERDICTS
from bangfu.programmes.readback import entry_readback
from bangfu.programmes.units import with_unit

#: So many records stand below a target; of the rest only the number is said.
MOST = 50


@dataclass(frozen=True, slots=True)
class Milestone:
    """One line of a target: what was read, what is asked, and how it goes."""

    place: int
    told: Reached
    called: str
    done: str
    wanted: str
    baseline: str
    verdict: str
    mark: str
    pace: str


@dataclass(frozen=True, slots=True)
class Told:
    """A target on a page: its words, its lines, what it follows, or why there are no lines."""

    name: str
    title: str
    says: str
    lines: list[Milestone]
    hidden: int
    follows: tuple[str, ...]
    counted: bool
    why: str = ""


@require_GET
def board(request: HttpRequest, name: str) -> HttpResponse:
    """All targets of a programme."""
    programme, dates = programme_or_404(request, name), asked(request)
    meaning_at(programme, dates)
    user = reader(request)
    context = {
        "programme": programme,
        "dates": dates,
        "targets": [
            _told(user, programme, one, dates) for one, _ in targets_in(programme, dates.moment)
        ],
    }
    return render(request, "desk/targets.html", context)


@require_GET
def rows(request: HttpRequest, name: str, target: str, place: int) -> HttpResponse:
    """The rows that were counted at one line of a target."""
    programme, dates = programme_or_404(request, name), asked(request)
    meaning_at(programme, dates)
    if target not in [one for one, _ in targets_in(programme, dates.moment)]:
        raise Http404
    user, seen = reader(request), kinds_seen(request)
    try:
        found_of = TargetOf.named(programme, target, dates.moment)
        one = _line(user, found_of, place)
        if (behind := found_of.turns_of(one)) is not None:
            return turns_page(
                request, behind, dates, title=meaning_at(programme, dates).file.title_of(target),
                about=f"{one.ended:%Y-%m-%d}", back=reverse("desk:targets", args=[name]),
            )  # fmt: skip
        listing = found_of.rows_of(one)
    except Unsayable as why:
        raise Http404 from why
    kind = listing.kind
    if kind.name not in seen or listing.totals_only or listing.is_kept_from(user):
        raise Http404
    found = listing.sure()
    opened = listing.opened(user, found)
    total, whole = total_of(opened), total_of(found)
    page = page_of(request, opened.order_by(*usual_order(kind)), total)
    context = {
        "programme": programme,
        "dates": dates,
        "title": meaning_at(programme, dates).file.title_of(target),
        "line": milestone(place, one, ""),
        "kind": kind,
        "total": total,
        "withheld": max(0, whole - total),
        "page": page,
        "table": table(listing, page.object_list, columns_of(kind)),
        "asked": request.GET,
    }
    return render(request, "desk/target_rows.html", context)


def _line(user: User, target: TargetOf, place: int) -> Reached:
    """One line: of the whole, or of one record that the reader may see."""
    lines = list(target.reached())
    if place >= len(lines) or target.totals_only:
        raise Http404
    one = lines[place]
    if one.key is not None and (
        one.reading is None or one.key not in keys_open(user, target, [one])
    ):
        raise Http404
    return one


def _told(user: User, programme: Programme, name: str, dates: Asked) -> Told:
    file = meaning_at(programme, dates).file
    says = said(entry_readback(file, "target", name).text)
    title = file.title_of(name)
    try:
        target = TargetOf.named(programme, name, dates.moment)
        lines = list(target.reached())
        counted = opens_rows(user, target)
    except Unsayable as why:
        return Told(name, title, says, [], 0, (), False, str(why))
    shown, hidden = lines, 0
    called: dict[UUID, str] = {}
    if target.entry.each:
        shown = [one for _, one in open_lines(user, target, lines)][:MOST]
        hidden = len(lines) - len(shown)
        called = names_of((one.key for one in shown if one.key), dates.moment)
    places = {id(one): place for place, one in enumerate(lines)}
    told = [
        milestone(places[id(one)], one, called.get(one.key, "") if one.key else "") for one in shown
    ]
    follows = tuple(file.title_of(one) for one in target.entry.after or () if one in file)
    return Told(
        name, title, says, told, hidden, follows, counted,
    )  # fmt: skip


def milestone(place: int, one: Reached, called: str) -> Milestone:
    """One line of a target as it is shown."""
    low, high = (one.reading.low, one.reading.high) if one.reading else (None, None)
    return Milestone(
        place,
        one,
        called,
        said(with_unit(number_text(low, one.sort, high), one.unit if one.reading else "")),
        said(asked_text(one.bounds, one.sort, one.unit)),
        number_text(one.baseline, one.sort) if one.baseline is not None else "",
        said(VERDICTS[one.verdict]),
        "good" if one.verdict == "met" else "bad" if one.verdict in ("short", "over") else "",
        said(pace_text(one.pace, one.sort, one.unit)) if one.pace else "",
    )
