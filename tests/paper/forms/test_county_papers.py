"""Papers as counties send them: whom they are of, what is counted of a household, other years."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bangfu.ledger.actions import benefit as benefits
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import income as incomes
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import payout as payouts
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import place as places
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions import reckoning as reckonings
from bangfu.ledger.models import User
from bangfu.ledger.moment import Moment
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.counting import A_CHANGE, PARTS
from bangfu.paper.forms.fill import fill
from bangfu.paper.forms.told import TableTold
from tests.paper.forms.reading import source_in_words
from tests.paper.forms.test_strange import BLANK, asked, form
from tests.village import FOUNDED, OPERATOR, RETURNED, VISITED, Village, village_subject

Rows = list[tuple[object, ...]]


def filled(
    folder: Path, village: Village, *rows: Sequence[str], on: dt.date = VISITED
) -> tuple[TableTold, Rows]:
    done = fill(form(folder, rows), Request(Moment(on), place=village.county))
    sheet = openpyxl.load_workbook(io.BytesIO(done.content)).active
    assert sheet is not None
    return done.tables[0], list(sheet.iter_rows(values_only=True))


def told(table: TableTold) -> dict[str, str]:
    return {"/".join(c.column.path): source_in_words(c) for c in table.columns}


# ── of whom ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("30岁以上人员花名册", ["赵大山", "钱二河"]),
        ("农村低保对象花名册", ["孙秀英"]),
        ("农村低保、特困供养对象花名册", ["孙秀英", "吴远"]),
        ("脱贫人口及防返贫监测对象花名册", ["钱二河", "赵大山", "孙秀英"]),
        ("低保边缘家庭人员花名册", []),
        ("城乡居民养老保险代缴人员花名册", []),
        ("光伏电站收益分配人员公示表", []),
        ("产业奖补人员验收表", []),
        ("部门数据比对疑点人员核实表", []),
        ("乡镇卫生院执业人员一览表", []),
    ],
)
def test_a_list_is_of_those_of_whom_its_title_speaks(
    village: Village, tmp_path: Path, title: str, names: list[str]
) -> None:
    by, at = OPERATOR, {"on": VISITED, "source": "核对"}
    persons.update(by=by, subject=village.sun, allowance="rural", **at)
    persons.update(by=by, subject=village.outsider, destitute="scattered", **at)
    households.update(by=by, subject=village.zhao_home, kind="monitored", **at)
    households.update(by=by, subject=village.qian_home, kind="poor", **at)
    table, rows = filled(
        tmp_path, village, (title,), ("姓名", "性别", "文化程度"), *[BLANK[:3]] * 5
    )
    assert sorted(str(row[0]) for row in rows[2:] if row[0]) == sorted(names)
    assert bool(table.rows_choices) is not bool(names)


# ── of whom something is asked ────────────────────────────────────────────────────────────────


def test_what_is_somebody_elses_or_elsewhere_is_nobodys_of_the_row(
    db: None, tmp_path: Path
) -> None:
    """A doctor's phone, the province of a workplace, and a pension that the title names."""
    heads = ("姓名", "身份证号", "务工地点", "<", "签约医生", "联系电话", "参保情况", "医保情况")
    below = ("^", "^", "省", "县", "^", "^", "^", "^")
    (table,) = asked(tmp_path, ("务工人员登记表",), heads, below, *[BLANK] * 4)
    both = "person.resident_insured+person.employee_insured"
    assert [source_in_words(c) for c in table.columns][2:] == ["-", "-", "-", "-", both, "?"]
    (table,) = asked(tmp_path, ("养老保险登记表",), ("姓名", "身份证号", "参保情况"), BLANK, BLANK)
    assert source_in_words(table.columns[2]) == "person.resident_pension+person.employee_pension"


