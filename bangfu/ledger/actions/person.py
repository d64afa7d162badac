"""Persons are registered, their sheets brought up to date, and their numbers opened one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, NoReturn
from uuid import UUID

from django.db.models import Count, QuerySet

from bangfu.ledger import clock, numbers, vault
from bangfu.ledger.access import NotAllowed, may_reveal, opens, require, require_written
from bangfu.ledger.actions.event import (
    By,
    Refused,
    action,
    change_from,
    correct,
    current_act,
    insert,
    one_at_a_time,
)
from bangfu.ledger.actions.subject import (
    key_of,
    new_subject,
    not_there_any_more,
    same_when_opened,
    say_what_for,
)
from bangfu.ledger.codes import CodeError, book
from bangfu.ledger.keys import SubjectKey
from bangfu.ledger.models import Person, Place, Subject
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.ledger.vocabulary.person import MORE

#: The fields of a sheet that are sealed, and the kind of number under which each is indexed.
SEALED = {"identity": "identity", "phone": "phone", "wishes": "", "health": "", "disability": ""}
PLAIN = (
    "sex", "birth", "education", "household", "relation", "living_place",
    "work_region", "work_reported", *(f.key for f in MORE if f.sensitivity != "sealed"),
)  # fmt: skip
_FIELDS = frozenset((*PLAIN, *SEALED))


@action("person.register")
def register(
    *,
    by: By,
    name: str,
    place: Place | None,
    on: dt.date,
    source: str,
    key: UUID | None = None,
    **sheet: Any,
) -> Subject:
    """Register a person with a first sheet, as collected on a day from a source.

    ``sheet`` takes the fields of a person's sheet; numbers in clear, they are checked and sealed.
    """
    require(by.user, "person.register", *_home(sheet), place=place)
    subject = new_subject(kind="person", name=name, place=place, began=on, key=key)
    row = Person(fact=subject, began=on, source=source)
    columns = columns_of(subject.fact, sheet)
    _refuse_shared(by, subject.fact, columns)
    for column, value in columns.items():
        setattr(row, column, value)
    insert(row)
    require_written(by.user, "person.register", subject.fact)
    return subject


def _home(sheet: dict[str, Any]) -> list[UUID]:
    """The household whose member a sheet makes somebody: a person is put into it, so it counts."""
    household = sheet.get("household")
    return [household.fact] if household else []


def columns_of(
    subject: UUID, sheet: dict[str, Any], key: SubjectKey | None = None
) -> dict[str, Any]:
    """The columns of a sheet out of what was entered: checked, sealed and indexed.

    ``key``: the subject's own, where whoever asks holds it; else it is looked for once it is asked.
    """
    if not sheet.keys() <= _FIELDS:
        raise Refused(
            "unknown_field",
            "A person's sheet has no field %(fields)s.",
            fields=", ".join(sorted(sheet.keys() - _FIELDS)),
        )
    columns: dict[str, Any] = {k: v for k, v in sheet.items() if k not in SEALED}
    ring = current_act().ring
    for name, indexed in SEALED.items():
        if name not in sheet:
            continue
        clear = _checked(name, str(sheet[name] or ""))
        if clear and key is None:
            key = key_of(subject)
        columns[name] = key.seal(name, clear) if key and clear else None
        if indexed:
            columns[f"{name}_index"] = ring.index(indexed, clear) if clear else None
    if number := str(sheet.get("identity") or ""):
        if "birth" not in columns:
            columns["birth"] = numbers.birth_of(numbers.bare(number))
        if "sex" not in columns:
            columns["sex"] = numbers.sex_of(numbers.bare(number))
    return columns


def _checked(name: str, clear: str) -> str:
    """What is to be sealed, as it is kept; refused where it is not what the field asks."""
    try:
        if name == "identity" and clear:
            clear = numbers.read_identity(clear, today=clock.today())
        if name == "phone":
            clear = numbers.bare(clear)
        if name == "disability" and clear:
            clear = numbers.read_disability(clear, today=clock.today())
        if name == "health" and clear:
            clear = book("health").read(clear)
    except numbers.NumberError as wrong:
        raise Refused(wrong.code, wrong.label.en, zh=wrong.label.zh) from wrong
    except CodeError as wrong:
        raise Refused("no_such_word", wrong.label.en, zh=wrong.label.zh) from wrong
    return clear


def sheet_on(subject: Subject) -> Person:
    """The present sheet of a person."""
    held = Person.objects.current().filter(fact=subject.fact, ended__isnull=True).first()
    return held or not_there_any_more(subject)


@action("person.update")
def update(*, by: By, subject: Subject, on: dt.date, source: str = "", **sheet: Any) -> Subject:
    """Let a person's facts be otherwise from a day on, as newly collected."""
    require(by.user, "person.update", subject.fact, *_home(sheet))
    row = sheet_on(subject)
    columns = news_of(row, sheet)
    _refuse_shared(by, subject.fact, columns)
    if columns and source:
        columns["source"] = source
    change_from(row, on, **columns)
    return subject


