"""Days, spans and periods: calendar periods, durations, working days, lunar dates, windows."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from lunardate import LunarDate

from bangfu.programmes.literals import (
    CONDITION_DAY,
    DURATION,
    MOVED,
    MULTIPLE,
    WEEKDAYS,
    WINDOW_DAY,
    WORKED,
    is_day,
)
from bangfu.programmes.workdays import WorkingDays

_DAY: Final = dt.timedelta(days=1)
_MONTHS_IN: Final = {
    "month": 1,
    "months": 1,
    "quarter": 3,
    "quarters": 3,
    "half_year": 6,
    "year": 12,
    "years": 12,
}
_ORDINALS: Final = ("first", "second", "third", "fourth")
_FIRST_MONDAY: Final = dt.date(1900, 1, 1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From a first to a last day, both counted."""

    began: dt.date
    ended: dt.date

    def __post_init__(self) -> None:
        if self.ended < self.began:
            raise ValueError(f"a span that ends {self.ended} cannot begin {self.began}")

    def __contains__(self, day: dt.date) -> bool:
        return self.began <= day <= self.ended

    @property
    def days(self) -> int:
        """How many days the span has."""
        return (self.ended - self.began).days + 1

    def overlap(self, other: Span) -> Span | None:
        """The days that both spans have, if any."""
        began, ended = max(self.began, other.began), min(self.ended, other.ended)
        return Span(began, ended) if began <= ended else None

    def each_day(self) -> Iterator[dt.date]:
        """Every day of the span."""
        return (self.began + dt.timedelta(days=number) for number in range(self.days))


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same days as spans in order that neither overlap nor touch."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.began <= found[-1].ended + _DAY:
            found[-1] = Span(found[-1].began, max(found[-1].ended, span.ended))
        else:
            found.append(span)
    return tuple(found)


def cut(spans: Iterable[Span], within: Span) -> tuple[Span, ...]:
    """What lies of some spans within another, in order, each day once."""
    return merged(part for span in spans if (part := span.overlap(within)))


def days_in(spans: Iterable[Span]) -> int:
    """How many different days some spans have."""
    return sum(span.days for span in merged(spans))


def gaps(spans: Iterable[Span], over: Span, *, least: int = 1) -> tuple[Span, ...]:
    """The days of ``over`` on which fewer than ``least`` of the spans hold, by a sweep.

    Only the days on which a span begins or ends are looked at, not every day.
    """
    parts = [part for span in spans if (part := span.overlap(over))]
    steps: dict[dt.date, int] = {over.began: 0}
    for part in parts:
        steps[part.began] = steps.get(part.began, 0) + 1
        if part.ended < over.ended:
            after = part.ended + _DAY
            steps[after] = steps.get(after, 0) - 1
    found, held = [], 0
    days = sorted(steps)
    for day, following in zip(days, [*days[1:], over.ended + _DAY], strict=True):
        held += steps[day]
        if held < least:
            found.append(Span(day, following - _DAY))
    return merged(found)


def period_of(day: dt.date, per: str) -> Span:
    """The whole calendar period of a sort ("month", "half_month", "2 months") that holds a day.

    A week begins on Monday. Ten days are the 1st to 10th, 11th to 20th, 21st to the month's end.
    Multiples of months and years are counted within the year and from year 1; multiples of days
    and weeks from Monday 1 January 1900.
    """
    if found := MULTIPLE.fullmatch(per):
        return _multiple(day, int(found[1]), found[2])
    if per == "day":
        return Span(day, day)
    if per == "week":
        monday = day - dt.timedelta(days=day.weekday())
        return Span(monday, monday + 6 * _DAY)
    if per in ("ten_days", "half_month"):
        return _part_of_month(day, (1, 11, 21) if per == "ten_days" else (1, 16))
    if per in _MONTHS_IN:
        return _months(day, _MONTHS_IN[per])
    raise ValueError(f"{per!r} is not a calendar period")


def _part_of_month(day: dt.date, firsts: tuple[int, ...]) -> Span:
    began = day.replace(day=max(first for first in firsts if first <= day.day))
    later = [first for first in firsts if first > day.day]
    return Span(began, day.replace(day=later[0]) - _DAY if later else end_of_month(day))


