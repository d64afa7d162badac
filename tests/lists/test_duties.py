"""Duties in every form: worked examples, and random records against a slow reading of the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bangfu.jobs.cases import run
from bangfu.ledger.actions import example
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.keys import Keyring
from bangfu.ledger.models import Programme
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.duties import DutyOf, owed
from bangfu.lists.duty_board import Board
from bangfu.lists.judging import Judge, Owed
from bangfu.lists.tallies import Tally, tallied
from bangfu.programmes.cases import Case, load_cases
from bangfu.programmes.loader import load
from tests.village import OPERATOR, Village, undone

FORMS = Path(__file__).parent / "duty_forms"
TEXT = (FORMS / "programme.toml").read_text("utf-8")
FILE = load(TEXT, name="duty_forms", vocabulary=VOCABULARY)
CASES = load_cases((FORMS / "cases.toml").read_text("utf-8"), programme=FILE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_a_form_of_duty_reads_as_drawn(db: None, keyring: Keyring, case: Case) -> None:
    for outcome in run(FILE, TEXT, (case,)):
        assert outcome.agrees, f"{outcome.name}:\n{outcome.expected}\n{outcome.counted}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_asked_about_one_alone_a_duty_reads_the_same_and_nobody_else(
    db: None, keyring: Keyring, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_by_one(row: Programme, name: str, moment: Moment) -> list[Owed]:
        found = owed(row, name, moment)
        for key in {one.key for one in found}:
            duty = DutyOf.named(row, name, moment, frozenset((key,)))
            assert list(duty.owed()) == [one for one in found if one.key == key]
            judge = Judge.over(duty, duty.span())
            wholes = [whole[1] for whole in judge.wholes if whole]
            for read in (judge.excepted, *judge.rows, *wholes):
                assert set(read) <= {key}
        return found

    monkeypatch.setattr("bangfu.jobs.cases.owed", one_by_one)
    assert all(outcome.agrees for outcome in run(FILE, TEXT, (case,)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_counted_for_whole_lists_a_duty_tallies_as_line_by_line(
    db: None, keyring: Keyring, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def both_ways(row: Programme, name: str, moment: Moment) -> list[Owed]:
        assert_tallied(row, name, moment)
        return owed(row, name, moment)

    monkeypatch.setattr("bangfu.jobs.cases.owed", both_ways)
    assert all(outcome.agrees for outcome in run(FILE, TEXT, (case,)))


def assert_tallied(row: Programme, name: str, moment: Moment) -> bool:
    """Whether a duty is counted for whole lists; it comes to the same as its lines then."""
    found = tallied(DutyOf.named(row, name, moment), None)
    if found is not None:
        lines = Board.of(row, name, moment, since=dt.date.min).tallies()
        assert found == {line.key: line.tallies for line in lines}, name
    return found is not None


def test_most_forms_of_duty_are_counted_for_whole_lists(village: Village) -> None:
    with undone():
        row, _ = entered([], [], [])
        names = [name for name, _ in FILE.entries("duty")]
        counted = [n for n in names if assert_tallied(row, n, Moment(dt.date(2020, 6, 30)))]
    assert {"monthly"} <= {*counted} < {*names}
    assert len(counted) > len(names) / 3


def test_what_was_done_before_they_were_paired_is_not_counted(village: Village) -> None:
    links = [("陈", "甲家", dt.date(2020, 1, 10), 300), ("林", "甲家", FIRST, 300)]
    visits = [(dt.date(2020, 1, 5), "home", {"陈"}, {"甲家", "乙家"})]
    with undone():
        row, _ = entered(links, visits, [])
        assert assert_tallied(row, "monthly", Moment(dt.date(2020, 1, 31)))
        found = tallied(DutyOf.named(row, "monthly", Moment(dt.date(2020, 1, 31))), None)
    assert [t.numbers for by_turn in (found or {}).values() for t in by_turn.values()] == [
        Tally(owed=1, waiting=1).numbers
    ]


# ------------------------------------------------------------------ random records, read slowly

FIRST, LAST = dt.date(2020, 1, 1), dt.date(2020, 12, 31)
HELPERS, HOMES = ("陈", "林", "苏"), ("甲家", "乙家", "丙家", "丁家")
DAYS = st.dates(FIRST, LAST)
LINKS = st.lists(
    st.tuples(st.sampled_from(HELPERS), st.sampled_from(HOMES), DAYS, st.integers(20, 300)),
    max_size=5,
    unique_by=lambda link: link[:2],
)
VISITS = st.lists(
    st.tuples(
        DAYS,
        st.sampled_from(["home", "home", "home", "village", "phone"]),
        st.sets(st.sampled_from(HELPERS), min_size=1, max_size=2),
        st.sets(st.sampled_from(HOMES), max_size=2),
    ),
    max_size=40,
)
LEAVES = st.lists(st.tuples(DAYS, st.sampled_from(HELPERS)), max_size=40)


@settings(
    max_examples=15,
    deadline=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
@given(links=LINKS, visits=VISITS, leaves=LEAVES, on=st.dates(dt.date(2020, 3, 1), LAST))
def test_a_duty_is_what_reading_every_record_for_itself_finds(
    village: Village, links: Any, visits: Any, leaves: Any, on: dt.date
) -> None:
    with undone():
        row, names = entered(links, visits, leaves)
        names[village.county.fact] = "示例县"
        for name, slowly in (
            ("monthly", _monthly),
            ("days_in_village", _days_in_village),
            ("never_without", _never_without),
            ("visits_in_place", _visits_in_place),
            ("days_in_place", _days_in_place),
        ):
            told = {
                (names[o.key], o.turn.asked.began, o.reading, o.verdict)
                for o in owed(row, name, Moment(on))
            }
            assert told == set(slowly(links, visits, leaves, on)), name
            assert_tallied(row, name, Moment(on))
            for key in list({o.key for o in owed(row, name, Moment(on))})[:2]:
                duty = DutyOf.named(row, name, Moment(on), frozenset((key,)))
                alone = {(o.turn, o.lines, o.verdict) for o in duty.owed()}
                all_ = owed(row, name, Moment(on))
                assert alone == {(o.turn, o.lines, o.verdict) for o in all_ if o.key == key}


#: What is done somewhere is counted by the database, the same day as often as it is.
IN_PLACES = """
[list.counties]
title = "县"
of    = "place"
where.level = "county"

