"""Boxes that a form offers in a cell (□是 □否): the one that the answer is gets its tick."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bangfu.paper.forms.cells import Value
from bangfu.paper.forms.told import ColumnTold, TableTold
from bangfu.tables.grid import Grid
from bangfu.tables.understood import Rows

TICKED = "☑"
BOX = re.compile("[□☐○〇]")
_APART = re.compile(r"[\s_、,，;；/|.。:：]+|[(（][^)）]*[)）]")
#: What is said for yes and for no where a form asks whether.
_WHETHER = (
    frozenset(("是", "有", "已", "对", "享受", "参加", "达标", "√")),
    frozenset(("否", "无", "未", "不是", "没有", "不享受", "未参加", "不达标", "×")),
)


class Ticked(str):
    """The words of a cell with a box ticked: the box of ``number``, counted from the left."""

    __slots__ = ("number",)
    number: int

    @classmethod
    def at(cls, text: str, number: int) -> Ticked:
        """The words with the box of that number ticked."""
        place = [found.start() for found in BOX.finditer(text)][number]
        told = cls(text[:place] + TICKED + text[place + 1 :])
        told.number = number
        return told


def offers(text: str) -> bool:
    """Whether a cell offers boxes to tick."""
    return bool(BOX.search(text))


def ticked(text: str, value: Value) -> Ticked | None:
    """The cell's words with the box of a value ticked; None where none is it, or several are."""
    options = _options(text)
    fits = [number for number, option in enumerate(options) if _means(option, value, options)]
    return Ticked.at(text, fits[0]) if len(fits) == 1 else None


def tick_rows(grid: Grid, body: Rows, told: TableTold, rows: Sequence[dict[int, Value]]) -> None:
    """Tick the boxes in the rows of a list; what is none of them is left to somebody who sees it.

    Rows that are added get the boxes of the others, where these are all alike.
    """
    for column in told.columns:
        index = column.column.index
        texts = [grid.text(row, index) for row in body]
        offered = {text for text in texts if offers(text)}
        if not offered or not column.answered:
            continue
        for number, values in enumerate(rows):
            if len(offered) == 1:
                text = next(iter(offered))
            else:
                text = texts[number] if len(rows) <= len(texts) else ""
            _tick(told, column, values, body.first + number, text)


def _tick(
    told: TableTold, column: ColumnTold, values: dict[int, Value], row: int, text: str
) -> None:
    index = column.column.index
    value = values.pop(index, None)
    done = ticked(text, value) if value is not None else None
    values[index] = text or None if done is None else done
    if value is None or done is not None:
        return
    column.filled, column.blank = column.filled - 1, column.blank + 1
    for number, cell in enumerate(told.cells):
        if (cell.row, cell.column) == (row, index):
            told.cells[number] = replace(cell, blank=True, why="unclear")


def _options(text: str) -> list[str]:
    return [_APART.sub("", part) for part in BOX.split(text)[1:]]


def _means(option: str, value: Value, options: Sequence[str]) -> bool:
    said = "是" if value is True else "否" if value is False else _APART.sub("", str(value))
    if option == said:
        return True
    if said in options:
        return False
    return any(option in words and said in words for words in _WHETHER)
