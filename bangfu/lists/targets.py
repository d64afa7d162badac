"""Targets: a reading at each milestone, against a bound or what is reckoned from the baseline.

A target that takes the place of another (``after``) closes it on the day before, so that each
definition is a series of its own and no line is drawn from the one to the other.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any
from uuid import UUID

from bangfu.ledger.among import as_kept
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Programme
from bangfu.ledger.moment import Moment
from bangfu.lists.belonging import Counting, Row
from bangfu.lists.claims import (
    Bounds,
    Read,
    Sort,
    Verdict,
    divided,
    read,
    sort_of,
)
from bangfu.lists.duties import rows_for
from bangfu.lists.figure import (
    Figure,
)
from bangfu.lists.limits import Limits, by_case, reckoned
from bangfu.lists.listing import Listing
from bangfu.lists.target_reading import TargetRead, read_figure
from bangfu.lists.turn_figures import Behind, TurnFigure, turns_behind
from bangfu.lists.turn_rows import OfTurns
from bangfu.lists.unread import can_happen, happened
from bangfu.programmes.entries import Bounded
from bangfu.programmes.kinds import Kind
from bangfu.programmes.literals import (
    SHARE,
    YEAR_EARLIER,
    is_day,
    is_number,
)
from bangfu.programmes.pace import Pace, pace
from bangfu.programmes.period import Span, add_months
from bangfu.programmes.schema import Figure as FigureEntry
from bangfu.programmes.schema import Target


@dataclass(frozen=True, slots=True)
class Reached:
    """How a target stands at one milestone, for one record or as a whole.

    ``figure`` is what was read, for opening its rows; ``pace`` when it will be reached.
    """

    ended: dt.date
    on: dt.date
    reading: Read | None
    bounds: Bounds
    verdict: Verdict
    sort: Sort
    unit: str
    baseline: Fraction | None = None
    figure: Figure | None = None
    key: UUID | None = None
    pace: Pace | None = None


@dataclass
class TargetOf(TargetRead):
    """How a target stands at each of its milestones, as a whole or for each record."""

    # -------------------------------------------------------------- milestones

    def reached(self) -> Iterator[Reached]:
        """Each milestone in order; with ``each``, every record at each milestone."""
        for last, bounded, of in self.milestones():
            on = min(last, self.moment.on)
            if self.entry.each is None:
                yield self._whole(last, on, bounded, of)
            else:
                yield from self._each(last, on, bounded, of)

    def _whole(self, last: dt.date, on: dt.date, bounded: Bounded, of: tuple[str, ...]) -> Reached:
        figure = self.figure(of, on)
        told = read_figure(figure)
        baseline = self._baseline(of, on)
        bounds = self._bounds(bounded, baseline, last)
        found = self._verdict(told, bounds, last)
        sort = _sort_of(figure)
        return Reached(
            last, on, told, bounds, found, sort, self.asked.unit, baseline, figure,
            pace=self._pace(told, bounds, of, baseline) if last > self.moment.on else None,
        )  # fmt: skip

    def _bounds(self, bounded: Bounded, baseline: Fraction | None, last: dt.date) -> Bounds:
        limits = Limits(self.meaning, None, self._scale(tuple(self.entry.of or ())))
        return reckoned(bounded, baseline, limits, self.moment.on_day(last), None)

    def _verdict(self, told: Read | None, bounds: Bounds, last: dt.date) -> Verdict:
        """Before its day a target is never short, and over only where nothing can be undone."""
        early = self.moment.on < last
        if bounds == Bounds():
            return "counted"
        if told is None or bounds.unknown:
            return "open" if early else "unknown"
        if bounds.most is not None and told.low > bounds.most:
            return "open" if early and self._can_fall() else "over"
        if bounds.least is not None and told.low < bounds.least:
            if early:
                return "open"
            return "unknown" if told.high is None or told.high >= bounds.least else "short"
        if bounds.most is not None and (told.high is None or told.high > bounds.most):
            return "unknown"
        return "met"

    def _can_fall(self) -> bool:
        listing = Listing(self.asked.of, self.moment, programme=self.meaning.row, file=self.meaning)
        return listing.kind.nature != "event" or self.entry.out_of is not None

    # -------------------------------------------------------------- the pace

    def _pace(
        self, told: Read | None, bounds: Bounds, of: tuple[str, ...], baseline: Fraction | None
    ) -> Pace | None:
        """From the first day, or the day of the baseline, to today."""
        up = bounds.least is not None
        bound = bounds.least if up else bounds.most
        if told is None or bound is None or self.moment.on > self.span().ended:
            return None
        base, since = self.entry.baseline, self.span().began
        start: Fraction | None = None
        if is_day(base):
            assert isinstance(base, dt.date)
            since, start = base, baseline
        elif is_number(base) or (isinstance(base, str) and SHARE.fullmatch(base)):
            start = baseline
        elif self.figure(of, since).kind.nature == "event" and self.entry.out_of is None:
            start = Fraction(0)
        else:
            first = read_figure(self.figure(of, since))
            start = None if first is None else first.low
        if start is None:
            return None
        return pace(since, start, self.moment.on, told.low, bound, up=up)

    # -------------------------------------------------------------- for each record

    def _each(
        self, last: dt.date, on: dt.date, bounded: Bounded, of: tuple[str, ...]
    ) -> Iterator[Reached]:
        moment, owners = self.moment.on_day(on), self._owners(on)
        owner, asked = owners.kind, replace(self.asked, of=of)
        counting, whole = asked.counting(self.meaning, moment), asked.whole(self.meaning, moment)
        sort = sort_of(counting, whole)
        limits = Limits(self.meaning, owner, 100 if sort == "money" else 1)
        part_of = self._reading(counting, owner, on)
        whole_of = self._reading(whole, owner, on) if whole else None
        base = self._baselines(counting, owner, on, limits)
        judged = self._judging(bounded, base, limits, last)
        for key in owners.sure().order_by("pk").values_list("fact", flat=True):
            told = part_of(key)
            if whole_of is not None and told is not None:
                whole_told = whole_of(key)
                told = None if whole_told is None else divided(told, whole_told)
            baseline = base.get(key) if isinstance(base, Mapping) else base
            bounds, found = judged(key, told)
            yield Reached(last, on, told, bounds, found, sort, self.asked.unit, baseline, key=key)

    def _judging(
        self,
        bounded: Bounded,
        base: Mapping[UUID, Fraction | None] | Fraction | None,
        limits: Limits,
        last: dt.date,
    ) -> Callable[[UUID, Read | None], tuple[Bounds, Verdict]]:
        """What is asked of a record, and the verdict; where all are asked alike, once for each
        reading that is one and the same for several.
        """
        moment, known = self.moment.on_day(last), dict[int, tuple[Any, Bounds, Verdict]]()

        def anew(key: UUID | None, told: Read | None) -> tuple[Bounds, Verdict]:
            baseline = base.get(key) if isinstance(base, Mapping) and key else base
            assert not isinstance(baseline, Mapping)
            bounds = reckoned(bounded, baseline, limits, moment, key)
            return bounds, self._verdict(told, bounds, last)

        def once(key: UUID, told: Read | None) -> tuple[Bounds, Verdict]:
            # The reading is kept beside its verdict, so that no other can take its place.
            if id(told) not in known:
                known[id(told)] = (told, *anew(None, told))
            return known[id(told)][1:]

        alike = not isinstance(base, Mapping) and not by_case(self.meaning, bounded)
        return once if alike else anew

    def _owners(self, on: dt.date) -> Listing:
        assert self.entry.each is not None
        of, moment = (self.entry.each,), self.moment.on_day(on)
        return Listing(of, moment, programme=self.meaning.row, file=self.meaning)

    def _reading(
        self, counting: Counting, owner: Kind, on: dt.date, only: UUID | None = None
    ) -> Callable[[UUID], Read | None]:
        """What is read for each record until a day; for ``only`` one, with the rows that count."""
        span = Span(min(self._since(on), on), on)
        over = Span(on, on) if counting.kind.nature == "thing" else span
        if only is None and (counts := _counted(counting, owner, over)) is not None:
            reads = {n: Read(Fraction(n), Fraction(n)) for n in {0, *counts.values()}}
            return lambda key: reads[counts.get(as_kept(key), 0)]
        if only is not None:
            counting = replace(counting, only=frozenset((only,)))
        rows, held = rows_for(self.meaning, counting, owner, over), self.asked.held
        return lambda key: _held(rows.get(key, ()), counting, (span,), held)

    def rows_of(self, one: Reached) -> Listing:
        """The rows behind one line: of the whole, or of one record."""
        if one.key is None:
            assert one.figure is not None
            return one.figure.listing
        counting = self.asked.counting(self.meaning, self.moment.on_day(one.on))
        told = self._reading(counting, self._owners(one.on).kind, one.on, one.key)(one.key)
        keys = told.facts if told else ()
        return replace(counting.listing, keys=keys, entry=self.name)

    def turns_of(self, one: Reached) -> Behind | None:
        """The turns of a duty behind one line; None where records were counted."""
        if isinstance(one.figure, TurnFigure):
            return one.figure.behind()
        counting = self.asked.counting(self.meaning, self.moment.on_day(one.on))
        if not isinstance(counting, OfTurns) or one.reading is None:
            return None
        return turns_behind(self.meaning, counting, one.reading.facts)

    def _baselines(
        self, counting: Counting, owner: Kind, on: dt.date, limits: Limits
    ) -> Mapping[UUID, Fraction | None] | Fraction | None:
        base = self.entry.baseline
        if isinstance(base, str) and (own := self._own_figure(base)) is not None:
            return self._of_each(own, owner, on, limits)
        if isinstance(base, str) and self.meaning.sort_of(base) == "value":
            return limits.named(base, self.moment.on_day(on))
        if base is None or is_number(base) or (isinstance(base, str) and base != YEAR_EARLIER):
            return self._baseline(self.asked.of, on)
        day = add_months(on, -12) if base == YEAR_EARLIER else base
        assert isinstance(day, dt.date)
        keys = list(self._owners(on).sure().values_list("fact", flat=True))
        part = self._read_then(counting, owner, day)
        then = {key: part(key) for key in keys}
        if (whole := self.asked.whole(self.meaning, self.moment.on_day(on))) is not None:
            of_whole = self._read_then(whole, owner, day)
            then = {
                key: divided(told, all_told) if told and (all_told := of_whole(key)) else None
                for key, told in then.items()
            }
        return {key: None if told is None else told.low for key, told in then.items()}

    def _read_then(
        self, counting: Counting, owner: Kind, day: dt.date
    ) -> Callable[[UUID], Read | None]:
        """What was read for each record on an earlier day; of happenings, what the year had."""
        listing = replace(counting.listing, moment=self.moment.on_day(day))
        then, over = replace(counting, listing=listing), Span(day, day)
        if counting.kind.nature == "event":
            over = Span(add_months(self._since(add_months(day, 12)), -12), day)
        rows = rows_for(self.meaning, then, owner, over)
        return lambda key: _held(rows.get(key, ()), then, (over,), "")

    def _own_figure(self, name: str) -> FigureEntry | None:
        """A figure that has a number for each record of the same list, which each is held to."""
        entry = self.meaning.file.entry(name) if name in self.meaning.file else None
        own = isinstance(entry, FigureEntry) and entry.each == self.entry.each
        return entry if isinstance(entry, FigureEntry) and own else None

    def _of_each(
        self, entry: FigureEntry, owner: Kind, on: dt.date, limits: Limits
    ) -> Mapping[UUID, Fraction | None]:
        """What a figure reads for each record on a day; what was not stated is not known."""
        if entry.out_of is not None or entry.function is not None:
            raise Unsayable(f"{self.name}: a share or a function is no baseline for each")
        moment = self.moment.on_day(on)
        listing = Listing(
            tuple(entry.of or ()), moment, entry.where or {}, self.meaning.row, file=self.meaning
        )
        counting = Counting(
            listing, entry.sum or entry.distinct or "", bool(entry.sum), via=entry.as_ or ""
        )
        over = Span(min(self.meaning.file.from_, on), on)
        over = Span(on, on) if counting.kind.nature == "thing" else over
        rows = rows_for(self.meaning, counting, owner, over)
        times = Fraction(limits.scale, 100 if sort_of(counting, None) == "money" else 1)
        found: dict[UUID, Fraction | None] = {}
        for key in self._owners(on).sure().values_list("fact", flat=True):
            told = _held(rows.get(key, ()), counting, (over,), "")
            known = told is not None and told.high == told.low
            found[key] = told.low * times if told is not None and known else None
        return found


def _counted(counting: Counting, owner: Kind, over: Span) -> Mapping[Any, int] | None:
    """How many rows or days each record has, where no more is asked; None: read its rows."""
    counted = counting.field in ("", "day") and not counting.adds and not counting.function
    if not counted or not can_happen(counting, owner, over):
        return None
    days = counting.field == "day"
    found: dict[Any, int] = defaultdict(int)
    for (_, key), number in happened(counting, owner, over, by_day=days).items():
        found[key] += 1 if days else number
    return found


def _held(rows: Sequence[Row], counting: Counting, spans: Sequence[Span], held: str) -> Read | None:
    """A reading for one record; a statistic that was not stated is not known, rather than 0."""
    told = read(rows, counting, spans, held)
    if counting.adds and counting.kind.nature == "state" and not told.facts:
        return None
    return told


def _sort_of(figure: Figure) -> Sort:
    if figure.is_share:
        return "share"
    return "money" if figure.is_money else "number"


def targets_in(programme: Programme, moment: Moment) -> list[tuple[str, Target]]:
    """The targets of a programme, in the file's order."""
    file = Meaning.of(programme, moment).file
    return [(name, one) for name, one in file.entries("target") if isinstance(one, Target)]


def reached(programme: Programme, name: str, moment: Moment) -> list[Reached]:
    """How a target stands at each of its milestones."""
    return list(TargetOf.named(programme, name, moment).reached())
