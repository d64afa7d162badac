"""A form filled: understood, answered from the ledger, written into its own layout."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bangfu.lists.headings import catalogue_with_corrections
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.below_card import asked_below, listed_below, sheets_with_cards
from bangfu.paper.forms.boxes import offers, tick_rows, ticked
from bangfu.paper.forms.cells import Value
from bangfu.paper.forms.choosing import chosen
from bangfu.paper.forms.converting import SUFFIXES, converted
from bangfu.paper.forms.document import fill_document
from bangfu.paper.forms.filling import Block, SheetFill, fill_workbook
from bangfu.paper.forms.folding import Fold, beside
from bangfu.paper.forms.helped import under
from bangfu.paper.forms.kept import keep_in_card, keep_in_rows, usual_words
from bangfu.paper.forms.part import Part
from bangfu.paper.forms.place_card import place_card
from bangfu.paper.forms.planning import kind_of, planned
from bangfu.paper.forms.records import Reader, blank_cell, filled_rows, totals
from bangfu.paper.forms.sources import NO_KIND, nothing
from bangfu.paper.forms.sums import leave_what_is_too_early, numbers, summary
from bangfu.paper.forms.times import TOO_EARLY, as_of, day_of, leave_unreached, reaches
from bangfu.paper.forms.told import CellTold, TableTold
from bangfu.programmes.kinds import Kind, Label
from bangfu.tables.catalogue import Catalogue
from bangfu.tables.page import ROOM
from bangfu.tables.understand import understand
from bangfu.tables.understood import Book, Sheet, Table
from bangfu.tables.unreadable import within

NO_SUBJECT = Label("没有指定填谁的表", "it was not said whom the form is about")


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A filled form: the file, of which sort it is, and of every table what came from where."""

    content: bytes
    tables: tuple[TableTold, ...]
    notes: tuple[str, ...] = ()
    suffix: str = ".xlsx"

    @property
    def filled(self) -> int:
        """How many cells were filled."""
        return sum(table.filled for table in self.tables)

    def as_data(self) -> dict[str, Any]:
        """What became of it, as plain data; no value of a person stands in it."""
        return {
            "tables": [table.as_data() for table in self.tables],
            "filled": self.filled,
            "notes": list(self.notes),
        }


def plan(
    path: Path, request: Request, known: Catalogue | None = None
) -> tuple[Book, list[TableTold]]:
    """What would be filled from where, without reading a single record.

    ``known``: the names that headings are held against, where they are not the vocabulary's.
    """
    with within(request.limits):
        book = understand(path, known or catalogue_with_corrections())
    return book, [planned(sheet, table, request) for sheet, table in book.tables()]


def fill(path: Path, request: Request) -> FilledForm:
    """Fill a workbook or a Word document; raises ``Unreadable`` or ``NoWorkbook``, saying why."""
    with within(request.limits):
        return _written(path, request)


def _written(path: Path, request: Request) -> FilledForm:
    book = understand(path, catalogue_with_corrections())
    of_card = asked_below(book, request)
    parts = [
        (s, t, _filled(s, t, of_card if t.of_card is not None else request, fold))
        for s in sheets_with_cards(book)
        for number, t in enumerate(s.tables)
        for fold in [Fold.of_table(s.tables, number)]
    ]
    sheets: dict[str, SheetFill] = {}
    for sheet, _, part in parts:
        former = sheets.get(sheet.name, SheetFill())
        blocks = beside(former.blocks, part.block)
        sheets[sheet.name] = SheetFill({**former.cells, **(part.cells or {})}, blocks)
    word = path.suffix.lower() == ".docx"
    done = (fill_document if word else fill_workbook)(path.read_bytes(), sheets)
    told = [_moved(part, sheets[sheet.name]) for sheet, _, part in parts]
    remarks = tuple(remark.zh for remark in book.remarks)
    return FilledForm(done.content, tuple(told), remarks + done.notes, ".docx" if word else ".xlsx")


