"""Numbers that are worked out from others of their row: a change, a growth, a share."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from decimal import Decimal

from bangfu.paper.forms.cells import Value
from bangfu.paper.forms.summaries import NO_BASE
from bangfu.paper.forms.told import CellTold, ColumnTold, TableTold
from bangfu.paper.forms.values import in_percent
from bangfu.tables.understood import Terms

#: What is said of a number that is worked out from one that may be higher.
OF_DOUBTFUL = "由存疑的数得出"
#: Why one is left that is worked out from numbers that are not there.
LACKING = "得出它的数没有填"


def work_out(told: TableTold, rows: Sequence[MutableMapping[int, Value]], first: int) -> None:
    """Add to rows, the first of which is row ``first``, what is worked out from their numbers."""
    columns = [column for column in told.columns if column.source.sort == "worked"]
    if not columns:
        return
    cells = {(cell.row, cell.column): cell for cell in told.cells}
    for number, values in enumerate(rows, start=first):
        for column in columns:
            if not column.row or column.row == number:
                _one(told, column, cells, values, number)


def _one(
    told: TableTold,
    column: ColumnTold,
    cells: dict[tuple[int, int], CellTold],
    values: MutableMapping[int, Value],
    row: int,
) -> None:
    terms, index = column.column.terms, column.column.index
    assert terms is not None
    of, against = values.get(terms.of), values.get(terms.against)
    from_ = ((row, terms.of), (row, terms.against))
    if not isinstance(of, int | Decimal) or not isinstance(against, int | Decimal):
        if values or column.row:
            column.blank += 1
            blank = CellTold(row, index, worked=from_, doubt=LACKING, blank=True, why="unrecorded")
            told.cells.append(blank)
        return
    doubtful = any(cells[at].doubt for at in from_ if at in cells)
    value = _number(terms, Decimal(of), Decimal(against), column)
    if value is None:
        column.blank += 1
        told.cells.append(
            CellTold(row, index, worked=from_, doubt=NO_BASE, blank=True, why="unrecorded")
        )
        return
    values[index] = value
    column.filled += 1
    column.doubtful += doubtful
    told.cells.append(CellTold(row, index, worked=from_, doubt=OF_DOUBTFUL if doubtful else ""))


def _number(terms: Terms, of: Decimal, against: Decimal, column: ColumnTold) -> Value:
    """The number as its cell takes it; nothing in per cent of nothing."""
    if terms.how == "difference":
        return of - against
    if not against:
        return None
    share = (of - against if terms.how == "growth" else of) / against
    return in_percent(share, column.column)