def _months(day: dt.date, months: int) -> Span:
    """The block of so many months that holds a day; blocks longer than a year count from year 1."""
    whole = (day.year - 1) * 12 + day.month - 1
    if months <= 12:
        base = (day.year - 1) * 12
        first = base + (whole - base) // months * months
        last = min(first + months, base + 12) - 1
    else:
        first = whole // months * months
        last = first + months - 1
    return Span(
        dt.date(first // 12 + 1, first % 12 + 1, 1),
        end_of_month(dt.date(last // 12 + 1, last % 12 + 1, 1)),
    )


def _multiple(day: dt.date, count: int, unit: str) -> Span:
    if unit in _MONTHS_IN:
        return _months(day, count * _MONTHS_IN[unit])
    length = count * (7 if unit == "weeks" else 1)
    began = day - dt.timedelta(days=(day - _FIRST_MONDAY).days % length)
    return Span(began, began + (length - 1) * _DAY)


def periods(span: Span, per: str) -> tuple[Span, ...]:
    """The whole calendar periods that touch a span; a week belongs where its Monday lies."""
    found = []
    day = span.began
    while day <= span.ended:
        period = period_of(day, per)
        found.append(period)
        day = period.ended + _DAY
    if per == "week":
        found = [week for week in found if week.began in span]
    return tuple(found)


def periods_touched(spans: Iterable[Span], per: str) -> frozenset[dt.date]:
    """The first days of all calendar periods in which some spans have a day."""
    found = set()
    for span in spans:
        day = span.began
        while day <= span.ended:
            period = period_of(day, per)
            found.add(period.began)
            day = period.ended + _DAY
    return frozenset(found)


def end_of_month(day: dt.date) -> dt.date:
    """The last day of the month that holds a day."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the month's last day if it has no such day."""
    whole = day.year * 12 + day.month - 1 + months
    first = dt.date(whole // 12, whole % 12 + 1, 1)
    return first.replace(day=min(day.day, end_of_month(first).day))


def later(day: dt.date, duration: str, *, workdays: WorkingDays) -> dt.date:
    """The day that lies a duration ("5 working days", "6 months") after a day, inclusive.

    With "or next working day" it moves on where nobody works on it. Hours are rounded up to the
    end of the day in which they run out at the latest.
    """
    found = DURATION.fullmatch(duration)
    if not found:
        raise ValueError(f"{duration!r} is not a duration")
    count, unit = int(found[1]), found[2].removesuffix("s")
    if unit == "working day":
        last = workdays.after(day, count)
    elif unit == "hour":
        last = day + dt.timedelta(days=-(-count // 24))
    else:
        last = shifted(day, count, unit)
    return workdays.on_or_after(last) if found[3] else last


def shifted(day: dt.date, count: int, unit: str) -> dt.date:
    """A day so many days, weeks, months or years later; a day that a month lacks is its last."""
    if unit == "day":
        return day + dt.timedelta(days=count)
    if unit == "week":
        return day + dt.timedelta(weeks=count)
    return add_months(day, count * (12 if unit == "year" else 1))


def add_term(day: dt.date, duration: str) -> dt.date:
    """The last day of a term that begins on a day: two years from 2021-10-08 end 2023-10-07."""
    count, unit = duration.split(" ", 1)
    return shifted(day, int(count), unit.removesuffix("s")) - dt.timedelta(days=1)


def day_in_condition(value: dt.date | str, *, on: dt.date, period: Span | None = None) -> dt.date:
    """The day that a condition means ("today", "30 days ago", "start of year"), read on a day."""
    if not isinstance(value, str):
        return value
    found = CONDITION_DAY.fullmatch(value)
    if not found:
        raise ValueError(f"{value!r} is not a day of a condition")
    if value == "today":
        return on
    if found[1] == "period":
        return period.began if period else on
    if found[1]:
        return period_of(on, found[1]).began
    if found[2]:
        return shifted(on, -int(found[2]), found[3].removesuffix("s"))
    return shifted(on, int(found[4]), found[5].removesuffix("s"))


def lunar_day(year: int, month: int, day: int) -> dt.date:
    """A day of the lunar year that begins in a solar year; a missing 30th is the 29th."""
    try:
        found: dt.date = LunarDate(year, month, day).to_solar_date()
    except ValueError:
        if day != 30:
            raise
        found = LunarDate(year, month, 29).to_solar_date()
    return found


def as_lunar(day: dt.date) -> tuple[int, int, int, bool]:
    """A day in the lunar calendar: year, month, day, and whether the month is a leap month."""
    lunar = LunarDate.from_solar_date(day.year, day.month, day.day)
    return lunar.year, lunar.month, lunar.day, bool(lunar.is_leap_month)


def windows(
    pairs: tuple[tuple[dt.date | str, dt.date | str], ...],
    period: Span,
    *,
    workdays: WorkingDays,
) -> tuple[Span, ...]:
    """The days of a period that windows leave, as spans in order that do not touch each other.

    A lunar window that crosses New Year belongs to the year in which that New Year falls, so it
    may begin before the period does; every other window is cut to the period.
    """
    return merged(span for pair in pairs for span in _window(pair, period, workdays))


def _window(
    pair: tuple[dt.date | str, dt.date | str], period: Span, workdays: WorkingDays
) -> list[Span]:
    first, last = pair
    if is_lunar(first) and is_lunar(last):
        return _lunar_window(str(first), str(last), period)
    found = []
    lasts = window_days(last, period, workdays=workdays)
    for began in window_days(first, period, workdays=workdays):
        ends = [day for day in lasts if day >= began]
        if ends and (part := Span(began, min(ends)).overlap(period)):
            found.append(part)
    return found


def _lunar_window(first: str, last: str, period: Span) -> list[Span]:
    (first_month, first_day), (last_month, last_day) = _month_day(first), _month_day(last)
    crosses = (last_month, last_day) < (first_month, first_day)
    found = []
    for year in range(period.began.year - 1, period.ended.year + 1):
        began = lunar_day(year, first_month, first_day)
        ended = lunar_day(year + 1 if crosses else year, last_month, last_day)
        if crosses:
            if lunar_day(year + 1, 1, 1) in period:
                found.append(Span(began, ended))
        elif part := Span(began, ended).overlap(period):
            found.append(part)
    return found


def window_days(day: dt.date | str, period: Span, *, workdays: WorkingDays) -> list[dt.date]:
    """The days of a period that one side of a window means.

    With "or next working day" each moves on where nobody works on it.
    """
    if is_day(day):
        assert isinstance(day, dt.date)
        return [day]
    assert isinstance(day, str)
    if day.endswith(MOVED):
        days = _window_days(day.removesuffix(MOVED), period, workdays)
        return [workdays.on_or_after(one) for one in days]
    return _window_days(day, period, workdays)


def _window_days(day: str, period: Span, workdays: WorkingDays) -> list[dt.date]:
    found = WINDOW_DAY.fullmatch(day)
    if not found:
        raise ValueError(f"{day!r} is not a day of a window")
    if day in ("start", "end"):
        return [period.began if day == "start" else period.ended]
    if day in WEEKDAYS:
        weekday = WEEKDAYS.index(day)
        return [one for one in period.each_day() if one.weekday() == weekday]
    if found[8] and found[9] == WORKED:
        return _so_manieths(found[8], period, workdays.is_worked)
    if found[8]:
        weekday = WEEKDAYS.index(found[9])
        return _so_manieths(found[8], period, lambda one: one.weekday() == weekday)
    if found[6]:
        month = period.began if found[7] == "first" else period.ended
        return [_so_manieth(int(found[6]), month)]
    if found[5]:
        return [period.ended - dt.timedelta(days=int(found[5]))]
    if found[1]:
        return _days_of_months(int(found[1]), period)
    return _month_days(day, period)


def _days_of_months(number: int, period: Span) -> list[dt.date]:
    """The so-manieth of each month; a month without that day has its last day instead."""
    days = [_so_manieth(number, month.ended) for month in periods(period, "month")]
    return [day for day in days if day in period]


def _so_manieths(which: str, period: Span, fits: Callable[[dt.date], bool]) -> list[dt.date]:
    """The first, second … or last Monday, or working day, of each month."""
    days = []
    for month in periods(period, "month"):
        found = [day for day in month.each_day() if fits(day)]
        days.append(found[-1] if which == "last" else found[_ORDINALS.index(which)])
    return [day for day in days if day in period]


def _so_manieth(number: int, month: dt.date) -> dt.date:
    return month.replace(day=min(number, end_of_month(month).day))


def _month_days(day: str, period: Span) -> list[dt.date]:
    month, number = _month_day(day)
    found = []
    for year in range(period.began.year - 1, period.ended.year + 1):
        try:
            one = lunar_day(year, month, number) if is_lunar(day) else dt.date(year, month, number)
        except ValueError:
            continue
        if one in period:
            found.append(one)
    return found


def _month_day(day: str) -> tuple[int, int]:
    month, number = day.removeprefix("lunar ").split("-")
    return int(month), int(number)


def is_lunar(day: dt.date | str) -> bool:
    """Whether a side of a window is a day of the lunar calendar."""
    return isinstance(day, str) and day.startswith("lunar ")


def month_day_fits(day: str, began: dt.date, ended: dt.date) -> int:
    """How often a month-day ("06-30", "lunar 12-27") lies between two days; 1 for any other day."""
    found = WINDOW_DAY.fullmatch(day)
    if not found or not found[3] or ended < began:
        return 1
    return len(_month_days(day.removesuffix(MOVED), Span(began, ended)))
