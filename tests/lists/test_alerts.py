"""Alerts with bounds and shares: worked examples, since when they hold, who sees which line."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.jobs.cases import run
from bangfu.ledger.keys import Keyring
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.alerts import LOOKS, since
from bangfu.programmes.cases import Case, load_cases
from bangfu.programmes.loader import load
from bangfu.programmes.period import Span
from bangfu.programmes.problems import ProgrammeErrors

FORMS = Path(__file__).parent / "alert_forms"
TEXT = (FORMS / "programme.toml").read_text("utf-8")
FILE = load(TEXT, name="alert_forms", vocabulary=VOCABULARY)
CASES = load_cases((FORMS / "cases.toml").read_text("utf-8"), programme=FILE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_an_alert_is_raised_as_drawn(db: None, keyring: Keyring, case: Case) -> None:
    for outcome in run(FILE, TEXT, (case,)):
        assert outcome.agrees, f"{outcome.name}:\n{outcome.expected}\n{outcome.counted}"


# ------------------------------------------------------------------ since when

FIRST, LAST = dt.date(2018, 1, 1), dt.date(2020, 12, 31)


@dataclass
class Drawn:
    """An alert whose days are drawn: for each record the day from which it holds."""

    began: dict[UUID, dt.date]
    day: dt.date = LAST
    looks: list[dt.date] = field(default_factory=list)

    def span(self) -> Span:
        return Span(FIRST, self.day)

    def at(self, day: dt.date) -> Drawn:
        self.looks.append(day)
        return Drawn(self.began, day)

    def holds(self) -> frozenset[UUID]:
        return frozenset(key for key, began in self.began.items() if began <= self.day)


@given(st.dictionaries(st.uuids(), st.dates(FIRST, LAST), min_size=1, max_size=3))
def test_the_day_since_which_it_holds_is_found(began: dict[UUID, dt.date]) -> None:
    drawn = Drawn(began)
    found = since(cast(Any, drawn), frozenset(began))
    assert {key: day for key, (day, _) in found.items()} == {
        key: max(day, LAST - dt.timedelta(days=1_024)) for key, day in began.items()
    }
    assert all(exact == (day > LAST - dt.timedelta(days=1_024)) for day, exact in found.values())
    assert len(set(drawn.looks)) == len(drawn.looks) <= LOOKS


@given(st.dictionaries(st.uuids(), st.dates(FIRST, LAST), min_size=30, max_size=60))
def test_of_many_records_it_is_since_that_day_or_earlier(began: dict[UUID, dt.date]) -> None:
    drawn = Drawn(began)
    found = since(cast(Any, drawn), frozenset(began))
    assert len(drawn.looks) <= LOOKS
    for key, (day, exact) in found.items():
        assert day == began[key] if exact else day >= began[key]


# ------------------------------------------------------------------ what cannot be written

WRONG = {
    "each without a bound": ('each = "villages"\nof = "poor"', "each", "at_least"),
    "share without a bound": ('of = "poor"\nout_of = "household"', "out_of", "at_most"),
    "groups": ('of = "visit"\nby = ["mode"]\nat_most = 2', "by", "each"),
    "within": ('of = "visit"\nwithin = "3 days"\nat_most = 2', "within", "30 days ago"),
    "share of nothing": ('of = "poor"\nat_least = "5%"', "at_least", "out_of"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_an_alert_cannot_say_is_told_with_its_cure(name: str) -> None:
    said, key, cure = WRONG[name]
    with pytest.raises(ProgrammeErrors) as caught:
        load(
            f'{TEXT}\n[alert.wrong]\nowner = "office"\n{said}\n',
            name="wrong",
            vocabulary=VOCABULARY,
        )
    (problem,) = caught.value.problems
    assert problem.key == f"alert.wrong.{key}"
    assert cure in problem.cure.zh
    assert cure in problem.cure.en
    assert problem.line > TEXT.count("\n")
