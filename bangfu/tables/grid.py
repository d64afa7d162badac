"""A sheet as cells: what every reader hands over, and what understanding looks at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

#: What a cell holds. Numbers stay numbers, so that a long one can be seen to have lost digits.
Value = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None


def letter(index: int) -> str:
    """The spreadsheet's name of a column that is counted from 1."""
    name = ""
    while index > 0:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def number_of(letters: str) -> int:
    """The number, counted from 1, of the column that a spreadsheet calls so."""
    number = 0
    for one in letters.upper():
        if not "A" <= one <= "Z":
            raise ValueError(f"{letters} is no column")
        number = number * 26 + ord(one) - 64
    return number


def position(row: int, column: int) -> str:
    """The spreadsheet's name of a cell."""
    return f"{letter(column)}{row}"


@dataclass(frozen=True, slots=True)
class Span:
    """Merged cells, from one corner to the other, both included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet; rows may be shorter than the sheet is wide.

    ``framed`` is the last row and column that is drawn though it may be empty (borders, styles),
    so that a blank form shows how far its body goes. ``formulas`` are cells whose value is
    computed; ``choices`` the words of drop-down lists by column. ``drawn`` are the first and last
    column with a border, by row.
    """

    rows: Sequence[Sequence[Value]]
    merged: tuple[Span, ...] = ()
    framed: tuple[int, int] = (0, 0)
    formulas: frozenset[tuple[int, int]] = frozenset()
    choices: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    drawn: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """The last row that holds or draws anything."""
        return max(len(self.rows), self.framed[0])

    @property
    def width(self) -> int:
        """The last column that holds or draws anything."""
        return max(self.framed[1], max((len(row) for row in self.rows), default=0))

    def value(self, row: int, column: int) -> Value:
        """What stands in a cell; ``None`` where nothing does."""
        if not 1 <= row <= len(self.rows):
            return None
        cells = self.rows[row - 1]
        value = cells[column - 1] if 1 <= column <= len(cells) else None
        return None if value == "" else value

    def text(self, row: int, column: int) -> str:
        """What stands in a cell as words, without space around it."""
        value = self.value(row, column)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else str(value).strip()

    def filled(self, row: int) -> Iterator[int]:
        """The columns of a row in which something stands."""
        if 1 <= row <= len(self.rows):
            for column, value in enumerate(self.rows[row - 1], start=1):
                if value is not None and str(value).strip():
                    yield column
