"""Which counted row belongs to which record: whole lists at once, never a question per record."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.conditions import Unsayable, basic
from bangfu.ledger.models import Agreement, Pairing
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once
from bangfu.ledger.paths import Value, value_along
from bangfu.ledger.prepared import Question, asked_of_keys
from bangfu.lists.listing import Listing
from bangfu.lists.ways import (
    Pairs,
    Those,
    along,
    by_area,
    led_by,
    mapping,
    usual_path,
)
from bangfu.programmes.kinds import Kind
from bangfu.programmes.literals import APART
from bangfu.programmes.period import Span

#: A lasting record that has no last day yet is taken to go on until then.
STILL = dt.date.max


@dataclass(frozen=True, slots=True)
class Row:
    """A counted record: its days, the values that are told apart or added up, and whether surely.

    ``values`` holds None where an amount is missing.
    """

    fact: UUID
    days: Span
    values: tuple[Any, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class Counting:
    """What is counted for each record of a list, and by which path it belongs to one.

    ``field`` is added up (``adds``) or told apart; ``day`` is the date that counts, if it is not
    the record's own; ``via`` the path to the owner, if it is not the usual one. ``only``: the
    few records that are asked about, so that no other rows need be read. ``party``: the side of an
    agreement whose rows are counted, those that it did while the agreement held. ``off``: days off
    are read, and such as name nobody for whom they are taken belong to every pairing of who did.
    ``anytime``: what belongs to a pairing counts also on days on which it did not stand.
    ``function``: the reviewed function that counts their days, instead of their number.
    """

    listing: Listing
    field: str = ""
    adds: bool = False
    day: str = ""
    via: str = ""
    only: frozenset[UUID] | None = None
    party: str = ""
    off: bool = False
    anytime: bool = False
    function: str = ""

    @property
    def kind(self) -> Kind:
        """The kind of record that is counted."""
        return self.listing.kind

    def value(self, moment: Moment) -> Value | None:
        """What is told apart or added up; None where rows or days are counted."""
        if not self.field or self.field in APART:
            return None
        return value_along(self.field, self.kind, moment, self.listing.meaning)


def counted_for(counting: Counting, owner: Kind, over: Span) -> dict[UUID, list[Row]]:
    """The rows of some days by the records that they belong to, the earliest first.

    A fixed number of queries, however many records there are.
    """
    found: dict[UUID, list[Row]] = defaultdict(list)
    pairs: Pairs | None = None
    if counting.only is not None:
        pairs = [p for p in _belonging(counting, owner, over) if p[1] in counting.only]
        facts = tuple({fact for fact, _ in pairs})
        counting = replace(counting, listing=replace(counting.listing, keys=facts))
    rows = {row.fact: row for row in _rows(counting, over)}
    for fact, key in _belonging(counting, owner, over) if pairs is None else pairs:
        if fact in rows:
            found[key].append(rows[fact])
    for told in found.values():
        told.sort(key=lambda row: (row.days, row.fact))
    return dict(found)


# ------------------------------------------------------------------ the rows


def _rows(counting: Counting, over: Span) -> Iterator[Row]:
    listing = narrowed_to(counting, over)
    for rows, sure in ((listing.sure(), True), (listing.unknown(), False)):
        if not sure and listing.exact:
            continue
        parts = _values_of_parts(counting, rows)
        for fact, days, value in _dated(counting, rows, listing.moment):
            if (cut := days.overlap(over)) is not None:
                values = (value,) if parts is None else tuple(parts.get(fact, ()))
                yield Row(fact, days if counting.kind.nature != "thing" else cut, values, sure)


def narrowed_to(counting: Counting, over: Span) -> Listing:
    """The list narrowed to those days, by the date that counts."""
    listing, kind = counting.listing, counting.kind
    if counting.day or kind.nature == "event":
        day = counting.day or "date"
        return listing.narrowed({day: {"from": over.began, "to": over.ended}})
    return listing.over(over) if kind.nature in ("state", "episode") else listing


def _dated(
    counting: Counting, rows: QuerySet[Any], moment: Moment
) -> Iterator[tuple[UUID, Span, Any]]:
    """Each row with its days and the value that is added up or told apart."""
    first, last = _days(counting)
    told: dict[str, Any] = {}
    if (value := counting.value(moment)) is not None and value.parts is None:
        told = {"told": value.expression}
    lines = rows.order_by().annotate(**told).values_list("fact", first, last, *told)
    for fact, began, ended, *value in lines:
        if began is not None:
            days = Span(began, ended or STILL)
            yield fact, days, value[0] if value else None


def _spans(counting: Counting, rows: QuerySet[Any] | Those, moment: Moment) -> dict[UUID, Span]:
    """The days of each row that has any."""
    if isinstance(rows, Those):
        lines = rows.told("fact", *_days(counting))
        return {fact: Span(began, ended or STILL) for fact, began, ended in lines if began}
    return {fact: span for fact, span, _ in _dated(counting, rows, moment)}


def _days(counting: Counting) -> tuple[str, str]:
    kind = counting.kind
    if counting.day or kind.nature == "event":
        field = kind[counting.day] if counting.day else kind["date"]
        column = field.read or field.key
        if field.compute is not None or "." in column:
            raise Unsayable(f"{counting.day} is not a date of the record itself")
        return column, column
    return "began", "ended"


def _values_of_parts(counting: Counting, rows: QuerySet[Any]) -> dict[UUID, list[Any]] | None:
    """The several values of a field that points to many, by row; None if it does not."""
    moment = counting.listing.moment
    value = counting.value(moment)
    if value is None or value.parts is None:
        return None
    found: dict[UUID, list[Any]] = defaultdict(list)
    for fact, told in value.of_parts(rows, moment).values_list("activity", "told"):
        found[fact].append(told)
    return dict(found)


# ------------------------------------------------------------------ whose they are

#: What has two sides, told by the kind that an owner is of.
_SIDED: Mapping[str, Any] = {"pairing": Pairing, "agreement": Agreement}
#: Helper, subject, the record, its first and last day.
_Sides = tuple[UUID, UUID, UUID, dt.date, dt.date | None]


def _belonging(counting: Counting, owner: Kind, over: Span) -> Pairs:
    kind, only = counting.kind, counting.only
    asked = narrowed_to(counting, over).possible()
    if counting.party:
        return _of_party(counting, asked, over)
    if owner.name in _SIDED and basic(kind) != owner.name:
        if not counting.via:
            return _between(counting, owner, asked, over)
        if counting.via.split(".")[-1] != owner.name:
            return _of_a_side(counting, owner, asked, over)
    if not counting.via and basic(kind) == basic(owner):
        rows = asked if only is None else asked.filter(fact__in=only)
        return [(fact, fact) for fact in rows.order_by().values_list("fact", flat=True)]
    steps = (counting.via or usual_path(kind, owner)).split(".")
    if only is not None and len(steps) == 1 and owner.name != "place":
        return led_by(kind, kind[steps[0]], asked, counting.listing.moment, only)
    pairs = along(kind, steps, asked, counting.listing.moment)
    return by_area(pairs, counting.listing.moment) if owner.name == "place" else pairs


def _between(counting: Counting, owner: Kind, rows: QuerySet[Any], over: Span) -> Pairs:
    """What was done by one side of a pairing or agreement for the other while it lasted."""
    moment, asked = counting.listing.moment, narrowed_to(counting, over)
    standing = _standing_of(counting, owner)
    _require_sides(counting.kind, off=counting.off)
    those: QuerySet[Any] | Those = rows
    if counting.only is None:
        done = _done_by(counting.kind, rows, moment)
    else:
        done = _done_by(counting.kind, rows, moment, {helper for helper, *_ in standing})
        those = Those(counting.kind, tuple(done), moment, over=asked.days is not None)
    received = _received(counting.kind, those, moment)
    if counting.off:
        named = _received_by(counting.kind, those, moment)
        subjects = mapping(dict.fromkeys((helper, subject) for helper, subject, *_ in standing))
        for fact, helpers in done.items():
            received[fact] = named.get(fact) or [s for h in helpers for s in subjects.get(h, ())]
    days = _spans(counting, those, moment)
    pairs: dict[tuple[UUID, UUID], list[tuple[UUID, Span]]] = defaultdict(list)
    for helper, subject, fact, began, ended in standing:
        pairs[helper, subject].append((fact, Span(began, ended or STILL)))
    for fact, helpers in done.items():
        for helper in helpers:
            for subject in received.get(fact, ()):
                for pairing, span in pairs.get((helper, subject), ()):
                    if counting.anytime or days[fact].overlap(span):
                        yield fact, pairing


def _of_a_side(counting: Counting, owner: Kind, rows: QuerySet[Any], over: Span) -> Pairs:
    """What belongs to one side of a pairing or agreement, while it lasted, by the record of it."""
    moment, standing = counting.listing.moment, _standing_of(counting, owner)
    pairs: dict[UUID, list[tuple[UUID, Span]]] = defaultdict(list)
    for helper, subject, fact, began, ended in standing:
        for side in (helper, subject):
            pairs[side].append((fact, Span(began, ended or STILL)))
    days = _spans(counting, rows, moment)
    for fact, side in along(counting.kind, counting.via.split("."), rows, moment):
        for pairing, span in pairs.get(side, ()):
            if fact in days and (counting.anytime or days[fact].overlap(span)):
                yield fact, pairing


def _of_party(counting: Counting, rows: QuerySet[Any], over: Span) -> Pairs:
    """What one side of an agreement did while it held, by the agreement."""
    moment, kind, programme = counting.listing.moment, counting.kind, counting.listing.programme
    standing = Agreement.objects.known(moment.known_at)
    standing = standing.filter(programme=programme.fact_key if programme else None)
    if counting.only is not None:
        standing = standing.filter(fact__in=counting.only)
    other = "subject" if counting.party == "helper" else "helper"
    held: dict[UUID, list[tuple[UUID, UUID, str, Span]]] = defaultdict(list)
    columns = (counting.party, other, f"{other}__kind", "fact", "began", "ended")
    for party, beyond, sort, fact, began, ended in standing.values_list(*columns):
        held[party].append((fact, beyond, sort, Span(began, ended or STILL)))
    ways = [counting.via] if counting.via else sorted({*kind.doer.values()})
    if not ways:
        raise Unsayable(f"a {kind.name} does not say who did it; say by which path in as")
    days = _spans(counting, rows, moment)
    done = {pair for way in ways for pair in along(kind, way.split("."), rows, moment)}
    received = _received_by(kind, rows, moment)
    for fact, party in sorted(done):
        for agreement, beyond, sort, span in held.get(party, ()):
            # What names for whom it was done is for that person or household alone.
            named = received.get(fact) if sort in ("person", "household") else None
            if fact in days and days[fact].overlap(span) and (not named or beyond in named):
                yield fact, agreement


def _received_by(kind: Kind, rows: QuerySet[Any] | Those, moment: Moment) -> dict[UUID, list[UUID]]:
    ways = sorted({*kind.receiver.values()})
    return mapping(pair for way in ways for pair in led_by(kind, kind[way], rows, moment))


def _standing_of(counting: Counting, owner: Kind) -> list[_Sides]:
    listing = counting.listing
    programme = listing.programme.fact_key if listing.programme else None
    return _standing(owner.name, programme, counting.only, listing.moment.known_at)


@once
def _standing(
    sort: str, programme: UUID | None, only: frozenset[UUID] | None, known_at: dt.datetime | None
) -> list[_Sides]:
    """All or ``only`` some pairings or agreements of a programme: both sides, the key, the days."""
    known: QuerySet[Any] = _SIDED[sort].objects.known(known_at).filter(programme=programme)
    columns = ("helper", "subject", "fact", "began", "ended")
    if only is None:
        return list(known.values_list(*columns))

    def of(keys: list[UUID]) -> QuerySet[Any, Any]:
        return known.filter(fact__in=keys).values_list(*columns)

    return asked_of_keys(Question(("standing", sort, programme, known_at), of), [*only])


def _require_sides(kind: Kind, *, off: bool = False) -> None:
    """That a record says who did it and, but for days off, for whom."""
    if not kind.doer or not (kind.receiver or off):
        raise Unsayable(f"a {kind.name} does not say who did it and for whom")


def _done_by(
    kind: Kind, rows: QuerySet[Any], moment: Moment, helpers: Iterable[UUID] | None = None
) -> dict[UUID, list[UUID]]:
    """Who did each row; with ``helpers``, those rows and doers alone."""
    ways = sorted({*kind.doer.values()})
    pairs = [pair for way in ways for pair in led_by(kind, kind[way], rows, moment, helpers)]
    return mapping(dict.fromkeys(pairs))


def _received(kind: Kind, rows: QuerySet[Any] | Those, moment: Moment) -> dict[UUID, list[UUID]]:
    """For whom each row was done, or where."""
    ways = sorted({*kind.receiver.values()})
    pairs = [pair for way in ways for pair in led_by(kind, kind[way], rows, moment)]
    if "place" in kind:
        pairs += by_area(led_by(kind, kind["place"], rows, moment), moment)
    return mapping(dict.fromkeys(pairs))
