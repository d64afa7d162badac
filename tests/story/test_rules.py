"""Every worked case of every rule of data quality holds against a real ledger."""

from __future__ import annotations

import pytest

from bangfu.jobs.rule_cases import run_rule
from bangfu.ledger.rules import grounds, rules
from bangfu.programmes.rule_files import load_rules, rule_files


@pytest.mark.parametrize("key", rules())
def test_the_rule_finds_what_was_worked_out_by_hand(db: None, keyring: None, key: str) -> None:
    outcomes = list(run_rule(rules()[key]))
    assert [(o.case, o.expected, o.counted) for o in outcomes if not o.agrees] == []


def test_a_wrong_case_is_seen(db: None, keyring: None) -> None:
    file, text = rule_files()[0]
    turned = text.replace("wrong = [", "left = [").replace("right = [", "wrong = [")
    turned = turned.replace("left = [", "right = [")
    assert turned != text
    found = load_rules(turned, file=file, grounds=grounds())
    assert not any(outcome.agrees for outcome in run_rule(found[0]))
