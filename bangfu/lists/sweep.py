"""One side of a pairing or agreement, swept over the days on which it is judged.

Of how many of the other side somebody has, since when he was there and how much is asked of him,
only so many cases are different: each is looked at once, however many records it stands for.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, repeat
from typing import Any, Literal, NamedTuple, Self
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.among import as_kept
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Agreement, Pairing
from bangfu.ledger.moment import Moment
from bangfu.ledger.workdays import working_days
from bangfu.lists.belonging import STILL
from bangfu.lists.claims import Bounds
from bangfu.lists.limits import Limits, by_case
from bangfu.lists.listing import Listing
from bangfu.lists.presence import Spans, There
from bangfu.lists.unread import among, as_key, columns_of, keys_of
from bangfu.programmes.entries import Side
from bangfu.programmes.period import Span, cut, gaps, later, merged
from bangfu.programmes.schema import Agreement as AgreementEntry
from bangfu.programmes.schema import Pairing as PairingEntry

SideName = Literal["helper", "subject"]
SIDES: tuple[SideName, ...] = ("helper", "subject")
#: So many records of a side are looked at together where not all are wanted.
AT_ONCE = 1_000
#: Of more on a side all records of their kind are read, rather than those alone.
MANY = 10_000
#: Stands for every record of which the same is said.
_ANYBODY = UUID(int=0)


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


def side_of(meaning: Meaning, name: str, side: SideName) -> Side:
    """What the rule of a pairing or agreement says of one of its sides."""
    rule = meaning.file.entry(name)
    assert isinstance(rule, PairingEntry | AgreementEntry)
    return rule.helper if side == "helper" else rule.subject


def meant(meaning: Meaning, name: str, side: SideName, moment: Moment) -> Listing:
    """Whom the rule of a pairing means on one of its sides."""
    rule = side_of(meaning, name, side)
    return Listing(tuple(rule.of or ()), moment, rule.where or {}, meaning.row, file=meaning)


class _Held(NamedTuple):
    """How many of the other side somebody has on the last day, and the days of all of them."""

    has: int = 0
    days: tuple[tuple[dt.date, dt.date], ...] = ()


#: What is the same of many records, by number: the days it was there, what is asked, what is held.
_Case = tuple[int | None, int, int]


@dataclass
class Swept:
    """One side of an entry on the days on which it is judged, up to the moment's.

    Keys of many records are in the form in which the database keeps them.
    """

    meaning: Meaning
    name: str
    side: SideName
    moment: Moment
    over: Span
    #: What is asked of a record on the last day and in each stretch, with the number of the case.
    asked: dict[tuple[Bounds, ...], int] = field(default_factory=dict)
    #: What is held, each different case once with its number; nothing is the first.
    held: dict[_Held, int] = field(default_factory=lambda: {_Held(): 0})
    cases: list[_Held] = field(default_factory=lambda: [_Held()])

    @classmethod
    def of(cls, meaning: Meaning, name: str, side: SideName, moment: Moment) -> Self | None:
        """A side of an entry; None before the first day on which it is judged."""
        judged = meaning.file.judged(name)
        over = judged and judged.overlap(Span(dt.date.min, moment.on))
        return cls(meaning, name, side, moment, over) if over else None

    @cached_property
    def entry(self) -> Side:
        """What is said of the side."""
        return side_of(self.meaning, self.name, self.side)

    @cached_property
    def listing(self) -> Listing:
        """Those on the side on the last day that is judged."""
        return meant(self.meaning, self.name, self.side, self.moment.on_day(self.over.ended))

    @cached_property
    def limits(self) -> Limits:
        """How many are asked of each of them."""
        return Limits(self.meaning, self.listing.kind, 1)

    @cached_property
    def stretches(self) -> list[Span]:
        """The days, parted where what is asked changes."""
        return self.limits.stretches(self.entry, self.over)

    # -------------------------------------------------------------- as records, or as cases

    def everybody(self) -> Iterator[Covered]:
        """All on the side."""
        ordered = columns_of(self.listing.sure().order_by("pk"), "fact")
        keys = [key for (key,) in ordered]
        return self._covered(keys, _if_few(keys))

    def each_of(self, rows: QuerySet[Any]) -> Iterator[Covered]:
        """Some rows of the list, so many at a time."""
        found = rows.order_by("pk").values_list("fact", flat=True).iterator(chunk_size=AT_ONCE)
        keys = map(as_kept, found)
        while some := tuple(islice(keys, AT_ONCE)):
            yield from self._covered(some, some)

    def alike(self) -> Iterator[tuple[Covered, Sequence[Any]]]:
        """Each different case with the keys of all of whom it is so."""
        keys = keys_of(self.listing.sure())
        only, found = _if_few(keys), defaultdict[_Case, list[Any]](list)
        there = self._there(only)
        for key, case in zip(keys, self._cases(keys, there, only), strict=True):
            found[case].append(key)
        for case, some in found.items():
            yield self._judged(case, there), some

    def _covered(self, keys: Sequence[Any], only: tuple[Any, ...] | None) -> Iterator[Covered]:
        """Some records one by one; ``only``: those of which anything need be read."""
        told, there = dict[_Case, Covered](), self._there(only)
        for key, case in zip(keys, self._cases(keys, there, only), strict=True):
            if case not in told:
                told[case] = self._judged(case, there)
            yield replace(told[case], key=as_key(key))

    # -------------------------------------------------------------- what is the same of many

    def _cases(
        self, keys: Sequence[Any], there: There, only: tuple[Any, ...] | None
    ) -> Iterator[_Case]:
        which = map(there.which.get, keys, repeat(there.others))
        held = self._held(only)
        return zip(which, self._asked(keys), map(held.get, keys, repeat(0)), strict=True)

    def _there(self, only: tuple[Any, ...] | None) -> There:
        """The days on which records were there and taken in."""
        meaning, moment = self.meaning, self.moment
        names = [one for name in self.entry.of for one in meaning.file.names.chain(name)]
        taken = tuple(one for one in names if meaning.sort_of(one) == "enrol")[:1]
        programme = meaning.programme_key() if taken else None
        since = self.over.began if self.listing.kind.nature != "event" else None
        return There.of(self.listing.kind.name, taken, programme, moment, only, since)

    def _held(self, only: tuple[Any, ...] | None) -> Mapping[Any, int]:
        """What those hold who have, or had, any of the other side, by the number of the case."""
        model: Any = Pairing if self.meaning.sort_of(self.name) == "pairing" else Agreement
        rows = model.objects.known(self.moment.known_at).filter(
            programme=self.meaning.programme_key(), name=self.name
        )
        if only is not None:
            rows = among(rows, self.side, only)
        found: dict[Any, list[Any]] = {}
        # Both sides ask in the same words, so that within a page they are read once.
        for helper, subject, began, ended in columns_of(rows, *SIDES, "began", "ended"):
            key, partner = (helper, subject) if self.side == "helper" else (subject, helper)
            one = (began, ended or STILL, partner)
            if key in found:
                found[key].append(one)
            else:
                found[key] = [one]
        return {key: self._case_of(held) for key, held in found.items()}

    def _case_of(self, held: list[tuple[dt.date, dt.date, Any]]) -> int:
        last = self.over.ended
        if len(held) == 1:
            began, ended, _ = held[0]
            case = _Held(int(began <= last <= ended), ((began, ended),))
        else:
            has = len({partner for began, ended, partner in held if began <= last <= ended})
            case = _Held(has, tuple(sorted([(began, ended) for began, ended, _ in held])))
        number = self.held.setdefault(case, len(self.cases))
        if number == len(self.cases):
            self.cases.append(case)
        return number

    def _asked(self, keys: Sequence[Any]) -> Iterable[int]:
        """What is asked of each of some records, by the number of the case."""
        if by_case(self.meaning, self.entry):
            return (self._number_of(as_key(key)) for key in keys)
        return repeat(self._number_of(_ANYBODY), len(keys))

    def _number_of(self, key: UUID) -> int:
        days = (self.over.ended, *(part.ended for part in self.stretches))
        bounds = tuple(self.limits.of(self.entry, key, self.moment.on_day(day)) for day in days)
        return self.asked.setdefault(bounds, len(self.asked))

    def _judged(self, case: _Case, there: There) -> Covered:
        """What is said of a record of a case."""
        which, number, held = case
        bounds, *asked = list(self.asked)[number]
        has, pairs = self.cases[held]
        days = () if which is None else there.spans[which]
        spans = tuple(Span(*pair) for pair in pairs)
        missing = _gaps(spans, days, zip(self.stretches, asked, strict=True), self.entry)
        lasts = bool(missing) and missing[-1].ended == self.over.ended
        return Covered(self.side, _ANYBODY, has, bounds, missing, lasts)


def _if_few(keys: Sequence[Any]) -> tuple[Any, ...] | None:
    return tuple(keys) if len(keys) <= MANY else None


def _gaps(
    held: Spans, there: Spans, asked: Iterable[tuple[Span, Bounds]], entry: Side
) -> tuple[Span, ...]:
    """The days with fewer than the least that was asked then, of those that a record was there."""
    found = merged(
        gap
        for over, bounds in asked
        if bounds.least is not None and bounds.least >= 1
        for days in cut(there, over)
        for gap in gaps(held, days, least=int(bounds.least))
    )
    if entry.within is None:
        return found
    days = working_days()
    return tuple(g for g in found if g.ended >= later(g.began, entry.within, workdays=days))
