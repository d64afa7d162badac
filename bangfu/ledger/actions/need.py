"""Needs are raised, given to somebody, closed with evidence, and confirmed by who raised them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from bangfu.ledger import vault
from bangfu.ledger.access import allows, require, require_written
from bangfu.ledger.actions.enrolment import sealed_words
from bangfu.ledger.actions.event import (
    By,
    Refused,
    about_is,
    action,
    correct,
    insert,
)
from bangfu.ledger.actions.looking import looked_today
from bangfu.ledger.keys import Erased
from bangfu.ledger.models import Activity, Need, Programme, Subject, User


@action("need.raise_")
def raise_(
    *,
    by: By,
    subject: Subject,
    on: dt.date,
    text: str,
    kind: str = "",
    programme: Programme | None = None,
    raised_at: Activity | None = None,
    organisation: Subject | None = None,
    due: dt.date | None = None,
) -> Need:
    """Write down a need of a subject; a person's own words are sealed under that person's key."""
    require(by.user, "need.raise_", subject.fact, programme=programme)
    if not text.strip():
        raise Refused("text_missing", "Say what is needed.")
    need = Need(
        subject=subject,
        date=on,
        kind=kind,
        programme=programme,
        raised_at=raised_at,
        organisation=organisation,
        due=due,
    )
    if subject.kind in ("person", "household"):
        need.private_text = sealed_words(subject.fact, "private_text", text)
    else:
        need.text = text.strip()
    insert(need)
    require_written(by.user, "need.raise_", need)
    return need


#: What of a need is sealed under the key of whom it is about.
SEALED = ("private_text", "private_evidence")


def words_of(*, by: By, subject: Subject) -> Mapping[UUID, Mapping[str, str]]:
    """What a subject's needs say in own words and how they were met, by need and field.

    For those who see to them; the first look of a day is written down.
    """
    held = Need.objects.current().filter(subject=subject.fact)
    rows = [need for need in held if any(getattr(need, field) for field in SEALED)]
    if not rows:
        return {}
    if by.user is None or not looked_today(by.user, "need.look", [subject.fact]):
        look(by=by, subject=subject)
    try:
        key = vault.key_of(subject)
    except Erased:
        return {}
    sealed = ((need, field, getattr(need, field)) for need in rows for field in SEALED)
    found: dict[UUID, dict[str, str]] = {}
    for need, field, text in sealed:
        if text:
            found.setdefault(need.fact, {})[field] = key.open(field, bytes(text))
    return found


def may_look(user: User, subject: UUID) -> bool:
    """Whether an account reads what somebody said; who looks as somebody else writes nothing."""
    return user.seen_by is None and allows(user, "need.look", subject)


@action("need.look")
def look(*, by: By, subject: Subject) -> None:
    """Write down that somebody reads what a person said, before it is shown."""
    require(by.user, "need.look", subject.fact)
    about_is(subject)


@action("need.assign")
def assign(*, by: By, need: Need, to: Subject, due: dt.date | None) -> Need:
    """Say which unit answers for a need, and by when; it may be handed on to any unit."""
    require(by.user, "need.assign", need)
    return correct(need, organisation=to, due=due)


@action("need.close")
def close(*, by: By, need: Need, on: dt.date, evidence: str) -> Need:
    """Close a need on a day, with the evidence; a person's is sealed like the own words."""
    require(by.user, "need.close", need)
    if not evidence.strip():
        raise Refused("evidence_missing", "A need is closed on evidence; say what was done.")
    if need.subject.kind in ("person", "household"):
        sealed = sealed_words(need.subject_id, "private_evidence", evidence)
        return correct(need, closed=on, private_evidence=sealed)
    return correct(need, closed=on, evidence=evidence.strip())


@action("need.confirm")
def confirm(*, by: By, need: Need, confirmed: bool) -> Need:
    """Write down whether the one who raised a need says that it was met; if not, it opens again."""
    require(by.user, "need.confirm", need)
    if need.closed is None:
        raise Refused("not_closed", "A need is confirmed after it was closed.")
    if confirmed:
        return correct(need, confirmed=True)
    return correct(need, confirmed=False, closed=None)
