"""What the ledger holds, as a form wants it: its unit, its words to choose from, its format."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from bangfu.lists.columns import Cell as Read
from bangfu.lists.figure import Figure
from bangfu.lists.headings import ways
from bangfu.lists.numbers import Number
from bangfu.paper.forms.cells import Percent, Value
from bangfu.programmes.kinds import Field
from bangfu.tables.understood import Column

_MONTH = re.compile(r"年月")
#: How many of the usual unit one of a form's unit is.
_UNITS = {"万元": 10_000, "千元": 1_000, "亿元": 100_000_000, "万人": 10_000, "万户": 10_000}
_YES, _NO = ("是", "有", "√", "已"), ("否", "无", "×", "没有", "未")


def unit_of(column: Column, table_unit: str, *, money: bool) -> str:
    """The unit in which a column's numbers are wanted: its own, else the table's.

    A table in 万元 counts its households and projects one by one.
    """
    heading = "".join(column.path)
    for unit in _UNITS:
        if unit in (column.unit or "") or unit in heading:
            return unit
    of_money = "元" in table_unit
    return column.unit or (table_unit if of_money == money else "")


def value_for(field: Field, cell: Read, column: Column, table_unit: str = "") -> Value:
    """One value of a field as the form's cell takes it; None where the ledger holds nothing."""
    if cell.raw is None and not cell.text:
        return None
    if field.type == "day" and isinstance(cell.raw, dt.date):
        # Whoever asks for year and month is not given the day.
        return f"{cell.raw:%Y-%m}" if _MONTH.search(column.heading) else cell.raw
    if field.type in ("number", "money") and cell.raw is not None:
        number = Decimal(cell.raw) / (100 if field.type == "money" else 1)
        return in_unit(number, unit_of(column, table_unit, money=field.type == "money"))
    if field.type == "flag" and cell.raw is not None:
        return flag_word(bool(cell.raw), column.choices)
    if field.type in ("code", "ranked") and (said := _numbered(column.heading)):
        return _by_number(field, cell.text, said)
    if field.type in ("code", "ranked") and column.choices:
        return _chosen(cell.text, column.choices)
    return cell.text or None


def in_unit(number: Decimal, unit: str) -> Decimal:
    """A number of the usual unit in the form's."""
    for name, size in _UNITS.items():
        if name in unit:
            return number / size
    return number


def flag_word(value: bool, choices: Sequence[str]) -> str | None:
    """Yes or no in the words that the form offers (A.是); nothing where it offers neither."""
    words = _YES if value else _NO
    for choice in choices:
        if _MARK.sub("", choice).strip().startswith(words):
            return choice
    return None if choices else words[0]


#: Words of a code book with the numbers by which a heading wants them: 性别（1男2女）.
_BY_NUMBER = re.compile(r"(\d{1,2})[.、:：=\-—是为]?([\u4e00-\u9fff]{1,10})")


def _numbered(heading: str) -> dict[str, int]:
    """The numbers that a heading gives to words, where it does so for two of them or more."""
    found = _BY_NUMBER.findall("".join(heading.split()))
    told = {word: int(number) for number, word in found}
    return told if len(told) > 1 and len(set(told.values())) == len(told) else {}


def _by_number(field: Field, text: str, told: dict[str, int]) -> int | None:
    """The number that a heading gives to a word, by any of the ways in which offices write it."""
    word = next((one for one, label in field.codes.items() if label.zh == text), None)
    found = {told[way] for way in ways(field, word) if way in told} if word else set()
    return found.pop() if len(found) == 1 else None


_MARK = re.compile(r"^[A-Za-z\d]{1,2}[.、．:：\s]+")


def _chosen(text: str, choices: Sequence[str]) -> str | None:
    """The word of a drop-down list that a code's own word is; none where the list lacks it."""
    for choice in choices:
        if choice == text:
            return choice
    plain = [c for c in choices if re.sub(r"^[\d.、]+", "", c).strip() == text]
    return plain[0] if len(plain) == 1 else None


def number_for(figure: Figure, value: Number, column: Column, table_unit: str) -> Value:
    """A figure's number as the form's cell takes it: a share in per cent, money in its unit."""
    exact = Fraction(value)
    if figure.is_share and column.aggregate != "average":
        return in_percent(exact, column)
    if figure.is_share:
        exact = Fraction(_rounded(exact, 2))
    elif figure.is_money:
        exact = exact / 100 if figure.share is None else Fraction(_rounded(exact / 100, 2))
    elif figure.is_average:
        exact = Fraction(_rounded(exact, 1))
    number = Decimal(exact.numerator) / Decimal(exact.denominator)
    number = in_unit(number, unit_of(column, table_unit, money=figure.is_money))
    return int(number) if number == number.to_integral() else number


def in_percent(share: Fraction | Decimal, column: Column) -> Value:
    """A share of one in per cent, with its sign where the headings have none."""
    said = column.unit + "".join(column.path)
    bare = "%" in said or "％" in said
    return Percent.of(_rounded(Fraction(share) * 100, 2), bare=bare)


def _rounded(value: Fraction, places: int) -> Decimal:
    number = Decimal(value.numerator) / Decimal(value.denominator)
    rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return rounded.normalize() if rounded != rounded.to_integral() else rounded.to_integral()
