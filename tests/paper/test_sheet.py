"""A ledger as a workbook, read back by another library."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.paper.cleaning import clean
from bangfu.paper.pages import LedgerColumn, LedgerSheet, Value
from bangfu.paper.sheet import LONGEST_TEXT, to_xlsx

HEAD = 4
"""The row of headings: after secrecy, title and facts."""

NARROW_HEAD = 5
"""The same in a sheet of one column, where the facts take two rows."""


def _opened(paper: LedgerSheet) -> Any:
    return openpyxl.load_workbook(io.BytesIO(to_xlsx(paper).content)).active


def _one(ledger: Callable[..., LedgerSheet], column: LedgerColumn, value: Value) -> Any:
    """The cell that one value becomes."""
    sheet = _opened(ledger(columns=(column,), rows=((value,),), totals=None))
    return sheet.cell(NARROW_HEAD + 1, 1)


def test_values_keep_their_kind(ledger: Callable[..., LedgerSheet]) -> None:
    sheet = _opened(ledger())
    cells = sheet[HEAD + 1]
    assert [cell.value for cell in cells] == [
        1,
        "9900010010000000001",
        "张*",
        dt.datetime(2009, 3, 1),
        12.5,
        None,
    ]
    assert cells[3].number_format == "yyyy-mm-dd"
    assert cells[4].number_format == "#,##0.00"
    assert cells[1].number_format == "@"
    assert sheet.cell(HEAD + 4, 5).value == 37.5


def test_head_title_facts_and_sign_off_stand_where_they_belong(
    ledger: Callable[..., LedgerSheet],
) -> None:
    sheet = _opened(ledger())
    assert sheet["A1"].value == "内部资料"
    assert sheet["A2"].value == "返乡农民工家庭走访台账"
    assert sheet["A2"].alignment.wrap_text
    assert "A2:F2" in [str(area) for area in sheet.merged_cells.ranges]
    assert sheet["A3"].value == "单位：安和县卫生局　　期间：2009年2月16日至3月9日"
    assert sheet.cell(HEAD, 1).value == "序号"
    last = [row[0].value for row in sheet.iter_rows(min_row=HEAD + 4)]
    assert last[0] == "合计"
    assert last[1].startswith("制表：")
    assert "负责人：" in last[1]
    assert last[2].startswith("核验：")


def test_it_prints_with_its_head_on_every_page(ledger: Callable[..., LedgerSheet]) -> None:
    sheet = _opened(ledger(200))
    assert sheet.freeze_panes == f"A{HEAD + 1}"
    assert sheet.print_title_rows == f"${HEAD}:${HEAD}"
    footer = sheet.oddFooter.center
    assert (footer.text, footer.size) == ("第&P页 共&N页", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.page_setup.paperSize == 9
    assert sheet.column_dimensions["B"].width == pytest.approx(22, abs=1)


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@A1", '=HYPERLINK("x")', "http://a.b"])
def test_text_that_looks_like_a_formula_stays_text(
    ledger: Callable[..., LedgerSheet], text: str
) -> None:
    cell = _one(ledger, LedgerColumn("备注"), text)
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (Decimal("12345678901234567.89"), "12,345,678,901,234,567.89"),
        (Decimal("NaN"), "NaN"),
        (dt.date(1899, 12, 31), "1899-12-31"),
        (dt.date(1900, 2, 1), "1900-02-01"),
    ],
)
def test_what_a_spreadsheet_would_spoil_is_written_as_text(
    ledger: Callable[..., LedgerSheet], value: Value, kept: str
) -> None:
    cell = _one(ledger, LedgerColumn("数", "money"), value)
    assert (cell.value, cell.data_type) == (kept, "s")


def test_an_identity_number_given_as_a_number_keeps_its_digits(
    ledger: Callable[..., LedgerSheet],
) -> None:
    cell = _one(ledger, LedgerColumn("证号"), 990001194910010026)
    assert cell.value == "990001194910010026"


def test_text_that_no_cell_holds_is_shortened_and_named(
    ledger: Callable[..., LedgerSheet],
) -> None:
    paper = ledger(columns=(LedgerColumn("备注"),), rows=(("长" * 40_000,),), totals=None)
    printed = to_xlsx(paper)
    assert printed.notes == (f"列“备注”有1格文字超过{LONGEST_TEXT}字，已截短",)


def test_only_a_draft_says_so(ledger: Callable[..., LedgerSheet]) -> None:
    assert "草稿 未经签发" in _opened(ledger(state="draft"))["A1"].value
    assert "草稿" in _opened(ledger(state="draft")).oddHeader.right.text
    assert "草稿" not in _opened(ledger())["A1"].value


def test_equal_ledgers_are_equal_files(ledger: Callable[..., LedgerSheet]) -> None:
    assert to_xlsx(ledger()).content == to_xlsx(ledger()).content


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80).filter(lambda text: "_x" not in text))
def test_any_text_survives_or_is_named(ledger: Callable[..., LedgerSheet], text: str) -> None:
    paper = ledger(columns=(LedgerColumn("备注"),), rows=((text,),), totals=None)
    removed: Counter[str] = Counter()
    kept = clean(text, removed)
    assert (_opened(paper).cell(NARROW_HEAD + 1, 1).value or "") == kept
    assert bool(to_xlsx(paper).notes) is bool(removed)
