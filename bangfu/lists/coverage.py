"""Coverage both ways, on every day: who has nobody, who has too few or too many, and from when.

Each side of a pairing is a list with a bound on how many of the other side it has. A sweep over
the days on which pairings begin and end finds the gaps; no day in between is looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from bangfu.ledger.conditions import lasting
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Pairing, Programme
from bangfu.ledger.moment import Moment
from bangfu.lists.belonging import STILL
from bangfu.lists.calendar import working_days
from bangfu.lists.claims import Bounds, Limits
from bangfu.lists.duties import spans_of, taken_in
from bangfu.lists.listing import Listing
from bangfu.programmes.period import Span, cut, gaps, later
from bangfu.programmes.schema import Pairing as PairingEntry
from bangfu.programmes.schema import Side

SIDES: tuple[Literal["helper", "subject"], ...] = ("helper", "subject")


@dataclass(frozen=True, slots=True)
class Covered:
    """One record of one side: how many of the other side it has, and the days with too few.

    ``gaps`` are those that were longer than the time for finding somebody new; ``now`` says that
    the last of them still lasts.
    """

    side: Literal["helper", "subject"]
    key: UUID
    has: int
    bounds: Bounds
    gaps: tuple[Span, ...]
    now: bool

    @property
    def too_many(self) -> bool:
        """Whether it has more than the pairing allows."""
        return self.bounds.most is not None and self.has > self.bounds.most

    @property
    def short(self) -> bool:
        """Whether it has too few on the day that is asked about."""
        return self.bounds.least is not None and self.has < self.bounds.least


def pairings_in(programme: Programme, moment: Moment) -> list[tuple[str, PairingEntry]]:
    """The pairings of a programme, in the file's order."""
    file = Meaning.of(programme, moment).file
    return [(n, e) for n, e in file.entries("pairing") if isinstance(e, PairingEntry)]


def coverage(programme: Programme, name: str, moment: Moment) -> list[Covered]:
    """Both sides of a pairing on a day, and their gaps since the pairing was decided."""
    meaning = Meaning.of(programme, moment)
    entry = meaning.pairing(name)
    over = _judged(meaning, name, entry, moment)
    if over is None:
        return []
    pairs = _pairs(meaning, name, moment)
    return [
        one
        for side in SIDES
        for one in _side(meaning, side, getattr(entry, side), pairs[side], over, moment)
    ]


def _judged(meaning: Meaning, name: str, entry: PairingEntry, moment: Moment) -> Span | None:
    """The days on which a pairing is judged: until the day, or until another takes its place."""
    began, ended = entry.from_ or meaning.file.from_, entry.to or meaning.file.to
    for _, other in meaning.file.entries("pairing"):
        if isinstance(other, PairingEntry) and other.from_ and name in (other.after or ()):
            ended = min(ended, other.from_ - dt.timedelta(days=1))
    last = min(ended, moment.on)
    return Span(began, last) if began <= last else None


Sides = Mapping[str, dict[UUID, list[tuple[UUID, Span]]]]


def _pairs(meaning: Meaning, name: str, moment: Moment) -> Sides:
    """For each side the others with their days, by record."""
    rows = Pairing.objects.known(moment.known_at)
    found: Sides = {"helper": {}, "subject": {}}
    for helper, subject, began, ended in rows.filter(
        programme=meaning.programme_key(), name=name
    ).values_list("helper", "subject", "began", "ended"):
        span = Span(began, ended or STILL)
        found["helper"].setdefault(helper, []).append((subject, span))
        found["subject"].setdefault(subject, []).append((helper, span))
    return found


def _side(
    meaning: Meaning,
    side: Literal["helper", "subject"],
    entry: Side,
    pairs: dict[UUID, list[tuple[UUID, Span]]],
    over: Span,
    moment: Moment,
) -> Iterator[Covered]:
    """Everybody on the list of a side on the day that is judged last."""
    at = moment.on_day(over.ended)
    listing = Listing(tuple(entry.of), at, entry.where or {}, meaning.row, file=meaning)
    limits = Limits(meaning, listing.kind, 1)
    there = spans_of(lasting(listing.kind, moment), listing.kind)
    names = [one for name in entry.of for one in meaning.file.names.chain(name)]
    for taken in [one for one in names if meaning.sort_of(one) == "enrol"][:1]:
        days = taken_in(meaning, taken, moment)
        there = {
            k: [p for s in spans for p in cut(days.get(k, ()), s)] for k, spans in there.items()
        }
    for key in listing.sure().order_by("pk").values_list("fact", flat=True):
        bounds = limits.of(entry, key, at)
        held = pairs.get(key, [])
        missing = _gaps([span for _, span in held], there.get(key, ()), bounds, over, entry.within)
        has = len({other for other, span in held if over.ended in span})
        lasts = bool(missing) and missing[-1].ended == over.ended
        yield Covered(side, key, has, bounds, missing, lasts)


def _gaps(
    held: list[Span],
    there: list[Span] | tuple[Span, ...],
    bounds: Bounds,
    over: Span,
    within: str | None,
) -> tuple[Span, ...]:
    """The days with fewer than the least, of those that a record was there."""
    if bounds.least is None or bounds.least < 1:
        return ()
    found = [gap for days in cut(there, over) for gap in gaps(held, days, least=int(bounds.least))]
    if within is None:
        return tuple(found)
    days = working_days()
    return tuple(g for g in found if g.ended >= later(g.began, within, workdays=days))