def fill_any(path: Path, request: Request) -> FilledForm:
    """Fill a form of any kind that can be made into a workbook; what was converted says so."""
    if path.suffix.lower() not in SUFFIXES:
        return fill(path, request)
    with tempfile.TemporaryDirectory() as folder:
        done = fill(converted(path, Path(folder)), request)
    note = f"{path.name} 已由 LibreOffice 转成 xlsx 再填，版式可能略有出入"
    return replace(done, notes=(note, *done.notes))


def _moved(part: Part, fill: SheetFill) -> TableTold:
    """The cells of a table by where they stand in the filled form."""
    told = part.told
    top = part.block.first if part.block else 0
    shift = fill.top(part.block) - top if part.block else 0
    if part.block is not None:
        told.values, told.top = part.block.rows, top + shift
    for column in told.columns:
        column.row = fill.moved(column.row) if column.row else 0
    told.numbers = {(fill.moved(row), c): value for (row, c), value in told.numbers.items()}
    end = top + len(part.block.rows) if part.block else 0
    told.cells = [
        c if (row := c.row + shift if top <= c.row < end else fill.moved(c.row)) == c.row
        else replace(c, row=row)
        for c in told.cells
    ]  # fmt: skip
    return told


# ------------------------------------------------------------------ filling one table


def _filled(sheet: Sheet, table: Table, request: Request, fold: Fold) -> Part:
    told = planned(sheet, table, request)
    told.taken, told.computed = _standing(sheet, table)
    kind = kind_of(table, request)
    if table.subject.shape == "summary":
        return (
            numbers(table, told, request) if table.slots else summary(sheet, table, told, request)
        )
    if kind is None:
        told.remarks.append(NO_KIND)
        return Part(told)
    if kind.nature != "event" and (earlier := day_of(table, request)) != request:
        if not reaches(kind, earlier.moment):
            return _too_early(told)
        leave_what_is_too_early(told, request)
        request = earlier
        told.remarks = [as_of(request.moment)]
    if table.layout == "card" and kind.name == "place":
        return place_card(table, told, request)
    leave_unreached(told.columns, kind, request.moment)
    if table.layout == "card":
        return _card(sheet, table, told, kind, request)
    return _records(sheet, table, told, kind, request, fold)


def _too_early(told: TableTold) -> Part:
    """Nothing is filled of a time to which the ledger does not reach back."""
    told.rows_are = TOO_EARLY
    told.remarks.append(TOO_EARLY)
    for column in told.columns:
        column.source = nothing(TOO_EARLY)
    return Part(told)


def _standing(sheet: Sheet, table: Table) -> tuple[frozenset[tuple[int, int]], frozenset[int]]:
    """The cells of the body in which the form says something itself, and its formulas' columns."""
    first, grid = table.body.first, sheet.grid
    columns = [column.index for column in table.columns]
    formulas = frozenset(c for row, c in grid.formulas if row in table.body and c in columns)
    cells = ((row, c, grid.text(row, c)) for row in table.body for c in columns)
    said = ((row, c) for row, c, text in cells if text and not offers(text))
    return frozenset((row - first, c) for row, c in said), formulas


