"""Functions: reviewed ways of counting rows that words cannot say, called by name in a file.

A function is given, for one record, the days of the rows that count for it, each cut to the days
that are asked about, and answers with a number. It is pure: it reads nothing else. Whoever adds
one writes it and its cases here, says which papers ask for it, and has it read by somebody else,
whose name and day are then entered; until they are, every page that shows it says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from bangfu.programmes.kinds import Label
from bangfu.programmes.period import Span
from bangfu.programmes.programme import Programme

Days = Sequence[Span]


@dataclass(frozen=True, slots=True)
class Review:
    """Who read a function and found it right, and when."""

    by: str
    on: dt.date


@dataclass(frozen=True, slots=True)
class Function:
    """A way of counting: what it is called, what it says, who asks for it, whether it was read.

    ``source`` is where a paper asks for it. ``grows``: more rows never make the number smaller.
    ``cases`` are days of rows with the number they give; they are run as tests.
    """

    label: Label
    says: Label
    source: str
    grows: bool
    work: Callable[[Days], Fraction]
    cases: Sequence[tuple[Days, Fraction]]
    review: Review | None = None

    @property
    def reviewed(self) -> Label:
        """Who reviewed it and when, in words."""
        if self.review is None:
            return Label("尚未复核", "not reviewed yet")
        by, on = self.review.by, self.review.on
        return Label(f"{by} {on} 复核", f"reviewed by {by} on {on}")

    def between(self, sure: Days, possible: Days) -> tuple[Fraction, Fraction]:
        """The number of the rows that surely count, and of all that may."""
        one, other = self.work(sure), self.work(possible)
        return (one, other) if self.grows else (min(one, other), max(one, other))


def _a_week_apart(days: Days) -> Fraction:
    """The most rows of which each begins seven days or more after the one before has ended."""
    found, free = 0, dt.date.min
    for span in sorted(days, key=lambda one: one.ended):
        if span.began >= free:
            found, free = found + 1, span.ended + dt.timedelta(days=7)
    return Fraction(found)


def _day(month: int, day: int, ended: tuple[int, int] | None = None) -> Span:
    last = dt.date(2026, *(ended or (month, day)))
    return Span(dt.date(2026, month, day), last)


FUNCTIONS: Final[Mapping[str, Function]] = {
    "a_week_apart": Function(
        Label("间隔满七天的次数", "times a week apart"),
        Label(
            "离上一次计数的记录不满七天的不算",
            "a row less than seven days after the last that counts does not count",
        ),
        "graduates, clause 2: three offers, a week or more apart",
        True,
        _a_week_apart,
        (
            ((), Fraction(0)),
            ((_day(1, 5), _day(1, 5)), Fraction(1)),
            ((_day(1, 5), _day(1, 11)), Fraction(1)),
            ((_day(1, 12), _day(1, 5)), Fraction(2)),
            ((_day(1, 1), _day(1, 6), _day(1, 8)), Fraction(2)),
            ((_day(1, 1, (1, 20)), _day(1, 2), _day(1, 9)), Fraction(2)),
        ),
    )
}


def functions_in(file: Programme) -> list[str]:
    """The functions that a file calls, by name."""
    return [name for name in file.functions if name in FUNCTIONS]