[duty.visits_in_place]
title    = "每县每月入户"
each     = "counties"
of       = "home_visit"
per      = "month"
at_least = 3

[duty.days_in_place]
title    = "每县每月有入户的天数"
each     = "counties"
of       = "home_visit"
per      = "month"
distinct = "day"
at_least = 3
"""


def test_visits_of_one_day_in_a_place_count_each_and_their_day_once(village: Village) -> None:
    visits = [(dt.date(2020, 1, 5), "home", {who}, {"甲家"}) for who in HELPERS]
    met = {}
    with undone():
        row, _ = entered([], visits, [])
        for name in ("visits_in_place", "days_in_place"):
            moment = Moment(dt.date(2020, 1, 31))
            assert assert_tallied(row, name, moment)
            found = tallied(DutyOf.named(row, name, moment), None)
            assert found is not None
            met[name] = [tally.met for tally in found[village.county.fact].values()]
    assert met == {"visits_in_place": [1], "days_in_place": [0]}


def entered(links: Any, visits: Any, leaves: Any, homes: Any = HOMES) -> Any:
    """The programme of all forms with some records, and the names of their keys."""
    row = programmes.start(by=OPERATOR, name="forms", text=TEXT + IN_PLACES)
    drawn: dict[str, Any] = {
        "household": [{"id": home, "kind": "poor"} for home in homes],
        "post": [{"person": who, "kind": "cadre"} for who in HELPERS],
        "enrolment": [{"name": "helped", "subject": home, "began": FIRST} for home in homes],
        "pairing": [
            {"id": f"{who}-{home}", "name": "link", "helper": who, "subject": home,
             "began": began, "ended": began + dt.timedelta(days=days)}
            for who, home, began, days in links
        ],
        "visit": [
            {"date": day, "mode": mode, "who": sorted(who), "whom": sorted(whom)}
            for day, mode, who, whom in visits
        ],
        "report": [{"date": day, "topic": "leave", "who": [who]} for day, who in leaves],
    }  # fmt: skip
    given_rows = {name: (VOCABULARY[name], rows) for name, rows in drawn.items()}
    told = example.enter(by=OPERATOR, programme=row, given=given_rows)
    return row, {UUID(key): name for key, _, name in (one.partition("=") for one in told)}


def _monthly(links: Any, visits: Any, _leaves: Any, on: dt.date) -> Iterator[Any]:
    """Every pairing that stands at a month's end: home visits by one side to the other."""
    for first, last in _months(on):
        for who, home, began, days in links:
            ended = began + dt.timedelta(days=days)
            if not began <= min(last, on) <= ended:
                continue
            made = sum(
                mode == "home" and who in by and home in to
                and max(first, began) <= day <= min(last, ended, on)
                for day, mode, by, to in visits
            )  # fmt: skip
            yield f"{who}-{home}", first, made, _verdict(
                made, 1, first, last, on, owes=began <= first and ended >= last, since=began,
            )  # fmt: skip


