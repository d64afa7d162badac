"""Whatever a file holds, it is understood or refused in words: no traceback, no endless work."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangfu.intake import explain
from bangfu.intake.readers import identity
from bangfu.ledger.numbers import NumberError
from bangfu.lists.headings import catalogue
from bangfu.tables import told, values
from bangfu.tables.days import day
from bangfu.tables.told import WrongValue
from bangfu.tables.understand import understand
from bangfu.tables.unreadable import Unreadable
from tests.tables.workbooks import workbook

TODAY = dt.date(2024, 5, 20)
HEADINGS = [name for heading in catalogue().headings[:60] for name in heading.names]
WORDS = st.one_of(
    st.sampled_from(
        [*HEADINGS, "合计", "小计", "甲", "乙", "单位:元", "填表人:", "附件1", "1", "户数"]
    ),
    st.text(max_size=6).filter(lambda text: text.isprintable()),
    st.integers(0, 9),
    st.none(),
)
ROWS = st.lists(st.lists(WORDS, max_size=7), max_size=9)
CELLS = st.one_of(
    st.text(max_size=24), st.integers(), st.floats(allow_nan=True), st.booleans(), st.none(),
    st.dates(), st.datetimes(),
)  # fmt: skip
LENIENT = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@LENIENT
@given(rows=ROWS, spans=st.lists(st.tuples(*[st.integers(1, 7)] * 4), max_size=3))
def test_any_sheet_is_understood_or_refused(
    tmp_path: Path, rows: list[list[object]], spans: list[tuple[int, int, int, int]]
) -> None:
    merged = []
    for top, left, down, right in spans[:1]:
        merged.append(f"{chr(64 + left)}{top}:{chr(64 + min(left + right, 9))}{top + down}")
    book = understand(workbook(tmp_path / "a.xlsx", rows, merged=merged), catalogue())
    told_of = explain.told(book)
    for table in told_of["tables"]:
        assert all(0 <= column["confidence"] <= 1 for column in table["columns"])
        first, last = table["body_rows"]
        assert not set(range(first, last + 1)) & set(table["header_rows"] or [])


@LENIENT
@given(at=st.integers(0, 6_000), byte=st.integers(0, 255), cut=st.booleans())
def test_a_workbook_that_was_changed_anywhere_is_read_or_refused_in_words(
    tmp_path: Path, at: int, byte: int, cut: bool
) -> None:
    path = tmp_path / "whole.xlsx"
    if not path.exists():
        workbook(path, [["名单"], ["姓名", "性别"], *[["张三", "男"]] * 20], merged=["A1:B1"])
    data = bytearray(path.read_bytes())
    at %= len(data)
    data[at] = byte
    broken = tmp_path / "a.xlsx"
    broken.write_bytes(data[:at] if cut else data)
    try:
        understand(broken, catalogue())
    except Unreadable as refused:
        assert refused.label.zh and refused.label.en


@LENIENT
@given(data=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_words(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(data)
    try:
        understand(path, catalogue())
    except Unreadable as refused:
        assert refused.label.zh and refused.label.en


@pytest.mark.parametrize(
    "read",
    [
        told.words, told.name, values.flag, values.number, values.money, values.share,
        lambda value: values.code(value, {"1": ("1", "男"), "2": ("2", "女")}),
        lambda value: day(value, today=TODAY),
        lambda value: identity(value, TODAY),
    ],
)  # fmt: skip
@LENIENT
@given(value=CELLS)
def test_any_cell_is_read_or_refused_in_words(read: object, value: object) -> None:
    try:
        said = read(value)  # type: ignore[operator]
    except WrongValue as refused:
        assert refused.label.zh and refused.label.en
    except NumberError as refused:
        assert refused.label.zh and refused.label.en
    else:
        assert said.state in ("sure", "doubtful", "unknown", "blank", "erased")
