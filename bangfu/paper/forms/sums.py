"""A summary filled: by rows of places, units and classes, or by rows that say what they count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from bangfu.ledger.models import Place
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.paper.forms.adding import add_up, adds_up
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.cells import Value
from bangfu.paper.forms.classwords import Words
from bangfu.paper.forms.figures import asked_figure, figure_of_any
from bangfu.paper.forms.filling import Block
from bangfu.paper.forms.groups import group_of
from bangfu.paper.forms.kept import keep_in_card, keep_in_rows
from bangfu.paper.forms.narrowing import within_place
from bangfu.paper.forms.opened import ONLY_OPEN, place_is_open
from bangfu.paper.forms.part import Part
from bangfu.paper.forms.place_columns import counted_cells
from bangfu.paper.forms.sources import TO_ASK, Source, nothing
from bangfu.paper.forms.summaries import counted_rows, figure_cell, stubs_of
from bangfu.paper.forms.time_rows import TimeRows, one_after_another, time_of_row
from bangfu.paper.forms.times import PARTLY, TOO_EARLY, as_of, day_of, reach_of
from bangfu.paper.forms.told import ColumnTold, TableTold
from bangfu.paper.forms.working_out import work_out
from bangfu.programmes.kinds import Label
from bangfu.tables.understood import Sheet, Table


def summary(sheet: Sheet, table: Table, told: TableTold, request: Request) -> Part:
    """A summary whose rows are places, units, persons or classes."""
    stubs, told.rows_are = stubs_of(sheet, table, day_of(table, request))
    partly = leave_what_is_too_early(told, request)
    timed = table.subject.kind == "class" and all(
        time_of_row(stub.name, table) for stub in stubs if stub.name
    )
    if timed:
        rows, told.cells = TimeRows(table, day_of(table, request)).rows(stubs, told.columns)
    else:
        first, unit = table.body.first, table.unit
        rows, told.cells = counted_rows(stubs, told.columns, first, unit, request)
    _doubt(told, partly)
    work_out(told, rows, table.body.first)
    told.rows = sum(bool(stub.name) for stub in stubs)
    told.about = [stub.key[0] if stub.key else None for stub in stubs]
    told.called = [stub.name for stub in stubs]
    _say_what_is_counted(table, told, request)
    keep_in_rows(told, rows, table.body.first, request)
    adding = table.subject.kind != "class" or (
        one_after_another(stubs, table) if timed else add_up(stubs)
    )
    added = [column for column in told.columns if not timed or _of_times(column)]
    sums = _at_totals(table, _added(rows, added)) if adding else {}
    if adding:
        _add_subtotals(table, rows, added)
    whole = request.place if request.place and place_is_open(request, request.place) else None
    if whole is not None and stubs and all(stub.place and stub.fresh for stub in stubs):
        for row in table.totals:
            sums |= _whole(told, row, whole, table.unit)
    for row in table.totals:
        of_row = {column: value for (at, column), value in sums.items() if at == row}
        work_out(told, [of_row], row)
        sums |= {(row, column): value for column, value in of_row.items()}
    return Part(told, Block(table.body.first, table.body.last, rows), sums)


def _of_times(column: ColumnTold) -> bool:
    """Whether what a column counts in one time after the other adds up; no state does."""
    return column.source.figure is not None and column.source.figure.kind.nature == "event"


def leave_what_is_too_early(told: TableTold, request: Request) -> frozenset[str]:
    """Blank what is counted as of a day to which the ledger does not reach; say which days are.

    The columns of which not everything was on record then.
    """
    days: set[dt.date] = set()
    partly: set[str] = set()
    for column in told.columns:
        figure = column.source.figure
        if figure is None or figure.moment == request.moment:
            continue
        match reach_of(figure, request.moment):
            case "none":
                column.source = nothing(TOO_EARLY)
                continue
            case "part":
                partly.add(column.spot)
        days.add(figure.moment.on)
    told.remarks += [as_of(request.moment.on_day(day)) for day in sorted(days)]
    return frozenset(partly)


def _doubt(told: TableTold, partly: frozenset[str]) -> None:
    """Say of every number of some columns that it may be higher."""
    columns = {(c.row, c.column.index): c for c in told.columns if c.spot in partly}
    for number, cell in enumerate(told.cells):
        column = columns.get((cell.row, cell.column)) or columns.get((0, cell.column))
        if column is not None and not cell.blank and not cell.doubt:
            told.cells[number] = replace(cell, doubt=PARTLY)
            column.doubtful += 1


def _say_what_is_counted(table: Table, told: TableTold, request: Request) -> None:
    counted = {c.source.figure.kind.name for c in told.columns if c.source.figure is not None}
    told.rows_kind = min(counted, default="")
    groups = [group_of(table, VOCABULARY[name]).remark for name in sorted(counted)]
    told.remarks += list(dict.fromkeys(remark for remark in groups if remark is not None))
    if request.user is not None and counted:
        told.remarks.append(ONLY_OPEN)


def _at_totals(table: Table, sums: Mapping[int, Value]) -> dict[tuple[int, int], Value]:
    return {(row, column): value for row in table.totals for column, value in sums.items()}


def _add_subtotals(
    table: Table, rows: list[dict[int, Value]], columns: Sequence[ColumnTold]
) -> None:
    """Into each subtotal's row the sums of the rows above it, as far as the subtotal before."""
    start = 0
    for row in sorted(table.subtotals):
        number = row - table.body.first
        if 0 <= number < len(rows):
            rows[number].update(_added(rows[start:number], columns))
            start = number + 1


