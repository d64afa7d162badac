"""Functions: reviewed ways of counting rows that words cannot say, called by name in a file.

A function is given, for one record, the days of the rows that count for it, each cut to the days
that are asked about, and answers with a number. It is pure: it reads nothing else. Whoever adds
one writes it and its cases here, says which papers ask for it, and has it read by somebody else,
whose name and day are then entered; until they are, every page that shows it says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from bangfu.programmes.kinds import Label
from bangfu.programmes.period import Span
from bangfu.programmes.programme import Programme, plain

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


def _months(days: Days) -> Fraction:
    found = set()
    for span in days:
        day = span.began.replace(day=1)
        while day <= span.ended:
            found.add(day)
            day = (day + dt.timedelta(days=31)).replace(day=1)
    return Fraction(len(found))


def _day(month: int, day: int, ended: tuple[int, int] | None = None) -> Span:
    last = dt.date(2026, *(ended or (month, day)))
    return Span(dt.date(2026, month, day), last)


FUNCTIONS: Final[Mapping[str, Function]] = {
    "different_months": Function(
        Label("不同的月份数", "different months"),
        Label(
            "有记录的月份各算一次：同一个月几次也只算一次",
            "each month with a row counts once, however many rows it has",
        ),
        "veterans_care, clause 3: visits in different months",
        True,
        _months,
        (
            ((), Fraction(0)),
            ((_day(1, 5), _day(1, 31)), Fraction(1)),
            ((_day(1, 31), _day(2, 1)), Fraction(2)),
            ((_day(1, 31, (3, 1)), _day(3, 31)), Fraction(3)),
            ((_day(12, 1, (12, 31)), _day(11, 30)), Fraction(2)),
        ),
    )
}


def functions_in(file: Programme) -> list[str]:
    """The functions that a file calls, by name."""
    return sorted(set(_called(plain(file.file))))


def _called(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if isinstance(name := value.get("function"), str) and name in FUNCTIONS:
            yield name
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _called(inner)
