"""A workbook that was given out here is known again: its columns, and which record a row is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from bangfu.intake.answers import PROJECT
from bangfu.ledger.row_marks import key_in
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Label
from bangfu.tables.grid import Grid
from bangfu.tables.own_workbook import ROW, SHEET, Kept, kept_in
from bangfu.tables.understood import Book, Column, Sheet, Subject, Table

_KNOWN = Label("这份工作簿是从这里下载的", "this workbook was given out here")
_LOCKED = Label("这一列只供查看，不接收改动", "to be read only; changes are not taken")
#: What a list that is sent back may say otherwise. A name is read to see that it is the same
#: record; a number was masked, and is changed on its own page.
EDITED: Mapping[str, tuple[str, ...]] = {
    "person": ("sex", "birth", "education", "relation", "work_region"),
    "household": ("size", "group", "kind"),
    "project": PROJECT,
}
#: By which field a row is seen to be the record that it was; it stands first.
NAMED: Mapping[str, str] = {"person": "name", "household": "name", "project": "title"}


def without_own_sheet(book: Book) -> tuple[Book, Kept | None]:
    """A file without the sheet by which it is known, and what that sheet says."""
    own = next((sheet for sheet in book.sheets if sheet.name == SHEET), None)
    if own is None:
        return book, None
    others = tuple(sheet for sheet in book.sheets if sheet is not own)
    return replace(book, sheets=others), kept_in(own.grid)


def as_given_out(sheet: Sheet, table: Table, kept: Kept) -> tuple[Table, Mapping[int, UUID]]:
    """A table of a list that was given out: its columns as they are known, the records by row."""
    if kept.sort != "list" or kept.about not in EDITED:
        return table, {}
    columns = tuple(_column(column, kept) for column in table.columns)
    subject = Subject("records", kept.about, 1.0, _KNOWN)
    known = replace(table, columns=columns, subject=subject, layout="rows")
    return known, _keys(sheet.grid, table, kept)


def _column(column: Column, kept: Kept) -> Column:
    key = kept.columns[column.index - 1] if column.index <= len(kept.columns) else ""
    if key == ROW:
        says = Label("识别码", "Mark of the row")
        return replace(column, role="serial", field=None, says=says, confidence=1.0, reason=_KNOWN)
    if key != NAMED[kept.about] and key not in EDITED[kept.about]:
        return replace(column, role="derived", field=None, confidence=1.0, reason=_LOCKED)
    field = VOCABULARY[kept.about][key]
    return replace(
        column, role="value", field=f"{kept.about}.{key}", says=field.label, confidence=1.0,
        reason=_KNOWN, party="row", refused=None,
    )  # fmt: skip


def _keys(grid: Grid, table: Table, kept: Kept) -> dict[int, UUID]:
    """Which record each row is; a row that somebody added is none yet."""
    if ROW not in kept.columns:
        return {}
    place = kept.columns.index(ROW) + 1
    found = ((row, key_in(grid.text(row, place))) for row in table.body)
    return {row: key for row, key in found if key is not None}


def replaced(book: Book, number: int, table: Table) -> Book:
    """A file with one of its tables, counted over all sheets, understood otherwise."""
    sheets, at = [], 0
    for sheet in book.sheets:
        tables = tuple(
            table if at + place == number else one for place, one in enumerate(sheet.tables)
        )
        at += len(tables)
        sheets.append(replace(sheet, tables=tables))
    return replace(book, sheets=tuple(sheets))
