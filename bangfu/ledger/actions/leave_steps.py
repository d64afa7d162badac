"""The way on which leave is approved: begun when it is asked for, ended by what becomes of it.

It has one step, which is open to whoever approves leave where the person serves.
"""

from __future__ import annotations

import datetime as dt

from bangfu.ledger import clock
from bangfu.ledger.actions.event import By, Refused, correct, insert
from bangfu.ledger.actions.proceeding_course import given_up, rows_in
from bangfu.ledger.models import Handling, Proceeding, Stint, Subject
from bangfu.ledger.vocabulary.stint import ASKED_FOR
from bangfu.ledger.workdays import working_days
from bangfu.programmes.leaving import GRANTED, LEAVE, WITHIN
from bangfu.programmes.period import later


def way_of(stint: Stint) -> Proceeding | None:
    """The way of some leave; None for days in the village that were never anything else."""
    return Proceeding.objects.current().filter(stint=stint.fact).first()


def due_on(stint: Stint, asked: dt.date) -> dt.date:
    """By when leave that was asked for on a day is answered: at the latest when it begins."""
    within = later(asked, WITHIN, workdays=working_days())
    return max(asked, min(within, stint.began))


def ask(stint: Stint) -> None:
    """Ask for leave to be approved, anew if it was asked for before; days there need nobody's."""
    held = way_of(stint)
    if held is not None and not held.outcome:
        given_up(held, max(clock.today(), held.began), "")
    if stint.kind not in ASKED_FOR:
        return
    if held is None:
        day = stint.noted
        held = insert(Proceeding(name=LEAVE, subject=stint.person, stint=stint, began=stint.noted))
        insert(_step(held, stint, day))
        return
    day = max(clock.today(), *(row.closed or row.date for row in rows_in(held)))
    insert(_step(held, stint, day, again=True))
    correct(held, ended=None, outcome="")


def _step(held: Proceeding, stint: Stint, day: dt.date, *, again: bool = False) -> Handling:
    return Handling(
        proceeding=held,
        subject=stint.person,
        stint=stint,
        step=GRANTED,
        date=day,
        due=due_on(stint, day),
        again=again,
    )


def open_step(stint: Stint) -> Handling | None:
    """The step that waits for an answer, if any."""
    rows = Handling.objects.current().filter(stint=stint.fact, closed__isnull=True)
    return rows.first()


def answered(
    by: By, stint: Stint, result: str, on: dt.date, who: Subject, *, reason: str = ""
) -> None:
    """Write down what the answer was, and that it ends the way."""
    row, held = open_step(stint), way_of(stint)
    if row is None or held is None:
        raise Refused(
            "answered_already",
            "This leave was answered already; where the days are others, put them right.",
        )
    closed = max(on, row.date)
    correct(row, closed=closed, result=result, who=who, reason=reason)
    correct(held, ended=closed, outcome=result)


def fall(stint: Stint) -> None:
    """Ask nobody any more about days that were taken back."""
    held = way_of(stint)
    if held is not None and not held.outcome:
        given_up(held, max(clock.today(), held.began), "")