def _records(
    sheet: Sheet, table: Table, told: TableTold, kind: Kind, request: Request, fold: Fold
) -> Part:
    reader = Reader(request, kind, table.unit)
    told.rows_kind = kind.name
    if all(column.source.sort in ("serial", "none") for column in told.columns):
        told.rows_are = NOTHING_KNOWN
        told.remarks.append(NOTHING_KNOWN)
        return Part(told)
    if table.of_card is not None and request.subject is None:
        told.remarks.append(NO_SUBJECT)
        return Part(told)
    if table.of_card is not None and request.subject is not None:
        if kind.name != "person" and _says_whose(sheet, table):
            told.rows_are = SAID_ALREADY
            told.remarks.append(SAID_ALREADY)
            return Part(told)
        picked = listed_below(table, kind, request, request.subject)
        keys, told.rows_are = list(picked.keys), picked.said
        told.remarks += picked.remarks
    else:
        picked = chosen(sheet, table, kind, request, request.answers.get(told.rows_spot, ""))
        if not picked.given and _says_whose(sheet, table):
            told.rows_are, told.rows_choices = SAID_ALREADY, picked.choices
            told.remarks.append(SAID_ALREADY)
            return Part(told)
        keys = list(picked.keys)
        told.rows_are, told.rows_entry = picked.said, picked.entry
        told.rows_choices, told.remarks = picked.choices, [*told.remarks, *picked.remarks]
        told.rows_programme = picked.programme
        reader = Reader(under(request, picked.programme), kind, table.unit)
    keys, before = fold.part(keys, len(table.body))
    rows, cells = filled_rows(reader, keys, told.columns, table.body.first, before)
    told.cells, told.rows, told.about = cells, len(rows), keys
    told.usual = usual_words(rows, told.columns)
    keep_in_rows(told, rows, table.body.first, request)
    tick_rows(sheet.grid, table.body, told, rows)
    sums = _sums_at(table, totals(rows, told.columns))
    return Part(told, Block(table.body.first, table.body.last, rows), sums)


#: Why no running numbers are written beside blank cells.
NOTHING_KNOWN = Label(
    "没有一栏认得准，没有填",
    "no column is answered, and so nothing was filled",
)
#: Why nothing is written where the rows of a form say already whose they are.
SAID_ALREADY = Label(
    "表上各行已写有内容，认不出是哪些记录，没有填",
    "the rows of the form say something already, and not which records they are",
)
_NO_WORDS = re.compile(r"[.…—\-_/\s]*|(?:示?例|样表?)[::]?.*")


def _says_whose(sheet: Sheet, table: Table) -> bool:
    """Whether rows say something of their own already, which no other record may be put beside."""
    grid, sums = sheet.grid, {*table.totals, *table.subtotals, *table.repeats}
    columns = [column.index for column in table.columns if column.role != "serial"]
    cells = ((row, c) for row in table.body if row not in sums for c in columns)
    said = (grid.text(*at).strip() for at in cells if at not in grid.formulas)
    return any(not ROOM.fullmatch(text) and not _NO_WORDS.fullmatch(text) for text in said)


def _sums_at(table: Table, sums: Mapping[int, Value]) -> dict[tuple[int, int], Value]:
    return {(row, column): value for row in table.totals for column, value in sums.items()}


def _card(sheet: Sheet, table: Table, told: TableTold, kind: Kind, request: Request) -> Part:
    if request.subject is None:
        told.remarks.append(NO_SUBJECT)
        return Part(told)
    read = Reader(request, kind, table.unit).read([request.subject], told.columns)
    cells: dict[tuple[int, int], Value] = {}
    told.rows_are, told.rows = Label("本人（户）", "the one whom the form is about"), 1
    told.rows_kind, told.about = kind.name, [request.subject]
    for number, (slot, column) in enumerate(zip(table.slots, told.columns, strict=True)):
        cell = read[request.subject].get(number)
        at = slot.row, slot.column.index
        if cell is None:
            continue
        value, text = cell.value, sheet.grid.text(*at)
        if value is not None and offers(text):
            value = ticked(text, value)
        blank = value is None
        column.filled, column.blank = int(not blank), int(blank)
        column.masked, column.withheld = int(cell.masked), int(cell.withheld)
        name = column.source.kind.name if column.source.kind else "place"
        if blank:
            left = blank_cell(at, name, cell, request.subject)
            # An answer that is none of the boxes is left to somebody who can see the form.
            told.cells.append(left if cell.value is None else replace(left, why="unclear"))
        else:
            told.cells.append(CellTold(*at, kind=name, keys=cell.keys or (request.subject,)))
            cells[at] = value
    keep_in_card(told, cells, request)
    return Part(told, cells=cells)
