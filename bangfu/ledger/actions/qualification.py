"""Qualifications are put on record, renewed and ended; their numbers are opened one at a time."""

from __future__ import annotations

import datetime as dt

from bangfu.ledger import vault
from bangfu.ledger.access import NotAllowed, may_reveal, require, require_written
from bangfu.ledger.actions.event import (
    By,
    Refused,
    action,
    correct,
    current_act,
    end,
    insert,
)
from bangfu.ledger.actions.event import withdraw as withdraw_row
from bangfu.ledger.actions.subject import say_what_for
from bangfu.ledger.actions.terms import a_word_of, days_of, in_order
from bangfu.ledger.codes import QUALIFICATION
from bangfu.ledger.models import Qualification, Subject
from bangfu.ledger.vocabulary.qualification import END_REASONS

#: The longest number that any of the certificates bears.
LONGEST = 40


@action("qualification.enter")
def enter(
    *,
    by: By,
    person: Subject,
    kind: str,
    began: dt.date,
    ended: dt.date | None = None,
    title: str = "",
    number: str = "",
    issuer: str = "",
) -> Qualification:
    """Put a certificate or licence of a person on record; its number is sealed."""
    require(by.user, "qualification.enter", person.fact)
    if person.kind != "person":
        raise Refused("not_a_person", "Only a person holds a qualification.")
    _check(kind, title, began, ended)
    row = Qualification(
        person=person, kind=kind, title=title.strip(), issuer=issuer.strip(), began=began,
        ended=ended, number=sealed_number(person, number),
    )  # fmt: skip
    insert(row)
    require_written(by.user, "qualification.enter", row)
    return row


def _check(kind: str, title: str, began: dt.date, ended: dt.date | None) -> None:
    a_word_of(QUALIFICATION, kind)
    if kind == "other" and not title.strip():
        raise Refused("title_missing", "Say which qualification it is.")
    days_of(began, ended)


def sealed_number(person: Subject, number: str) -> bytes | None:
    """The number of a certificate, sealed under the key of who holds it."""
    told = "".join(number.split())
    if len(told) > LONGEST:
        raise Refused(
            "too_long",
            "%(field)s takes %(most)s characters; this has %(length)s. Nothing was cut or saved.",
            field="number",
            most=LONGEST,
            length=len(told),
        )
    return vault.seal(person, "number", told)


@action("qualification.correct")
def correct_qualification(
    *,
    by: By,
    qualification: Qualification,
    kind: str,
    began: dt.date,
    ended: dt.date | None = None,
    title: str = "",
    issuer: str = "",
    number: str = "",
) -> Qualification:
    """Put a qualification right that was entered wrongly; a number left out stays as it is."""
    require(by.user, "qualification.correct", qualification)
    _check(kind, title, began, ended)
    changes = {
        "kind": kind, "began": began, "ended": ended, "title": title.strip(),
        "issuer": issuer.strip(),
    }  # fmt: skip
    if number.strip():
        changes["number"] = sealed_number(qualification.person, number)
    return correct(qualification, **changes)


@action("qualification.renew")
def renew(
    *, by: By, qualification: Qualification, ended: dt.date | None = None, number: str = ""
) -> Qualification:
    """Go on from a qualification on the day after its last; without a number, under the old one."""
    require(by.user, "qualification.renew", qualification)
    if qualification.ended is None:
        raise Refused("goes_on", "It has no last day and goes on; there is no renewal.")
    person, began = qualification.person, qualification.ended + dt.timedelta(days=1)
    in_order(began, ended)
    clear = number or vault.unseal(person, "number", qualification.number)
    row = Qualification(
        person=person, kind=qualification.kind, title=qualification.title,
        issuer=qualification.issuer, began=began, ended=ended,
        number=sealed_number(person, clear),
    )  # fmt: skip
    insert(row)
    require_written(by.user, "qualification.renew", row)
    return row


@action("qualification.end")
def close(*, by: By, qualification: Qualification, on: dt.date, reason: str) -> Qualification:
    """Let a qualification end before its time, for a reason; ``on`` is its last day."""
    require(by.user, "qualification.end", qualification)
    a_word_of(END_REASONS, reason)
    return end(qualification, on, end_reason=reason)


@action("qualification.withdraw")
def take_back(*, by: By, qualification: Qualification) -> Qualification:
    """Take back a qualification that should not have been entered."""
    require(by.user, "qualification.withdraw", qualification)
    return withdraw_row(qualification)


@action("qualification.reveal")
def reveal(*, by: By, qualification: Qualification) -> str:
    """Open the number of one certificate, for a purpose that is written into the journal."""
    person = qualification.person
    say_what_for(by, person)
    if by.user is not None and not may_reveal(by.user, person.fact):
        raise NotAllowed("qualification.reveal")
    require(by.user, "qualification.reveal", qualification)
    event = current_act().event
    event.about_kind, event.about = "person", person.fact
    current_act().fields["qualification"] = {"number"}
    return vault.unseal(person, "number", qualification.number)
