"""Summaries whose rows are times or ages, and years side by side, are filled as of each of them."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl

from bangfu.ledger.moment import Moment
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.fill import FilledForm, fill, plan
from bangfu.paper.forms.sources import TO_ASK
from tests.paper.forms.test_strange import BLANK, asked, form, sources
from tests.paper.forms.test_times import LATER, grown
from tests.village import Village

__all__ = ["grown"]


def filled(folder: Path, village: Village, *rows: Sequence[str]) -> tuple[FilledForm, list[str]]:
    """A form filled for the county in 2010, and what stands in its rows."""
    done = fill(form(folder, rows), Request(LATER, place=village.county))
    sheet = openpyxl.load_workbook(io.BytesIO(done.content)).active
    assert sheet is not None
    text = ["|".join("" if v is None else str(v) for v in row) for row in sheet.values]
    return done, text


def test_each_year_of_a_table_by_years_is_counted_as_it_was(grown: Village, tmp_path: Path) -> None:
    """Households as they were at its end, visits within it, and nothing before the ledger."""
    rows = [("1999年", "", ""), ("2009年", "", ""), ("2010年", "", "")]
    _, text = filled(tmp_path, grown, ("历年情况表",), ("年度", "总户数", "走访次数"), *rows)
    (_, _, before, then, now) = text
    assert before.startswith("1999年||0")
    year, homes, visits = then.split("|")[:3]
    assert int(now.split("|")[1]) == int(homes) + 1, "吴家 came in 2010"
    assert int(visits) > 0 and now.split("|")[2] == "0", "every visit was in 2009"


def test_months_add_up_for_what_happens_and_not_for_what_is_so(
    grown: Village, tmp_path: Path
) -> None:
    months = [(f"{month}月", "", "") for month in (2, 3, 4)]
    rows = [*months, ("合计", "", "")]
    title = ("2009年走访工作分月统计表",)
    _, text = filled(tmp_path, grown, title, ("月份", "走访次数", "总户数"), *rows)
    visits = [line.split("|")[1] for line in text[2:]]
    assert sum(map(int, visits[:3])) == int(visits[3]) > 0
    assert text[-1].split("|")[2] == ""
    rows = [("上半年", "", ""), ("3月", "", ""), ("合计", "", "")]
    _, text = filled(tmp_path, grown, title, ("月份", "走访次数", "总户数"), *rows)
    assert text[-1].startswith("合计||"), "March lies in the first half"


def test_ages_that_overlap_are_not_added_up(grown: Village, tmp_path: Path) -> None:
    heads = ("年龄段", "人数")
    apart = [("0-59岁", ""), ("60岁以上", ""), ("合计", "")]
    _, text = filled(tmp_path, grown, ("人口年龄表",), heads, *apart)
    assert text[-1].split("|")[1] != ""
    both = [("18岁以上", ""), ("60岁以上", ""), ("合计", "")]
    _, text = filled(tmp_path, grown, ("人口年龄表",), heads, *both)
    assert text[-1].split("|")[1] == ""


def test_the_name_of_a_yes_or_no_field_counts_those_of_whom_it_is_so(
    db: None, tmp_path: Path
) -> None:
    heads = ("村名", "参加城乡居民医保人数", "劳动技能人数")
    (table,) = asked(tmp_path, ("各村情况统计表",), heads, BLANK, BLANK)
    assert sources(table)[1:] == ["count:person(resident_insured=True)", "-"]


def test_what_contradicts_itself_or_is_told_apart_by_nobody_is_asked(
    db: None, tmp_path: Path
) -> None:
    """Nothing is 脱贫户 and 监测户 at once; of what is open the ledger knows no beginning."""
    heads = [("村名", "脱贫户", "问题整改情况", "<"), ("^", "监测户户数", "正在整改", "未整改")]
    (table,) = asked(tmp_path, ("各村情况统计表",), *heads, BLANK, BLANK)
    assert [column.source.why for column in table.columns[1:]] == [TO_ASK, TO_ASK, TO_ASK]


def test_visits_to_some_households_only_are_not_all_visits(
    village: Village, tmp_path: Path
) -> None:
    heads = ("走访时间", "走访对象", "走访人", "走访内容")
    all_, some = (
        fill(form(tmp_path, [(f"{whom}走访记录表(2009年)",), heads, BLANK]), Request(LATER))
        for whom in ("入户", "监测户")
    )
    assert all_.tables[0].rows > 0 and some.tables[0].rows == 0


def test_a_sum_of_money_that_does_not_say_which_way_it_went_is_asked(
    village: Village, tmp_path: Path
) -> None:
    heads = ("指标", "单位", "数量")
    rows = [("帮扶资金投入", "万元", ""), ("到位资金", "万元", ""), ("支出资金", "万元", "")]
    path = form(tmp_path, [("帮扶情况表(2026年1-10月)",), heads, *rows])
    request = Request(Moment(dt.date(2026, 11, 27)))
    (table,) = plan(path, request)[1]
    days = "date=from:2026-01-01/to:2026-10-31"
    assert sources(table)[1:] == [f"sum:entry({days},direction={way})" for way in ("in", "out")]
    invested = table.columns[0]
    assert not invested.answered and {"fund.received", "fund.paid"} <= dict(invested.choices).keys()
    answered = Request(request.moment, answers={invested.spot: "fund.paid"})
    (table,) = plan(path, answered)[1]
    assert sources(table)[0] == sources(table)[2]
    filled_of = {
        place: openpyxl.load_workbook(
            io.BytesIO(fill(path, Request(request.moment, place=place)).content)
        ).active
        for place in (village.county, village.town)
    }
    told = [sheet["C4"].value for sheet in filled_of.values() if sheet]
    assert told == [0, None], "funds lie in the county, and in none of its towns"
