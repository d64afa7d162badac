"""Thirty papers more: sections of cards, how far things came, sums, and lists by their own rows."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest

from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import income as incomes
from bangfu.ledger.actions import payout as payouts
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import place as places
from bangfu.ledger.actions import post as posts
from bangfu.ledger.actions import project as projects
from bangfu.ledger.actions import reckoning as reckonings
from bangfu.ledger.moment import Moment
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.counting import SEALED
from bangfu.paper.forms.fill import fill
from bangfu.paper.forms.paid import WHICH_BENEFIT
from tests.paper.forms.test_county_papers import filled, told
from tests.paper.forms.test_strange import BLANK, asked, form
from tests.village import FOUNDED, IDENTITY, OPERATOR, VISITED, Village


def reckoned(village: Village) -> tuple[float, float]:
    """What the Zhaos earned in twelve months, and each of the two; of nobody else it is known."""
    by, home = OPERATOR, village.zhao_home
    incomes.enter(by=by, subject=home, kind="wages", item="务工", amount=2_400_000,
                  since=dt.date(2008, 1, 1), until=dt.date(2008, 12, 31),
                  evidence="工资条")  # fmt: skip
    row = reckonings.make(by=by, subject=home, on=VISITED)
    assert row.persons == 2
    return row.net / 100, row.per_head / 100


# ── cards ─────────────────────────────────────────────────────────────────────────────────────


def test_every_section_of_a_household_s_card_is_of_that_household(
    village: Village, tmp_path: Path
) -> None:
    """Also one that looks like a list, and labels with their answers in the last row."""
    net, each = reckoned(village)
    for home, grade in ((village.zhao_home, "b"), (village.qian_home, "c")):
        households.update(by=OPERATOR, subject=home, on=VISITED, source="核对", house_grade=grade)
    path = form(tmp_path, (
        ("农户信息采集卡", *["<"] * 5),
        ("户主姓名", "", "户类型", "", "联系电话", ""),
        ("收入情况（元）", *["<"] * 5),
        ("工资性收入", "经营性收入", "财产性收入", "转移性收入", "纯收入", "人均纯收入"),
        ("",) * 6,
        ("住房与饮水", *["<"] * 5),
        ("住房结构", "", "住房等级", "", "饮水来源", ""),
    ))  # fmt: skip
    request = Request(Moment(VISITED), place=village.county, subject=village.zhao_home.fact)
    sheet = openpyxl.load_workbook(io.BytesIO(fill(path, request).content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 7
    assert rows[4] == (net, 0, 0, 0, net, each)
    assert rows[6][:4] == ("住房结构", None, "住房等级", "B级")


def test_every_table_of_people_below_a_card_is_of_that_household(
    village: Village, tmp_path: Path
) -> None:
    """Who works away, who helps: nobody of another household; a roster is no part of the card."""
    for one in (village.sun, village.qian):
        persons.update(by=OPERATOR, subject=one, on=VISITED, source="核对", work_kind="away")
    paper = docx.Document()
    for title, heads, rows in (
        ("帮扶手册", ("户主姓名", "", "家庭人口", "", "户类型", "", "住房等级", ""), 2),
        ("二、外出务工情况", ("姓名", "性别", "务工地点"), 2),
        ("三、残疾人情况", ("姓名", "性别", "文化程度"), 2),
        ("四、帮扶责任人", ("姓名", "单位", "联系电话"), 2),
        ("附表 外出务工人员花名册", ("姓名", "性别", "务工地点"), 2),
    ):
        paper.add_paragraph(title)
        table = paper.add_table(rows, min(len(heads), 4), style="Table Grid")
        cells = [cell for row in table.rows for cell in row.cells][: len(heads)]
        for cell, text in zip(cells, heads, strict=True):
            cell.text = text
    paper.save(str(tmp_path / "card.docx"))
    asked = Request(Moment(VISITED), place=village.county, subject=village.zhao_home.fact)
    said = docx.Document(io.BytesIO(fill(tmp_path / "card.docx", asked).content)).tables
    listed = [[row.cells[0].text for row in table.rows[1:]] for table in said[1:]]
    assert listed == [["孙秀英"], [""], ["李建国"], ["孙秀英", "钱二河"]]


def test_the_label_at_the_side_of_a_card_s_list_is_no_heading(
    village: Village, tmp_path: Path
) -> None:
    """Not where a heading beside it is merged either: its blank rows are filled, none is added."""
    path = form(tmp_path, (
        ("低收入人口信息卡", *["<"] * 4),
        ("姓名", "", "性别", "", ""), ("户主姓名", "", "家庭人口", "", ""),
        ("走访情况", "日期", "走访人", "走访内容", "<"),
        ("^", "", "", "", ""), ("^", "", "", "", ""), ("^", "", "", "", ""),
    ))  # fmt: skip
    asked = Request(Moment(VISITED), place=village.county, subject=village.zhao.fact)
    sheet = openpyxl.load_workbook(io.BytesIO(fill(path, asked).content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 7 and rows[4][:3] == (None, dt.datetime(2009, 3, 3), "李建国")


def test_what_stands_beside_the_head_is_the_head_s_where_members_are_named_apart(
    db: None, tmp_path: Path
) -> None:
    heads = ("户主姓名", "性别", "家庭人口", "家庭成员", "<", "<")
    below = ("^", "^", "^", "姓名", "性别", "与户主关系")
    (table,) = asked(tmp_path, ("农户家庭情况登记表",), heads, below, *[("",) * 6] * 2)
    found = list(told(table).values())
    assert found[1:2] + found[3:5] == ["head:person.sex", "person.name", "person.sex"]


def test_a_number_asked_in_two_columns_is_not_taken_apart(db: None, tmp_path: Path) -> None:
    heads = ("姓名", "身份证号码", "<", "性别")
    below = ("^", "前六位", "后12位", "^")
    for first in ("前6位", below[1]):
        one = (below[0], first, *below[2:])
        (table,) = asked(tmp_path, ("人员花名册",), heads, one, *[("",) * 4] * 2)
        found = list(told(table).values())
        assert found[::3] == ["person.name", "person.sex"] and set(found[1:3]) <= {".", "-"}


def test_a_row_of_codes_below_the_headings_is_none_of_the_rows(
    village: Village, tmp_path: Path
) -> None:
    heads, codes = ("序号", "户主", "家庭人口"), ("AC00", "AB02", "AC05")
    _, rows = filled(tmp_path, village, ("农户信息录入表",), heads, codes, *[("",) * 3] * 2)
    assert rows[2] == codes and rows[3][1] == "赵大山"


def test_a_household_is_known_by_its_head_s_name_and_number(
    village: Village, tmp_path: Path
) -> None:
    """Whatever it is called; a person of that name who is not the head names none."""
    households.update(
        by=OPERATOR, subject=village.zhao_home, on=VISITED, source="核对", kind="poor"
    )
    rows = [("赵大山", "", ""), ("孙秀英", "", ""), ("", IDENTITY, ""), ("赵家", "", "")]
    heads = ("户主", "身份证号", "户类型")
    _, made = filled(tmp_path, village, ("农户信息核对表",), heads, *rows)
    assert [row[2] for row in made[2:6]] == ["脱贫户", None, "脱贫户", "脱贫户"]


def test_a_village_s_card_under_running_text_counts_all_and_lists_its_projects(
    village: Village, tmp_path: Path
) -> None:
    projects.register(by=OPERATOR, on=VISITED, title="机井", kind="construction",
                      place=village.village)  # fmt: skip
    paper = docx.Document()
    paper.add_paragraph("村情简介")
    paper.add_paragraph("全村共    户，其中脱贫户    户，监测户    户。")
    card, listed = paper.add_table(2, 4), None
    for cell, text in zip(
        [c for r in card.rows for c in r.cells],
        ("村名", "", "所属乡镇", "", "总户数", "", "总人口", ""),
        strict=True,
    ):
        cell.text = text
    paper.add_paragraph("二、项目情况")
    listed = paper.add_table(2, 3)
    for cell, text in zip(listed.rows[0].cells, ("序号", "项目名称", "建设地点"), strict=True):
        cell.text = text
    paper.save(str(tmp_path / "paper.docx"))
    done = fill(tmp_path / "paper.docx", Request(Moment(VISITED), place=village.village))
    said = docx.Document(io.BytesIO(done.content)).tables
    assert [c.text for c in said[0].rows[1].cells] == ["总户数", "1", "总人口", "2"]
    assert [c.text for c in said[1].rows[1].cells] == ["1", "机井", village.village.name]


# ── numbers ───────────────────────────────────────────────────────────────────────────────────


def test_communities_and_villages_are_told_by_their_codes_else_by_their_names(
    village: Village, tmp_path: Path
) -> None:
    for name, code in (("云岫社区", "990001101001"), ("场部", "990001101401"), ("新街社区", "")):
        places.add(by=OPERATOR, name=name, level="village", parent=village.town,
                   began=FOUNDED, code=code)  # fmt: skip
    heads = ("乡镇", "村（社区）数", "行政村数", "社区数", "总户数")
    _, rows = filled(tmp_path, village, ("乡镇基本情况表",), heads, *[BLANK] * 3)
    assert next(row for row in rows if row[0] == village.town.name)[1:4] == (5, 2, 3)


def test_how_things_stand_in_a_month_that_goes_on_is_told_of_today(
    village: Village, tmp_path: Path
) -> None:
    shape = (("工作月报表",), ("2009年3月",), ("指标名称", "计量单位", "本期数", "上期数"),
             ("农户总数", "户", "", ""), ("监测户数", "户", "", ""),
             ("风险未消除户数", "户", "", ""))  # fmt: skip
    households.update(by=OPERATOR, subject=village.zhao_home, on=VISITED, source="核对",
                      kind="monitored", monitored_as="edge")  # fmt: skip
    table, rows = filled(tmp_path, village, *shape)
    assert [row[2] for row in rows[3:]] == [2, 1, 1]
    assert rows[3][3] == 2
    households.update(by=OPERATOR, subject=village.zhao_home, on=VISITED, source="核对",
                      monitored_as="removed")  # fmt: skip
    _, rows = filled(tmp_path, village, *shape)
    assert [row[2] for row in rows[3:]] == [2, 1, 0]


def test_income_of_villages_is_that_of_those_who_were_reckoned_and_says_of_how_many_not(
    village: Village, tmp_path: Path
) -> None:
    """A mean is over who was counted; where nobody's income is known nothing is written."""
    net, each = reckoned(village)
    said = pytest.approx((net / 10_000, each, net), abs=0.01)
    heads = ("村名", "户数", "其中：工资性收入（万元）", "人均纯收入（元）", "户均纯收入（元）")
    above = ("各村农民收入情况统计表",), heads
    table, rows = filled(tmp_path, village, *above, *[BLANK] * 3, ("合计", *BLANK))
    told_of = {row[0]: row[2:5] for row in rows}
    assert told_of[village.village.name] == said
    assert told_of[village.next_village.name] == (None, None, None)
    assert told_of["合计"] == said
    households.register(by=OPERATOR, name="孙家", place=village.village, on=VISITED, source="核对")
    table, _ = filled(tmp_path, village, *above, *[BLANK] * 3)
    doubts = {c.doubt for c in table.cells if c.doubt and not c.blank}
    assert doubts == {"另有1户没有收入核算"}
    old, _ = filled(tmp_path, village, ("2007年度收入情况统计表",), heads, *[BLANK] * 3)
    assert not {c.column.heading for c in old.columns if c.filled} & set(heads[2:])


