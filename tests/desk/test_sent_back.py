"""A list is downloaded to be edited and sent back: only what really changed is taken in."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bangfu.intake.answers import PROJECT
from bangfu.ledger import staging
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import project as projects
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Household, Intake, Project, Subject
from tests.desk.conftest import Enter
from tests.desk.story import Story

COLUMNS = "name,sex,birth,education,place,relation,identity,phone,work_region"
Edit = Callable[[Any], None]


def given_out(client: Client, kind: str, words: str = "") -> bytes:
    """The workbook of a list, to be sent back."""
    address = reverse("desk:list_download", args=[kind]) + words
    answer: Any = client.post(address, {"purpose": "核对后修改", "kept": "on"})
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def edited(content: bytes, edit: Edit) -> bytes:
    """The same workbook as somebody changed and saved it."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    edit(book["名单"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sent_back(client: Client, content: bytes) -> Intake:
    """The list as it was judged when it came back."""
    told = {"file": SimpleUploadedFile("人员.xlsx", content), "purpose": "核对后修改",
            "ground": "duty", "on": "2026-09-01"}  # fmt: skip
    answer = client.post(reverse("desk:intake_bring"), told)
    assert answer.status_code == 302
    intake = Intake.objects.order_by("brought_at", "pk").last()
    assert intake is not None and intake.state == "judged", intake and intake.trouble
    return intake


def cell_of(sheet: Any, name: str, heading: str, named: str = "姓名") -> Any:
    """The cell of somebody under a heading."""
    head = next(row for row in sheet.iter_rows() if named in [c.value for c in row])
    place = next(c.column for c in head if c.value == heading)
    row = next(r for r in sheet.iter_rows(min_row=head[0].row + 1) if r[0].value == name)
    return sheet.cell(row[0].row, place)


@pytest.mark.parametrize(("kind", "words"), [
    ("person", ""), ("person", f"?columns={COLUMNS}"), ("household", ""),
    ("household", "?columns=size,kind,group,head"),
])  # fmt: skip
def test_sent_back_at_once_every_row_is_unchanged(
    story: Story, enter: Enter, kind: str, words: str
) -> None:
    client = enter("clerk")
    intake = sent_back(client, given_out(client, kind, words))
    total = Subject.objects.current().filter(kind=kind, ended__isnull=True).count()
    assert intake.kind == kind
    shown = staging.part_of(intake, "refused")
    assert {sort: n for sort, n in intake.counts.items() if n} == {"unchanged": total}, shown


