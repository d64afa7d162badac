"""Coverage both ways: worked examples; the sweep itself is tried in tests/programmes/test_turns."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from bangfu.jobs.cases import run
from bangfu.ledger.keys import Keyring
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists import sweep
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


# ------------------------------------------------------------------ day by day

FIRST, LAST = dt.date(2020, 1, 1), dt.date(2020, 9, 30)
DAYS = [FIRST + dt.timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
#: How many homes each rank has, and how long a home may be without anybody.
HOMES, MOST, WITHIN = {"section": 2, "staff": 1}, 2, 15
Days = tuple[dt.date, dt.date | None]
ALWAYS: Days = (FIRST, None)


@pytest.mark.parametrize("many", [0, 10_000])
@pytest.mark.parametrize("seed", range(5))
def test_both_sides_are_what_looking_at_every_single_day_finds(
    db: None, keyring: Keyring, monkeypatch: pytest.MonkeyPatch, seed: int, many: int
) -> None:
    """Records that are alike are looked at together; here each is, on each day."""
    monkeypatch.setattr(sweep, "MANY", many)
    drawn = random.Random(seed)
    ranks = {f"干部{n}": drawn.choice([*HOMES]) for n in range(6)}
    homes = {f"{n}家": _days(drawn) for n in range(8)}
    wanted = [(who, home) for who in ranks for home in homes]
    pairs = {sides: _days(drawn) for sides in drawn.sample(wanted, 12)}
    expected = [
        line
        for who, rank in ranks.items()
        for line in _lines("helper", who, _of(pairs, 0, who), ALWAYS, HOMES[rank], MOST, 0)
    ]
    expected += [
        line
        for home, taken in homes.items()
        if _holds(taken, LAST)
        for line in _lines("subject", home, _of(pairs, 1, home), taken, 1, 1, WITHIN)
    ]
    (case,) = load_cases(_case(ranks, homes, pairs, expected), programme=FILE)
    (outcome,) = run(FILE, TEXT, (case,))
    assert outcome.agrees, f"{outcome.expected}\n{outcome.counted}"


def _days(drawn: random.Random) -> Days:
    began = drawn.choice([FIRST, drawn.choice(DAYS)])
    return began, drawn.choice([None, drawn.choice([day for day in DAYS if day >= began])])


def _holds(days: Days, day: dt.date) -> bool:
    return days[0] <= day and (days[1] is None or day <= days[1])


def _of(pairs: dict[tuple[str, str], Days], side: int, who: str) -> list[Days]:
    return [days for sides, days in pairs.items() if sides[side] == who]


def _lines(
    side: str, who: str, held: list[Days], there: Days, least: int, most: int, within: int
) -> list[str]:
    """The drawn lines of one record: one for each stretch of days with too few, or one without."""
    runs: list[list[dt.date]] = []
    for day in DAYS:
        if _holds(there, day) and sum(_holds(days, day) for days in held) < least:
            if runs and runs[-1][-1] == day - dt.timedelta(days=1):
                runs[-1].append(day)
            else:
                runs.append([day])
    told = [f"{run[0]} | {run[-1]}" for run in runs if len(run) > within]
    has = sum(_holds(days, LAST) for days in held)
    over = "yes" if has > most else "no"
    return [f"{side} | {who} | {has} | {days} | {over}" for days in told or [" | "]]


def _case(
    ranks: dict[str, str],
    homes: dict[str, Days],
    pairs: dict[tuple[str, str], Days],
    expected: list[str],
) -> str:
    """All of it as somebody would draw it."""
    held = [(" | ".join(sides), days) for sides, days in pairs.items()]
    tables = {
        "given.household": ["id | kind", *(f"{home} | poor" for home in homes)],
        "given.enrolment": ["name | subject | began | ended", *_drawn("helped", homes.items())],
        "given.post": ["person | kind | rank", *(f"{a} | cadre | {b}" for a, b in ranks.items())],
        "given.pairing": ["name | helper | subject | began | ended", *_drawn("link", held)],
        "expect.link": ["side | each | has | began | ended | over", *expected],
    }
    body = "".join(
        '{} = """\n{}\n"""\n'.format(key, "\n".join(rows)) for key, rows in tables.items()
    )
    return f'[[case]]\ntitle = "逐日"\non = {LAST}\n{body}'


def _drawn(name: str, rows: Iterable[tuple[str, Days]]) -> list[str]:
    return [f"{name} | {who} | {began} | {ended or ''}" for who, (began, ended) in rows]