def test_whom_projects_benefit_is_added_up_and_said_to_be_told_twice(
    village: Village, tmp_path: Path
) -> None:
    heads = ("乡镇", "项目个数", "概算投资（万元）", "受益户数", "受益人口数")
    for title, homes in (("机井", 40), ("桥", 30)):
        projects.register(by=OPERATOR, on=VISITED, title=title, kind="construction",
                          place=village.village, households=homes,
                          estimate=1_000_000)  # fmt: skip
    table, rows = filled(tmp_path, village, ("各乡镇项目情况汇总表",), heads, *[BLANK] * 3)
    assert next(row for row in rows if row[0] == village.town.name) == (
        village.town.name, 2, 2, 70, None,
    )  # fmt: skip
    assert "同一户（人）可能受益于几个项目" in {cell.doubt for cell in table.cells}


def test_pupils_are_counted_by_stages(village: Village, tmp_path: Path) -> None:
    for one, stage in ((village.zhao, "vocational_2"), (village.sun, "junior_8")):
        persons.update(by=OPERATOR, subject=one, on=VISITED, source="核对", school=stage)
    heads = ("乡镇", "在校生总数", "义务教育阶段", "<", "高中阶段", "<", "大专及以上")
    below = ("^", "^", "小学", "初中", "普通高中", "中职", "^")
    above = (("各乡镇在校生情况统计表",), ("单位：人",), heads, below)
    _, rows = filled(tmp_path, village, *above, *[("",) * 7] * 3)
    town = next(row for row in rows if row[0] == village.town.name)
    assert town[1:] == (2, 0, 1, 0, 1, 0)


