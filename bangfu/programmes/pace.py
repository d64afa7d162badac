"""When a number will be where it should be, if it goes on as it has gone so far."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final

#: What would take longer than this is said to be out of sight.
FAR: Final = 36_525


@dataclass(frozen=True, slots=True)
class Pace:
    """From where a number came, how fast it goes in a day, and when it is there at that pace.

    ``day`` is None where it does not move towards the bound, or so slowly that it is out of sight.
    """

    since: dt.date
    start: Fraction
    now: Fraction
    bound: Fraction
    a_day: Fraction
    day: dt.date | None

    @property
    def a_year(self) -> Fraction:
        """How far it goes in 365 days."""
        return self.a_day * 365


def pace(
    since: dt.date, start: Fraction, on: dt.date, now: Fraction, bound: Fraction, *, up: bool
) -> Pace | None:
    """The pace from a first day to a day, towards a bound from below (``up``) or from above.

    None where no day has passed, or the bound is reached already.
    """
    there = now >= bound if up else now <= bound
    if on <= since or there:
        return None
    a_day = (now - start) / (on - since).days
    towards = a_day if up else -a_day
    if towards <= 0:
        return Pace(since, start, now, bound, a_day, None)
    days = ceil(abs(bound - now) / towards)
    day = on + dt.timedelta(days=days) if days <= FAR else None
    return Pace(since, start, now, bound, a_day, day)
