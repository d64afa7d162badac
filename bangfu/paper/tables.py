"""The tables of papers, worked out at a moment: measures, a figure by its groups, a list printed.

What a cell says of persons is marked with their keys, so that whoever keeps the table keeps no
name with it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.conditions import all_of
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Document, Measure, Programme, Subject
from bangfu.ledger.moment import Moment
from bangfu.lists.columns import ERASED, Line, lines, plain_text
from bangfu.lists.columns import Cell as Read
from bangfu.lists.figure import Figure, figure_of
from bangfu.lists.listing import Listing
from bangfu.lists.measures import progress
from bangfu.lists.numbers import Group, Reading
from bangfu.lists.wording import groups_called, in_book_order, keys_of, number_text
from bangfu.paper.ledger_page import value_text
from bangfu.paper.pages import Align, ColumnKind, LedgerColumn, Value
from bangfu.paper.parts import day_in_words
from bangfu.programmes.kinds import SUBJECT_KINDS, Field, Kind
from bangfu.programmes.schema import Measure as MeasureEntry

TOTAL = "合计"
#: So many rows of a list are read at once.
_AT_ONCE = 1_000
_PERSONAL = ("person", "household")
_COLUMN_KINDS: dict[str, ColumnKind] = {"number": "number", "money": "money", "day": "date"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, what stands in it, and how it is aligned, in a text or in a ledger."""

    heading: str
    kind: ColumnKind = "text"
    align: Align = "left"
    unit: str = ""
    width: int = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed value; ``of`` are the persons and households of whom it tells."""

    value: Value
    of: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its key: that of a record, or the values of a group."""

    key: str
    cells: tuple[Cell, ...]

    @property
    def told_of(self) -> set[UUID]:
        """The persons and households of whom its cells tell."""
        return {key for cell in self.cells for key in cell.of}


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it is printed; ``kind`` is the kind of the records that its keys name, if any.

    ``total`` is what its last row is called, and ``total_at`` the column in which the figure
    itself stands there. ``astray`` is how many rows of a frozen table could not be read again as
    they were printed.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    kind: str = ""
    caption: str = ""
    total: str = ""
    total_at: int = -1
    astray: int = 0

    def texts(self, row: Row) -> list[str]:
        """The cells of a row as they are read."""
        return [
            value_text(LedgerColumn(column.heading, column.kind), cell.value)
            for column, cell in zip(self.columns, row.cells, strict=True)
        ]


def is_ledger(document: Document) -> bool:
    """Whether a paper is a list, printed, rather than prose."""
    return bool(document.body.get("sort") == "ledger")


def table_of(
    document: Document, name: str, moment: Moment, *, only: Sequence[UUID] | None = None
) -> Table | None:
    """The table that a paper prints for a figure, worked out at a moment; None if there is none.

    ``only``: of a ledger, just these records.
    """
    if is_ledger(document):
        return _ledger(document, moment, only)
    figure = figure_of(document.programme, name, moment)
    caption = Meaning.of(document.programme, moment).file.title_of(name)
    if figure.by:
        return _grouped(figure, caption)
    return _measures(document, figure, caption) if figure.kind.name == "measure" else None


def rows_again(document: Document, name: str, moment: Moment, keys: Sequence[str]) -> list[Row]:
    """Some rows of a table as they were at a moment, whatever its condition says of them by now."""
    if not keys:
        return []
    if is_ledger(document):
        return list(_ledger_rows(document, moment, [UUID(key) for key in keys]))
    found = table_of(document, name, moment)
    return [row for row in found.rows if row.key in set(keys)] if found else []


def figure_of_row(document: Document, name: str, key: str, moment: Moment) -> Figure | None:
    """What is counted in one row of a table; None where a row is simply a record.

    ValueError if that is no key of such a row.
    """
    if is_ledger(document):
        return None
    figure = figure_of(document.programme, name, moment)
    if figure.by:
        return _of_group(figure, json.loads(key))
    measures = Measure.objects.known(moment.known_at).filter(programme=document.programme)
    row = measures.filter(fact=UUID(key)).first()
    return _done_of(document.programme, row, moment) if row else None


