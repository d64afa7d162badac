"""The numbers of a table of indicators, within one place or each column within its own."""

from __future__ import annotations

from decimal import Decimal

from bangfu.ledger.models import Place
from bangfu.ledger.moment import Moment
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.cells import Value
from bangfu.paper.forms.narrowing import within_place
from bangfu.paper.forms.opened import CLOSED, place_is_open
from bangfu.paper.forms.sources import Source, nothing
from bangfu.paper.forms.summaries import adds_up, figure_cell, place_named
from bangfu.paper.forms.told import CellTold, ColumnTold, TableTold
from bangfu.programmes.kinds import Label
from bangfu.tables.indicators import names_place

NOWHERE = Label("这类记录不按地方统计", "such records lie in no place")
NO_PLACE = Label("没有找到这个地方", "no such place was found")
NOT_ADDED = Label("各处的数不能相加", "the numbers of the places do not add up")

Cells = dict[tuple[int, int], Value]


def counted_cells(told: TableTold, request: Request, unit: str) -> Cells:
    """Each number counted by itself; where columns are headed by places, within these.

    Beside places any other column is their total.
    """
    cells: Cells = {}
    apart = any(names_place(column.column.path[:1]) for column in told.columns)
    for column in told.columns:
        if column.source.figure is None or apart and not names_place(column.column.path[:1]):
            continue
        at = column.row, column.column.index
        source = _within(column, request)
        if source.figure is None:
            column.source = source
            continue
        value = figure_cell(source.figure, column, at, unit, told.cells)
        if value is not None:
            cells[at] = value
    if apart:
        _add(told, cells)
    return cells


def _within(column: ColumnTold, request: Request) -> Source:
    """The figure of a column within the place that it is headed by, or that the form is for."""
    source, place = column.source, request.place
    assert source.figure is not None
    if names_place(column.column.path[:1]):
        place = place_named(column.column.path[0], request)
        if place is None:
            return nothing(NO_PLACE)
        if not place_is_open(request, place):
            return nothing(CLOSED)
    elif place is not None and _whole_ledger(place, request.moment):
        return Source("figure", figure=within_place(source.figure, place) or source.figure)
    figure = within_place(source.figure, place)
    return nothing(NOWHERE) if figure is None else Source("figure", figure=figure)


def _whole_ledger(place: Place, moment: Moment) -> bool:
    """Whether a place is the one county that the ledger is of: what lies in no place is its own."""
    beside = Place.objects.at(moment).filter(level=place.level).exclude(pk=place.pk)
    return place.level in ("county", "prefecture", "province") and not beside.exists()


def _add(told: TableTold, cells: Cells) -> None:
    """The totals of places side by side, in rows of which every one has its number."""
    for column in told.columns:
        figure = column.source.figure
        if figure is None or names_place(column.column.path[:1]):
            continue
        beside = [one for one in told.columns if one.row == column.row and one is not column]
        parts = [cells.get((one.row, one.column.index)) for one in beside]
        numbers = [Decimal(value) for value in parts if isinstance(value, int | Decimal)]
        if len(numbers) < len(parts) or not adds_up(figure):
            column.source = nothing(NOT_ADDED)
            continue
        at = column.row, column.column.index
        cells[at], column.filled = sum(numbers, Decimal(0)), 1
        worked = tuple((one.row, one.column.index) for one in beside)
        told.cells.append(CellTold(*at, worked=worked))
