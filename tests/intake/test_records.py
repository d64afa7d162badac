"""Lists of what was decided and done become records: pairings and visits as offices write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bangfu.intake.judging import judge
from bangfu.intake.under import under_of
from bangfu.intake.verdicts import Judged
from bangfu.ledger.actions import intake as actions
from bangfu.ledger.actions import journal
from bangfu.ledger.actions import pairing as pairings
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import Activity, Event, Need, Pairing, Participant
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


def judged(file: Path, *, by: By = OPERATOR, on: dt.date = ON) -> Judged:
    """The verdicts of the one table of a file."""
    ((sheet, table),) = understand(file, catalogue()).tables()
    from bangfu.intake.cells import kind_of

    under = under_of(by.user, kind_of(table), on)
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
        [3, "3月4日", "钱二河", "周敏", "政策宣传", ""],
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


def test_what_stands_on_a_visit_of_a_list_is_said(village: Village, tmp_path: Path) -> None:
    from bangfu.ledger.actions import need as needs

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
