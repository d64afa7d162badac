"""What people are entitled to lasts and ends; what was paid out to them stands day by day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bangfu.ledger.access import NotAllowed, visible
from bangfu.ledger.actions import benefit as benefits
from bangfu.ledger.actions import payout as payouts
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.conditions import NoNames, Scope, compile_where, rows_of
from bangfu.ledger.models import Benefit, Payout
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from tests.village import OPERATOR, VISITED, Ticker, Village

FIRST, LAST = dt.date(2008, 7, 1), dt.date(2009, 6, 30)
ACCOUNT = "6210990001123456789"


def given(v: Village, **more: Any) -> Benefit:
    """The Zhaos' subsistence allowance from July 2008, unless something else is said."""
    told = {"kind": "allowance", "began": FIRST, "amount": 38_000, "per": "month", **more}
    return benefits.enter(by=OPERATOR, subject=told.pop("subject", v.zhao_home), **told)


def paid(v: Village, **more: Any) -> Payout:
    """What was paid to the Zhaos on the day of the visit."""
    told = {"kind": "allowance", "on": VISITED, "amount": 38_000, **more}
    return payouts.enter(by=OPERATOR, subject=told.pop("subject", v.zhao_home), **told)


def entitled(on: dt.date, known_at: dt.datetime | None = None) -> set[str]:
    """Which benefits stand on a day."""
    rows = Benefit.objects.at(Moment(on, known_at))
    return set(rows.values_list("kind", flat=True))


def test_a_benefit_holds_from_its_first_day_to_its_last(village: Village) -> None:
    held = given(village)
    before = FIRST - dt.timedelta(days=1)
    assert (entitled(before), entitled(FIRST)) == (set(), {"allowance"})
    benefits.close(by=OPERATOR, benefit=held, on=LAST, reason="收入超过标准")
    assert entitled(LAST) == {"allowance"}
    assert entitled(LAST + dt.timedelta(days=1)) == set()
    assert Benefit.objects.current().get().end_reason == "收入超过标准"


def test_what_was_believed_before_a_correction_stays_on_record(
    village: Village, ticker: Ticker
) -> None:
    held = given(village)
    then = ticker.now()
    ticker.go_on()
    benefits.correct_benefit(by=OPERATOR, benefit=held, amount=42_000)
    now = Benefit.objects.at(Moment(VISITED)).get()
    was = Benefit.objects.at(Moment(VISITED, then)).get()
    assert (was.amount, now.amount) == (38_000, 42_000)
    assert was.fact == now.fact
    benefits.withdraw(by=OPERATOR, benefit=held)
    assert entitled(VISITED) == set() and entitled(VISITED, then) == {"allowance"}


