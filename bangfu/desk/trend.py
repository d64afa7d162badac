"""A figure over time: readings at the ends of periods, as a line and as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bangfu.lists.figure import Figure
from bangfu.lists.numbers import Reading
from bangfu.lists.readings import readings_within
from bangfu.programmes.period import Span, periods

POINTS = 12
WIDTH, HEIGHT = 720, 200
LEFT, RIGHT, TOP, BOTTOM = 12, 12, 28, 28


@dataclass(frozen=True, slots=True)
class Point:
    """One reading of the line: its day, what was read, and where it stands in the drawing."""

    day: dt.date
    reading: Reading
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Trend:
    """A line of readings. ``path`` is the drawing of what is known, in one stroke."""

    points: tuple[Point, ...]
    path: str
    top: float

    @property
    def shown(self) -> bool:
        """Whether there is a line to see."""
        return len(self.points) > 1


def days_of(first: dt.date, last: dt.date, per: str) -> list[dt.date]:
    """The last days of the periods up to a day, at most so many, and that day itself."""
    if last < first:
        return [last]
    ends = [span.ended for span in periods(Span(first, last), per) if span.ended < last]
    return [*ends[-(POINTS - 1) :], last]


def trend(figure: Figure, days: Sequence[dt.date], *, seconds: float) -> Trend | None:
    """The readings of a figure on some days, drawn; None if so many seconds are too short."""
    asked = [figure.at(figure.moment.on_day(day)) for day in days]
    counted = [told[0] if told else None for told in readings_within(asked, seconds)]
    if any(found is None for found in counted):
        return None
    read = [(day, found) for day, found in zip(days, counted, strict=True) if found is not None]
    top = max((float(r.low) for _, r in read if r.low is not None), default=0.0)
    points = tuple(
        Point(day, found, _x(place, len(read)), _y(found, top))
        for place, (day, found) in enumerate(read)
    )
    known = [p for p in points if p.reading.low is not None]
    path = " ".join(f"{'L' if n else 'M'}{p.x:.1f} {p.y:.1f}" for n, p in enumerate(known))
    return Trend(points, path, top)


def _x(place: int, count: int) -> float:
    room = WIDTH - LEFT - RIGHT
    return LEFT + (room * place / (count - 1) if count > 1 else room / 2)


def _y(found: Reading, top: float) -> float:
    room = HEIGHT - TOP - BOTTOM
    share = float(found.low or 0) / top if top > 0 else 0.0
    return TOP + room * (1 - max(0.0, min(1.0, share)))
