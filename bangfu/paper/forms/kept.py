"""What was typed for cells that no record can hold: it stands in this one form and nowhere else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from bangfu.paper.forms.asked import Request, spot_of_cell
from bangfu.paper.forms.cells import Value
from bangfu.paper.forms.told import CellTold, ColumnTold, TableTold

#: So many of the words of a column are offered to whoever types.
_OFFERED = 6


def keep_in_rows(
    told: TableTold, rows: Sequence[MutableMapping[int, Value]], first: int, request: Request
) -> None:
    """Write what was typed for cells of a block, whose first row is ``first``, that are blank."""
    if not request.kept:
        return
    for number, (about, values) in enumerate(zip(told.about, rows, strict=False)):
        for column in told.columns:
            index = column.column.index
            text = request.kept.get(spot_of_cell(column.spot, about, number), "")
            if text and index not in values:
                values[index] = value_of(text, column)
                _tell(told, column, (first + number, index))


def keep_in_card(
    told: TableTold, cells: MutableMapping[tuple[int, int], Value], request: Request
) -> None:
    """Write what was typed for the slots of a card that are blank."""
    for column in told.columns:
        at = column.row, column.column.index
        text = request.kept.get(spot_of_cell(column.spot, request.subject, 0), "")
        if text and at not in cells:
            cells[at] = value_of(text, column)
            _tell(told, column, at)


def _tell(told: TableTold, column: ColumnTold, at: tuple[int, int]) -> None:
    column.typed += 1
    column.blank -= column.answered
    for number, cell in enumerate(told.cells):
        if (cell.row, cell.column) == at:
            told.cells[number] = replace(cell, blank=False, why="", doubt="", typed=True)
            return
    told.cells.append(CellTold(*at, typed=True))


def value_of(text: str, column: ColumnTold) -> Value:
    """What was typed as a cell takes it: an amount as a number, everything else as text."""
    if column.column.type not in ("number", "money"):
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return number if number.is_finite() and abs(number) < 10**15 else text


def usual_words(
    rows: Sequence[Mapping[int, Any]], columns: Sequence[ColumnTold]
) -> dict[int, Sequence[str]]:
    """What columns of words in clear say most often; a name is nobody else's."""
    found: dict[int, Sequence[str]] = {}
    for column in columns:
        one, index = column.source.field, column.column.index
        if one is None or one.type != "text" or one.sensitivity == "sealed" or one.key == "name":
            continue
        said = Counter(row[index] for row in rows if isinstance(row.get(index), str))
        found[index] = [word for word, _ in said.most_common(_OFFERED)]
    return found