def _days_in_village(_links: Any, visits: Any, leaves: Any, on: dt.date) -> Iterator[Any]:
    """Every cadre in every month: different days, less for each day of leave."""
    for first, last in _months(on):
        for who in HELPERS:
            there = {
                day for day, mode, by, _ in visits
                if mode == "village" and who in by and first <= day <= min(last, on)
            }  # fmt: skip
            away = {day for day, by in leaves if by == who and first <= day <= last}
            long = (last - first).days + 1
            asked = 4 * (long - len(away)) // long
            owes = len(away) < long
            yield who, first, len(there), _verdict(len(there), asked, first, last, on, owes=owes)


def _never_without(links: Any, _visits: Any, _leaves: Any, on: dt.date) -> Iterator[Any]:
    """Every household on every day of the programme: more than fifteen days without are a gap."""
    for home in HOMES:
        days = [FIRST + dt.timedelta(days=n) for n in range((on - FIRST).days + 1)]
        held = [
            any(home == to and began <= day <= began + dt.timedelta(days=n)
                for _, to, began, n in links)
            for day in days
        ]  # fmt: skip
        runs = [len(run) for run in "".join("x" if one else "." for one in held).split("x")]
        without = sum(run for run in runs if run > 15)
        yield home, FIRST, len(days) - without, "short" if without else "met"


def _visits_in_place(_links: Any, visits: Any, _leaves: Any, on: dt.date) -> Iterator[Any]:
    """The county in every month: home visits by anybody to anybody."""
    yield from _in_place([day for day, mode, *_ in visits if mode == "home"], on)


def _days_in_place(_links: Any, visits: Any, _leaves: Any, on: dt.date) -> Iterator[Any]:
    """The same by different days."""
    yield from _in_place({day for day, mode, *_ in visits if mode == "home"}, on)


def _in_place(days: Collection[dt.date], on: dt.date) -> Iterator[Any]:
    for first, last in _months(on):
        made = sum(first <= day <= min(last, on) for day in days)
        yield "示例县", first, made, _verdict(made, 3, first, last, on, owes=True)


def _months(on: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    for month in range(1, on.month + 1):
        first = dt.date(2020, month, 1)
        yield first, dt.date(2020 + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def _verdict(
    made: int, asked: int, first: dt.date, last: dt.date, on: dt.date, *, owes: bool,
    since: dt.date = FIRST,
) -> str:  # fmt: skip
    if made >= asked and (owes or made):
        return "met"
    if not owes:
        return "free"
    if on >= last:
        return "short"
    gone = Fraction((on - max(first, since)).days + 1, (last - max(first, since)).days + 1)
    return "behind" if made < asked * gone else "open"


def test_the_number_of_questions_does_not_grow_with_the_list(village: Village) -> None:
    def asked(homes: int) -> int:
        names = [f"{n}家" for n in range(homes)]
        links = [("陈", home, FIRST, 300) for home in names]
        visits = [(dt.date(2020, 2, 1), "home", {"陈"}, {home}) for home in names]
        with undone():
            row, _ = entered(links, visits, [], names)
            with CaptureQueriesContext(connection) as made:
                found = owed(row, "monthly", Moment(dt.date(2020, 4, 30)))
        assert len(found) == 4 * homes
        return len(made)

    asked(1)
    assert asked(2) == asked(40)


def test_of_several_posts_the_oldest_says_in_whose_unit_somebody_is_counted(
    village: Village,
) -> None:
    post = {"person": "陈", "kind": "cadre"}
    drawn = [
        post | {"organisation": "旧局", "began": dt.date(2019, 1, 1)},
        post | {"organisation": "新局", "began": dt.date(2019, 6, 1), "real": True},
    ]
    with undone():
        row = programmes.start(by=OPERATOR, name="forms", text=TEXT)
        given_rows = {"post": (VOCABULARY["post"], drawn)}
        example.enter(by=OPERATOR, programme=row, given=given_rows)
        board = Board.of(row, "days_in_village", Moment(dt.date(2020, 2, 29)))
        assert [line.called for line in board.tallies()] == ["旧局"]
