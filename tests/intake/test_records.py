"""Lists of what was decided and done become records: pairings and visits as offices write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bangfu.intake.judging import judge
from bangfu.intake.kinds import kind_of
from bangfu.intake.under import under_of
from bangfu.intake.verdicts import Judged
from bangfu.ledger import clock, vault
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import intake as actions
from bangfu.ledger.actions import journal
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import pairing as pairings
from bangfu.ledger.actions import reckoning as reckonings
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import (
    Activity,
    Enrolment,
    Event,
    Income,
    Need,
    Pairing,
    Participant,
    Reckoning,
)
from bangfu.lists.headings import catalogue
from bangfu.tables.understand import understand
from tests.intake.lists import accept, sorts
from tests.village import OPERATOR, VISITED, Village

pytestmark = pytest.mark.django_db
ON = dt.date(2009, 3, 5)


def book(path: Path, title: str, head: Sequence[Sequence[Any]], rows: Sequence[Sequence[Any]],
         merged: Sequence[str] = ()) -> Path:  # fmt: skip
    """A sheet with a title over all columns, headings of one or more levels, and rows."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append([title])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(head[-1]))
    for row in (*head, *rows):
        sheet.append(list(row))
    for area in merged:
        sheet.merge_cells(area)
    file = path / "list.xlsx"
    made.save(file)
    return file


def judged(
    file: Path, *, by: By = OPERATOR, on: dt.date = ON, word: str = ""
) -> Judged:  # fmt: skip
    """The verdicts of the one table of a file."""
    ((sheet, table),) = understand(file, catalogue()).tables()
    under = under_of(by.user, kind_of(table), on, word)
    found = judge(by=by, sheet=sheet, table=table, on=on, under=under)
    assert found is not None
    return found


# ------------------------------------------------------------------ pairings

ROSTER = ["序号", "乡镇", "行政村", "户主姓名", "家庭人口", "帮扶单位", "帮扶责任人", "联系电话",
          "结对时间"]  # fmt: skip


def roster(path: Path, *rows: Sequence[Any]) -> Judged:
    return judged(book(path, "2009年干部结对帮扶花名册", [ROSTER], rows))


def pairs() -> set[tuple[str, str]]:
    rows = Pairing.objects.current().filter(ended__isnull=True)
    return {(one.helper.name, one.subject.name) for one in rows}


def test_a_roster_of_pairings_is_held_against_those_that_stand(
    village: Village, tmp_path: Path
) -> None:
    found = roster(
        tmp_path,
        [1, "云岫镇", "前岫村", "赵大山", 4, "县人民医院", "李建国", "", "2009年2月10日"],
        [2, "云岫镇", "后岫村", "钱二河", 3, "县人民医院", "李建国", "", "2009.3.1"],
        [3, "云岫镇", "后岫村", "没有这人", 3, "县中医院", "周敏", "", "2009.3.1"],
        [4, "云岫镇", "前岫村", "赵大山", 4, "县中医院", "王无名", "", "2009.3.1"],
    )
    assert found.kind == "pairing"
    assert sorts(found) == ["unchanged", "refused", "refused", "refused"]
    taken, nobody, unknown = [v.reasons[0] for v in found.verdicts[1:]]
    assert "已经结对" in taken.says.zh or "先结束" in taken.says.zh
    assert "没有找到" in nobody.says.zh and nobody.cell == "D5"
    assert "王无名" in unknown.says.zh and unknown.cell == "G6"


