"""Where people are registered to practise, from a day to a day."""

from __future__ import annotations

import datetime as dt

from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, Refused, action, correct, end, insert
from bangfu.ledger.actions.event import withdraw as withdraw_row
from bangfu.ledger.actions.terms import a_word_of, days_of
from bangfu.ledger.codes import QUALIFICATION
from bangfu.ledger.models import Practice, Subject


@action("practice.register")
def register(
    *,
    by: By,
    person: Subject,
    kind: str,
    began: dt.date,
    organisation: Subject | None = None,
    site: Subject | None = None,
    ended: dt.date | None = None,
    main: bool | None = None,
    sessions: str = "",
) -> Practice:
    """Write down where a person practises from a day on; there may be several places at a time."""
    require(by.user, "practice.register", person.fact)
    if person.kind != "person":
        raise Refused("not_a_person", "Only a person practises.")
    if organisation is None and site is None:
        raise Refused("nowhere", "Say in which organisation or at which site it is.")
    a_word_of(QUALIFICATION, kind)
    days_of(began, ended)
    if main:
        _one_main_place(person, kind, began)
    row = Practice(
        person=person, kind=kind, organisation=organisation, site=site, main=main,
        sessions=sessions.strip(), began=began, ended=ended,
    )  # fmt: skip
    insert(row)
    require_written(by.user, "practice.register", row)
    return row


def _one_main_place(person: Subject, kind: str, on: dt.date) -> None:
    """Refuse a second main place for the same qualification at one time."""
    held = Practice.objects.current().filter(person=person.fact, kind=kind, main=True)
    if any(row.ended is None or row.ended >= on for row in held):
        raise Refused(
            "main_place_held",
            "There is a main place of practice for this qualification already; end that first, or "
            "enter this one beside it.",
        )


@action("practice.correct")
def correct_practice(*, by: By, practice: Practice, sessions: str = "") -> Practice:
    """Put right when somebody sees people there."""
    require(by.user, "practice.correct", practice)
    return correct(practice, sessions=sessions.strip())


@action("practice.end")
def close(*, by: By, practice: Practice, on: dt.date) -> Practice:
    """Let somebody practise there no longer; ``on`` is the last day."""
    require(by.user, "practice.end", practice)
    return end(practice, on)


@action("practice.withdraw")
def take_back(*, by: By, practice: Practice) -> Practice:
    """Take back a place of practice that should not have been entered."""
    require(by.user, "practice.withdraw", practice)
    return withdraw_row(practice)
