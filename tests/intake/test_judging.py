"""What becomes of each row of a list, before anything is written."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.intake import judging, pages
from bangfu.intake.kinds import kind_of, unlike_people
from bangfu.ledger import vault
from bangfu.ledger.actions import person as persons
from bangfu.ledger.collecting import uncollected
from bangfu.ledger.models import Event, Subject
from bangfu.lists.headings import catalogue
from bangfu.tables.told import ERASE
from bangfu.tables.understand import understand
from bangfu.tables.understood import Book, Turned
from tests.intake.lists import (
    HOMES,
    MEMBERS,
    accept,
    identity,
    judged,
    judged_file,
    sorts,
    two_rows_of_headings,
)
from tests.tables.workbooks import workbook
from tests.village import IDENTITY, PHONE, Village

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = (
    identity(b, n) for b, n in (("19600101", 11), ("19620202", 22), ("19850303", 31))
)
HOME = ["云岫镇", "前岫村", "王大"]


def _row(
    name: str, relation: str, number: str = "", phone: str = "", school: str = ""
) -> list[str]:
    return [*HOME, name, relation, number, phone, school]


def test_a_new_household_comes_in_with_its_members(village: Village, tmp_path: Path) -> None:
    found = judged(
        tmp_path,
        MEMBERS,
        [_row("王大", "户主", FIRST, "11033334444", "小学"), _row("李花", "之妻", SECOND)],
    )
    assert sorts(found) == ["new", "new"]
    rows = found.accepted()
    (home,) = rows.homes
    assert (home.name, home.place) == ("王大", village.village)
    assert home.head == rows.persons[0].key
    assert {person.home for person in rows.persons} == {home.key}
    assert rows.persons[0].sheet["education"] == "primary"
    assert rows.persons[1].sheet["relation"] == "spouse"


def test_judging_writes_nothing(village: Village, tmp_path: Path) -> None:
    before = Event.objects.count()
    judged(tmp_path, MEMBERS, [_row("王大", "户主", FIRST)])
    assert Event.objects.count() == before


def test_who_is_on_record_is_found_by_number_and_what_is_the_same_is_unchanged(
    village: Village, tmp_path: Path
) -> None:
    row = ["云岫镇", "前岫村", "赵大山", "赵大山", "户主", IDENTITY, PHONE, ""]
    assert sorts(judged(tmp_path, MEMBERS, [row])) == ["unchanged"]


def test_a_blank_changes_nothing_and_only_the_mark_erases(village: Village, tmp_path: Path) -> None:
    row = ["云岫镇", "前岫村", "赵大山", "赵大山", "", IDENTITY, "", "/"]
    assert sorts(judged(tmp_path, MEMBERS, [row])) == ["unchanged"]
    (verdict,) = judged(tmp_path, MEMBERS, [[*row[:-1], ERASE]]).verdicts
    assert (verdict.sort, verdict.changes[0].sheet) == ("changes", {"education": ""})


def test_a_change_shows_old_and_new_and_no_number(village: Village, tmp_path: Path) -> None:
    row = ["云岫镇", "前岫村", "赵大山", "赵大山", "户主", IDENTITY, "11055556666", "高中"]
    (verdict,) = judged(tmp_path, MEMBERS, [row]).verdicts
    assert verdict.sort == "changes"
    told = {d.field: (d.old, d.new) for d in verdict.differences}
    assert told["person.education"] == ("junior_secondary", "高中")
    assert told["person.phone"] == ("*********00", "*********66")
    assert "11055556666" not in str(verdict.differences) + str(verdict.reasons)


def test_without_a_number_name_and_village_tell_who_is_meant(
    village: Village, tmp_path: Path
) -> None:
    rows = [["云岫镇", "后岫村", "", "钱二河", "", "", "11077778888", ""]]
    (verdict,) = judged(tmp_path, MEMBERS, rows).verdicts
    assert (verdict.sort, verdict.changes[0].subject) == ("changes", village.qian.fact)


@pytest.mark.parametrize(
    ("column", "value", "word"),
    [
        (5, "99000119600101001", "18"),
        (5, FIRST[:-1] + ("0" if FIRST[-1] != "0" else "1"), "校验"),
        (5, 9.90001196001011e17, "存成了数字"),
        (5, "9.90001E+17", "科学"),
        (4, "邻居", "应为"),
        (3, "王大、李花", "几个姓名"),
        (1, "无此村", "区划里没有"),
    ],
)
def test_a_bad_cell_is_named_with_what_would_be_right(
    village: Village, tmp_path: Path, column: int, value: object, word: str
) -> None:
    row: list[object] = [*_row("王大", "户主", FIRST, "11033334444", "小学")]
    row[column] = value
    (verdict,) = judged(tmp_path, MEMBERS, [row]).verdicts
    assert (verdict.sort, verdict.unread) == ("refused", [])
    (reason,) = [r for r in verdict.reasons if word in r.says.zh]
    assert reason.cell == f"{'ABCDEFGH'[column]}2"
    assert reason.says.en and str(value)[:12] not in reason.says.zh


def test_a_number_in_two_columns_is_one_by_its_check_digit(
    village: Village, tmp_path: Path
) -> None:
    """What is mended in the first of them may be the whole; a digit too few or wrong is refused."""
    heads = [*MEMBERS[:5], "身份证号前6位", "身份证号后12位"]
    wrong = FIRST[:-1] + ("0" if FIRST[-1] != "0" else "1")
    halves = [(FIRST[:6], FIRST[6:]), (FIRST, ""), (FIRST[:6], wrong[6:]), (FIRST[:6], "")]
    for number, (sort, half) in enumerate(zip(("new", "new", "refused", "refused"), halves,
                                              strict=True)):  # fmt: skip
        folder = tmp_path / str(number)
        folder.mkdir()
        found = judged(folder, heads, [[*HOME, "王大", "户主", *half]])
        (verdict,) = found.verdicts
        assert verdict.sort == sort and not found.left
        if sort == "new":
            assert verdict.person and FIRST in str(verdict.person)


def test_a_village_is_not_taken_beside_a_township_in_which_it_does_not_lie(
    village: Village, tmp_path: Path
) -> None:
    """Only one village is called so, and yet either name may be the wrong one."""
    row = [*_row("王大", "户主", FIRST, "11033334444", "小学")]
    row[0] = village.far_town.name
    (verdict,) = judged(tmp_path, MEMBERS, [row]).verdicts
    said = [(reason.cell, reason.says.zh) for reason in verdict.reasons]
    assert (verdict.sort, said) == ("refused", [("B2", "“前岫村”不在“石门镇”里；请改正其中一个")])


@pytest.mark.parametrize(
    ("column", "value", "word", "field"),
    [(6, "1234", "11位", "phone"), (7, "小学二年级", "应为", "education")],
)
def test_a_cell_that_cannot_be_read_is_left_and_the_row_goes_on(
    village: Village, tmp_path: Path, column: int, value: str, word: str, field: str
) -> None:
    row = [*_row("王大", "户主", FIRST, "11033334444", "小学")]
    row[column] = value
    (verdict,) = judged(tmp_path, MEMBERS, [row]).verdicts
    assert verdict.sort == "new" and verdict.person and field not in verdict.person.sheet
    (left,) = verdict.unread
    assert left.cell == f"{'ABCDEFGH'[column]}2" and word in left.says.zh
    row = ["云岫镇", "前岫村", "赵大山", "赵大山", "户主", IDENTITY, "11055556666", "博学"]
    (verdict,) = judged(tmp_path, MEMBERS, [row]).verdicts
    assert [d.field for d in verdict.differences] == ["person.phone"] and len(verdict.unread) == 1


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ([_row("王大", "户主", FIRST), _row("王小", "之子", FIRST)], "同一个人"),
        ([_row("王大", "户主"), _row("王大", "户主")], "同一个人"),
        ([_row("李花", "之妻", SECOND)], "没有户主那一行"),
        ([_row("王大", "户主", FIRST), [*HOME, "王二", "户主", SECOND, "", ""]], "却不是"),
        ([_row("王大", "户主", "99"), _row("李花", "之妻", SECOND)], "户主那一行还没有解决"),
        ([["云岫镇", "前岫村", "赵大山", "赵大水", "", IDENTITY, "", ""]], "登记的姓名"),
        ([["石门镇", "石门村", "", "赵大山", "", IDENTITY, "", ""]], "迁移"),
        ([["", "", "", "无名", "", FIRST, "", ""]], "哪个村"),
    ],
)  # fmt: skip
def test_what_could_be_two_things_is_left_to_a_person(
    village: Village, tmp_path: Path, rows: list[list[str]], word: str
) -> None:
    *_, last = judged(tmp_path, MEMBERS, rows).verdicts
    assert last.sort == "doubtful"
    assert any(word in reason.says.zh for reason in last.reasons)
    assert not last.good


def test_a_doubtful_row_does_not_stop_the_others(village: Village, tmp_path: Path) -> None:
    rows = [_row("王大", "户主", FIRST), _row("李花", "之妻", "12"), _row("王小", "之子", THIRD)]
    assert sorts(judged(tmp_path, MEMBERS, rows)) == ["new", "refused", "new"]


def test_a_new_member_joins_the_household_on_record(village: Village, tmp_path: Path) -> None:
    rows = [["云岫镇", "前岫村", "赵大山", "赵小山", "之子", THIRD, "", ""]]
    found = judged(tmp_path, MEMBERS, rows)
    (person,) = found.accepted().persons
    assert (person.home, found.accepted().homes) == (village.zhao_home.fact, ())


def test_households_are_found_by_their_head(village: Village, tmp_path: Path) -> None:
    rows = [
        ["前岫村", "赵大山", 4, "二组", IDENTITY],
        ["前岫村", "赵大山", 5, "", IDENTITY],
        ["前岫村", "王大", 3, "一组", FIRST],
        ["前岫村", "周三", 300, "", ""],
    ]
    first, second, third, fourth = (judged(tmp_path, HOMES, [row]).verdicts[0] for row in rows)
    assert first.sort == "unchanged"
    assert (second.sort, second.changes[0].sheet) == ("changes", {"size": 5})
    assert third.sort == "new" and third.home and third.person
    assert third.home.head == third.person.key
    assert (fourth.sort, [one.cell for one in fourth.unread]) == ("new", ["C2"])
    assert fourth.home and fourth.home.sheet == {}
    (long,) = judged(tmp_path, HOMES, [["前岫村", "王大", 3, "组" * 31, ""]]).verdicts
    assert (long.sort, long.unread[0].cell) == ("new", "D2")


def test_rows_of_members_taken_for_households_are_asked(village: Village, tmp_path: Path) -> None:
    """The second of one village; both that follow each other: the village of one may be wrong."""
    rows = [
        ["前岫村", "王大", FIRST],
        ["后岫村", "王大", SECOND],
        ["前岫村", "李二", THIRD],
        ["前岫村", "孙三", identity("19700101", 41)],
        ["前岫村", "李二", identity("19710101", 43)],
        ["前岫村", "钱四", identity("19720101", 45)],
        ["后岫村", "孙三", identity("19730101", 47)],
    ]
    found = judged(tmp_path, ["村", "户主姓名", "户主身份证号"], rows)
    doubtful = [verdict.sort == "doubtful" for verdict in found.verdicts]
    assert doubtful == [True, True, False, False, True, False, False]


def test_columns_that_are_not_taken_are_named_with_the_reason(
    village: Village, tmp_path: Path
) -> None:
    head = [*HOMES, "思想状况", "帮扶成效", "代号甲"]
    found = judged(tmp_path, head, [["前岫村", "王大", 3, "", "", "等靠要", "见效", "x"]])
    assert sorts(found) == ["new"]
    said = {reason.cell: reason.says.zh for reason in found.left}
    assert "尊严" in said["F"] and "帮扶" in said["G"] and "没认准" in said["H"]


def test_what_an_account_may_not_open_is_not_told(village: Village, tmp_path: Path) -> None:
    from bangfu.ledger.actions.event import By

    clerk = village.account("far", "clerk", place=village.far_town)
    rows = [["石门镇", "石门村", "", "赵大山", "", IDENTITY, "", ""]]
    (verdict,) = judged(tmp_path, MEMBERS, rows, by=By(clerk, "desk")).verdicts
    assert verdict.sort == "doubtful"
    assert "看不到" in verdict.reasons[0].says.zh
    assert not verdict.differences


def test_a_list_from_one_village_need_not_say_so(village: Village, tmp_path: Path) -> None:
    found = judged(
        tmp_path, ["姓名", "身份证号", "性别"], [["王大", FIRST, "男"]], place=village.village
    )
    assert found.accepted().persons[0].place == village.village


def test_what_says_less_than_the_record_and_nothing_else_is_no_doubt(
    village: Village, tmp_path: Path
) -> None:
    """A number masked as it is given out, and the month of a birth; of another one it is asked."""
    head = ["行政村", "姓名", "身份证号码", "出生年月"]
    tail = IDENTITY[-2:]
    same = ["前岫村", "赵大山", "*" * 16 + tail, "1970-03"]
    assert sorts(judged(tmp_path, head, [same])) == ["unchanged"]
    covered = [*same[:2], IDENTITY[:8] + "******" + IDENTITY[-4:], "1970-03"]
    assert sorts(judged(tmp_path, head, [covered])) == ["unchanged"]
    for other in (["前岫村", "赵大山", "*" * 16 + "99", "1970-03"], [*same[:3], "1971-03"],
                  [*same[:2], "990002******" + IDENTITY[-6:], "1970-03"]):  # fmt: skip
        assert sorts(judged(tmp_path, head, [other])) == ["doubtful"]


def test_the_month_of_a_birth_is_none_of_another_number(village: Village, tmp_path: Path) -> None:
    """The number carries the day; somebody new without a number is asked for it."""
    head = ["行政村", "姓名", "身份证号码", "出生年月"]
    for number, month, sort in (
        (FIRST, "1960.01", "new"), (FIRST, "1960年2月", "doubtful"), ("", "1960.01", "doubtful"),
    ):  # fmt: skip
        found = judged(tmp_path, head, [["前岫村", "王大", number, month]])
        assert (number, month, sorts(found)) == (number, month, [sort])


def test_what_offices_keep_by_month_is_held_as_its_first_day(
    village: Village, tmp_path: Path
) -> None:
    head = ["户序号", "行政村", "户主姓名", "监测对象类别", "纳入时间", "消除时间"]
    row = ["1", "前岫村", "赵大山", "脱贫不稳定户", "200805", "200812"]
    found = judged(tmp_path, head, [row])
    told = {one.field: one.new for one in found.verdicts[0].differences}
    assert sorts(found) == ["changes"] and found.left == ()
    assert told["household.identified"] == "2008-05-01"
    assert told["household.risk_removed"] == "2008-12-01"
    assert [one.cell for one in found.verdicts[0].notes] == ["E2", "F2"]
    accept(found)
    assert sorts(judged(tmp_path, head, [row])) == ["unchanged"]
    exact = [*row[:4], "2008-05-17", "200812"]
    accept(judged(tmp_path, head, [exact]))
    assert sorts(judged(tmp_path, head, [row])) == ["unchanged"], "the month says less"
    assert sorts(judged(tmp_path, head, [[*row[:4], "200806", ""]])) == ["changes"]
    for left_out in ("2008.6", "2008年6月"):
        assert sorts(judged(tmp_path, head, [[*row[:4], left_out, ""]])) == ["doubtful"]
    later = judged(tmp_path, head, [[*row[:4], "219906", ""]])
    assert [one.cell for one in later.verdicts[0].unread] == ["E2"]


def test_a_list_that_lies_on_its_side_is_read_as_one_that_stands(
    village: Village, tmp_path: Path
) -> None:
    """Each column is a household; a cell is called as it is in the file that was brought."""
    grid = [
        ["困难户基本情况"],
        ["", "序号", 1, 2, 3],
        ["", "村名", "前岫村", "", "后岫村"],
        ["", "户主姓名", "王大", "李花", "赵四"],
        ["", "身份证号", FIRST, SECOND[:-1], THIRD],
        ["", "家庭人口", 3, "", 2],
        ["", "住房面积（㎡）", 80, "90平方米", 60],
        ["", "最喜欢的颜色", "红", "蓝", "绿"],
        ["注：以上为初步情况"],
    ]
    made = workbook(tmp_path / "side.xlsx", grid, merged=["A1:E1", "C3:D3"])
    ((sheet, table),) = understand(made, catalogue(), upright=True).tables()
    found = judged_file(made)
    assert (found.kind, sorts(found)) == ("household", ["new", "refused", "new"])
    assert [one.place for one in found.verdicts] == ["前岫村", "前岫村", "后岫村"]
    told = pages.row_told(found.verdicts[1], sheet.grid, table)
    assert (told["at"], told["reasons"][0]["at"], told["reasons"][0]["asked"]) == ("D", "D5", "5")
    assert found.stood(found.left[-1].cell) == "8"
    listed = pages.book_told(Book("", "xlsx", (sheet,)), 0, found)["columns"]
    assert [column["letter"] for column in listed] == list("2345678")
    accept(found)
    assert sorts(judged_file(made)) == ["unchanged", "refused", "unchanged"]
    below = [*grid, ["姓名", "性别", "电话"], ["何大", "男", ""]]
    made = workbook(tmp_path / "two.xlsx", below, merged=["A1:E1", "C3:D3"])
    tables = [table for _, table in understand(made, catalogue(), upright=True).tables()]
    assert not any(isinstance(table, Turned) for table in tables), "another list stands below"


def test_a_word_for_the_same_is_the_value_above(village: Village, tmp_path: Path) -> None:
    head = ["行政村", "户主姓名", "姓名", "与户主关系", "联系电话"]
    first = ["前岫村", "赵大山", "赵大山", "户主", PHONE]
    found = judged(tmp_path, head, [first, ["同上", "〃", "赵小山", "儿子", "同上"]])
    assert sorts(found) == ["unchanged", "new"]
    made = found.verdicts[1].person
    assert made is not None and made.place == village.village
    assert (made.home, made.sheet["phone"]) == (village.zhao_home.fact, PHONE)
    assert "同上" in found.verdicts[1].notes[0].says.zh


def test_questions_about_places_do_not_grow_with_the_villages(
    village: Village, tmp_path: Path
) -> None:
    def asked(*villages: str) -> int:
        rows = [["云岫镇", name, f"王{name[0]}", f"王{name[0]}", "户主", "", "", ""]
                for name in villages]  # fmt: skip
        with CaptureQueriesContext(connection) as taken:
            found = judged(tmp_path, MEMBERS, rows)
        assert set(sorts(found)) == {"new"}
        return sum('FROM "ledger_place"' in one["sql"] for one in taken)

    assert asked("前岫村", "后岫村") == asked("前岫村")


def test_a_group_that_is_written_with_its_village_tells_both(
    village: Village, tmp_path: Path
) -> None:
    head = ["村组", "户主姓名", "姓名", "与户主关系", "身份证号码"]
    rows = [["前岫村三组", "卢阿旺", "卢阿旺", "户主", identity("19550505", 12)]]
    found = judged(tmp_path, head, rows)
    assert sorts(found) == ["new"]
    (verdict,) = found.verdicts
    assert verdict.home is not None and verdict.home.place == village.village
    assert verdict.home.sheet["group"] == "三组"


def test_a_list_that_is_judged_in_parts_is_judged_as_a_whole(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        _row("王大", "户主", FIRST),
        ["云岫镇", "前岫村", "赵大山", "赵大山", "户主", IDENTITY, PHONE, ""],
        _row("李花", "之妻", SECOND),
        _row("赵大山", "之子", THIRD),
        _row("王大", "户主", FIRST),
        ["云岫镇", "没有的村", "钱三", "钱三", "户主", "", "", ""],
        _row("李花", "之妻", SECOND),
    ]
    whole = judged(tmp_path, MEMBERS, rows)
    monkeypatch.setattr(judging, "_TOGETHER", 1)
    parts = judged(tmp_path, MEMBERS, rows)
    assert len(set(sorts(whole))) > 2
    assert [(v.sort, v.name, v.place, v.reasons, v.notes) for v in parts.verdicts] == [
        (v.sort, v.name, v.place, v.reasons, v.notes) for v in whole.verdicts
    ]
    assert [home.name for home in parts.accepted().homes] == [
        home.name for home in whole.accepted().homes
    ]


def test_the_collector_rests_while_a_list_is_judged_and_goes_on_after(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    said = judging._Judging._verdict

    def looked(self: Any, row: Any, place: Any) -> Any:
        seen.append(gc.isenabled())
        return said(self, row, place)

    monkeypatch.setattr(judging._Judging, "_verdict", looked)
    judged(tmp_path, MEMBERS, [_row("王大", "户主", FIRST)])
    assert (seen, gc.isenabled()) == ([False], True)
    with pytest.raises(ZeroDivisionError), uncollected(), uncollected():
        _ = 1 / 0
    assert gc.isenabled()


def test_the_head_beside_the_members_is_not_the_member(village: Village, tmp_path: Path) -> None:
    """Below 户主信息 and 家庭成员信息 stand the same words, of two people."""
    head = ["行政村", "户主信息/姓名", "户主信息/身份证号", "家庭成员/姓名", "家庭成员/身份证号",
            "家庭成员/与户主关系"]  # fmt: skip
    rows = [
        ["前岫村", "王大", FIRST, "王大", FIRST, "户主"],
        ["前岫村", "王大", FIRST, "李花", SECOND, "之妻"],
    ]
    made = two_rows_of_headings(tmp_path / "list.xlsx", head, rows)
    found = judged_file(made)
    assert sorts(found) == ["new", "new"]
    accept(found)
    wife = Subject.objects.current().get(kind="person", name="李花")
    held = persons.sheet_on(wife)
    assert vault.unseal(wife, "identity", held.identity) == SECOND


def test_whoever_is_noted_as_dead_is_asked_and_not_registered(
    village: Village, tmp_path: Path
) -> None:
    head = ["行政村", "户主姓名", "姓名", "与户主关系", "身份证号码", "备注"]
    rows = [
        ["前岫村", "王大", "王大", "户主", FIRST, "2026年8月去世"],
        ["前岫村", "李花（已故）", "李花", "户主", SECOND, ""],
        ["前岫村", "张三", "张三", "户主", THIRD, "父亲去世"],
    ]
    found = judged(tmp_path, head, rows)
    assert sorts(found) == ["doubtful", "doubtful", "new"]
    assert [one.cell for verdict in found.verdicts[:2] for one in verdict.reasons] == ["F2", "B3"]
    choices = {choice for v in found.verdicts[:2] for one in v.reasons for choice in one.choices}
    assert {says.zh for _, says in choices} == {"仍然登记"}


def test_a_row_without_name_and_number_is_not_the_same_as_another(
    village: Village, tmp_path: Path
) -> None:
    found = judged(tmp_path, ["行政村", "姓名", "性别"], [["前岫村", "", "男"]] * 2)
    assert [one.says.zh for v in found.verdicts for one in v.reasons] == ["没有姓名"] * 2


def test_two_digits_of_a_year_are_no_doubt_beside_the_number_that_carries_it(
    village: Village, tmp_path: Path
) -> None:
    head = ["行政村", "姓名", "身份证号码", "出生年月"]
    rows = [["前岫村", name, number, birth] for name, number, birth in (
        ("王大", FIRST, "60.1"), ("李花", SECOND, "62.2.2"),
        ("张三", THIRD, "85.3.4"))]  # fmt: skip
    found = judged(tmp_path, head, rows)
    assert sorts(found) == ["new", "new", "doubtful"]


def test_how_somebody_makes_a_living_without_an_employer_is_none(
    village: Village, tmp_path: Path
) -> None:
    head = ["行政村", "姓名", "身份证号码", "务工单位"]
    rows = [["前岫村", "王大", FIRST, "务农"], ["前岫村", "李花", SECOND, "县服装厂"]]
    found = judged(tmp_path, head, rows)
    assert [one.cell for one in found.verdicts[0].unread] == ["D2"]
    assert [p.sheet.get("employer") for p in found.accepted().persons] == [None, "县服装厂"]


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("前岫村帮扶责任人名册", ["姓名", "单位", "职务", "帮扶对象", "电话"]),
        ("驻村工作队员花名册", ["行政村", "姓名", "工作单位", "职务", "电话"]),
    ],
)
def test_those_who_help_are_not_registered_as_people_of_the_village(
    village: Village, tmp_path: Path, title: str, head: list[str]
) -> None:
    row = dict.fromkeys(head, "县卫健局") | {"姓名": "林晓东", "电话": PHONE, "行政村": "前岫村"}
    made = workbook(tmp_path / "a.xlsx", [[title], head, [row[one] for one in head]])
    ((_, table),) = understand(made, catalogue()).tables()
    assert (kind_of(table), unlike_people(table) is None) == ("", False)


def test_a_row_of_several_members_side_by_side_is_sent_back(
    village: Village, tmp_path: Path
) -> None:
    head = ["行政村", "户主/姓名", "户主/电话", "成员一/姓名", "成员一/关系", "成员二/姓名",
            "成员二/关系", "身份证号"]  # fmt: skip
    row = ["前岫村", "王大", PHONE, "李花", "配偶", "王小", "儿子", FIRST]
    made = two_rows_of_headings(tmp_path / "a.xlsx", head, [row])
    ((_, table),) = understand(made, catalogue()).tables()
    why = unlike_people(table)
    assert kind_of(table) == "" and why is not None and "一人一行" in why.zh


def test_the_village_of_the_title_holds_beside_a_column_of_groups(
    village: Village, tmp_path: Path
) -> None:
    rows = [["前岫村2027年征缴情况表"], ["组别", "姓名", "身份证"], ["1组", "王大", FIRST]]
    assert sorts(judged_file(workbook(tmp_path / "a.xlsx", rows))) == ["new"]


def test_a_household_whose_head_stands_below_a_heading_of_its_own(
    village: Village, tmp_path: Path
) -> None:
    head = ["行政村", "户主信息/姓名", "户主信息/身份证号", "家庭人口数", "监测对象类别"]
    rows = [["前岫村", "王大", FIRST, 3, "脱贫不稳定户"]]
    found = judged_file(two_rows_of_headings(tmp_path / "list.xlsx", head, rows))
    assert (found.kind, sorts(found)) == ("household", ["new"])


def test_the_village_is_read_from_the_title_where_no_row_says_it(
    village: Village, tmp_path: Path
) -> None:
    columns = ["姓名", "性别", "身份证号", "与户主关系"]
    row = [["王大", "男", FIRST, "户主"]]
    for title, sort in (
        ("前岫村脱贫户花名册", "new"),
        ("云岫镇前岫村脱贫户花名册", "new"),
        ("前岫村、后岫村脱贫户花名册", "doubtful"),
        ("前岫村等三个村脱贫户花名册", "doubtful"),
        ("云岫镇脱贫户花名册", "doubtful"),
    ):
        made = workbook(tmp_path / "titled.xlsx", [[title], columns, *row])
        found = judged_file(made)
        assert (title, sorts(found)) == (title, [sort])
    made = workbook(tmp_path / "titled.xlsx", [["前岫村脱贫户花名册"], columns, *row])
    for place, sort in ((village.town, "new"), (village.far_town, "doubtful")):
        found = judged_file(made, place=place)
        assert (place.name, sorts(found)) == (place.name, [sort])
    assert judged(tmp_path, columns, row, place=village.village).verdicts[0].sort == "new"
