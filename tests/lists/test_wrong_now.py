"""What is kept of a rule's question says the same as the rule asked anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.ledger import clock
from bangfu.ledger.actions import household as households
from bangfu.ledger.models import Household, Person, Place
from bangfu.ledger.moment import Moment
from bangfu.ledger.rules import looked_at, rules
from bangfu.lists import wrong_now as module
from bangfu.lists.wrong_now import wrong_now
from bangfu.programmes.rule import Rule
from tests.village import OPERATOR, VISITED, Village


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    module._kept.cache_clear()
    yield
    module._kept.cache_clear()


def test_every_rule_finds_among_some_records_what_it_finds_at_all(village: Village) -> None:
    some = [
        key
        for model in (Person, Household)
        for key in model.objects.current().values_list("fact", flat=True)
    ]
    found = 0
    for key, rule in rules().items():
        at_all = {
            fact
            for rows in looked_at(rule, Moment.present())
            for fact in rows.order_by().values_list("fact", flat=True)
        }
        told = {(key, fact) for fact in at_all if fact in some}
        assert wrong_now({rule: some}) == wrong_now({rule: some}) == told, key
        found += len(told)
    assert found > 5


def test_several_rules_are_asked_in_one_question_and_what_was_mended_is_found_no_more(
    village: Village,
) -> None:
    asked = {
        rules()["household_size_missing"]: [village.qian_home.fact],
        rules()["sex_missing"]: [village.sun.fact],
    }
    wrong_now(asked)
    with CaptureQueriesContext(connection) as queries:
        found = wrong_now(asked)
    assert len(queries) == 1
    assert found == {
        ("household_size_missing", village.qian_home.fact), ("sex_missing", village.sun.fact)
    }  # fmt: skip
    households.update(by=OPERATOR, subject=village.qian_home, on=VISITED, size=1)
    assert wrong_now(asked) == {("sex_missing", village.sun.fact)}


def test_what_had_to_be_looked_up_is_not_kept(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looking(rule: Rule, moment: Moment) -> Iterator[Any]:
        assert Place.objects.current().exists()
        return looked_at(rule, moment)

    rule, today = rules()["sex_missing"], clock.today()
    assert module._kept(rule, today) is not None
    module._kept.cache_clear()
    monkeypatch.setattr(module, "looked_at", looking)
    assert module._kept(rule, today) is None
    assert wrong_now({rule: [village.sun.fact]}) == {("sex_missing", village.sun.fact)}
