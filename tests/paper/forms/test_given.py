"""What people are entitled to and were paid comes into the forms that ask for it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bangfu.ledger.actions import benefit as benefits
from bangfu.ledger.actions import payout as payouts
from bangfu.ledger.moment import Moment
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.fill import fill_any
from tests.village import OPERATOR, Village

pytestmark = pytest.mark.django_db
MARCH = Moment(dt.date(2009, 3, 31))


def rows_of(path: Path, title: str, head: Sequence[str], request: Request) -> list[list[Any]]:
    """The rows below the headings of a blank form, once it is filled."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([title])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(head))
    sheet.append(list(head))
    for number in range(1, 7):
        sheet.append([number, *[None] * (len(head) - 1)])
    book.save(path / "form.xlsx")
    done = fill_any(path / "form.xlsx", request)
    filled = openpyxl.load_workbook(io.BytesIO(done.content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in filled.iter_rows(min_row=3)]
    return [row[1:] for row in rows if any(value is not None for value in row[1:])]


@pytest.fixture
def given(village: Village) -> Village:
    """The Zhaos have an allowance, the wife a pension, and both were paid in March."""
    home, wife = village.zhao_home, village.sun
    for subject, kind, fen in ((home, "allowance", 38_000), (wife, "pension", 12_000)):
        benefits.enter(
            by=OPERATOR, subject=subject, kind=kind, began=dt.date(2008, 7, 1), amount=fen,
            per="month",
        )  # fmt: skip
        payouts.enter(by=OPERATOR, subject=subject, kind=kind, on=dt.date(2009, 3, 2), amount=fen)
    return village


def test_what_a_person_and_the_household_are_entitled_to_stands_in_one_cell(
    given: Village, tmp_path: Path
) -> None:
    head = ["序号", "姓名", "性别", "享受政策"]
    found = rows_of(tmp_path, "前岫村人员花名册", head, Request(MARCH, place=given.village))
    told = {row[0]: row[2] for row in found}
    assert told[given.sun.name] == "养老金、最低生活保障"
    assert told[given.zhao.name] == "最低生活保障"


def test_payouts_of_a_month_come_into_a_list_of_that_month(given: Village, tmp_path: Path) -> None:
    payouts.enter(
        by=OPERATOR, subject=given.sun, kind="pension", on=dt.date(2009, 2, 2), amount=12_000
    )
    head = ["序号", "领取人", "补贴项目", "补贴金额", "发放日期"]
    request = Request(MARCH, place=given.village)
    found = rows_of(tmp_path, "2009年3月惠民补贴发放明细表", head, request)
    assert sorted(str(row[2]) for row in found) == ["120", "380"], found
    assert {row[1] for row in found} == {"最低生活保障", "养老金"}
