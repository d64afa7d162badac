"""Days on the spot and leave are put on record, approved, and cut short."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions import leave_steps as steps
from bangfu.ledger.actions.event import By, Refused, action, correct, end, insert
from bangfu.ledger.actions.event import withdraw as withdraw_row
from bangfu.ledger.actions.terms import a_word_of, days_of, in_order
from bangfu.ledger.models import Place, Stint, Subject
from bangfu.ledger.vocabulary.stint import PRESENT, STINT_KINDS

#: The longest piece that is entered at once: a year of leave is more likely a slip.
LONGEST = 366


@action("stint.enter")
def enter(
    *,
    by: By,
    person: Subject,
    kind: str,
    began: dt.date,
    ended: dt.date | None = None,
    place: Place | None = None,
    present: bool | None = None,
) -> Stint:
    """Put days of one person on record: in the village, away on duty, or on leave.

    ``present``: whether they count as being there; unless it is said, the kind says so.
    """
    about = [] if place is not None else [person.fact]
    require(by.user, "stint.enter", *about, place=place)
    if person.kind != "person":
        raise Refused("not_a_person", "Days on the spot and leave are a person's.")
    _check(kind, began, ended)
    if present is None:
        present = kind in PRESENT
    row = Stint(person=person, kind=kind, began=began, ended=ended, place=place, present=present)
    row.noted, row.days = min(began, clock.today()), _days(began, ended)
    insert(row)
    steps.ask(row)
    require_written(by.user, "stint.enter", row)
    return row


def _days(began: dt.date, ended: dt.date | None) -> int | None:
    """How many days they are, both ends included; unknown while they go on."""
    return None if ended is None else (ended - began).days + 1


def _check(kind: str, began: dt.date, ended: dt.date | None) -> None:
    a_word_of(STINT_KINDS, kind)
    if kind == "in_village":
        days_of(began, ended)
    elif ended is None:
        raise Refused("last_day_missing", "Leave and absence on duty have a last day; say which.")
    else:
        in_order(began, ended)
    if kind == "in_village" and ended is not None and ended > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=ended)
    if ended is not None and (ended - began).days >= LONGEST:
        raise Refused(
            "too_many_days",
            "From %(first)s to %(last)s is more than a year; enter it in pieces.",
            first=began,
            last=ended,
        )


@action("stint.approve")
def approve(*, by: By, stint: Stint, approver: Subject, on: dt.date) -> Stint:
    """Write down who let somebody be away, and when; nobody approves the own leave."""
    require(by.user, "stint.approve", stint)
    _answerable(by, stint, approver, on)
    steps.answered(by, stint, "done", on, approver)
    return correct(stint, approver=approver, approved=on)


@action("stint.refuse")
def refuse(*, by: By, stint: Stint, refuser: Subject, on: dt.date, reason: str) -> Stint:
    """Write down who did not let somebody be away, when and why; other days are asked anew."""
    require(by.user, "stint.refuse", stint)
    _answerable(by, stint, refuser, on)
    if not reason.strip():
        raise Refused("reason_missing", "Say why not.")
    steps.answered(by, stint, "refused", on, refuser, reason=reason.strip())
    return correct(stint, refused=on)


def _answerable(by: By, stint: Stint, who: Subject, on: dt.date) -> None:
    if stint.kind == "in_village":
        raise Refused("nothing_to_approve", "Days in the village need nobody's leave.")
    own = by.user.person_id if by.user else None
    if stint.person_id in (who.fact, own):
        raise Refused("own_leave", "Nobody approves the own leave.")
    if on > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=on)


@action("stint.correct")
def correct_stint(
    *, by: By, stint: Stint, kind: str, began: dt.date, ended: dt.date | None, present: bool
) -> Stint:
    """Put days right that were entered wrongly; where they are others, they are asked anew."""
    require(by.user, "stint.correct", stint)
    _check(kind, began, ended)
    changes: dict[str, Any] = {"kind": kind, "began": began, "ended": ended, "present": present}
    changes |= {"noted": min(stint.noted, began), "days": _days(began, ended)}
    others = (stint.kind, stint.began, stint.ended) != (kind, began, ended)
    if others:
        changes |= {"approver": None, "approved": None, "refused": None}
    row = correct(stint, **changes)
    if others:
        steps.ask(row)
    return row


@action("stint.end")
def close(*, by: By, stint: Stint, on: dt.date) -> Stint:
    """Let days end on another day than was said: somebody left the village, or came back early."""
    require(by.user, "stint.end", stint)
    if stint.ended is not None and on > stint.ended:
        raise Refused(
            "longer_than_said",
            "It was to end on %(ended)s; more days are a record of their own.",
            ended=stint.ended,
        )
    if on > clock.today() and stint.kind == "in_village":
        raise Refused("in_the_future", "%(on)s lies in the future.", on=on)
    return end(stint, on, days=_days(stint.began, on))


@action("stint.withdraw")
def take_back(*, by: By, stint: Stint) -> Stint:
    """Take back days that should not have been entered, or leave that was not taken."""
    require(by.user, "stint.withdraw", stint)
    steps.fall(stint)
    return withdraw_row(stint)
