"""Coverage both ways: worked examples; the sweep itself is tried in tests/programmes/test_turns."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bangfu.jobs.cases import run
from bangfu.ledger.keys import Keyring
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.cases import Case, load_cases
from bangfu.programmes.loader import load
from bangfu.programmes.period import Span

FORMS = Path(__file__).parent / "coverage_forms"
TEXT = (FORMS / "programme.toml").read_text("utf-8")
FILE = load(TEXT, name="coverage_forms", vocabulary=VOCABULARY)
CASES = load_cases((FORMS / "cases.toml").read_text("utf-8"), programme=FILE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_both_sides_of_a_pairing_read_as_drawn(db: None, keyring: Keyring, case: Case) -> None:
    for outcome in run(FILE, TEXT, (case,)):
        assert outcome.agrees, f"{outcome.name}:\n{outcome.expected}\n{outcome.counted}"


def test_a_pairing_is_judged_until_another_takes_its_place() -> None:
    later = """
[pairing.later_link]
title   = "改后"
from    = %s
after   = "other_link"
helper  = { of = "cadres" }
subject = { of = "poor", at_least = 1 }
"""
    changed = load(TEXT + later % "2020-07-01", name="coverage", vocabulary=VOCABULARY)
    assert changed.judged("other_link") == Span(dt.date(2020, 1, 1), dt.date(2020, 6, 30))
    assert changed.judged("later_link") == Span(dt.date(2020, 7, 1), dt.date(2021, 12, 31))
    at_once = load(TEXT + later % "2020-01-01", name="coverage", vocabulary=VOCABULARY)
    assert at_once.judged("other_link") is None