def test_only_what_was_edited_comes_back(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    name = story.who["old_zhang"].name

    def edit(sheet: Any) -> None:
        cell_of(sheet, name, "务工所在地（本人自述，到县）").value = "外县"
        last = sheet.max_row
        sheet.move_range(f"A{last}:K{last}", rows=3)

    content = edited(given_out(client, "person", f"?columns={COLUMNS}"), edit)
    intake = sent_back(client, content)
    assert (intake.counts["changes"], intake.counts["refused"], intake.counts["doubtful"]) == (
        1, 0, 0,
    )  # fmt: skip
    (row,) = staging.part_of(intake, "changes")
    (change,) = row["differences"]
    assert (row["name"], change["new"]) == (name, "外县")
    client.post(reverse("desk:intake_accept", args=[intake.pk]))
    assert persons.sheet_on(story.who["old_zhang"]).work_region == "外县"
    again = sent_back(client, content)
    assert again.counts["changes"] == 0


def test_of_projects_what_they_are_and_how_far_comes_back(story: Story, enter: Enter) -> None:
    by, on = By(None, "test"), dt.date(2026, 2, 1)
    told = {"kind": "construction", "place": story.places["village"], "estimate": 1_234_500,
            "owner": story.who["hospital"], "due": dt.date(2027, 1, 1)}  # fmt: skip
    well, road = (projects.register(by=by, on=on, title=title, **told) for title in ("井", "路"))
    projects.enter_state(by=by, project=well, state="approved", on=on + dt.timedelta(days=9))
    content = given_out(enter("clerk"), "project", f"?columns={','.join(PROJECT)}")
    assert sent_back(enter("clerk"), content).counts["unchanged"] == 2

    def edit(sheet: Any) -> None:
        cell_of(sheet, "井", "概算投资（元）", "项目名称").value = 20_000
        cell_of(sheet, "井", "实际开工日期", "项目名称").value = dt.date(2026, 3, 1)
        cell_of(sheet, "路", "项目阶段", "项目名称").value = "已终止"

    intake = sent_back(enter("clerk"), edited(content, edit))
    shown = [staging.part_of(intake, sort) for sort in ("refused", "doubtful")]
    assert intake.counts["changes"] == 2, shown
    enter("clerk").post(reverse("desk:intake_accept", args=[intake.pk]))
    assert Project.objects.current().get(fact=well.fact).estimate == 2_000_000
    assert [one.state for one in projects.states_of(well)] == ["stored", "approved", "building"]
    last = projects.states_of(road)[-1]
    assert (last.state, last.began) == ("dropped", dt.date(2026, 9, 1))


def test_a_name_is_not_changed_by_a_list_and_a_number_never(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    name = story.who["old_zhang"].name

    def edit(sheet: Any) -> None:
        cell_of(sheet, name, "联系电话").value = "11099998888"
        cell_of(sheet, name, "姓名").value = "张改名"

    intake = sent_back(client, edited(given_out(client, "person", f"?columns={COLUMNS}"), edit))
    assert (intake.counts["doubtful"], intake.counts["changes"]) == (1, 0)


def test_a_mark_that_was_made_up_or_is_out_of_reach_opens_nothing(
    story: Story, enter: Enter
) -> None:
    content = given_out(enter("clerk"), "person", f"?columns={COLUMNS}")
    intake = sent_back(enter("outsider"), content)
    mine = Subject.objects.current().filter(kind="person", place=story.places["far_village"])
    assert intake.counts["unchanged"] == mine.count()
    assert intake.counts["changes"] == intake.counts["new"] == 0
    shown = str([staging.part_of(intake, sort) for sort in ("refused", "doubtful")])
    assert "看不到" in shown or "看到的范围" in shown

    def forge(sheet: Any) -> None:
        for row in sheet.iter_rows(min_row=7):
            if row[-1].value:
                row[-1].value = f"{story.who['far_man'].fact.hex}.{'0' * 16}"

    forged = sent_back(enter("clerk"), edited(content, forge))
    parts = [staging.part_of(forged, sort) for sort in forged.counts]
    assert forged.counts["changes"] == 0 and "登记的姓名" not in str(parts)


def test_who_takes_no_lists_in_is_not_offered_it(story: Story, enter: Enter) -> None:
    address = reverse("desk:list_download", args=["household"])
    assert "下载后要修改再传回" in enter("clerk").get(address).content.decode()
    assert "下载后要修改再传回" not in enter("inspector").get(address).content.decode()
    assert (
        "下载后要修改再传回" not in enter("clerk").get(f"{address}?on=2026-03-01").content.decode()
    )


def test_drop_downs_and_locks_stand_in_the_workbook(story: Story, enter: Enter) -> None:
    content = given_out(enter("clerk"), "household", "?columns=size,kind")
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet, own = book["名单"], book["_bangfu"]
    assert own.sheet_state == "veryHidden" and sheet.protection.sheet
    (rule,) = sheet.data_validations.dataValidation
    assert rule.formula1 == "_bangfu!$C$3:$C$6" and "脱贫户" in [c.value for c in own["C"]]
    row = sheet.max_row
    locked = [sheet.cell(row, n).protection.locked for n in (1, 2, 3, 4)]
    assert locked == [True, False, False, True]
    assert sheet.column_dimensions["D"].hidden
    assert Household.objects.current().exists()
