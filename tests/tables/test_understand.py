"""Tables that nobody designed are understood: a scorer over small layouts of our own.

Each layout says what every leaf column means; what the layouts share is the kind of table that
offices make, not one of their forms. All columns of known headings must be right.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from bangfu.lists.headings import catalogue
from bangfu.tables.opposite import asks_otherwise
from bangfu.tables.understand import layout_key, path_key, understand
from bangfu.tables.understood import SURE, Column, Rows, Table
from tests.tables.workbooks import table_of, tables_of, workbook


@dataclass(frozen=True)
class Layout:
    """A table as it is typed, and what it means, column by column from the left."""

    name: str
    rows: list[list[Any]]
    shape: str
    kind: str
    means: list[str]
    merged: list[str] = field(default_factory=list)
    drawn: str = ""
    body: tuple[int, int] | None = None
    totals: tuple[int, ...] = ()
    unit: str = ""


def said(column: Column) -> str:
    """A column's meaning as one string, as the layouts below write it."""
    if column.role in ("serial", "forbidden", "unknown"):
        return column.role
    if column.aggregate:
        classes = "/".join(column.classes)
        return f"{column.aggregate} {column.of or '-'} {classes}".strip()
    whose = "" if column.party in ("row", "place") else f"@{column.party}"
    stub = "stub " if column.role == "stub" else ""
    return f"{stub}{column.field or '=' + column.says.zh}{whose}"


MEMBERS = Layout(
    "a list of members, filled",
    [
        ["2023年大湾村脱贫人口花名册"],
        "序号 乡镇 行政村 户主姓名 姓名 性别 与户主关系 身份证号码 民族 文化程度 健康状况 "
        "是否参加城乡居民基本医疗保险 务工所在地 务工时间(月) 联系电话 备注".split(),
        [1, "青石镇", "大湾村", "王大", "王大", "男", "户主", "990001196001011234", "汉族", "小学",
         "健康", "是", "", "", "11012345678"],
        [2, "青石镇", "大湾村", "王大", "王小", "男", "之子", "990001198501011234", "汉族", "初中",
         "健康", "是", "甲省乙市", 10, "11012345679"],
    ],
    "records", "person",
    ["serial", "place.name", "person.place", "household.name@head", "person.name", "person.sex",
     "person.relation", "person.identity", "=民族", "person.education", "person.health",
     "person.resident_insured", "person.work_region", "person.work_months", "person.phone",
     "=备注"],
    merged=["A1:P1"], body=(3, 4),
)  # fmt: skip
MONITORING = Layout(
    "a summary of townships, two levels, numbered columns, total on top",
    [
        ["附表2"], ["2023年度监测工作情况统计表"],
        ["填报单位(盖章):", "", "", "", "", "单位:户、人"],
        ["乡镇", "监测对象总数", "", "其中:风险已消除", "", "帮扶措施落实率(%)"],
        ["", "户数", "人数", "户数", "人数", ""], ["甲", 1, 2, 3, 4, 5], ["合计"], [], [],
        ["填表人:", "", "审核人:", "", "填报日期:  年 月 日"],
    ],
    "summary", "place",
    ["stub place.name", "count household 监测对象", "count person 监测对象",
     "count household 风险已消除", "count person 风险已消除", "share - 帮扶措施落实"],
    merged=["A2:F2", "A4:A5", "B4:C4", "D4:E4", "F4:F5"], drawn="A4:F9", body=(8, 9),
    totals=(7,), unit="户、人",
)  # fmt: skip
PAIRED = Layout(
    "households and who helps them, three levels",
    [
        ["帮扶责任人安排表"],
        ["序号", "帮扶对象", "", "", "", "帮扶力量", "", "", ""],
        ["", "所在村", "", "户主", "家庭人口数", "帮扶干部", "", "", "包村领导"],
        ["", "乡镇", "村名", "", "", "姓名", "职务", "手机号码", "姓名"],
    ],
    "records", "household",
    ["serial", "place.name", "household.place", "household.name", "household.size",
     "pairing.helper@helper", "post.title@helper", "person.phone@helper", "person.name@leader"],
    merged=["A1:I1", "A2:A4", "B2:E2", "F2:I2", "B3:C3", "D3:D4", "E3:E4", "F3:H3"],
    drawn="A2:I9", body=(5, 9),
)  # fmt: skip
VISITS = Layout(
    "a log of visits, blank",
    [
        ["走访记录台账"],
        "序号 入户时间 走访人员 走访农户 走访形式 工作内容 反映问题 解决情况".split(),
    ],
    "records", "visit",
    ["serial", "visit.date", "visit.who@helper", "visit.whom", "visit.mode", "visit.note",
     "=发现问题", "=解决情况"],
    merged=["A1:H1"], drawn="A2:H12", body=(3, 12),
)  # fmt: skip
NEEDS = Layout(
    "a list of problems",
    [["问题整改清单"],
     "序号 问题类别 问题描述 提出时间 责任单位 责任人 完成时限 是否完成".split()],
    "records", "need",
    ["serial", "need.kind", "need.text", "need.date", "need.organisation", "=整改责任人",
     "need.due", "=完成情况"],
    drawn="A2:H9", body=(3, 9),
)  # fmt: skip
PROJECTS = Layout(
    "projects with money in ten thousands",
    [["项目实施进度表"], ["填报单位:", "", "", "单位:万元"],
     "序号 项目名称 建设地点 建设内容 总投资 财政资金 自筹资金 已完成投资 形象进度 备注".split(),
     [], [], ["合计"]],
    "records", "project",
    ["serial", "project.title", "project.place", "=建设规模及内容", "=总投资额", "=财政资金",
     "=自筹资金", "=完成投资", "=项目进展情况", "=备注"],
    drawn="A3:J6", body=(4, 5), totals=(6,), unit="万元",
)  # fmt: skip
CHILDREN = Layout(
    "children with their guardians, two levels",
    [["儿童信息登记表"],
     ["序号", "儿童姓名", "性别", "出生日期", "就读学校", "监护人", "", ""],
     ["", "", "", "", "", "姓名", "与儿童关系", "联系电话"]],
    "records", "person",
    ["serial", "person.name", "person.sex", "person.birth", "=就读学校", "=监护人@relative",
     "=与本人关系@relative", "=监护人·联系电话@relative"],
    merged=["A1:H1", "F2:H2", *(f"{c}2:{c}3" for c in "ABCDE")], drawn="A2:H8", body=(4, 8),
)  # fmt: skip
CLINICS = Layout(
    "a summary of institutions with shares of groups",
    [["慢性病管理情况统计表"],
     ["机构名称", "高血压患者", "", "", "糖尿病患者", "", ""],
     ["", "人数", "管理数", "管理率(%)", "人数", "管理数", "管理率(%)"],
     ["甲镇卫生院"], ["乙镇卫生院"], ["合计"]],
    "summary", "organisation",
    ["stub organisation.name", "count person 高血压患者", "count person 高血压患者/管理",
     "share person 高血压患者/管理", "count person 糖尿病患者", "count person 糖尿病患者/管理",
     "share person 糖尿病患者/管理"],
    merged=["A1:G1", "A2:A3", "B2:D2", "E2:G2"], drawn="A2:G6", body=(4, 5), totals=(6,),
)  # fmt: skip
WORKERS = Layout(
    "what each cadre did, by period",
    [["干部走访情况统计表"],
     ["单位", "姓名", "走访户数", "", "", "电话联系次数", ""],
     ["", "", "本周", "本月", "累计", "本月", "累计"]],
    "summary", "person",
    ["organisation.name", "stub person.name", "count household 走访", "count household 走访",
     "count household 走访", "count visit 电话联系", "count visit 电话联系"],
    merged=["A2:A3", "B2:B3", "C2:E2", "F2:G2"], drawn="A2:G9", body=(4, 9),
)  # fmt: skip
INDICATORS = Layout(
    "indicators as rows",
    [["工作月报"], ["填报单位:", "", "2024年3月"], "指标名称 计量单位 本月 累计 上年同期".split(),
     ["走访户数", "户"], ["投入资金", "万元"]],
    "summary", "class",
    ["stub statistic.name", "measure.unit", "count -", "count -", "count - 上年同期"],
    drawn="A3:E5", body=(4, 5),
)  # fmt: skip
LAYOUTS = [
    MEMBERS,
    MONITORING,
    PAIRED,
    VISITS,
    NEEDS,
    PROJECTS,
    CHILDREN,
    CLINICS,
    WORKERS,
    INDICATORS,
]


