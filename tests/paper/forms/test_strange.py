"""Forms unlike those of the makers: whose rows they are and what they ask is not guessed."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

import docx
import openpyxl
import pytest
from openpyxl.styles import Border, Side

from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import person as persons
from bangfu.ledger.models import Subject
from bangfu.ledger.moment import Moment
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.boxes import ticked
from bangfu.paper.forms.cells import Value
from bangfu.paper.forms.fill import SAID_ALREADY, fill_any, plan
from bangfu.paper.forms.sources import WHOEVER_APPLIES
from bangfu.paper.forms.told import TableTold
from tests.paper.forms.reading import source_in_words
from tests.village import OPERATOR, VISITED, Village, build_well

THIN = Side(style="thin")
MARCH = Moment(dt.date(2009, 3, 10))
JUNE = Request(Moment(dt.date(2026, 6, 30)))


def form(folder: Path, rows: Sequence[Sequence[str]], *, titles: Sequence[int] = (1,)) -> Path:
    """A form with borders, but for its titles; ``<`` is the cell at the left, ``^`` that above."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    width = max(len(row) for row in rows)
    for y, row in enumerate(rows, 1):
        for x in range(1, width + 1):
            text = row[x - 1] if x <= len(row) else ""
            cell = sheet.cell(y, x)
            if text not in ("", "<", "^"):
                cell.value = text
            if y not in titles:
                cell.border = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
    for y, row in enumerate(rows, 1):
        for x, text in enumerate(row, 1):
            if text in ("<", "^"):
                continue
            right = x
            while right < len(row) and row[right] == "<":
                right += 1
            below = y
            while below < len(rows) and x <= len(rows[below]) and rows[below][x - 1] == "^":
                below += 1
            if (right, below) != (x, y):
                sheet.merge_cells(start_row=y, start_column=x, end_row=below, end_column=right)
    path = folder / "form.xlsx"
    book.save(path)
    return path


def asked(folder: Path, *rows: Sequence[str], titles: Sequence[int] = (1,)) -> list[TableTold]:
    """What the tables of a form ask, without anybody being read."""
    _, tables = plan(form(folder, rows, titles=titles), JUNE)
    return tables


def sources(table: TableTold) -> list[str]:
    return [source_in_words(column) for column in table.columns]


BLANK = ("",) * 5


@pytest.mark.parametrize(
    "title",
    [
        "2026年春节走访慰问困难群众花名册",
        "雨露计划补助申请审批表",
        "慰问物资发放签领表",
        "本月新增监测对象名单",
        "临时救助对象花名册(困难户)",
    ],
)
def test_of_whom_something_is_done_is_asked_and_not_everybody(
    village: Village, tmp_path: Path, db: None, title: str
) -> None:
    path = form(tmp_path, [(title,), ("序号", "户主姓名", "村", "家庭人口", "签字"), BLANK, BLANK])
    (table,) = fill_any(path, Request(MARCH, place=village.county)).tables
    assert table.kind == "household" and table.rows == 0
    assert table.rows_choices, "somebody may say which list is meant"


def test_the_heading_of_the_name_narrows_too(village: Village, tmp_path: Path, db: None) -> None:
    path = form(tmp_path, [("花名册",), ("序号", "学生姓名", "性别", "身份证号"), BLANK, BLANK])
    (table,) = fill_any(path, Request(MARCH, place=village.county)).tables
    assert table.kind == "person" and table.rows == 0


def test_below_a_title_of_whom_the_ledger_cannot_tell_no_part_of_everybody_is_counted(
    db: None, tmp_path: Path
) -> None:
    (table,) = asked(
        tmp_path,
        ("各村残疾人情况统计表",),
        ("村名", "总人数", "男", "女", "60岁以上"),
        BLANK,
        BLANK,
    )
    assert sources(table) == ["stub", "-", "-", "-", "-"]


def test_a_column_that_names_its_own_kind_is_counted_by_it(db: None, tmp_path: Path) -> None:
    (table,) = asked(
        tmp_path,
        ("低收入人口动态管理统计表",),
        ("村名", "监测户数", "监测人口数", "脱贫户数", "总户数"),
        BLANK,
        BLANK,
    )
    assert sources(table) == [
        "stub",
        "count:household(kind=monitored)",
        "count:person(household=kind:monitored)",
        "count:household(kind=poor)",
        "count:household(kind=low_income)",
    ]