def test_how_many_of_a_household_are_of_a_sort_is_counted_among_its_people(
    village: Village, tmp_path: Path
) -> None:
    persons.update(
        by=OPERATOR, subject=village.zhao, on=VISITED, source="核对", work_kind="away",
        birth=dt.date(1945, 1, 1),
    )  # fmt: skip
    heads = ("户名", "家庭人口", "务工人数", "60岁以上人数", "特困人数", "帮扶责任人数")
    table, rows = filled(
        tmp_path, village, ("农户情况登记表",), heads, *[BLANK] * 3, ("合计", *BLANK)
    )
    (zhao,) = [row for row in rows if row[0] == "赵家"]
    assert zhao[1:6] == (4, 1, 1, None, None)
    (qian,) = [row for row in rows if row[0] == "钱家"]
    assert qian[2:4] == (None, 0)
    cell = next(c for c in table.cells if c.row == rows.index(zhao) + 1 and c.column == 3)
    assert cell.keys == (village.zhao.fact,) and "1人没有登记" in cell.doubt
    assert next(row for row in rows if row[0] == "合计")[1:4] == (4, 1, 1)


#: A list of a programme's file, and one of which only a unit is told who stands on it.
LISTS = """
title = "高龄人员帮扶"
owner = "readers"
area  = "990001"
from  = 2009-01-01
to    = 2009-12-31

[paper."青办〔2009〕9号"]
owner = "readers"
on    = 2009-01-01

[organisation.readers]
title = "县人民医院"

[list.old]
title = "高龄人员"
of    = "person"
where.age.at_least = 60

[list.inside]
title   = "内部人员"
of      = "person"
where.age.at_least = 60
readers = ["readers"]
"""


def test_how_many_of_a_household_stand_on_a_list_of_the_programme(
    village: Village, tmp_path: Path
) -> None:
    persons.update(
        by=OPERATOR, subject=village.zhao, on=VISITED, source="核对", birth=dt.date(1945, 1, 1)
    )
    begun = programmes.start(by=OPERATOR, name="the_old", text=LISTS)
    clerk = village.account("zhou", "clerk", place=village.county)
    heads = ("户名", "高龄人员人数", "内部人员人数")
    path = form(tmp_path, (("农户情况登记表",), heads, *[BLANK[:3]] * 3))

    def zhao(user: User | None) -> tuple[Any, ...]:
        request = Request(Moment(VISITED), user=user, place=village.county, programme=begun)
        sheet = openpyxl.load_workbook(io.BytesIO(fill(path, request).content)).active
        assert sheet is not None
        return next(row[1:3] for row in sheet.iter_rows(values_only=True) if row[0] == "赵家")

    assert zhao(None) == (1, 1)
    assert zhao(clerk) == (1, None)
    named = form(tmp_path, (("人员花名册",), ("姓名", "性别"), *[BLANK[:2]] * 3))

    spot = fill(named, Request(Moment(VISITED))).tables[0].rows_spot

    def names(listed: str) -> list[object]:
        answers = {spot: listed}
        request = Request(
            Moment(VISITED), user=clerk, place=village.county, programme=begun, answers=answers
        )
        sheet = openpyxl.load_workbook(io.BytesIO(fill(named, request).content)).active
        assert sheet is not None
        return [row[0] for row in sheet.iter_rows(min_row=3, values_only=True) if row[0]]

    assert (names("old"), names("inside")) == (["赵大山"], [])


def test_fields_of_an_earlier_year_are_told_as_of_its_end(village: Village, tmp_path: Path) -> None:
    """What a year's income was reckoned to be; of a year of which nothing was, nothing."""
    by, home = OPERATOR, village.zhao_home
    households.update(by=by, subject=home, on=VISITED, source="核对", size=3)
    for year, amount in ((2009, 1_200_000), (2010, 2_400_000)):
        first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
        incomes.enter(by=by, subject=home, kind="wages", item="务工", amount=amount, since=first,
                      until=last, evidence="工资条")  # fmt: skip
        reckonings.make(by=by, subject=home, on=dt.date(year + 1, 1, 9))
    heads = (
        "户名",
        "2009年2月家庭人口",
        "家庭人口",
        "2008年工资性收入",
        "2009年工资性收入",
        "工资性收入",
    )
    today = dt.date(2011, 2, 1)
    table, rows = filled(tmp_path, village, ("农户登记表",), heads, BLANK, BLANK, on=today)
    assert next(row for row in rows if row[0] == "赵家")[1:] == (4, 3, None, 12_000, 24_000)
    assert [c.as_data()["as_of"] for c in table.columns[1:5]] == [
        "2009-02-28",
        None,
        "2008",
        "2009",
    ]
    whole = ("2009年度农户收入登记表",), ("户名", "工资性收入"), BLANK[:2], BLANK[:2]
    _, rows = filled(tmp_path, village, *whole, on=today)
    assert next(row for row in rows if row[0] == "赵家")[1] == 12_000


