"""A programme's money by fund, source and use, with the two ends of what was promised."""

from __future__ import annotations

from typing import Any

from bangfu.ledger.actions import fund as funds
from bangfu.ledger.models import Fund
from bangfu.ledger.moment import Moment
from bangfu.lists.purse import Sums, purse
from tests.village import OPERATOR, PAIRED, VISITED, Village


def test_money_adds_up_by_fund_source_and_use_in_two_queries(
    village: Village, django_assert_num_queries: Any
) -> None:
    fund = Fund.objects.current().filter(programme=village.programme).first()
    if fund is None:
        fund = funds.open_all(by=OPERATOR, programme=village.programme)[0]
    asked: dict[str, Any] = {"by": OPERATOR, "fund": fund}
    funds.promise(
        **asked, organisation=village.hospital, on=PAIRED, amount=100, amount_most=300, use="loans"
    )
    funds.promise(**asked, organisation=village.hospital, on=PAIRED, amount=50)
    funds.receive(**asked, organisation=village.hospital, on=PAIRED, amount=70)
    funds.receive(**asked, organisation=None, on=PAIRED, amount=8)
    funds.pay(**asked, on=PAIRED, amount=20, use="loans", voucher="1")
    funds.pay(**asked, on=PAIRED, amount=3, use="training", voucher="2")
    with django_assert_num_queries(2):
        told = purse(village.programme, Moment(VISITED))
    assert told.funds == [Sums(fund.title, 150, 350, 78, 23)]
    assert told.sources == [Sums(village.hospital.name, 150, 350, 70, 0)]
    assert told.uses == [Sums("loans", 100, 300, 0, 20), Sums("training", 0, 0, 0, 3)]