def test_who_is_free_is_paired_and_a_pairing_ends_by_its_last_day(
    village: Village, tmp_path: Path
) -> None:
    pairings.undo(by=OPERATOR, pairing=village.pairing)
    head = [*ROSTER, "帮扶结束时间", "变更原因"]
    told = [
        [1, "云岫镇", "前岫村", "赵大山", 4, "县人民医院", "李建国", "", "2009.2.20", "", ""],
        ["", "云岫镇", "后岫村", "钱二河", 3, "县中医院", "周敏", "", "", "2009.3.4", "工作调动"],
        [3, "云岫镇", "前岫村", "赵大山", 4, "县人民医院", "李建国", "", "2009.2.20", "", ""],
    ]
    found = judged(book(tmp_path, "结对帮扶花名册", [head], told))
    assert sorts(found) == ["new", "changes", "unchanged"]
    assert [d.new for d in found.verdicts[0].differences] == ["李建国", "2009-02-20"]
    assert Pairing.objects.current().count() == 1
    event = accept(found)
    assert pairs() == {("李建国", "赵大山")}
    ended = Pairing.objects.current().get(helper=village.zhou)
    assert (ended.ended, ended.end_reason) == (dt.date(2009, 3, 4), "工作调动")
    again = judged(book(tmp_path, "结对帮扶花名册", [head], told))
    assert sorts(again) == ["unchanged"] * 3
    assert actions.undo(by=OPERATOR, event=event.pk) == 2
    assert pairs() == {("周敏", "钱二河")} and journal.verify().sound


def test_rows_of_one_list_refuse_one_another_and_judging_writes_nothing(
    village: Village, tmp_path: Path
) -> None:
    for pairing in Pairing.objects.current():
        pairings.undo(by=OPERATOR, pairing=pairing)
    events = Event.objects.count()
    found = roster(
        tmp_path,
        [1, "云岫镇", "前岫村", "赵大山", 4, "", "李建国", "", "2009.2.20"],
        [2, "云岫镇", "后岫村", "钱二河", 4, "", "李建国", "", "2009.2.21"],
    )
    assert sorts(found) == ["new", "refused"]
    assert Event.objects.count() == events and not Pairing.objects.current().exists()


def test_three_levels_of_headings_and_a_cell_that_means_the_same_as_above(
    village: Village, tmp_path: Path
) -> None:
    pairings.undo(by=OPERATOR, pairing=village.pairing)
    head = [
        ["序号", "结对帮扶对象", "", "", "结对帮扶单位帮扶干部", "", ""],
        ["", "对接村", "户主姓名", "家庭人数", "结对帮扶干部", "", ""],
        ["", "", "", "", "姓名", "工作单位", "结对起始时间"],
    ]
    rows = [[1, "前岫村", "赵大山", 4, "李建国", "县人民医院", "2009年2月"]]
    merged = ["A2:A4", "B2:D2", "B3:B4", "C3:C4", "D3:D4", "E2:G2", "E3:G3"]
    found = judged(book(tmp_path, "结对帮扶对象及帮扶干部一览表", head, rows, merged))
    assert found.kind == "pairing"
    assert sorts(found) in (["new"], ["doubtful"])


def test_a_list_by_unit_of_who_helps_whom_is_one_of_pairings(
    village: Village, tmp_path: Path
) -> None:
    head = ["帮扶单位", "帮扶责任人", "职务", "联系电话", "结对户（户主）", "户数", "结对时间"]
    rows = [
        ["县人民医院", "周敏", "科员", "", "赵大山", 1, "2009.3.5"],
        ["县人民医院", "周敏", "科员", "", "赵大山、钱二河", 2, "2009.3.5"],
    ]
    found = judged(book(tmp_path, "前岫村结对帮扶责任人与帮扶对象对应表", [head], rows))
    assert found.kind == "pairing"
    assert "几个姓名" in found.verdicts[1].reasons[0].says.zh


# ------------------------------------------------------------------ visits

VISITS = ["编号", "到户时间", "贫困户名称", "干部名称", "扶持内容", "存在问题"]


def visits(path: Path, *rows: Sequence[Any]) -> Judged:
    return judged(book(path, "帮扶干部到户记录表", [VISITS], rows))


