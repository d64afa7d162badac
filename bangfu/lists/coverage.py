"""Coverage both ways, on every day: who has nobody, who has too few or too many, and from when.

Each side of a pairing is a list with a bound on how many of the other side it has; so is each side
of an agreement. A sweep over the days on which they begin and end finds the gaps; no day in between
is looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.conditions import lasting
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Agreement, Pairing, Programme, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.workdays import working_days
from bangfu.lists.belonging import STILL
from bangfu.lists.claims import Bounds, Limits
from bangfu.lists.duties import spans_of, taken_in
from bangfu.lists.duty_board import fact_tables, open_by_name, question_of
from bangfu.lists.listing import Listing
from bangfu.lists.readings import kept
from bangfu.programmes.bounds import says_how_many
from bangfu.programmes.kinds import Kind
from bangfu.programmes.period import Span, cut, gaps, later, merged
from bangfu.programmes.schema import Agreement as AgreementEntry
from bangfu.programmes.schema import Pairing as PairingEntry
from bangfu.programmes.schema import Side

SideName = Literal["helper", "subject"]
Rule = PairingEntry | AgreementEntry
SIDES: tuple[SideName, ...] = ("helper", "subject")
#: So many records of a side are looked at together.
AT_ONCE = 1_000
#: Up to so many with whom something is amiss are kept by their keys.
FEW = 1_000


@dataclass(frozen=True, slots=True)
class Covered:
    """One record of one side: how many of the other side it has, and the days with too few.

    ``gaps`` are those that were longer than the time for finding somebody new; ``now`` says that
    the last of them still lasts.
    """

    side: SideName
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

    @property
    def amiss(self) -> bool:
        """Whether it has too few or too many, or had gaps."""
        return bool(self.gaps) or self.short or self.too_many


def pairings_in(programme: Programme, moment: Moment) -> list[tuple[str, Rule]]:
    """The pairings of a programme, and its agreements that say how many, in the file's order."""
    return judged_in(Meaning.of(programme, moment))


def judged_in(meaning: Meaning) -> list[tuple[str, Rule]]:
    """The same of a file that was read already."""
    return [
        (name, entry)
        for name, entry in meaning.file.entries("pairing", "agreement")
        if isinstance(entry, PairingEntry)
        or (isinstance(entry, AgreementEntry) and any(map(says_how_many, _sides(entry))))
    ]


def _sides(rule: Rule) -> tuple[Side, Side]:
    return rule.helper, rule.subject


def _side_of(meaning: Meaning, name: str, side: SideName) -> Side:
    rule = meaning.file.entry(name)
    assert isinstance(rule, PairingEntry | AgreementEntry)
    return rule.helper if side == "helper" else rule.subject


def kind_of(programme: Programme, name: str, side: SideName, moment: Moment) -> Kind:
    """The kind of record that stands on a side of a pairing."""
    return meant(Meaning.of(programme, moment), name, side, moment).kind


def meant(meaning: Meaning, name: str, side: SideName, moment: Moment) -> Listing:
    """Whom the rule of a pairing means on one of its sides."""
    rule = _side_of(meaning, name, side)
    return Listing(tuple(rule.of or ()), moment, rule.where or {}, meaning.row, file=meaning)


def coverage(programme: Programme, name: str, moment: Moment) -> list[Covered]:
    """Both sides of a pairing on a day, and their gaps since the pairing was decided."""
    meaning = Meaning.of(programme, moment)
    return [one for side in SIDES for one in _side(meaning, name, side, moment)]


@dataclass(frozen=True, slots=True)
class Sum:
    """How many stand on a side of a pairing, and with how many something is amiss.

    ``few``: which these are, as long as they are few.
    """

    total: int
    short: int
    over: int
    gapped: int
    amiss: int
    few: tuple[UUID, ...] | None


def summed(programme: Programme, name: str, side: SideName, moment: Moment) -> Sum:
    """A side of a pairing in numbers: kept while nothing that it stands on has changed."""
    meaning = Meaning.of(programme, moment)

    def look() -> dict[str, Any]:
        counted, few = [0, 0, 0, 0, 0], list[str]()
        for one in _side(meaning, name, side, moment):
            says = (True, one.short, one.too_many, bool(one.gaps), one.amiss)
            counted = [number + said for number, said in zip(counted, says, strict=True)]
            if one.amiss and len(few) <= FEW:
                few.append(str(one.key))
        return {"counted": counted, "few": few if len(few) <= FEW else None}

    answer = kept(question_of(meaning, moment, coverage=name, side=side), fact_tables(), look)
    total, short, over, gapped, wrong = answer["counted"]
    few = None if answer["few"] is None else tuple(map(UUID, answer["few"]))
    return Sum(total, short, over, gapped, wrong, few)


