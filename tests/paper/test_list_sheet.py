"""A list as a workbook that is sent while it is made, read back by another library."""

from __future__ import annotations

import datetime as dt
import io
import tracemalloc
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from bangfu.paper.list_sheet import MOST_CELLS, ListSheet, stream, too_large
from bangfu.paper.pages import LedgerColumn, Value
from bangfu.paper.sheet import LONGEST_TEXT, MOST_ROWS

COLUMNS = (
    LedgerColumn("户名", width=18),
    LedgerColumn("身份证号", width=20),
    LedgerColumn("出生日期", "date"),
    LedgerColumn("人数", "number"),
    LedgerColumn("收入", "money"),
)
HEAD = ("名单：户", "日期：2026-07-01", "统计时间：2026-11-22 08:30　2 条")
ROWS: tuple[tuple[Value, ...], ...] = (
    ("张有田", "****************10", dt.date(1970, 3, 15), 5, Decimal("1234.50")),
    ("赵远山", "", None, Decimal("2.5"), None),
)
TOP = len(HEAD) + 2


def opened(rows: Sequence[Sequence[Value]], columns: Sequence[LedgerColumn] = COLUMNS) -> Any:
    sheet = ListSheet("名单", HEAD, tuple(columns), len(rows))
    return openpyxl.load_workbook(io.BytesIO(b"".join(stream(sheet, rows)))).active


def test_head_headings_and_rows_stand_where_they_belong() -> None:
    sheet = opened(ROWS)
    assert [sheet.cell(n, 1).value for n in range(1, TOP)] == ["名单", *HEAD]
    assert [cell.value for cell in sheet[TOP]] == [column.heading for column in COLUMNS]
    assert sheet.max_row == TOP + len(ROWS)
    assert sheet.freeze_panes == f"A{TOP + 1}" and sheet.auto_filter.ref == f"A{TOP}:E{TOP + 2}"
    assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9
    assert sheet.print_title_rows == f"${TOP}:${TOP}"


def test_values_keep_their_kind() -> None:
    cells = opened(ROWS)[TOP + 1]
    assert [c.value for c in cells] == [
        "张有田", "****************10", dt.datetime(1970, 3, 15), 5, 1234.5
    ]  # fmt: skip
    assert [c.number_format for c in cells] == ["@", "@", "yyyy\\-mm\\-dd", "#,##0", "#,##0.00"]
    assert [c.value for c in opened(ROWS)[TOP + 2]] == ["赵远山", None, None, 2.5, None]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "=HYPERLINK(\"http://x\",\"y\")", "+1", "-1", "@SUM(A1)", "\t=1",
        "990001197003150010", "1e5", "TRUE",
        "<b>&\"'</b>", "_x0041_", "  两头空  ", "第一行\n第二行", "𠀀",
    ],
)  # fmt: skip
def test_no_text_becomes_anything_else(text: str) -> None:
    cell = opened([(text,)], COLUMNS[:1]).cell(TOP + 1, 1)
    assert cell.data_type == "s", "text, and no formula"
    assert openpyxl.utils.escape.unescape(cell.value) == text.replace("\t", " ")
    assert cell.quotePrefix


def test_what_a_spreadsheet_cannot_count_stays_text() -> None:
    cells = opened([("x", "x", dt.date(1899, 12, 31), 10**17, None)])[TOP + 1]
    assert [c.value for c in cells[2:4]] == ["1899-12-31", "100,000,000,000,000,000"]


def test_what_no_file_can_carry_is_taken_out_and_what_is_too_long_is_cut() -> None:
    assert opened([("a\0b\x07c",)], COLUMNS[:1]).cell(TOP + 1, 1).value == "abc"
    long = opened([("长" * 40_000,)], COLUMNS[:1]).cell(TOP + 1, 1).value
    assert len(long) == LONGEST_TEXT and long.endswith("…")


def test_it_is_sent_while_it_is_made() -> None:
    """The first bytes leave before the rows are through, and memory does not grow with them."""
    count, read = 60_000, 0

    def rows() -> Iterator[tuple[Value, ...]]:
        nonlocal read
        for number in range(count):
            read += 1
            yield (f"户{number}", "*" * 18, dt.date(2026, 1, 1), number, Decimal(number))

    parts = stream(ListSheet("名单", HEAD, COLUMNS, count), rows())
    first = next(parts)
    assert first and read < count / 10
    tracemalloc.start()
    size = sum(map(len, parts))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 500_000 and peak < 4_000_000


def test_the_archive_is_whole() -> None:
    sheet = ListSheet("名单", HEAD, COLUMNS, len(ROWS))
    assert zipfile.ZipFile(io.BytesIO(b"".join(stream(sheet, ROWS)))).testzip() is None


def test_columns_beyond_z_have_two_letters() -> None:
    columns = [LedgerColumn(f"列{number}") for number in range(60)]
    sheet = opened([tuple(f"{number}" for number in range(60))], columns)
    assert sheet.cell(TOP + 1, 60).value == "59" and sheet.cell(TOP, 53).coordinate == f"BA{TOP}"


def test_what_is_too_large_is_known_beforehand() -> None:
    assert too_large(MOST_ROWS + 1, 1) and too_large(MOST_CELLS // 20 + 1, 20)
    assert not too_large(300_000, 30)
