"""Working days: the public table of holidays and make-up days, and what an office adds to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import chinese_calendar


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Which days are worked. ``own`` is an office's own table and goes before the public one.

    The public table ends with the last year whose holidays are announced; beyond it, Monday to
    Friday are worked, and ``is_known`` says that this is only assumed.
    """

    own: Mapping[dt.date, bool] = field(default_factory=dict)

    def is_worked(self, day: dt.date) -> bool:
        """Whether a day is worked."""
        return self.own[day] if day in self.own else _worked(day)

    def is_known(self, day: dt.date) -> bool:
        """Whether a table says so, rather than the plain week."""
        return day in self.own or _published(day.year)

    def after(self, day: dt.date, count: int) -> dt.date:
        """The so-manieth working day after a day; 0 is the day itself."""
        while count > 0:
            day += dt.timedelta(days=1)
            count -= self.is_worked(day)
        return day

    def on_or_after(self, day: dt.date) -> dt.date:
        """The day itself where it is worked, else the next one that is."""
        return day if self.is_worked(day) else self.after(day, 1)

    def between(self, began: dt.date, ended: dt.date) -> int:
        """How many days are worked from one day to another, both counted."""
        days = (ended - began).days + 1
        return sum(self.is_worked(began + dt.timedelta(days=number)) for number in range(days))


@lru_cache(maxsize=4096)
def _worked(day: dt.date) -> bool:
    if _published(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


@lru_cache(maxsize=256)
def _published(year: int) -> bool:
    try:
        chinese_calendar.is_workday(dt.date(year, 6, 1))
    except NotImplementedError:
        return False
    return True