def test_visits_are_recorded_once_with_the_needs_that_they_brought(
    village: Village, tmp_path: Path
) -> None:
    told = [
        [1, VISITED, "赵大山", "李建国", "送米面油", ""],
        [2, "2009-3-4", "赵大山", "李建国、周敏", "了解就业意愿", "想学泥瓦工"],
        [3, "3月4日", "钱二河", "周敏", "政策宣传", "暂无困难"],
        [4, "", "钱二河", "周敏", "政策宣传", ""],
        [5, "2099-01-01", "钱二河", "周敏", "政策宣传", ""],
    ]
    found = visits(tmp_path, *told)
    assert found.kind == "visit"
    assert sorts(found)[:2] == ["unchanged", "new"]
    assert sorts(found)[3:] == ["refused", "refused"]
    assert found.verdicts[3].reasons[0].says.zh == "没有写明哪一天"
    event = accept(found)
    made = Activity.objects.current().get(date=dt.date(2009, 3, 4), note="了解就业意愿")
    who = Participant.objects.current().filter(activity=made, part="who")
    assert {one.subject.name for one in who} == {"李建国", "周敏"}
    assert made.programme == village.programme and made.place == village.village
    assert Need.objects.current().filter(raised_at=made).count() == 1
    assert sorts(visits(tmp_path, *told))[1] == "unchanged"
    actions.undo(by=OPERATOR, event=event.pk)
    assert not Activity.objects.current().filter(pk=made.pk).exists()
    assert not Need.objects.current().filter(raised_at=made).exists()
    assert journal.verify().sound


def test_marks_are_read_by_the_legend_and_nobody_met_is_no_visit(
    village: Village, tmp_path: Path
) -> None:
    head = ["日期", "户主", "走访人", "方式", "了解情况"]
    rows = [
        ["3.2", "赵大山", "李建国", "√", "收稻谷"],
        ["3.5", "钱二河", "周敏", "○", "身体好转"],
        ["3.6", "钱二河", "周敏", "×", ""],
    ]
    titled = "前岫村2009年3月走访情况（√入户 ○电话 ×未访）"
    found = judged(book(tmp_path, titled, [head], rows))
    assert sorts(found) == ["new", "new", "doubtful"]
    modes = [one.told["mode"] for one in found.accepted().records]
    assert modes == ["home", "phone"]
    plainly = judged(book(tmp_path, "前岫村2009年3月走访情况", [head], rows))
    assert [bool(v.unread) for v in plainly.verdicts] == [True, True, False]
    assert sorts(plainly)[2] == "doubtful"


def test_what_stands_on_a_visit_of_a_list_is_said(village: Village, tmp_path: Path) -> None:
    event = accept(visits(tmp_path, [1, "2009-3-4", "赵大山", "李建国", "走访", ""]))
    made = Activity.objects.current().get(date=dt.date(2009, 3, 4))
    needs.raise_(by=OPERATOR, subject=village.zhao, on=ON, text="要补种", raised_at=made)
    with pytest.raises(Refused) as refused:
        actions.undo(by=OPERATOR, event=event.pk)
    assert refused.value.code == "stands_on_it"


def test_a_row_is_refused_where_the_account_may_not_write_it(
    village: Village, tmp_path: Path
) -> None:
    far = By(village.account("far", "clerk", place=village.far_town), "desk")
    (verdict,) = judged(
        book(tmp_path, "到户记录表", [VISITS], [[1, "2009-3-4", "赵大山", "李建国", "走访", ""]]),
        by=far,
    ).verdicts
    assert verdict.sort == "refused"
    assert "赵大山" not in str(verdict.reasons) and "没有找到" in verdict.reasons[0].says.zh


# ------------------------------------------------------------------ needs

NEEDS = ["序号", "村", "户主姓名", "问题类别", "问题描述", "提出时间", "责任单位", "完成时限",
         "办结情况", "办结时间"]  # fmt: skip