def _made(tmp_path: Path, layout: Layout) -> Table:
    path = workbook(tmp_path / "a.xlsx", layout.rows, merged=layout.merged, drawn=layout.drawn)
    return table_of(path)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_table_is_understood(tmp_path: Path, layout: Layout) -> None:
    table = _made(tmp_path, layout)
    assert (table.subject.shape, table.subject.kind) == (layout.shape, layout.kind)
    assert [said(column) for column in table.columns] == layout.means
    if layout.body:
        assert table.body == Rows(*layout.body)
    assert table.totals == layout.totals
    assert table.unit == layout.unit


def test_every_judgement_gives_its_confidence_and_its_reason(tmp_path: Path) -> None:
    for layout in LAYOUTS:
        table = _made(tmp_path, layout)
        assert table.subject.reason.zh and table.subject.reason.en
        for column in table.columns:
            assert 0 < column.confidence <= 1
            assert column.reason.zh and column.reason.en and column.says.zh, column


def test_what_is_not_known_is_asked_with_suggestions_and_never_guessed(tmp_path: Path) -> None:
    head = ["姓名", "代号甲", "身份证号", "联系号", "户主"]
    body = [["张三", "990001198501011234", "990001198501011234", "11012345678", "张大"]] * 5
    table = table_of(workbook(tmp_path / "a.xlsx", [head, *body]))
    unknown = table.columns[1]
    assert (unknown.role, unknown.field) == ("unknown", None)
    assert unknown.alternatives[0].field == "person.identity"
    assert {column.heading for column in table.asked()} >= {"代号甲"}
    assert all(column.confidence < SURE or column.role == "unknown" for column in table.asked())


