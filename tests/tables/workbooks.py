"""Small workbooks of our own for the tests: rows, merged cells and borders as one literal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Border, Side

from bangfu.lists.headings import catalogue
from bangfu.tables.understand import understand
from bangfu.tables.understood import Table

_LINE = Side(style="thin")
_BOX = Border(_LINE, _LINE, _LINE, _LINE)


def workbook(
    path: Path, rows: Sequence[Sequence[Any]], *, merged: Sequence[str] = (), drawn: str = ""
) -> Path:
    """Write a workbook of one sheet: ``merged`` ranges, ``drawn`` the range with borders."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value not in (None, ""):
                sheet.cell(number, column, value)
    for cells in merged:
        sheet.merge_cells(cells)
    if drawn:
        for line in sheet[drawn]:
            for cell in line:
                cell.border = _BOX
    book.save(path)
    return path


def tables_of(path: Path) -> list[Table]:
    """Every table that is understood of a file."""
    return [table for _, table in understand(path, catalogue()).tables()]


def table_of(path: Path) -> Table:
    """The one table of a file."""
    (table,) = tables_of(path)
    return table
