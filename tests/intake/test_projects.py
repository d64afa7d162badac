"""Lists of a store of projects become projects and their states, and come back as they were."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bangfu.intake.verdicts import Judged
from bangfu.ledger.actions import intake as actions
from bangfu.ledger.actions import journal
from bangfu.ledger.actions import project as projects
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Project
from tests.intake.lists import accept, sorts
from tests.intake.test_records import ON, book, judged
from tests.village import OPERATOR, Village, build_well

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
HEAD = ["序号", "项目编号", "项目名称", "项目类型", "乡镇", "行政村", "责任单位", "责任人",
        "概算投资(万元)", "批复日期", "开工时间", "完工时间", "受益户数", "入库日期",
        "项目阶段"]  # fmt: skip
ROAD = [1, "XM-9", "前岫村产业路", "产业发展", "云岫镇", "前岫村", "县人民医院", "李建国",
        "35.5", "2009-01-05", "2009年1月20日", "未完工", 30, "2009-01-01", "在建"]  # fmt: skip
WELL = [2, "XM-1", "前岫机井", "乡村建设行动", "云岫镇", "前岫村", "", "", "1.2", "", "", "", "",
        "", ""]  # fmt: skip


def listed(path: Path, *rows: Sequence[Any], on: dt.date = ON, by: By = OPERATOR) -> Judged:
    """The verdicts of a list of projects."""
    found = judged(book(path, "2009年度项目库台账", [HEAD], rows), by=by, on=on)
    assert found.kind == "project"
    return found


def with_(row: Sequence[Any], **cells: Any) -> list[Any]:
    """A row with some cells otherwise, by their headings."""
    return [cells.get(head.partition("(")[0], value) for head, value in zip(HEAD, row, strict=True)]


def road() -> Project:
    """The road that a list brought."""
    return Project.objects.current().get(number="XM-9")


def states(project: Project) -> list[tuple[str, dt.date]]:
    """The states of a project, each with its first day."""
    return [(one.state, one.began) for one in projects.states_of(project)]


def said(found: Judged) -> str:
    """All reasons of a list, in one text."""
    return str([one.says.zh for verdict in found.verdicts for one in verdict.reasons])


def test_a_new_project_is_entered_with_its_states_and_taken_back(
    village: Village, tmp_path: Path
) -> None:
    found = listed(tmp_path, ROAD)
    assert sorts(found) == ["new"], said(found)
    event = accept(found)
    made = road()
    assert (made.title, made.kind, made.place, made.owner, made.answerable) == (
        "前岫村产业路", "industry", village.village, village.hospital, village.li,
    )  # fmt: skip
    assert (made.estimate, made.households, made.date) == (35_500_000, 30, dt.date(2009, 1, 1))
    assert states(made) == [
        ("stored", dt.date(2009, 1, 1)), ("approved", dt.date(2009, 1, 5)),
        ("building", dt.date(2009, 1, 20)),
    ]  # fmt: skip
    again = listed(tmp_path, ROAD, with_(ROAD, 概算投资="40"))
    assert sorts(again) == ["unchanged", "doubtful"] and "第3行" in said(again)
    actions.undo(by=OPERATOR, event=event.pk)
    assert not Project.objects.current().exists() and not journal.verify().faults


def test_of_one_on_record_only_what_is_otherwise_is_written(
    village: Village, tmp_path: Path
) -> None:
    build_well(village)
    accept(listed(tmp_path, ROAD))
    assert sorts(listed(tmp_path, ROAD, WELL)) == ["unchanged", "unchanged"]
    changed = with_(
        ROAD, 项目名称="前岫村产业路", 概算投资="36", 开工时间="2009-01-22", 完工时间="2009-02-20",
        责任单位="县中医院", 项目阶段="已验收",
    )  # fmt: skip
    found = listed(tmp_path, changed, with_(WELL, 项目阶段="在建"), on=ON + DAY)
    assert sorts(found) == ["changes", "changes"], said(found)
    told = {one.field: (one.old, one.new) for one in found.verdicts[0].differences}
    assert told == {
        "project.estimate": ("355,000.00", "360,000.00"),
        "project.owner": ("县人民医院", "县中医院"),
        "project.started": ("2009-01-20", "2009-01-22"), "project.finished": ("", "2009-02-20"),
        "project.state": ("", "已验收(2009-03-06)"),
    }  # fmt: skip
    event = accept(found)
    assert states(road())[2:] == [
        ("building", dt.date(2009, 1, 22)), ("finished", dt.date(2009, 2, 20)),
        ("accepted", ON + DAY),
    ]  # fmt: skip
    assert road().estimate == 36_000_000 and road().owner == village.clinic
    well = Project.objects.current().get(number="XM-1")
    assert states(well)[-1] == ("building", ON + DAY) and well.answerable == village.zhao
    assert sorts(listed(tmp_path, changed)) == ["unchanged"]
    actions.undo(by=OPERATOR, event=event.pk)
    assert states(road())[-1] == ("building", dt.date(2009, 1, 20))
    assert road().estimate == 35_500_000 and not journal.verify().faults


@pytest.mark.parametrize(("cells", "sort", "reason"), [
    ({"批复日期": ""}, "doubtful", "“已入库”之后不能是“在建”"),
    ({"批复日期": "", "开工时间": "", "项目阶段": "已完工"}, "doubtful", "补上中间各阶段的日期"),
    ({"入库日期": ""}, "refused", "请加一列“入库日期”"),
    ({"项目类型": ""}, "refused", "没有写明项目类型"),
    ({"项目名称": ""}, "refused", "没有项目名称"),
    ({"行政村": "没有这村"}, "refused", "区划里没有这个地方"),
    ({"开工时间": "2008-12-01"}, "doubtful", "“已入库”之后不能是“在建”"),
    ({"批复日期": "2009-02-01"}, "doubtful", "“已入库”之后不能是“在建”"),
    ({"入库日期": "2009-02-01"}, "refused", "2009-02-01"),
    ({"项目编号": "XM-1"}, "doubtful", "这个编号登记的是“前岫机井”"),
    ({"项目编号": "", "项目名称": "前岫机井", "入库日期": "2008-12-01"}, "doubtful", "相同或相近"),
])  # fmt: skip
def test_what_does_not_fit_is_asked_or_refused_at_its_cell(
    village: Village, tmp_path: Path, cells: dict[str, str], sort: str, reason: str
) -> None:
    build_well(village)
    found = listed(tmp_path, with_(ROAD, **cells))
    assert sorts(found) == [sort], said(found)
    assert reason in said(found)
    assert Project.objects.current().count() == 1


def test_where_it_is_may_stand_in_one_cell_and_is_one_place(
    village: Village, tmp_path: Path
) -> None:
    head = ["项目名称", "项目类别", "实施地点", "投资规模", "受益人口"]
    rows = [
        ["一号井", "乡村建设行动", "云岫镇前岫村三组", "", "12人"],
        ["二号井", "乡村建设行动", "前岫村、后岫村", "", "12"],
        ["三号井", "乡村建设行动", "云岫镇", "", "12"],
    ]  # fmt: skip
    found = judged(book(tmp_path, "项目台账", [head], rows))
    assert sorts(found) == ["new", "refused", "new"], said(found)
    assert "几个地方" in said(found)
    accept(found)
    assert {(one.title, one.place.name, one.people, one.date) for one in
            Project.objects.current()} == {
        ("一号井", "前岫村", 12, ON), ("三号井", "云岫镇", 12, ON)}  # fmt: skip
    assert "只登记到村" in str(found.verdicts[0].notes)


def test_how_far_it_is_may_be_told_in_words_that_no_state_has(
    village: Village, tmp_path: Path
) -> None:
    build_well(village)
    head = ["项目名称", "项目编号", "实施地点", "项目进展情况"]
    told = [["前岫机井", "XM-1", "前岫村", words] for words in ("已批复", "完成八成")]
    for row, sort in zip(told, ("unchanged", "unchanged"), strict=True):
        found = judged(book(tmp_path, "项目进度表", [head], [row]), on=ON + DAY)
        assert sorts(found) == [sort], said(found)
    assert [one.cell for one in found.verdicts[0].unread] == ["D3"]
    found = judged(book(tmp_path, "项目进度表", [head], [[*told[0][:3], "在建"]]), on=ON + DAY)
    assert sorts(found) == ["changes"], said(found)
