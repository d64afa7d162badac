"""Turns of a duty are counted: in figures, targets, alerts, score sheets and other duties."""

from __future__ import annotations

from pathlib import Path

import pytest

from bangfu.jobs.cases import run
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.keys import Keyring
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.duties import DutyOf
from bangfu.lists.duty_board import Board, kept_for
from bangfu.lists.figure import figure_of
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
