"""Days, lengths of time, periods and sides of windows as they are said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from bangfu.programmes.kinds import Label
from bangfu.programmes.literals import (
    CONDITION_DAY,
    DURATION,
    MOVED,
    WEEKDAYS,
    WINDOW_DAY,
    WORKED,
)
from bangfu.programmes.saying import say

_UNITS: Final[Mapping[str, str]] = {
    "working day": "个工作日", "hour": "小时", "day": "天", "week": "周", "month": "个月",
    "quarter": "个季度", "year": "年",
}  # fmt: skip

PERIODS_SAID: Final[Mapping[str, Label]] = {
    "day": Label("每天", "every day"),
    "week": Label("每周", "every week"),
    "ten_days": Label("每旬", "every ten days"),
    "half_month": Label("每半月", "every half month"),
    "month": Label("每月", "every month"),
    "quarter": Label("每季度", "every quarter"),
    "half_year": Label("每半年", "every half-year"),
    "year": Label("每年", "every year"),
    "phase": Label("每个阶段", "in every phase"),
}

#: What is told apart besides the values of a field.
APART_SAID: Final[Mapping[str, Label]] = {
    "day": Label("日子", "day"),
    "week": Label("周", "week"),
    "month": Label("月份", "month"),
}

_ORDINALS: Final = ("first", "second", "third", "fourth")

_STARTS: Final = {
    "year": "年初",
    "half_year": "半年初",
    "quarter": "季初",
    "month": "月初",
    "week": "周初",
    "period": "本期首日",
}


def counted(number: int, unit: str) -> Label:
    """So many days, weeks, months."""
    en = unit if number == 1 else f"{unit}s"
    return Label(f"{number}{_UNITS[unit]}", f"{number} {en}")


def duration(text: str) -> Label:
    """A length of time."""
    found = DURATION.fullmatch(text)
    assert found is not None
    long = counted(int(found[1]), found[2].removesuffix("s"))
    return _moved(long) if found[3] else long


def _moved(said: Label) -> Label:
    return say("{said}（遇节假日顺延）", "{said} (or the next working day)", said=said)


def day(value: dt.date | str) -> Label:
    """A day of a condition: a date, today, thirty days ago."""
    if not isinstance(value, str):
        return Label(value.isoformat(), value.isoformat())
    found = CONDITION_DAY.fullmatch(value)
    assert found is not None
    if value == "today":
        return Label("当天", "today")
    if found[1]:
        return Label(_STARTS[found[1]], f"the {value.replace('_', '-')}")
    if found[2]:
        before = counted(int(found[2]), found[3].removesuffix("s"))
        return say("{long}以前", "{long} ago", long=before)
    long = counted(int(found[4]), found[5].removesuffix("s"))
    return say("{long}以后", "{long} ahead", long=long)


def window_day(value: dt.date | str) -> Label:
    """One side of a window."""
    if not isinstance(value, str):
        return day(value)
    if value.endswith(MOVED):
        return _moved(window_day(value.removesuffix(MOVED)))
    found = WINDOW_DAY.fullmatch(value)
    assert found is not None
    if found[8]:
        which = "一二三四"[_ORDINALS.index(found[8])] if found[8] != "last" else ""
        zh = f"第{which}个" if which else "最后一个"
        if found[9] == WORKED:
            return Label(f"当月{zh}工作日", f"the {found[8]} working day of the month")
        weekday = "一二三四五六日"[WEEKDAYS.index(found[9])]
        return Label(
            f"当月{zh}星期{weekday}", f"the {found[8]} {found[9].capitalize()} of the month"
        )
    if value in WEEKDAYS:
        return Label("星期" + "一二三四五六日"[WEEKDAYS.index(value)], value.capitalize())
    if found[1]:
        return Label(f"当月{found[1]}日", f"day {found[1]} of the month")
    if found[3]:
        month, number = int(found[3]), int(found[4])
        lunar = bool(found[2])
        return Label(
            f"{'农历' if lunar else ''}{month}月{number}日",
            f"{'lunar ' if lunar else ''}{found[3]}-{found[4]}",
        )
    if found[6]:
        which = "首月" if found[7] == "first" else "末月"
        return Label(f"{which}{found[6]}日", f"day {found[6]} of the {found[7]} month")
    if found[5]:
        return Label(f"结束前{found[5]}天", f"{found[5]} days before the end")
    return Label("期初", "the start") if value == "start" else Label("期末", "the end")
