"""Forms whose rows say what is counted, and columns that are worked out from their neighbours."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from bangfu.ledger.actions import household as households
from bangfu.ledger.moment import Moment
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.cells import Percent
from bangfu.paper.forms.counting import SEALED
from bangfu.paper.forms.fill import fill
from bangfu.paper.forms.sources import TO_ASK
from bangfu.paper.forms.told import TableTold
from tests.paper.forms.reading import source_in_words
from tests.paper.forms.test_strange import BLANK, JUNE, asked, form
from tests.village import OPERATOR, VISITED, Village

HEADS = ("序号", "指标名称", "计量单位", "数量", "备注")


def told(table: TableTold) -> dict[str, str]:
    """What each number asks, by the words of its row."""
    return {c.column.path[-1]: source_in_words(c) for c in table.columns}


def rows_of(*labels: tuple[str, str], heads: Sequence[str] = HEADS) -> list[tuple[str, ...]]:
    numbered = enumerate(labels, start=1)
    return [tuple(heads), *((str(n), label, unit, "", "") for n, (label, unit) in numbered)]


def filled(
    folder: Path, village: Village, *rows: Sequence[str]
) -> tuple[TableTold, list[tuple[object, ...]]]:
    done = fill(form(folder, rows), Request(Moment(VISITED), place=village.county))
    sheet = openpyxl.load_workbook(io.BytesIO(done.content)).active
    assert sheet is not None
    return done.tables[0], list(sheet.iter_rows(values_only=True))


def test_each_row_is_counted_as_its_words_say(db: None, tmp_path: Path) -> None:
    rows = rows_of(
        ("农户总数", "户"), ("总人口", "人"), ("脱贫户数", "户"), ("监测户数", "户"),
        ("低保人数", "人"), ("帮扶责任人数", "人"), ("走访次数", "次"), ("已办结问题数", "件"),
        ("召开会议次数", "次"), ("发放种苗", "株"),
    )  # fmt: skip
    (table,) = asked(tmp_path, ("帮扶工作情况统计表(2026年6月)",), *rows)
    assert (table.shape, table.kind) == ("summary", "class")
    june = "from:2026-06-01/to:2026-06-30"
    assert told(table) == {
        "农户总数": "count:household()",
        "总人口": "count:person()",
        "脱贫户数": "count:household(kind=poor)",
        "监测户数": "count:household(kind=monitored)",
        "低保人数": "count:person(allowance=['rural', 'urban'])",
        "帮扶责任人数": "distinct:pairing()",
        "走访次数": f"count:visit(date={june})",
        "已办结问题数": f"count:need(closed={june})",
        "召开会议次数": f"count:meeting(date={june})",
        "发放种苗": "-",
    }


def test_parts_are_counted_within_what_they_are_parts_of(db: None, tmp_path: Path) -> None:
    rows = [
        ("指标", "单位", "数量"), ("甲", "乙", "1"),
        ("一、户数", "户", ""), ("其中:脱贫户", "户", ""), ("监测户", "户", ""),
        ("二、监测对象人数", "人", ""), ("其中:男", "人", ""), ("女", "人", ""),
        ("60岁以上", "人", ""),
    ]  # fmt: skip
    (table,) = asked(tmp_path, ("基本情况统计表",), *rows)
    assert told(table) == {
        "户数": "count:household()",
        "脱贫户": "count:household(kind=poor)",
        "监测户": "count:household(kind=monitored)",
        "监测对象人数": "count:person(household=kind:monitored)",
        "男": "count:person(household=kind:monitored,sex=1)",
        "女": "count:person(household=kind:monitored,sex=2)",
        "60岁以上": "count:person(age=at_least:60,household=kind:monitored)",
    }


def test_a_row_that_may_be_a_part_or_not_is_asked_and_one_that_cannot_be_is_not(
    db: None, tmp_path: Path
) -> None:
    rows = rows_of(
        ("监测户数", "户"), ("其中:脱贫不稳定户", "户"), ("边缘易致贫户", "户"),
        ("C级危房", "户"), ("低保人数", "人"),
    )  # fmt: skip
    (table,) = asked(tmp_path, ("帮扶情况统计表",), *rows)
    said = told(table)
    assert said["边缘易致贫户"] == "count:household(kind=monitored,monitored_as=edge)"
    assert said["C级危房"] == "?", "of the monitored, or of all"
    assert said["低保人数"] == "count:person(allowance=['rural', 'urban'])"
    rows = rows_of(("脱贫户数", "户"), ("其中:脱贫不稳定户", "户"))
    (table,) = asked(tmp_path, ("帮扶情况统计表",), *rows)
    assert told(table)["脱贫不稳定户"] == "?", "they are kept as monitored, not as lifted out"


def test_columns_of_indicators_are_times_and_changes_are_worked_out(
    village: Village, tmp_path: Path
) -> None:
    heads = ("项目", "计量单位", "本月", "上月", "比上月增减", "本年累计")
    rows = [heads, ("走访次数", "次", "", "", "", ""), ("监测户数", "户", "", "", "", "")]
    table, lines = filled(tmp_path, village, ("帮扶工作月报(2009年3月)",), *rows)
    visits, homes = lines[2], lines[3]
    assert isinstance(visits[2], int) and isinstance(visits[3], int)
    assert visits[4] == visits[2] - visits[3] and visits[2] > 0
    assert homes[5] is None, "a state does not add up over a year"
    change = next(c for c in table.cells if c.row == 3 and c.column == 5)
    assert change.as_data()["worked_out_from"] == ["C3", "D3"]


def test_numbers_of_a_place_count_what_lies_there(village: Village, tmp_path: Path) -> None:
    rows = rows_of(("总户数", "户"), ("总人口", "人"))
    path = form(tmp_path, [("基本情况统计表",), *rows])
    counted = []
    for place in (village.county, village.far_village):
        done = fill(path, Request(Moment(VISITED), place=place))
        sheet = openpyxl.load_workbook(io.BytesIO(done.content)).active
        assert sheet is not None
        counted.append((sheet["D3"].value, sheet["D4"].value))
    assert counted[0] > counted[1]


@pytest.mark.parametrize(
    ("head", "row", "rest"),
    [
        (("指标", "单位", "2026年目标", "完成情况"), ("走访次数", "次", "", ""), 2),
        (("项目名称", "建设单位", "投资额", "备注"), ("村道硬化", "", "", ""), 3),
        (("工作内容", "数量", "负责人", "签字"), ("走访次数", "", "", ""), 1),
    ],
)
def test_tables_of_anything_else_are_no_indicators(
    db: None, tmp_path: Path, head: tuple[str, ...], row: tuple[str, ...], rest: int
) -> None:
    for table in asked(tmp_path, ("情况统计表",), head, row, row):
        figures = [c for c in table.columns if c.source.sort == "figure"]
        assert not figures


# ------------------------------------------------------------------ words of a code book


def test_words_of_one_code_book_are_its_classes(db: None, tmp_path: Path) -> None:
    heads = ("村名", "总户数", "A级", "B级", "C级", "D级")
    (table,) = asked(tmp_path, ("各村住房安全情况表",), heads, BLANK, BLANK)
    grades = [f"count:household(house_grade={word})" for word in "abcd"]
    assert [source_in_words(c) for c in table.columns] == ["stub", "count:household()", *grades]
    heads = ("村名", "合计", "小学", "初中", "高中")
    (table,) = asked(tmp_path, ("各村人口文化程度统计表",), heads, BLANK, BLANK)
    said = [source_in_words(c) for c in table.columns]
    assert said[2:] == [
        "count:person(education=primary)",
        "count:person(education=junior_high)",
        "count:person(education=senior_high)",
    ]
    assert said[1].startswith("count:person(any=")


def test_words_that_fit_two_books_are_asked_and_sealed_ones_are_not_counted(
    db: None, tmp_path: Path
) -> None:
    (table,) = asked(
        tmp_path, ("各村情况统计表",), ("村名", "总人口", "小学", "初中"), BLANK, BLANK
    )
    assert not [c for c in table.columns if "education" in source_in_words(c)]
    rows = [("村名", "总人口", "健康状况", "<"), ("^", "^", "良好", "残疾"), BLANK, BLANK]
    (table,) = asked(tmp_path, ("各村情况统计表",), *rows)
    assert [c.source.why for c in table.columns[2:]] == [SEALED, SEALED]


def test_a_heading_above_that_names_a_group_narrows_to_it(db: None, tmp_path: Path) -> None:
    """监测户情况 above 户数 counts the monitored; 残疾人情况 above 人数 counts nobody."""
    rows = [
        ("村名", "监测户情况", "<", "残疾人情况", "<", "基本情况", "<"),
        ("^", "户数", "人数", "人数", "男", "户数", "人数"),
        BLANK,
        BLANK,
    ]
    (table,) = asked(tmp_path, ("各村情况统计表",), *rows)
    assert [source_in_words(c) for c in table.columns] == [
        "stub",
        "count:household(kind=monitored)",
        "count:person(household=kind:monitored)",
        "-",
        "-",
        "count:household()",
        "count:person()",
    ]


# ------------------------------------------------------------------ worked out from neighbours


def test_shares_and_growth_are_of_their_neighbours_also_in_the_total(
    village: Village, tmp_path: Path
) -> None:
    rows = [
        ("村名", "总户数", "监测户", "<", "走访次数", "<", "<"),
        ("^", "^", "户数", "占比(%)", "本月", "上月", "环比增长(%)"),
        *[("", "", "", "", "", "", "")] * 2,
        ("合计", "", "", "", "", "", ""),
    ]
    table, lines = filled(tmp_path, village, ("各村情况月报表(2009年3月)",), *rows)
    assert [c.source.sort for c in table.columns] == [
        "stub", "figure", "figure", "worked", "figure", "figure", "worked",
    ]  # fmt: skip
    for line in lines[3:]:
        _, whole, part, share, now, before, growth = line
        if whole:
            assert isinstance(whole, int) and isinstance(part, int)
            assert float(str(share)) == round(part * 100 / whole, 2)
        else:
            assert share is None
        assert (growth is None) == (not before)
        assert isinstance(now, int)
    assert lines[-1][1]


@pytest.mark.parametrize(
    "heads",
    [
        ("村名", "脱贫户数", "占比(%)"),
        ("村名", "本月走访次数", "本年累计走访次数", "增减"),
        ("村名", "走访次数", "同比增长(%)"),
        ("村名", "本月走访次数", "上月走访次数", "上年同期走访次数", "增减"),
    ],
)
def test_a_change_or_share_of_what_is_not_sure_is_left(
    db: None, tmp_path: Path, heads: tuple[str, ...]
) -> None:
    blank = ("",) * len(heads)
    (table,) = asked(tmp_path, ("各村情况月报表(2026年6月)",), heads, blank, blank)
    assert table.columns[-1].source.sort == "none"


def test_per_cent_goes_into_cells_of_per_cent_as_a_part_of_one() -> None:
    assert str(Percent.of(Decimal("8.33"), bare=True)) == "8.33"
    assert str(Percent.of(Decimal("8.30"), bare=False)) == "8.3%"


def test_a_cell_that_shows_per_cent_shows_the_share(village: Village, tmp_path: Path) -> None:
    rows = [
        ("各村情况统计表",),
        ("村名", "总户数", "脱贫户数", "占总户数比例"),
        *[("", "", "", "")] * 3,
    ]
    path = form(tmp_path, rows)
    book = openpyxl.load_workbook(path)
    for row in book.worksheets[0].iter_rows(min_row=3, min_col=4):
        row[0].number_format = "0.00%"
    book.save(path)
    done = fill(path, Request(Moment(VISITED), place=village.county))
    sheet = openpyxl.load_workbook(io.BytesIO(done.content)).active
    assert sheet is not None
    lines = [row for row in sheet.iter_rows(min_row=3, values_only=True) if row[0] and row[1]]
    assert lines
    for _, whole, part, share in lines:
        assert float(str(share)) == pytest.approx(int(str(part)) / int(str(whole)), abs=0.0001)


def test_what_is_asked_of_indicators_is_asked_once_for_each_number(
    db: None, tmp_path: Path
) -> None:
    (table,) = asked(tmp_path, ("情况表",), *rows_of(("监测户数", "户"), ("帮扶成效户数", "户")))
    assert [c.source.why == TO_ASK for c in table.columns] == [False, False]
    assert [c.spot for c in table.columns] == ["Sheet!D3", "Sheet!D4"]
    assert table.columns[1].source.sort == "none"
    assert JUNE.answers == {}


def test_rows_that_name_classes_count_within_the_place(village: Village, tmp_path: Path) -> None:
    """Below 脱贫户 a form of one village does not count those of the county."""
    rows = [
        ("各类农户情况统计表",),
        ("类别", "户数", "人数"),
        ("一般户", "", ""),
        ("脱贫户", "", ""),
    ]
    households.register(
        by=OPERATOR, name="吴家", place=village.village, on=VISITED, source="入户", kind="poor"
    )
    path, counted = form(tmp_path, rows), []
    for place in (village.county, village.far_village):
        done = fill(path, Request(Moment(VISITED), place=place))
        sheet = openpyxl.load_workbook(io.BytesIO(done.content)).active
        assert sheet is not None
        counted.append(
            sum(int(row[1] or 0) for row in sheet.iter_rows(min_row=3, values_only=True))
        )
    assert counted[0] > counted[1] == 0


def test_all_who_live_in_the_country_are_not_those_of_the_title(db: None, tmp_path: Path) -> None:
    rows = rows_of(("农村人口", "人"), ("脱贫人口", "人"))
    (table,) = asked(tmp_path, ("贫困人口基本情况统计表",), *rows)
    assert told(table) == {"农村人口": "-", "脱贫人口": "count:person(household=kind:poor)"}
