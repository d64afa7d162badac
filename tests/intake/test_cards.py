"""Cards of one household or person each, as offices fill them: taken in like lists, taken back."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from bangfu.intake import staged
from bangfu.intake.card_sheets import Cards, together
from bangfu.intake.commented import commented
from bangfu.intake.judging import judge
from bangfu.intake.verdicts import Judged
from bangfu.keeping.work import at_once
from bangfu.ledger import staging, vault
from bangfu.ledger.actions import intake as actions
from bangfu.ledger.actions import intake_steps as steps
from bangfu.ledger.actions import journal
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.upload import Brought
from bangfu.ledger.models import Assurance, Household, Intake, Person, Subject
from bangfu.lists.headings import catalogue
from bangfu.tables.understand import understand
from tests.intake.lists import accept, identity, sorts
from tests.village import IDENTITY, OPERATOR, Village

pytestmark = pytest.mark.django_db
ON = dt.date(2009, 4, 1)
NEW_HEAD = identity("19680305", 21)


def drawn(sheet: Any, head: str, number: str, address: str, members: Sequence[Sequence[Any]],
          **more: Any) -> None:  # fmt: skip
    """A card with a title, labels beside their answers, and a list of members in its midst."""
    rows = [
        ["贫困户登记卡", "", "", "", "", "", "", ""],
        ["户主姓名", head, "性别", "男", "身份证号码", number, "联系电话", ""],
        ["家庭住址", address, "", "", "家庭人口", more.get("size", len(members)), "户类型",
         more.get("kind", "脱贫户")],
        ["住房面积(平方米)", more.get("area", 85.5), "饮水是否安全", more.get("water", "达标"),
         "", "", "", ""],
        ["帮扶责任人", "李建国", "", "", "联系电话", "11000001111", "", ""],
        ["家庭成员情况", "", "", "", "", "", "", ""],
        ["序号", "姓名", "性别", "身份证号码", "与户主关系", "文化程度", "健康状况", "备注"],
        *members,
        ["", "", "", "", "", "", "", ""],
        ["其他需要说明的情况", "无", "", "", "", "", "", ""],
        ["填表人", "王主任", "", "", "审核人", "", "", ""],
    ]  # fmt: skip
    for row in rows:
        sheet.append(row)
    for area in ("A1:H1", "B3:D3", "A6:H6"):
        sheet.merge_cells(area)


def judged(file: Path) -> tuple[Judged, Cards]:
    """The verdicts of all cards of a file."""
    (sheet,) = [s for s in together(understand(file, catalogue())).sheets if s.tables]
    (table,) = sheet.tables
    assert isinstance(table, Cards)
    found = judge(by=OPERATOR, sheet=sheet, table=table, on=ON)
    assert found is not None
    return found, table


def one_card(path: Path, *told: Any, **more: Any) -> Judged:
    made = openpyxl.Workbook()
    drawn(made.active, *told, **more)
    made.save(path / "card.xlsx")
    return judged(path / "card.xlsx")[0]


MEMBERS = [
    [1, "冯水生", "男", "", "户主", "初中", "健康", ""],
    [2, "何秀兰", "女", identity("19700812", 24), "配偶", "小学", "长期慢性病", ""],
    [3, "冯小宝", "男", "", "之子", "小学二年级", "健康", ""],
]


def test_what_is_said_right_below_the_members_is_none_of_them(
    village: Village, tmp_path: Path
) -> None:
    said = ["", "帮扶措施：公益岗位、低保", "", "", "", "", "", ""]
    told = ("冯水生", NEW_HEAD, "示例县云岫镇前岫村三组", [*MEMBERS, said])
    assert sorts(one_card(tmp_path, *told, size=3)) == ["new", "new", "new"]


def test_a_card_becomes_a_household_with_its_head_members_and_verdicts(
    village: Village, tmp_path: Path
) -> None:
    told = ("冯水生", NEW_HEAD, "示例县云岫镇前岫村三组", MEMBERS)
    found = one_card(tmp_path, *told)
    assert (found.kind, sorts(found)) == ("household", ["new", "new", "new"])
    assert [one.cell for one in found.verdicts[2].unread] == ["F10"]
    assert "D5" not in {one.cell for one in found.left} and "B5" in {one.cell for one in found.left}
    told_of_head = {one.field: one.new for one in found.verdicts[0].differences}
    assert told_of_head["household.house_area"] == "85.5"
    assert told_of_head["person.identity"].startswith("****") and NEW_HEAD not in str(told_of_head)
    assert {one.new for one in found.verdicts[1].differences if one.field == "person.health"} == {
        "●●●"
    }
    event = accept(found)
    home = Subject.objects.current().get(kind="household", name="冯水生")
    sheet = Household.objects.current().get(fact=home.fact)
    assert (home.place, sheet.group, sheet.size, sheet.kind) == (
        village.village,
        "三组",
        3,
        "poor",
    )
    head = Person.objects.current().get(fact=sheet.head_id)
    assert head.education == "junior_high" and head.relation == "head"
    assert vault.unseal(head.fact, "identity", head.identity) == NEW_HEAD
    theirs = Person.objects.current().filter(household=home.fact)
    relations = {one.fact.name: one.relation for one in theirs}
    assert relations == {"冯水生": "head", "何秀兰": "spouse", "冯小宝": "son"}
    stands = Assurance.objects.current().get(subject=home.fact)
    assert (stands.kind, stands.verdict) == ("water", "met")
    assert not Subject.objects.filter(name__in=("王主任", "无", "李建国1")).exists()
    assert sorts(one_card(tmp_path, *told)) == ["unchanged"] * 3
    actions.undo(by=OPERATOR, event=event.pk)
    assert not Subject.objects.current().filter(fact=home.fact).exists()
    assert journal.verify().sound


def test_a_card_of_a_known_household_says_what_is_otherwise(
    village: Village, tmp_path: Path
) -> None:
    members = [
        [1, "赵大山", "男", IDENTITY, "户主", "初中", "", ""],
        [2, "赵小宝", "男", "", "之子", "", "", ""],
    ]
    found = one_card(tmp_path, "赵大山", IDENTITY, "云岫镇前岫村", members, size=5, area=60)
    assert sorts(found) == ["changes", "new"]
    told = {one.field: (one.old, one.new) for one in found.verdicts[0].differences}
    assert told["household.size"] == ("4", "5") and told["household.house_area"][1] == "60"
    (note,) = [one for one in found.verdicts[0].notes if "孙秀英" in one.says.zh]
    assert note.cell == "B2"
    accept(found)
    assert Household.objects.current().filter(ended=None).get(fact=village.zhao_home.fact).size == 5
    child = Subject.objects.current().get(name="赵小宝")
    assert Person.objects.current().get(fact=child.fact).household_id == village.zhao_home.fact


def test_cards_on_many_sheets_are_one_list_and_each_cell_says_its_sheet(
    village: Village, tmp_path: Path
) -> None:
    made = openpyxl.Workbook()
    drawn(made.active, "冯水生", NEW_HEAD, "云岫镇前岫村三组", MEMBERS)
    made.active.title = "冯水生"
    bad = made.create_sheet("陈木根")
    drawn(
        bad,
        "陈木根",
        NEW_HEAD[:-1] + "9",
        "云岫镇后岫村",
        [[1, "陈木根", "男", "", "户主", "", "", ""]],
    )
    blank = made.create_sheet("空白")
    drawn(blank, "", "", "", [], size="", kind="", area="", water="")
    made.save(tmp_path / "cards.xlsx")
    found, table = judged(tmp_path / "cards.xlsx")
    assert found.sheet == "3张卡片"
    assert sorts(found) == ["new", "new", "new", "refused"]
    (wrong,) = found.verdicts[3].reasons
    assert table.stood(wrong.cell) == "陈木根!F2" and table.label_at(wrong.cell) == "身份证号码"
    assert len({verdict.row for verdict in found.verdicts}) == 4


def test_a_card_and_its_list_that_differ_are_asked_and_its_household_waits(
    village: Village, tmp_path: Path
) -> None:
    members = [
        [1, "冯水生", "女", "", "户主", "", "", ""],
        [2, "何秀兰", "女", "", "配偶", "", "", ""],
    ]
    found = one_card(tmp_path, "冯水生", NEW_HEAD, "云岫镇前岫村", members)
    assert sorts(found) == ["doubtful", "doubtful"]
    assert (found.verdicts[0].reasons[0].cell, found.verdicts[0].reasons[0].says.zh) == (
        "C8", "卡片和成员表里写的不一样")  # fmt: skip
    assert "户主" in found.verdicts[1].reasons[0].says.zh


def test_a_card_in_a_word_document_of_one_person(village: Village, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("帮扶对象个人情况登记表")
    table = document.add_table(3, 4, style="Table Grid")
    told = (
        ("姓名", "何秀兰", "性别", "女"),
        ("身份证号码", identity("19700812", 24), "文化程度", "小学"),
        ("所在村", "前岫村", "健康状况", "健康"),
    )
    for number, row in enumerate(told):
        for place, text in enumerate(row):
            table.cell(number, place).text = text
    document.save(str(tmp_path / "card.docx"))
    found, _table = judged(tmp_path / "card.docx")
    assert (found.kind, sorts(found)) == ("person", ["new"])
    accept(found)
    made = Subject.objects.current().get(name="何秀兰")
    assert made.place == village.village


def test_cards_are_mended_on_their_page_or_in_the_workbook_and_accepted_as_one(
    village: Village, tmp_path: Path
) -> None:
    clerk = By(village.account("near", "clerk", place=village.county), "desk", purpose="春季摸底")
    made = openpyxl.Workbook()
    drawn(made.active, "冯水生", NEW_HEAD, "云岫镇前岫村三组", MEMBERS)
    made.active.title = "冯水生"
    wrong, right = "99000119680305021", identity("19710101", 33)
    alone = [[1, "陈木根", "男", "", "户主", "", "", ""]]
    drawn(made.create_sheet("陈木根"), "陈木根", wrong, "云岫镇后岫村", alone)
    made.save(tmp_path / "cards.xlsx")
    intake = steps.stage(
        by=clerk, brought=Brought((tmp_path / "cards.xlsx").read_bytes()), name="登记卡.xlsx",
        place=None, on=ON, ground="duty", paper="",
    )  # fmt: skip
    assert at_once(intake)
    intake = Intake.objects.get(pk=intake.pk)
    assert (intake.state, intake.counts["new"], intake.counts["refused"]) == ("judged", 3, 1)
    book = staging.part_of(intake, "book")
    assert book["cards"] and book["tables"][0]["rows"] == 2 and len(book["tables"]) == 1
    (row,) = staging.part_of(intake, "refused")
    (reason,) = row["reasons"]
    assert (row["at"], reason["at"], reason["asked"]) == ("陈木根!2", "陈木根!F2", "身份证号码")
    mended = openpyxl.load_workbook(io.BytesIO(commented(intake)))
    page = mended.worksheets[0]
    assert "18位" in page[reason["cell"]].comment.text
    page[reason["cell"]].value = right
    out = io.BytesIO()
    mended.save(out)
    intake = steps.replace(by=clerk, intake=intake, brought=Brought(out.getvalue()), mends={})
    assert at_once(intake)
    intake = Intake.objects.get(pk=intake.pk)
    assert (intake.counts["new"], intake.counts["refused"]) == (4, 0)
    assert staged.accept(intake, by=clerk) == 6
    assert Subject.objects.current().filter(kind="household", name="陈木根").exists()


def test_several_cards_on_one_sheet_beside_a_list_are_each_taken_for_what_they_are(
    village: Village, tmp_path: Path
) -> None:
    made = openpyxl.Workbook()
    drawn(made.active, "冯水生", NEW_HEAD, "云岫镇前岫村三组", MEMBERS)
    alone = [[1, "陈木根", "男", "", "户主", "", "", ""]]
    made.active.append([])
    drawn(made.active, "陈木根", identity("19710101", 33), "云岫镇后岫村", alone)
    listed = made.create_sheet("花名册")
    for row in (["序号", "行政村", "户主姓名", "家庭人口"], [1, "前岫村", "周大河", 3],
                [2, "前岫村", "吴小江", 2]):  # fmt: skip
        listed.append(row)
    made.save(tmp_path / "cards.xlsx")
    book = together(understand(tmp_path / "cards.xlsx", catalogue()))
    tables = [(sheet.name, type(table).__name__) for sheet, table in book.tables()]
    assert tables == [("Sheet", "Cards"), ("花名册", "Table")]
    (cards,) = book.sheets[0].tables
    found = judge(by=OPERATOR, sheet=book.sheets[0], table=cards, on=ON)
    assert found is not None and sorts(found) == ["new"] * 4
    assert [one.name for one in found.verdicts] == ["冯水生", "何秀兰", "冯小宝", "陈木根"]


def test_who_is_missing_on_a_card_is_named_only_to_whom_they_are_open(
    village: Village, tmp_path: Path
) -> None:
    subjects.move(by=OPERATOR, subject=village.sun, to=village.far_village, on=ON)
    near = By(village.account("near", "clerk", place=village.village), "desk")
    made = openpyxl.Workbook()
    alone = [[1, "赵大山", "男", "", "户主", "", "", ""]]
    drawn(made.active, "赵大山", IDENTITY, "云岫镇前岫村", alone)
    made.save(tmp_path / "card.xlsx")
    (sheet,) = together(understand(tmp_path / "card.xlsx", catalogue())).sheets
    said = {}
    for name, by in (("all", OPERATOR), ("near", near)):
        found = judge(by=by, sheet=sheet, table=sheet.tables[0], on=ON)
        assert found is not None
        said[name] = " ".join(note.says.zh for note in found.verdicts[0].notes)
    assert "孙秀英" in said["all"] and "孙秀英" not in said["near"]
