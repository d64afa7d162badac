"""Lists of households that part or go into one another become splits and merges on their day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.intake.verdicts import Judged
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import intake as actions
from bangfu.ledger.actions import journal
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.membership import members_on
from bangfu.ledger.models import Household, Person, Subject
from tests.intake.lists import accept, identity, sorts
from tests.intake.test_records import book, judged
from tests.village import OPERATOR, SWEPT, Village

pytestmark = pytest.mark.django_db
SPLIT = ["序号", "村名", "原户主", "原户主身份证号", "分户后户主", "分出人员", "分户时间", "备注"]
MERGE = ["序号", "村", "被并户户主", "并入户户主", "并户时间"]
DAY = dt.date(2009, 3, 2)
NUMBER = identity("19600101", 13)


@pytest.fixture
def home(village: Village) -> Subject:
    """A household of four, called by its head, who bears a name that is none of the others'."""
    made = households.register(
        by=OPERATOR, name="何大", place=village.village, on=SWEPT, source="入户", size=4
    )
    told = {"by": OPERATOR, "place": village.village, "on": SWEPT, "source": "入户",
            "household": made}  # fmt: skip
    head = persons.register(name="何大", relation="head", identity=NUMBER, **told)
    for name, relation in (("何小", "son"), ("刘芳", "daughter_in_law"), ("何苗", "grandson")):
        persons.register(name=name, relation=relation, **told)
    households.update(by=OPERATOR, subject=made, on=SWEPT, head=head)
    return made


def parted(path: Path, *rows: Sequence[Any], by: By = OPERATOR) -> Judged:
    return judged(book(path, "2009年分户情况登记表", [SPLIT], rows), by=by)


def joined(path: Path, *rows: Sequence[Any]) -> Judged:
    return judged(book(path, "并户名单", [MERGE], rows))


def named(subject: Subject) -> set[str]:
    return {one.name for one in members_on(subject, DAY)}


ROW = [1, "前岫村", "何大", "", "何小", "何小、刘芳\n何苗", "2009.3.2", "子女成家"]


def test_a_household_parts_and_is_one_again(
    home: Subject, village: Village, tmp_path: Path
) -> None:
    found = parted(tmp_path, ROW)
    assert (found.kind, sorts(found)) == ("membership", ["changes"])
    told = [(one.label.zh, one.old, one.new) for one in found.verdicts[0].differences]
    assert told[0][1:] == ("何大", "何小（3人）") and told[1] == ("日期", "", "2009-03-02")
    assert [one.cell for one in found.left] == ["H"]
    event = accept(found)
    made = Subject.objects.current().get(kind="household", name="何小")
    sheet = Household.objects.current().get(fact=made.fact)
    assert (sheet.size, sheet.began, made.place) == (3, DAY, village.village)
    assert (named(home), named(made)) == ({"何大"}, {"何小", "刘芳", "何苗"})
    assert Person.objects.current().get(fact=sheet.head_id, ended__isnull=True).relation == "head"
    assert sorts(parted(tmp_path, ROW)) == ["unchanged"]
    actions.undo(by=OPERATOR, event=event.pk)
    assert named(home) == {"何大", "何小", "刘芳", "何苗"} and journal.verify().sound
    assert sorts(parted(tmp_path, ROW)) == ["changes"]


@pytest.mark.parametrize(("cells", "sort", "cell", "reason"), [
    ({"分出人员": "何小、王五"}, "refused", "F3", "王五"),
    ({"分出人员": ""}, "refused", "F3", "没有写明分出哪些人"),
    ({"分户后户主": ""}, "refused", "E3", "没有写明分户后的户主"),
    ({"原户主": "无此户"}, "refused", "C3", "没有找到"),
    ({"分户时间": "2009.3"}, "doubtful", "G3", "只有年月"),
    ({"分出人员": "何小、刘芳、何苗、何大"}, "refused", "3", ""),
    ({"分户后户主": "何大", "分出人员": "何大、刘芳"}, "refused", "3", ""),
    ({"原户主": "写错的人", "原户主身份证号": NUMBER}, "changes", "", ""),
])  # fmt: skip
def test_what_is_wrong_with_a_row_is_said_at_its_cell(
    home: Subject, tmp_path: Path, cells: dict[str, str], sort: str, cell: str, reason: str
) -> None:
    row = [cells.get(head, value) for head, value in zip(SPLIT, ROW, strict=True)]
    (verdict,) = parted(tmp_path, row).verdicts
    assert verdict.sort == sort, [one.says.zh for one in verdict.reasons]
    assert [one.cell for one in verdict.reasons] == ([cell] if cell else [])
    assert all(reason in one.says.zh for one in verdict.reasons)


