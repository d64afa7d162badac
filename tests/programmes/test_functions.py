"""Functions: each with its cases, its source and its words; the manual names every one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.functions import FUNCTIONS, functions_in
from bangfu.programmes.loader import library_text, load
from bangfu.programmes.period import Span
from bangfu.programmes.readback import entry_readback

MANUAL = Path(__file__).parents[2] / "docs" / "manual" / "language.md"
DAY = st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))
DAYS = st.lists(st.tuples(DAY, DAY).map(lambda pair: Span(min(pair), max(pair))), max_size=6)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_gives_what_its_cases_say(name: str) -> None:
    found = FUNCTIONS[name]
    assert found.cases and found.source and found.says.zh and found.says.en
    for days, number in found.cases:
        assert found.work(days) == number
    assert f"| `{name}` | {found.label.zh} |" in MANUAL.read_text("utf-8")


@pytest.mark.parametrize("name", FUNCTIONS)
@given(DAYS, DAYS)
def test_what_is_said_to_grow_grows(name: str, some: list[Span], more: list[Span]) -> None:
    low, high = FUNCTIONS[name].between(some, [*some, *more])
    assert low <= high


def test_a_file_names_its_functions_and_says_whether_they_were_reviewed() -> None:
    text = library_text("graduates", "programme.toml")
    file = load(text, name="graduates", vocabulary=VOCABULARY)
    assert functions_in(file) == ["a_week_apart"]
    said = "".join(one.zh for one in entry_readback(file, "duty", "one_one_three_one").sentences)
    assert "间隔满七天的次数（函数，尚未复核）不少于3" in said
