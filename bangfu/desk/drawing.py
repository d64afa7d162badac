"""Drawings that the server makes: a line of days with bars on it, and small lines of readings.

They carry no script and no style of their own, print as they stand, and beside each stands the same
in words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: The drawing of days: its width, where bars begin, and how high one line is.
WIDTH, NAMES, LINE = 720, 190, 20
#: The small line beside a figure.
SMALL_WIDTH, SMALL_HEIGHT, EDGE = 96, 22, 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """Something that lasts from a day to a day, with how it stands."""

    title: str
    first: dt.date
    last: dt.date
    state: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch as it is drawn."""

    stretch: Stretch
    x: float
    y: int
    width: float


@dataclass(frozen=True, slots=True)
class Tick:
    """The first day of a month where one is written below."""

    day: dt.date
    x: float


@dataclass(frozen=True, slots=True)
class Days:
    """Stretches over the days of a programme. ``today`` is where the day asked about lies."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    today: float | None
    height: int

    @property
    def floor(self) -> int:
        """Where the bars end and the months stand."""
        return self.height - LINE


def days(stretches: Sequence[Stretch], first: dt.date, last: dt.date, on: dt.date) -> Days:
    """A line of days from the first to the last, with every stretch on a line of its own."""
    place = _Scale(first, last)
    bars = tuple(
        Bar(one, place.x(one.first), LINE * n + 4, max(2.0, place.x(one.last) - place.x(one.first)))
        for n, one in enumerate(stretches)
    )
    ticks = tuple(Tick(day, place.x(day)) for day in _months(first, last))
    today = place.x(on) if first <= on <= last else None
    return Days(bars, ticks, today, LINE * (len(bars) + 1) + 4)


@dataclass(frozen=True, slots=True)
class _Scale:
    first: dt.date
    last: dt.date

    def x(self, day: dt.date) -> float:
        """Where a day lies; what lies outside stands at the edge."""
        whole = max(1, (self.last - self.first).days)
        share = min(1.0, max(0.0, (day - self.first).days / whole))
        return NAMES + share * (WIDTH - NAMES - 8)


def _months(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """The first days of months between two days, at most twelve of them and evenly apart."""
    count = (last.year - first.year) * 12 + last.month - first.month
    step = next((s for s in (1, 2, 3, 6, 12, 24, 60) if count / s <= 12), 120)
    for number in range(0, count + 1, step):
        year, month = divmod(first.month - 1 + number, 12)
        day = dt.date(first.year + year, month + 1, 1)
        if day >= first:
            yield day


def small_line(values: Sequence[float]) -> str:
    """The path of a small line of values; empty where there is no line to see."""
    if len(values) < 2:
        return ""
    top, room = max(values), SMALL_HEIGHT - 2 * EDGE
    step = (SMALL_WIDTH - 2 * EDGE) / (len(values) - 1)
    points = [
        (EDGE + step * n, EDGE + room * (1 - (v / top if top > 0 else 0.0)))
        for n, v in enumerate(values)
    ]
    return " ".join(f"{'L' if n else 'M'}{x:.1f} {y:.1f}" for n, (x, y) in enumerate(points))
