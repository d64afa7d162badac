"""What stands beside the answers of a row: remarks that somebody is gone, marks with a legend."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bangfu.intake.kinds import WHOLE, kind_of
from bangfu.programmes.kinds import Label
from bangfu.tables.grid import Grid, position
from bangfu.tables.told import GONE, as_text, died
from bangfu.tables.understood import Column, Table

_MARK = "√✓✔×✗✘○●△▲☆★◇◆□■◎"
_MEANS = re.compile(rf"([{_MARK}])\s*(?:表示|代表|[为是:：=—-])?\s*([一-鿿]{{2,8}})")
#: A legend tells of so many marks at least.
_FEWEST = 2
AS_THE_LEGEND = Label("记号按表上的图例读取", "the mark is read as the legend of the table says")


def remarks_of(table: Table) -> list[Column]:
    """The columns of remarks in a list of people, where it may stand that somebody is gone."""
    if kind_of(table) not in WHOLE:
        return []
    return [column for column in table.columns if column.says.zh == "备注"]


def gone(number: int, remarks: list[Column], grid: Grid) -> Iterator[tuple[str, Label]]:
    """The cells of a row in which a remark says that whoever it is about has died."""
    for column in remarks:
        if died(as_text(grid.value(number, column.index))):
            yield position(number, column.index), GONE


def legend(table: Table) -> Mapping[str, str]:
    """What marks stand for, where the lines above or below a table say so (√入户 ○电话 ×未访)."""
    found: dict[str, str] = {}
    for line in (*table.title, *table.notes):
        said = dict(_MEANS.findall(as_text(line.text)))
        found |= said if len(said) >= _FEWEST else {}
    return found