def _whole(told: TableTold, row: int, place: Place, unit: str) -> dict[tuple[int, int], Value]:
    """Shares and distinct counts of the whole place, where its every part has a row."""
    found: dict[tuple[int, int], Value] = {}
    for column in told.columns:
        figure = column.source.figure
        if figure is None or adds_up(figure):
            continue
        if (own := within_place(figure, place)) is not None:
            at = row, column.column.index
            value = figure_cell(own, column, at, unit, told.cells)
            if value is not None:
                found[at] = value
    return found


def _added(rows: Sequence[Mapping[int, Value]], columns: Sequence[ColumnTold]) -> dict[int, Value]:
    """What is counted or added up in each row, added up for the total; other numbers are not."""
    found: dict[int, Value] = {}
    for column in columns:
        figure = column.source.figure
        if figure is None or not adds_up(figure):
            continue
        index = column.column.index
        numbers = [Decimal(v) for r in rows if isinstance(v := r.get(index), int | Decimal)]
        if numbers:
            found[index] = sum(numbers, Decimal(0))
    return found


# ------------------------------------------------------------------ rows that say what they count


def number_sources(table: Table, words: Words) -> list[Source]:
    """Where each number of a table of indicators comes from, or why from nowhere."""
    found: list[Source] = []
    parts: dict[int, frozenset[str]] = {}
    for slot in table.slots:
        if slot.row in table.totals:
            found.append(Source("added"))
            continue
        source = asked_figure(slot.column, table, words, "")
        if slot.otherwise is not None:
            other = figure_of_any(slot.otherwise, table, words)
            source = _either(source, other, parts.get(slot.column.index))
        elif source.figure is not None:
            parts[slot.column.index] = frozenset(source.figure.listing.where)
        found.append(source)
    return found


def _either(own: Source, part: Source, before: frozenset[str] | None) -> Source:
    """A row that stands for itself, or is a part of what stands above it as the row before is.

    It does not matter where both count the same, and it is told where one cannot be meant: a part
    that contradicts its whole, or a word of the same field as that of the part before. Else it is
    asked.
    """
    if own.figure is None:
        return own
    where = own.figure.listing.where
    if part.figure is None:
        return nothing(TO_ASK)
    narrowed = part.figure.listing.where
    if narrowed == where or "none" in narrowed and "none" not in where:
        return own
    return part if frozenset(narrowed) == before else nothing(TO_ASK)


def numbers(table: Table, told: TableTold, request: Request) -> Part:
    """A table of indicators: each of its numbers counted by itself, within the place."""
    place = request.place
    if place is not None and not place_is_open(request, place):
        told.rows_are = Label("这个地方不在您的权限内", "this place is closed to you")
        return Part(told)
    told.rows_are = Label(
        f"{place.name if place else '全部范围'}：各行写明的数",
        f"{place.name if place else 'all places'}: the numbers that the rows name",
    )
    told.rows = len({slot.row for slot in table.slots})
    told.about, told.called = [request.subject], [told.title or told.sheet]
    partly = leave_what_is_too_early(told, request)
    _say_what_is_counted(table, told, request)
    cells = counted_cells(told, table, request)
    _doubt(told, partly)
    _work_out_rows(told, cells)
    told.numbers = dict(cells)
    keep_in_card(told, cells, request)
    return Part(told, cells=cells)


def _work_out_rows(told: TableTold, cells: dict[tuple[int, int], Value]) -> None:
    """The numbers of each row that are worked out from its others."""
    for row in sorted({column.row for column in told.columns}):
        values = {index: value for (at, index), value in cells.items() if at == row}
        work_out(told, [values], row)
        cells |= {(row, index): value for index, value in values.items()}
