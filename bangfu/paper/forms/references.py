"""References to cells, in formulas and beside them, and where they point once rows were added."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bangfu.tables.grid import letter, number_of

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

#: Text and names in brackets are passed over; what is left are references, perhaps of a sheet.
_TOKEN = re.compile(
    r"""(?P<skipped>"(?:[^"]|"")*" | \[[^\[\]]*\](?!\w|!))
    | (?P<sheet>(?:'(?:[^']|'')*' | (?:\[\d+\])?[^\W\d][\w.]*)!)?
      (?<![\w.$\\])
      (?: (?P<c1>\$?[A-Za-z]{1,3})(?P<r1>\$?[1-9]\d{0,6})
          (?: : (?P<c2>\$?[A-Za-z]{1,3})(?P<r2>\$?[1-9]\d{0,6}))?
        | (?P<w1>\$?[1-9]\d{0,6}):(?P<w2>\$?[1-9]\d{0,6}) )
      (?![\w.(!\\])""",
    re.VERBOSE,
)
_AREA = re.compile(r"(?P<c1>[A-Z]{0,3})(?P<r1>\d*)(?::(?P<c2>[A-Z]{0,3})(?P<r2>\d*))?")


class TooManyRows(ValueError):
    """A sheet cannot hold so many rows."""


@dataclass(frozen=True, slots=True)
class Insertion:
    """Rows added to the block of equal rows from ``first`` to ``last``, so ``more`` of them.

    They come before the last row of the block, so that what spans the block goes on spanning it;
    where the block is one row, after it, and what spans just that row then spans them all.
    """

    first: int
    last: int
    more: int

    @property
    def at(self) -> int:
        """The row before which rows are added; it and all below move down."""
        return self.last if self.last > self.first else self.last + 1

    @property
    def template(self) -> int:
        """The row that the added ones look like."""
        return self.last - 1 if self.last > self.first else self.last

    def row(self, row: int) -> int:
        """Where a row comes to stand."""
        moved = row + self.more if row >= self.at else row
        if moved > LAST_ROW:
            raise TooManyRows(f"row {row} would move to {moved}; a sheet has {LAST_ROW} rows")
        return moved

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where rows from one to another come to stand, grown if they span the whole block."""
        if last == self.last == self.first and first <= self.first:
            return first, last + self.more
        return self.row(first), self.row(last)


class _Move(Protocol):
    """Where rows go: one row, or a span of them. Rows are as written, perhaps with a ``$``."""

    def cell(self, row: str) -> str: ...

    def span(self, first: str, last: str) -> tuple[str, str]: ...


@dataclass(frozen=True, slots=True)
class _Moved:
    """Rows after an insertion; ``own`` is the row of the formula itself."""

    by: Insertion
    own: int | None

    def cell(self, row: str) -> str:
        return _like(row, self.by.row(_number(row)))

    def span(self, first: str, last: str) -> tuple[str, str]:
        if _number(last) == self.own and not last.startswith("$"):
            return self.cell(first), self.cell(last)
        start, end = self.by.span(_number(first), _number(last))
        return _like(first, start), _like(last, end)


@dataclass(frozen=True, slots=True)
class _CopiedDown:
    """Rows of a formula that is filled down: what is relative moves with it."""

    rows: int

    def cell(self, row: str) -> str:
        return row if row.startswith("$") else str(int(row) + self.rows)

    def span(self, first: str, last: str) -> tuple[str, str]:
        return self.cell(first), self.cell(last)


def shifted(formula: str, by: Insertion, *, sheet: str, home: str, row: int | None = None) -> str:
    """A formula after rows were added to ``sheet``; ``home`` is the sheet on which it stands.

    ``row``: its own row there. A range that is just its own row stays so, whatever is added.
    """
    return _rewritten(formula, _Moved(by, row), lambda name: (name or home) == sheet)


def copied_down(formula: str, rows: int) -> str:
    """A formula as it reads so many rows further down."""
    return _rewritten(formula, _CopiedDown(rows), lambda name: True)


def copied_across(formula: str, columns: int) -> str:
    """A formula as it reads so many columns further to the right."""

    def moved(letters: str) -> str:
        if letters.startswith("$") or not columns:
            return letters
        return letter(column_number(letters) + columns)

    def one(found: re.Match[str]) -> str:
        if found["skipped"] is not None or found["w1"]:
            return found.group()
        last = f":{moved(found['c2'])}{found['r2']}" if found["c2"] else ""
        return f"{found['sheet'] or ''}{moved(found['c1'])}{found['r1']}{last}"

    return _TOKEN.sub(one, formula)


def _rewritten(formula: str, move: _Move, meant: Callable[[str], bool]) -> str:
    def one(found: re.Match[str]) -> str:
        if found["skipped"] is not None or not meant(sheet_named(found["sheet"] or "")):
            return found.group()
        return f"{found['sheet'] or ''}{_moved(found, move)}"

    return _TOKEN.sub(one, formula)


def _moved(found: re.Match[str], move: _Move) -> str:
    if found["w1"]:
        return ":".join(move.span(*_ordered(found["w1"], found["w2"])))
    if found["c2"]:
        first, last = move.span(*_ordered(found["r1"], found["r2"]))
        return f"{found['c1']}{first}:{found['c2']}{last}"
    if _summed_alone(found):
        first, last = move.span(found["r1"], found["r1"])
        if first != last:
            return f"{found['c1']}{first}:{found['c1']}{last}"
    return f"{found['c1']}{move.cell(found['r1'])}"


def _summed_alone(found: re.Match[str]) -> bool:
    """Whether it is the one cell of a sum, which means all of its block, as a range would."""
    before, after = found.string[: found.start()], found.string[found.end() :]
    return before.upper().endswith("SUM(") and after.startswith(")")


def _ordered(one: str, two: str) -> tuple[str, str]:
    return (one, two) if _number(one) <= _number(two) else (two, one)


def _number(row: str) -> int:
    return int(row.lstrip("$"))


def _like(row: str, number: int) -> str:
    return f"${number}" if row.startswith("$") else str(number)


def sheet_named(prefix: str) -> str:
    """The sheet that a prefix of a reference names: ``'人员 名单'!`` is 人员 名单."""
    name = prefix.removesuffix("!")
    if name.startswith("'"):
        name = name[1:-1].replace("''", "'")
    return name


# ------------------------------------------------------------------ areas beside formulas


def moved_area(area: str, by: Insertion) -> str:
    """An area (``B6:C9``, ``B6``, ``3:5``, ``A:C``) after rows were added."""
    found = _AREA.fullmatch(area)
    if found is None or not found["r1"]:
        return area
    start, end = by.span(int(found["r1"]), int(found["r2"] or found["r1"]))
    left, right = found["c1"], found["c2"] or found["c1"]
    if start == end and left == right and ":" not in area:
        return f"{left}{start}"
    return f"{left}{start}:{right}{end}"


def moved_cell(cell: str, by: Insertion) -> str:
    """One cell after rows were added; it never grows."""
    column, row = split(cell)
    return f"{column}{by.row(row)}"


def moved_areas(areas: str, by: Insertion) -> str:
    """Several areas, parted by spaces."""
    return " ".join(moved_area(area, by) for area in areas.split())


def split(cell: str) -> tuple[str, int]:
    """The column letters and the row of a cell."""
    plain = cell.replace("$", "")
    letters = plain.rstrip("0123456789")
    row = int(plain[len(letters) :])
    if not 1 <= row <= LAST_ROW:
        raise ValueError(f"{cell} is no cell")
    return letters, row


def bounds(area: str) -> tuple[int, int, int, int]:
    """First row, first column, last row and last column of an area of cells."""
    first, _, last = area.partition(":")
    (left, top), (right, bottom) = split(first), split(last or first)
    return top, column_number(left), bottom, column_number(right)


def column_number(letters: str) -> int:
    """The number of a column, A being 1."""
    number = number_of(letters)
    if not 1 <= number <= LAST_COLUMN:
        raise ValueError(f"{letters} is no column")
    return number


def covered_columns(row: int, merges: Sequence[tuple[int, int, int, int]]) -> set[int]:
    """The columns of a row that merged cells cover, but for those in which one begins."""
    found: set[int] = set()
    for top, left, bottom, right in merges:
        if top <= row <= bottom:
            found.update(range(left if row > top else left + 1, right + 1))
    return found