def test_needs_are_raised_given_to_a_unit_and_closed(village: Village, tmp_path: Path) -> None:
    def listed(closed: str) -> Judged:
        row = [1, "前岫村", "赵大山", "住房", "屋顶漏水", "2009.3.1", "县人民医院", "2009.4.1"]
        rows = [
            [*row, "已修缮" if closed else "", closed],
            [2, "前岫村", "赵大山", "", "", "2009.3.1", "", "", "", ""],
            [3, "前岫村", "赵大山", "天气", "井水发黄", "2009.3.2", "没有这单位", "", "", ""],
        ]
        return judged(book(tmp_path, "群众需求问题台账", [NEEDS], rows))

    found = listed("")
    assert (found.kind, sorts(found)) == ("need", ["new", "refused", "new"])
    assert [one.cell for one in found.verdicts[2].unread] == ["D5", "G5"]
    accept(found)
    made = Need.objects.current().get(due=dt.date(2009, 4, 1))
    assert (made.kind, made.organisation) == ("housing", village.hospital)
    assert made.subject == village.zhao_home and made.text == ""
    assert vault.unseal(village.zhao_home, "private_text", made.private_text) == "屋顶漏水"
    again = listed("2009-03-04")
    assert sorts(again) == ["changes", "refused", "unchanged"]
    event = accept(again)
    assert Need.objects.current().get(pk=made.pk).closed == dt.date(2009, 3, 4)
    actions.undo(by=OPERATOR, event=event.pk)
    assert Need.objects.current().get(pk=made.pk).closed is None
    assert journal.verify().sound


def test_a_day_by_which_and_a_unit_called_shortly_are_taken_as_they_are_written(
    village: Village, tmp_path: Path
) -> None:
    long = village.hospital.name
    assert len(long) > 4 and long.endswith("人民医院")
    rows = [
        [1, "前岫村", "赵大山", "住房", "屋顶漏水", "2009.3.1", long[1:], "2099-04-01", "", ""],
        [2, "前岫村", "赵大山", "饮水", "井水发黄", "2099.3.2", "医院", "2099-04-01", "", ""],
    ]
    found = judged(book(tmp_path, "群众需求问题台账", [NEEDS], rows))
    assert sorts(found) == ["new", "refused"]
    assert [one.cell for one in found.verdicts[0].unread] == []
    accept(found)
    made = Need.objects.current().get(due=dt.date(2099, 4, 1))
    assert made.organisation == village.hospital


# ------------------------------------------------------------------ taken in

TAKEN_IN = ["序号", "村", "姓名", "身份证号码", "纳入时间", "纳入理由"]


def test_who_is_taken_in_comes_from_a_list_by_the_rules_of_its_entry(
    village: Village, tmp_path: Path
) -> None:
    rows = [
        [1, "前岫村", "赵大山", "", "2009.2.6", "没有工作"],
        [2, "前岫村", "孙秀英", "", "2009.3.4", "家庭生活困难"],
        [3, "石门村", "吴远", "", "2009.3.4", "家庭生活困难"],
    ]
    file = book(tmp_path, "返乡农民工帮扶对象名单", [TAKEN_IN], rows)
    assert sorts(judged(file)) == ["doubtful"] * 3  # two entries: it is to be chosen which
    found = judged(file, word="returnees/sweep")
    assert (found.kind, sorts(found)) == ("enrolment", ["unchanged", "new", "refused"])
    assert "吴远" in found.verdicts[2].reasons[0].says.zh
    event = accept(found)
    made = Enrolment.objects.current().get(subject=village.sun)
    assert (made.name, made.began) == ("sweep", dt.date(2009, 3, 4))
    assert vault.unseal(village.sun, "grounds", made.grounds) == "家庭生活困难"
    actions.undo(by=OPERATOR, event=event.pk)
    assert not Enrolment.objects.current().filter(subject=village.sun).exists()


# ------------------------------------------------------------------ income

INCOMES = ["序号", "户主姓名", "家庭人口", "工资性收入", "转移性收入", "", "生产经营性支出"]
PARTS = ["", "", "", "", "低保金", "养老保险金", ""]


