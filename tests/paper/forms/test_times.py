"""A form that names another time is filled as things stood then, or left; never as they are now."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from bangfu.ledger.actions import household as households
from bangfu.ledger.moment import Moment
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.fill import FilledForm, fill, plan
from bangfu.paper.forms.times import TOO_EARLY
from bangfu.tables.periods import period_in
from bangfu.tables.spans import asked_in
from tests.paper.forms.test_strange import BLANK, form
from tests.village import OPERATOR, Village

LATER = Moment(dt.date(2010, 6, 30))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("heading", "first", "last"),
    [
        ("本月", "2026-10-01", "2026-10-31"),
        ("上月走访次数", "2026-09-01", "2026-09-30"),
        ("本年累计", "2026-01-01", "2026-10-31"),
        ("本期", "2026-10-01", "2026-10-31"),
        ("上期", "2026-09-01", "2026-09-30"),
        ("本季度", "2026-10-01", "2026-10-31"),
        ("上季度", "2026-07-01", "2026-09-30"),
        ("上年", "2025-01-01", "2025-12-31"),
        ("去年底", "2025-01-01", "2025-12-31"),
        ("累计", None, "2026-10-31"),
        ("年初监测户数", None, "2025-12-31"),
        ("期初数", None, "2026-09-30"),
        ("期末数", None, "2026-10-31"),
    ],
)
def test_headings_ask_for_days_beside_the_time_of_the_table(
    heading: str, first: str | None, last: str
) -> None:
    asked = asked_in(heading, period_in("2026年10月月报表"), day("2026-11-27"))
    assert asked is not None
    assert (asked.period.first, asked.period.last) == (first and day(first), day(last))


def test_what_adds_up_beside_a_week_does_not_begin_with_it() -> None:
    asked = asked_in("累计", period_in("2026年11月23日至11月29日"), day("2026-11-28"))
    assert asked is not None
    assert (asked.period.first, asked.period.last) == (None, day("2026-11-28"))


def test_what_may_be_several_times_has_no_days() -> None:
    asked = asked_in("上年同期", period_in("2026年10月月报表"), day("2026-11-27"))
    assert asked is not None and not asked.period.known


def test_the_same_months_of_the_year_before_are_those_of_the_title() -> None:
    within = period_in("2026年1-10月主要指标")
    asked = asked_in("上年同期", within, day("2026-11-27"))
    assert asked is not None
    assert (asked.period.first, asked.period.last) == (day("2025-01-01"), day("2025-10-31"))


def test_what_adds_up_does_so_within_a_title_of_several_months(db: None, tmp_path: Path) -> None:
    """累计 beside 1月 2月 of 2026年1-10月 is January to October; beside one month it is open."""
    heads = ("村名", "走访次数", "<", "<", "<")
    rows = [heads, ("^", "1月", "2月", "第一季度小计", "累计"), BLANK, BLANK]
    for title, first in (("2026年1-10月走访统计表", "2026-01-01"), ("2026年10月走访月报表", "")):
        (table,) = plan(form(tmp_path, [(title,), *rows]), Request(Moment(day("2026-11-27"))))[1]
        figures = [c.source.figure for c in table.columns[1:]]
        days = [figure.listing.where["date"] for figure in figures if figure]
        quarter, all_ = days[2], days[3]
        assert quarter == {"from": day("2026-01-01"), "to": day("2026-03-31")}
        wanted = {"from": day(first)} if first else {}
        assert all_ == {**wanted, "to": day("2026-10-31")}


@pytest.fixture
def grown(village: Village) -> Village:
    """The known people, and a household that came to live there in 2010."""
    households.register(
        by=OPERATOR,
        name="吴家",
        place=village.village,
        on=day("2010-05-01"),
        source="入户",
        kind="poor",
    )
    return village


def filled(folder: Path, village: Village, *rows: Sequence[str]) -> tuple[FilledForm, list[str]]:
    """A form filled in 2010, and what stands in its rows."""
    done = fill(form(folder, rows), Request(LATER, place=village.county))
    sheet = openpyxl.load_workbook(io.BytesIO(done.content)).active
    assert sheet is not None
    return done, ["|".join(str(v or 0) for v in row) for row in sheet.iter_rows(values_only=True)]


def test_a_summary_of_an_earlier_year_counts_what_was_so_then(
    grown: Village, tmp_path: Path
) -> None:
    heads = ("村名", "总户数")
    done, now = filled(tmp_path, grown, ("各村农户统计表",), heads, BLANK[:2], BLANK[:2])
    assert not done.tables[0].remarks
    done, then = filled(tmp_path, grown, ("2009年各村农户统计表",), heads, BLANK[:2], BLANK[:2])
    (remark,) = done.tables[0].remarks
    assert "2009-12-31" in remark.zh
    name = grown.village.name
    counted = [int(line.split("|")[1]) for text in (now, then) for line in text if name in line]
    assert counted[0] == counted[1] + 1


def test_a_list_of_an_earlier_day_names_who_lived_there_then(
    grown: Village, tmp_path: Path
) -> None:
    heads = ("序号", "户名", "村")
    rows = [("农户花名册(截至2009年12月31日)",), heads, BLANK[:3], BLANK[:3]]
    done, then = filled(tmp_path, grown, *rows)
    assert "吴家" not in "".join(then) and done.tables[0].rows
    done, now = filled(tmp_path, grown, ("农户花名册",), heads, BLANK[:3], BLANK[:3])
    assert "吴家" in "".join(now)


@pytest.mark.parametrize(
    ("title", "heads"),
    [
        ("1999年各村农户统计表", ("村名", "总户数", "总人口")),
        ("1999年农户花名册", ("序号", "户主姓名", "家庭人口")),
        ("1999年各村脱贫户统计表", ("村名", "脱贫户数", "脱贫人口数")),
    ],
)
def test_what_lies_before_the_ledger_is_left_with_a_word(
    grown: Village, tmp_path: Path, title: str, heads: tuple[str, ...]
) -> None:
    done, lines = filled(tmp_path, grown, (title,), heads, BLANK[:3], BLANK[:3])
    (table,) = done.tables
    counted = [column for column in table.columns if column.column.role in ("value", "key")]
    assert counted and all(column.source.why == TOO_EARLY for column in counted)
    assert not any(text.split("|")[1:] != ["0", "0"] for text in lines[2:])


def test_numbers_of_a_time_to_come_are_not_those_of_today(village: Village, tmp_path: Path) -> None:
    rows = [("2030年各村农户统计表",), ("村名", "总户数", "走访次数"), BLANK, BLANK]
    (table,) = plan(form(tmp_path, rows), Request(LATER, place=village.county))[1]
    assert [column.source.sort for column in table.columns[1:]] == ["none", "none"]


def test_the_month_before_is_that_before_the_month_of_the_title(
    village: Village, tmp_path: Path
) -> None:
    heads = ("村名", "本月走访次数", "上月走访次数", "本年累计")
    rows = [("走访工作情况月报表(2009年4月)",), heads, BLANK, BLANK]
    (table,) = plan(form(tmp_path, rows), Request(LATER, place=village.county))[1]
    days = [c.source.figure.listing.where["date"] for c in table.columns[1:] if c.source.figure]
    assert days == [
        {"from": day("2009-04-01"), "to": day("2009-04-30")},
        {"from": day("2009-03-01"), "to": day("2009-03-31")},
        {"from": day("2009-01-01"), "to": day("2009-04-30")},
    ]