# ------------------------------------------------------------------ groups


def _grouped(figure: Figure, caption: str) -> Table:
    fields = figure.given_by()
    groups = in_book_order(figure, figure.groups())
    pointed = (zip(fields, keys_of(group), strict=True) for group in groups)
    persons = _persons(k for pairs in pointed for f, k in pairs if f.to and k)
    rows = [
        Row(
            json.dumps([None if key is None else str(key) for key in keys_of(group)]),
            (
                *(
                    Cell(label.zh, (key,) if key in persons else ())
                    for label, key in zip(called, keys_of(group), strict=True)
                ),
                Cell(number_text(figure, group.reading.low or 0)),
            ),
        )
        for group, called in zip(groups, groups_called(figure, groups), strict=True)
    ]
    counted = Column("数量", align="right", unit=figure.unit)
    columns = (*(Column(field.label.zh) for field in fields), counted)
    return Table(columns, tuple(rows), caption=caption, total=TOTAL, total_at=len(columns) - 1)


def _of_group(figure: Figure, values: Any) -> Figure | None:
    """The figure of one group; only words can be asked for."""
    if not isinstance(values, list) or any(not isinstance(v, str | None) for v in values):
        raise ValueError(f"{figure.name} has no group {values!r}")
    listing = figure.of_group(values)
    if listing is None:
        return None
    group = Group(tuple(values), tuple(values), Reading(None, None, 0, 0))
    called = " · ".join(label.zh for label in groups_called(figure, [group])[0])
    return replace(figure, title=called, listing=listing, by=())


# ------------------------------------------------------------------ measures

_OF_MEASURES = (
    Column("实事"),
    Column("责任单位"),
    Column("计划", align="center"),
    Column("时间", align="center"),
    Column("已完成", align="center"),
)
#: A figure that counts measures counts what was planned, not what was done.
_PLANNED = 2


def _measures(document: Document, figure: Figure, caption: str) -> Table:
    """The measures that a figure counts by the day on which each begins, the undated last."""
    counted = set(figure.rows().values_list("fact", flat=True))
    told = [
        one
        for one in progress(document.programme, figure.moment, anew=True)
        if one.measure.fact in counted
    ]
    told.sort(key=lambda one: one.measure.window_from or dt.date.max)
    rows = (
        Row(
            str(one.measure.fact),
            (
                Cell(one.measure.title),
                Cell(one.owner),
                Cell(one.planned.zh),
                Cell(_window(one.measure, figure.moment.on.year)),
                Cell(plain_text(one.done, "number")),
            ),
        )
        for one in told
    )
    return Table(
        _OF_MEASURES, tuple(rows), kind="measure", caption=caption, total=TOTAL, total_at=_PLANNED
    )


def _window(row: Measure, year: int) -> str:
    """When a measure is to be done, as papers write it; the year only where it is another."""
    first, last = row.window_from, row.window_to
    if first is None or last is None:
        return ""
    return f"{_day(first, year)}至{_day(last, first.year)}"


def _day(day: dt.date, year: int) -> str:
    return day_in_words(day) if day.year != year else f"{day.month}月{day.day}日"


def _done_of(programme: Programme, row: Measure, moment: Moment) -> Figure:
    """What was done of a measure: counted from its records, or added up from what was reported."""
    entry = Meaning.of(programme, moment).file.entry(row.name)
    if isinstance(entry, MeasureEntry) and entry.of:
        return figure_of(programme, row.name, moment)
    reports = Listing(("activity",), moment, {"measure": {row.name: True}}, programme)
    return Figure(row.name, row.title, reports, "sum", "amount", unit=row.unit)


