"""A list on its way in as a workbook to be mended: bad cells coloured, with what is wrong.

Every cell stands where it stood, with what was mended in the browser. It knows which list it is, so
that it takes that list's place when it is sent back.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

import xlsxwriter

from bangfu.intake.card_sheets import together
from bangfu.intake.mends import Mends, is_cell, mended
from bangfu.intake.pages import SIZE
from bangfu.intake.sent_back import without_own_sheet
from bangfu.ledger import staging
from bangfu.ledger.models import Intake
from bangfu.lists.headings import catalogue_with_corrections
from bangfu.tables.grid import Grid, Value, letter
from bangfu.tables.own_workbook import SHEET, Kept
from bangfu.tables.understand import understand
from bangfu.tables.understood import Sheet, Table

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A longer list is mended in the file that it came from.
MOST_ROWS = 30_000
_OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
    "strings_to_numbers": False, "nan_inf_to_errors": True,
}  # fmt: skip
_COLOURS = {"refused": "#F8C9C4", "doubtful": "#FCE8B2"}
_WIDEST = 28


def commented(intake: Intake) -> bytes:
    """The workbook of a list that was judged."""
    with staging.as_path(intake) as path:
        book = together(understand(path, catalogue_with_corrections(), bundles=True, upright=True))
    book, _kept = without_own_sheet(book)
    sheet, table = list(book.tables())[intake.chosen or 0]
    grid = mended(sheet, table, Mends.told(staging.mends_of(intake))).grid
    said = dict(_reasons(intake))
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, _OPTIONS)
    _write(made, sheet, table, grid, said)
    own = made.add_worksheet(SHEET)
    for number, row in enumerate(Kept("mend", str(intake.pk), (str(_last_row(grid)),)).rows()):
        for place, text in enumerate(row):
            own.write_string(number, place, text)
    own.very_hidden()
    made.close()
    return out.getvalue()


def _last_row(grid: Grid) -> int:
    """The last row in which anything stands."""
    return next((n for n in range(len(grid.rows), 0, -1) if any(grid.filled(n))), 0)


def _reasons(intake: Intake) -> Iterator[tuple[str, tuple[str, str]]]:
    """The cells that are not taken: how they are coloured, and what is said of each."""
    for sort in ("new", "changes", "unchanged", "doubtful", "refused"):
        pages = -(-int(intake.counts.get(sort, 0)) // SIZE)
        for number in range(pages):
            for row in staging.part_of(intake, sort, number) or ():
                yield from _of_row(row, sort)


def _of_row(row: dict[str, Any], sort: str) -> Iterator[tuple[str, tuple[str, str]]]:
    told: dict[str, list[str]] = {}
    for reason in (*row["reasons"], *row["unread"]):
        at = reason["cell"] if is_cell(reason["cell"]) else f"A{row['row']}"
        told.setdefault(at, []).append(reason["zh"])
    for at, words in told.items():
        yield at, (sort if sort in _COLOURS else "doubtful", "\n".join(words))


def _write(
    made: Any, sheet: Sheet, table: Table, grid: Grid, said: dict[str, tuple[str, str]]
) -> None:
    page = made.add_worksheet(_sheet_name(sheet.name))
    plain: dict[str, Any] = {"valign": "top"}
    formats = {
        "": made.add_format(plain),
        "head": made.add_format({**plain, "bold": True, "border": 1, "text_wrap": True}),
        **{sort: made.add_format({**plain, "bg_color": colour})
           for sort, colour in _COLOURS.items()},
    }  # fmt: skip
    days = {
        name: made.add_format({**plain, "num_format": "yyyy-mm-dd",
                               **({"bg_color": _COLOURS[name]} if name else {})})
        for name in ("", *_COLOURS)
    }  # fmt: skip
    merged = {(span.top, span.left): span for span in grid.merged}
    for number, row in enumerate(grid.rows, 1):
        for place, value in enumerate(row, 1):
            sort, words = said.get(f"{letter(place)}{number}", ("", ""))
            head = table.header is not None and number in table.header
            day = isinstance(value, dt.date)
            style = days[sort] if day else formats["head" if head else sort]
            if (span := merged.get((number, place))) and not words:
                page.merge_range(span.top - 1, span.left - 1, span.bottom - 1, span.right - 1, "",
                                 style)  # fmt: skip
            _put(page, number - 1, place - 1, value, style)
            if words:
                page.write_comment(number - 1, place - 1, words, {"x_scale": 1.6})
    _set_widths(page, grid)
    if table.header is not None:
        page.freeze_panes(table.header.last, 0)


def _put(page: Any, row: int, column: int, value: Value, style: Any) -> None:
    match value:
        case None | "":
            page.write_blank(row, column, None, style)
        case bool():
            page.write_boolean(row, column, value, style)
        case int() | float():
            page.write_number(row, column, value, style)
        case dt.datetime() | dt.date():
            page.write_datetime(row, column, value, style)
        case _:
            page.write_string(row, column, str(value)[:32_000], style)


def _set_widths(page: Any, grid: Grid) -> None:
    sample = grid.rows[:200]
    for place in range(grid.width):
        longest = max((len(str(row[place] or "")) for row in sample if len(row) > place), default=4)
        page.set_column(place, place, min(_WIDEST, max(8, longest * 1.4)))


def _sheet_name(name: str) -> str:
    plain = "".join("-" if one in "[]:*?/\\" else one for one in name).strip("'")[:31]
    return plain or "名单"
