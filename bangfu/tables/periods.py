"""The time that a heading or a title speaks of."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Callable

from bangfu.tables.understood import Period, Unit

_YEAR = r"(?P<y>20[0-9]{2}|19[0-9]{2})"
_THEN = r"(?:(?P<m>[0-9]{1,2})月(?:(?P<d>[0-9]{1,2})日?)?)"
_FROM_MONTH = r"(?P<m>[0-9]{1,2})(?P<d>)"
_TO = r"(?:-|—|~|至|到)"
_END = r"(?:(?P<y2>20[0-9]{2})年)?(?P<m2>[0-9]{1,2})月(?:(?P<d2>[0-9]{1,2})日)?"
_CN = {"一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}


def _month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _as_of(found: re.Match[str]) -> tuple[dt.date | None, dt.date | None]:
    year, month = int(found["y"]), int(found["m"] or 12)
    if not 1 <= month <= 12:
        return None, None
    end = _month_end(year, month)
    if found["d"] and found["d"].isdecimal() and 1 <= int(found["d"]) <= end.day:
        end = dt.date(year, month, int(found["d"]))
    return None, end


def _days(found: re.Match[str]) -> tuple[dt.date | None, dt.date | None]:
    """From one named day (or month) to another."""
    year, last_year = int(found["y"]), int(found["y2"] or found["y"])
    first, last = int(found["m"]), int(found["m2"])
    if not (1 <= first <= 12 and 1 <= last <= 12) or (last_year, last) < (year, first):
        return None, None
    begins, ends = dt.date(year, first, 1), _month_end(last_year, last)
    if found["d"] and 1 <= int(found["d"]) <= _month_end(year, first).day:
        begins = begins.replace(day=int(found["d"]))
    if found["d2"] and 1 <= int(found["d2"]) <= ends.day:
        ends = ends.replace(day=int(found["d2"]))
    return begins, ends


def _quarter(found: re.Match[str]) -> tuple[dt.date | None, dt.date | None]:
    year, quarter = int(found["y"]), _CN.get(found["q"]) or int(found["q"])
    return dt.date(year, quarter * 3 - 2, 1), _month_end(year, quarter * 3)


def _half(found: re.Match[str]) -> tuple[dt.date | None, dt.date | None]:
    year, half = int(found["y"]), _CN[found["h"]]
    return dt.date(year, half * 6 - 5, 1), _month_end(year, half * 6)


def _month(found: re.Match[str]) -> tuple[dt.date | None, dt.date | None]:
    year, month = int(found["y"]), int(found["m"])
    if not 1 <= month <= 12:
        return None, None
    return dt.date(year, month, 1), _month_end(year, month)


def _day(found: re.Match[str]) -> tuple[dt.date | None, dt.date | None]:
    try:
        day = dt.date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None, None
    return day, day


def _year(found: re.Match[str]) -> tuple[dt.date | None, dt.date | None]:
    year = int(found["y"])
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def _school_year(found: re.Match[str]) -> tuple[dt.date | None, dt.date | None]:
    return dt.date(int(found["y"]), 9, 1), dt.date(int(found["y"]) + 1, 8, 31)


def _unnamed(found: re.Match[str]) -> tuple[dt.date | None, dt.date | None]:
    return None, None


_Reader = Callable[[re.Match[str]], tuple[dt.date | None, dt.date | None]]
#: The first that fits is meant; what names its days stands before what does not.
_WAYS: tuple[tuple[Unit, str, _Reader], ...] = (
    ("year", rf"{_YEAR}(?:-|—|至)20[0-9]{{2}}学年", _school_year),
    ("span", rf"{_YEAR}年{_THEN}{_TO}{_END}", _days),
    ("span", rf"{_YEAR}年{_FROM_MONTH}{_TO}{_END}", _days),
    ("as_of", rf"(?:截[至止到]|至|末)[:：]?{_YEAR}(?:年度|年{_THEN}?(?:底|末|日)?)", _as_of),
    ("quarter", rf"{_YEAR}年第?(?P<q>[一二三四1-4])季度", _quarter),
    ("half", rf"{_YEAR}年(?P<h>[上下])半年", _half),
    ("day", rf"{_YEAR}年(?P<m>[0-9]{{1,2}})月(?P<d>[0-9]{{1,2}})日", _day),
    ("as_of", rf"{_YEAR}年(?P<m>[0-9]{{1,2}})(?P<d>)月份?(?:底|末)", _as_of),
    ("month", rf"{_YEAR}年(?P<m>[0-9]{{1,2}})月", _month),
    ("week", rf"{_YEAR}年(?:度)?第?[0-9]{{1,2}}周", _unnamed),
    ("as_of", rf"{_YEAR}(?P<m>)(?P<d>)年(?:底|末)", _as_of),
    ("year", rf"{_YEAR}年度?", _year),
    ("day", r"本日|今日|当日|当天", _unnamed),
    ("week", r"本周|当周", _unnamed),
    ("half", r"[上下]半年|半年报", _unnamed),
    ("month", r"本月|当月|[上下]?半月报|月报", _unnamed),
    ("quarter", r"本季度?|当季|季报", _unnamed),
    ("year", r"本年度?|当年|上年同期|上年度?|去年同期|去年|全年|年报|截止年度", _unnamed),
    ("to_date", r"累计|至今|历年|自.*以来", _unnamed),
    ("as_of", r"截[至止到]|目前|当前|现有|年底|年末|期末", _unnamed),
)  # fmt: skip

_LEADING = re.compile(r"^(上年度?(?!同期)|本年度?|当年|去年|全年|目前|当前|现有|截至目前)(?=.{2})")
_BLANKS: tuple[tuple[Unit, str, _Reader], ...] = (
    ("span", rf"年[0-9]*月(?:[0-9]*日)?{_TO}(?:[0-9]*年)?[0-9]*月", _unnamed),
    ("half", r"年第?[上下一二]?半年", _unnamed),
    ("quarter", r"年第?[一二三四]?季度", _unnamed),
    ("month", r"年[0-9]*月份?(?!\s*[0-9]*日)|^月", _unnamed),
)


def period_in(text: str, *, blanks: bool = False) -> Period | None:
    """The time that some words name or ask for; nothing where they speak of none.

    ``blanks``: also a date that is to be filled in (``年  月``), as lines above a table have it.
    """
    tight = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    for unit, way, reader in (*_WAYS, *(_BLANKS if blanks else ())):
        if found := re.search(way, tight):
            first, last = reader(found)
            return Period(unit, found[0], first, last)
    return None


def without_period(text: str) -> str:
    """The words of a heading without the time they name."""
    for _, way, reader in _WAYS:
        if reader is not _unnamed:
            text = re.sub(way, "", text)
    return _LEADING.sub("", text)


_PART = re.compile(
    r"第?(?P<q>[一二三四1-4])季度?|(?P<h>[上下])半年|(?P<m>1[0-2]|[1-9])月份?|"
    r"(?P<n>十[一二]?|[一二三四五六七八九])月份?|"
    r"(?P<from>1[0-2]|[1-9])月?(?:-|—|~|至|到)(?P<to>1[0-2]|[1-9])月份?(?:累计)?"
)


def part_of_year(text: str, within: Period | None) -> Period | None:
    """The quarter, month or half that a heading names alone, in the year of the table's time.

    Where that is not known, or spans several years, the part has no days.
    """
    tight = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    found = _PART.fullmatch(re.sub("(?:小计|合计)$", "", tight))
    if found is None:
        return None
    days = (within.first, within.last) if within else ()
    years = {day.year for day in days if day}
    if len(years) != 1:
        return Period("span", text, None, None)
    year = years.pop()
    unit: Unit
    if found["from"]:
        unit, last, months = "span", int(found["to"]), int(found["to"]) - int(found["from"]) + 1
        if months < 1:
            return Period("span", text, None, None)
    elif found["q"]:
        unit, last, months = "quarter", int(_CN.get(found["q"], found["q"])) * 3, 3
    elif found["h"]:
        unit, last, months = "half", _CN[found["h"]] * 6, 6
    else:
        unit, last, months = "month", int(found["m"] or _MONTHS.index(found["n"]) + 1), 1
    return Period(unit, text, dt.date(year, last - months + 1, 1), _month_end(year, last))


_MONTHS = "一 二 三 四 五 六 七 八 九 十 十一 十二".split()
