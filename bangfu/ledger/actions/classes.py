"""Classes are given by people, on grounds, and taken back when they were wrong."""

from __future__ import annotations

import datetime as dt

from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.enrolment import sealed_words
from bangfu.ledger.actions.event import By, Refused, action, end, insert, withdraw
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Class, Programme, Subject
from bangfu.ledger.moment import Moment
from bangfu.programmes.schema import Class as ClassEntry


@action("class.give")
def give(
    *,
    by: By,
    programme: Programme,
    name: str,
    subject: Subject,
    option: str,
    on: dt.date,
    grounds: str = "",
) -> Class:
    """Sort a subject into a class of one of the programme's schemes, from a day on."""
    require(by.user, "class.give", subject.fact, programme=programme)
    row = given(
        programme, name, subject, option, on, sealed_words(subject.fact, "grounds", grounds)
    )
    require_written(by.user, "class.give", row)
    return row


def scheme_of(programme: Programme, name: str, option: str, on: dt.date) -> ClassEntry:
    """A way to sort that the programme has on a day; refused where it lacks it or the option."""
    meaning = Meaning.of(programme, Moment(on))
    entry = meaning.file.entry(name) if name in meaning.file else None
    if isinstance(entry, ClassEntry) and option in ("", *entry.items):
        return entry
    raise Refused(
        "no_such_class",
        "%(option)s is not a class of %(name)s; there are: %(allowed)s.",
        option=option,
        name=name,
        allowed=", ".join(entry.items) if isinstance(entry, ClassEntry) else "",
    )


def given(
    programme: Programme,
    name: str,
    subject: Subject,
    option: str,
    on: dt.date,
    grounds: bytes | memoryview | None,
) -> Class:
    """Write a class, on grounds that are sealed already."""
    scheme_of(programme, name, option, on)
    row = Class(programme=programme, name=name, subject=subject, option=option, began=on)
    row.single = Meaning.of(programme, Moment(on)).class_single(name)
    row.grounds = bytes(grounds) if grounds else None
    return insert(row)


@action("class.end")
def close(*, by: By, given: Class, on: dt.date) -> Class:
    """Let a class end; ``on`` is its last day."""
    require(by.user, "class.end", given)
    return end(given, on)


@action("class.undo")
def undo(*, by: By, given: Class) -> Class:
    """Take back a class that was given by mistake."""
    require(by.user, "class.undo", given)
    return withdraw(given)
