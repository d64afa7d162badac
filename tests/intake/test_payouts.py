"""Lists of what people were paid, and of what they are entitled to, become records of theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bangfu.intake.payouts import benefit_in
from bangfu.intake.verdicts import Judged
from bangfu.ledger.actions import benefit as benefits
from bangfu.ledger.actions import intake as actions
from bangfu.ledger.actions import journal
from bangfu.ledger.models import Benefit, Entry, Payout
from tests.intake.lists import accept, sorts
from tests.intake.test_records import book, judged
from tests.village import OPERATOR, Village

pytestmark = pytest.mark.django_db

PAID = ["序号", "村", "姓名", "身份证号", "补贴项目", "金额(元)", "发放日期"]


def listed(path: Path, title: str, head: Sequence[str], *rows: Sequence[Any]) -> Judged:
    """The verdicts of a list."""
    return judged(book(path, title, [head], rows))


def paid() -> set[tuple[str, str, int, dt.date]]:
    """What was paid to whom by a list."""
    rows = Payout.objects.current().select_related("subject").exclude(source="一卡通")
    return {(one.subject.name, one.kind, one.amount, one.date) for one in rows}


def test_a_roster_of_payouts_becomes_payouts_once_and_is_taken_back(
    village: Village, tmp_path: Path
) -> None:
    rows = [
        [1, "前岫村", "赵大山", "", "农村低保", 380, "2009-03-02"],
        [2, "后岫村", "钱二河", "", "产业奖补", "1,500.00", "2009.3.2"],
        [3, "前岫村", "没有这人", "", "农村低保", 380, "2009-03-02"],
        [4, "后岫村", "钱二河", "", "养蜂补助", 200, "2009-03-02"],
        [5, "后岫村", "钱二河", "", "产业奖补", "", "2009-03-02"],
        [6, "后岫村", "钱二河", "", "产业奖补", 100, ""],
    ]
    found = listed(tmp_path, "惠农补贴一卡通发放花名册", PAID, *rows)
    assert found.kind == "payout"
    assert sorts(found) == ["new", "new", "refused", "new", "refused", "refused"]
    assert found.verdicts[4].reasons[0].cell == "F7"
    assert "发放日期" in found.verdicts[5].reasons[0].says.zh
    event = accept(found)
    day = dt.date(2009, 3, 2)
    assert paid() == {
        ("赵大山", "allowance", 38_000, day), ("钱二河", "industry", 150_000, day),
        ("钱二河", "other", 20_000, day),
    }  # fmt: skip
    assert Payout.objects.current().get(kind="other").title == "养蜂补助"
    again = listed(tmp_path, "惠农补贴一卡通发放花名册", PAID, *rows[:2], rows[3])
    assert sorts(again) == ["unchanged"] * 3
    actions.undo(by=OPERATOR, event=event.pk)
    assert paid() == set()
    assert not journal.verify().faults


def test_the_same_payout_twice_in_a_list_is_asked_about(village: Village, tmp_path: Path) -> None:
    row = [1, "后岫村", "钱二河", "", "产业奖补", 100, "2009-03-02"]
    found = listed(tmp_path, "补贴发放花名册", PAID, row, row)
    assert sorts(found) == ["new", "doubtful"]
    assert [word for word, _ in found.verdicts[1].reasons[0].choices] == ["as_is"]


def test_a_sum_beside_the_months_of_a_list_is_what_was_paid(
    village: Village, tmp_path: Path
) -> None:
    """A list of payouts is none of households that says nothing new."""
    head = ["村", "户主姓名", "1月", "2月", "合计金额", "发放日期"]
    row = ["前岫村", "赵大山", 190, 190, 380, "2009-03-02"]
    found = listed(tmp_path, "2009年农村低保金发放表", head, row)
    assert (found.kind, sorts(found)) == ("payout", ["new"])
    assert {one.cell for one in found.left} == {"C", "D"}
    accept(found)
    assert {amount for _, _, amount, _ in paid()} == {38_000}


def test_what_a_title_says_holds_for_rows_that_do_not(village: Village, tmp_path: Path) -> None:
    head = ["序号", "村", "户主姓名", "发放金额(元)", "领款人签字"]
    found = listed(tmp_path, "2009年2月农村低保金发放表", head, [1, "前岫村", "赵大山", 500, ""])
    assert (found.kind, sorts(found)) == ("payout", ["new"])
    accept(found)
    made = Payout.objects.current().get(amount=50_000)
    assert (made.subject, made.kind) == (village.zhao_home, "allowance")
    assert (made.since, made.date) == (dt.date(2009, 2, 1), dt.date(2009, 2, 28))


@pytest.mark.parametrize("note", ["单位:万元", "注:1.金额单位为万元;2.按户发放"])
def test_a_unit_below_a_list_holds_for_its_amounts_and_one_to_an_inhabitant_is_asked(
    village: Village, tmp_path: Path, note: str
) -> None:
    head = ["序号", "户主姓名", "奖补项目", "奖补金额"]
    rows = [
        [1, "赵大山", "产业奖补", 0.15],
        [2, "钱二河", "同上", 1500],
        ["合计", "", "", ""],
        [note],
    ]
    found = listed(tmp_path, "2009年2月产业奖补发放花名册", head, *rows)
    assert sorts(found) == ["new", "doubtful"]
    accept(found)
    assert paid() == {("赵家", "industry", 150_000, dt.date(2009, 2, 28))}


def test_who_is_named_beside_the_head_is_paid_and_not_the_household(
    village: Village, tmp_path: Path
) -> None:
    head = ["学生姓名", "户主姓名", "补助项目", "救助金额", "发放时间"]
    row = ["孙秀英", "赵大山", "雨露计划", 1500, "2009-03-01"]
    accept(listed(tmp_path, "2009年春季补助发放名册", head, row))
    assert paid() == {("孙秀英", "vocational", 150_000, dt.date(2009, 3, 1))}


def test_a_year_names_no_day_and_none_or_several_are_no_benefit(
    village: Village, tmp_path: Path
) -> None:
    head = ["序号", "户主姓名", "补贴项目", "金额(元)"]
    row = [1, "赵大山", "产业奖补", 100]
    found = listed(tmp_path, "2008年产业奖补发放花名册", head, row)
    assert sorts(found) == ["refused"] and "发放日期" in found.verdicts[0].reasons[0].says.zh
    rows = [[1, "赵大山", "无", 100], [2, "钱二河", "农村低保、养蜂补助", 100]]
    found = listed(tmp_path, "2009年2月惠农补贴发放花名册", head, *rows)
    assert sorts(found) == ["refused", "refused"]
    assert "一格里有几项" in found.verdicts[1].reasons[0].says.zh


def test_a_list_that_does_not_say_which_benefit_is_refused_with_what_to_do(
    village: Village, tmp_path: Path
) -> None:
    head = ["序号", "村", "户主姓名", "发放金额(元)", "发放时间", "领款人签字"]
    found = listed(tmp_path, "帮扶资金发放表", head, [1, "前岫村", "赵大山", 500, "2009-3-1", ""])
    assert (found.kind, sorts(found)) == ("payout", ["refused"])
    assert "补贴项目" in found.verdicts[0].reasons[0].says.zh
    assert not Entry.objects.filter(amount=50_000).exists()


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("2009年3月农村低保金发放花名册", "allowance"),
        ("困难残疾人生活补贴发放表", "disability_living"),
        ("高龄津贴和养老金发放表", ""),
        ("帮扶资金发放表", ""),
    ],
)
def test_one_benefit_in_a_title_is_taken_and_two_are_not(title: str, word: str) -> None:
    assert benefit_in(title) == word


def test_a_list_of_those_entitled_becomes_benefits_that_change_and_end(
    village: Village, tmp_path: Path
) -> None:
    head = ["序号", "村", "户主姓名", "享受政策", "享受标准(元)", "发放周期", "享受起始时间",
            "停发时间"]  # fmt: skip
    benefits.enter(
        by=OPERATOR, subject=village.zhao_home, kind="allowance", began=dt.date(2008, 7, 1),
        amount=38_000, per="month",
    )  # fmt: skip
    rows = [
        [1, "前岫村", "赵大山", "低保", 420, "每月", "2008-07-01", ""],
        [2, "后岫村", "钱二河", "雨露计划", 3000, "每年", "2008-09-01", ""],
        [3, "后岫村", "钱二河", "特困供养", 800, "", "2008-09-01", ""],
    ]
    found = listed(tmp_path, "政策享受花名册", head, *rows)
    assert (found.kind, sorts(found)) == ("benefit", ["changes", "new", "new"])
    assert "发放周期" in found.verdicts[2].unread[0].says.zh
    accept(found)
    held = {(b.kind, b.amount, b.per) for b in Benefit.objects.current()}
    assert held == {
        ("allowance", 42_000, "month"), ("vocational", 300_000, "year"), ("destitute", None, ""),
    }  # fmt: skip
    rows[0][-1] = "2009-02-28"
    again = listed(tmp_path, "政策享受花名册", head, *rows)
    assert sorts(again) == ["changes", "unchanged", "unchanged"]
    accept(again)
    ended = Benefit.objects.current().get(kind="allowance")
    assert (ended.ended, ended.end_reason) == (dt.date(2009, 2, 28), "按名单停发")


def test_a_list_of_benefits_is_taken_back_as_a_whole(village: Village, tmp_path: Path) -> None:
    held = benefits.enter(
        by=OPERATOR, subject=village.zhao_home, kind="allowance", began=dt.date(2008, 7, 1),
        amount=38_000, per="month",
    )  # fmt: skip
    head = ["序号", "村", "户主姓名", "享受政策", "享受标准(元)", "发放周期", "享受起始时间"]
    found = listed(
        tmp_path, "政策享受花名册", head,
        [1, "前岫村", "赵大山", "低保", 420, "每月", "2008-07-01"],
        [2, "后岫村", "钱二河", "雨露计划", 3000, "每年", "2008-09-01"],
    )  # fmt: skip
    event = accept(found)
    assert set(Benefit.objects.current().values_list("amount", flat=True)) == {42_000, 300_000}
    actions.undo(by=OPERATOR, event=event.pk)
    stands = Benefit.objects.current().get()
    assert (stands.fact, stands.amount) == (held.fact, 38_000)
    assert not journal.verify().faults
