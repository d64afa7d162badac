"""The numbers of a table of indicators, within one place or each column within its own."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from bangfu.ledger.models import Place
from bangfu.ledger.moment import Moment
from bangfu.paper.forms.adding import adds_up, exclude_one_another
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.called import places_called
from bangfu.paper.forms.cells import Value
from bangfu.paper.forms.in_places import InPlaces
from bangfu.paper.forms.narrowing import within_place
from bangfu.paper.forms.opened import CLOSED, place_is_open
from bangfu.paper.forms.sources import Source, level_of, nothing
from bangfu.paper.forms.summaries import figure_cell
from bangfu.paper.forms.told import CellTold, ColumnTold, TableTold
from bangfu.programmes.kinds import Label
from bangfu.tables.indicators import names_place
from bangfu.tables.understood import Table

NOWHERE = Label("这类记录不按地方统计", "such records lie in no place")
NO_PLACE = Label("没有找到这个地方", "no such place was found")
NOT_THE_ROWS = Label("各行的数不能相加", "the numbers of the rows do not add up")
NOT_ADDED = Label("各处的数不能相加", "the numbers of the places do not add up")

Cells = dict[tuple[int, int], Value]


def counted_cells(told: TableTold, table: Table, request: Request) -> Cells:
    """Each number counted by itself; where columns are headed by places, within these.

    Beside places any other column is their total, and a row of totals adds up the rows above it.
    """
    cells: Cells = {}
    apart = any(_of_a_place(column) for column in told.columns)
    whole = request.place is not None and _whole_ledger(request.place, request.moment)
    heads = [column.column.path[0] for column in told.columns if _of_a_place(column)]
    named = places_called(heads, request)
    places = InPlaces(filter(None, named.values()), request.moment, request.place)
    for column in told.columns:
        figure = column.source.figure
        if figure is None or apart and not _named_place(column):
            continue
        at = column.row, column.column.index
        place = named.get(column.column.path[0])
        source = _within(column, place, request, whole=whole)
        if source.figure is None:
            column.source = source
            continue
        read = places.reader(place) if place else None
        value = figure_cell(
            figure, column, at, table.unit, told.cells, own=source.figure, read=read
        )
        if value is not None:
            cells[at] = value
    if apart:
        _add_rows(told, table, cells)
        _add(told, cells)
    return cells


def _named_place(column: ColumnTold) -> bool:
    """Whether a column says within which place it counts: 云岫镇, or 全镇 of the form's own."""
    return _of_a_place(column) or bool(_WHOLE.match(column.column.path[0]))


_WHOLE = re.compile("全[省市州县区旗乡镇村]")


def _of_a_place(column: ColumnTold) -> bool:
    return names_place(column.column.path[:1])


def _within(column: ColumnTold, named: Place | None, request: Request, *, whole: bool) -> Source:
    """The figure of a column within the place that it is headed by, or that the form is for.

    ``whole``: that is the whole ledger, of which also what lies in no place is.
    """
    source, place = column.source, request.place
    assert source.figure is not None
    if not _of_a_place(column) and _WHOLE.match(column.column.path[0]):
        level = level_of(replace(column.column, path=column.column.path[:1]))
        if place is None or place.level != level:
            return nothing(NO_PLACE)
    if _of_a_place(column):
        place = named
        if place is None:
            return nothing(NO_PLACE)
        if not place_is_open(request, place):
            return nothing(CLOSED)
    elif place is not None and whole:
        return Source("figure", figure=within_place(source.figure, place) or source.figure)
    figure = within_place(source.figure, place)
    return nothing(NOWHERE) if figure is None else Source("figure", figure=figure)


def _whole_ledger(place: Place, moment: Moment) -> bool:
    """Whether a place is the one county that the ledger is of: what lies in no place is its own."""
    beside = Place.objects.at(moment).filter(level=place.level).exclude(fact=place.fact)
    return place.level in ("county", "prefecture", "province") and not beside.exists()


def _add(told: TableTold, cells: Cells) -> None:
    """The totals of places side by side, in rows of which every one has its number."""
    for column in told.columns:
        figure = column.source.figure
        if _named_place(column) or figure is None and column.source.sort != "added":
            continue
        of_row = [one for one in told.columns if one.row == column.row]
        beside = [one for one in of_row if _of_a_place(one)]
        parts = [cells.get((one.row, one.column.index)) for one in beside]
        numbers = [Decimal(value) for value in parts if isinstance(value, int | Decimal)]
        if len(numbers) < len(parts) or figure is not None and not adds_up(figure):
            column.source = nothing(NOT_ADDED)
            continue
        at = column.row, column.column.index
        cells[at], column.filled = sum(numbers, Decimal(0)), 1
        worked = tuple((one.row, one.column.index) for one in beside)
        told.cells.append(CellTold(*at, worked=worked))


def _add_rows(told: TableTold, table: Table, cells: Cells) -> None:
    """Totals of the rows above, where nobody is of two of them and every one has its number."""
    listed = [one for one in told.columns if one.row not in table.totals]
    by_row = {one.row: one.source.figure for one in listed}
    figures = [figure for figure in by_row.values() if figure is not None]
    adding = len(figures) == len(by_row) and exclude_one_another(figures)
    for column in told.columns:
        if column.source.sort != "added" or not _named_place(column):
            continue
        above = [one for one in listed if one.column.index == column.column.index]
        numbers = [cells.get((one.row, one.column.index)) for one in above]
        added = [Decimal(value) for value in numbers if isinstance(value, int | Decimal)]
        if not adding or len(added) < len(numbers):
            column.source = nothing(NOT_THE_ROWS)
            continue
        at = column.row, column.column.index
        cells[at], column.filled = sum(added, Decimal(0)), 1
        worked = tuple((one.row, one.column.index) for one in above)
        told.cells.append(CellTold(*at, worked=worked))
