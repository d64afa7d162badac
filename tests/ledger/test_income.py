"""Income is kept in lines; what they come to is reckoned for a window and follows the lines."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bangfu.ledger import clock
from bangfu.ledger.actions import income as incomes
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import reckoning as reckonings
from bangfu.ledger.actions.event import Refused
from bangfu.ledger.conditions import NoNames, Scope, compile_where, rows_of
from bangfu.ledger.income_sums import rounded, usual_window
from bangfu.ledger.models import Income, Person, Reckoning
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from tests.village import OPERATOR, SWEPT, VISITED, Ticker, Village

FIRST, LAST = dt.date(2008, 3, 1), dt.date(2009, 2, 28)
HOUSEHOLD = VOCABULARY["household"]


def enter(v: Village, kind: str, amount: int, **more: Any) -> Income:
    """A line of the Zhaos' over the whole usual window, unless something else is said."""
    told = {"item": kind, "since": FIRST, "until": LAST, **more}
    return incomes.enter(by=OPERATOR, subject=v.zhao_home, kind=kind, amount=amount, **told)


def reckoned(v: Village, **more: Any) -> Reckoning:
    """What the Zhaos' lines come to on the day of the visit."""
    return reckonings.make(by=OPERATOR, subject=v.zhao_home, on=VISITED, **more)


def members(v: Village) -> int:
    """How many Zhaos there are on the day of the visit."""
    return Person.objects.at(Moment(VISITED)).filter(household=v.zhao_home.fact).count()


def listed(where: dict[str, Any], moment: Moment) -> set[Any]:
    """The households that surely meet a condition."""
    scope = Scope.at(moment, NoNames(), HOUSEHOLD)
    found = rows_of(HOUSEHOLD, scope).filter(compile_where(HOUSEHOLD, where, scope).sure)
    return set(found.values_list("fact", flat=True))


def test_the_usual_window_is_the_twelve_whole_months_before() -> None:
    assert usual_window(dt.date(2023, 5, 20)) == (dt.date(2022, 5, 1), dt.date(2023, 4, 30))
    assert usual_window(dt.date(2024, 3, 1)) == (dt.date(2023, 3, 1), dt.date(2024, 2, 29))


def test_net_income_is_four_sorts_less_costs_and_the_rest_stands_beside(village: Village) -> None:
    for kind, amount in (
        ("wages", 2_400_000), ("business", 900_000), ("assets", 50_000), ("transfer", 160_000),
        ("cost", 310_000), ("claim", 70_000), ("self_paid", 500_000),
    ):  # fmt: skip
        enter(village, kind, amount)
    found, heads = reckoned(village), members(village)
    assert (found.since, found.until) == (FIRST, LAST)
    assert found.net == 2_400_000 + 900_000 + 50_000 + 160_000 - 310_000
    assert (found.persons, found.counted_from, found.lines) == (heads, "members", 7)
    assert found.per_head == round(found.net / heads)
    assert found.per_head_after == round((found.net + 70_000 - 500_000) / heads)


def test_a_line_on_the_edge_counts_by_its_days_and_one_outside_not_at_all(village: Village) -> None:
    enter(village, "wages", 36_500, since=dt.date(2009, 2, 26), until=dt.date(2009, 3, 3))
    enter(village, "wages", 99_999, since=dt.date(2008, 1, 1), until=dt.date(2008, 2, 29))
    found = reckoned(village)
    assert (found.wages, found.lines) == (36_500 * 3 // 6, 1)


def test_a_half_goes_up() -> None:
    from fractions import Fraction

    assert [rounded(Fraction(n, 2)) for n in (1, 3, -1, -3)] == [1, 2, -1, -2]


def test_what_was_reckoned_follows_its_lines_and_what_was_known_stays(
    village: Village, ticker: Ticker
) -> None:
    line = enter(village, "wages", 1_000_000)
    held = reckoned(village)
    then = ticker.now()
    ticker.go_on()
    incomes.correct_line(by=OPERATOR, income=line, amount=2_000_000)
    later = enter(village, "transfer", 300_000)
    assert Reckoning.objects.get(pk=held.pk).net == 2_300_000
    assert Reckoning.objects.at(Moment(VISITED, then)).get(fact=held.fact).net == 1_000_000
    ticker.go_on()
    incomes.withdraw(by=OPERATOR, income=later)
    assert Reckoning.objects.get(pk=held.pk).net == 2_000_000


def test_a_line_that_moves_leaves_the_window_it_was_in(village: Village) -> None:
    line = enter(village, "wages", 1_000_000)
    enter(village, "transfer", 5_000)
    held = reckoned(village)
    incomes.correct_line(
        by=OPERATOR, income=line, since=dt.date(2007, 1, 1), date=dt.date(2007, 12, 31)
    )
    assert Reckoning.objects.get(pk=held.pk).net == 5_000


def test_who_left_before_the_day_is_not_counted(village: Village) -> None:
    enter(village, "wages", 1_000_000)
    before = reckoned(village).persons
    persons.update(by=OPERATOR, subject=village.sun, on=VISITED, household=None)
    assert reckoned(village).persons == before - 1


def test_reckoned_twice_for_the_same_window_it_is_one(village: Village) -> None:
    enter(village, "wages", 1_000_000)
    assert reckoned(village).fact == reckoned(village).fact
    assert Reckoning.objects.current().count() == 1


def test_households_are_listed_by_income_per_head_on_a_day(village: Village) -> None:
    enter(village, "wages", 1_000_000)
    found = reckoned(village)
    yuan = found.per_head // 100
    home, on = village.zhao_home.fact, Moment(VISITED)
    assert home in listed({"per_head_income": {"at_most": yuan + 1}}, on)
    assert home not in listed({"per_head_income": {"at_most": yuan - 1}}, on)
    assert home not in listed({"per_head_income": {"known": True}}, Moment(SWEPT))
    assert home in listed({"per_head_income": {"known": False}}, Moment(SWEPT))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"amount": 0}, "no_amount"),
        ({"kind": "gift"}, "no_such_word"),
        ({"item": " "}, "item_missing"),
        ({"since": dt.date(2009, 3, 1)}, "days_in_order"),
        ({"since": dt.date(2007, 1, 1)}, "too_long_a_time"),
        ({"until": clock.today() + dt.timedelta(days=40)}, "in_the_future"),
    ],
)
def test_a_line_that_cannot_be_is_refused(
    village: Village, more: dict[str, Any], code: str
) -> None:
    told = {"kind": "wages", "amount": 100, **more}
    with pytest.raises(Refused) as refused:
        enter(village, told.pop("kind"), told.pop("amount"), **told)
    assert refused.value.code == code and not Income.objects.exists()


def test_who_never_lived_there_has_no_line_there(village: Village) -> None:
    with pytest.raises(Refused) as refused:
        enter(village, "wages", 100, person=village.qian)
    assert refused.value.code == "not_a_member"


def test_without_lines_or_people_nothing_is_reckoned(village: Village) -> None:
    with pytest.raises(Refused) as refused:
        reckoned(village)
    assert refused.value.code == "no_lines"