def test_a_household_goes_into_another_and_back(
    home: Subject, village: Village, tmp_path: Path
) -> None:
    rows = [[1, "前岫村", "何大", "赵家", "2009-3-2"], [2, "前岫村", "何大", "无此户", "2009-3-2"]]
    found = joined(tmp_path, *rows)
    assert (found.kind, sorts(found)) == ("membership", ["changes", "refused"])
    assert found.verdicts[1].reasons[0].cell == "D4"
    event = accept(found)
    assert named(village.zhao_home) > {"何大", "何小", "刘芳", "何苗"}
    assert Subject.objects.current().get(fact=home.fact).ended == DAY - dt.timedelta(days=1)
    assert sorts(joined(tmp_path, *rows)) == ["unchanged", "refused"]
    actions.undo(by=OPERATOR, event=event.pk)
    assert named(home) == {"何大", "何小", "刘芳", "何苗"} and journal.verify().sound


def test_questions_do_not_grow_with_the_rows_and_nobody_parts_what_lies_elsewhere(
    home: Subject, village: Village, tmp_path: Path
) -> None:
    def asked(*rows: Sequence[Any]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            parted(tmp_path, *rows)
        return len(queries)

    wrong = [2, "前岫村", "何大", "", "何小", "何小、王五", "2009.3.2", ""]
    assert asked(ROW, wrong) == asked(ROW, *[wrong] * 20)
    far = By(village.account("far", "clerk", place=village.far_town), "desk")
    assert sorts(parted(tmp_path, ROW, by=far)) == ["refused"]


EACH = ["村", "原户主", "分户后户主", "姓名", "与户主关系", "分户时间"]
LEAVING = [
    ["前岫村", "何大", "何小", "何小", "户主", "2009.3.2"],
    ["前岫村", "何大", "何小", "刘芳", "妻", "2009.3.2"],
    ["前岫村", "何大", "何小", "何苗", "之子", "2009.3.2"],
]


def each(path: Path, *rows: Sequence[Any]) -> Judged:
    return judged(book(path, "前岫村2009年分户登记表", [EACH], rows))


def test_a_household_parts_by_a_list_with_a_row_for_each_who_leaves(
    home: Subject, village: Village, tmp_path: Path
) -> None:
    found = each(tmp_path, *LEAVING)
    assert (found.kind, sorts(found)) == ("membership", ["changes"] * 3)
    assert [len(verdict.records) for verdict in found.verdicts] == [1, 0, 0]
    assert "第3行" in found.verdicts[2].notes[-1].says.zh
    event = accept(found)
    made = Subject.objects.current().get(kind="household", name="何小")
    assert (named(home), named(made)) == ({"何大"}, {"何小", "刘芳", "何苗"})
    sheets = Person.objects.current().filter(fact__in=members_on(made, DAY), ended__isnull=True)
    assert {one.relation for one in sheets} == {"head", "spouse", "son"}
    assert sorts(each(tmp_path, *LEAVING)) == ["unchanged"] * 3
    actions.undo(by=OPERATOR, event=event.pk)
    assert named(home) == {"何大", "何小", "刘芳", "何苗"} and journal.verify().sound


def test_those_who_leave_together_stand_or_fall_together(
    home: Subject, village: Village, tmp_path: Path
) -> None:
    wrong = [*LEAVING[:2], ["前岫村", "何大", "何小", "王五", "之子", "2009.3.2"]]
    assert sorts(each(tmp_path, *wrong)) == ["refused"] * 3
    whole = [["前岫村", "何大", "何小", name, "", "2009.3.2"] for name in ("何小", "何大")]
    assert sorts(each(tmp_path, *whole)) == ["refused"] * 2


HEADS = ["村", "原户主", "新户主", "变更时间", "变更原因"]


def headed(path: Path, *rows: Sequence[Any]) -> Judged:
    return judged(book(path, "前岫村户主变更登记表", [HEADS], rows))


def test_another_member_is_the_head_from_a_day_on(
    home: Subject, village: Village, tmp_path: Path
) -> None:
    rows = [
        ["前岫村", "何大", "何小", "2009.3.2", "年老"],
        ["前岫村", "何大", "王五", "2009.3.2", ""],
        ["前岫村", "何大", "", "2009.3.2", ""],
    ]
    found = headed(tmp_path, *rows)
    assert (found.kind, sorts(found)) == ("membership", ["changes", "refused", "refused"])
    told = [(one.label.zh, one.old, one.new) for one in found.verdicts[0].differences]
    assert told == [("户主本人", "何大", "何小"), ("日期", "", "2009-03-02")]
    assert [v.reasons[0].cell for v in found.verdicts[1:]] == ["C4", "C5"]
    event = accept(found)
    assert Subject.objects.current().get(fact=home.fact, ended__isnull=True).name == "何小"
    assert sorts(headed(tmp_path, rows[0])) == ["unchanged"]
    actions.undo(by=OPERATOR, event=event.pk)
    assert Subject.objects.current().get(fact=home.fact, ended__isnull=True).name == "何大"
    assert journal.verify().sound
    assert sorts(headed(tmp_path, rows[0])) == ["changes"]
