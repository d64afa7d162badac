"""Agreements at the desk and in the ledger: signed, renewed, ended; what both sides owe."""

from __future__ import annotations

import datetime as dt

import pytest

from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import agreement as agreements
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions.event import Refused
from bangfu.ledger.models import Agreement, Programme
from bangfu.ledger.moment import Moment
from bangfu.lists.agreements import obligations
from bangfu.lists.my_duties import my_duties
from tests.village import OPERATOR, Village

TEXT = """
title = "签约"
area  = "990001"
from  = 2009-01-01
to    = 2010-12-31

[list.cadres]
title = "干部"
of    = "person"
where.post.at_least = 1

[agreement.signing]
title   = "协议"
helper  = { of = "cadres" }
subject = { of = "person" }
lasts   = "6 months"

[agreement.signing.items]
comes = { title = "每季来", owner = "helper", of = "visit", per = "quarter", at_least = 1 }
tells = { title = "来电", owner = "subject", of = "phone_call", at_least = 1, partial = "all" }
open  = { title = "公开", owner = "helper" }
"""
APRIL = dt.date(2009, 4, 1)


@pytest.fixture
def programme(village: Village, db: None) -> Programme:
    return programmes.start(by=OPERATOR, name="signing", text=TEXT)


def signed(v: Village, programme: Programme) -> Agreement:
    return agreements.sign(
        by=OPERATOR, programme=programme, name="signing", helper=v.li, subject=v.zhao,
        signed=APRIL, number=" 7号 ",
    )  # fmt: skip


def test_an_agreement_lasts_its_term_and_goes_on_the_day_after(
    village: Village, programme: Programme
) -> None:
    first = signed(village, programme)
    assert (first.began, first.ended, first.number) == (APRIL, dt.date(2009, 9, 30), "7号")
    second = agreements.renew(by=OPERATOR, agreement=first, signed=dt.date(2009, 9, 20))
    assert (second.began, second.ended) == (dt.date(2009, 10, 1), dt.date(2010, 3, 31))
    assert second.renews_id == first.fact
    agreements.close(by=OPERATOR, agreement=second, on=dt.date(2009, 12, 30), reason="迁出")
    with pytest.raises(Refused):
        agreements.close(by=OPERATOR, agreement=first, on=dt.date(2009, 5, 1), reason=" ")


def test_two_agreements_of_the_same_two_do_not_overlap(
    village: Village, programme: Programme
) -> None:
    signed(village, programme)
    with pytest.raises(Refused):
        signed(village, programme)


def test_who_is_on_no_list_signs_nothing(village: Village, programme: Programme) -> None:
    with pytest.raises(Refused, match="agreement"):
        agreements.sign(
            by=OPERATOR, programme=programme, name="promise", helper=village.li,
            subject=village.zhao, signed=APRIL,
        )  # fmt: skip
    with pytest.raises(Refused, match="not on the list"):
        agreements.sign(
            by=OPERATOR, programme=programme, name="signing", helper=village.hospital,
            subject=village.zhao, signed=APRIL,
        )  # fmt: skip
    with pytest.raises(Refused, match="before it begins"):
        agreements.sign(
            by=OPERATOR, programme=programme, name="signing", helper=village.li,
            subject=village.zhao, signed=APRIL, ended=dt.date(2008, 12, 1),
        )  # fmt: skip


def test_each_side_owes_what_it_did_itself_for_the_other(
    village: Village, programme: Programme
) -> None:
    v, row = village, signed(village, programme)
    for whom, on in ((v.zhao, dt.date(2009, 5, 1)), (v.qian, dt.date(2009, 8, 1))):
        activities.record(
            by=OPERATOR, kind="visit", on=on, programme=programme, who=[v.li], whom=[whom]
        )
    activities.record(
        by=OPERATOR, kind="phone_call", on=dt.date(2009, 6, 3), programme=programme, who=[v.zhao]
    )
    found = {one.item: one for one in obligations(row, Moment(dt.date(2009, 10, 15)))}
    assert [(o.ended, o.reading, o.verdict) for o in found["comes"].owed or ()] == [
        (dt.date(2009, 6, 30), 1, "met"),
        (dt.date(2009, 9, 30), 0, "short"),
    ]
    assert [(o.reading, o.verdict) for o in found["tells"].owed or ()] == [(1, "met")]
    assert found["open"].owed is None and found["open"].party == "helper"


def test_what_is_owed_by_agreements_stands_among_the_own_duties(
    village: Village, programme: Programme
) -> None:
    v, row = village, signed(village, programme)
    helper, other = (
        v.account("li", "helper", person=v.li),
        v.account("zhou", "helper", person=v.zhou),
    )
    on = Moment(dt.date(2009, 6, 25))
    [comes] = my_duties(helper, [programme], on)
    assert comes.title == "协议 · 每季来"
    assert (comes.state, comes.due, comes.waiting, comes.owed) == (
        "soon", dt.date(2009, 6, 30), 1, 1,
    )  # fmt: skip
    assert (comes.called, comes.agreements) == (("赵大山",), (row.fact,))
    assert my_duties(other, [programme], on) == []
    activities.record(
        by=OPERATOR, kind="visit", on=dt.date(2009, 5, 1), programme=programme, who=[v.li],
        whom=[v.zhao],
    )  # fmt: skip
    assert my_duties(helper, [programme], on) == []
