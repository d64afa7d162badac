"""The tables of a paper on its page: as they are printed, and what would be otherwise today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from bangfu.desk.kinds import kinds_seen
from bangfu.desk.page import PAGE_SIZE, address_of, reader
from bangfu.ledger.access import ROLES
from bangfu.ledger.models import Document, FrozenReading
from bangfu.ledger.moment import Moment
from bangfu.lists.bridge import bridge
from bangfu.lists.figure import Figure
from bangfu.lists.pages import of_keys, total_of
from bangfu.paper.drafting import Since
from bangfu.paper.frozen import RowNow, moment_of, printed
from bangfu.paper.tables import (
    Row,
    Table,
    figure_of_row,
    in_order,
    is_ledger,
    ledger_figure,
    table_of,
)

#: So many rows that differ are shown, each with what stands behind it.
SHOWN = 50


def drawn(document: Document, name: str, reading: FrozenReading | None) -> dict[str, Any] | None:
    """The table of a figure as the paper prints it: the frozen one, or today's in a draft."""
    if reading is not None:
        table = printed(document, reading)
    else:
        table = table_of(document, name, Moment(document.date))
    return _drawn(document, table, reading) if table else None


def ledger_drawn(
    request: HttpRequest, document: Document, reading: FrozenReading | None
) -> dict[str, Any]:
    """The first rows of a ledger that open for the reader, and how many the file has."""
    moment = moment_of(reading) if reading else Moment(document.date)
    figure = ledger_figure(document, moment)
    kind, whole = figure.kind, reading.count if reading else total_of(figure.rows())
    roles = [role for role in ROLES.values() if kind.name in role.sees and not role.own]
    told = {"total": whole, "may_open": roles}
    told["kept_for"] = figure.listing.kept_for(reader(request))
    if not _shown_to(request, figure):
        return {**told, "table": None, "withheld": whole}
    rows = figure.listing.opened(reader(request), figure.rows())
    keys = list(in_order(kind, rows).values_list("fact", flat=True)[:PAGE_SIZE])
    if reading is not None:
        table = printed(document, reading, only={str(key) for key in keys})
    else:
        table = table_of(document, document.name, moment, only=keys)
    shown = _drawn(document, table, reading) if table else None
    return {**told, "table": shown, "withheld": max(0, whole - total_of(rows))}


def _shown_to(request: HttpRequest, figure: Figure) -> bool:
    """Whether the reader may see rows of a list at all."""
    listing = figure.listing
    shut = listing.totals_only or listing.is_kept_from(reader(request))
    return figure.kind.name in kinds_seen(request) and not shut


def _drawn(document: Document, table: Table, reading: FrozenReading | None) -> dict[str, Any]:
    columns = [
        {
            "heading": f"{one.heading}（{one.unit}）" if one.unit else one.heading,
            "number": one.align == "right" or one.kind in ("number", "money"),
        }
        for one in table.columns
    ]
    return {
        "caption": table.caption,
        "columns": columns,
        "rows": [
            (_address(document, table, row, reading), list(zip(columns, texts, strict=True)))
            for row in table.rows
            for texts in [table.texts(row)]
        ],
        "total": table.total,
        "before": range(table.total_at - 1),
        "after": range(len(columns) - table.total_at - 1),
        "number": columns[table.total_at]["number"],
        "astray": table.astray,
    }


def _address(document: Document, table: Table, row: Row, reading: FrozenReading | None) -> str:
    """What a row opens: its record, or the rows of its group as they were issued."""
    if table.kind:
        return address_of(table.kind, UUID(row.key))
    return _rows_address(document, reading, "rows", row.key) if reading else ""


def _rows_address(document: Document, reading: FrozenReading, part: str, row: str) -> str:
    address = reverse("desk:reading", args=[document.fact, reading.place_in_text, part])
    return f"{address}?{urlencode({'row': row})}"


# ------------------------------------------------------------------ what would be otherwise today


def rows_since(request: HttpRequest, document: Document, one: Since) -> dict[str, Any] | None:
    """The rows of a frozen table that would be printed otherwise today, cell by cell, and why."""
    if not one.rows:
        return None
    rows = _opened(request, document, one.rows)
    return {
        "reading": one.reading,
        "rows": [_said(document, one.reading, row) for row in rows[:SHOWN]],
        "more": max(0, len(rows) - SHOWN),
        "withheld": len(one.rows) - len(rows),
    }


def _opened(request: HttpRequest, document: Document, rows: Sequence[RowNow]) -> list[RowNow]:
    """Of the rows of a ledger those that open for the reader; other tables only count."""
    if not is_ledger(document):
        return list(rows)
    figure = ledger_figure(document, Moment(document.date))
    if not _shown_to(request, figure):
        return []
    there = of_keys(figure.rows(), [UUID(row.key) for row in rows])
    opened = set(figure.listing.opened(reader(request), there).values_list("fact", flat=True))
    return [row for row in rows if UUID(row.key) in opened]


def _said(document: Document, reading: FrozenReading, row: RowNow) -> dict[str, Any]:
    kind = "" if _grouped(row) else _kind_of(document)
    figure = row_figure(document, reading, row.key)
    return {
        "row": row,
        "address": address_of(kind, UUID(row.key)) if kind else "",
        "terms": _terms(document, reading, row, figure) if figure else [],
    }


def _grouped(row: RowNow) -> bool:
    return row.key.startswith("[")


def _kind_of(document: Document) -> str:
    if not is_ledger(document):
        return "measure"
    return ledger_figure(document, Moment(document.date)).kind.name


def _terms(
    document: Document, reading: FrozenReading, row: RowNow, figure: Figure
) -> list[dict[str, Any]]:
    """Which rows came, went or changed behind one row of the table."""
    return [
        {
            "sort": term.sort,
            "count": term.count,
            "address": _rows_address(document, reading, term.sort, row.key),
        }
        for term in bridge(figure, figure.moment, Moment(reading.on)).terms
    ]


def row_figure(document: Document, reading: FrozenReading, key: str) -> Figure | None:
    """What one row of a frozen table counts, as the paper asked it; a share by what is above it."""
    figure = figure_of_row(document, reading.figure, key, moment_of(reading))
    return replace(figure, share=None) if figure else None
