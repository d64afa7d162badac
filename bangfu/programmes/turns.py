"""The times at which something is owed: periods, the days that count in each, the last day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from bangfu.programmes.period import Span, cut, days_in, later, periods, windows
from bangfu.programmes.workdays import WorkingDays

_DAY: Final = dt.timedelta(days=1)
_ALL: Final = Fraction(1)
Pairs = tuple[tuple[dt.date | str, dt.date | str], ...]


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """One time at which something is owed.

    ``asked`` are the days that it is owed for, whole even where the programme covers a part of
    them; ``covered`` that part. What is done on the days of ``counted`` counts, and ``due`` is the
    last of them.
    """

    asked: Span
    covered: Span
    counted: tuple[Span, ...]
    due: dt.date

    @property
    def whole(self) -> bool:
        """Whether all days that it is owed for are covered."""
        return self.covered == self.asked

    @property
    def first(self) -> dt.date:
        """The first day on which something counts."""
        return self.counted[0].began


@dataclass(frozen=True, slots=True)
class Part:
    """What one record owes of a turn: the days it was there, and the share that leave leaves it.

    ``whole``: it was there, and the programme covers, all of the days that are owed.
    """

    days: Span
    whole: bool
    share: Fraction
    excepted: bool


def turns(
    span: Span,
    *,
    per: str | None = None,
    window: Pairs | None = None,
    within: str | None = None,
    spans: Iterable[Span] | None = None,
    workdays: WorkingDays,
) -> tuple[Turn, ...]:
    """The turns of a claim over its span.

    ``per``: calendar periods, or the ``spans`` of a list, of which there may be none; without it,
    once. ``within`` a calendar period lets what belongs to it be done so long after its end: from
    the day after the deadline of the period before. Within a span of a list it counts from that
    span's first day.
    """
    if per is None:
        return _once(span, window, workdays)
    if spans is not None:
        found = [_of_span(one, span, window, within, workdays) for one in sorted({*spans})]
    else:
        found = [_of_period(one, span, per, window, within, workdays) for one in periods(span, per)]
    return tuple(turn for turn in found if turn is not None)


def _once(span: Span, window: Pairs | None, workdays: WorkingDays) -> tuple[Turn, ...]:
    counted = windows(window, span, workdays=workdays) if window else (span,)
    if not counted:
        return ()
    whole = Span(counted[0].began, counted[-1].ended)
    return (Turn(whole, whole, counted, whole.ended),)


def _of_span(
    one: Span, span: Span, window: Pairs | None, within: str | None, workdays: WorkingDays
) -> Turn | None:
    if within:
        one = Span(one.began, later(one.began, within, workdays=workdays))
    return _turn(one, span, windows(window, one, workdays=workdays) if window else (one,))


def _of_period(
    period: Span,
    span: Span,
    per: str,
    window: Pairs | None,
    within: str | None,
    workdays: WorkingDays,
) -> Turn | None:
    if not within:
        days = windows(window, period, workdays=workdays) if window else (period,)
        return _turn(period, span, days)
    covered = period.overlap(span)
    if covered is None:
        return None
    due = later(period.ended, within, workdays=workdays)
    before = period.began - _DAY
    first = max(later(before, within, workdays=workdays) + _DAY, covered.began)
    if period.began <= span.began:
        first = covered.began
    return Turn(period, covered, (Span(first, due),), due)


def _turn(period: Span, span: Span, counted: tuple[Span, ...]) -> Turn | None:
    """A turn of a period; of one with windows, the days from the first to the last are owed."""
    if not counted:
        return None
    asked = Span(counted[0].began, counted[-1].ended) if counted != (period,) else period
    covered, cut_down = asked.overlap(span), cut(counted, span)
    if covered is None or not cut_down:
        return None
    return Turn(asked, covered, cut_down, cut_down[-1].ended)


def part_of(turn: Turn, there: Iterable[Span], excepted: Iterable[Span] = ()) -> Part | None:
    """What a record that was there on some days owes of a turn; None if it was not there at all."""
    spans = list(there)
    if len(spans) == 1 and not excepted and turn.whole:
        # Most records were there all the time and nothing is excepted.
        if spans[0].began <= turn.asked.began and spans[0].ended >= turn.asked.ended:
            return Part(turn.asked, True, _ALL, False)
    days = cut(spans, turn.covered)
    if not days:
        return None
    present = Span(days[0].began, days[-1].ended)
    off = sum(days_in(cut(excepted, day)) for day in days)
    held = days_in(days)
    return Part(present, days == (turn.asked,), Fraction(held - off, turn.asked.days), off == held)


def due_after(day: dt.date, within: str, *, workdays: WorkingDays) -> Turn:
    """The turn of a deadline that runs from a day: that day and so long after it."""
    span = Span(day, later(day, within, workdays=workdays))
    return Turn(span, span, (span,), span.ended)
