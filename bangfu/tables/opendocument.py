"""OpenDocument spreadsheets."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

from lxml import etree

from bangfu.tables.grid import Grid, Span, Value
from bangfu.tables.packed import damaged
from bangfu.tables.unreadable import check_size
from bangfu.tables.workbook import Raw

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")


def read_ods(path: Path) -> list[Raw]:
    """The sheets of an ods that was looked over; raises ``Unreadable``."""
    try:
        with zipfile.ZipFile(path) as packed, packed.open("content.xml") as opened:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            root = etree.parse(opened, parser).getroot()
    except (KeyError, etree.XMLSyntaxError) as wrong:
        raise damaged(path) from wrong
    return [
        (table.get(f"{_TABLE}name", ""), _grid(table), False)
        for table in root.iter(f"{_TABLE}table")
    ]


def _grid(table: etree._Element) -> Grid:
    rows: list[list[Value]] = []
    merged: list[Span] = []
    formulas: set[tuple[int, int]] = set()
    for element in table.iter(f"{_TABLE}table-row"):
        again = int(element.get(f"{_TABLE}number-rows-repeated", "1"))
        cells = _row(element, len(rows) + 1, merged, formulas)
        if not cells and again > 1_000:
            continue  # the empty rest of the sheet
        check_size(len(rows) + again, max(len(cells), 1))
        rows.extend(list(cells) for _ in range(again))
    while rows and not rows[-1]:
        rows.pop()
    return Grid(rows=rows, merged=tuple(merged), formulas=frozenset(formulas))


def _row(
    element: etree._Element, row: int, merged: list[Span], formulas: set[tuple[int, int]]
) -> list[Value]:
    cells: list[Value] = []
    blank = 0
    for cell in element.iterchildren(*_CELLS):
        again = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        value = None if cell.tag == _CELLS[1] else _value(cell)
        at = len(cells) + blank + 1
        _merged(cell, row, at, merged)
        if cell.get(f"{_TABLE}formula"):
            formulas.add((row, at))
        if value is None:
            blank += again
            continue
        check_size(1, len(cells) + blank + again)
        cells.extend([None] * blank + [value] * again)
        blank = 0
    return cells


def _merged(cell: etree._Element, row: int, column: int, merged: list[Span]) -> None:
    down = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
    right = int(cell.get(f"{_TABLE}number-columns-spanned", "1"))
    if down > 1 or right > 1:
        merged.append(Span(row, column, row + down - 1, column + right - 1))


def _value(cell: etree._Element) -> Value:
    sort = cell.get(f"{_OFFICE}value-type")
    if sort in ("float", "percentage", "currency"):
        return float(cell.get(f"{_OFFICE}value", "nan"))
    if sort == "date":
        written = cell.get(f"{_OFFICE}date-value", "")
        try:
            return (
                dt.datetime.fromisoformat(written)
                if "T" in written
                else dt.date.fromisoformat(written)
            )
        except ValueError:
            return str(written)
    if sort == "boolean":
        return str(cell.get(f"{_OFFICE}boolean-value")) == "true"
    words = "\n".join("".join(p.itertext()) for p in cell.iterchildren(f"{_TEXT}p"))
    return str(words) or None
