"""Items of a checklist that no record shows are ticked by hand, on evidence, and taken back."""

from __future__ import annotations

import datetime as dt

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, Refused, action, insert, withdraw
from bangfu.ledger.actions.evidence import proved
from bangfu.ledger.conditions import may_belong
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import File, Programme, Subject, Tick
from bangfu.ledger.moment import Moment
from bangfu.programmes.entries import Check
from bangfu.programmes.schema import Checklist


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
    proved(entry.items[item].proof, subject, evidence, file)
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


@action("tick.take_back")
def take_back(*, by: By, tick: Tick) -> Tick:
    """Take back a tick that was a mistake."""
    require(by.user, "tick.take_back", tick)
    return withdraw(tick)
