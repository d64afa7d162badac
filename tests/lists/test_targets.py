"""Targets in every form: worked examples, and the day at which a pace reaches a bound."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.jobs.cases import run
from bangfu.ledger.keys import Keyring
from bangfu.ledger.meaning import Meaning, version_at
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.claims import Bounds
from bangfu.lists.plan_lines import PlanLine
from bangfu.lists.targets import TargetOf
from bangfu.programmes.cases import Case, load_cases
from bangfu.programmes.loader import load
from bangfu.programmes.pace import FAR, pace
from bangfu.programmes.period import end_of_month
from bangfu.programmes.problems import ProgrammeErrors
from tests.village import VISITED, Village

FORMS = Path(__file__).parent / "target_forms"
TEXT = (FORMS / "programme.toml").read_text("utf-8")
FILE = load(TEXT, name="target_forms", vocabulary=VOCABULARY)
CASES = load_cases((FORMS / "cases.toml").read_text("utf-8"), programme=FILE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_a_form_of_target_reads_as_drawn(db: None, keyring: Keyring, case: Case) -> None:
    for outcome in run(FILE, TEXT, (case,)):
        assert outcome.agrees, f"{outcome.name}:\n{outcome.expected}\n{outcome.counted}"


VILLAGES = """
[list.every_village]
title = "各村"
of    = "place"
where.level = "village"

[target.calls]
title    = "各村走访"
each     = "every_village"
of       = "visit"
per      = "month"
at_least = 1
%s
"""


@pytest.mark.parametrize("told", ["", 'distinct = "day"'])
def test_each_line_opens_to_the_rows_that_were_counted(village: Village, told: str) -> None:
    """Those of many records are counted together, and read for the one that is opened."""
    now = Moment(VISITED)
    text = version_at(village.programme, now).text + VILLAGES % told
    file = load(text, name=village.programme.name, vocabulary=VOCABULARY)
    target = TargetOf.of_meaning(Meaning(village.programme, file), "calls", now)
    found = [(one, one.reading) for one in target.reached()]
    called = [one for one, reading in found if reading and reading.low]
    assert [(one.ended, one.key) for one in called] == [
        (end_of_month(VISITED), village.village.fact)
    ]
    for one, reading in found:
        assert reading is not None and not reading.facts
        assert target.rows_of(one).sure().count() == reading.low == reading.high
    assert list(target.rows_of(called[0]).sure()) == [village.visit]


SHARES = {
    "money by rows": (
        'of = "large_donations"\nsum = "amount"\nout_of = "donations"\nat_least = "1/2"',
        "at_least",
        'out_of = { of = "donations", sum = "amount" }',
    ),
    "money by rows, per thousand": (
        'of = "large_donations"\nsum = "amount"\nout_of = "donations"\nat_least = "5‰"',
        "at_least",
        'out_of = { of = "donations", sum = "amount" }',
    ),
    "rows by money": (
        'of = "large_donations"\nout_of = { of = "donations", sum = "amount" }\nat_least = "1/2"',
        "out_of",
        'sum = "amount"',
    ),
    "numbers by rows": (
        'of = "statistic"\nsum = "value"\nout_of = "statistic"\nat_least = "1/2"',
        "at_least",
        'out_of = { of = "statistic", sum = "value" }',
    ),
}


@pytest.mark.parametrize("name", SHARES)
def test_a_share_divides_like_by_like(name: str) -> None:
    said, key, cure = SHARES[name]
    with pytest.raises(ProgrammeErrors) as caught:
        load(f"{TEXT}\n[target.wrong]\n{said}\n", name="wrong", vocabulary=VOCABULARY)
    (problem,) = caught.value.problems
    assert problem.key == f"target.wrong.{key}"
    assert cure in problem.cure.zh
    assert cure in problem.cure.en
    assert problem.line > TEXT.count("\n")


DAYS = st.dates(dt.date(2015, 1, 1), dt.date(2020, 1, 1))
NUMBERS = st.fractions(-100, 100, max_denominator=7)


@pytest.mark.parametrize(
    ("low", "least", "most", "margin"),
    [(1, 2, 4, -1), (3, 2, 4, 0), (5, 2, 4, 1), (3, 2, None, 0), (3, None, 4, 0),
     (3, None, None, None), (None, 2, 4, None)],
)  # fmt: skip
def test_what_lacks_is_below_nothing_and_between_the_bounds_nothing_lacks(
    low: int | None, least: int | None, most: int | None, margin: int | None
) -> None:
    exact = [None if one is None else Fraction(one) for one in (low, least, most, margin)]
    line = PlanLine(
        "a", "a", None, None, exact[0], exact[0], Bounds(*exact[1:3]), "number", "次", "open"
    )
    assert line.margin == exact[3]


@given(since=DAYS, passed=st.integers(-5, 900), start=NUMBERS, now=NUMBERS, bound=NUMBERS)
def test_a_pace_arrives_on_the_first_day_on_which_the_line_is_there(
    since: dt.date, passed: int, start: Fraction, now: Fraction, bound: Fraction
) -> None:
    on = since + dt.timedelta(days=passed)
    for up in (True, False):
        found = pace(since, start, on, now, bound, up=up)
        there = now >= bound if up else now <= bound
        if passed <= 0 or there:
            assert found is None
            continue
        assert found is not None
        towards = now > start if up else now < start
        if found.day is None:
            far = abs(bound - now) * passed > FAR * abs(now - start)
            assert not towards or far
            continue

        def line(day: dt.date, a_day: Fraction = found.a_day) -> Fraction:
            return now + a_day * (day - on).days

        before = found.day - dt.timedelta(days=1)
        assert line(found.day) >= bound if up else line(found.day) <= bound
        assert line(before) < bound if up else line(before) > bound
