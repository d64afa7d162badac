"""A workbook filled: only the cells that were filled, and the rows that were added, differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bangfu.paper.forms.cells import Value, Writer
from bangfu.paper.forms.elsewhere import move_elsewhere
from bangfu.paper.forms.package import NoWorkbook
from bangfu.paper.forms.references import Insertion, TooManyRows
from bangfu.paper.forms.sheet import Sheet
from bangfu.paper.forms.workbook import Workbook


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of equal look from ``first`` to ``last``, and what stands in each, by column number.

    Where there are more than the form has rows for, rows are added; where there are fewer, the
    rest stay as they were.
    """

    first: int
    last: int
    rows: Sequence[Mapping[int, Value]]

    @property
    def insertion(self) -> Insertion:
        """The rows that must be added."""
        more = len(self.rows) - (self.last - self.first + 1)
        return Insertion(self.first, self.last, max(0, more))


@dataclass(frozen=True, slots=True)
class SheetFill:
    """What comes into one sheet: single cells, by row and column as the form has them, and blocks.

    Blocks must not overlap.
    """

    cells: Mapping[tuple[int, int], Value] = field(default_factory=dict)
    blocks: Sequence[Block] = ()

    def moved(self, row: int) -> int:
        """Where a row of the form stands once the rows of the blocks above it were added."""
        for block in reversed(self.in_order):
            row = block.insertion.row(row)
        return row

    @property
    def in_order(self) -> list[Block]:
        """The blocks from the top."""
        return sorted(self.blocks, key=lambda block: block.first)

    def top(self, block: Block) -> int:
        """The first row of a block, once rows were added to those above it."""
        above = sum(b.insertion.more for b in self.blocks if b.first < block.first)
        return block.first + above


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled workbook: its bytes, and what is worth a word.

    ``kept``: cells, as sheet, row and column of the filled form, that were to be filled and hold
    a formula of the form's own; ``hidden``: those that a merged cell covers.
    """

    content: bytes
    kept: tuple[tuple[str, int, int], ...] = ()
    hidden: tuple[tuple[str, int, int], ...] = ()
    notes: tuple[str, ...] = ()


def fill_workbook(content: bytes, sheets: Mapping[str, SheetFill]) -> Filled:
    """Fill a workbook's sheets, by their names; everything else stays as it is.

    Raises :class:`NoWorkbook` where it cannot be read, :class:`KeyError` for a sheet it has not,
    and :class:`TooManyRows` where a sheet cannot hold what is to come into it.
    """
    book = Workbook.of(content)
    writer = Writer(book.styles, from_1904=book.from_1904)
    kept: list[tuple[str, int, int]] = []
    hidden: list[tuple[str, int, int]] = []
    for name, fill in sheets.items():
        if name not in book.sheets:
            raise KeyError(name)
        sheet = _sheet_filled(book, name, fill, writer)
        kept += [(name, *at) for at in sheet.kept]
        hidden += [(name, *at) for at in sheet.hidden]
    return Filled(book.package.content(), tuple(kept), tuple(hidden), _notes(writer))


def _sheet_filled(book: Workbook, name: str, fill: SheetFill, writer: Writer) -> Sheet:
    """One sheet filled; one that is not put together as it should be is refused, not guessed at."""
    try:
        sheet = Sheet(book, name)
        _fill(sheet, fill, writer)
    except (NoWorkbook, TooManyRows):
        raise
    except (ValueError, TypeError, AttributeError, IndexError) as wrong:
        raise NoWorkbook(
            f"工作表“{name}”的内部结构不合规，不能照原样填；请用 Excel 另存后再试",
            f"sheet {name} is not put together as it should be; save the file anew with Excel",
        ) from wrong
    return sheet


def _fill(sheet: Sheet, fill: SheetFill, writer: Writer) -> None:
    growing = [block.insertion for block in reversed(fill.in_order) if block.insertion.more]
    for insertion in growing:
        sheet.add_rows(insertion)
        move_elsewhere(sheet.book, sheet.name, insertion)
    for block in fill.in_order:
        sheet.write_block(fill.top(block), block.insertion, block.rows, writer)
    moved = {(fill.moved(row), column): v for (row, column), v in fill.cells.items()}
    for (row, column), value in moved.items():
        sheet.write(row, column, value, writer)
    sheet.finish()


def _notes(writer: Writer) -> tuple[str, ...]:
    notes = []
    if writer.removed:
        points = "、".join(f"U+{ord(char):04X}" for char in sorted(writer.removed))
        notes.append(f"已去掉{writer.removed.total()}个不能打印的字符：{points}")
    if writer.shortened:
        notes.append(f"有{writer.shortened}格文字过长，已截短")
    return tuple(notes)


__all__ = ["Block", "Filled", "SheetFill", "fill_workbook"]
