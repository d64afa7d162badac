"""Turns of a duty are counted: in figures, targets, alerts, score sheets and other duties."""

from __future__ import annotations

from pathlib import Path

import pytest

from bangfu.jobs.cases import run
from bangfu.ledger.keys import Keyring
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.cases import Case, load_cases
from bangfu.programmes.loader import load

FORMS = Path(__file__).parent / "turn_forms"
TEXT = (FORMS / "programme.toml").read_text("utf-8")
FILE = load(TEXT, name="turn_forms", vocabulary=VOCABULARY)
CASES = load_cases((FORMS / "cases.toml").read_text("utf-8"), programme=FILE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_turns_count_as_drawn(db: None, keyring: Keyring, case: Case) -> None:
    for outcome in run(FILE, TEXT, (case,)):
        assert outcome.agrees, f"{outcome.name}:\n{outcome.expected}\n{outcome.counted}"
