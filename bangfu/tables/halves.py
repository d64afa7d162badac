"""What stands in two columns, read as the one that it is.

An identity number (前6位, 后12位); a yes and a no of one question (饮水安全 above 安全, 不安全).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bangfu.programmes.kinds import Label
from bangfu.tables.grid import Value
from bangfu.tables.headings import canonical, written
from bangfu.tables.told import as_text
from bangfu.tables.understood import Column, Subject
from bangfu.tables.values import yes_or_no

_HALF = re.compile(r"(前|首|后|末|尾)([0-9]{1,2})位")
_IDENTITY = re.compile("身份证|证件号")
_DIGITS, _NUMBER = 18, "person.identity"
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
                one, role="key", field=_NUMBER, says=_WHOLE, confidence=0.95,
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


#: Words that stand for yes, and those that stand for no beside each of them.
_YES_WORDS = re.compile("是|有|安全|达标|合格|保障|有保障|参加|已参加|参保|享受|落实|已落实|通过")
_NO_WORDS: Mapping[str, tuple[str, ...]] = {"是": ("否", "不是"), "有": ("无", "没有")}
_PAIR = Label("与后一栏合读：在哪一栏打勾", "read with the next column: which of them is ticked")
_OF_PAIR = Label("前一栏问题的“否”", "the no of the question in the column before")


def asked_in_two(paths: Mapping[int, tuple[str, ...]]) -> dict[int, int]:
    """The columns that stand for a yes, each with the one beside it that stands for the no."""
    beside = zip(paths.items(), list(paths.items())[1:], strict=False)
    return {
        at: other
        for (at, yes), (other, no) in beside
        if other == at + 1 and len(yes) > 1 and yes[:-1] == no[:-1] and _opposite(yes[-1], no[-1])
    }


def _opposite(yes: str, no: str) -> bool:
    yes, no = canonical(written(yes).bare), canonical(written(no).bare)
    ways = _NO_WORDS.get(yes, tuple(f"{way}{yes.removeprefix('已')}" for way in "不未没无"))
    return bool(_YES_WORDS.fullmatch(yes)) and no in ways


def paired(asked: Column, yes: Column, no: Column) -> tuple[Column, Column]:
    """Both columns of a yes and a no, where one question is surely ``asked`` above them."""
    told = replace(asked, reason=_PAIR, rest=no.index, alternatives=(), parts=())
    return told, replace(
        no, role="derived", field=None, says=_OF_PAIR, confidence=0.95, reason=_OF_PAIR,
        alternatives=(), parts=(), party=yes.party,
    )  # fmt: skip


def in_one(column: Column, value: Value, cells: Sequence[Value]) -> Value:
    """What begins in one cell and goes on in another column of its row.

    A cell in which the whole number was written since stays as it is.
    """
    rest = cells[column.rest - 1] if column.rest <= len(cells) else None
    if column.field != _NUMBER:
        return _ticked(value, rest)
    said = as_text(value) if value is not None else ""
    more = as_text(rest) if rest is not None else ""
    return f"{said}{more}" if said and len(said) < _DIGITS else value


def _ticked(yes: Value, no: Value) -> Value:
    """The answer of two cells, of which one is ticked; other words stay to be read."""
    written = [value for value in (yes, no) if value is not None and as_text(value).strip()]
    if words := next((value for value in written if yes_or_no(value) is None), None):
        return words
    first, second = (value is not None and yes_or_no(value) is True for value in (yes, no))
    return {(True, True): "是、否", (True, False): "是", (False, True): "否"}.get((first, second))