def test_who_works_is_counted_among_those_of_the_title(db: None, tmp_path: Path) -> None:
    (table,) = asked(
        tmp_path,
        ("脱贫人口外出务工情况统计表",),
        ("乡镇", "脱贫人口总数", "务工人数", "<", "<", "<"),
        ("^", "^", "小计", "按性别", "<", "省外"),
        ("^", "^", "^", "男", "女", "^"),
        BLANK,
        BLANK,
    )
    work = "household=kind:poor"
    at_work = "work_kind=['away', 'local']"
    assert sources(table) == [
        "stub",
        "count:person(household=kind:poor)",
        f"count:person({work},{at_work})",
        f"count:person({work},sex=1,{at_work})",
        f"count:person({work},sex=2,{at_work})",
        "-",
    ]


def test_quarters_and_months_in_headings_are_times_of_the_title_s_year(
    db: None, tmp_path: Path
) -> None:
    (table,) = asked(
        tmp_path,
        ("2026年各村入户走访情况统计表",),
        ("村名", "走访次数", "<", "<", "<"),
        ("^", "一季度", "3月", "下半年", "十一月"),
        BLANK,
        BLANK,
    )
    assert sources(table) == [
        "stub",
        "count:visit(date=from:2026-01-01/to:2026-03-31)",
        "count:visit(date=from:2026-03-01/to:2026-03-31)",
        "-",
        "-",
    ], "what is still to come is not counted as nothing"


def test_a_quarter_needs_its_year_and_households_are_counted_as_of_its_end(
    db: None, tmp_path: Path
) -> None:
    rows = [("村名", "走访次数", "<", "<"), ("^", "一季度", "二季度", "三季度"), BLANK, BLANK]
    (table,) = asked(tmp_path, ("各村走访情况统计表",), *rows)
    assert sources(table)[1:] == ["-", "-", "-"]
    rows = [("村名", "监测户数", "<", "<"), ("^", "一季度", "二季度", "三季度"), BLANK, BLANK]
    (table,) = asked(tmp_path, ("2026年各村监测户情况统计表",), *rows)
    first, second = (column.source.figure for column in table.columns[1:3])
    assert first is not None and first.moment.on == dt.date(2026, 3, 31)
    assert second is not None and second.moment.on == dt.date(2026, 6, 30)
    assert sources(table)[3] == "-", "the third quarter is still to come"


def test_needs_are_counted_by_pieces_and_by_how_they_stand(db: None, tmp_path: Path) -> None:
    (table,) = asked(
        tmp_path,
        ("群众诉求办理情况统计表(2026年)",),
        ("村名", "诉求件数", "<", "已办结", "未办结"),
        ("^", "总数", "教育", "^", "^"),
        BLANK,
        BLANK,
    )
    told = sources(table)
    assert told[1].startswith("count:need(date") and "kind=education" in told[2]
    assert "closed=" in told[3] and "closed=" in told[4]


def test_whoever_applies_is_not_the_head_and_the_list_is_of_households(
    db: None, tmp_path: Path
) -> None:
    (card,) = asked(
        tmp_path,
        ("防返贫申报登记表",),
        ("申报人姓名", "", "身份证号", "", "联系电话", ""),
        ("家庭人口", "", "上年人均纯收入", "", "户类型", ""),
    )
    by = {column.column.heading: column for column in card.columns}
    assert by["身份证号"].source.why == by["联系电话"].source.why == WHOEVER_APPLIES
    (table,) = asked(
        tmp_path,
        ("物资签领表",),
        ("序号", "户主姓名", "物资", "<", "领取人", "与户主关系", "联系方式"),
        ("^", "^", "大米(袋)", "食用油(桶)", "^", "^", "^"),
        BLANK,
    )
    assert (table.shape, table.kind) == ("records", "household")
    assert sources(table)[1] == "head:person.name"
    assert sources(table)[4:] == ["-", "-", "-"]