def test_values_speak_against_a_heading(tmp_path: Path) -> None:
    rows = [["姓名", "身份证号"], *[["张三", "11012345678"]] * 5]
    table = table_of(workbook(tmp_path / "a.xlsx", rows))
    assert table.columns[1] in table.asked()


@pytest.mark.parametrize(
    ("heading", "word"),
    [("思想状况", "尊严"), ("是否等靠要", "尊严"), ("孕检情况", "病历"), ("婚育证明编号", "病历"),
     ("宗教信仰", "敏感"), ("诚信积分", "自愿"), ("行踪轨迹", "行踪"), ("是否上访户", "需求")],
)  # fmt: skip
def test_a_column_that_nobody_may_ask_for_is_refused_with_the_reason(
    tmp_path: Path, heading: str, word: str
) -> None:
    rows = [["姓名", "身份证号", heading, "性别"], ["张三", "", "是", "男"]]
    table = table_of(workbook(tmp_path / "a.xlsx", rows))
    assert [column.role for column in table.columns] == ["value", "key", "forbidden", "value"]
    refused = table.columns[2].refused
    assert refused and word in refused.zh and refused.en


def test_persons_are_not_ranked_and_units_may_be(tmp_path: Path) -> None:
    for stub, role in (("姓名", "forbidden"), ("单位名称", "derived")):
        rows = [["统计表"], [stub, "走访户数", "帮扶户数", "慰问户数", "走访次数", "排名"]]
        table = table_of(workbook(tmp_path / "a.xlsx", rows, drawn="A2:F6"))
        assert table.columns[-1].role == role, stub


def test_a_card_of_a_household_its_members_and_what_stands_below(tmp_path: Path) -> None:
    rows = [
        ["家庭情况登记卡"], ["户主姓名", "", "身份证号", "", "联系电话", ""],
        ["家庭住址", "", "", "致贫原因", "", ""], ["家庭成员情况"],
        ["姓名", "性别", "与户主关系", "出生年月", "健康状况", "备注"], [], [],
        ["帮扶责任人", "", "工作单位", "", "联系电话", ""], ["帮扶措施"], ["户主签字:"],
    ]  # fmt: skip
    path = workbook(
        tmp_path / "a.xlsx", rows, drawn="A2:F9",
        merged=["A1:F1", "B3:C3", "E3:F3", "A4:F4", "B9:F9"],
    )  # fmt: skip
    card, members, below = tables_of(path)
    assert (card.layout, card.subject.shape, card.subject.kind) == ("card", "single", "household")
    assert [said(slot.column) for slot in card.slots] == [
        "household.name", "person.identity@head", "person.phone@head", "=家庭住址",
        "household.risks",
    ]  # fmt: skip
    assert [(s.row, s.column.letter) for s in card.slots[:3]] == [(2, "B"), (2, "D"), (2, "F")]
    assert (members.of_card, members.subject.kind, members.body) == (0, "person", Rows(6, 7))
    assert [said(slot.column) for slot in below.slots] == [
        "pairing.helper@helper", "organisation.name@helper", "person.phone@helper", "=帮扶措施",
    ]  # fmt: skip


def test_two_tables_on_a_sheet_are_two(tmp_path: Path) -> None:
    rows = [
        ["一、工作队"], ["姓名", "职务", "联系电话"], ["张三", "队长", "11012345678"], [],
        ["二、帮扶户"], ["户主姓名", "家庭人口", "帮扶措施"], ["王五", 4, "产业"],
    ]  # fmt: skip
    first, second = tables_of(workbook(tmp_path / "a.xlsx", rows))
    assert (first.body, second.body) == (Rows(3, 3), Rows(7, 7))
    assert [line.text for line in second.title] == ["二、帮扶户"]
    assert second.subject.kind == "household"


def test_headings_that_are_printed_again_and_subtotals_are_no_records(tmp_path: Path) -> None:
    head = ["行政村", "户主姓名", "家庭人口"]
    rows = [
        head,
        ["大湾村", "王大", 3],
        ["小计", "", 3],
        head,
        ["小湾村", "李二", 2],
        ["合计", "", 5],
    ]
    table = table_of(workbook(tmp_path / "a.xlsx", rows))
    assert (table.subtotals, table.repeats, table.totals) == ((3,), (4,), (6,))
    assert table.body == Rows(2, 5)


def test_a_row_that_says_what_the_ones_below_it_are_is_no_record(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "建设地点", "开工时间", "完工时间"]
    one = [1, "茶园提升", "前岫村", "2026.3.1", "2026.8.1"]
    rows = [head, ["一", "产业类"], one, ["(二)", "基础设施类"], one, ["三", "灌溉渠", "后岫村"]]
    table = table_of(workbook(tmp_path / "t.xlsx", rows))
    assert (table.subtotals, tuple(table.body)[-1]) == ((2, 4), 6)


def test_records_go_on_below_a_note_that_stands_between_them(tmp_path: Path) -> None:
    head = ["村名", "户主姓名", "家庭人口", "危房等级"]
    first, second = ["大湾村", "王大", 3, "D级"], ["小湾村", "李二", 2, "C级"]
    note = "注：以上为第一批，以下为第二批"
    table = table_of(workbook(tmp_path / "a.xlsx", [head, first, [note], second]))
    assert (table.body, table.repeats) == (Rows(2, 4), (3,))
    assert [line.text for line in table.notes] == [note]
    below = table_of(workbook(tmp_path / "b.xlsx", [head, first, second, [note], ["王大签收"]]))
    assert below.body == Rows(2, 3)