def news_of(row: Person, sheet: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that something told of a person makes otherwise.

    Sealed values that say what they said before are none, though they were sealed anew.
    """
    columns = columns_of(row.fact_id, dict(sheet))
    for name in SEALED.keys() & sheet.keys():
        if same_when_opened(row.fact_id, name, getattr(row, name), columns[name]):
            del columns[name]
            columns.pop(f"{name}_index", None)
    return columns


def _refuse_shared(by: By, subject: UUID, columns: Mapping[str, Any]) -> None:
    """An identity number is one person's: who may open the other one is told who that is."""
    if not (index := columns.get("identity_index")):
        return
    one_at_a_time(_NUMBERS, shared=True)
    one_at_a_time(index)
    holders = [key for key in holders_of([index]).get(index, ()) if key != subject]
    if not holders:
        return
    others: QuerySet[Any] = Subject.objects.filter(pk__in=holders)
    if by.user is not None:
        others = opens(by.user, VOCABULARY["person"], others)
    if open_to_them := others.first():
        raise Refused(
            "number_taken",
            "This identity number is on record for %(name)s already. Go on with that person, or "
            "correct the number that is wrong; nothing was changed.",
            name=open_to_them.name,
        )
    raise Refused(
        "number_taken",
        "This identity number is on record already for somebody whom you may not open. Look "
        "whether it was copied rightly and ask the programme's office; nothing was changed.",
    )


#: What everybody who gives a number shares, and a list that gives many holds alone at its end.
_NUMBERS = b"identity numbers of persons"


def refuse_shared_by_now(indexes: Collection[bytes]) -> None:
    """Refuse a list of whose numbers one was given to somebody else since it was looked at.

    Called last, after all was written: from here to the end nobody else gives a number.
    """
    if not indexes:
        return
    one_at_a_time(_NUMBERS)
    listed = list(indexes)
    for at in range(0, len(listed), 500):
        standing = Person.objects.current().filter(ended__isnull=True)
        held = standing.filter(identity_index__in=listed[at : at + 500]).values("identity_index")
        if held.annotate(many=Count("pk")).filter(many__gt=1).order_by().exists():
            refuse_shared()


def refuse_shared() -> NoReturn:
    """Refuse a list of whose numbers one is somebody else's by now."""
    raise Refused(
        "number_taken_meanwhile",
        "An identity number of this list came on record meanwhile, or stands in it twice. "
        "Judge the list again; nothing was written.",
    )


def holders_of(indexes: Collection[bytes]) -> dict[bytes, list[UUID]]:
    """Who has each of some identity numbers, by their indexes; those that nobody has are absent."""
    found: dict[bytes, list[UUID]] = {}
    standing = Person.objects.current().filter(identity_index__in=indexes, ended__isnull=True)
    for index, key in standing.values_list("identity_index", "fact_id"):
        found.setdefault(bytes(index or b""), []).append(key)
    return found


@action("person.correct")
def correct_sheet(*, by: By, subject: Subject, **sheet: Any) -> Subject:
    """Put right what was entered wrongly; what was believed before stays on record."""
    require(by.user, "person.correct", subject.fact, *_home(sheet))
    row = sheet_on(subject)
    columns = news_of(row, sheet)
    _refuse_shared(by, subject.fact, columns)
    correct(row, **columns)
    return subject


@action("person.reveal")
def reveal(*, by: By, subject: Subject, field: str) -> str:
    """Open one sealed field of one person, for a purpose that is written into the journal."""
    if field not in SEALED:
        raise Refused("not_sealed", "%(field)s is not a sealed field.", field=field)
    say_what_for(by, subject)
    if by.user is not None and not may_reveal(by.user, subject.fact):
        raise NotAllowed("person.reveal")
    event = current_act().event
    event.about_kind, event.about = "person", subject.fact
    current_act().fields["person"] = {field}
    return vault.unseal(subject, field, getattr(sheet_on(subject), field))


def find_by_number(*, sort: str, clear: str) -> list[UUID]:
    """The persons who have exactly this number, by its keyed index."""
    index = vault.index(SEALED[sort], clear)
    found = Person.objects.current().filter(**{f"{sort}_index": index}, ended__isnull=True)
    return list(found.values_list("fact_id", flat=True))