def test_a_list_goes_on_below_its_continuation(village: Village, tmp_path: Path, db: None) -> None:
    heads = ("序号", "姓名", "性别")
    rows = [("全村人员名单",), heads, BLANK[:3], BLANK[:3], ("续表",), heads, BLANK[:3]]
    path = form(tmp_path, rows, titles=(1, 5))
    above, below = fill_any(path, Request(MARCH, place=village.county)).tables
    assert above.rows_are == below.rows_are and above.title == below.title
    whole = [*above.about, *below.about]
    assert len(whole) == len(set(whole)) > len(above.about) > 0


def test_who_did_the_visit_is_named_under_the_helper(
    village: Village, tmp_path: Path, db: None
) -> None:
    rows = [("走访工作日志(2009年)",), ("走访日期", "帮扶责任人", "走访户主", "走访方式"), BLANK]
    done = fill_any(form(tmp_path, rows), Request(Moment(VISITED), place=village.county))
    (table,) = done.tables
    helper = table.columns[1]
    assert table.rows and helper.filled == table.rows


def test_members_below_a_card_are_those_of_the_household_or_nobody(
    village: Village, tmp_path: Path, db: None
) -> None:
    document = docx.Document()
    card = document.add_table(rows=2, cols=4)
    for at, text in {
        (0, 0): "户主姓名",
        (0, 2): "家庭人口",
        (1, 0): "户类型",
        (1, 2): "联系电话",
    }.items():
        card.cell(*at).text = text
    document.add_paragraph("家庭成员:")
    members = document.add_table(rows=3, cols=4)
    for at, text in enumerate(("姓名", "与户主关系", "性别", "出生年月")):
        members.cell(0, at).text = text
    path = tmp_path / "card.docx"
    document.save(str(path))
    _, nobody = fill_any(path, Request(MARCH, place=village.county)).tables
    assert nobody.rows == 0 and nobody.remarks
    for subject in (village.zhao_home, village.zhao):
        about = Request(MARCH, place=village.county, subject=subject.pk)
        _, members_told = fill_any(path, about).tables
        assert set(members_told.about) == {village.zhao.pk, village.sun.pk}


def test_what_the_form_says_in_its_rows_is_never_written_over(
    village: Village, tmp_path: Path, db: None
) -> None:
    rows = [("单位情况表",), ("单位名称", "地址", "单位类别"), ("", "城东", ""), ("", "城西", "")]
    (table,) = fill_any(form(tmp_path, rows), Request(MARCH, place=village.county)).tables
    assert table.kind == "organisation" and table.rows == 0
    assert SAID_ALREADY in table.remarks


def test_households_with_an_allowance_are_those_of_whom_one_has_it(
    village: Village, db: None, tmp_path: Path
) -> None:
    heads = ("村", "户数", "低保户数", "低保人数", "特困户数", "残疾人户数")
    request = Request(MARCH, place=village.county)
    rows = [("各村帮扶成效统计表",), heads, *[("",) * len(heads)] * 4]
    told = sources(fill_any(form(tmp_path, rows), request).tables[0])
    assert told[1].startswith("count:household") and told[5] == "-"
    persons.update(by=OPERATOR, subject=village.zhao, allowance="rural", on=VISITED)
    done = fill_any(form(tmp_path, rows), request)
    sheet = openpyxl.load_workbook(io.BytesIO(done.content)).active
    assert sheet is not None
    (row,) = (r for r in sheet.iter_rows(values_only=True) if r[0] == "前岫村")
    assert row[2:5] == (1, 1, 0), row


def rows_in(path: Path, village: Village) -> list[tuple[object, ...]]:
    """The rows of a form, filled for the county."""
    done = fill_any(path, Request(MARCH, place=village.county))
    sheet = openpyxl.load_workbook(io.BytesIO(done.content)).active
    assert sheet is not None
    return [row for row in sheet.iter_rows(values_only=True) if any(row)]


