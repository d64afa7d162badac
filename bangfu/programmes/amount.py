"""Money as whole fen, shares as fractions, and numbers whose marks were lost on the way."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from bangfu.programmes.literals import POINTS, SHARE

_UNITS: Final = {
    "": 100,
    "元": 100,
    "千元": 100_000,
    "万元": 1_000_000,
    "万": 1_000_000,
    "百万元": 100_000_000,
    "亿元": 10_000_000_000,
    "亿": 10_000_000_000,
    "角": 10,
    "分": 1,
}
_MONEY: Final = re.compile(
    r"(?P<sign>-?)¥?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<unit>\D*?)整?"
)
_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_RUN: Final = re.compile(r"(?P<digits>\d{2,16})(?P<unit>\D*)")


def fen(text: str) -> int:
    """An amount as written ("1,234.50元", "3.5万元", "¥20") in whole fen.

    Raises ValueError if it isn't one amount, or has parts of a fen.
    """
    found = _MONEY.fullmatch(_narrow(text))
    if not found or found["unit"] not in _UNITS:
        raise ValueError(f"{text!r} is not an amount such as 1234.50元 or 3万元")
    exact = Fraction(found["number"].replace(",", "")) * _UNITS[found["unit"]]
    if exact.denominator != 1:
        raise ValueError(f"{text!r} has parts of a fen")
    return -exact.numerator if found["sign"] else exact.numerator


def _narrow(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def yuan(amount: int, *, unit: str = "元") -> str:
    """Fen as text: two decimals in yuan; in 万元 as many as it takes to round nothing."""
    sign, amount = ("-" if amount < 0 else ""), abs(amount)
    if unit == "元":
        return f"{sign}{amount // 100:,}.{amount % 100:02d}元"
    if unit not in _UNITS:
        raise ValueError(f"{unit!r} is not a unit of money")
    size = _UNITS[unit]
    places = len(str(size)) - 1
    part = f"{amount % size:0{places}d}".rstrip("0")
    return f"{sign}{amount // size:,}{'.' + part if part else ''}{unit}"


def capitals(amount: int) -> str:
    """Fen in the capital numerals of vouchers: 123450 is 壹仟贰佰叁拾肆元伍角整."""
    if abs(amount) >= 10**18:
        raise ValueError("an amount of that size is not written in capitals")
    sign, amount = ("负" if amount < 0 else ""), abs(amount)
    whole, jiao, cent = amount // 100, amount // 10 % 10, amount % 10
    text = _whole(whole) + "元" if whole else ""
    if not jiao and not cent:
        return f"{sign}{text or '零元'}整"
    if jiao:
        text += ("零" if whole and whole % 10 == 0 else "") + _DIGITS[jiao] + "角"
    elif whole:
        text += "零"
    return f"{sign}{text}{_DIGITS[cent] + '分' if cent else '整'}"


def _whole(number: int) -> str:
    """A whole number in capitals, by groups of four digits, with one zero across a gap."""
    text, gap = "", False
    for power, name in ((12, "万亿"), (8, "亿"), (4, "万"), (0, "")):
        group = number // 10**power % 10_000
        if not group:
            gap = gap or bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        text, gap = text + _group(group) + name, False
    return text


def _group(group: int) -> str:
    text, gap = "", False
    for size, name in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = group // size % 10
        if digit:
            text += ("零" if gap else "") + _DIGITS[digit] + name
            gap = False
        else:
            gap = gap or bool(text)
    return text


@dataclass(frozen=True, slots=True)
class Damaged:
    """A number that may have lost a dash: as it stands, and the ranges it may have been.

    Nothing is chosen here; a person decides, and the source's own text is kept.
    """

    text: str
    as_written: int
    ranges: tuple[tuple[int, int], ...]
    unit: str


def damaged(text: str) -> Damaged | None:
    """The possible readings of a run of digits: "20003000元" may be 2000 to 3000.

    A range goes up, at most tenfold, and its numbers don't begin with zero. None if the text is
    no run of digits, or could not have been a range.
    """
    found = _RUN.fullmatch(_narrow(text))
    if not found:
        return None
    digits = found["digits"]
    splits = ((digits[:at], digits[at:]) for at in range(1, len(digits)))
    ranges = tuple(
        (int(low), int(high))
        for low, high in splits
        if low[0] != "0" and high[0] != "0" and int(low) < int(high) <= 10 * int(low)
    )
    return Damaged(text, int(digits), ranges, found["unit"]) if ranges else None


def share(text: str) -> Fraction:
    """A share as written ("80%", "1‰", "1/3") as a fraction."""
    found = SHARE.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not a share such as 80%, 1‰ or 1/3")
    if found[3]:
        return Fraction(int(found[3]), int(found[4]))
    return Fraction(found[1]) / (100 if found[2] == "%" else 1000)


def percent(value: Fraction, *, places: int = 1) -> str:
    """A fraction as a percentage, rounded half up; without decimals where none are needed."""
    scaled = value * 100 * 10**places
    rounded = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    whole, part = divmod(abs(rounded), 10**places)
    digits = f"{part:0{places}d}".rstrip("0") if places else ""
    return f"{'-' if rounded < 0 else ''}{whole}{'.' + digits if digits else ''}%"


def points(text: str) -> Fraction:
    """So much of a hundred or a thousand more ("2%"), or less ("-3‰"); ValueError for another."""
    found = POINTS.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no change such as 2% or -3‰")
    change = share(f"{found[2]}{found[3]}")
    return -change if found[1] else change
