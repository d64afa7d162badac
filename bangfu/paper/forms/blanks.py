"""Why cells of a filled form stayed blank, told apart in one list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from bangfu.ledger.moment import Moment
from bangfu.lists.pages import names_of
from bangfu.paper.forms.asked import spot_of_cell
from bangfu.paper.forms.opened import CLOSED
from bangfu.paper.forms.sources import DERIVED, LEFT, RANKED, TO_ASK, TWICE
from bangfu.paper.forms.told import CellTold, ColumnTold, TableTold
from bangfu.programmes.kinds import Label
from bangfu.tables.grid import letter, position

#: Why a cell is blank, what is easiest to mend first; a doubtful one is filled and may be wrong.
REASONS: Mapping[str, Label] = {
    "unrecorded": Label("台账没有登记", "nothing on record"),
    "unclear": Label("没有认准", "not sure what is meant"),
    "doubtful": Label("填了，但不能肯定", "filled, and doubtful"),
    "not_held": Label("系统没有这一项", "not held here"),
    "closed": Label("不在您的权限内", "closed to you"),
    "forbidden": Label("不该收集，不填", "nobody may ask for it"),
    "left": Label("按答复留空", "left blank as answered"),
}
#: These can be answered by somebody who knows.
TO_KNOW = ("unrecorded", "not_held")
NO_ROW = Label("这一行的名称对不上唯一的一条记录", "the row names no single record")
_WHOSE = {
    "head": Label("没有登记户主", "no head is registered"),
    "helper": Label("没有登记帮扶责任人", "no helper is registered"),
    "helper_post": Label("没有登记帮扶责任人的职务", "no post of the helper is registered"),
    "post": Label("没有登记职务", "no post is registered"),
    "unit": Label("没有登记单位", "no unit is registered"),
    "organisation": Label("没有登记单位", "no unit is registered"),
    "household": Label("没有登记所在户", "no household is registered"),
    "place": Label("没有登记地址", "no place is registered"),
    "class": Label("没有分类", "no class is on record"),
    "pairing": Label("没有登记结对", "no pairing is on record"),
}


@dataclass(frozen=True, slots=True)
class Blank:
    """One cell: of which table, row (counted from 0) and column, why it is blank, and in words.

    ``held``: the record in which its value would stand, and of which kind; ``about``: that of the
    row. A cell whose record is closed tells neither a value nor that there is one.
    """

    table: int
    row: int
    at: tuple[int, int]
    column: ColumnTold
    reason: str
    says: Label
    about: UUID | None = None
    kind: str = ""
    held: UUID | None = None

    @property
    def cell(self) -> str:
        """Its name in the filled form."""
        return position(*self.at)

    @property
    def spot(self) -> str:
        """How it is told from every other."""
        return spot_of_cell(self.column.spot, self.about, self.row)

    @property
    def heading(self) -> str:
        """What is asked, with the headings above it."""
        return " › ".join(self.column.column.path) or letter(self.at[1])


def blanks_of(tables: Sequence[TableTold]) -> Iterator[Blank]:
    """Every cell of a filled form that is blank or doubtful, table by table and row by row."""
    for number, table in enumerate(tables):
        cells = {(cell.row, cell.column): cell for cell in table.cells}
        for row, about in enumerate(table.about):
            if table.called and not table.called[row]:
                continue
            for column in table.columns:
                at = column.row or table.top + row, column.column.index
                if column.source.sort in ("serial", "stub") or _stands(table, row, column):
                    continue
                if why := _why(column, cells.get(at), named=about is not None or table.called):
                    reason, says, cell = *why, cells.get(at)
                    own = cell if cell and cell.kind and reason != "closed" else None
                    yield Blank(
                        number, row, at, column, reason, says, about,
                        own.kind if own else "", own.keys[0] if own and own.keys else None,
                    )  # fmt: skip


def _stands(table: TableTold, row: int, column: ColumnTold) -> bool:
    """Whether the form itself says something in a cell."""
    index = column.column.index
    return not column.row and (index in table.computed or (row, index) in table.taken)


def _why(column: ColumnTold, cell: CellTold | None, *, named: object) -> tuple[str, Label] | None:
    """Why a cell is blank and that in words; nothing where it is filled and sure."""
    if cell is not None and cell.typed:
        return None
    if not column.answered:
        return _of_column(column)
    if not named:
        return "unclear", NO_ROW
    if cell is None or not cell.blank:
        doubt = cell.doubt if cell is not None else ""
        return ("doubtful", Label(doubt, doubt)) if doubt else None
    if cell.why == "unclear":
        return "unclear", NO_ROW
    if cell.nobody:
        says = _WHOSE.get(column.source.target, REASONS["unrecorded"])
        return "unrecorded", says
    if cell.doubt:
        return cell.why, Label(cell.doubt, cell.doubt)
    return cell.why, REASONS[cell.why]


def _of_column(column: ColumnTold) -> tuple[str, Label] | None:
    """Why a whole column is blank; nothing where the form works it out itself."""
    why = column.source.why
    if why == DERIVED:
        return None
    if column.column.refused is not None or column.column.role == "forbidden" or why == RANKED:
        return "forbidden", why
    if why == CLOSED:
        return "closed", why
    if why in (TO_ASK, TWICE):
        return "unclear", why
    return ("left", why) if why == LEFT else ("not_held", why)


# ------------------------------------------------------------------ in one list


@dataclass(slots=True)
class Gap:
    """The blank cells of one column for one reason."""

    heading: str
    says: Label
    blanks: list[Blank] = field(default_factory=list)

    @property
    def cells(self) -> str:
        """Where they stand, neighbours in one."""
        return spans(blank.at for blank in self.blanks)


def by_reason(blanks: Iterable[Blank]) -> dict[str, list[Gap]]:
    """Blank cells by reason and, within each, by column and words; what is easy to mend first."""
    found: dict[str, dict[tuple[int, str, Label], Gap]] = {reason: {} for reason in REASONS}
    for blank in blanks:
        key = blank.table, blank.column.spot, blank.says
        gap = found[blank.reason].setdefault(key, Gap(blank.heading, blank.says))
        gap.blanks.append(blank)
    return {reason: list(gaps.values()) for reason, gaps in found.items() if gaps}


def reasons_told(tables: Sequence[TableTold]) -> list[dict[str, Any]]:
    """The blank and doubtful cells by reason and column, as plain data."""
    return [
        {
            "reason": reason,
            "means": REASONS[reason].zh,
            "sheet": tables[gap.blanks[0].table].sheet,
            "heading": gap.heading,
            "says": gap.says.zh,
            "number": len(gap.blanks),
            "cells": gap.cells,
        }
        for reason, gaps in by_reason(blanks_of(tables)).items()
        for gap in gaps
    ]


def spans(cells: Iterable[tuple[int, int]]) -> str:
    """Cells by their names, those that follow one another below in one: ``C4–C7、C9``."""
    runs: list[list[int]] = []
    for row, column in sorted(cells, key=lambda at: (at[1], at[0])):
        if runs and runs[-1][2] == column and runs[-1][1] == row - 1:
            runs[-1][1] = row
        else:
            runs.append([row, row, column])
    named = ((position(a, c), position(b, c)) for a, b, c in runs)
    return "、".join(first if first == last else f"{first}–{last}" for first, last in named)


def row_names(tables: Sequence[TableTold], moment: Moment) -> dict[tuple[int, int], str]:
    """What the rows of every table are called: by the form, by their record, else by number."""
    keys = {key for table in tables for key in table.about if key is not None}
    names = names_of(keys, moment)
    found: dict[tuple[int, int], str] = {}
    for number, table in enumerate(tables):
        for row, key in enumerate(table.about):
            called = table.called[row] if table.called else ""
            name = called or (names.get(key, "") if key else "")
            found[number, row] = name or f"第{table.top + row}行"
    return found