# ── in sums ───────────────────────────────────────────────────────────────────────────────────


def test_means_of_people_and_households_are_one_number_over_another(
    village: Village, tmp_path: Path
) -> None:
    heads = ("乡镇", "户数", "人口", "户均人口", "人均结对户数", "参保率(%)")
    table, rows = filled(tmp_path, village, ("各乡镇情况统计表",), heads, *[BLANK] * 3)
    (town,) = [row for row in rows if row[0] == village.town.name]
    assert town[1:5] == (2, 3, 1.5, 1)
    assert told(table)["人均结对户数"].endswith("/distinct:pairing()")
    means = [cell for cell in table.cells if (cell.row, cell.column) == (rows.index(town) + 1, 4)]
    assert [cell.doubt for cell in means] == [""]


def test_columns_that_are_places_are_counted_each_within_its_own(
    village: Village, tmp_path: Path
) -> None:
    heads = ("项目", village.village.name, village.next_village.name, "没有村", "合计")
    labels = ("总户数", "总人口", "户均人口", "60岁以上老人户")
    rows = [(label, *BLANK[:4]) for label in labels]
    table, laid = filled(tmp_path, village, ("农户情况对照表",), heads[:3] + heads[4:],
                         *[(row[0], *BLANK[:3]) for row in rows])  # fmt: skip
    assert (table.shape, table.kind) == ("summary", "class")
    assert [row[1:] for row in laid[2:]] == [
        (1, 1, 2), (2, 1, 3), (2, 1, None), (None, None, None)
    ]  # fmt: skip
    _, laid = filled(tmp_path, village, ("农户情况对照表",), heads, *rows)
    assert [row[1:] for row in laid[2:4]] == [(1, 1, None, None), (2, 1, None, None)]


def test_rows_of_classes_below_places_are_counted_and_added_up_where_nobody_is_of_two(
    village: Village, tmp_path: Path
) -> None:
    at = {"by": OPERATOR, "on": VISITED, "source": "核对"}
    households.update(subject=village.zhao_home, kind="monitored", **at)
    households.update(subject=village.qian_home, kind="poor", **at)
    persons.update(subject=village.zhao, education="master", **at)
    persons.update(subject=village.qian, education="junior_high", **at)
    both = {"resident_insured": True, "resident_pension": True}
    persons.update(subject=village.zhao, **both, **at)
    places = village.village.name, village.next_village.name

    def laid(title: str, heading: str, *labels: str) -> Rows:
        rows = [(label, *BLANK[:3]) for label in (*labels, "合计")]
        _, laid = filled(tmp_path, village, (title,), (heading, *places, "合计"), *rows)
        return [row[1:] for row in laid[2:]]

    sorts = laid("农户类型分布表", "户类型", "脱贫户", "监测户")
    assert sorts == [(0, 1, 1), (1, 0, 1), (1, 1, 2)]
    schooled = laid("人口文化程度分布表", "文化程度", "小学及以下", "初中", "本科及以上")
    assert schooled == [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2)]
    assert laid("人口文化程度分布表", "文化程度", "初中及以上", "本科及以上")[2] == (None,) * 3
    # One and the same person has either insurance, each of which is held in two ways.
    insured = laid("农户保障情况表", "险种", "医疗保险参保人数", "养老保险参保人数")
    assert insured == [(1, 0, 1), (1, 0, 1), (None,) * 3]