def test_a_table_in_ten_thousand_yuan_counts_projects_and_homes_one_by_one(
    village: Village, tmp_path: Path, db: None
) -> None:
    build_well(village)
    above = [("项目资金情况统计表",), ("单位:万元",)]
    heads = ("乡镇", "项目个数", "农户数")
    rows = rows_in(form(tmp_path, [*above, heads, *[("", "", "")] * 3], titles=(1, 2)), village)
    (town,) = (row for row in rows if row[0] == "云岫镇")
    assert town[1] == 1 and int(str(town[2])) >= 1
    heads = ("序号", "项目名称", "概算投资", "项目进展情况", "形象进度", "责任单位")
    rows = rows_in(form(tmp_path, [*above, heads, *[("",) * 6] * 2], titles=(1, 2)), village)
    assert rows[3] == (1, "前岫机井", 1.2, "已批复", None, "县人民医院")


def test_how_many_projects_came_so_far_is_counted_town_by_town(
    village: Village, tmp_path: Path, db: None
) -> None:
    build_well(village)
    heads = (
        "乡镇",
        "项目总数",
        "已批复",
        "未开工",
        "已完工",
        "已验收",
        "概算投资(万元)",
        "受益户数",
    )
    shape = [("各乡镇帮扶项目完成情况统计表",), heads, *[("",) * 8] * 3]
    (town,) = (row for row in rows_in(form(tmp_path, shape), village) if row[0] == "云岫镇")
    assert town == ("云岫镇", 1, 1, 1, 0, 0, 1.2, None)


def test_the_unit_that_answers_for_a_problem_is_not_who_helps(db: None, tmp_path: Path) -> None:
    heads = ("序号", "村", "户主", "问题描述", "责任单位", "帮扶责任人")
    (table,) = asked(tmp_path, ("监测对象问题需求清单",), heads, BLANK, BLANK)
    told = sources(table)
    assert told[4] != told[5] and "helper" not in told[4], told


def test_who_lives_with_somebody_who_has_an_allowance_is_not_counted_as_having_it(
    db: None, tmp_path: Path
) -> None:
    heads = ("村", "户数", "低保户人口", "低保人口")
    (table,) = asked(tmp_path, ("各村帮扶成效统计表",), heads, BLANK, BLANK)
    assert sources(table)[2] == "-" and sources(table)[3].startswith("count:person")


def test_visits_to_one_sort_of_household_are_those_to_them(
    village: Village, tmp_path: Path, db: None
) -> None:
    heads = ("序号", "走访时间", "走访人", "走访内容")
    shape = [("监测户走访记录表",), heads, *[("",) * 4] * 3]
    assert len(rows_in(form(tmp_path, shape), village)) == 2
    home = Subject.objects.current().get(pk=persons.sheet_on(village.zhao).household_id)
    households.update(by=OPERATOR, subject=home, kind="monitored", on=VISITED)
    assert rows_in(form(tmp_path, shape), village)[2][0] == 1


def test_a_phone_beside_the_helper_s_unit_is_not_the_head_s(db: None, tmp_path: Path) -> None:
    heads = ("序号", "户主姓名", "现帮扶责任人", "现单位", "联系电话")
    (table,) = asked(tmp_path, ("结对帮扶一览表",), heads, BLANK, BLANK)
    assert sources(table)[4] == "helper:person.phone"
    heads = ("序号", "户主姓名", "原帮扶责任人", "原单位", "联系电话")
    (table,) = asked(tmp_path, ("结对帮扶一览表",), heads, BLANK, BLANK)
    assert sources(table)[4] == "-", "who helped before is not who helps now"


def test_units_of_one_sort_are_not_all_units(village: Village, tmp_path: Path, db: None) -> None:
    rows = [("县直单位包村情况一览表",), ("序号", "单位名称", "信用代码"), BLANK[:3], BLANK[:3]]
    (table,) = fill_any(form(tmp_path, rows), Request(MARCH, place=village.county)).tables
    assert table.kind == "organisation" and table.rows == 0 and table.rows_choices


def test_villages_are_those_of_the_place_and_no_towns(
    village: Village, tmp_path: Path, db: None
) -> None:
    heads = ("村名", "供水方式", "备注")
    path = form(tmp_path, [("行政村一览表",), heads, BLANK[:3], BLANK[:3]])
    (table,) = fill_any(path, Request(MARCH, place=village.town)).tables
    assert table.kind == "place"
    assert set(table.about) == {village.village.fact_key, village.next_village.fact_key}


