"""What all subjects share: their key, their name and place, and being erased."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection
from typing import NoReturn
from uuid import UUID

from django.db import connection, transaction

from bangfu.ledger import cabinet, clock, erasures, keys, vault
from bangfu.ledger.access import require
from bangfu.ledger.actions import erasing
from bangfu.ledger.actions.event import (
    By,
    Refused,
    about_is,
    action,
    change_from,
    current_act,
    insert,
)
from bangfu.ledger.divisions.readings import initials_of_person, syllable_of
from bangfu.ledger.models import Place, Subject, SubjectKey
from bangfu.ledger.same import goes_on_as, merged_into


def sort_key_of(name: str, kind: str) -> str:
    """A name in pinyin, for sorting: SQLite and PostgreSQL order it alike.

    A surname that is read otherwise than the character stands under its own initial.
    """
    syllables = [syllable_of(character) or character for character in name]
    if kind == "person" and (initials := initials_of_person(name)) and syllables:
        if not syllables[0].startswith(initials[0]):
            syllables[0] = initials[0]
    return " ".join(syllables)[:120]


def new_subject(
    *, kind: str, name: str, place: Place | None, began: dt.date, key: UUID | None = None
) -> Subject:
    """Write a new subject with a key of its own; for the actions of its kinds."""
    name = given(name)
    subject = Subject(kind=kind, name=name, place=place, sort_key=sort_key_of(name, kind))
    subject.id, subject.began = key or clock.new_id(), began
    key_row = SubjectKey(subject=subject, salt=keys.new_salt())
    current_act().salts[subject.id] = bytes(key_row.salt or b"")
    insert(subject)
    insert(key_row)
    return subject


def given(name: str) -> str:
    """A name as it is kept; refused where nothing is left of it."""
    name = name.strip()
    if not name:
        raise Refused("name_missing", "A name is needed.")
    return name


def not_there_any_more(subject: Subject) -> NoReturn:
    """Refuse what is asked of somebody who died, or of a household that went into another."""
    raise Refused(
        "not_there_any_more",
        "Nothing can be said of %(name)s from now on: the last day is on record.",
        name=subject.name,
    )


def sealed_for(subject: UUID, name: str, clear: str) -> bytes | None:
    """A personal value sealed under a subject's key; an empty one is none."""
    return key_of(subject).seal(name, clear) if clear else None


def key_of(subject: UUID) -> keys.SubjectKey:
    """The key of a subject, also of one that the action under way brings."""
    act = current_act()
    salt = act.salts.get(subject)
    return act.ring.key_for(subject, salt) if salt else vault.key_of(subject)


def same_when_opened(subject: UUID, name: str, one: bytes | None, other: bytes | None) -> bool:
    """Whether two sealed values of a subject say the same."""
    if not one or not other:
        return not one and not other
    key = key_of(subject)
    return key.open(name, bytes(one)) == key.open(name, bytes(other))


def hold_salts(subjects: Collection[UUID]) -> None:
    """Read the salts of many subjects at once, for the action under way to seal by."""
    rows = SubjectKey.objects.filter(subject__in=subjects, salt__isnull=False)
    for key, salt in rows.values_list("subject_id", "salt"):
        current_act().salts[key] = bytes(salt or b"")


@action("subject.as_subject")
def as_subject(*, by: By, place: Place) -> Subject:
    """The subject that a place is when it takes part in something; made on first use."""
    found = Subject.objects.filter(pk=place.fact).first()
    if found is not None:
        return found
    require(by.user, "subject.as_subject", place)
    return new_subject(
        kind="place", name=place.name, place=place, began=place.began, key=place.fact
    )


def say_purpose(by: By) -> None:
    """Refuse to hand anything out of which the journal could not say for what."""
    if len(by.purpose.strip()) < 2:
        raise Refused("purpose_missing", "Say for what purpose you need to see it.")


def say_what_for(by: By, subject: Subject) -> None:
    """Refuse to open anything about somebody without a purpose, or with the name in it.

    The journal keeps a purpose for good, also when the person is erased.
    """
    say_purpose(by)
    if any(erasing.without_names(by.purpose, [n]) != by.purpose for n in _names(subject)):
        raise Refused(
            "name_in_purpose",
            "Say for what purpose without the name: the journal knows whom it is about, and keeps "
            "the purpose for good.",
        )


def _names(subject: Subject) -> tuple[str, ...]:
    return erasing.names_of(subject.fact) if subject.kind in ("person", "household") else ()


@action("subject.rename")
def rename(*, by: By, subject: Subject, name: str, on: dt.date) -> Subject:
    """Let a subject bear another name from a day on."""
    require(by.user, "subject.rename", subject.fact)
    _no_place(subject)
    name = given(name)
    return change_from(subject, on, name=name, sort_key=sort_key_of(name, subject.kind))


@action("subject.move")
def move(*, by: By, subject: Subject, to: Place, on: dt.date) -> Subject:
    """Let a subject belong to another place from a day on."""
    require(by.user, "subject.move", subject.fact, place=to)
    _no_place(subject)
    return change_from(subject, on, place=to)


def _no_place(subject: Subject) -> None:
    if subject.kind == "place":
        raise Refused("is_a_place", "A place is renamed and moved in the tree of places.")


@action("subject.erase", alone=True)
def erase(*, by: By, subject: Subject, reason: str) -> Subject:
    """Erase a person or household: the key is destroyed and what stood in clear is wiped.

    ``reason`` is one of ``erasing.REASONS``. Rows, days and links stay, so that figures of the
    past can still be counted; nothing that tells who it was does. Every row of every version is
    wiped, and the journal says so.
    """
    require(by.user, "subject.erase", subject.fact)
    if subject.kind not in ("person", "household"):
        raise Refused("not_personal", "Only a person or a household can be erased.")
    if reason not in erasing.REASONS:
        raise Refused(
            "no_such_reason",
            "%(reason)s is not a reason; there are: %(allowed)s.",
            reason=reason,
            allowed=", ".join(erasing.REASONS),
        )
    if goes_on_as(subject.fact) is not None:
        raise Refused(
            "merged",
            "%(name)s was merged with another person; erase that one, and this goes too.",
            name=subject.name,
        )
    current_act().event.purpose = reason
    _destroy(subject)
    for gone in Subject.objects.filter(pk__in=merged_into([subject.fact])):
        _destroy(gone)
    about_is(subject)
    subject.refresh_from_db()
    transaction.on_commit(vault.keyring().forget)
    transaction.on_commit(_empty_the_log)
    return subject


def _destroy(subject: Subject) -> None:
    """Destroy the key of one subject and wipe what stands of it in clear."""
    act = current_act()
    key = SubjectKey.objects.get(pk=subject.fact)
    if key.salt is None:
        raise Refused("erased_already", "This subject was erased already.")
    found = erasing.find(subject)
    if found.open_accounts:
        raise Refused(
            "account_open",
            "This person still has an open account (%(accounts)s); close it first, then erase.",
            accounts=", ".join(user.username for user in found.open_accounts),
        )
    key.salt, key.erased_at = None, act.event.at
    key.save(update_fields=["salt", "erased_at"])
    act.salts[subject.fact] = b""
    act.touch(key, "salt")
    erasing.wipe(found)
    transaction.on_commit(functools.partial(cabinet.destroy, erasing.files_of(found)))
    transaction.on_commit(functools.partial(erasures.note, subject.fact, act.event.at))


def _empty_the_log() -> None:
    """SQLite's write-ahead log still holds the pages as they were: fold it in and empty it.

    While somebody reads, it stays until the next one that empties it.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
