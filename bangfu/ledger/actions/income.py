"""Lines of income are entered, put right and taken back; what was reckoned follows at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, Refused, action, correct, insert
from bangfu.ledger.actions.event import withdraw as withdraw_row
from bangfu.ledger.actions.reckoning import reckon_anew
from bangfu.ledger.codes import INCOME
from bangfu.ledger.models import Income, Person, Subject

#: The longest time that one line speaks of.
_LONGEST = dt.timedelta(days=366)


@action("income.enter")
def enter(
    *,
    by: By,
    subject: Subject,
    kind: str,
    item: str,
    amount: int,
    since: dt.date,
    until: dt.date,
    evidence: str = "",
    person: Subject | None = None,
) -> Income:
    """Write down one amount of a household for some time, in fen, with how it is shown."""
    require(by.user, "income.enter", subject.fact)
    if subject.kind != "household":
        raise Refused("not_a_household", "Income is kept by household.")
    line = Income(subject=subject, kind=kind, item=item.strip(), amount=amount, person=person)
    line.since, line.date, line.evidence = since, until, evidence.strip()
    _check(line)
    insert(line)
    reckon_anew(line)
    require_written(by.user, "income.enter", line)
    return line


@action("income.correct")
def correct_line(*, by: By, income: Income, **changes: Any) -> Income:
    """Put one line right; what it said before stays on record."""
    require(by.user, "income.correct", income)
    before = Income(since=income.since, date=income.date, subject_id=income.subject_id)
    for name, value in changes.items():
        setattr(income, name, value)
    _check(income)
    correct(income, **changes)
    reckon_anew(before)
    reckon_anew(income)
    require_written(by.user, "income.correct", income)
    return income


@action("income.withdraw")
def withdraw(*, by: By, income: Income) -> Income:
    """Take back a line that should not have been entered."""
    require(by.user, "income.withdraw", income)
    withdraw_row(income)
    reckon_anew(income)
    return income


def _check(line: Income) -> None:
    if line.kind not in INCOME:
        allowed = ", ".join(INCOME)
        raise Refused("no_such_word", "The sort of income is one of: %(words)s.", words=allowed)
    if not line.item:
        raise Refused("item_missing", "Say what the amount is for.")
    if line.amount <= 0:
        raise Refused("no_amount", "Write an amount above nothing; costs are a sort of their own.")
    if line.date > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=line.date)
    if line.since > line.date:
        raise Refused("days_in_order", "The first day lies after the last day.")
    if line.date - line.since > _LONGEST:
        raise Refused("too_long_a_time", "A line speaks of a year at most; make one for each year.")
    _member(line)


def _member(line: Income) -> None:
    """Who is named lived in the household at some time of the line."""
    if line.person_id is None:
        return
    there = Person.objects.current().filter(fact=line.person_id, household=line.subject_id)
    if not there.exists():
        raise Refused("not_a_member", "This person is no member of the household.")