def amiss_for(
    user: User, programme: Programme, name: str, side: SideName, found: Sum, moment: Moment,
    *, most: int,
) -> list[Covered]:  # fmt: skip
    """The first of a side with whom something is amiss and whom the account may see by name."""
    if not found.amiss:
        return []

    def narrow(kind: Kind, rows: QuerySet[Any]) -> QuerySet[Any]:
        those = rows if found.few is None else rows.filter(fact__in=found.few)
        return open_by_name(user, side, kind, those, moment)

    walked = _side(Meaning.of(programme, moment), name, side, moment, narrow)
    return list(islice((one for one in walked if one.amiss), most))


def _everybody(_kind: Kind, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows


def _side(
    meaning: Meaning,
    name: str,
    side: SideName,
    moment: Moment,
    narrow: Callable[[Kind, QuerySet[Any]], QuerySet[Any]] = _everybody,
) -> Iterator[Covered]:
    """Those on the list of a side on the day that is judged last, so many at a time."""
    judged = meaning.file.judged(name)
    over = judged and judged.overlap(Span(dt.date.min, moment.on))
    if over is None:
        return
    entry = _side_of(meaning, name, side)
    at = moment.on_day(over.ended)
    listing = meant(meaning, name, side, at)
    limits = Limits(meaning, listing.kind, 1)
    stretches = limits.stretches(entry, over)
    rows = narrow(listing.kind, listing.sure()).order_by("pk")
    keys = rows.values_list("fact", flat=True).iterator(chunk_size=AT_ONCE)
    while some := list(islice(keys, AT_ONCE)):
        there = _there(meaning, entry, listing.kind, some, moment)
        pairs = _pairs(meaning, name, side, some, moment)
        for key in some:
            bounds, held = limits.of(entry, key, at), pairs.get(key, [])
            days, spans = there.get(key, ()), [span for _, span in held]
            asked = [(part, limits.of(entry, key, moment.on_day(part.ended))) for part in stretches]
            missing = _gaps(spans, days, asked, entry.within)
            has = len({other for other, span in held if over.ended in span})
            lasts = bool(missing) and missing[-1].ended == over.ended
            yield Covered(side, key, has, bounds, missing, lasts)


def _there(
    meaning: Meaning, entry: Side, kind: Kind, keys: list[UUID], moment: Moment
) -> dict[UUID, list[Span]]:
    """The days on which some records were there and taken in."""
    there = spans_of(lasting(kind, moment).filter(fact__in=keys), kind)
    names = [one for name in entry.of or () for one in meaning.file.names.chain(name)]
    for taken in [one for one in names if meaning.sort_of(one) == "enrol"][:1]:
        days = taken_in(meaning, taken, moment, keys)
        there = {
            k: [p for s in spans for p in cut(days.get(k, ()), s)] for k, spans in there.items()
        }
    return there


def _pairs(
    meaning: Meaning, name: str, side: SideName, keys: list[UUID], moment: Moment
) -> dict[UUID, list[tuple[UUID, Span]]]:
    """For some records of a side the others with their days."""
    other = "subject" if side == "helper" else "helper"
    model: Any = Pairing if meaning.sort_of(name) == "pairing" else Agreement
    rows = model.objects.known(moment.known_at).filter(
        programme=meaning.programme_key(), name=name, **{f"{side}__in": keys}
    )
    found: dict[UUID, list[tuple[UUID, Span]]] = {}
    for key, partner, began, ended in rows.values_list(side, other, "began", "ended"):
        found.setdefault(key, []).append((partner, Span(began, ended or STILL)))
    return found


def _gaps(
    held: list[Span],
    there: list[Span] | tuple[Span, ...],
    asked: list[tuple[Span, Bounds]],
    within: str | None,
) -> tuple[Span, ...]:
    """The days with fewer than the least that was asked then, of those that a record was there."""
    found = merged(
        gap
        for over, bounds in asked
        if bounds.least is not None and bounds.least >= 1
        for days in cut(there, over)
        for gap in gaps(held, days, least=int(bounds.least))
    )
    if within is None:
        return found
    days = working_days()
    return tuple(g for g in found if g.ended >= later(g.began, within, workdays=days))