def test_a_place_stands_beside_those_in_which_it_lies_and_beside_a_unit_none(
    village: Village, tmp_path: Path
) -> None:
    heads = ("乡镇", "村", "总户数", "总人口")
    _, rows = filled(tmp_path, village, ("各村农户情况统计表",), heads, *[BLANK[:4]] * 4)
    listed = {row[1]: row[0] for row in rows[2:]}
    assert listed[village.village.name] == listed[village.next_village.name] == village.town.name
    assert listed[village.far_village.name] == village.far_town.name
    units = ("单位名称", "联系村", "结对户数", "走访次数")
    table, rows = filled(
        tmp_path, village, ("各单位联系村情况统计表",), units, ("县人民医院", "", "", "")
    )
    assert told(table)["联系村"] == "-"
    assert rows[2][1] is None


def test_the_whole_of_the_forms_own_place_is_not_what_stands_beside_it(
    village: Village, tmp_path: Path
) -> None:
    """全县 is the county though only one village has a column; 全镇 of a county is nowhere."""
    heads = ("指标", village.village.name, "没有村", "全县合计")
    rows = [("总户数(户)", *BLANK[:3]), ("脱贫户(户)", *BLANK[:3])]
    _, laid = filled(tmp_path, village, ("指标对比表",), heads, *rows)
    assert laid[2][1:] == (1, None, 2)
    _, laid = filled(tmp_path, village, ("指标对比表",), (*heads[:3], "全镇合计"), *rows)
    assert laid[2][1:] == (1, None, None)


def test_what_lies_in_no_place_is_the_countys_by_whatever_name(
    village: Village, tmp_path: Path
) -> None:
    """A county that is called otherwise by now is still the only one that there was."""
    rows = ("县情指标表",), ("指标", "数量"), ("到位资金(元)", ""), ("总户数(户)", "")
    before = filled(tmp_path, village, *rows)[1]
    assert [row[1] for row in before[2:]] == [0, 2]
    village.county = places.rename(
        by=OPERATOR, place=village.county, name="新县", on=VISITED + dt.timedelta(days=9),
        source="批复",
    )  # fmt: skip
    assert filled(tmp_path, village, *rows)[1][2:] == before[2:]


def test_whose_helpers_a_title_names_are_listed_and_nobody_else(
    village: Village, tmp_path: Path
) -> None:
    title = ("帮扶责任人履职情况表",)
    _, rows = filled(tmp_path, village, title, ("序号", "姓名", "性别"), *[BLANK[:3]] * 3)
    assert {row[1] for row in rows[2:] if row[1]} == {"周敏", "李建国"}


def test_what_a_unit_helps_by_its_people_is_told_also_where_a_person_is_helped(
    village: Village, tmp_path: Path
) -> None:
    heads = ("单位名称", "结对户数", "其中:监测户", "脱贫户", "走访次数")
    home, at = village.zhao_home, {"by": OPERATOR, "on": VISITED, "source": "核对"}
    row = (village.hospital.name, "", "", "", "")
    table, rows = filled(tmp_path, village, ("单位结对情况统计表",), heads, row)
    assert rows[2][1:4] == (1, 0, 0)
    households.update(subject=home, kind="monitored", **at)
    households.update(subject=village.qian_home, kind="poor", **at)
    places = ("乡镇", "结对户数", "其中:监测户", "脱贫户")
    _, rows = filled(tmp_path, village, ("各乡镇结对情况统计表",), places, *[BLANK[:4]] * 3)
    assert next(row for row in rows if row[0] == village.town.name)[1:] == (2, 1, 1)


def test_a_road_to_the_door_is_no_visit(db: None, tmp_path: Path) -> None:
    heads = ("村名", "总户数", "住房等级", "<", "入户路硬化户数", "卫生厕所户数")
    below = ("^", "^", "A级", "B级", "^", "^")
    (table,) = asked(tmp_path, ("各村住房道路情况统计表",), heads, below, *[BLANK[:6]] * 3)
    assert (table.shape, table.kind) == ("summary", "place")
    assert [source_in_words(c) for c in table.columns][4:] == [
        "count:household(hard_road=True)",
        "count:household(toilet=True)",
    ]