def test_income_comes_in_line_by_line_and_what_was_reckoned_follows(
    village: Village, tmp_path: Path
) -> None:
    def listed(wage: Any, title: str = "2008年度家庭收入核算表(单位:元)") -> Judged:
        rows = [[1, "赵大山", 4, wage, 1200, "", 500.5]]
        merged = ["A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:F2", "G2:G3"]
        return judged(book(tmp_path, title, [INCOMES, PARTS], rows, merged))

    found = listed("1.2万元")
    assert (found.kind, sorts(found)) == ("income", ["new"])
    first = accept(found)
    lines = {(one.kind, one.item): one.amount for one in Income.objects.current()}
    assert lines == {("wages", "工资性收入"): 1_200_000, ("transfer", "低保金"): 120_000,
                     ("cost", "生产经营性支出"): 50_050}  # fmt: skip
    one = Income.objects.current().first()
    assert one is not None and (one.since, one.date) == (dt.date(2008, 1, 1), dt.date(2008, 12, 31))
    assert sorts(listed("1.2万元")) == ["unchanged"]
    made = reckonings.make(
        by=OPERATOR, subject=village.zhao_home, since=one.since, until=one.date, on=ON
    )
    (verdict,) = listed("13000").verdicts
    assert [(d.old, d.new) for d in verdict.differences] == [("12,000.00", "13,000.00")]
    second = accept(listed("13000"))
    assert Reckoning.objects.current().get(pk=made.pk).wages == 1_300_000
    actions.undo(by=OPERATOR, event=second.pk)
    assert Reckoning.objects.current().get(pk=made.pk).wages == 1_200_000
    with pytest.raises(Refused, match="stand on"):
        actions.undo(by=OPERATOR, event=first.pk)
    assert journal.verify().sound
    before = Income.objects.current().count()
    other = accept(listed("100", "2007年度家庭收入核算表"))
    actions.undo(by=OPERATOR, event=other.pk)
    assert Income.objects.current().count() == before
    two_years = [["户主姓名", "2007年", "", "2008年", ""], ["", *["工资性收入", "转移性收入"] * 2]]
    merged = ["A2:A3", "B2:C2", "D2:E2"]
    title = "家庭收入核算表(2007-2008年)"
    found = judged(book(tmp_path, title, two_years, [["钱二河", 1, 2, 30, 40]], merged))
    assert [one.new for one in found.verdicts[0].differences] == ["30.00", "40.00"]
    assert {one.cell for one in found.left if "另一段时间" in one.says.zh} == {"B", "C"}
    (refused,) = listed("100", "家庭收入核算表").verdicts
    assert refused.sort == "refused" and "年度" in refused.reasons[0].says.zh


def test_a_year_that_is_not_over_is_refused_with_the_cell_that_names_it(
    village: Village, tmp_path: Path
) -> None:
    year = clock.today().year
    head, row = ["户主姓名", "工资性收入", "转移性收入"], ["赵大山", 100, 200]
    (titled,) = judged(book(tmp_path, f"{year}年度家庭收入核算表", [head], [row])).verdicts
    (reason,) = titled.reasons
    assert (titled.sort, reason.cell) == ("refused", "A1") and f"{year}-12-31" in reason.says.zh
    own = [*head, "收入起始日期", "收入截止日期"]
    days = [*row, f"{year}-01-01", f"{year}-12-31"]
    (dated,) = judged(book(tmp_path, "家庭收入核算表", [own], [days])).verdicts
    assert (dated.sort, dated.reasons[0].cell) == ("refused", "E3")


def test_a_visit_to_somebody_of_a_household_is_known_by_that_name(
    village: Village, tmp_path: Path
) -> None:
    """A log of visits names under 户 whoever was called on, who need not be the head."""
    on = dt.date(2009, 3, 20)
    activities.record(
        by=OPERATOR, kind="visit", on=on, place=village.village, who=[village.li],
        whom=[village.sun],
    )  # fmt: skip
    told = [[1, on, "孙秀英", "李建国", "了解近况", ""], [2, on, "孙秀英", "周敏", "了解近况", ""]]
    assert sorts(visits(tmp_path, *told)) == ["unchanged", "new"]
