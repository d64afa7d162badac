"""Rows that grow with the text written into them, as a clerk lets them: wrapped, and higher."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bangfu.paper.forms.cells import Value
from bangfu.paper.forms.workbook import Styles

#: What spreadsheets take where a sheet says nothing: characters of a column, points of a row.
_WIDTH, _HEIGHT, _HIGHEST = 8.43, 15.0, 409.0
#: The size of type that columns are measured in; of a line, how much higher it is than its type.
_MEASURED, _LINE = 11.0, 1.35
_TRUE = ("1", "true")
Merges = Sequence[tuple[int, int, int, int]]


@dataclass(slots=True)
class Room:
    """How much text the columns of a sheet hold, and how high its rows are.

    A row whose height was set by hand stays as it is, and so does a cell that shrinks its text.
    """

    styles: Styles
    columns: Sequence[tuple[int, int, float]]
    width: float = _WIDTH
    height: float = _HEIGHT
    by_hand: bool = False
    _narrow: dict[tuple[int, int], float] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Any, space: str, styles: Styles) -> Room:
        """The room that a sheet has."""
        said = root.find(f"{space}sheetFormatPr")
        told = said.attrib if said is not None else {}
        columns = [
            (int(one.get("min")), int(one.get("max")), float(one.get("width", _WIDTH)))
            for one in root.iterfind(f"{space}cols/{space}col")
        ]
        return cls(
            styles,
            columns,
            float(told.get("defaultColWidth", _WIDTH)),
            float(told.get("defaultRowHeight", _HEIGHT)),
            told.get("customHeight") in _TRUE,
        )

    def is_fixed(self, told: Any) -> bool:
        """Whether the height of a row, by its attributes, was set by hand."""
        if told is None or told.get("ht") is None:
            return self.by_hand
        return told.get("customHeight") in _TRUE

    def look(
        self, value: Value, style: int, row: int, column: int, merges: Merges
    ) -> tuple[int, float]:
        """The style of a cell with a value in it, and how high its row must be.

        That is nought where one line holds it; else the text wraps.
        """
        if not isinstance(value, str) or self._holds(value, style, column):
            return style, 0
        high = self._height(value, style, row, column, merges)
        return (self.styles.for_wrapping(style) if high else style), high

    def _holds(self, text: str, style: int, column: int) -> bool:
        """Whether a column surely holds a text in one line, as most do."""
        at = column, style
        if at not in self._narrow:
            looks = self.styles.drawn(style)
            wide = self._width(column) * _MEASURED / looks.size
            self._narrow[at] = math.inf if looks.shrinks else wide / 2
        return len(text) <= self._narrow[at] and "\n" not in text

    def _height(self, text: str, style: int, row: int, column: int, merges: Merges) -> float:
        here = [m for m in merges if m[0] <= row <= m[2] and m[1] <= column <= m[3]]
        if any(top < bottom for top, _, bottom, _ in here):
            return 0
        last = max((right for *_, right in here), default=column)
        size = self.styles.drawn(style).size
        wide = sum(map(self._width, range(column, last + 1))) * _MEASURED / size
        parts = [math.ceil(_breadth(part) / max(wide - 1, 2)) for part in text.split("\n")]
        lines = sum(max(1, part) for part in parts)
        return min(_HIGHEST, lines * size * _LINE + 2) if lines > 1 else 0

    def _width(self, column: int) -> float:
        return next((w for a, b, w in self.columns if a <= column <= b), self.width)

    def let_grow(self, line: Any, needed: float) -> None:
        """Give a row of the form the height that it needs."""
        line.set("ht", f"{self.grown(line.attrib, needed):.1f}")
        line.set("customHeight", "1")

    def grown(self, told: Any, needed: float) -> float:
        """The height of a row, by its attributes, that needs to be so high."""
        return max(needed, float(told.get("ht", self.height)) if told is not None else self.height)


def _breadth(text: str) -> int:
    """How many narrow characters a text is wide; Chinese ones take two."""
    return sum(2 if char > "\u2e7f" else 1 for char in text)
