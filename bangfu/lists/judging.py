"""How each record stands at each turn: readings held against bounds, from rows read beforehand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bangfu.ledger.workdays import working_days
from bangfu.lists.belonging import Counting, Row, counted_for
from bangfu.lists.claims import (
    Asked,
    Bounds,
    Read,
    Sort,
    Verdict,
    divided,
    gravest,
    read,
    sort_of,
    verdict,
)
from bangfu.lists.limits import Limits
from bangfu.lists.listing import Listing
from bangfu.programmes.period import Span, cut, gaps, later, merged
from bangfu.programmes.turns import Part, Turn, part_of, turns

if TYPE_CHECKING:
    from bangfu.lists.duties import DutyOf

Rows = Mapping[UUID, Sequence[Row]]
#: What is still to be done, with the most pressing first.
WAITING: tuple[Verdict, ...] = ("short", "over", "behind", "open", "unknown")


@dataclass(frozen=True, slots=True)
class Line:
    """One claim of a duty for one record and turn: the reading, its bounds, the verdict."""

    reading: Fraction | None
    high: Fraction | None
    bounds: Bounds
    verdict: Verdict
    sort: Sort = "number"
    unit: str = ""
    facts: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Owed:
    """What one record owes at one turn. ``lines`` are the duty's claims, the main one first.

    ``gaps`` are the days on which something that must hold every day did not. ``late_by``: of a
    missed deadline of its own how many days after it that was done, or is not done yet.
    """

    key: UUID
    turn: Turn
    ended: dt.date
    lines: tuple[Line, ...]
    verdict: Verdict
    gaps: tuple[Span, ...] = ()
    late_by: int | None = None

    @property
    def days_late(self) -> int | None:
        """How many days after its last day it was done, or is not done yet; None: not known."""
        if self.verdict in ("short", "unknown", "late"):
            return self.late_by
        return 0

    @property
    def reading(self) -> Fraction | None:
        """What the main claim comes to."""
        return self.lines[0].reading

    @property
    def high(self) -> Fraction | None:
        """What it may come to, as far as is known."""
        return self.lines[0].high

    @property
    def facts(self) -> tuple[UUID, ...]:
        """The rows that count for the main claim."""
        return self.lines[0].facts

    @property
    def due(self) -> dt.date:
        """The last day on which something counts."""
        return self.turn.due


@dataclass
class Judge:
    """The rows of all turns by record and claim, and what is made of them."""

    duty: DutyOf
    countings: tuple[Counting, ...]
    rows: tuple[Rows, ...]
    wholes: tuple[tuple[Counting, Rows] | None, ...]
    limits: tuple[Limits, ...]
    excepted: Mapping[UUID, list[Span]]
    then: dict[tuple[str, dt.date], Rows] = field(default_factory=dict)
    passed: dict[tuple[Span, ...], Sequence[Span]] = field(default_factory=dict)

    @classmethod
    def over(cls, duty: DutyOf, over: Span) -> Judge:
        """Everything that is read of some days: a fixed number of questions."""
        meaning, moment = duty.meaning, duty.moment
        around = duty.window is not None
        countings = tuple(
            replace(one.counting(meaning, moment), only=duty.only, anytime=around)
            for one in duty.asked
        )
        wholes = tuple(
            whole and replace(whole, only=duty.only)
            for whole in (one.whole(meaning, moment) for one in duty.asked)
        )
        return cls(
            duty,
            countings,
            tuple(duty.rows(one, over) for one in countings),
            tuple((w, duty.rows(w, over)) if w else None for w in wholes),
            cls.limits_of(duty),
            _excepted(duty, over),
        )

    @staticmethod
    def limits_of(duty: DutyOf) -> tuple[Limits, ...]:
        """What each claim asks of a record."""
        meaning, moment = duty.meaning, duty.moment
        sorts = (
            sort_of(one.counting(meaning, moment), one.whole(meaning, moment)) for one in duty.asked
        )
        return tuple(
            Limits(meaning, duty.owner, 100 if sort == "money" else 1, duty.only) for sort in sorts
        )

    def owed(self, key: UUID, turn: Turn, part: Part) -> Owed:
        """What one record owes of a turn."""
        entry = self.duty.entry
        lines: list[Line] = []
        missing: tuple[Span, ...] = ()
        for number, asked in enumerate(self.duty.asked):
            if asked.held == "every":
                line, missing = self._every_day(number, key, part)
                lines.append(line)
            else:
                lines += self._lines(number, key, turn, part)
        told = gravest(line.verdict for line in lines)
        done = told == "met" and not (part.excepted and not lines[0].reading)
        if entry.per is not None and not done and _free(entry.partial, turn, part):
            told = "free"
        ended = turn.asked.ended if entry.per else turn.due
        return Owed(key, turn, ended, tuple(lines), told, missing)

    def _lines(self, number: int, key: UUID, turn: Turn, part: Part) -> Iterator[Line]:
        """The readings of one claim: once, or in each finer period within the turn."""
        asked = self.duty.asked[number]
        for one in self.finer(asked, turn):
            days = one.covered if one is not turn else part.days
            yield self._line(number, key, one, days, part.share)

    def finer(self, asked: Asked, turn: Turn) -> Sequence[Turn]:
        """The turns in which a claim is read: the one, or each finer period within it."""
        claim = asked.claim
        if claim is self.duty.entry or (claim.per is None and claim.window is None):
            return (turn,)
        per = claim.per if claim.per != self.duty.entry.per else None
        found = turns(turn.covered, per=per, window=pairs(claim.window), workdays=working_days())
        return [t for t in found if t.first <= self.duty.moment.on]

    def _line(self, number: int, key: UUID, turn: Turn, days: Span, share: Fraction) -> Line:
        asked, moment = self.duty.asked[number], self.duty.moment
        told = self._read(number, key, turn.counted)
        at = moment.on_day(min(turn.due, moment.on))
        bounds = self.limits[number].of(asked.claim, key, at)
        if self.duty.entry.partial == "share" and asked.out_of is None:
            bounds = bounds.shrunk(share)
        found = verdict(told, bounds, due=turn.due, on=moment.on, days=days)
        if told is None:
            return Line(None, None, bounds, found, self._sort(number), asked.unit)
        sort = self._sort(number)
        return Line(told.low, told.high, bounds, found, sort, asked.unit, told.facts)

    def _sort(self, number: int) -> Sort:
        whole = self.wholes[number]
        return sort_of(self.countings[number], whole[0] if whole else None)

    def _read(self, number: int, key: UUID, counted: Sequence[Span]) -> Read | None:
        """What was read for a record on some days, as far as they have come."""
        spans = self.so_far(tuple(counted))
        if not spans:
            return Read(Fraction(0), Fraction(0))
        asked, counting = self.duty.asked[number], self.countings[number]
        rows = self._on("part", number, counting, self.rows[number], spans[-1].ended)
        part = read(rows.get(key, ()), counting, spans, asked.held)
        whole = self.wholes[number]
        if whole is None:
            return part
        all_rows = self._on("whole", number, *whole, spans[-1].ended)
        return divided(part, read(all_rows.get(key, ()), whole[0], spans, asked.held))

    def so_far(self, counted: tuple[Span, ...]) -> Sequence[Span]:
        """The days that have come of those that count."""
        if counted not in self.passed:
            until = Span(dt.date.min, self.duty.moment.on)
            self.passed[counted] = [part for span in counted for part in cut([span], until)]
        return self.passed[counted]

    def _on(self, half: str, number: int, counting: Counting, rows: Rows, day: dt.date) -> Rows:
        """The rows that are read on a day: things and what is so of them as they were then."""
        if counting.kind.nature != "thing":
            return rows
        asked = (f"{half} {number}", day)
        if asked not in self.then:
            listing = replace(counting.listing, moment=counting.listing.moment.on_day(day))
            there = replace(counting, listing=listing)
            self.then[asked] = counted_for(there, self.duty.owner, Span(day, day))
        return self.then[asked]

    def _every_day(self, number: int, key: UUID, part: Part) -> tuple[Line, tuple[Span, ...]]:
        """Whether so many lasting records were there on every day; the days without them."""
        asked, on = self.duty.asked[number], self.duty.moment.on
        days = cut([part.days], Span(dt.date.min, on))
        limits, moment = self.limits[number], self.duty.moment
        stretches = [
            (one, limits.of(asked.claim, key, moment.on_day(one.ended)))
            for day in days
            for one in limits.stretches(asked.claim, day)
        ]
        spans = [row.days for row in self.rows[number].get(key, ()) if row.sure]
        found = merged(
            gap
            for day, bounds in stretches
            for gap in gaps(spans, day, least=1 if bounds.least is None else int(bounds.least))
        )
        missing = tuple(gap for gap in found if self._too_long(gap))
        facts = tuple(row.fact for row in self.rows[number].get(key, ()) if row.sure)
        without = sum(gap.days for gap in missing)
        told = Fraction(sum(day.days for day in days) - without)
        said: Verdict = "short" if missing else "met"
        if any(
            bounds.most is not None and gaps(spans, day, least=int(bounds.most) + 1) != (day,)
            for day, bounds in stretches
        ):
            said = "over"
        return Line(told, told, Bounds(), said, "number", asked.unit, facts), missing

    def _too_long(self, gap: Span) -> bool:
        """Whether a gap is longer than the time that is left for handing over."""
        within = self.duty.entry.within
        if within is None:
            return True
        return gap.ended >= later(gap.began, within, workdays=working_days())

    def late(self, key: UUID, turn: Turn) -> Owed:
        """What one record owes by a deadline of its own; done afterwards, it is late."""
        part = part_of(turn, [turn.asked], self.excepted.get(key, ()))
        assert part is not None
        now = self.owed(key, turn, part)
        if part.excepted:
            return replace(now, verdict="free")
        if now.verdict == "short":
            on = self.duty.moment.on
            if self._until(on, key, turn, part) != "met":
                return replace(now, late_by=(on - turn.due).days)
            done = next(d for d in self._days_after(key, turn)
                        if self._until(d, key, turn, part) == "met")  # fmt: skip
            return replace(now, verdict="late", late_by=(done - turn.due).days)
        return now

    def _until(self, day: dt.date, key: UUID, turn: Turn, part: Part) -> Verdict:
        """What the verdict is of what was done until a day after the deadline."""
        after = replace(turn, counted=(Span(turn.asked.began, day),))
        return self.owed(key, after, part).verdict

    def _days_after(self, key: UUID, turn: Turn) -> list[dt.date]:
        """The days after the deadline on which something was done, and the one that is asked."""
        on = self.duty.moment.on
        days = {row.days.began for rows in self.rows for row in rows.get(key, ())}
        return [*sorted(day for day in days if turn.due < day < on), on]


def _free(partial: str | None, turn: Turn, part: Part) -> bool:
    """Whether a turn is not owed: every day is excepted, or only a part of it is covered."""
    return part.excepted or (partial is None and not part.whole)


def _excepted(duty: DutyOf, over: Span) -> dict[UUID, list[Span]]:
    """The days that each record does not owe."""
    off = duty.entry.except_
    if off is None:
        return {}
    of, where = tuple(off.of or ()), off.where or {}
    listing = Listing(of, duty.moment, where, duty.meaning.row, file=duty.meaning)
    counting = Counting(listing, via=off.as_ or "", only=duty.only, off=True)
    rows = counted_for(counting, duty.owner, over)
    return {key: [row.days for row in told if row.sure] for key, told in rows.items()}


def pairs(window: Any) -> Any:
    """A window of one pair or several, as several."""
    if not window:
        return None
    return window if isinstance(window[0], tuple) else (window,)
