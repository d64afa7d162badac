"""Health services are recorded, put right, settled and taken back; the diagnosis is kept apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions import health
from bangfu.ledger.actions.event import By, Refused, action, correct, insert
from bangfu.ledger.actions.event import withdraw as withdraw_row
from bangfu.ledger.models import Encounter, HealthDetail, Subject
from bangfu.ledger.vocabulary.encounter import OUTCOMES, SETTINGS, SETTLEMENTS
from bangfu.programmes.kinds import Label

#: The sort and the purpose of the health detail that is noted with a service.
DIAGNOSIS = "服务诊断"
PURPOSE = "医疗服务"
#: What gives services and sends on: a hospital, a village clinic.
BODIES = ("organisation", "site")
#: The words that a field may hold; a blank one says nothing.
_WORDS: Mapping[str, Mapping[str, Label]] = {
    "outcome": OUTCOMES, "setting": SETTINGS, "settlement": SETTLEMENTS,
}  # fmt: skip


@action("encounter.record")
def record(
    *,
    by: By,
    subject: Subject,
    kind: str,
    on: dt.date,
    provider: Subject,
    outcome: str = "done",
    diagnosis: str = "",
    **told: Any,
) -> Encounter:
    """Write down a service that a person was given on a day, by an organisation.

    ``told``: any other field of the service. A diagnosis is sealed as health detail, by who may
    note that.
    """
    require(by.user, "encounter.record", subject.fact)
    row = Encounter(subject=subject, kind=kind, date=on, provider=provider, outcome=outcome)
    for name, value in told.items():
        setattr(row, name, value)
    _reckon(row)
    _check(row)
    insert(row)
    if diagnosis.strip():
        _note(by, row, diagnosis.strip())
    require_written(by.user, "encounter.record", row)
    return row


def _note(by: By, row: Encounter, diagnosis: str) -> HealthDetail:
    return health.note(
        by=by, subject=row.subject, on=row.date, sort=DIAGNOSIS, detail=diagnosis, ground="duty",
        purpose=PURPOSE, encounter=row,
    )  # fmt: skip


@action("encounter.correct")
def correct_encounter(*, by: By, encounter: Encounter, **changes: Any) -> Encounter:
    """Put one service right; what was believed before stays on record."""
    require(by.user, "encounter.correct", encounter)
    for name, value in changes.items():
        setattr(encounter, name, value)
    _reckon(encounter)
    _check(encounter)
    reckoned = {"minutes": encounter.minutes, "own": encounter.own}
    correct(encounter, **changes, **reckoned)
    require_written(by.user, "encounter.correct", encounter)
    return encounter


@action("encounter.settle")
def settle(
    *, by: By, encounter: Encounter, on: dt.date, cost: int, reimbursed: int, settlement: str
) -> Encounter:
    """Write down what a service cost, what was reimbursed and on which day all was paid."""
    require(by.user, "encounter.settle", encounter)
    encounter.settled, encounter.settlement = on, settlement
    encounter.cost, encounter.reimbursed = cost, reimbursed
    _reckon(encounter)
    _check(encounter)
    return correct(
        encounter, settled=on, cost=cost, reimbursed=reimbursed, own=encounter.own,
        settlement=settlement,
    )  # fmt: skip


@action("encounter.withdraw")
def withdraw(*, by: By, encounter: Encounter) -> Encounter:
    """Take back a service that should not have been recorded, with what was noted with it."""
    require(by.user, "encounter.withdraw", encounter)
    for detail in HealthDetail.objects.current().filter(encounter=encounter.fact):
        withdraw_row(detail)
    return withdraw_row(encounter)


def _reckon(row: Encounter) -> None:
    """What follows from the rest: the time on the way, and what is left to the person."""
    row.minutes = None
    if row.sent is not None and row.sent_time and row.arrived_time:
        sent = dt.datetime.combine(row.sent, _time(row.sent_time))
        came = dt.datetime.combine(row.date, _time(row.arrived_time))
        if came < sent:
            raise Refused("arrived_before_sent", "The arrival lies before the sending.")
        row.minutes = int((came - sent).total_seconds()) // 60
    row.own = None
    if row.cost is not None and row.reimbursed is not None:
        row.own = row.cost - row.reimbursed


def _time(said: str) -> dt.time:
    try:
        return dt.time.fromisoformat(said)
    except ValueError:
        raise Refused("no_such_time", "“%(text)s” is not a time; write it as 09:30.", text=said) \
            from None  # fmt: skip


def _check(row: Encounter) -> None:
    if row.subject.kind != "person":
        raise Refused("not_a_person", "Health services are those of persons.")
    for body in (row.provider, row.sender):
        if body is not None and body.kind not in BODIES:
            raise Refused("not_a_unit", "A service is given by an organisation or at a site.")
    if not row.kind:
        raise Refused("kind_missing", "Say which service it was.")
    for name, words in _WORDS.items():
        if getattr(row, name) not in ("", *words) or (name == "outcome" and not row.outcome):
            raise Refused(
                "no_such_word", "%(word)s is none of: %(words)s.", word=getattr(row, name),
                words=", ".join(words),
            )  # fmt: skip
    if row.date > clock.today() or (row.settled is not None and row.settled > clock.today()):
        raise Refused("in_the_future", "%(on)s lies in the future.", on=max(
            row.date, row.settled or row.date))  # fmt: skip
    if row.sent is not None and row.sent > row.date:
        raise Refused("arrived_before_sent", "The arrival lies before the sending.")
    _check_money(row)


def _check_money(row: Encounter) -> None:
    if row.reimbursed is not None and row.cost is None:
        raise Refused("cost_missing", "Say what it cost, before what was reimbursed of it.")
    if any(amount is not None and amount < 0 for amount in (row.cost, row.reimbursed, row.own)):
        raise Refused("more_than_it_cost", "No more is reimbursed than it cost; no amount is less "
                      "than nothing.")  # fmt: skip
    if row.settled is not None and row.settled < row.date:
        raise Refused("settled_before", "It was settled before the day on which it was given.")
    if row.settled is not None and row.own is None:
        raise Refused("cost_missing", "Say what it cost, before what was reimbursed of it.")
