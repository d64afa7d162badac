"""Tasks are decided at a meeting, then done, moved with a reason, or dropped with a reason."""

from __future__ import annotations

import datetime as dt

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, Refused, action, correct, insert
from bangfu.ledger.models import Activity, Subject, Task


@action("task.decide")
def decide(*, by: By, meeting: Activity, text: str, owner: Subject, due: dt.date) -> Task:
    """Write down what a meeting decided: what, who answers for it, and by when."""
    require(by.user, "task.decide", meeting)
    if meeting.kind != "meeting":
        raise Refused("not_a_meeting", "Tasks are decided at meetings; this is none.")
    if not text.strip():
        raise Refused("text_missing", "Say what is to be done.")
    if owner.kind not in ("person", "organisation"):
        raise Refused("no_owner", "A person or a unit answers for a task.")
    if due < meeting.date:
        raise Refused(
            "due_before_decided",
            "%(due)s lies before the meeting of %(on)s.",
            due=due,
            on=meeting.date,
        )
    task = Task(
        programme=meeting.programme,
        decided_at=meeting,
        date=meeting.date,
        text=text.strip(),
        owner=owner,
        due=due,
    )
    insert(task)
    require_written(by.user, "task.decide", task)
    return task


def _still_open(task: Task) -> None:
    if task.state != "open":
        raise Refused("closed_already", "This task was closed on %(on)s.", on=task.closed)


def _closable(task: Task, on: dt.date) -> None:
    _still_open(task)
    if on < task.date:
        raise Refused(
            "closed_before_decided",
            "%(on)s lies before the day on which it was decided (%(decided)s).",
            on=on,
            decided=task.date,
        )
    if on > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=on)


@action("task.finish")
def finish(*, by: By, task: Task, on: dt.date, evidence: str) -> Task:
    """Say that a task was done on a day, and how that is shown."""
    require(by.user, "task.finish", task)
    _closable(task, on)
    if not evidence.strip():
        raise Refused("evidence_missing", "Say what was done.")
    return correct(task, state="done", closed=on, evidence=evidence.strip())


@action("task.move")
def move(*, by: By, task: Task, due: dt.date, reason: str) -> Task:
    """Give a task another day, for a reason; the earlier day stays on record."""
    require(by.user, "task.move", task)
    _still_open(task)
    if not reason.strip():
        raise Refused("reason_missing", "Say why it is moved.")
    if due < task.date:
        raise Refused(
            "due_before_decided",
            "%(due)s lies before the meeting of %(on)s.",
            due=due,
            on=task.date,
        )
    return correct(task, due=due, reason=reason.strip())


@action("task.drop")
def drop(*, by: By, task: Task, on: dt.date, reason: str) -> Task:
    """Say that a task is not to be done any more, and why."""
    require(by.user, "task.drop", task)
    _closable(task, on)
    if not reason.strip():
        raise Refused("reason_missing", "Say why it is not done.")
    return correct(task, state="dropped", closed=on, reason=reason.strip())
