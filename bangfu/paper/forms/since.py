"""What a form says otherwise than when it was handed out before: rows and cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bangfu.ledger.models import Demand
from bangfu.ledger.moment import Moment
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.blanks import row_names
from bangfu.paper.forms.cells import Value
from bangfu.paper.forms.fill import fill_any
from bangfu.paper.forms.told import TableTold


@dataclass(frozen=True, slots=True)
class Other:
    """One cell that says something else now: of which row, what is asked, then and now."""

    row: str
    heading: str
    then: str
    now: str


@dataclass(slots=True)
class Since:
    """What is otherwise: rows that came, rows that went, and cells of those that stayed."""

    demand: Demand
    came: int = 0
    went: int = 0
    cells: list[Other] = field(default_factory=list)


def since(path: Path, request: Request, tables: Sequence[TableTold], demand: Demand) -> Since:
    """Hold a filled form against the same one as it was then: by the day and what was known.

    What was given then is not kept; it is filled again, as far as the account may see it today.
    """
    then = Moment(demand.date, demand.recorded_at)
    before = fill_any(path, replace(request, moment=then, place=demand.place, kept={}, purpose=""))
    found = Since(demand)
    names = row_names(tables, request.moment)
    for number, (now, old) in enumerate(zip(tables, before.tables, strict=False)):
        stood = {key: row for key, row, _ in _rows(old)}
        here = {key for key, _, _ in _rows(now)}
        found.went += len(stood.keys() - here)
        for key, values, row in _rows(now):
            if key in stood:
                found.cells += _otherwise(now, names[number, row], stood[key], values)
            else:
                found.came += 1
    return found


def _rows(table: TableTold) -> Iterator[tuple[object, Mapping[int, Value], int]]:
    """The rows of a table by what they are about, else by what they are called."""
    for row, (about, values) in enumerate(zip(table.about, table.values, strict=False)):
        key = about or (table.called[row] if table.called else None)
        if key:
            yield key, values, row


def _otherwise(
    table: TableTold, name: str, then: Mapping[int, Value], now: Mapping[int, Value]
) -> Iterator[Other]:
    for column in table.columns:
        index = column.column.index
        if column.source.sort in ("serial", "none") or then.get(index) == now.get(index):
            continue
        heading = " › ".join(column.column.path)
        yield Other(name, heading, _said(then.get(index)), _said(now.get(index)))


def _said(value: Value) -> str:
    return "" if value is None else str(value)
