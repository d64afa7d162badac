"""Lists of persons and households as offices hand them over, for the tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter
from stdnum.cn import ric

from bangfu.intake.judging import judge
from bangfu.intake.verdicts import Judged
from bangfu.ledger import clock
from bangfu.ledger.actions import intake as actions
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Event, Place
from bangfu.lists.headings import catalogue
from bangfu.tables.understand import understand
from tests.tables.workbooks import workbook
from tests.village import OPERATOR

MEMBERS = ["乡镇", "行政村", "户主姓名", "姓名", "与户主关系", "身份证号码", "联系电话", "文化程度"]
HOMES = ["行政村", "户主姓名", "家庭人口", "村民小组", "身份证号"]
LISTED = dt.date(2009, 4, 1)


def identity(birth: str, sequence: int) -> str:
    """A number that is nobody's and passes every check."""
    digits = f"990001{birth}{sequence:03d}"
    return digits + str(ric.calc_check_digit(digits + "0"))


def judged(
    path: Path,
    head: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    by: By = OPERATOR,
    place: Place | None = None,
) -> Judged:
    """The verdicts of a list with one row of headings."""
    return judged_file(workbook(path / "list.xlsx", [head, *rows]), by=by, place=place)


def judged_file(made: Path, *, by: By = OPERATOR, place: Place | None = None) -> Judged:
    """The verdicts of a workbook with one list."""
    ((sheet, table),) = understand(made, catalogue(), upright=True).tables()
    found = judge(by=by, sheet=sheet, table=table, on=LISTED, place=place)
    assert found is not None
    return found


def two_rows_of_headings(path: Path, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> Path:
    """A list whose headings ``above/below`` stand in two rows, the upper ones merged."""
    above = [words.partition("/")[0] for words in head]
    below = [words.partition("/")[2] for words in head]
    merged = []
    for at, words in enumerate(above):
        column = get_column_letter(at + 1)
        if not below[at]:
            merged.append(f"{column}1:{column}2")
        elif at == 0 or above[at - 1] != words:
            last = max(n for n, other in enumerate(above) if other == words)
            merged.append(f"{column}1:{get_column_letter(last + 1)}1")
    return workbook(path, [above, below, *rows], merged=merged)


def sorts(found: Judged) -> list[str]:
    """The verdict of each row."""
    return [verdict.sort for verdict in found.verdicts]


def accept(found: Judged, *, by: By = OPERATOR, on: dt.date = LISTED) -> Event:
    """Write the good rows; the event."""
    key = clock.new_id()
    said = By(by.user, by.door, key)
    actions.accept(by=said, rows=found.accepted(), on=on, source="名单")
    return Event.objects.get(pk=key)
