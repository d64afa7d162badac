"""Items of a checklist that no record shows are ticked by hand, on evidence, and taken back."""

from __future__ import annotations

import datetime as dt

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, Refused, action, insert, withdraw
from bangfu.ledger.conditions import may_belong
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import File, Programme, Subject, Tick
from bangfu.ledger.moment import Moment
from bangfu.programmes.schema import Check, Checklist


def by_hand(check: Check) -> bool:
    """Whether an item is ticked by hand: it names no records that would show it."""
    return check.of is None


@action("tick.mark")
def mark(
    *,
    by: By,
    programme: Programme,
    name: str,
    item: str,
    subject: Subject,
    on: dt.date,
    evidence: str = "",
    file: File | None = None,
) -> Tick:
    """Say that an item of a checklist was seen to be so for a subject on a day."""
    require(by.user, "tick.mark", subject.fact, programme=programme)
    meaning = Meaning.of(programme, Moment(on))
    entry = meaning.file.entry(name) if meaning.sort_of(name) == "checklist" else None
    if not isinstance(entry, Checklist) or item not in entry.items:
        raise Refused(
            "no_such_item",
            "The programme has no item %(item)s on a checklist %(name)s.",
            item=item,
            name=name,
        )
    _tickable(meaning, entry, item, subject, on)
    _proved(entry.items[item], subject, evidence, file)
    row = Tick(
        programme=programme,
        name=name,
        item=item,
        subject=subject,
        date=on,
        evidence=evidence.strip(),
        file=file,
    )
    insert(row)
    require_written(by.user, "tick.mark", row)
    return row


def _tickable(meaning: Meaning, entry: Checklist, item: str, subject: Subject, on: dt.date) -> None:
    check = entry.items[item]
    if not by_hand(check):
        raise Refused(
            "ticks_itself",
            "“%(item)s” ticks itself as soon as a record shows it; enter that record.",
            item=check.title or item,
        )
    if on > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=on)
    if subject.kind != meaning.file.kind_of(entry.each) or not may_belong(
        subject.fact, (entry.each,), {}, meaning, on
    ):
        raise Refused(
            "not_on_the_list",
            "%(who)s is not one of those for whom this checklist is.",
            who=subject.name,
        )


def _proved(check: Check, subject: Subject, evidence: str, file: File | None) -> None:
    if file is not None and file.subject_id != subject.fact:
        raise Refused("file_of_another", "This file is about somebody else.")
    if check.proof == "note" and not evidence.strip():
        raise Refused("evidence_missing", "Say what was done.")
    if check.proof == "paper" and not evidence.strip() and file is None:
        raise Refused("paper_missing", "Name the paper, or choose its file.")
    if check.proof == "photo" and (file is None or file.form != "photo"):
        raise Refused("photo_missing", "Choose a photo; it is added on the subject's page first.")


@action("tick.take_back")
def take_back(*, by: By, tick: Tick) -> Tick:
    """Take back a tick that was a mistake."""
    require(by.user, "tick.take_back", tick)
    return withdraw(tick)
