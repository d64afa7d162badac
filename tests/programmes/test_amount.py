"""Amounts in fen, capital numerals, shares, and numbers that lost their dash."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.programmes.amount import capitals, damaged, fen, percent, share, yuan

AMOUNTS = st.integers(-(10**13), 10**13)


@given(AMOUNTS)
def test_an_amount_written_is_read_back(amount: int) -> None:
    assert fen(yuan(amount)) == amount
    assert fen(yuan(amount, unit="万元")) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.50元", 123450), ("1,234.5", 123450), ("¥20", 2000), ("¥20.00 元整", 2000),
        ("3万元", 3000000), ("1.5 亿元", 15000000000), ("-8角", -80), ("5分", 5), ("2千元", 200000),
        ("12.5元", 1250),
    ],
)  # fmt: skip
def test_amounts_as_offices_write_them(text: str, amount: int) -> None:
    assert fen(text) == amount


@pytest.mark.parametrize(
    "text", ["", "约3万元", "20xx元", "1.234元", "12,34元", "3万美元", "1-2元"]
)
def test_what_is_not_one_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        fen(text)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "零元整"), (5, "伍分"), (50, "伍角整"), (123450, "壹仟贰佰叁拾肆元伍角整"),
        (100000, "壹仟元整"), (100050, "壹仟元零伍角整"), (100105, "壹仟零壹元零伍分"),
        (1000000, "壹万元整"), (1000100, "壹万零壹元整"), (1010000, "壹万零壹佰元整"),
        (10000000100, "壹亿零壹元整"), (10500000000, "壹亿零伍佰万元整"),
        (-1680032, "负壹万陆仟捌佰元零叁角贰分"),
    ],
)  # fmt: skip
def test_capitals_of_vouchers(amount: int, text: str) -> None:
    assert capitals(amount) == text


DIGITS = {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
SIZES = {"拾": 10, "佰": 100, "仟": 1000}


def read_capitals(text: str) -> int:
    """A reader of capitals that shares nothing with the writer."""
    sign = -1 if text.startswith("负") else 1
    whole, _, part = text.removeprefix("负").removesuffix("整").rpartition("元")
    total = group = digit = 0
    for char in whole:
        if char in DIGITS:
            digit = DIGITS[char]
        elif char in SIZES:
            group, digit = group + digit * SIZES[char], 0
        else:
            size = {"万": 10**4, "亿": 10**8}[char]
            total, group, digit = (total + group + digit) * size, 0, 0
    jiao, cent = re.search("(.)角", part), re.search("(.)分", part)
    rest = (DIGITS[jiao[1]] * 10 if jiao else 0) + (DIGITS[cent[1]] if cent else 0)
    return sign * ((total + group + digit) * 100 + rest)


@given(st.integers(-(10**10), 10**10))
def test_capitals_say_the_amount(amount: int) -> None:
    text = capitals(amount)
    assert "零零" not in text
    assert read_capitals(text) == amount


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("20003000元", ((2000, 3000),)),
        ("12次", ((1, 2),)),
        ("1520", ((15, 20),)),
        ("23期", ((2, 3),)),
    ],
)
def test_a_damaged_range_gives_its_readings_and_keeps_the_text(
    text: str, ranges: tuple[tuple[int, int], ...]
) -> None:
    found = damaged(text)
    assert found is not None
    assert found.ranges == ranges
    assert found.text == text
    assert found.as_written == int("".join(filter(str.isdigit, text)))


@pytest.mark.parametrize("text", ["5000元", "21次", "20xx元", "一二期", "7", "11"])
def test_what_cannot_have_been_a_range_gives_none(text: str) -> None:
    assert damaged(text) is None


@given(st.integers(1, 9999), st.integers(1, 9999))
def test_a_range_that_lost_its_dash_is_among_the_readings(low: int, high: int) -> None:
    if low < high <= 10 * low:
        found = damaged(f"{low}{high}元")
        assert found is not None and (low, high) in found.ranges


def test_shares() -> None:
    assert share("80%") == Fraction(4, 5)
    assert share("1‰") == Fraction(1, 1000)
    assert share("1/3") == Fraction(1, 3)
    assert share("0.5%") == Fraction(1, 200)
    with pytest.raises(ValueError):
        share("1/0")
    assert percent(Fraction(31, 53)) == "58.5%"
    assert percent(Fraction(1, 5)) == "20%"


@given(st.integers(0, 1000), st.integers(1, 1000))
def test_a_percentage_is_near_its_fraction(part: int, whole: int) -> None:
    text = percent(Fraction(part, whole), places=2)
    assert abs(share(text) - Fraction(part, whole)) <= Fraction(1, 20000)
