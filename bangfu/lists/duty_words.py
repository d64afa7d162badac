"""Readings, bounds and paces of claims in words, for screens and the command line."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from bangfu.lists.claims import Bounds, Sort
from bangfu.programmes.amount import percent
from bangfu.programmes.kinds import Label
from bangfu.programmes.pace import Pace
from bangfu.programmes.units import with_unit


def number_text(value: Fraction | None, sort: Sort, high: Fraction | None = None) -> str:
    """A reading without its unit: yuan for money, a percentage for a share; a range if not sure."""
    if value is None:
        return "—"
    low = _plain(value, sort)
    return low if high is None or high == value else f"{low}–{_plain(high, sort)}"


def _plain(value: Fraction, sort: Sort) -> str:
    if sort == "share":
        return percent(value)
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    if sort == "money":
        return f"{exact / 100:,.2f}"
    text = f"{exact:,.2f}"
    return text.rstrip("0").rstrip(".")


def pace_text(told: Pace, sort: Sort, unit: str = "") -> Label:
    """When a target will be reached if it goes on so, and from which numbers that follows."""
    start, now = number_text(told.start, sort), number_text(told.now, sort)
    bound, year = number_text(told.bound, sort), number_text(told.a_year, sort)
    zh = f"自 {told.since} 的 {start} 到现在的 {now}{unit}，折合一年 {year}{unit}"
    en = f"from {start} on {told.since} to {now} now, which is {year} a year"
    if told.day is None:
        return Label(f"{zh}；照此到不了 {bound}{unit}", f"{en}; so {bound} is out of sight")
    return Label(
        f"{zh}；照此 {told.day} 到 {bound}{unit}", f"{en}; so {bound} is reached on {told.day}"
    )


def asked_text(bounds: Bounds, sort: Sort, unit: str = "") -> Label:
    """What is asked, in words: at least 7, at most 3, 2 to 3; nothing where it is only counted."""
    if bounds.unknown:
        return Label("不能判定", "not known")
    least, most = bounds.least, bounds.most
    if least is None and most is None:
        return Label("", "")
    if least == most:
        return with_unit(number_text(least, sort), unit)
    if most is None:
        told = with_unit(number_text(least, sort), unit)
        return Label(f"不少于 {told.zh}", f"at least {told.en}")
    if least is None:
        told = with_unit(number_text(most, sort), unit)
        return Label(f"不超过 {told.zh}", f"at most {told.en}")
    low, high = number_text(least, sort), with_unit(number_text(most, sort), unit)
    return Label(f"{low} 至 {high.zh}", f"{low} to {high.en}")
