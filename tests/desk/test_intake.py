"""A list is taken in at the desk: brought, looked at, mended, accepted, taken back."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bangfu.intake import staged
from bangfu.keeping.work import at_once, step
from bangfu.ledger import clock, staging
from bangfu.ledger.actions import activity, intake_steps
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Event, Intake, Subject, User
from bangfu.lists.intakes import list_open_to, lists_brought, lists_staged, own_list
from tests.desk.conftest import Enter
from tests.desk.story import BY, Story
from tests.intake.lists import MEMBERS, identity
from tests.intake.test_cards import drawn
from tests.tables.workbooks import workbook

FIRST, SECOND = identity("19600101", 11), identity("19620202", 22)
THIRD = identity("19890303", 33)


def rows(village: str) -> list[list[Any]]:
    """Two good rows, one with a broken number, one with a code that nobody knows."""
    return [
        ["", village, "王大", "王大", "户主", FIRST, "11033334444", "小学"],
        ["", village, "王大", "李花", "之妻", SECOND, "", "幼儿园"],
        ["", village, "王大", "王小", "之子", FIRST[:-1], "", "幼儿园"],
    ]


def bring(
    client: Client, path: Path, listed: list[list[Any]], *, head: list[str] = MEMBERS, **more: Any
) -> Any:
    """A list sent in by its form."""
    made = workbook(path / "list.xlsx", [head, *listed])
    told = {
        "file": SimpleUploadedFile("四月名单.xlsx", made.read_bytes()),
        "purpose": "春季摸底", "ground": "duty", "on": "2026-04-01", **more,
    }  # fmt: skip
    return client.post(reverse("desk:intake_bring"), told)


def only() -> Intake:
    return Intake.objects.get()


def people() -> int:
    return Subject.objects.current().filter(kind="person").count()


def brought(client: Client) -> str:
    return client.get(reverse("desk:intake_bring")).content.decode()


def page(client: Client, tab: str = "") -> str:
    address = reverse("desk:intake", args=[only().pk])
    answer = client.get(f"{address}?tab={tab}" if tab else address)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, what: str, **told: Any) -> str:
    """What is done with the list, and the page that it leads to."""
    answer = client.post(reverse(f"desk:intake_{what}", args=[only().pk]), told, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def village(story: Any) -> str:
    """The name of the village from which the list is."""
    return str(story.places["village"].name)


def test_a_list_goes_from_the_file_to_the_ledger_and_back(
    enter: Enter, tmp_path: Path, village: str
) -> None:
    client = enter("clerk")
    answer = bring(client, tmp_path, rows(village))
    assert answer.status_code == 302, answer.context["form"].errors
    assert only().counts == {"new": 2, "changes": 0, "unchanged": 0, "doubtful": 0, "refused": 1}
    before, said = people(), page(client)
    assert "接收 2 行" in said and "不予接收" in said and "幼儿园" in said
    assert "此格不收，台账不变" in page(client, "new") and "2 格认不出" in page(client, "what")
    assert people() == before
    page_of_row = {"tab": "refused", "page": "1", "same:0": "小学", "cell:F4": THIRD}
    said = send(client, "mend", **page_of_row)
    assert only().counts["new"] == 3 and "接收 3 行" in said
    assert "写入 4 条记录" in send(client, "accept")
    assert people() == before + 3
    event = Event.objects.get(verb="intake.accept")
    assert (event.purpose, event.by) == ("春季摸底", only().user)
    assert "已接收" in page(client) and "四月名单.xlsx" in brought(client)
    assert "已撤销，涉及 4 个人、户" in send(client, "undo")
    assert people() == before and only().state == "undone"


def several(path: Path, village: str, story: Story) -> SimpleUploadedFile:
    """A file with a sheet of members, one of visits, and one of sums that is no list."""
    made = openpyxl.Workbook()
    made.active.title = "成员"
    for row in (MEMBERS, *rows(village)[:1]):
        made.active.append(row)
    visits = made.create_sheet("走访")
    visits.append(["走访时间", "户主姓名", "走访人", "走访内容"])
    head = Subject.objects.current().get(pk=story.who["old_zhang"].pk)
    visits.append(["2026-04-01", head.name, story.who["zhang"].name, "了解情况"])
    visits.append(["", head.name, story.who["zhang"].name, "没写日期"])
    sums = made.create_sheet("汇总")
    for row in (["乡镇", "户数", "人数", "脱贫户数"], ["甲镇", 1, 2, 3], ["乙镇", 4, 5, 6]):
        sums.append(row)
    file = path / "several.xlsx"
    made.save(file)
    return SimpleUploadedFile("几张表.xlsx", file.read_bytes())


def test_every_table_of_a_file_is_judged_and_accepted_by_itself_or_with_the_others(
    enter: Enter, story: Story, tmp_path: Path, village: str
) -> None:
    client = enter("clerk")
    told = {"file": several(tmp_path, village, story), "purpose": "春季摸底", "ground": "duty",
            "on": "2026-04-01"}  # fmt: skip
    said = client.post(reverse("desk:intake_bring"), told, follow=True).content.decode()
    whole, beside = Intake.objects.order_by("whole_id")[:2]
    whole, beside = (whole, beside) if whole.whole_id is None else (beside, whole)
    kinds = {one.kind: one.counts for one in (whole, beside)}
    assert lists_staged(User.objects.get(pk=whole.user_id)) == [whole], "one line for a file"
    assert set(kinds) == {"person", "visit"} and Intake.objects.count() == 2
    assert (kinds["visit"]["new"], kinds["visit"]["refused"]) == (1, 1)
    assert "这个文件里有 2 张表" in said and "成员" in said and "走访" in said
    assert "汇总" not in said and "接收 2 行" in said
    visit = whole if whole.kind == "visit" else beside
    what = client.get(reverse("desk:intake", args=[visit.pk]) + "?tab=what").content.decode()
    assert "2026-04-01" in what and "帮扶责任人" in what
    before = people()
    address = reverse("desk:intake_accept_all", args=[beside.pk])
    assert "写入" in client.post(address, follow=True).content.decode()
    assert people() == before + 1
    assert set(Intake.objects.values_list("state", flat=True)) == {"accepted"}
    client.post(reverse("desk:intake_undo", args=[visit.pk]))
    assert set(Intake.objects.values_list("state", flat=True)) == {"accepted", "undone"}
    assert people() == before + 1


def test_a_list_that_was_accepted_changes_nothing_again(
    enter: Enter, tmp_path: Path, village: str
) -> None:
    client = enter("clerk")
    bring(client, tmp_path, rows(village)[:1])
    send(client, "accept")
    bring(client, tmp_path, rows(village)[:1])
    again = Intake.objects.order_by("brought_at").last()
    assert again is not None and again.counts["unchanged"] == 1 and again.counts["new"] == 0
    said = client.get(reverse("desk:intake", args=[again.pk])).content.decode()
    assert reverse("desk:intake_accept", args=[again.pk]) not in said


def test_what_stands_on_a_list_is_said_when_it_is_not_taken_back(
    enter: Enter, story: Story, tmp_path: Path, village: str
) -> None:
    client = enter("clerk")
    bring(client, tmp_path, rows(village)[:1])
    send(client, "accept")
    head = Subject.objects.current().get(kind="person", name="王大")
    activity.record(by=BY, kind="visit", mode="home", on=clock.today(), people=1,
                    programme=story.begun(), place=story.places["village"],
                    who=[story.who["zhang"]], whom=[head])  # fmt: skip
    said = send(client, "undo")
    assert "1条后来的记录" in said and only().state == "accepted"


def test_a_column_is_put_right_and_remembered(enter: Enter, tmp_path: Path, village: str) -> None:
    client = enter("clerk")
    listed = [[*row[:7], "外省某县"] for row in rows(village)[:2]]
    bring(client, tmp_path, listed, head=[*MEMBERS[:7], "去哪儿了"])
    said = page(client, "what")
    assert "去哪儿了" in said and "means:H" in said and FIRST not in said
    send(client, "teach", **{"means:H": "person.work_region"})
    assert only().counts["new"] == 2
    assert "这种表以前就是这样认的" in page(client, "what")
    send(client, "discard")
    bring(client, tmp_path, listed, head=[*MEMBERS[:7], "去哪儿了"])
    again = Intake.objects.get(state="judged")
    (column,) = [c for c in staging.part_of(again, "book")["columns"] if c["letter"] == "H"]
    assert column["target"] == "person.work_region"


def test_a_column_that_nobody_may_ask_for_is_refused_and_not_to_be_chosen(
    enter: Enter, tmp_path: Path, village: str
) -> None:
    client = enter("clerk")
    head = [*MEMBERS[:7], "宗教信仰"]
    bring(client, tmp_path, [[*row[:7], "无"] for row in rows(village)[:2]], head=head)
    said = page(client, "what")
    assert "不收集" in said or "不接收" in said
    assert "means:H" not in said
    (column,) = [c for c in staging.part_of(only(), "book")["columns"] if c["letter"] == "H"]
    intake_steps.teach(
        by=By(only().user, "desk"), intake=only(),
        told={column["layouts"][0]: {column["key"]: "person.work_region"}},
    )  # fmt: skip
    assert at_once(only())
    assert only().counts["new"] == 2
    (column,) = [c for c in staging.part_of(only(), "book")["columns"] if c["letter"] == "H"]
    assert column["refused"] and not column["target"]


def test_a_row_is_left_out_and_taken_again(enter: Enter, tmp_path: Path, village: str) -> None:
    client = enter("clerk")
    bring(client, tmp_path, rows(village)[:2])
    send(client, "mend", tab="new", page="1", **{"leave:3": "1"})
    assert (only().counts["left"], only().counts["new"]) == (1, 1)
    send(client, "mend", tab="left", page="1", **{"leave:3": "1"})
    assert "left" not in only().counts


def test_nobody_else_sees_a_list(enter: Enter, tmp_path: Path, village: str) -> None:
    bring(enter("clerk"), tmp_path, rows(village))
    address = reverse("desk:intake", args=[only().pk])
    for who in ("inspector", "helper", "outsider"):
        assert enter(who).get(address).status_code == 404, who
        for what in ("mend", "accept", "discard", "undo", "stop", "teach"):
            there = reverse(f"desk:intake_{what}", args=[only().pk])
            assert enter(who).post(there).status_code == 404, (who, what)
    assert only().state == "judged"


def test_what_cannot_be_read_says_so_by_its_name(enter: Enter) -> None:
    client = enter("clerk")
    told = {"file": SimpleUploadedFile("坏的.xlsx", b"PK\x03\x04 nothing"), "purpose": "摸底",
            "ground": "duty", "on": "2026-04-01"}  # fmt: skip
    said = client.post(reverse("desk:intake_bring"), told, follow=True).content.decode()
    assert "坏的.xlsx" in said and only().state == "failed"
    send(client, "discard")
    assert only().state == "discarded"


def test_a_form_that_lacks_something_says_so(enter: Enter, tmp_path: Path, village: str) -> None:
    answer = bring(enter("clerk"), tmp_path, rows(village), purpose="")
    assert answer.status_code == 422 and "请重新选择文件" in answer.content.decode()
    assert not Intake.objects.exists()


def _workbook(client: Client) -> Any:
    answer = client.get(reverse("desk:intake_workbook", args=[only().pk]))
    assert answer.status_code == 200 and answer["Cache-Control"] == "private, no-store"
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def test_a_list_is_mended_in_a_workbook_that_takes_its_place(
    enter: Enter, tmp_path: Path, village: str
) -> None:
    client = enter("clerk")
    listed = [*rows(village), ["", village, "赵五", "赵五", "户主", "99000****1234", "", "小学"]]
    bring(client, tmp_path, listed)
    assert (only().counts["refused"], only().counts["doubtful"]) == (1, 1)
    send(client, "mend", tab="doubtful", page="1", **{"settle:5": "as_is"})
    assert only().counts["doubtful"] == 0
    book = _workbook(client)
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == MEMBERS
    assert "18位" in sheet["F4"].comment.text and sheet["F4"].fill.fgColor.rgb == "FFF8C9C4"
    assert sheet["F2"].comment is None and sheet["F2"].value == FIRST
    sheet["F4"], sheet["H3"], sheet["H4"] = THIRD, "小学", "小学"
    out = io.BytesIO()
    book.save(out)
    told = {"file": SimpleUploadedFile("改好了.xlsx", out.getvalue()), "purpose": "春季摸底",
            "ground": "duty", "on": "2026-04-01"}  # fmt: skip
    before = only().pieces
    assert client.post(reverse("desk:intake_bring"), told).status_code == 302
    assert (only().counts["new"], only().counts["doubtful"], only().name) == (4, 0, "四月名单.xlsx")
    assert only().pieces != before


def test_a_workbook_of_somebody_else_is_a_list_of_its_own(
    enter: Enter, tmp_path: Path, village: str
) -> None:
    clerk = enter("clerk")
    bring(clerk, tmp_path, rows(village))
    out = io.BytesIO()
    _workbook(clerk).save(out)
    told = {"file": SimpleUploadedFile("别人的.xlsx", out.getvalue()), "purpose": "春季摸底",
            "ground": "duty", "on": "2026-04-01"}  # fmt: skip
    assert enter("outsider").post(reverse("desk:intake_bring"), told).status_code == 302
    assert Intake.objects.count() == 2
    mine = Intake.objects.earliest("brought_at")
    address = reverse("desk:intake_workbook", args=[mine.pk])
    assert enter("inspector").get(address).status_code == 404


def test_who_looks_as_the_clerk_sees_no_list(
    enter: Enter, story: Story, tmp_path: Path, village: str
) -> None:
    bring(enter("clerk"), tmp_path, rows(village))
    clerk = User.objects.get(pk=story.users["clerk"].pk)
    assert own_list(clerk, only().pk) and list_open_to(clerk, only().pk) and lists_staged(clerk)
    clerk.seen_by = story.users["inspector"]
    assert not own_list(clerk, only().pk) and not list_open_to(clerk, only().pk)
    assert not lists_staged(clerk) and not lists_brought(clerk).exists()


def test_a_large_list_is_left_to_the_worker_and_its_page_says_how_far_it_is(
    enter: Enter, tmp_path: Path, village: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staged, "_SMALL", 10)
    client = enter("clerk")
    bring(client, tmp_path, rows(village)[:1])
    assert only().state == "waiting" and "hx-get" in page(client)
    address = reverse("desk:intake", args=[only().pk])
    part = client.get(address, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode() and "HX-Refresh" not in part.headers
    assert step("here:1")
    assert client.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    send(client, "accept")
    assert only().state == "judged" and "正在写入" not in page(client, "new")
    assert step("here:1") and only().state == "accepted"


def test_cards_are_shown_cell_by_cell_and_mended_where_they_stood(
    enter: Enter, tmp_path: Path, village: str
) -> None:
    client = enter("clerk")
    made = openpyxl.Workbook()
    members = [[1, "王大", "男", "", "户主", "小学", "健康", ""]]
    drawn(made.active, "王大", FIRST, village, members)
    made.active.title = "王大"
    others = [[1, "李二", "男", "", "户主", "", "", ""], [2, "赵三", "女", "", "配偶", "", "", ""]]
    drawn(made.create_sheet("李二"), "李二", THIRD[:-1], village, others, water="好")
    made.save(tmp_path / "cards.xlsx")
    file = SimpleUploadedFile("登记卡.xlsx", (tmp_path / "cards.xlsx").read_bytes())
    told = {"file": file, "purpose": "春季摸底", "ground": "duty", "on": "2026-04-01"}
    assert client.post(reverse("desk:intake_bring"), told).status_code == 302
    assert only().counts["new"] == 1
    what = page(client, "what")
    assert "2张卡片" in what and "户主姓名" in what and "与户主关系" in what
    new = page(client, "new")
    assert "王大!2" in new and "住房面积" in new and "●●●" in new and FIRST not in new
    refused = page(client, "refused")
    assert "李二!F2" in refused and "身份证号码" in refused and "李二!D4" in refused
    (row,) = staging.part_of(only(), "refused")
    cells = {reason["at"]: reason["cell"] for reason in (*row["reasons"], *row["unread"])}
    told = {f"cell:{cells['李二!F2']}": THIRD, f"cell:{cells['李二!D4']}": "达标"}
    send(client, "mend", tab="refused", page="1", **told)
    assert only().counts == {"new": 3, "changes": 0, "unchanged": 0, "doubtful": 0, "refused": 0}
    before = people()
    assert "写入 5 条记录" in send(client, "accept")
    assert people() == before + 3


def test_where_it_must_be_said_first_under_what_all_rows_are_written_the_page_begins_there(
    enter: Enter, tmp_path: Path, village: str
) -> None:
    client = enter("clerk")
    listed = [
        ["到账日期", "单位", "金额(元)", "凭证号"],
        ["2026-03-02", "县人民医院", "2000", "记-11"],
        ["2026-03-03", "县中医院", "3000", "记-12"],
    ]
    bring(client, tmp_path, listed, head=["帮扶资金到账台账"])
    book = client.get(reverse("desk:intake", args=[only().pk])).context
    assert only().counts["doubtful"] and not only().counts["new"]
    assert (book["tab"], book["book"]["under"]) == ("what", "")
    assert book["asks_under"]
