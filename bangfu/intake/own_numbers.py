"""Identity numbers as they stand in cells, alone or with a phone beside them."""

from __future__ import annotations

import datetime as dt
import re

from bangfu.ledger import numbers
from bangfu.programmes.kinds import Label
from bangfu.tables.grid import Value
from bangfu.tables.told import as_text

#: Numbers of persons, and of phones, as they stand in one cell beside each other.
NUMBERS = re.compile(r"(?<![0-9])(?:[1-9][0-9]{16}[0-9Xx]|1[0-9]{10})(?![0-9Xx])")
APART = Label(
    "一格里有身份证号和电话，分开读取", "an identity number and a phone in one cell, read apart"
)
#: So long are both at least, with something between them.
_BOTH = 30
_IDENTITY = 18


def number_and_phone(value: Value, today: dt.date) -> tuple[str, str] | None:
    """An identity number and a phone that stand in one cell, where both pass their checks."""
    if type(value) is not str or len(value) < _BOTH:
        return None
    text = as_text(value)
    held = sorted(NUMBERS.findall(text), key=len, reverse=True)
    if len(held) != 2 or [len(one) == _IDENTITY for one in held] != [True, False]:
        return None
    if re.search("[0-9]", NUMBERS.sub("", text)):
        return None
    try:
        number = numbers.read_identity(held[0], today=today, archive=False)
        return number, numbers.read_phone(held[1])
    except numbers.NumberError:
        return None
