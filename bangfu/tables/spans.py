"""The days that headings ask for in relation to the table's own time: 本月, 上年同期, 本年累计."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from bangfu.programmes.period import add_months, end_of_month
from bangfu.tables.understood import Period, Unit

_MONTHS: dict[Unit, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
#: Within times of such a length 累计 is from their beginning; beside a month it does not say.
_WHOLE = frozenset(("span", "half", "year"))
_DAY = dt.timedelta(days=1)
_WEEK = dt.timedelta(days=7)
_MONTH = dt.timedelta(days=31)
#: A unit of time, or its end or beginning: how things stood then.
_Way = Unit | Literal["ends", "began", "year began"] | None  # None: the table's own time
#: Words that say which days, the first that fits; how many units back, and whether it adds up.
_WAYS: tuple[tuple[str, _Way, int], ...] = (
    (r"(?:上|去)(?:一)?年度?同(?:期|月|季度?)(?:数|累计)?|同期数?", "to_date", 1),
    (r"(?:本|当|今)年度?(?:以来)?累计|年初(?:以来|至今)(?:累计)?|(?:今|本)年以来", "to_date", 0),
    (r"累计数?|历年", "as_of", 0),
    (r"上(?:一|个)?周", "week", 1), (r"[本当]周", "week", 0),
    (r"上(?:一|个)?月", "month", 1), (r"[本当]月", "month", 0),
    (r"上(?:一|个)?季度?", "quarter", 1), (r"[本当]季度?", "quarter", 0),
    (r"上(?:一)?年度?|去年", "year", 1), (r"[本当今]年度?|全年", "year", 0),
    (r"上(?:一)?期(?!间)", None, 1), (r"本期|报告期", None, 0),
    (r"期末", "ends", 0), (r"年初", "year began", 0), (r"期初", "began", 0),
)  # fmt: skip
RELATIVE = re.compile("|".join(f"(?:{way})" for way, _, _ in _WAYS))
#: What may stand behind such words and says nothing more of the time.
_BEHIND = re.compile(r"(?:末|底|止|内|共|的|数|情况|完成|实际)*")
#: What asks for days of no calendar period adds up over them.
_KINDS: dict[_Way, Unit] = {
    "to_date": "span", "as_of": "to_date", "ends": "as_of", "began": "as_of", "year began": "as_of",
    "week": "week", "month": "month", "quarter": "quarter", "year": "year", None: "span",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """The days that are meant, how they are called, and the words of the heading beside that."""

    period: Period
    rest: str


def asked_in(heading: str, within: Period | None, on: dt.date) -> Asked | None:
    """The days that a heading asks for, beside a table of some time, as on a day.

    Nothing where it says nothing of the kind. What cannot be told has no days, such as 上期 of a
    table whose own time is not named; 累计 has a last day alone.
    """
    tight = re.sub(r"\s+", "", unicodedata.normalize("NFKC", heading))
    for way, unit, back in _WAYS:
        if found := re.match(way, tight):
            rest = tight[_behind(tight, found.end()) :]
            first, last = _days(unit, back, within, on)
            # 本期 of a month is a month, at whose end how things stood can be told.
            own = within.unit if unit is None and within and within.unit in _MONTHS else None
            return Asked(Period(own or _KINDS[unit], found[0], first, last), rest)
    return None


def _behind(text: str, end: int) -> int:
    found = _BEHIND.match(text, end)
    return found.end() if found else end


def _days(
    unit: _Way, back: int, within: Period | None, on: dt.date
) -> tuple[dt.date | None, dt.date | None]:
    """First and last day; the last one not after what the table's own time, or today, has seen."""
    end = min(within.last, on) if within and within.last else on
    match unit:
        case None:
            return _own(within, back)
        case "to_date":
            return _to_date(within, end, back)
        case "as_of":
            return (within.first if within and _is_whole(within) else None), end
        case "ends":
            return None, end if within and within.last else None
        case "began":
            return None, within.first - _DAY if within and within.first else None
        case "year began":
            return None, end.replace(month=1, day=1) - _DAY
        case "week":
            first = end - dt.timedelta(days=end.weekday()) - back * _WEEK
            return first, first + 6 * _DAY
        case _:
            months = _MONTHS[unit]
            began = (end.month - 1) // months * months + 1
            first = add_months(end.replace(month=began, day=1), -months * back)
            last = end_of_month(add_months(first, months - 1))
            # What goes on yet is told as far as the table's own time has seen.
            return first, last if back or within is None else min(last, within.last or last)


def _is_whole(within: Period) -> bool:
    """Whether what adds up beside such a time begins with it; beside a week it does not say."""
    first, last = within.first, within.last
    weeks = first is not None and last is not None and last - first < _MONTH
    return within.unit in _WHOLE and not weeks


def _own(within: Period | None, back: int) -> tuple[dt.date | None, dt.date | None]:
    """The table's own time, or the one of the same length before it."""
    if within is None or within.first is None or within.last is None:
        return None, None
    if not back:
        return within.first, within.last
    months = _MONTHS.get(within.unit)
    if months is None:
        return None, None
    first = add_months(within.first, -months)
    return first, within.first - _DAY


def _to_date(
    within: Period | None, end: dt.date, back: int
) -> tuple[dt.date | None, dt.date | None]:
    """From the beginning of the year to the end of the table's time; or the same a year before.

    Beside a month and its year so far 上年同期 may be either of the two: it has no days.
    """
    if not back:
        return end.replace(month=1, day=1), end
    if within is None or within.first is None or within.unit not in ("span", "half", "year"):
        return None, None
    first, whole = within.first, within.last == end and end == end_of_month(end)
    earlier = add_months(end, -12)
    return add_months(first, -12), end_of_month(earlier) if whole else earlier
