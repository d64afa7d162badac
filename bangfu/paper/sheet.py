"""A ledger as xlsx: text stays text, days are days, amounts are amounts, and it prints well."""

import datetime as dt
import io
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from bangfu.paper.cleaning import cleaned
from bangfu.paper.layout import DRAFT_LINE, MM, SMALL_2, WANTED, em_width
from bangfu.paper.ledger_page import column_align, facts, page_of, signatures, value_text
from bangfu.paper.pages import LedgerColumn, LedgerSheet, Printed, Value
from bangfu.paper.parts import verification_text

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_000_000
LONGEST_TEXT = 32_767
EXACT_DIGITS = 15
FIRST_DAY = dt.date(1900, 3, 1)
"""Spreadsheets count the days before it wrongly, so earlier days are written as text."""

A4 = 9
POINTS_PER_WIDTH = 5.6
ROW = 16.5
TALLEST_ROW = 400
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}


@dataclass(slots=True)
class _Sheet:
    """A sheet being written: the next free row and what was noted on the way."""

    paper: LedgerSheet
    book: Workbook
    page: Worksheet
    row: int = 0
    shortened: Counter[str] = field(default_factory=Counter)
    formats: dict[tuple[Any, ...], Format] = field(default_factory=dict)

    @property
    def last(self) -> int:
        return len(self.paper.columns) - 1

    @property
    def points(self) -> float:
        """Width of the table in points."""
        return sum(column.width for column in self.paper.columns) * POINTS_PER_WIDTH

    def format(self, **properties: Any) -> Format:
        """A format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"valign": "vcenter", **properties})
        return self.formats[key]


def to_xlsx(paper: LedgerSheet) -> Printed:
    """The ledger as a workbook; the notes say what text had to be cleaned or shortened."""
    if len(paper.rows) > MOST_ROWS:
        raise ValueError(
            f"ledger {paper.title!r}: {len(paper.rows):,} rows, a sheet holds {MOST_ROWS:,}"
        )
    tidy, notes = cleaned(paper)
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    sheet = _Sheet(tidy, book, book.add_worksheet("台账"))
    _describe(sheet)
    _write_head(sheet)
    _write_table(sheet)
    _write_end(sheet)
    book.close()
    return Printed(target.getvalue(), MEDIA_TYPE, notes + _shortened_notes(sheet))


def _shortened_notes(sheet: _Sheet) -> tuple[str, ...]:
    return tuple(
        f"列“{heading}”有{count}格文字超过{LONGEST_TEXT}字，已截短"
        for heading, count in sheet.shortened.items()
    )


def _describe(sheet: _Sheet) -> None:
    paper = sheet.paper
    sheet.book.set_properties(
        {
            "title": paper.title[:255],
            "author": paper.organisation[:255],
            "created": paper.printed_at.replace(tzinfo=None),
        }
    )
    setup = page_of(paper)
    page = sheet.page
    page.set_paper(A4)
    if setup.width > setup.height:
        page.set_landscape()
    page.set_margins(
        left=setup.left * MM / 72,
        right=setup.right * MM / 72,
        top=setup.top * MM / 72,
        bottom=setup.bottom * MM / 72,
    )
    page.fit_to_pages(1, 0)
    page.set_default_row(ROW)
    page.center_horizontally()
    page.set_footer('&C&"宋体,Regular"&9第&P页 共&N页')
    if paper.state == "draft":
        page.set_header(f'&R&"黑体,Regular"&9{DRAFT_LINE}')
    for place, column in enumerate(paper.columns):
        page.set_column(place, place, column.width)


def _write_head(sheet: _Sheet) -> None:
    paper = sheet.paper
    words = "　".join(
        word for word in (paper.secrecy, DRAFT_LINE if paper.state == "draft" else "") if word
    )
    if words:
        _across(sheet, words, font_name=WANTED["hei"], font_size=10)
    _across(
        sheet,
        paper.title,
        font_name=WANTED["mark"],
        font_size=SMALL_2,
        align="center",
        text_wrap=True,
    )
    _write_facts(sheet)


def _write_facts(sheet: _Sheet) -> None:
    """Unit and period on the left, time of printing on the right; in a narrow sheet below."""
    left, right = facts(sheet.paper)
    size = 10
    kind = {"font_name": WANTED["fang"], "font_size": size}
    if sheet.last < 3 or (em_width(left + right) + 2) * size > sheet.points:
        _across(sheet, left, text_wrap=True, **kind)
        _across(sheet, right, text_wrap=True, **kind)
        return
    middle = _balanced(sheet.paper.columns, em_width(left), em_width(right))
    _merged(sheet, 0, middle, left, sheet.format(**kind))
    _merged(sheet, middle + 1, sheet.last, right, sheet.format(align="right", **kind))
    sheet.row += 1


def _balanced(columns: tuple[LedgerColumn, ...], left: float, right: float) -> int:
    """The column after which the width is shared out as the two texts need it."""
    whole = sum(column.width for column in columns)
    reached = 0.0
    for place, column in enumerate(columns[:-1]):
        reached += column.width
        if reached >= whole * left / (left + right):
            return place
    return len(columns) - 2


def _write_table(sheet: _Sheet) -> None:
    paper, page = sheet.paper, sheet.page
    head = sheet.format(
        font_name=WANTED["hei"], font_size=10.5, align="center", text_wrap=True, border=1
    )
    top = sheet.row
    for place, column in enumerate(paper.columns):
        page.write_string(top, place, column.heading, head)
    lines = max(_lines(column, column.heading) for column in paper.columns)
    page.set_row(top, ROW * lines + 4)
    page.repeat_rows(top)
    page.freeze_panes(top + 1, 0)
    sheet.row += 1
    for row in paper.rows:
        _write_row(sheet, row, WANTED["fang"])
    page.autofilter(top, 0, max(top, sheet.row - 1), sheet.last)
    if paper.totals:
        _write_row(sheet, paper.totals, WANTED["hei"])


def _write_row(sheet: _Sheet, row: tuple[Value, ...], face: str) -> None:
    lines = max(
        _lines(column, value_text(column, value))
        for column, value in zip(sheet.paper.columns, row, strict=True)
    )
    if lines > 1:
        sheet.page.set_row(sheet.row, min(ROW * lines, TALLEST_ROW))
    for place, (column, value) in enumerate(zip(sheet.paper.columns, row, strict=True)):
        _write_value(sheet, place, column, value, face)
    sheet.row += 1


def _lines(column: LedgerColumn, text: str) -> int:
    """How many lines a text takes in a column, since a file cannot leave that to be measured."""
    half_widths = max(column.width - 0.5, 1)
    return sum(max(1, -(-int(em_width(line) * 2) // int(half_widths))) for line in text.split("\n"))


def _write_value(sheet: _Sheet, place: int, column: LedgerColumn, value: Value, face: str) -> None:
    align = column_align(column)
    kind = {"font_name": face, "font_size": 10.5, "border": 1, "align": align}
    if align == "right":
        kind["indent"] = 1
    row, page = sheet.row, sheet.page
    if value is None or value == "":
        page.write_blank(row, place, None, sheet.format(**kind))
    elif isinstance(value, dt.date) and is_countable(value):
        shown = "yyyy-mm-dd hh:mm" if isinstance(value, dt.datetime) else "yyyy-mm-dd"
        page.write_datetime(row, place, value, sheet.format(num_format=shown, **kind))
    elif isinstance(value, int | Decimal) and is_exact(value):
        shown = _number_format(column, value)
        page.write_number(row, place, float(value), sheet.format(num_format=shown, **kind))
    else:
        text = _fitting(sheet, column, value_text(column, value))
        page.write_string(row, place, text, sheet.format(num_format="@", text_wrap=True, **kind))


def is_countable(day: dt.date) -> bool:
    """Whether a spreadsheet counts the day rightly."""
    return (day.date() if isinstance(day, dt.datetime) else day) >= FIRST_DAY


def is_exact(value: int | Decimal) -> bool:
    """Whether a spreadsheet, which counts in 15 digits, keeps the number whole."""
    number = Decimal(value)
    if not number.is_finite():
        return False
    return len(number.normalize().as_tuple().digits) <= EXACT_DIGITS and abs(number) < 10**15


def _number_format(column: LedgerColumn, value: int | Decimal) -> str:
    if column.kind == "money":
        return "#,##0.00"
    if column.kind == "number" and value == int(value):
        return "#,##0"
    return "General"


def _fitting(sheet: _Sheet, column: LedgerColumn, text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    sheet.shortened[column.heading] += 1
    return text[: LONGEST_TEXT - 1] + "…"


def _write_end(sheet: _Sheet) -> None:
    paper = sheet.paper
    sheet.page.set_row(sheet.row, 24)
    gap = "　" * 10
    _across(sheet, gap.join(signatures(paper)), font_name=WANTED["fang"], font_size=10.5)
    if paper.verification:
        text = verification_text(paper.verification)
        _across(sheet, text, font_name=WANTED["kai"], font_size=9, text_wrap=True)
    sheet.page.print_area(0, 0, sheet.row - 1, sheet.last)


def _across(sheet: _Sheet, text: str, **properties: Any) -> None:
    """Write a text over the whole width and go to the next row."""
    size = properties["font_size"]
    lines = sum(
        max(1, -(-int(em_width(line) * size) // int(sheet.points))) for line in text.split("\n")
    )
    if properties.get("text_wrap") and lines > 1 or size > ROW / 1.5:
        sheet.page.set_row(sheet.row, lines * size * 1.55)
    _merged(sheet, 0, sheet.last, text, sheet.format(**properties))
    sheet.row += 1


def _merged(sheet: _Sheet, first: int, last: int, text: str, form: Format) -> None:
    if last > first:
        sheet.page.merge_range(sheet.row, first, sheet.row, last, "", form)
    sheet.page.write_string(sheet.row, first, text, form)