def test_rows_with_a_number_of_households_are_no_households(db: None, tmp_path: Path) -> None:
    heads = ("组别", "户数", "人口", "耕地面积(亩)", "组长姓名", "联系电话")
    (table,) = asked(tmp_path, ("村民小组基本情况表",), heads, BLANK, BLANK)
    assert table.kind != "household"


def test_a_unit_in_a_log_of_visits_is_a_unit_and_no_person(db: None, tmp_path: Path) -> None:
    heads = ("序号", "帮扶单位", "帮扶责任人", "走访时间", "走访对象")
    (table,) = asked(tmp_path, ("帮扶责任人走访台账(2026年5月)",), heads, BLANK, BLANK)
    assert sources(table)[1:3] == ["unit:organisation.name", "helper:person.name"]


def test_whoever_has_a_helper_through_the_family_has_one(
    village: Village, tmp_path: Path, db: None
) -> None:
    heads = ("村名", "落实帮扶责任人户数", "未落实帮扶责任人户数")
    path = form(tmp_path, [("帮扶责任人落实情况统计表",), heads, BLANK[:3], BLANK[:3], BLANK[:3]])
    done = fill_any(path, Request(MARCH, place=village.town))
    sheet = openpyxl.load_workbook(io.BytesIO(done.content)).active
    assert sheet is not None
    told = {row[0]: row[1:3] for row in sheet.iter_rows(min_row=3, values_only=True) if row[0]}
    assert told[village.village.name] == (1, 0), "the household of the one who is paired"


def test_a_household_s_number_is_not_its_name(db: None, tmp_path: Path) -> None:
    heads = ("户编号", "户主姓名", "家庭成员姓名", "与户主关系")
    (table,) = asked(tmp_path, ("前岫村家庭成员花名册",), heads, BLANK, BLANK)
    assert sources(table)[0] == "-"


@pytest.mark.parametrize(
    ("text", "value", "after"),
    [
        ("□脱贫户  □监测户  □一般户", "监测户", "□脱贫户  ☑监测户  □一般户"),
        ("□是 □否", True, "☑是 □否"),
        ("□是□否", "否", "□是☑否"),
        ("☐有 ☐无", "是", "☑有 ☐无"),
        ("□是 □否", "达标", "☑是 □否"),
        ("□男、□女", "女", "□男、☑女"),
        ("□脱贫户 □监测户", "一般户", None),
        ("□是 □否 □是", "是", None),
        ("□有风险 □达标", "达标", "□有风险 ☑达标"),
    ],
)
def test_the_box_of_the_answer_is_ticked_and_no_other(
    text: str, value: Value, after: str | None
) -> None:
    assert ticked(text, value) == after