@pytest.mark.parametrize("called", ["风险类型（户）", "按风险类型（人）", "按致贫原因分"])
def test_what_is_kept_sealed_is_said_to_be_so_of_its_classes_too(
    db: None, tmp_path: Path, called: str
) -> None:
    """因病 is a reason for not being at school as well, and not counted for that."""
    heads = ("村名", "总户数", called, "<")
    below = ("^", "^", "因病", "因灾")
    (table,) = asked(
        tmp_path, ("各村监测对象统计表",), ("单位：户",), heads, below, *[BLANK[:4]] * 2
    )
    assert [column.source.why for column in table.columns[2:]] == [SEALED, SEALED]


def test_a_part_below_of_them_is_a_part_of_the_number_beside(
    village: Village, tmp_path: Path
) -> None:
    """脱贫户 below the 其中 of persons are persons, of those in such a post; also 低保 of 农村."""
    households.update(
        by=OPERATOR, subject=village.zhao_home, on=VISITED, source="核对", kind="poor"
    )
    for one, post in ((village.sun, "cleaning"), (village.qian, "road")):
        persons.update(by=OPERATOR, subject=one, on=VISITED, source="核对", public_post=post,
                       allowance="rural")  # fmt: skip
    heads = ("乡镇", "公益性岗位人数", "其中", "<", "农村低保", "<")
    below = ("^", "^", "脱贫户", "监测户", "户数", "人数")
    above = (("乡村公益性岗位安置情况统计表",), ("单位：人",), heads, below)
    _, rows = filled(tmp_path, village, *above, *[("",) * 6] * 3)
    assert next(row for row in rows if row[0] == village.town.name)[1:4] == (2, 1, 0)
    above = (("各乡镇情况统计表",), ("单位：人",), heads, below)
    _, rows = filled(tmp_path, village, *above, *[("",) * 6] * 3)
    assert next(row for row in rows if row[0] == village.town.name)[4:] == (2, 2)