def test_of_an_account_the_last_two_characters_are_kept_and_nothing_more(village: Village) -> None:
    held = given(village, account=ACCOUNT)
    assert held.account == "*" * 17 + "89"
    made = paid(village, account=" 6210 9900 0112 3456 789 ")
    assert made.account == "*" * 17 + "89"
    # What a form gives back as it was shown is the same account.
    benefits.correct_benefit(by=OPERATOR, benefit=held, account=held.account, amount=39_000)
    assert Benefit.objects.current().get().account == "*" * 17 + "89"
    for row in (*Benefit.objects.all(), *Payout.objects.all()):
        assert "2345" not in str(vars(row))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": ""}, "kind_missing"),
        ({"kind": "other"}, "title_missing"),
        ({"amount": 0}, "no_amount"),
        ({"per": ""}, "amount_per_what"),
        ({"amount": None}, "amount_per_what"),
        ({"per": "fortnight"}, "no_such_word"),
        ({"ended": FIRST - dt.timedelta(days=1)}, "days_in_order"),
    ],
)
def test_what_no_benefit_can_be_is_refused(
    village: Village, wrong: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        given(village, **wrong)
    assert refused.value.code == code
    assert not Benefit.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": ""}, "kind_missing"),
        ({"kind": "other"}, "title_missing"),
        ({"amount": 0}, "no_amount"),
        ({"on": dt.date(2100, 1, 1)}, "in_the_future"),
        ({"since": VISITED + dt.timedelta(days=1)}, "days_in_order"),
    ],
)
def test_what_no_payout_can_be_is_refused(
    village: Village, wrong: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        paid(village, **wrong)
    assert refused.value.code == code
    assert not Payout.objects.exists()


def test_units_and_places_have_no_benefits(village: Village) -> None:
    for somebody in (village.clinic, subjects.as_subject(by=OPERATOR, place=village.village)):
        for enter in (given, paid):
            with pytest.raises(Refused) as refused:
                enter(village, subject=somebody)
            assert refused.value.code == "not_people"


def test_the_same_benefit_is_not_given_twice_at_a_time(village: Village) -> None:
    held = given(village, ended=LAST)
    given(village, began=LAST + dt.timedelta(days=1))
    given(village, kind="industry", title="养蜂")
    given(village, kind="industry", title="种茶")
    with pytest.raises(Refused) as refused:
        given(village, began=LAST)
    assert refused.value.code == "given_already"
    assert Benefit.objects.current().count() == 4
    benefits.withdraw(by=OPERATOR, benefit=held)
    given(village, ended=LAST)


def test_a_payout_is_put_right_and_taken_back(village: Village) -> None:
    made = paid(village)
    payouts.correct_payout(by=OPERATOR, payout=made, amount=41_000)
    assert Payout.objects.current().get().amount == 41_000
    payouts.withdraw(by=OPERATOR, payout=made)
    assert not Payout.objects.current().exists() and Payout.objects.exists()


def test_those_entitled_to_something_are_a_condition(village: Village) -> None:
    given(village)
    paid(village)
    kind = VOCABULARY["household"]

    def listed(where: dict[str, Any], on: dt.date = VISITED) -> list[Any]:
        scope = Scope.at(Moment(on), NoNames(), kind)
        found = rows_of(kind, scope).filter(compile_where(kind, where, scope).sure)
        return list(found.values_list("fact", flat=True))

    allowance = {"benefit": {"kind": "allowance"}}
    assert listed(allowance) == [village.zhao_home.fact]
    assert listed({"benefit": {"kind": "pension"}}) == []
    assert listed({"payout": {"sum": "amount", "at_least": 380}}) == [village.zhao_home.fact]
    assert listed({"payout": {"sum": "amount", "at_least": 381}}) == []


def test_who_does_not_enter_incomes_opens_no_benefits(village: Village) -> None:
    held = given(village)
    paid(village)
    lead = village.account("lead", "unit_lead", organisation=village.hospital)
    officer = village.account("officer", "village_officer", place=village.village)
    for name in ("benefit", "payout"):
        assert not visible(lead, VOCABULARY[name]).exists()
        assert visible(officer, VOCABULARY[name]).exists()
    with pytest.raises(NotAllowed):
        benefits.correct_benefit(by=By(lead, "desk"), benefit=held, amount=100)
    benefits.correct_benefit(by=By(officer, "desk"), benefit=held, amount=100)


def test_erasing_wipes_what_a_benefit_and_a_payout_say_of_somebody(village: Village) -> None:
    given(village, subject=village.zhao, kind="other", title="赵大山养蜂补助", account=ACCOUNT)
    paid(village, subject=village.zhao, kind="other", title="赵大山养蜂补助", account=ACCOUNT)
    given(village, kind="other", title="给赵大山一家的补助")
    subjects.erase(by=OPERATOR, subject=village.zhao, reason="request")
    for row in (*Benefit.objects.all(), *Payout.objects.all()):
        assert "赵大山" not in row.title
        assert row.subject_id == village.zhao_home.fact or (row.title, row.account) == ("", "")
    kept = Benefit.objects.get(subject=village.zhao.fact)
    assert (kept.kind, kept.amount) == ("other", 38_000), "days, kinds and amounts still count"