@pytest.mark.parametrize("word", [False, True], ids=["xlsx", "docx"])
def test_boxes_of_a_card_are_ticked_and_the_words_stay(
    village: Village, tmp_path: Path, db: None, word: bool
) -> None:
    subject = village.zhao.pk

    if word:
        document = docx.Document()
        card = document.add_table(rows=2, cols=4)
        for number, text in enumerate(
            ("姓名", "", "性别", "□男  □女", "出生年月", "", "文化程度", "")
        ):
            card.cell(number // 4, number % 4).text = text
        path = tmp_path / "card.docx"
        document.save(str(path))
    else:
        rows = [("人员登记卡",), ("姓名", "", "性别", "□男  □女"), ("出生年月", "", "文化程度", "")]
        path = form(tmp_path, rows)
    done = fill_any(path, Request(MARCH, place=village.county, subject=subject))
    (table,) = done.tables
    column = next(c for c in table.columns if c.column.heading == "性别")
    assert column.filled == 1

    said = cells_of(done.content, word=word)
    assert "☑男  □女" in said and "□男  □女" not in said


def cells_of(content: bytes, *, word: bool) -> list[str]:
    """The words of every cell of a filled form."""
    if word:
        tables = docx.Document(io.BytesIO(content)).tables
        return [cell.text for one in tables for row in one.rows for cell in row.cells]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [str(value) for row in sheet.iter_rows(values_only=True) for value in row if value]


def test_what_changed_within_a_time_is_no_state(db: None, tmp_path: Path) -> None:
    """本年脱贫户数 are not all who were lifted out; 本月消除 are those whose day lies in it."""
    heads = ("村名", "本年脱贫户数", "本月风险消除户数", "脱贫户数")
    (table,) = asked(tmp_path, ("各村情况统计表",), heads, BLANK, BLANK)
    removed = "count:household(kind=monitored,risk_removed=from:2026-06-01/to:2026-06-30)"
    assert sources(table)[1:] == ["-", removed, "count:household(kind=poor)"]
    rows = [("指标", "单位", "数量"), ("脱贫户数", "户", ""), ("本年新增监测户数", "户", "")]
    (table,) = asked(tmp_path, ("情况统计表",), *rows)
    came = "count:household(identified=from:2026-01-01/to:2026-12-31,kind=monitored)"
    assert sources(table) == ["count:household(kind=poor)", came]


def test_a_class_that_contradicts_the_column_is_left(village: Village, tmp_path: Path) -> None:
    rows = [
        ("各类农户情况统计表",),
        ("类别", "户数", "脱贫户", "监测户"),
        ("脱贫户", "", "", ""),
        ("监测户", "", "", ""),
    ]
    done = fill_any(form(tmp_path, rows), Request(MARCH, place=village.county))
    sheet = openpyxl.load_workbook(io.BytesIO(done.content)).active
    assert sheet is not None
    first, second = list(sheet.iter_rows(min_row=3, values_only=True))
    assert first[3] is None and second[2] is None
    assert first[1] == first[2] and second[1] == second[3]


def test_a_village_is_no_row_of_a_list_of_towns(village: Village, tmp_path: Path) -> None:
    rows = [("各乡镇农户统计表",), ("乡镇", "总户数"), BLANK[:2], BLANK[:2]]
    done = fill_any(form(tmp_path, rows), Request(MARCH, place=village.village))
    assert done.tables[0].rows == 0


def test_running_numbers_alone_are_no_filled_form(village: Village, tmp_path: Path) -> None:
    heads = ("序号", "工作内容", "完成情况", "责任人", "下周计划")
    rows = [("工作周报(2009年第9周)",), heads, BLANK, BLANK]
    done = fill_any(form(tmp_path, rows), Request(MARCH, place=village.county))
    assert done.filled == 0 and done.tables[0].rows == 0


def test_a_week_that_is_named_by_its_number_has_no_days(village: Village, tmp_path: Path) -> None:
    rows = [("走访记录表(2009年第9周)",), ("走访时间", "走访人", "走访内容"), BLANK[:3], BLANK[:3]]
    done = fill_any(form(tmp_path, rows), Request(MARCH, place=village.county))
    assert done.tables[0].rows == 0
    rows[0] = ("本月走访记录表",)
    done = fill_any(form(tmp_path, rows), Request(MARCH, place=village.county))
    assert "2009-03-01" in done.tables[0].rows_are.zh


@pytest.mark.parametrize("title", ["民政对象台账", "因病返贫风险户台账", "移民搬迁户花名册"])
def test_more_groups_are_not_everybody(village: Village, tmp_path: Path, title: str) -> None:
    rows = [(title,), ("序号", "户主姓名", "家庭人口", "帮扶责任人"), BLANK[:4], BLANK[:4]]
    done = fill_any(form(tmp_path, rows), Request(MARCH, place=village.county))
    assert done.tables[0].rows == 0
    rows[0] = ("农户花名册(填报单位:城关镇人民政府)",)
    done = fill_any(form(tmp_path, rows), Request(MARCH, place=village.county))
    assert done.tables[0].rows > 0


def test_when_work_began_is_no_number_of_months(db: None, tmp_path: Path) -> None:
    heads = ("序号", "姓名", "务工起始时间", "务工时间(月)")
    (table,) = asked(tmp_path, ("人员名册",), heads, BLANK, BLANK)
    assert sources(table)[2:] == ["?", "person.work_months"]