def test_how_much_all_is_above_a_table_is_no_heading(tmp_path: Path) -> None:
    rows = [
        ["云岫镇高龄津贴发放花名册"],
        ["合计人数：3人", "", "合计金额：900.00元"],
        ["序号", "姓名", "性别", "实发金额"],
        [1, "王兴", "男", 150],
    ]
    table = table_of(workbook(tmp_path / "a.xlsx", rows, merged=["A1:D1"]))
    assert table.title[0].text == rows[0][0] and table.header == Rows(3, 3)


def test_the_words_over_one_of_the_tables_side_by_side_are_its_title(tmp_path: Path) -> None:
    rows = [
        ["2026年春季补助发放表", "", "", "", "汇总", ""],
        ["学生姓名", "户主姓名", "补助金额(元)", "", "乡镇", "金额"],
        ["沙雨晴", "沙长河", 1500, "", "云岫镇", 3000],
    ]
    made = workbook(tmp_path / "a.xlsx", rows, merged=["A1:C1", "E1:F1"])
    first, second = tables_of(made)
    assert [line.text for line in (*first.title, *second.title)] == [
        "2026年春季补助发放表",
        "汇总",
    ]
    assert [column.path for column in first.columns] == [(one,) for one in rows[1][:3]]


def test_the_one_column_headed_by_people_that_holds_names_says_who_it_is(tmp_path: Path) -> None:
    head = ["村", "残疾人", "性别", "身份证号", "监护人"]
    who = [["前岫村", name, "女", "", "钟父"] for name in ("钟一芳", "钟一丽", "钟秀", "钟梅")]
    named = table_of(workbook(tmp_path / "a.xlsx", [head, *who])).columns[1]
    assert (named.field, named.confidence >= SURE) == ("person.name", True)
    flags = [[*row[:1], "是", *row[2:]] for row in who]
    assert table_of(workbook(tmp_path / "b.xlsx", [head, *flags])).columns[1].field is None
    beside = [[*row, row[1]] for row in who]
    again = table_of(workbook(tmp_path / "c.xlsx", [[*head, "姓名"], *beside]))
    assert [c.field for c in again.columns].count("person.name") == 1


@pytest.mark.parametrize(
    ("title", "head", "values", "asks", "sure"),
    [
        ("饮水问题排查清单", "摸排时间", "2026.3.1 2026-3-5 2026年4月1日", "need.date", True),
        ("饮水问题排查清单", "计划整改时间", "2026.6.1 2026.6.5 2026.6.9", "need.due", True),
        ("饮水问题排查清单", "上门核对时间", "2026.6.1 2026.6.5 2026.6.9", "need.date", False),
        ("饮水问题排查清单", "摸排时间", "张三 李四 王五", None, False),
        ("困难职工分类名单", "归类时间", "2026.3.1 2026.3.5 2026.4.1", "class.began", True),
        ("帮扶对象纳入名单", "入选原因", "因病 因灾 缺劳力", "enrolment.grounds", True),
        ("护林员名册", "护林员姓名", "钟一芳 钟一丽 钟秀", "person.name", True),
        ("护林员名册", "验收人员姓名", "钟一芳 钟一丽 钟秀", None, False),
        ("护林员名册", "聘用村", "前岫村 后岫村 鹤滩村", "person.place", True),
        ("护林员名册", "迁出村", "前岫村 后岫村 鹤滩村", None, False),
        ("搬迁户名册", "搬迁户主", "钟一芳 钟一丽 钟秀", "household.name", True),
        ("搬迁户名册", "保障对象(户主)", "钟一芳 钟一丽 钟秀", "household.name", True),
        ("搬迁户名册", "吃水靠什么", "水窖 山泉水 集中供水", "household.water_supply", False),
    ],
)  # fmt: skip
def test_what_is_left_over_is_told_by_what_the_list_is_called_its_role_and_its_values(
    tmp_path: Path, title: str, head: str, values: str, asks: str | None, sure: bool
) -> None:
    beside = ["致贫原因", "人口"] if "户" in title + head else ["性别", "身份证号"]
    if "名册" not in title:
        beside = ["户主姓名", "人口"] if "问题" in title else ["姓名", *beside]
    rows = [[said, *[""] * len(beside)] for said in values.split()]
    table = table_of(workbook(tmp_path / "t.xlsx", [[title], [head, *beside], *rows]))
    column = table.columns[0]
    assert (column.field, column.confidence >= SURE) == (asks, sure)


def test_two_left_over_of_one_role_are_left(tmp_path: Path) -> None:
    rows = [["问题清单"], ["户主姓名", "问题", "首次核对时间", "末次核对时间"],
            *[["钟秀", "饮水不够", "2026.3.1", "2026.4.1"]] * 3]  # fmt: skip
    found = table_of(workbook(tmp_path / "t.xlsx", rows)).columns
    assert {column.field for column in found[2:]}.isdisjoint({"need.date", "need.closed"})