def test_how_much_somebody_gets_is_asked_where_nothing_says_of_what(
    db: None, tmp_path: Path
) -> None:
    heads = ("姓名", "身份证号", "与户主关系", "补贴标准(元/月)")
    (table,) = asked(tmp_path, ("80岁以上高龄老人花名册",), heads, *[BLANK[:4]] * 3)
    assert source_in_words(table.columns[3]) == "?"
    heads = ("姓名", "身份证号", "与户主关系", "纳入时间")
    (table,) = asked(tmp_path, ("农村低保对象台账",), heads, *[BLANK[:4]] * 3)
    assert source_in_words(table.columns[3]) == "?"
    (table,) = asked(tmp_path, ("防返贫监测对象台账",), heads, *[BLANK[:4]] * 3)
    assert source_in_words(table.columns[3]) == "household.identified"
    heads = ("项目名称", "实施地点", "建设性质", "进度")
    (table,) = asked(tmp_path, ("项目台账",), heads, *[BLANK[:4]] * 3)
    assert source_in_words(table.columns[3]) in "-?"
    paired = ("乡镇", "结对脱贫户", "问题办结数")
    (table,) = asked(tmp_path, ("结对帮扶汇总表(2026年6月)",), paired, *[BLANK[:3]] * 3)
    homes, closed = [source_in_words(c) for c in table.columns][1:]
    assert "kind=poor" in homes and "pairing" in homes and closed.startswith("count:need(closed=")


def test_a_need_of_a_village_lies_there_as_those_of_its_people_do(
    village: Village, tmp_path: Path
) -> None:
    for subject in (village_subject(village), village.zhao):
        needs.raise_(by=OPERATOR, subject=subject, on=VISITED, text="路不好走")
    heads = ("乡镇", "问题数", "未办结问题数")
    _, rows = filled(tmp_path, village, ("群众问题统计表",), heads, *[BLANK[:3]] * 3)
    assert next(row for row in rows if row[0] == village.town.name)[1:] == (2, 2)
    listed = ("序号", "提出时间", "反馈问题", "所在村", "承办单位")
    table, rows = filled(tmp_path, village, ("反馈问题整改台账",), listed, *[BLANK[:5]] * 3)
    assert [row[3] for row in rows[2:]] == [village.village.name, village.village.name, None]
    assert told(table)["承办单位"] == "need.organisation"
    found, _ = filled(tmp_path, village, ("督导发现问题整改台账",), listed, *[BLANK[:5]] * 3)
    assert (found.rows, found.rows_are.zh) == (0, "标题限于“督导”，系统没有这一分类")


def test_the_insured_are_of_the_insurance_that_title_and_headings_name(
    village: Village, tmp_path: Path
) -> None:
    by, at = OPERATOR, {"on": VISITED, "source": "核对"}
    persons.update(by=by, subject=village.zhao, resident_insured=True, **at)
    persons.update(by=by, subject=village.qian, employee_insured=True, **at)
    heads = ("乡镇", "总人口", "参保人数", "未参保人数", "参保率(%)")
    table, rows = filled(tmp_path, village, ("医疗保险参保情况统计表",), heads, *[BLANK] * 3)
    (town,) = [row for row in rows if row[0] == village.town.name]
    assert town[1:4] == (3, 2, 0)
    assert str(town[4]).startswith("66.6")
    table, _ = filled(tmp_path, village, ("居民医保参保情况统计表",), heads[:4], *[BLANK[:4]] * 3)
    assert told(table)["参保人数"] == "count:person(resident_insured=True)"
    assert told(table)["未参保人数"] == "-"
    table, rows = filled(tmp_path, village, ("养老保险参保情况统计表",), heads, *[BLANK] * 3)
    assert next(row for row in rows if row[0] == village.town.name)[4] is None
    due = ("乡镇", "应参保人数", "参保率(%)")
    table, _ = filled(tmp_path, village, ("医疗保险参保情况统计表",), due, *[BLANK[:3]] * 3)
    assert [source_in_words(c) for c in table.columns[1:]] == ["-", "?"]


