"""Workbooks that this program made itself and knows again when they are sent back.

A hidden sheet says what the file is: a list of a kind, with what stands in each column, or a list
on its way in that was given out to be mended. Which record a row is stands in the row itself, in a
hidden column, so that rows may be sorted, deleted and added.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import python_calamine as calamine

from bangfu.tables.grid import Grid

#: What the hidden sheet is called.
SHEET = "_bangfu"
_MADE_BY = "bangfu"
#: The key of the hidden column that says which record a row is.
ROW = "row"
#: In which row of the hidden sheet the words of drop-down lists begin.
FIRST_CHOICE = 3


@dataclass(frozen=True, slots=True)
class Kept:
    """What a workbook knows of itself.

    ``about`` is the kind of a list, or the key of a list on its way in; ``columns`` the keys of its
    columns in their order. ``free`` are the places of columns that may be edited, ``choices`` the
    words that may stand in a column, both counted from 1.
    """

    sort: Literal["list", "mend"]
    about: str
    columns: tuple[str, ...] = ()
    free: frozenset[int] = frozenset()
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)

    def rows(self) -> list[list[str]]:
        """The hidden sheet, cell by cell."""
        longest = max((len(words) for words in self.choices.values()), default=0)
        told = [[_MADE_BY, self.sort, self.about], list(self.columns)]
        for number in range(longest):
            told.append([
                words[number] if len(words := self.choices.get(place, ())) > number else ""
                for place in range(1, len(self.columns) + 1)
            ])  # fmt: skip
        return told


def kept_in(grid: Grid) -> Kept | None:
    """What a hidden sheet says; ``None`` where it is none of ours."""
    return _told([[str(value or "") for value in row] for row in grid.rows[:2]])


def peek(content: bytes) -> Kept | None:
    """The same of a whole file, without reading its other sheets."""
    if not content.startswith(b"PK"):
        return None
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            if SHEET not in book.sheet_names:
                return None
            rows: list[list[Any]] = book.get_sheet_by_name(SHEET).to_python(nrows=2)
    except (calamine.CalamineError, calamine.ZipError, calamine.XmlError):
        return None
    return _told([[str(value or "") for value in row] for row in rows])


def height_of(content: bytes) -> int:
    """The last row of a workbook's first sheet that holds anything."""
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            last = book.get_sheet_by_index(0).end
            return last[0] + 1 if last else 0
    except (calamine.CalamineError, calamine.ZipError, calamine.XmlError):
        return 0


def _told(rows: list[list[str]]) -> Kept | None:
    if not rows or rows[0][0:1] != [_MADE_BY] or len(rows[0]) < 3:
        return None
    columns = tuple(rows[1]) if len(rows) > 1 else ()
    match rows[0][1]:
        case "list":
            return Kept("list", rows[0][2], columns)
        case "mend":
            return Kept("mend", rows[0][2], columns)
    return None