def test_a_row_of_signatures_below_a_table_is_no_card(tmp_path: Path) -> None:
    rows = [["村", "户主", "家庭人口"], ["大湾村", "王大", 3],
            ["制表：", "复核：", "分管领导："]]  # fmt: skip
    assert len(tables_of(workbook(tmp_path / "a.xlsx", rows))) == 1


def test_a_blank_form_without_borders_goes_as_far_as_its_total(tmp_path: Path) -> None:
    rows = [["统计表"], ["乡镇", "户数", "人数"], [], [], [], ["合计"]]
    table = table_of(workbook(tmp_path / "a.xlsx", rows, merged=["A1:C1"]))
    assert (table.body, table.totals) == (Rows(3, 5), (6,))


def test_group_headings_of_a_csv_go_on_to_the_right(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "汇总表\n地区,低保户,,特困户,\n,户数,人数,户数,人数\n甲镇,1,2,3,4\n合计,1,2,3,4\n", "gbk"
    )
    table = table_of(path)
    assert [column.path for column in table.columns[1:3]] == [
        ("低保户", "户数"),
        ("低保户", "人数"),
    ]
    assert [said(column) for column in table.columns[1:3]] == [
        "count household 低保户", "count person 低保户",
    ]  # fmt: skip
    assert (table.body, table.totals) == (Rows(4, 4), (5,))


def test_merged_cells_of_the_body_mean_the_same_as_above(tmp_path: Path) -> None:
    rows = [["户主姓名", "姓名", "与户主关系"], ["王大", "王大", "户主"], ["", "王小", "子"]]
    table = table_of(workbook(tmp_path / "a.xlsx", rows, merged=["A2:A3"], drawn="A1:C3"))
    assert table.same_as_above == (1,)


@pytest.mark.parametrize(
    ("title", "first", "last"),
    [
        ("2023年度统计表", dt.date(2023, 1, 1), dt.date(2023, 12, 31)),
        ("2024年第一季度统计表", dt.date(2024, 1, 1), dt.date(2024, 3, 31)),
        ("2023年上半年统计表", dt.date(2023, 1, 1), dt.date(2023, 6, 30)),
        ("2024年2月统计表", dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        ("截至2023年12月31日统计表", None, dt.date(2023, 12, 31)),
        ("截止2023年底统计表", None, dt.date(2023, 12, 31)),
        ("2022年10月1日至2023年9月30日统计表", dt.date(2022, 10, 1), dt.date(2023, 9, 30)),
        ("2024年1-6月统计表", dt.date(2024, 1, 1), dt.date(2024, 6, 30)),
    ],
)
def test_the_time_that_a_title_names_is_known(
    tmp_path: Path, title: str, first: dt.date | None, last: dt.date
) -> None:
    table = table_of(
        workbook(tmp_path / "a.xlsx", [[title], ["乡镇", "户数", "人数"]], drawn="A2:C4")
    )
    assert table.period and (table.period.first, table.period.last) == (first, last)


def test_a_time_that_is_to_be_filled_in_is_asked_and_not_known(tmp_path: Path) -> None:
    rows = [["统计表"], ["填报时间:   年   月"], ["乡镇", "户数", "人数"]]
    table = table_of(workbook(tmp_path / "a.xlsx", rows, drawn="A3:C5"))
    assert table.period and (table.period.unit, table.period.known) == ("month", False)


def test_a_correction_is_remembered_for_that_layout_only(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["姓名", "性别", "代号甲"], ["张三", "男", "1"]])
    table = table_of(path)
    key = layout_key({column.index: column.path for column in table.columns})
    known = catalogue()
    told = type(known)(
        known.headings, known.kinds, {(key, path_key(("代号甲",))): "person.work_region"}
    )
    ((_, again),) = understand(path, told).tables()
    assert (again.columns[2].field, again.columns[2].role) == ("person.work_region", "value")
    other = workbook(tmp_path / "b.xlsx", [["姓名", "代号甲"], ["张三", "1"]])
    ((_, elsewhere),) = understand(other, told).tables()
    assert elsewhere.columns[1].role == "unknown"


def test_rows_without_headings_are_told_by_their_values(tmp_path: Path) -> None:
    rows = [[f"张{n}", f"9900011985010112{n:02d}", "11012345678"] for n in range(10, 16)]
    table = table_of(workbook(tmp_path / "a.xlsx", rows))
    assert table.header is None
    assert table.columns[1].alternatives[0].field == "person.identity"
    assert len(table.asked()) == 3


def test_traditional_headings_and_spaced_ones_are_known(tmp_path: Path) -> None:
    rows = [["姓 名", "身份證號碼", "聯系電話", "與戶主關系"], ["张三", "", "", ""]]
    table = table_of(workbook(tmp_path / "a.xlsx", rows))
    assert [said(column) for column in table.columns] == [
        "person.name", "person.identity", "person.phone", "person.relation",
    ]  # fmt: skip


