"""Subjects are taken into a programme, with grounds, and leave it, with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from bangfu.ledger import vault
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, Refused, action, end, insert, withdraw
from bangfu.ledger.actions.proceeding import granted
from bangfu.ledger.conditions import may_belong
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Enrolment, Programme, Subject
from bangfu.ledger.moment import Moment
from bangfu.ledger.quotas import called, full_for, lines_of
from bangfu.ledger.vocabulary.enrolment import END_REASONS
from bangfu.programmes.schema import Enrol


@action("enrolment.take_in")
def take_in(
    *,
    by: By,
    programme: Programme,
    name: str,
    subject: Subject,
    on: dt.date,
    grounds: str = "",
) -> Enrolment:
    """Take a subject in under one of the programme's enrol entries, from a day on."""
    require(by.user, "enrolment.take_in", subject.fact, programme=programme)
    meaning = Meaning.of(programme, Moment(on))
    if meaning.sort_of(name) != "enrol":
        raise Refused(
            "no_such_enrolment", "The programme takes nobody in under %(name)s.", name=name
        )
    kind = meaning.file.kind_of(name)
    if subject.kind != kind:
        raise Refused(
            "wrong_kind", "%(name)s is for a %(kind)s.", name=meaning.file.title_of(name), kind=kind
        )
    _by_its_workflow(programme, name, subject, on, meaning)
    of, where = meaning.listed(name)
    if not may_belong(subject.fact, of, where, meaning, on):
        raise Refused(
            "not_eligible",
            "%(who)s is not one of those whom the programme may take in under %(name)s.",
            who=subject.name,
            name=meaning.file.title_of(name),
        )
    _with_room(meaning, name, subject, on)
    row = Enrolment(programme=programme, name=name, subject=subject, began=on)
    row.grounds = sealed_words(subject.fact, "grounds", grounds)
    insert(row)
    require_written(by.user, "enrolment.take_in", row)
    return row


def _by_its_workflow(
    programme: Programme, name: str, subject: Subject, on: dt.date, meaning: Meaning
) -> None:
    """That the workflow by which an entry takes in was carried through for the subject."""
    entry = meaning.file.entry(name)
    flow = entry.workflow if isinstance(entry, Enrol) else None
    if flow and not granted(programme, flow, subject.fact, on):
        raise Refused(
            "workflow_first",
            "%(name)s takes in those for whom %(flow)s was carried through; for %(who)s it was "
            "not by %(on)s.",
            name=meaning.file.title_of(name),
            flow=meaning.file.title_of(flow),
            who=subject.name,
            on=on,
        )


def _with_room(meaning: Meaning, name: str, subject: Subject, on: dt.date) -> None:
    """That the numbers of the file leave room for one more, from the day on."""
    if not lines_of(meaning, name, on):
        return
    # Whoever takes somebody else in at this moment waits, so that both count.
    Programme.objects.select_for_update().get(pk=meaning.row.pk)
    room = full_for(meaning, name, subject.fact, on)
    if room is None:
        return
    parts = {
        "who": subject.name, "name": meaning.file.title_of(name), "taken": room.taken,
        "most": room.most, "what": called(room, on), "on": on,
    }  # fmt: skip
    if not parts["what"]:
        raise Refused(
            "no_room",
            "%(who)s cannot be taken in under %(name)s from %(on)s: %(taken)s of %(most)s places "
            "are taken.",
            **parts,
        )
    raise Refused(
        "no_room",
        "%(who)s cannot be taken in under %(name)s from %(on)s: of %(what)s, %(taken)s of "
        "%(most)s places are taken.",
        **parts,
    )


@action("enrolment.take_in_several")
def take_in_several(
    *,
    by: By,
    programme: Programme,
    name: str,
    subjects: Sequence[Subject],
    on: dt.date,
    grounds: str = "",
) -> list[Enrolment]:
    """Take several subjects in at once, for the same reason: all, or none if one may not."""
    require(by.user, "enrolment.take_in_several", programme=programme)
    return [
        take_in(by=by, programme=programme, name=name, subject=one, on=on, grounds=grounds)
        for one in subjects
    ]


def sealed_words(subject: UUID, field: str, words: str) -> bytes | None:
    """Words about a subject, sealed under its key; nothing said is nothing kept."""
    return vault.seal(subject, field, words.strip()) if words.strip() else None


@action("enrolment.leave")
def leave(*, by: By, enrolment: Enrolment, on: dt.date, reason: str) -> Enrolment:
    """Let an enrolment end, for one of the reasons of the code book; ``on`` is its last day."""
    require(by.user, "enrolment.leave", enrolment)
    if reason not in END_REASONS:
        raise Refused(
            "no_such_reason",
            "%(reason)s is not a reason; there are: %(allowed)s.",
            reason=reason,
            allowed=", ".join(END_REASONS),
        )
    return end(enrolment, on, end_reason=reason)


@action("enrolment.withdraw")
def take_back(*, by: By, enrolment: Enrolment) -> Enrolment:
    """Take back an enrolment that was a mistake."""
    require(by.user, "enrolment.withdraw", enrolment)
    return withdraw(enrolment)
