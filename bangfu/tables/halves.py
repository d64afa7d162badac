"""An identity number that stands in two columns (前6位, 后12位), read as the one that it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bangfu.programmes.kinds import Label
from bangfu.tables.grid import Value
from bangfu.tables.headings import canonical, written
from bangfu.tables.told import as_text
from bangfu.tables.understood import Column, Subject

_HALF = re.compile(r"(前|首|后|末|尾)([0-9]{1,2})位")
_IDENTITY = re.compile("身份证|证件号")
_DIGITS = 18
_WHOLE = Label("与后一栏合成一个身份证号", "one identity number together with the next column")
_REST = Label("身份证号的后几位，与前一栏合读", "the end of the number in the column before")


def in_two(found: tuple[Column, ...], subject: Subject) -> tuple[Column, ...]:
    """Two columns beside each other that say which digits of one number they hold, as that number.

    Whether the digits are a number's is told by its check digit, when they are read.
    """
    if subject.shape != "records":
        return found
    read = list(found)
    for at, (one, other) in enumerate(zip(found, found[1:], strict=False)):
        if other.index == one.index + 1 and _are_halves(one, other):
            head = subject.kind == "household" and one.party == "row"
            read[at] = replace(
                one, role="key", field="person.identity", says=_WHOLE, confidence=0.95,
                reason=_WHOLE, rest=other.index, alternatives=(),
                party="head" if head else one.party,
            )  # fmt: skip
            read[at + 1] = replace(
                other, role="derived", field=None, says=_REST, confidence=0.95, reason=_REST,
                alternatives=(),
            )  # fmt: skip
    return tuple(read)


def _are_halves(one: Column, other: Column) -> bool:
    said = ["".join(canonical(written(word).whole) for word in c.path) for c in (one, other)]
    marks = [_HALF.search(text) for text in said]
    words = {_HALF.sub("", text) for text in said}
    if not marks[0] or not marks[1] or len(words) != 1 or not _IDENTITY.search(words.pop()):
        return False
    in_order = marks[0][1] in "前首" and marks[1][1] not in "前首"
    return in_order and int(marks[0][2]) + int(marks[1][2]) == _DIGITS


def in_one(value: Value, cells: Sequence[Value], rest: int) -> Value:
    """The number that begins in one cell and goes on in another column of its row.

    A cell in which the whole was written since stays as it is.
    """
    said = as_text(value) if value is not None else ""
    more = as_text(cells[rest - 1]) if rest <= len(cells) and cells[rest - 1] is not None else ""
    return f"{said}{more}" if said and len(said) < _DIGITS else value