def test_a_label_at_the_side_is_no_level_of_headings(tmp_path: Path) -> None:
    rows = [
        ["手册"], ["户主姓名", "", "性别", "", "民族", ""],
        ["身份证号", "", "", "联系电话", "", ""],
        ["家庭成员", "姓名", "性别", "与户主关系", "健康状况", "劳动能力"], [], [],
        ["收入情况", "年份", "工资性收入", "经营性收入", "转移性收入", "人均纯收入"], [],
        ["帮扶人", "", "单位", "", "电话", ""],
    ]  # fmt: skip
    merged = ["A1:F1", "B3:C3", "E3:F3", "A4:A6", "A7:A8"]
    card, members, income, below = tables_of(
        workbook(tmp_path / "a.xlsx", rows, merged=merged, drawn="A2:F9")
    )
    assert (members.header, members.body) == (Rows(4, 4), Rows(5, 6))
    assert [said(c) for c in members.columns][:2] == ["person.name", "person.sex"]
    assert [said(c) for c in income.columns] == [
        "=年度", "household.wages", "household.business", "household.transfers",
        "household.per_head_income",
    ]  # fmt: skip
    assert below.subject.kind == card.subject.kind == "household"


def test_parts_of_an_amount_are_parts_and_no_places(tmp_path: Path) -> None:
    rows = [
        ["项目台账"], ["项目名称", "建设地点", "资金规模", "", ""],
        ["", "", "合计", "中央", "市县"],
    ]  # fmt: skip
    merged = ["A1:E1", "A2:A3", "B2:B3", "C2:E2"]
    table = table_of(workbook(tmp_path / "a.xlsx", rows, merged=merged, drawn="A2:E7"))
    assert [(c.field, c.type, c.says.zh) for c in table.columns[2:]] == [
        (None, "money", "资金规模·合计"), (None, "money", "资金规模·中央"),
        (None, "money", "资金规模·市县"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("head", "column"),
    [
        (["姓名", "身份证号", "所在企业", "开始时间"], 3),
        (["户主姓名", "家庭人口", "人均纯收入", "结束时间"], 3),
    ],
)
def test_a_field_of_another_kind_with_a_general_name_is_asked(
    tmp_path: Path, head: list[str], column: int
) -> None:
    table = table_of(workbook(tmp_path / "a.xlsx", [["台账"], head], drawn="A2:D6"))
    assert table.columns[column] in table.asked()


def test_the_number_of_a_household_is_its_own_in_a_list_of_households(tmp_path: Path) -> None:
    rows = [["台账"], ["户编号", "户主姓名", "家庭人口"]]
    table = table_of(workbook(tmp_path / "a.xlsx", rows, drawn="A2:C6"))
    assert said(table.columns[0]) == "=户编号"


def test_a_name_of_somebody_is_a_persons_name_also_in_a_list_of_households(tmp_path: Path) -> None:
    """Not what the household is called, which is no name to stand beside sex and age."""
    rows = [["一览表"], ["序号", "村", "帮扶对象姓名", "性别", "年龄", "帮扶责任人"]]
    table = table_of(workbook(tmp_path / "a.xlsx", rows, drawn="A2:F6"))
    assert table.columns[2].field == "person.name"


def test_unit_and_post_beside_a_helper_are_the_helpers(tmp_path: Path) -> None:
    rows = [["花名册"], ["户主姓名", "家庭人口", "帮扶责任人", "单位及职务", "联系电话"]]
    table = table_of(workbook(tmp_path / "a.xlsx", rows, drawn="A2:E6"))
    both = table.columns[3].parts
    assert [(one.field, one.party) for one in both] == [
        ("organisation.name", "helper"), ("post.title", "helper"),
    ]  # fmt: skip
    own = table_of(workbook(tmp_path / "b.xlsx", [["表"], ["姓名", "性别", "单位及职务"]]))
    assert {one.party for one in own.columns[2].parts} == {"row"}


def test_a_card_right_below_a_list_is_no_row_of_it(tmp_path: Path) -> None:
    number = "99000119700101" + "0018"
    listed = [["姓名", "与户主关系", "身份证号码", "联系电话"],
              *([f"王{one}", "子", number, "11033334444"] for one in "甲乙丙丁")]  # fmt: skip
    card = [["户主姓名", "赵大山", "身份证号码", number],
            ["联系电话", "11033334444", "家庭人口", 3]]  # fmt: skip
    first = tables_of(workbook(tmp_path / "both.xlsx", [*listed, *card]))[0]
    assert first.body == Rows(2, 5)


def test_a_list_of_headings_that_nobody_taught_is_no_card(tmp_path: Path) -> None:
    """Known headings beside unknown ones look like labels with room; a running number tells."""
    heads = "序号 村落 户主 户口册数 消除法 存在险 结对者".split()
    grid = [heads, ["", "", "", "", "", "", "姓名", "所在处"], ["甲", *range(1, 8)], [1], []]
    made = workbook(tmp_path / "t.xlsx", grid, merged=["G1:H1"], drawn="A1:H5")
    table = table_of(made)
    assert table.layout == "rows"
    assert [c.path[-1] for c in table.columns][:3] == ["序号", "村落", "户主"]


@pytest.mark.parametrize(
    ("heads", "heading", "never"),
    [
        ("序号 户主 人口 工作类别", "工作类别", "household.kind"),
        ("序号 姓名 身份证号 人员识别日期", "人员识别日期", "household.identified"),
        ("序号 姓名 身份证号 工资", "工资", "household.wages"),
        ("序号 户主 人口 工资性", "工资性", "person.monthly_pay"),
    ],
)
def test_words_that_say_too_little_or_of_another_are_not_taken(
    tmp_path: Path, heads: str, heading: str, never: str
) -> None:
    table = table_of(workbook(tmp_path / "t.xlsx", [heads.split(), [], []], drawn="A1:D3"))
    column = next(c for c in table.columns if c.heading == heading)
    assert column.field != never or column.confidence < SURE


def test_a_unit_of_heads_makes_a_heading_a_number(tmp_path: Path) -> None:
    grid: list[list[str]] = [["序号", "户主", "家庭成员(人)"], [], []]
    table = table_of(workbook(tmp_path / "t.xlsx", grid, drawn="A1:C3"))
    assert (table.columns[2].field, table.columns[2].confidence >= SURE) == ("household.size", True)


def test_names_below_the_word_of_a_head_are_the_heads(tmp_path: Path) -> None:
    grid = [["序号", "户主信息", "", "配偶信息"], ["", "姓名", "身份证号", "姓名"], [], []]
    merged = ["A1:A2", "B1:C1"]
    table = table_of(workbook(tmp_path / "t.xlsx", grid, merged=merged, drawn="A1:D4"))
    assert table.subject.kind == "household"
    assert (table.columns[1].party, table.columns[3].party) == ("head", "relative")


def test_a_line_of_signatures_below_a_table_is_no_table(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["台账"], ["序号", "村", "户主", "家庭人口"], [1, "前岫村", "赵大山", 4],
        ["合计", "", "", 4], ["填表人:张三", "", "审核人:李四", ""], ["", "", "", ""],
    ]  # fmt: skip
    file = workbook(tmp_path / "a.xlsx", rows)
    assert len(list(understand(file, catalogue()).tables())) == 1
    made = tmp_path / "a.csv"
    made.write_bytes("\r\n".join(",".join(map(str, row)) for row in rows).encode("gbk"))
    assert len(list(understand(made, catalogue()).tables())) == 1


def test_what_is_said_of_others_and_of_elsewhere_is_not_the_rows(tmp_path: Path) -> None:
    """A doctor's phone, where somebody works, who helped before, which insurance somebody has."""
    grid = [
        ["监测对象务工人员登记表"],
        ["姓名", "身份证号", "务工地点", "", "签约医生", "联系电话", "参保情况", "参保类型", "村"],
        ["", "", "省", "县", "", "", "", "", ""], [], [],
    ]  # fmt: skip
    table = table_of(workbook(tmp_path / "t.xlsx", grid, merged=["A1:I1", "C2:D2"], drawn="A2:I5"))
    told = [(column.field, column.party) for column in table.columns]
    assert told[2:4] == [(None, "row"), (None, "row")]
    assert told[5] == (None, "other")
    assert table.columns[6].confidence < SURE and told[8] == ("person.place", "place")
    grid = [["帮扶责任人变更表"], ["户主", "原帮扶责任人", "原单位", "现帮扶责任人"], [], []]
    table = table_of(workbook(tmp_path / "u.xlsx", grid, merged=["A1:D1"], drawn="A2:D4"))
    assert "监护人" not in "".join(column.says.zh for column in table.columns)


def test_a_head_that_is_named_again_beside_other_numbers_makes_rows_of_members(
    tmp_path: Path,
) -> None:
    """Members were taken for their heads, whose name and number then came from another row."""
    head = ["贫困户姓名", "名字", "身份证号(必填)", "公益岗位"]
    rows = [["钟秀", "钟秀", "990001196503120016", ""], ["钟秀", "钟梅", "990001197811230027", ""],
            ["钟秀", "钟丽", "990001199002140039", ""]]  # fmt: skip
    table = table_of(workbook(tmp_path / "a.xlsx", [["家庭成员信息采集表"], head, *rows]))
    assert table.subject.kind == "person"
    assert [(c.field, c.party) for c in table.columns[:2]] == [
        ("household.name", "head"), ("person.name", "row"),
    ]  # fmt: skip
    twice = [[row[0], row[0], rows[0][2], ""] for row in rows]
    table = table_of(workbook(tmp_path / "b.xlsx", [["农户信息表"], head, *twice]))
    assert table.subject.kind == "household"


def test_members_beside_their_head_and_how_they_are_related_are_rows_of_persons(
    tmp_path: Path,
) -> None:
    rows = [
        ["晚晴村外出务工人员信息采集表"],
        ["户主", "家庭成员", "关系", "务工月数", "联系方式"],
        ["池大", "池大", "户主", 10, "11033330001"],
        ["池大", "池小", "长子", 8, "11033330002"],
    ]
    table = table_of(workbook(tmp_path / "a.xlsx", rows, merged=["A1:E1"]))
    assert table.subject.kind == "person"
    assert [said(column) for column in table.columns][1:3] == ["person.name", "person.relation"]


@pytest.mark.parametrize("whose", ["照料护理人", "企业法人", "培训老师"])
def test_what_stands_below_somebody_else_is_not_the_rows(tmp_path: Path, whose: str) -> None:
    rows = [
        ["村", "姓名", "身份证号码", whose, ""],
        ["", "", "", "姓名", "电话"],
        ["椒坪村", "莫三", "990001196001011234", "莫四", "11012340001"],
    ]
    made = workbook(tmp_path / "a.xlsx", rows, merged=["A1:A2", "B1:B2", "C1:C2", "D1:E1"])
    columns = table_of(made).columns
    assert [(c.field, c.party) for c in columns].count(("person.name", "row")) == 1
    assert columns[4].party != "row" and columns[3].field != "person.name"


@pytest.mark.parametrize("head", ["贫困户主姓名", "脱贫户户主", "所在户户主姓名", "农户户主姓名"])
def test_a_head_of_whatever_sort_of_household_is_nobody_else(tmp_path: Path, head: str) -> None:
    """Not even where nobody knows who the row itself names."""
    heads = ["减少的人员姓名", head, "身份证号", "与户主关系", "性别"]
    rows = [heads, ["王大", "王老大", "", "之子", "男"], ["李花", "王老大", "", "之妻", "女"]]
    path = workbook(tmp_path / "list.xlsx", [["人员信息登记表"], *rows])
    ((_, table),) = understand(path, catalogue()).tables()
    named = [(c.party, c.field) for c in table.columns if c.confidence >= SURE]
    assert ("row", "person.name") in named and table.columns[0].field == "person.name"
    assert table.columns[1].party == "head"


def test_the_title_says_which_insurance_and_which_post(tmp_path: Path) -> None:
    grid = [["养老保险参保登记表"], ["姓名", "身份证号", "参保情况"], [], []]
    table = table_of(workbook(tmp_path / "t.xlsx", grid, merged=["A1:C1"], drawn="A2:C4"))
    assert table.columns[2].field != "person.resident_insured" or table.columns[2].confidence < SURE
    grid = [["公益性岗位人员花名册"], ["姓名", "身份证号", "岗位名称"], [], []]
    table = table_of(workbook(tmp_path / "u.xlsx", grid, merged=["A1:C1"], drawn="A2:C4"))
    assert table.columns[2].field == "person.public_post"
    grid = [["项目库"], ["项目名称", "项目类型", "", "建设地点"], ["", "一级", "二级", ""], [], []]
    table = table_of(workbook(tmp_path / "v.xlsx", grid, merged=["A1:D1", "B2:C2"], drawn="A2:D5"))
    assert table.columns[1].field == "project.kind"


def test_a_list_of_a_paper_goes_on_on_the_next_page(tmp_path: Path) -> None:
    """Its headings are printed again, its title is not; other headings begin another list."""
    paper, heads = Document(), ["姓名", "性别", "身份证号"]
    paper.add_paragraph("前岫村2023年残疾人名册")
    for head in (heads, heads, [*heads[:2], "联系电话"]):
        table = paper.add_table(rows=2, cols=3)
        for column, text in enumerate(head):
            table.cell(0, column).text, table.cell(1, column).text = text, "李某某"
        paper.add_page_break()
    paper.save(str(tmp_path / "a.docx"))
    first, second, third = tables_of(tmp_path / "a.docx")
    assert second.title == first.title and second.period == first.period is not None
    assert third.title == () and third.period is None


def test_a_list_that_lies_on_its_side_is_no_card(tmp_path: Path) -> None:
    """Else all but the first of its records would be lost without a word."""
    grid = [
        ["户主姓名", "赵大", "钱二", "孙三"],
        ["家庭人口", 3, 4, 1],
        ["户类型", "脱贫户", "一般户", "监测户"],
    ]
    table = table_of(workbook(tmp_path / "t.xlsx", grid, drawn="A1:D3"))
    assert table.layout == "rows" and not any(column.path for column in table.columns)


@pytest.mark.parametrize(
    ("heads", "offered"),
    [
        (["户主姓名", "家庭人口", "是否通自来水"], set()),
        (["项目名称", "项目类型", "计划完成投资"], set()),
        (["户主姓名", "家庭人口", "是否享受过渡期政策"], {"person.allowance", "benefit.kind"}),
        (["项目名称", "项目类型", "受益户数量"], {"project.households"}),
    ],
)
def test_what_is_offered_for_a_heading_can_be_meant_by_it(
    tmp_path: Path, heads: list[str], offered: set[str]
) -> None:
    file = workbook(tmp_path / "list.xlsx", [heads, *[[None] * 3] * 3])
    ((_sheet, table),) = understand(file, catalogue()).tables()
    asked = table.columns[-1]
    assert asked.confidence < SURE
    assert {one for one in (asked.field, *(m.field for m in asked.alternatives)) if one} >= offered
    if not offered:
        assert asked.field is None and not any(m.field for m in asked.alternatives)


@pytest.mark.parametrize(
    ("field", "heading"),
    [
        ("household.taken_along", "致富带头人"),
        ("household.cooperative", "加入的合作组织"),
        ("project.state", "项目内容"),
    ],
)
def test_a_heading_that_ends_in_another_sort_of_answer_asks_otherwise(
    field: str, heading: str
) -> None:
    (asked,) = (one for one in catalogue().headings if one.field == field)
    assert asks_otherwise(heading, asked)
    assert not any(asks_otherwise(name, asked) for name in asked.names)
