"""Turns of a duty are counted: in figures, targets, alerts, score sheets and other duties."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bangfu.jobs import cases as drawing
from bangfu.jobs.cases import run
from bangfu.ledger.actions import example
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions.event import By
from bangfu.ledger.keys import Keyring
from bangfu.ledger.models import Programme
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.duties import DutyOf
from bangfu.lists.duty_board import Board, kept_for
from bangfu.lists.figure import figure_of
from bangfu.lists.turn_bridge import TurnBridge, bridge_of
from bangfu.programmes.cases import Case, load_cases
from bangfu.programmes.loader import load
from tests.village import OPERATOR, Village, standing_village, village

__all__ = ["standing_village", "village"]

FORMS = Path(__file__).parent / "turn_forms"
TEXT = (FORMS / "programme.toml").read_text("utf-8")
FILE = load(TEXT, name="turn_forms", vocabulary=VOCABULARY)
CASES = load_cases((FORMS / "cases.toml").read_text("utf-8"), programme=FILE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_turns_count_as_drawn(db: None, keyring: Keyring, case: Case) -> None:
    for outcome in run(FILE, TEXT, (case,)):
        assert outcome.agrees, f"{outcome.name}:\n{outcome.expected}\n{outcome.counted}"


def enter(case: Case) -> Programme:
    """The programme, started, with what a case draws."""
    by = By(None, "test")
    drawing._area(FILE, by)
    row = programmes.start(by=by, name="turns", text=TEXT)
    given = {name: (drawing._kind(FILE, name), rows) for name, rows in case.given.items()}
    example.enter(by=by, programme=row, given=drawing._with_presets(FILE, given))
    return row


def between(row: Programme, name: str, first: dt.date, last: dt.date) -> TurnBridge:
    """How a number of turns came from the one day to the other."""
    made = bridge_of(figure_of(row, name, Moment(last)), Moment(first), Moment(last))
    assert isinstance(made, TurnBridge) and made.holds
    for at, number in ((first, made.start), (last, made.end)):
        assert figure_of(row, name, Moment(at)).reading().low == number
    return made


def test_a_number_of_turns_has_a_bridge(db: None, keyring: Keyring) -> None:
    row, first, last = enter(CASES[0]), dt.date(2026, 2, 28), dt.date(2026, 4, 30)
    told = {
        name: [(term.sort, term.amount, term.count) for term in made.terms]
        for name in ("tables_due", "tables_missed", "units_late", "homes_missed")
        for made in (between(row, name, first, last),)
    }
    assert told == {
        "tables_due": [("came", 4, 4)],
        "tables_missed": [("came", 1, 1)],
        "units_late": [("came", 1, 1)],
        "homes_missed": [("came", 1, 1)],
    }
    (term,) = between(row, "tables_missed", first, last).terms
    assert [one.due for one in term.behind.owed] == [dt.date(2026, 3, 5)]


def test_a_turn_that_is_made_good_goes_and_one_that_is_later_changes(
    db: None, keyring: Keyring
) -> None:
    row, first, last = enter(CASES[1]), dt.date(2026, 3, 6), dt.date(2026, 3, 31)
    missed = between(row, "answers_missed", first, last)
    assert [(t.sort, t.amount) for t in missed.terms] == [("came", 1), ("gone", -1)]
    assert [one.verdict for term in missed.terms for one in term.behind.owed] == ["short"] * 2
    late = between(row, "days_late", first, last)
    assert [(t.sort, t.amount, t.count) for t in late.terms] == [("came", 8, 1), ("changed", 3, 1)]


def test_a_duty_kept_for_readers_shows_its_lines_to_them_and_to_who_owes_it(
    village: Village,
) -> None:
    """Everybody has the number; inspectors read what is kept for others."""
    text = TEXT.replace('kind = "county_health_unit"', 'name = "县人民医院"')
    text = text.replace("[duty.monthly_table]", '[duty.monthly_table]\nreaders = ["office"]')
    row = programmes.start(by=OPERATOR, name="turns", text=text)
    row = programmes.set_owner(by=OPERATOR, programme=row, owner=village.hospital)
    clerk = village.account("zhang", "clerk", place=village.county)
    lead = village.account("wang", "unit_lead", organisation=village.hospital)
    inspector = village.account("sun", "inspector", place=village.county)
    moment = Moment.present()
    board = Board.about(duty := DutyOf.named(row, "monthly_table", moment), [*duty.owed()])
    missed = figure_of(row, "tables_missed", moment)
    assert board.owed
    for user, lines, titles in (
        (clerk, [], ["办公室"]), (lead, board.owed, ["办公室"]), (inspector, board.owed, []),
    ):  # fmt: skip
        assert board.shown_to(user) == lines
        assert kept_for(user, duty) == missed.listing.kept_for(user) == titles