def test_what_ought_to_be_and_what_is_of_no_time_is_not_what_was_done(
    db: None, tmp_path: Path
) -> None:
    heads = (
        "乡镇",
        "应走访户数",
        "已走访户数",
        "走访率(%)",
        "问题总数",
        "本月新增问题",
        "未整改问题",
    )
    (table,) = asked(tmp_path, ("走访统计表(2026年6月)",), heads, *[("",) * 7] * 3)
    said = [source_in_words(c) for c in table.columns][1:]
    assert [word in "-?" for word in said] == [True, False, True, True, False, True]
    (table,) = asked(tmp_path, ("住房安全动态监测统计表",), ("村名", "总户数"), *[("", "")] * 3)
    assert source_in_words(table.columns[1]) == "count:household()"
    topics = ("村名", "总人口", "劳动力总数", "<", "<", "男")
    below = ("^", "^", "小计", "技能劳动力", "普通劳动力", "^")
    (table,) = asked(tmp_path, ("劳动力资源及就业统计表",), topics, below, *[("",) * 6] * 3)
    assert [source_in_words(c) for c in table.columns][1:] == [
        "count:person()",
        "count:person(any=[{'labour': 'skilled'}, {'labour': 'ordinary'}])",
        "count:person(labour=skilled)",
        "count:person(labour=ordinary)",
        "-",
    ]


def test_what_a_form_counts_is_not_taken_for_its_neighbour(db: None, tmp_path: Path) -> None:
    """户次 are visits; who was born is told by no day; totals hold what is not known as well."""
    (table,) = asked(
        tmp_path, ("2026年6月工作月报表",), ("村名", "走访农户(户次)", "<", "有务工人员户数"),
        ("^", "本月", "本年累计", "^"), *[BLANK] * 3,
    )  # fmt: skip
    assert [source_in_words(c) for c in table.columns][1:] == [
        "count:visit(date=from:2026-06-01/to:2026-06-30)",
        "count:visit(date=from:2026-01-01/to:2026-06-30)",
        "count:household(person=as:household/work_kind:['away', 'local'])",
    ]
    (table,) = asked(
        tmp_path, ("脱贫人口自然增减统计表",), ("村名", "婚入人数", "死亡人数", "自然减少人数"),
        *[BLANK] * 3,
    )  # fmt: skip
    assert [c.source.why for c in table.columns[1:3]] == [A_CHANGE, A_CHANGE]
    assert source_in_words(table.columns[3]) == "-"
    (table,) = asked(
        tmp_path, ("农村低收入人口动态监测情况汇总表",),
        ("乡镇", "低保对象", "<", "低保边缘家庭", "<", "合计", "<"),
        ("^", "户", "人", "户", "人", "户", "人"), *[BLANK] * 3,
    )  # fmt: skip
    assert [source_in_words(c) for c in table.columns][1:3] == [
        "count:household(person=as:household/allowance:['rural', 'urban'])",
        "count:person(allowance=['rural', 'urban'])",
    ]
    assert [c.source.why for c in table.columns[5:]] == [PARTS, PARTS]
    (table,) = asked(
        tmp_path, ("监测对象动态管理统计表(2026年1-5月)",), ("行政村", "本期新增", "本期退出", "<"),
        ("^", "户", "风险消除户数", "自然减少户数"), *[BLANK] * 3,
    )  # fmt: skip
    span = "from:2026-01-01/to:2026-05-31"
    assert [source_in_words(c) for c in table.columns][1:] == [
        f"count:household(identified={span},kind=monitored)",
        f"count:household(kind=monitored,risk_removed={span})",
        "-",
    ]


def test_households_whose_risk_is_over_are_told_beside_the_number_of_those_watched(
    village: Village, tmp_path: Path
) -> None:
    at = {"by": OPERATOR, "on": VISITED, "source": "核对", "kind": "monitored"}
    households.update(subject=village.zhao_home, monitored_as="edge", **at)
    households.update(subject=village.qian_home, monitored_as="removed", **at)
    heads = ("乡镇", "监测户数", "边缘易致贫户", "脱贫户数")
    table, rows = filled(tmp_path, village, ("各乡镇情况统计表",), heads, *[BLANK] * 3, on=RETURNED)
    (town,) = [row for row in rows if row[0] == village.town.name]
    assert town[1:4] == (2, 1, 0)
    doubts = [c.doubt for c in table.cells if c.row == rows.index(town) + 1 and c.figure]
    assert doubts == ["其中1户风险已消除,只计在监测的请减去", "", ""]


