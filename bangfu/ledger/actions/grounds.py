"""On what grounds somebody was taken in or sorted: read by those who decide, and written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from bangfu.ledger import vault
from bangfu.ledger.access import allowed_among, require
from bangfu.ledger.actions.event import By, about_is, action
from bangfu.ledger.actions.looking import looked_today
from bangfu.ledger.models import Class, Enrolment, Proposal, Subject, User

Grounded = Enrolment | Class | Proposal


def may_look(user: User, subjects: Iterable[Subject]) -> set[UUID]:
    """Of some subjects those of whom an account reads on what grounds.

    Who looks as somebody else writes nothing, and so reads nothing.
    """
    kinds: dict[str, set[UUID]] = {}
    for one in subjects:
        kinds.setdefault(one.kind, set()).add(one.fact)
    if user.seen_by is not None:
        return set()
    found = (allowed_among(user, "grounds.look", kind, keys) for kind, keys in kinds.items())
    return set().union(*found)


def read(*, by: By, rows: Iterable[Grounded]) -> Mapping[UUID, str]:
    """The grounds of some records about people whom the account may look at, by record.

    The first look of a day at somebody is written down; of who was erased nothing is left.
    """
    sealed = [one for one in rows if one.grounds]
    subjects = {one.subject_id: one.subject for one in sealed}
    open_to = may_look(by.user, subjects.values()) if by.user is not None else set()
    for key in sorted(open_to - looked_today(by.user, "grounds.look", open_to)):
        look(by=by, subject=subjects[key])
    held = vault.keys_of(open_to)
    return {
        one.fact: held[one.subject_id].open("grounds", bytes(one.grounds))
        for one in sealed
        if one.subject_id in held and one.grounds
    }


@action("grounds.look")
def look(*, by: By, subject: Subject) -> None:
    """Write down that somebody reads on what grounds a subject was taken in, before it is shown."""
    require(by.user, "grounds.look", subject.fact)
    about_is(subject)
