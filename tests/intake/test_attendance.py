"""Who signed that they came becomes a training or meeting with those who came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bangfu.intake.kinds import kind_of, unlike_people
from bangfu.intake.verdicts import Judged
from bangfu.ledger.actions import intake as actions
from bangfu.ledger.actions import journal
from bangfu.ledger.models import Activity, Award, Participant, Subject
from bangfu.lists.headings import catalogue
from bangfu.tables.understand import understand
from tests.intake.lists import accept, sorts
from tests.intake.test_records import book, judged
from tests.tables.workbooks import tables_of, workbook
from tests.village import OPERATOR, Village

pytestmark = pytest.mark.django_db
LINES = (["培训时间:2009年3月2日上午", "", "", "培训地点:镇政府会议室"], ["培训内容:种植技术"])
HEAD = ["序号", "姓名", "工作单位", "签到"]
ZHAO, LI = [1, "赵大山", "前岫村", ""], [2, "李建国", "县人民医院", ""]


def sheet(path: Path, title: str, *rows: Sequence[Any], lines: Any = LINES) -> Path:
    """A list to be signed, with what it is of above the names."""
    made = openpyxl.Workbook()
    page = made.active
    for row in ([title], *lines, HEAD, *rows):
        page.append(list(row))
    page.merge_cells("A1:D1")
    made.save(path / "signed.xlsx")
    return path / "signed.xlsx"


def signed(path: Path, *rows: Sequence[Any], title: str = "云岫镇劳动力技能培训签到表") -> Judged:
    """The verdicts of such a list."""
    return judged(sheet(path, title, *rows))


def came() -> set[str]:
    """The names of those who came."""
    rows = Participant.objects.current().filter(part="attendee", activity__kind="training")
    return set(rows.values_list("subject__name", flat=True))


def test_those_who_signed_came_to_one_training(village: Village, tmp_path: Path) -> None:
    nobody, again = [3, "没有这人", "前岫村", ""], [4, "赵大山", "前岫村", ""]
    before = Subject.objects.count()
    found = signed(tmp_path, ZHAO, LI, nobody, again)
    assert found.kind == "training"
    assert sorts(found) == ["new", "new", "refused", "unchanged"], found.verdicts
    event = accept(found)
    held = Activity.objects.current().get(kind="training", event=event)
    assert (held.date, held.people) == (dt.date(2009, 3, 2), 4)
    assert held.note == "云岫镇劳动力技能培训; 种植技术; 镇政府会议室"
    assert came() == {"赵大山", "李建国"} and Subject.objects.count() == before
    assert sorts(signed(tmp_path, ZHAO, LI)) == ["unchanged", "unchanged"]
    more = signed(tmp_path, ZHAO, LI, [3, "周敏", "", ""])
    assert sorts(more) == ["unchanged", "unchanged", "changes"], more.verdicts
    actions.undo(by=OPERATOR, event=accept(more).pk)
    assert came() == {"赵大山", "李建国"}
    actions.undo(by=OPERATOR, event=event.pk)
    assert came() == set() and not journal.verify().faults


@pytest.mark.parametrize(("title", "lines", "kind"), [
    ("云岫镇驻村干部签到表", (), ""), ("云岫镇脱贫工作推进会议签到册", LINES, "meeting"),
    ("名册", (), ""),
])  # fmt: skip
def test_what_is_signed_registers_nobody(
    village: Village, tmp_path: Path, title: str, lines: Any, kind: str
) -> None:
    file = sheet(tmp_path, title, ZHAO, LI, lines=lines)
    ((_sheet, table),) = understand(file, catalogue()).tables()
    assert kind_of(table) == kind


def test_without_its_day_nothing_is_written_and_what_the_action_says_is_said_of_all(
    village: Village, tmp_path: Path
) -> None:
    found = judged(sheet(tmp_path, "技能培训签到表", ZHAO, LI, lines=()))
    assert sorts(found) == ["refused"] * 2 and "哪一天" in str(found.verdicts[1].reasons)
    ahead = (["培训时间:2999年3月2日"],)
    found = judged(sheet(tmp_path, "技能培训签到表", ZHAO, LI, lines=ahead))
    assert sorts(found) == ["refused"] * 2 and found.verdicts[1].reasons


def test_units_are_honoured_and_beside_them_people(village: Village, tmp_path: Path) -> None:
    head = ["序号", "单位", "姓名", "荣誉称号", "表彰时间"]
    rows = [
        [1, "县人民医院", "", "先进集体", "2009-02-02"],
        [2, "县人民医院", "李建国", "先进个人", "2009-02-02"],
        [3, "没有这个单位", "", "先进集体", "2009-02-02"],
    ]  # fmt: skip
    found = judged(book(tmp_path, "2009年度先进集体和先进个人表彰名单", [head], rows))
    assert found.kind == "award"
    assert sorts(found) == ["new", "new", "refused"], found.verdicts
    accept(found)
    held = {(one.subject, one.title) for one in Award.objects.current()}
    assert held == {(village.hospital, "先进集体"), (village.li, "先进个人")}
    alone = [[1, "县人民医院", "先进集体", "2009-02-02"], [2, "县中医院", "先进集体", "2009-02-02"]]
    head = ["序号", "单位名称", "荣誉称号", "表彰时间"]
    for head[1:3] in (["单位名称", "荣誉称号"], ["获奖单位", "奖项"]):
        found = judged(book(tmp_path, "2009年度先进集体表彰名单", [head], alone))
        assert sorts(found) == ["unchanged", "new"], found.verdicts


@pytest.mark.parametrize("title", ["驻村工作队2009年3月考勤表", "前岫村分户情况登记表"])
def test_who_was_at_work_or_parted_is_no_list_of_people(
    db: None, tmp_path: Path, title: str
) -> None:
    """Else whoever is named there would be registered as somebody new."""
    rows = [[title], ["姓名", "身份证号", "1", "2", "3", "10"], ["赵六", "", "√", "√", "√", "√"]]
    file = workbook(tmp_path / "t.xlsx", rows, merged=["A1:F1"], drawn="A2:F3")
    (table,) = tables_of(file)
    assert kind_of(table) == "" and unlike_people(table) is not None