def test_one_heading_over_what_rows_count_and_over_its_parts(
    village: Village, tmp_path: Path
) -> None:
    """Of a meeting about several works no number is of the monitored alone."""
    households.update(
        by=OPERATOR, subject=village.zhao_home, on=VISITED, source="核对", kind="poor"
    )
    persons.update(by=OPERATOR, subject=village.qian, on=VISITED, source="核对", work_kind="away")
    rows = (
        ("1", "民政", "农户", "户数", ""), ("2", "^", "^", "人数", ""),
        ("3", "乡村振兴", "其中：脱贫户", "户数", ""), ("4", "人社", "外出务工", "人数", ""),
    )  # fmt: skip
    heads = ("序号", "部门", "数据项", "<", "数量")
    title = ("防返贫监测和衔接推进工作联席会议数据表",)
    table, made = filled(tmp_path, village, title, ("截至2009年3月3日",), heads, *rows)
    assert [row[4] for row in made[3:]] == [2, 6, 1, 1]
    assert table.rows_are.zh.endswith("各行写明的数")


# ── lists ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("title", "kinds"),
    [
        ("2009年补贴发放花名册", ["养老金", "最低生活保障"]),
        ("云岫镇2009年养老金发放花名册", ["养老金"]),
        ("2009年春节米油发放花名册", []),
    ],
)
def test_a_list_of_payments_is_of_the_benefit_that_its_title_names(
    village: Village, tmp_path: Path, title: str, kinds: list[str]
) -> None:
    for to, kind in ((village.zhao, "allowance"), (village.qian, "pension")):
        payouts.enter(by=OPERATOR, subject=to, kind=kind, amount=21_000, on=VISITED)
    heads = ("序号", "姓名", "身份证号", "补贴项目", "发放金额（元）", "发放时间", "签字")
    table, rows = filled(tmp_path, village, (title,), heads, *[("",) * 7] * 3)
    assert sorted(str(row[3]) for row in rows[2:] if row[3]) == kinds
    assert (WHICH_BENEFIT in table.remarks) is not bool(kinds)


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("驻村工作队队员花名册", ["李建国", "周敏"]),
        ("驻村第一书记花名册", ["周敏"]),
        ("外出务工人员登记表", ["孙秀英"]),
        ("务工人员花名册", ["孙秀英", "赵大山"]),
        ("义务教育阶段学生花名册", ["钱二河"]),
        ("高中学生花名册", []),
    ],
)
def test_people_are_listed_by_what_their_sheets_and_posts_say(
    village: Village, tmp_path: Path, title: str, names: list[str]
) -> None:
    by, at = OPERATOR, {"on": VISITED, "source": "核对"}
    for who, post in ((village.li, "team_member"), (village.zhou, "first_secretary")):
        posts.appoint(by=by, person=who, organisation=village.clinic, on=FOUNDED, kind=post)
    persons.update(by=by, subject=village.sun, work_kind="away", **at)
    persons.update(by=by, subject=village.zhao, work_kind="local", **at)
    persons.update(by=by, subject=village.qian, school="junior_8", **at)
    heads = ("姓名", "性别（1男2女）", "文化程度")
    persons.update(by=by, subject=village.sun, sex="2", **at)
    _, rows = filled(tmp_path, village, (title,), heads, *[BLANK[:3]] * 5)
    assert sorted(str(row[0]) for row in rows[2:] if row[0]) == sorted(names)
    assert all(row[1] == 2 for row in rows if row[0] == "孙秀英")


