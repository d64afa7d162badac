"""``bangfu intake``: any table of others, said in words and as data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.jobs.conftest import Call
from tests.tables.workbooks import workbook


def _list(tmp_path: Path) -> Path:
    rows = [
        ["2023年度名单"], ["户主姓名", "家庭人口", "思想状况", "代号甲"], ["王大", 3, "好", "x"],
    ]  # fmt: skip
    return workbook(tmp_path / "名单.xlsx", rows, merged=["A1:D1"])


def test_a_table_is_explained_with_its_columns_and_what_would_be_asked(
    ask: Callable[..., Any], tmp_path: Path
) -> None:
    told = ask("intake", _list(tmp_path), "--explain")
    (table,) = told["tables"]
    assert (table["header_rows"], table["body_rows"]) == ([2, 2], [3, 3])
    assert table["row_subject"]["kind"] == "household"
    assert [column["field"] for column in table["columns"]] == [
        "household.name", "household.size", None, None,
    ]  # fmt: skip
    assert [column["role"] for column in table["columns"]][2:] == ["forbidden", "unknown"]
    assert table["columns"][2]["refused"]["zh"]
    assert table["period"]["last"] == "2023-12-31"
    assert [asked["about"] for asked in table["asked"]] == ["D"]


def test_the_same_is_said_in_words_in_both_languages(call: Call, tmp_path: Path) -> None:
    zh = call("intake", _list(tmp_path), "--explain", "--lang", "zh").output
    assert "household.name" in zh and "不收集" in zh and "要问" in zh
    en = call("intake", "take", _list(tmp_path)).output
    assert "not taken" in en and "Would be asked" in en


def test_a_file_that_cannot_be_read_and_a_sheet_that_is_not_there_say_so(
    call: Call, tmp_path: Path
) -> None:
    broken = tmp_path / "a.xlsx"
    broken.write_bytes(b"PK\3\4 no workbook")
    result = call("intake", broken, "--lang", "zh")
    assert (result.exit_code, "已损坏" in result.output) == (1, True)
    result = call("intake", _list(tmp_path), "--sheet", "乙", "--lang", "zh")
    assert (result.exit_code, "没有名为“乙”的工作表" in result.output) == (1, True)
