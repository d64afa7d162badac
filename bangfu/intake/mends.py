"""What a person mends in a list in the browser: cells, equal values of a column, doubts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bangfu.tables.grid import Grid, Value, number_of
from bangfu.tables.told import as_text
from bangfu.tables.understood import Sheet, Table

_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
#: So much can be mended in one list; who has more to mend does it in the workbook.
MOST = 5_000


@dataclass(frozen=True, slots=True)
class Mends:
    """``cells``: what a cell is to say; ``same``: what a value of a column is to say wherever it
    stands (column, old, new); ``settled``: how a row's doubt was decided; ``left``: rows left out.
    """

    cells: Mapping[str, str] = field(default_factory=dict)
    same: tuple[tuple[str, str, str], ...] = ()
    settled: Mapping[int, str] = field(default_factory=dict)
    left: frozenset[int] = frozenset()

    @classmethod
    def told(cls, told: Mapping[str, Any]) -> Mends:
        """As they were kept."""
        return cls(
            dict(told.get("cells", {})),
            tuple((c, old, new) for c, old, new in told.get("same", ())),
            {int(row): word for row, word in told.get("settled", {}).items()},
            frozenset(told.get("left", ())),
        )

    def kept(self) -> dict[str, Any]:
        """As they are kept."""
        return {
            "cells": dict(self.cells),
            "same": [list(one) for one in self.same],
            "settled": {str(row): word for row, word in self.settled.items()},
            "left": sorted(self.left),
        }

    def __len__(self) -> int:
        return len(self.cells) + len(self.same) + len(self.settled) + len(self.left)

    def and_cells(self, cells: Mapping[str, str]) -> Mends:
        """The same with further cells mended."""
        known = {at: text for at, text in cells.items() if _CELL.fullmatch(at)}
        return replace(self, cells={**self.cells, **known})

    def and_same(self, column: str, old: str, new: str) -> Mends:
        """The same with one value of a column mended wherever it stands."""
        others = tuple(one for one in self.same if one[:2] != (column, old))
        return replace(self, same=(*others, (column, old, new)))

    def and_settled(self, settled: Mapping[int, str]) -> Mends:
        """The same with further doubts decided."""
        return replace(self, settled={**self.settled, **settled})

    def without(self, rows: Iterable[int]) -> Mends:
        """The same with further rows left out."""
        return replace(self, left=self.left | frozenset(rows))

    def again(self, rows: Iterable[int]) -> Mends:
        """The same with rows that were left out taken in again."""
        return replace(self, left=self.left - frozenset(rows))


def mended(sheet: Sheet, table: Table, mends: Mends) -> Sheet:
    """A sheet with what was mended in it; the file itself stays as it was brought."""
    if not mends.cells and not mends.same:
        return sheet
    rows: list[list[Value]] = [list(row) for row in sheet.grid.rows]
    for column, old, new in mends.same:
        _everywhere(rows, table, number_of(column), old, new)
    for at, text in mends.cells.items():
        if found := _CELL.fullmatch(at):
            _put(rows, int(found[2]), number_of(found[1]), text)
    return replace(sheet, grid=replace(sheet.grid, rows=rows))


def _everywhere(rows: list[list[Value]], table: Table, column: int, old: str, new: str) -> None:
    for number in table.body:
        if number <= len(rows) and len(rows[number - 1]) >= column:
            if as_text(rows[number - 1][column - 1]) == old:
                rows[number - 1][column - 1] = new


def _put(rows: list[list[Value]], row: int, column: int, text: str) -> None:
    if 1 <= row <= len(rows):
        cells = rows[row - 1]
        cells.extend([None] * (column - len(cells)))
        cells[column - 1] = text


def shown(grid: Grid, cell: str) -> str:
    """What stands in a cell, as a person reads it."""
    found = _CELL.fullmatch(cell)
    return as_text(grid.value(int(found[2]), number_of(found[1]))) if found else ""


def column_of(cell: str) -> str:
    """The letters of a cell's column; empty for what is no cell."""
    found = _CELL.fullmatch(cell)
    return found[1] if found else ""


def is_cell(text: str) -> bool:
    """Whether a text names a cell."""
    return _CELL.fullmatch(text) is not None
