"""The page of coverage: for each pairing both sides, who has nobody and from when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bangfu.desk.page import Asked, asked, meaning_at, programme_or_404, reader, said
from bangfu.ledger.conditions import Unsayable, lasting
from bangfu.ledger.models import Programme, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.coverage import SIDES, Covered, coverage, pairings_in
from bangfu.lists.duty_board import open_by_name
from bangfu.lists.duty_words import asked_text
from bangfu.lists.listing import Listing
from bangfu.lists.pages import names_of

#: So many lines stand on each side; of the rest only the number is said.
MOST = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One record that has too few or too many, or had gaps."""

    covered: Covered
    called: str
    wanted: str


@dataclass(frozen=True, slots=True)
class SideTold:
    """One side of a pairing: how many there are, how many want somebody, the lines to see."""

    side: str
    kind: str
    total: int
    short: int
    over: int
    gapped: int
    lines: list[Line]
    hidden: int


@dataclass(frozen=True, slots=True)
class Told:
    """A pairing with both sides, or why there is nothing to say."""

    name: str
    title: str
    sides: list[SideTold]
    why: str = ""


@require_GET
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Both sides of every pairing of a programme."""
    programme, dates = programme_or_404(request, name), asked(request)
    meaning_at(programme, dates)
    user = reader(request)
    names = [one for one, _ in pairings_in(programme, dates.moment)]
    context = {
        "programme": programme,
        "dates": dates,
        "pairings": [_told(user, programme, one, dates) for one in names],
    }
    return render(request, "desk/coverage.html", context)


def _told(user: User, programme: Programme, name: str, dates: Asked) -> Told:
    meaning = meaning_at(programme, dates)
    title = meaning.file.title_of(name)
    try:
        found = coverage(programme, name, dates.moment)
    except Unsayable as why:
        return Told(name, title, [], str(why))
    entry = meaning.pairing(name)
    sides = []
    for side in SIDES:
        of = getattr(entry, side).of
        listing = Listing(tuple(of), dates.moment, programme=programme, file=meaning)
        mine = [one for one in found if one.side == side]
        sides.append(_side(user, side, listing.kind.name, mine, dates.moment))
    return Told(name, title, sides)


def _side(user: User, side: str, kind: str, found: Sequence[Covered], moment: Moment) -> SideTold:
    amiss = [one for one in found if one.gaps or one.short or one.too_many]
    there = _open_to(user, side, kind, amiss, moment)
    shown = [one for one in amiss if one.key in there][:MOST]
    called = names_of((one.key for one in shown), moment)
    lines = [
        Line(one, called.get(one.key, ""), said(asked_text(one.bounds, "number"))) for one in shown
    ]
    return SideTold(
        side,
        said(VOCABULARY[kind].label),
        len(found),
        sum(one.short for one in found),
        sum(one.too_many for one in found),
        sum(bool(one.gaps) for one in found),
        lines,
        len(amiss) - len(shown),
    )


def _open_to(
    user: User, side: str, kind: str, amiss: Sequence[Covered], moment: Moment
) -> set[object]:
    """Whom of a side the account may see by name."""
    rows = lasting(VOCABULARY[kind], moment).filter(fact__in={one.key for one in amiss})
    seen = open_by_name(user, side, VOCABULARY[kind], rows, moment)
    return set(seen.values_list("fact", flat=True))
