"""A ledger on paper: its head, its table, its sign-off line; the words are shared with xlsx."""

import datetime as dt
from decimal import Decimal

from bangfu.paper.layout import (
    LANDSCAPE,
    SIZE_5,
    SMALL_2,
    UPRIGHT,
    Grid,
    Layout,
    Line,
    Setup,
    Spans,
    plain,
)
from bangfu.paper.pages import Align, LedgerColumn, LedgerSheet, Value
from bangfu.paper.parts import verification_lines

SERIAL = "序号"
UPRIGHT_WIDTH = 92
"""Ledgers up to this width, in half-width characters, stand on an upright page."""


def ledger(paper: LedgerSheet) -> Layout:
    """The layout of a ledger (台账), upright or landscape by the width of its columns."""
    widths = [column.width for column in paper.columns]
    grid = Grid(
        heads=tuple(column.heading for column in paper.columns),
        aligns=tuple(column_align(column) for column in paper.columns),
        shares=tuple(width / sum(widths) for width in widths),
        rows=tuple(_row(paper.columns, row) for row in paper.rows),
        total=_row(paper.columns, paper.totals) if paper.totals else None,
        size=SIZE_5,
        pitch=15.5,
    )
    setup = page_of(paper)
    return Layout(
        title=paper.title,
        author=paper.organisation,
        made=paper.printed_at,
        elements=(
            *_head(paper),
            grid,
            _sign_off(paper, setup),
            *verification_lines(paper.verification),
        ),
        setup=setup,
        draft=paper.state == "draft",
    )


def page_of(paper: LedgerSheet) -> Setup:
    """Upright A4 for a narrow ledger, landscape for a wide one."""
    wide = sum(column.width for column in paper.columns) > UPRIGHT_WIDTH
    return LANDSCAPE if wide else UPRIGHT


def value_text(column: LedgerColumn, value: Value) -> str:
    """A ledger's value as it is read: money with two decimals, days as 2026-11-22."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if column.kind == "money":
        return f"{Decimal(value):,.2f}"
    return f"{value:,}" if column.kind == "number" else str(value)


def column_align(column: LedgerColumn) -> Align:
    """How a ledger's column is aligned: amounts to the right, days and short words centred."""
    if column.kind in ("number", "money"):
        return "center" if column.heading == SERIAL else "right"
    return "center" if column.kind == "date" or column.width <= 8 else "left"


def facts(paper: LedgerSheet) -> tuple[str, str]:
    """The line above the table: unit and period; time of printing and unit of amounts."""
    printed = f"打印时间：{paper.printed_at:%Y-%m-%d %H:%M}"
    left = f"单位：{paper.organisation}　　期间：{paper.period}"
    return left, f"{printed}　　{paper.unit}" if paper.unit else printed


def signatures(paper: LedgerSheet) -> tuple[str, str, str]:
    """The three parts of the sign-off line."""
    return (
        f"制表：{paper.preparer}",
        f"审核：{paper.reviewer}",
        f"负责人：{paper.responsible}",
    )


def _head(paper: LedgerSheet) -> tuple[Line, ...]:
    left, right = facts(paper)
    secrecy = Line(
        spans=plain(paper.secrecy), face="hei", size=SIZE_5, pitch=16, spread="left", keep=True
    )
    title = Line(
        spans=plain(paper.title),
        face="mark",
        size=SMALL_2,
        pitch=26,
        spread="center",
        after=6,
        keep=True,
        title=True,
    )
    line = Line(
        spans=plain(left),
        far=plain(right),
        size=SIZE_5,
        pitch=16,
        spread="apart",
        after=3,
        keep=True,
    )
    return (secrecy, title, line) if paper.secrecy else (title, line)


def _sign_off(paper: LedgerSheet, setup: Setup) -> Line:
    third = round(setup.measure / SIZE_5 / 3)
    first, second, last = (_filled(text, third) for text in signatures(paper))
    return Line(
        spans=plain(first + second + last.rstrip("　")),
        size=SIZE_5,
        pitch=22,
        spread="left",
        before=4,
    )


def _filled(text: str, width: int) -> str:
    return text + "　" * max(1, width - len(text))


def _row(columns: tuple[LedgerColumn, ...], row: tuple[Value, ...]) -> tuple[Spans, ...]:
    return tuple(
        plain(value_text(column, value)) for column, value in zip(columns, row, strict=True)
    )
