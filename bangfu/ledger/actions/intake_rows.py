"""Rows of a list that become records of what was decided or done, each by the action of its kind.

The rules that hold for one record entered by hand hold for each row: who may, one to one, the days
of the programme, who may be taken in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from bangfu.ledger.access import NotAllowed, refused_together
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import affiliation as affiliations
from bangfu.ledger.actions import award as awards
from bangfu.ledger.actions import benefit as benefits
from bangfu.ledger.actions import classes
from bangfu.ledger.actions import encounter as encounters
from bangfu.ledger.actions import enrolment as enrolments
from bangfu.ledger.actions import fund as funds
from bangfu.ledger.actions import income as incomes
from bangfu.ledger.actions import measure as measures
from bangfu.ledger.actions import membership as memberships
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import pairing as pairings
from bangfu.ledger.actions import payout as payouts
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import practice as practices
from bangfu.ledger.actions import project as projects
from bangfu.ledger.actions import qualification as qualifications
from bangfu.ledger.actions import statistic as statistics
from bangfu.ledger.actions import stint as stints
from bangfu.ledger.actions.event import By, Refused, beforehand, on_trial, said_in_words
from bangfu.ledger.models import Affiliation, Need, Pairing, Place, Project, Stint, Subject
from bangfu.ledger.together import asked_together


@dataclass(frozen=True, slots=True)
class NewRecord:
    """What a row writes: the action of its kind, and what that is told."""

    verb: str
    told: Mapping[str, Any]


def write(by: By, record: NewRecord) -> None:
    """Write one record as its action does."""
    _WAYS[record.verb](by=by, **record.told)


def write_all(by: By, records: Sequence[NewRecord]) -> None:
    """Write the records of a list, each as its action does; what they ask in common at once."""
    with asked_together(named_in(records)) as asked:
        for record in records:
            write(by, record)
    for _, wrong in refused_together(by.user, asked):
        raise wrong


def rehearse(by: By, rows: Sequence[Sequence[NewRecord]]) -> list[Refused | NotAllowed | None]:
    """What would be said against each row if all were written in turn; nothing stays written."""
    said: list[Refused | NotAllowed | None] = []
    named = named_in(record for records in rows for record in records)
    with on_trial(beforehand("intake.accept", by), by), asked_together(named) as asked:
        for asked.row, records in enumerate(rows):
            said.append(_tried(by, records))
        for row, wrong in refused_together(by.user, asked):
            said[row] = said[row] or wrong
    return said


def named_in(records: Iterable[NewRecord]) -> Iterator[UUID]:
    """Whom and which places some records name."""
    for record in records:
        for told in record.told.values():
            for one in told if isinstance(told, tuple | list) else (told,):
                if isinstance(one, Subject | Place):
                    yield one.fact


def _tried(by: By, records: Sequence[NewRecord]) -> Refused | NotAllowed | None:
    try:
        with said_in_words(), transaction.atomic():
            for record in records:
                write(by, record)
    except (Refused, NotAllowed) as wrong:
        return wrong
    return None


def _pair(*, by: By, ended: dt.date | None = None, reason: str = "", **told: Any) -> Pairing:
    """A pairing that a list names, with its end where that is past."""
    made = pairings.make(by=by, **told)
    return pairings.close(by=by, pairing=made, on=ended, reason=reason) if ended else made


def _raise(*, by: By, closed: dt.date | None = None, evidence: str = "", **told: Any) -> Need:
    """A need that a list names, closed where it was met."""
    made = needs.raise_(by=by, **told)
    return needs.close(by=by, need=made, on=closed, evidence=evidence) if closed else made


def _come(*, by: By, name: str, place: Place | None, sheet: Mapping[str, Any],
          **told: Any) -> Subject:  # fmt: skip
    """Somebody who is on record for the first time and joins a household that day."""
    on, source = told["on"], told["source"]
    made = persons.register(by=by, name=name, place=place, on=on, source=source, **sheet)
    return memberships.join(by=by, subject=made, **told)


def _admit(*, by: By, ended: dt.date | None = None, reason: str = "", **told: Any) -> Affiliation:
    """Somebody on a roster, and that they left it where that is past."""
    made = affiliations.admit(by=by, **told)
    return affiliations.close(by=by, affiliation=made, on=ended, reason=reason) if ended else made


def _change_role(
    *, by: By, affiliation: Affiliation, role: str, on: dt.date, **right: Any
) -> Affiliation:
    """Another role in a body from a day on; ``right``: what else is put right from then."""
    made = affiliations.change_role(by=by, affiliation=affiliation, role=role, on=on)
    if not right:
        return made
    return affiliations.correct_affiliation(by=by, affiliation=made, role=role, **right)


def _let_go(
    *, by: By, approver: Subject | None = None, approved: dt.date | None = None, **told: Any
) -> Stint:
    """Days there or leave, with who let them go where both is said."""
    made = stints.enter(by=by, **told)
    if approver is None or approved is None:
        return made
    return stints.approve(by=by, stint=made, approver=approver, on=approved)


def _store(*, by: By, states: Sequence[tuple[str, dt.date]], **told: Any) -> Project:
    """A project that a list names, led through the states that it names too."""
    made = projects.register(by=by, **told)
    for state, on in states:
        projects.enter_state(by=by, project=made, state=state, on=on)
    return made


_WAYS: Mapping[str, Callable[..., Any]] = {
    "person.register": _come,
    "household.join": memberships.join,
    "household.leave": memberships.leave,
    "household.change_head": memberships.change_head,
    "household.split": memberships.split,
    "household.merge": memberships.merge,
    "pairing.make": _pair,
    "pairing.end": pairings.close,
    "activity.visit": activities.visit,
    "activity.record": activities.record,
    "activity.attend": activities.attend,
    "need.raise_": _raise,
    "need.close": needs.close,
    "enrolment.take_in": enrolments.take_in,
    "class.give": classes.give,
    "class.end": classes.close,
    "measure.progress": measures.progress,
    "measure.set_owner": measures.set_owner,
    "statistic.state": statistics.state,
    "statistic.correct": statistics.correct_value,
    "entry.promise": funds.promise,
    "entry.receive": funds.receive,
    "entry.pay": funds.pay,
    "income.enter": incomes.enter,
    "income.correct": incomes.correct_line,
    "benefit.enter": benefits.enter,
    "benefit.correct": benefits.correct_benefit,
    "benefit.end": benefits.close,
    "payout.enter": payouts.enter,
    "qualification.enter": qualifications.enter,
    "qualification.correct": qualifications.correct_qualification,
    "qualification.end": qualifications.close,
    "practice.register": practices.register,
    "practice.correct": practices.correct_practice,
    "practice.end": practices.close,
    "affiliation.admit": _admit,
    "affiliation.correct": affiliations.correct_affiliation,
    "affiliation.change_role": _change_role,
    "affiliation.end": affiliations.close,
    "stint.enter": _let_go,
    "stint.end": stints.close,
    "award.give": awards.give,
    "award.correct": awards.correct_award,
    "encounter.record": encounters.record,
    "encounter.correct": encounters.correct_encounter,
    "project.register": _store,
    "project.correct": projects.correct_project,
    "project_state.enter": projects.enter_state,
    "project_state.correct": projects.correct_state,
}
