"""``bangfu intake``: any table of others, said in words and as data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bangfu.ledger.models import Subject
from tests.intake.lists import identity
from tests.jobs.conftest import Call
from tests.tables.workbooks import workbook
from tests.village import Village


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
    en = call("intake", "take", _list(tmp_path), "--explain").output
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


def _members(tmp_path: Path) -> Path:
    head = ["行政村", "户主姓名", "姓名", "与户主关系", "身份证号", "思想状况"]
    first, second = identity("19600101", 11), identity("19620202", 22)
    rows = [
        head, ["前岫村", "王大", "王大", "户主", first, "好"],
        ["前岫村", "王大", "李花", "妻", second, ""], ["前岫村", "王大", "王三", "子", "99", ""],
    ]  # fmt: skip
    return workbook(tmp_path / "成员.xlsx", rows)


def test_a_list_is_judged_accepted_and_undone(
    ask: Callable[..., Any], call: Call, village: Village, tmp_path: Path
) -> None:
    file = _members(tmp_path)
    judged = ask("intake", file)
    (table,) = judged["tables"]
    assert table["counts"] == {
        "new": 2, "changes": 0, "unchanged": 0, "doubtful": 0, "refused": 1,
    }  # fmt: skip
    assert (table["left"][0]["column"], judged["accepted"]) == ("F", [])
    assert table["rows"][2]["reasons"][0]["cell"] == "E4"
    assert not Subject.objects.filter(name="王大").exists()

    (accepted,) = ask("intake", file, "--accept", "good", "--on", "2009-04-01")["accepted"]
    assert accepted["written"] == 3
    assert ask("intake", file)["tables"][0]["counts"]["unchanged"] == 2
    assert ask("intake", file, "--accept", "good")["accepted"] == []

    assert ask("intake", "undo", accepted["event"])["undone"] == 3
    assert not Subject.objects.current().filter(name="王大").exists()
    result = call("intake", "undo", accepted["event"])
    assert (result.exit_code, "Nothing of this list" in result.output) == (1, True)


def test_what_becomes_of_rows_is_said_in_words_without_any_number(
    call: Call, village: Village, tmp_path: Path
) -> None:
    said = call("intake", _members(tmp_path), "--accept", "good", "--lang", "zh").output
    assert "新增 2" in said and "第4行 不予接收 E4" in said and "bangfu intake undo" in said
    assert identity("19600101", 11) not in said


def test_a_file_without_a_list_of_people_says_what_to_do(call: Call, tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", [["乡镇", "户数", "人数"], ["甲镇", 1, 2]])
    result = call("intake", file)
    assert (result.exit_code, "--explain" in result.output) == (1, True)
    result = call("intake", file, "--place", "123456")
    assert (result.exit_code, "no place with the code" in result.output) == (1, True)
