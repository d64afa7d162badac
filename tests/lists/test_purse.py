"""A programme's money by fund, source and use, with the two ends of what was promised."""

from __future__ import annotations

from typing import Any

from bangfu.ledger.actions import fund as funds
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.models import Fund, ProgrammeVersion
from bangfu.ledger.moment import Moment
from bangfu.lists.listing import Listing
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


def test_a_condition_over_a_list_of_money_asks_the_own_funds_alone(village: Village) -> None:
    """What a unit gave to another programme answers nothing here, in a list or within another."""
    text = ProgrammeVersion.objects.current().get(programme=village.programme).text
    other = programmes.start(by=OPERATOR, name="another", text=text)
    told: dict[str, Any] = {"by": OPERATOR, "organisation": village.hospital, "on": PAIRED}

    def gave_nothing() -> bool:
        listing = Listing(("units_without_donation",), Moment(VISITED), programme=village.programme)
        return listing.sure().filter(fact=village.hospital.fact).exists()

    assert gave_nothing()
    for programme, still in ((other, True), (village.programme, False)):
        fund = Fund.objects.current().get(programme=programme)
        funds.receive(**told, fund=fund, amount=70, kind="donation")
        assert gave_nothing() is still
