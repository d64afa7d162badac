"""The page of coverage: for each pairing both sides, who has nobody and from when."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bangfu.desk.page import Asked, asked, meaning_at, programme_or_404, reader, said
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.models import Programme, User
from bangfu.ledger.moment import Moment
from bangfu.lists.coverage import (
    amiss_for,
    kind_of,
    pairings_in,
    summed,
)
from bangfu.lists.duty_words import asked_text
from bangfu.lists.pages import names_of
from bangfu.lists.sweep import SIDES, Covered, SideName

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
        sides = [_side(user, programme, name, side, dates.moment) for side in SIDES]
    except Unsayable as why:
        return Told(name, title, [], str(why))
    return Told(name, title, sides)


def _side(user: User, programme: Programme, name: str, side: SideName, moment: Moment) -> SideTold:
    found = summed(programme, name, side, moment)
    shown = amiss_for(user, programme, name, side, found, moment, most=MOST)
    called = names_of((one.key for one in shown), moment)
    lines = [
        Line(one, called.get(one.key, ""), said(asked_text(one.bounds, "number"))) for one in shown
    ]
    return SideTold(
        side,
        said(kind_of(programme, name, side, moment).label),
        found.total,
        found.short,
        found.over,
        found.gapped,
        lines,
        found.amiss - len(shown),
    )