# ------------------------------------------------------------------ ledgers


def ledger_figure(document: Document, moment: Moment) -> Figure:
    """The list that a ledger prints, as the figure that counts it."""
    body = document.body
    listing = Listing(tuple(body["of"]), moment, body["where"], document.programme)
    return Figure(document.name, document.title, listing)


def in_order(kind: Kind, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows in the order in which a ledger prints them: by their day, else as they were entered."""
    return rows.order_by(next((name for name in ("began", "date") if name in kind), "pk"), "pk")


def _ledger(document: Document, moment: Moment, only: Sequence[UUID] | None) -> Table:
    figure = ledger_figure(document, moment)
    if only is None:
        only = list(in_order(figure.kind, figure.rows()).values_list("fact", flat=True))
    rows = _ledger_rows(document, moment, only)
    columns = tuple(_column(field) for field in _fields(document, figure.kind))
    return Table(columns, tuple(rows), kind=figure.kind.name)


def _fields(document: Document, kind: Kind) -> list[Field]:
    return [kind[name] for name in document.body["columns"]] or list(kind.fields.values())


def _column(field: Field) -> Column:
    width = 12 if field.type in ("day", "number", "money") else 18
    return Column(field.label.zh, _COLUMN_KINDS.get(field.type, "text"), width=width)


def _ledger_rows(document: Document, moment: Moment, keys: Sequence[UUID]) -> Iterator[Row]:
    """Rows of a ledger by their keys and in their order, so many at once."""
    listing = ledger_figure(document, moment).listing
    kind, fields = listing.kind, _fields(document, listing.kind)
    for first in range(0, len(keys), _AT_ONCE):
        some = keys[first : first + _AT_ONCE]
        found = lines(listing, all_of(kind, moment).filter(fact__in=some), fields)
        read = _rows(kind, fields, found)
        there = {line.fact: row for line, row in zip(found, read, strict=True)}
        yield from (there[key] for key in some if key in there)


def _rows(kind: Kind, fields: Sequence[Field], found: Sequence[Line]) -> Iterator[Row]:
    told = [
        [_told_of(kind, field, line, cell) for field, cell in zip(fields, line.cells, strict=True)]
        for line in found
    ]
    persons = _persons(key for row in told for keys in row for key in keys)
    for line, row in zip(found, told, strict=True):
        yield Row(
            str(line.fact),
            tuple(
                Cell(_value(kind, field, cell), tuple(key for key in keys if key in persons))
                for field, cell, keys in zip(fields, line.cells, row, strict=True)
            ),
        )


def _told_of(kind: Kind, field: Field, line: Line, cell: Read) -> Sequence[UUID]:
    """Of whom a cell tells: those it points at, or the one whose own row it is."""
    if field.type == "many":
        return [UUID(key) for key in cell.raw]
    if field.type == "one":
        return [cell.to[1]] if cell.to and cell.to[0] in (*_PERSONAL, "subject") else []
    # What is worked out of a sheet, such as an age, tells as much as what stands on it.
    own = field.sensitivity != "open" or (field.compute is not None and kind.sheet)
    return [line.fact] if own and kind.name in SUBJECT_KINDS else []


def _persons(keys: Iterable[UUID]) -> set[UUID]:
    """Those of some subjects who are persons or households."""
    found = Subject.objects.filter(pk__in=set(keys), kind__in=_PERSONAL)
    return set(found.values_list("pk", flat=True))


def _value(kind: Kind, field: Field, cell: Read) -> Value:
    if field.type == "day" and isinstance(cell.raw, dt.date):
        return cell.raw
    if field.type in ("number", "money") and cell.raw is not None:
        return Decimal(cell.raw) / (100 if field.type == "money" else 1)
    own_name = field.key == "name" and kind.name in _PERSONAL
    if not cell.text and (own_name or (field.type == "one" and cell.raw is not None)):
        return ERASED.zh
    return cell.text
