"""People and organisations are put on the roster of a body, and leave it."""

from __future__ import annotations

import datetime as dt

from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, Refused, action, change_from, correct, end, insert
from bangfu.ledger.actions.event import withdraw as withdraw_row
from bangfu.ledger.actions.terms import a_word_of, days_of
from bangfu.ledger.models import Affiliation, Organisation, Subject
from bangfu.ledger.vocabulary.affiliation import END_REASONS, ROLES


@action("affiliation.admit")
def admit(
    *,
    by: By,
    subject: Subject,
    organisation: Subject,
    kind: str,
    began: dt.date,
    role: str = "",
    number: str = "",
    card: str = "",
) -> Affiliation:
    """Put somebody on the roster of a body from a day on, who wishes to belong to it."""
    require(by.user, "affiliation.admit", subject.fact)
    _may_keep_a_roster(organisation, subject)
    days_of(began, None)
    if role:
        a_word_of(ROLES, role)
    _number_is_free(organisation, number)
    row = Affiliation(
        subject=subject, organisation=organisation, kind=kind, role=role, began=began,
        number=number.strip(), card=card.strip(),
    )  # fmt: skip
    insert(row)
    require_written(by.user, "affiliation.admit", row)
    return row


def _may_keep_a_roster(organisation: Subject, subject: Subject) -> None:
    """Refuse the rosters of Party bodies, and those of anything but a body."""
    if organisation.kind != "organisation":
        raise Refused("not_an_organisation", "Only an organisation keeps a roster.")
    if subject.kind not in ("person", "household", "organisation"):
        raise Refused("cannot_belong", "People, households and organisations stand on a roster.")
    sheet = Organisation.objects.current().filter(fact=organisation.fact).order_by("-began").first()
    if sheet is not None and "party" in sheet.kind.split("_"):
        raise Refused(
            "party_roster",
            "Who is a member of the Party is not kept here. Posts in its bodies are posts.",
        )


def _number_is_free(organisation: Subject, number: str, but: Affiliation | None = None) -> None:
    """Refuse a member's number that the body gave to somebody else."""
    if not number.strip():
        return
    held = Affiliation.objects.current().filter(
        organisation=organisation.fact, number=number.strip()
    )
    if but is not None:
        held = held.exclude(fact=but.fact)
    if held.exists():
        raise Refused(
            "number_given",
            "The body has given the number %(number)s already; each member has one of its own.",
            number=number.strip(),
        )


@action("affiliation.correct")
def correct_affiliation(
    *,
    by: By,
    affiliation: Affiliation,
    kind: str,
    role: str = "",
    number: str = "",
    card: str = "",
) -> Affiliation:
    """Put right what was entered wrongly of a place on a roster."""
    require(by.user, "affiliation.correct", affiliation)
    if role:
        a_word_of(ROLES, role)
    _number_is_free(affiliation.organisation, number, affiliation)
    return correct(affiliation, kind=kind, role=role, number=number.strip(), card=card.strip())


@action("affiliation.change_role")
def change_role(*, by: By, affiliation: Affiliation, role: str, on: dt.date) -> Affiliation:
    """Let a member have another role in the body from a day on; the days before keep the old."""
    require(by.user, "affiliation.change_role", affiliation)
    a_word_of(ROLES, role)
    return change_from(affiliation, on, role=role)


@action("affiliation.end")
def close(*, by: By, affiliation: Affiliation, on: dt.date, reason: str) -> Affiliation:
    """Let somebody leave a roster, for a reason of the book; ``on`` is the last day."""
    require(by.user, "affiliation.end", affiliation)
    a_word_of(END_REASONS, reason)
    return end(affiliation, on, end_reason=reason)


@action("affiliation.withdraw")
def take_back(*, by: By, affiliation: Affiliation) -> Affiliation:
    """Take back a place on a roster that should not have been entered."""
    require(by.user, "affiliation.withdraw", affiliation)
    return withdraw_row(affiliation)
