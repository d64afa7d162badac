"""The companion sheet of a filled form: every blank cell, why it is blank, and who can know it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from bangfu.paper.files import FORMATS
from bangfu.paper.forms.blanks import REASONS, Blank
from bangfu.paper.forms.knowing import SORTS, Knower
from bangfu.paper.pages import LedgerColumn, LedgerSheet, Printed

COLUMNS = (
    LedgerColumn("单元格", width=9),
    LedgerColumn("对象", width=20),
    LedgerColumn("要填的", width=22),
    LedgerColumn("空着的原因", width=20),
    LedgerColumn("补填", width=18),
)
#: A longer list is not read by anybody.
MOST = 2_000


def companion(
    *,
    title: str,
    office: str,
    on: dt.date,
    printed_at: dt.datetime,
    blanks: Sequence[Blank],
    knowers: Sequence[Knower],
    rows: Mapping[tuple[int, int], str],
) -> Printed:
    """The sheet, for printing: what can be known stands by who knows it, the rest by reason."""
    lines: list[tuple[str, ...]] = []
    known = set()
    for knower in knowers:
        called = f"{SORTS[knower.sort].zh}:{knower.name}" if knower.name else SORTS[knower.sort].zh
        lines.append(("", called, f"共{len(knower.blanks)}格", "", ""))
        lines += [_line(blank, rows) for blank in knower.blanks]
        known |= {id(blank) for blank in knower.blanks}
    for reason, says in REASONS.items():
        rest = [one for one in blanks if one.reason == reason and id(one) not in known]
        if rest:
            lines.append(("", says.zh, f"共{len(rest)}格", "", ""))
            lines += [_line(blank, rows) for blank in rest]
    if len(lines) > MOST:
        lines = [*lines[:MOST], ("", "", f"另有{len(lines) - MOST}行未印", "", "")]
    sheet = LedgerSheet(
        title=f"{title}缺项清单", organisation=office, period=f"截至{on.isoformat()}",
        printed_at=printed_at, columns=COLUMNS, rows=tuple(lines), state="working",
    )  # fmt: skip
    return FORMATS["pdf"](sheet)


def _line(blank: Blank, rows: Mapping[tuple[int, int], str]) -> tuple[str, ...]:
    return blank.cell, rows[blank.table, blank.row], blank.heading, blank.says.zh, ""
