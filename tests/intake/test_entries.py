"""Lists of money: promised, received or paid; taken in once and taken back by entries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum

from bangfu.intake.kinds import direction_of, kind_of
from bangfu.intake.under import entries as entries_of
from bangfu.intake.verdicts import Judged
from bangfu.ledger import clock
from bangfu.ledger.access import NotAllowed
from bangfu.ledger.actions import fund as funds
from bangfu.ledger.actions import intake as actions
from bangfu.ledger.actions import journal
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import Entry
from bangfu.lists.headings import catalogue
from bangfu.tables.understand import understand
from tests.intake.lists import accept, sorts
from tests.intake.test_records import ON, book, judged
from tests.village import OPERATOR, Village

pytestmark = pytest.mark.django_db

GIVEN = ["序号", "捐款单位", "捐款金额(元)", "捐款时间", "用途", "票据号", "备注"]
SPENT = ["序号", "支出日期", "用途", "金额(元)", "收款单位", "凭证号", "对应措施"]
NAMES = ("direction", "kind", "amount", "date", "use", "voucher")


def _listed(path: Path, title: str, head: Sequence[str], *rows: Sequence[Any], by: By = OPERATOR,
            ) -> Judged:  # fmt: skip
    return judged(book(path, title, [head], rows), by=by)


def _standing() -> list[tuple[Any, ...]]:
    rows = funds.standing_in(Entry.objects.all())
    return [tuple(getattr(one, name) for name in NAMES) for one in rows]


def test_gifts_are_received_once_and_taken_back_by_entries_below_nothing(
    village: Village, tmp_path: Path
) -> None:
    rows = [
        [1, "县人民医院", "2,000", "2009-3-1", "道路维修", "记-1", ""],
        [2, "县中医院", "0.3万元", "3月2日", "慰问", "", ""],
        [3, "县中医院", "0.3万元", "3月2日", "慰问", "", ""],
        [4, "没有这个单位", 300, "2009-3-2", "", "", ""],
        [5, "", "", "2009-3-2", "", "", ""],
        [6, "县中医院", "约300", "2009-3-2", "", "", ""],
        [7, "县中医院", 500, "2009-3-3", "买衣服", "", ""],
        ["合计", "", 8500, "", "", "", ""],
    ]
    before = _standing()
    found = _listed(tmp_path, "2009年捐款台账", GIVEN, *rows)
    assert found.kind == "entry" and found.under is not None
    assert sorts(found) == ["new", "new", "doubtful", "refused", "refused", "doubtful", "new"]
    again, unknown, empty = found.verdicts[2:5]
    assert "第4行" in again.reasons[0].says.zh and again.reasons[0].choices
    assert unknown.reasons[0].cell == "B6" and "先登记" in unknown.reasons[0].says.zh
    assert "没有写明金额" in empty.reasons[0].says.zh
    assert found.verdicts[6].unread[0].cell == "E9", "an unknown use is left and said"
    event = accept(found)
    assert len(_standing()) == len(before) + 3
    made = Entry.objects.current().filter(event=event)
    assert {(e.organisation_id, e.amount, e.date, e.use, e.direction) for e in made} == {
        (village.hospital.fact, 200_000, dt.date(2009, 3, 1), "road", "in"),
        (village.clinic.fact, 300_000, dt.date(2009, 3, 2), "condolence", "in"),
        (village.clinic.fact, 50_000, dt.date(2009, 3, 3), "", "in"),
    }
    same = _listed(tmp_path, "2009年捐款台账", GIVEN, *rows)
    assert sorts(same)[:2] == ["unchanged", "unchanged"] and sorts(same)[6] == "unchanged"
    assert actions.undo(by=OPERATOR, event=event.pk) == 3
    assert _standing() == before
    assert Entry.objects.current().filter(event=event).count() == 3, "nothing is unsaid"
    back = Entry.objects.current().filter(counters__event=event)
    assert {(one.date, one.voucher) for one in back} == {(clock.today(), "撤销名单")}
    sums = [rows.aggregate(all=Sum("amount"))["all"] for rows in (made, back)]
    assert sums == [550_000, -550_000]
    assert journal.verify().sound
    with pytest.raises(Refused, match="Nothing of this list"):
        actions.undo(by=OPERATOR, event=event.pk)
    assert sorts(_listed(tmp_path, "2009年捐款台账", GIVEN, *rows))[:2] == ["new", "new"]


def test_payments_name_their_voucher_their_receiver_and_what_they_were_for(
    village: Village, tmp_path: Path
) -> None:
    found = _listed(
        tmp_path, "帮扶资金使用明细表", SPENT,
        [1, "2009.3.1", "医疗点设施", 300, "县中医院", "记-9", "建村卫生室"],
        [2, "2009.3.1", "慰问", 120, "", "", ""],
        [3, "2009.3.2", "慰问", 120, "", "记-10", "修路"],
    )  # fmt: skip
    assert sorts(found) == ["new", "refused", "new"]
    assert "凭证" in found.verdicts[1].reasons[0].says.zh
    assert found.verdicts[2].unread[0].cell == "G5"
    accept(found)
    paid = Entry.objects.current().get(voucher="记-9")
    assert (paid.direction, paid.organisation, paid.amount) == ("out", village.clinic, 30_000)
    assert paid.measure is not None and paid.measure.title == "建村卫生室"


def test_promises_are_made_by_units_that_are_named(village: Village, tmp_path: Path) -> None:
    head = ["序号", "认捐单位", "认捐金额(万元)", "认捐时间", "资金用途"]
    found = _listed(
        tmp_path, "认捐情况登记表", head,
        [1, "县中医院", 150, "2009-3-1", "道路维修"], [2, "", 1, "2009-3-1", ""],
    )  # fmt: skip
    assert sorts(found) == ["new", "refused"]
    accept(found)
    (made,) = [e for e in Entry.objects.current() if e.amount == 150_000_000]
    assert (made.direction, made.kind) == ("promised", "pledge")


def test_which_way_money_goes_is_said_by_title_or_column_and_else_asked(
    village: Village, tmp_path: Path
) -> None:
    head = ["日期", "收支方向", "类别", "金额(元)", "单位", "凭证"]
    rows = [
        ["2009-3-1", "收入", "补助", 300, "县中医院", "记-2"],
        ["2009-3-1", "支出", "", 200, "县中医院", "记-3"],
        ["2009-3-1", "支出", "捐助", 200, "县中医院", "记-4"],
        ["2009-3-1", "", "", 200, "县中医院", "记-5"],
    ]
    found = _listed(tmp_path, "2009年资金收支明细", head, *rows)
    assert sorts(found) == ["new", "new", "refused", "refused"]
    assert "收支方向" in found.verdicts[3].reasons[0].says.zh
    accept(found)
    assert Entry.objects.current().get(voucher="记-2").kind == "subsidy"


def test_what_went_to_people_is_no_list_of_households_and_is_refused_with_what_to_do(
    village: Village, tmp_path: Path
) -> None:
    head = ["序号", "村", "户主姓名", "发放金额(元)", "发放时间", "领款人签字"]
    found = _listed(
        tmp_path, "帮扶资金支出明细表", head, [1, "前岫村", "赵大山", 500, "2009-3-1", ""]
    )
    assert (found.kind, sorts(found)) == ("entry", ["refused"])
    assert "合计" in found.verdicts[0].reasons[0].says.zh


def test_who_has_no_part_in_the_money_neither_sees_funds_nor_writes_entries(
    village: Village, tmp_path: Path
) -> None:
    row = [1, "县人民医院", 2000, "2009-3-1", "", "记-1", ""]
    helper = village.account("near", "village_officer", place=village.village)
    assert entries_of(helper, "entry", ON) == []
    found = _listed(tmp_path, "2009年捐款台账", GIVEN, row, by=By(helper, "desk"))
    assert sorts(found) in (["doubtful"], ["refused"])
    event = accept(_listed(tmp_path, "2009年捐款台账", GIVEN, row))
    with pytest.raises(NotAllowed):
        actions.undo(by=By(helper, "desk"), event=event.pk)


def test_a_book_with_a_column_for_each_way_is_not_guessed(village: Village, tmp_path: Path) -> None:
    head = ["日期", "收款单位", "收入金额(元)", "支出金额(元)", "用途", "凭证号"]
    row = ["2009-3-1", "县中医院", 300, "", "慰问", "记-2"]
    found = _listed(tmp_path, "资金使用台账", head, row)
    assert sorts(found) == ["refused"]
    one = _listed(tmp_path, "资金使用台账", [head[0], head[1], *head[3:]],
                  ["2009-3-1", "县中医院", 300, "慰问", "记-2"])  # fmt: skip
    assert sorts(one) == ["new"]


@pytest.mark.parametrize(
    ("title", "way"),
    [("捐款台账", "in"), ("认捐登记表", "promised"), ("资金使用明细", "out"), ("资金收支表", "")],
)
def test_titles_say_which_way(village: Village, tmp_path: Path, title: str, way: str) -> None:
    file = book(
        tmp_path, title, [["日期", "金额(元)", "单位", "凭证"]], [["2009-3-1", 3, "甲", ""]]
    )
    ((_sheet, table),) = understand(file, catalogue()).tables()
    assert (kind_of(table), direction_of(table)) == ("entry", way)
