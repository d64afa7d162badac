"""A summary whose rows are times: each number is asked of its column within its row's time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bangfu.lists.figure import Figure
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.cells import Value
from bangfu.paper.forms.classwords import Words
from bangfu.paper.forms.figures import asked_figure
from bangfu.paper.forms.narrowing import within_place
from bangfu.paper.forms.opened import opened_source, place_is_open
from bangfu.paper.forms.summaries import Stub, figure_cell
from bangfu.paper.forms.times import reach_of
from bangfu.paper.forms.told import CellTold, ColumnTold
from bangfu.tables.periods import part_of_year, period_in
from bangfu.tables.spans import RELATIVE
from bangfu.tables.understood import Period, Table


def time_of_row(text: str, table: Table) -> Period | None:
    """The time that the words of a row are; without days where the form does not name the year."""
    return part_of_year(text, table.period) or period_in(text)


def one_after_another(stubs: Sequence[Stub], table: Table) -> bool:
    """Whether the times of some rows have no day in common, so that a total may add them up."""
    times = [time_of_row(stub.name, table) for stub in stubs if stub.name]
    days = sorted((time.first, time.last) for time in times if time and time.first and time.last)
    apart = all(one[1] < other[0] for one, other in zip(days, days[1:], strict=False))
    return apart and len(days) == len(times)


@dataclass(frozen=True, slots=True)
class TimeRows:
    """Reads the numbers of a table whose rows are times, as far as the account may know them."""

    table: Table
    request: Request

    def rows(
        self, stubs: Sequence[Stub], columns: Sequence[ColumnTold]
    ) -> tuple[list[dict[int, Value]], list[CellTold]]:
        """The rows from the first of the body on, and of every cell the figure behind it."""
        told: list[CellTold] = []
        rows = [
            self._row(stub, row, columns, told)
            for row, stub in enumerate(stubs, start=self.table.body.first)
        ]
        return rows, told

    def _row(
        self, stub: Stub, row: int, columns: Sequence[ColumnTold], told: list[CellTold]
    ) -> dict[int, Value]:
        values: dict[int, Value] = {}
        for column in columns if stub.name else ():
            if column.source.figure is None:
                continue
            at = row, column.column.index
            figure = self._figure(stub, column)
            if figure is None:
                column.blank += 1
                told.append(CellTold(*at, blank=True, why="unclear"))
            elif (value := figure_cell(figure, column, at, self.table.unit, told)) is not None:
                values[at[1]] = value
        return values

    def _figure(self, stub: Stub, column: ColumnTold) -> Figure | None:
        """The figure of one cell; None for a time to come, or before what the ledger reaches."""
        place, asked = self.request.place, column.column
        timed = any(RELATIVE.match(word) or period_in(word) for word in asked.path)
        if timed or place is not None and not place_is_open(self.request, place):
            return None
        words = Words(self.request.moment, self.request.programme)
        time = time_of_row(stub.name, self.table)
        within = replace(asked, path=(stub.name, *asked.path), period=time)
        source = asked_figure(within, self.table, words)
        figure = opened_source(self.request.user, source, of_programme=False).figure
        if figure is None or reach_of(figure, self.request.moment) != "whole":
            return None
        return within_place(figure, place)