def test_projects_up_to_a_day_with_what_is_built_and_how_far_they_came(
    village: Village, tmp_path: Path
) -> None:
    by, day = OPERATOR, dt.date(2008, 6, 1)
    begun, _ = (
        projects.register(by=by, on=day, title=title, kind="construction", place=village.village)
        for title in ("机井", "桥")
    )
    for part, much, unit in (("井", "2", "眼"), ("管道", "1200.50", "米")):
        projects.plan(by=by, on=day, project=begun, place=village.village, title=part,
                      planned=Decimal(much), unit=unit)  # fmt: skip
    for later, state in enumerate(("approved", "building"), start=1):
        on = day + dt.timedelta(days=later)
        projects.enter_state(by=by, project=begun, state=state, on=on)
    heads = ("序号", "项目名称", "建设内容", "是否开工", "是否完工")
    shape = ("项目实施进度表",), ("截至2009年2月20日",), heads
    _, rows = filled(tmp_path, village, *shape, *[BLANK] * 3)
    assert rows[3][1:] == ("机井", "井2眼、管道1200.5米", "是", "否")
    assert rows[4][1:] == ("桥", None, "否", "否")


def test_a_word_of_a_sealed_book_is_opened_as_that_word(village: Village, tmp_path: Path) -> None:
    persons.update(by=OPERATOR, subject=village.zhao, on=VISITED, source="核对", health="healthy")
    path = form(tmp_path, (("人员登记表",), ("姓名", "性别", "健康状况"), *[BLANK[:3]] * 6))
    request = Request(Moment(VISITED), place=village.county, purpose="核对健康状况")
    sheet = openpyxl.load_workbook(io.BytesIO(fill(path, request).content)).active
    assert sheet is not None
    said = {row[0]: row[2] for row in sheet.iter_rows(values_only=True)}
    assert said["赵大山"] == "健康"


def test_a_trainings_day_and_place_are_told(db: None, tmp_path: Path) -> None:
    heads = ("序号", "培训时间", "培训地点", "培训对象", "备注")
    (table,) = asked(tmp_path, ("培训情况登记表",), heads, BLANK, BLANK)
    assert told(table)["培训时间"] == "training.date" and "place" in told(table)["培训地点"]
