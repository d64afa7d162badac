"""The cells of a form as they are read, and several of them laid together into one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from bangfu.paper.forms.cells import Value
from bangfu.paper.forms.told import ColumnTold
from bangfu.paper.forms.values import flag_word
from bangfu.paper.forms.whether import verdict
from bangfu.tables.understood import Column


@dataclass(slots=True)
class Cell:
    """The values of one cell, and the records that they stand in or would stand in.

    Of a record that is closed to who fills not even the key is told.
    """

    values: tuple[Value, ...]
    keys: tuple[UUID, ...]
    masked: bool = False
    withheld: bool = False
    doubt: str = ""

    @property
    def why(self) -> str:
        """Why it is blank, by a word of ``blanks.REASONS``."""
        return "closed" if self.withheld else "unrecorded"

    @property
    def value(self) -> Value:
        """What is written: the value itself, or several as text."""
        if len(self.values) <= 1:
            return self.values[0] if self.values else None
        return "、".join(str(value) for value in self.values)


EMPTY = Cell((), ())


def joined(cells: Sequence[Cell]) -> Cell:
    """Several cells as one: every value once, the records of all."""
    if len(cells) == 1:
        return cells[0]
    values = tuple(dict.fromkeys(value for cell in cells for value in cell.values))
    keys = tuple(dict.fromkeys(key for cell in cells for key in cell.keys))
    masked, withheld = any(c.masked for c in cells), any(c.withheld for c in cells)
    return Cell(values, keys, masked, withheld and not values)


def asked_in(column: ColumnTold) -> Sequence[Column]:
    """What each of the answers of one cell is asked as."""
    if column.source.whether is None:
        return column.column.parts
    return [replace(column.column, choices=())] * len(column.source.parts)


def yes_or_no(cells: Sequence[Cell], column: ColumnTold) -> Cell:
    """Whether something is so, in the words that the form offers; nothing where it is not known."""
    question = column.source.whether
    assert question is not None
    keys = tuple(dict.fromkeys(key for cell in cells for key in cell.keys))
    masked = any(cell.masked for cell in cells)
    if masked or any(cell.withheld for cell in cells):
        return Cell((), keys, masked=masked, withheld=True)
    said = [None if cell.value is None else str(cell.value) for cell in cells]
    told = verdict(question, said)
    word = None if told is None else flag_word(told, column.column.choices)
    return Cell(() if word is None else (word,), keys)


def side_by_side(cells: Sequence[Cell], _column: ColumnTold) -> Cell:
    """What one cell takes of several answers: all of them, or nothing while one is not known."""
    lacking = [cell for cell in cells if cell.value is None]
    if lacking:
        return replace(lacking[0], values=(), doubt="")
    text = " ".join(str(cell.value) for cell in cells)
    keys = tuple(dict.fromkeys(key for cell in cells for key in cell.keys))
    doubt = next((cell.doubt for cell in cells if cell.doubt), "")
    return Cell((text,), keys, masked=any(cell.masked for cell in cells), doubt=doubt)