def test_rows_that_are_sorts_of_problems_are_no_card(db: None, tmp_path: Path) -> None:
    rows = [(word, *BLANK[:3]) for word in ("住房安全", "饮水安全", "义务教育", "其他", "合计")]
    heads = ("问题类型", "发现问题数", "已整改", "整改率(%)")
    (table,) = asked(tmp_path, ("走访发现问题整改情况汇总表",), heads, *rows)
    assert (table.shape, table.kind) == ("summary", "class")


def test_a_payment_is_told_with_the_head_and_the_benefit_under_which_it_was_made(
    village: Village, tmp_path: Path
) -> None:
    """Also where somebody else of the household received it; the group is no village."""
    by, to = OPERATOR, village.sun
    for kind, amount in (("allowance", 38_000), ("pension", 21_000)):
        benefits.enter(by=by, subject=to, kind=kind, amount=amount, per="month",
                       began=FOUNDED)  # fmt: skip
        payouts.enter(by=by, subject=to, kind=kind, amount=amount, on=VISITED)
    heads = ("户主姓名", "身份证号", "村民小组", "补贴项目", "补贴标准", "补贴金额(元)")
    table, rows = filled(tmp_path, village, ("补贴发放公示表",), heads, *[BLANK] * 3)
    assert told(table)["身份证号"] == "head:person.identity"
    paid = {row[3]: row[2:] for row in rows[2:] if row[3]}
    assert paid["最低生活保障"][2:4] == (380, 380)
    assert paid["最低生活保障"][0] is None


def test_sections_below_a_card_hold_what_is_on_record_of_that_household_alone(
    village: Village, tmp_path: Path
) -> None:
    """Whoever of it was named: its people, also more than there are rows, its visits, benefits."""
    by = OPERATOR
    for to, amount in ((village.sun, 38_000), (village.qian, 21_000)):
        benefits.enter(by=by, subject=to, kind="allowance", amount=amount, per="month",
                       began=FOUNDED)  # fmt: skip
    path = form(tmp_path, (
        ("一户一档登记表", *["<"] * 5),
        ("户主姓名", "", "户类型", "", "联系电话", ""),
        ("家庭成员", *["<"] * 5),
        ("姓名", "与户主关系", "性别", "年龄", "文化程度", "备注"),
        BLANK[:6],
        ("走访记录", *["<"] * 5),
        ("走访时间", "走访人", "走访方式", "走访内容", "签字", "备注"),
        BLANK[:6], BLANK[:6], BLANK[:6],
        ("享受政策情况", *["<"] * 5),
        ("政策名称", "标准(元)", "发放周期", "开始时间", "政策来源", "备注"),
        BLANK[:6], BLANK[:6],
        ("帮扶措施", *["<"] * 5),
        ("措施名称", "开始时间", "结束时间", "责任单位", "预算(元)", "备注"),
        BLANK[:6],
    ))  # fmt: skip
    done = fill(path, Request(Moment(VISITED), place=village.county, subject=village.sun.fact))
    card, members, visits, given, measures = done.tables
    assert (card.rows, measures.rows) == (1, 0)
    assert set(members.about) == {village.zhao.fact, village.sun.fact}
    assert visits.about == [village.visit.fact]
    sheet = openpyxl.load_workbook(io.BytesIO(done.content)).active
    assert sheet is not None
    rows = [row for row in sheet.iter_rows(values_only=True) if any(row)]
    first = [row[0] for row in rows]
    assert first[3:7] == ["姓名", "赵大山", "孙秀英", "走访记录"]
    assert first.index("走访记录") < first.index("享受政策情况") < first.index("帮扶措施")
    assert [row[:3] for row in rows if row[0] == "最低生活保障"] == [("最低生活保障", 380, "每月")]


def test_days_of_a_month_among_headings_do_not_hide_a_list(db: None, tmp_path: Path) -> None:
    heads = ("序号", "姓名", *map(str, range(1, 32)), "出勤天数")
    (table,) = asked(tmp_path, ("驻村工作队考勤表",), heads, *[("",) * 34] * 3)
    assert source_in_words(table.columns[1]) == "person.name"
