"""Lists of who was born, died, married in or out become dated changes of households."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bangfu.intake.judging import judge
from bangfu.intake.verdicts import Judged
from bangfu.ledger.actions import enrolment as enrolments
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import intake as actions
from bangfu.ledger.actions import journal
from bangfu.ledger.actions import pairing as pairings
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.membership import members_on
from bangfu.ledger.models import Enrolment, Household, Pairing, Person, Subject
from bangfu.lists.headings import catalogue
from bangfu.tables.understand import understand
from tests.intake.lists import accept, identity, sorts
from tests.intake.test_records import book, judged
from tests.village import IDENTITY, OPERATOR, Village

pytestmark = pytest.mark.django_db

HEAD = ["序号", "村", "户主姓名", "变动人员姓名", "身份证号", "与户主关系", "增减类型", "变动原因",
        "变动时间"]  # fmt: skip
DAY = dt.date(2009, 3, 1)


def listed(path: Path, *rows: Sequence[Any], by: By = OPERATOR) -> Judged:
    return judged(book(path, "2009年一季度家庭成员增减变动台账", [HEAD], rows), by=by)


def home_of(village: Village) -> Household:
    return Household.objects.current().get(fact=village.zhao_home.fact, ended__isnull=True)


def test_who_is_born_and_who_dies_changes_the_household_from_that_day(
    village: Village, tmp_path: Path
) -> None:
    before = home_of(village).size
    rows = [
        [1, "前岫村", "赵大山", "赵小宝", identity("20090301", 17), "之子", "增加", "新生儿",
         "2009-3-1"],
        [2, "前岫村", "赵大山", "孙秀英", "", "配偶", "减少", "死亡", "2009年3月2日"],
        [3, "前岫村", "赵大山", "没有这人", "", "", "减少", "死亡", "2009-3-2"],
        [4, "前岫村", "赵大山", "孙秀英", "", "", "减少", "升天", "2009-3-2"],
        [5, "前岫村", "无此户", "王小二", "", "之子", "增加", "出生", "2009-3-2"],
    ]  # fmt: skip
    found = listed(tmp_path, *rows)
    assert found.kind == "membership"
    assert sorts(found) == ["new", "changes", "refused", "refused", "refused"]
    told = [(one.label.zh, one.old, one.new) for one in found.verdicts[1].differences]
    assert ("减少原因", "", "死亡") in told and ("日期", "", "2009-03-02") in told
    assert found.verdicts[3].reasons[0].cell == "H6"
    assert "升天" in found.verdicts[3].reasons[0].says.zh
    assert "没有找到要并入的户" in found.verdicts[4].reasons[0].says.zh
    event = accept(found)
    child = Subject.objects.current().get(name="赵小宝")
    sheet = Person.objects.current().get(fact=child.fact, ended__isnull=True)
    assert (sheet.household_id, sheet.relation, sheet.came, sheet.began) == (
        village.zhao_home.fact, "son", "born", DAY)  # fmt: skip
    assert child.place == village.village
    names = {one.name for one in members_on(village.zhao_home, dt.date(2009, 3, 3))}
    assert names == {"赵大山", "赵小宝"} and home_of(village).size == 2
    assert sorts(listed(tmp_path, *rows))[:2] == ["unchanged", "unchanged"]
    actions.undo(by=OPERATOR, event=event.pk)
    assert {one.name for one in members_on(village.zhao_home, DAY)} == {"赵大山", "孙秀英"}
    assert home_of(village).size == before and journal.verify().sound
    assert sorts(listed(tmp_path, *rows))[:2] == ["new", "changes"]


def test_a_head_dies_only_with_another_head_and_with_nothing_going_on(
    village: Village, tmp_path: Path
) -> None:
    households.update(by=OPERATOR, subject=village.zhao_home, on=DAY, head=village.zhao)
    gone = ["", "前岫村", "赵大山", "赵大山", IDENTITY, "户主", "减少", "死亡", "2009-3-2"]
    (helped,) = listed(tmp_path, gone).verdicts
    assert helped.sort == "refused"
    for one in Pairing.objects.current().filter(subject=village.zhao.fact):
        pairings.undo(by=OPERATOR, pairing=one)
    for row in Enrolment.objects.current().filter(subject=village.zhao.fact):
        enrolments.take_back(by=OPERATOR, enrolment=row)
    (alone,) = listed(tmp_path, gone).verdicts
    assert alone.sort == "refused" and "户主" in alone.reasons[0].says.zh
    file = book(tmp_path, "人员变动台账", [[*HEAD, "新户主"]], [[*gone, "孙秀英"], [*gone, "某人"]])
    found = judged(file)
    assert sorts(found) == ["changes", "refused"]
    assert "某人" in found.verdicts[1].reasons[0].says.zh
    event = accept(found)
    assert home_of(village).head_id == village.sun.fact
    actions.undo(by=OPERATOR, event=event.pk)
    assert home_of(village).head_id != village.sun.fact and journal.verify().sound


def test_a_list_of_one_way_needs_no_column_of_the_way_and_a_marriage_joins_who_is_on_record(
    village: Village, tmp_path: Path
) -> None:
    head = ["村", "户主姓名", "姓名", "减少原因", "减少时间"]
    out = judged(
        book(tmp_path, "人口减少名单", [head], [["前岫村", "赵大山", "孙秀英", "婚出", "2009-3-1"]])
    )
    assert sorts(out) == ["changes"]
    accept(out)
    held = Person.objects.current().get(fact=village.sun.fact, ended__isnull=True)
    assert (held.household_id, held.gone, held.began) == (None, "married", DAY)
    head = ["村", "户主姓名", "姓名", "与户主关系", "增加原因", "增加时间"]
    row = ["后岫村", "钱家", "孙秀英", "之儿媳", "婚入", "2009-3-4"]
    file = book(tmp_path, "新增人口名单", [head], [row])
    (asked,) = judged(file).verdicts
    assert asked.sort == "doubtful"
    word, told = asked.reasons[0].choices[0]
    assert word == str(village.sun.fact) and "前岫村" in told.zh
    ((sheet, table),) = understand(file, catalogue()).tables()
    settled = judge(by=OPERATOR, sheet=sheet, table=table, on=DAY, settled={3: word}, source="名单")
    assert settled is not None and sorts(settled) == ["changes"]
    accept(settled)
    held = Person.objects.current().get(fact=village.sun.fact, ended__isnull=True)
    assert (held.household_id, held.relation, held.gone) == (
        village.qian_home.fact, "daughter_in_law", "")  # fmt: skip


def test_who_may_not_change_a_household_changes_none(village: Village, tmp_path: Path) -> None:
    far = By(village.account("far", "clerk", place=village.far_town), "desk")
    row = [1, "前岫村", "赵大山", "孙秀英", "", "", "减少", "死亡", "2009-3-1"]
    (verdict,) = listed(tmp_path, row, by=far).verdicts
    assert verdict.sort == "refused" and "没有找到" in verdict.reasons[0].says.zh


def test_the_way_and_the_day_of_a_row_are_asked_where_they_cannot_be_read(
    village: Village, tmp_path: Path
) -> None:
    found = listed(
        tmp_path,
        [1, "前岫村", "赵大山", "孙秀英", "", "", "", "其他", "2009-3-1"],
        [2, "前岫村", "赵大山", "孙秀英", "", "", "减少", "其他", "2009-13-1"],
        [3, "前岫村", "赵大山", "孙秀英", "", "", "死亡", "", ""],
        [4, "前岫村", "赵大山", "", "", "", "减少", "死亡", "2009-3-1"],
        [5, "前岫村", "赵大山", "何小妹", "", "", "增加", "婚入", "2009-3-1"],
    )
    assert sorts(found) == ["refused", "refused", "changes", "refused", "refused"]
    assert found.verdicts[1].reasons[0].cell == "I4"
    assert "关系" in found.verdicts[4].reasons[0].says.zh


def test_a_day_without_a_year_lies_in_the_time_that_the_title_names(
    village: Village, tmp_path: Path
) -> None:
    found = listed(
        tmp_path,
        [1, "前岫村", "赵大山", "孙秀英", "", "", "减少", "死亡", "2月3日"],
        [2, "前岫村", "赵大山", "孙秀英", "", "", "减少", "死亡", "11月3日"],
    )
    assert sorts(found) == ["changes", "doubtful"], "the title names the first quarter"
    told = {one.field: one.new for one in found.verdicts[0].differences}
    assert told["move.date"] == "2009-02-03"
    assert [note.cell for note in found.verdicts[0].notes] == ["I3"]
