"""Households are registered, their sheets brought up to date, and what is sealed there opened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from bangfu.ledger import vault
from bangfu.ledger.access import NotAllowed, may_reveal, require, require_written
from bangfu.ledger.actions.event import By, Refused, action, change_from, current_act, insert
from bangfu.ledger.actions.subject import (
    new_subject,
    not_there_any_more,
    same_when_opened,
    say_what_for,
    sealed_for,
)
from bangfu.ledger.codes import CodeError, read_several
from bangfu.ledger.models import Household, Place, Subject
from bangfu.ledger.vocabulary.household import MORE, RISKS

#: The fields of a sheet that are sealed, and those in clear.
SEALED = ("risks",)
PLAIN = ("head", "size", "kind", "group", "source", *(f.key for f in MORE if f.key not in SEALED))
_FIELDS = frozenset((*PLAIN, *SEALED))


@action("household.register")
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
    """Register a household with a first sheet, as collected on a day from a source."""
    require(by.user, "household.register", *_head(sheet), place=place)
    subject = new_subject(kind="household", name=name, place=place, began=on, key=key)
    columns = columns_of(subject.fact, sheet)
    insert(Household(fact=subject, began=on, source=source, **columns))
    require_written(by.user, "household.register", subject.fact)
    return subject


def _head(sheet: dict[str, Any]) -> list[UUID]:
    head = sheet.get("head")
    return [head.fact] if head else []


def columns_of(subject: UUID, sheet: dict[str, Any]) -> dict[str, Any]:
    """The columns of a sheet out of what was entered: known to it, and sealed where they are."""
    if unknown := sheet.keys() - _FIELDS:
        raise Refused(
            "unknown_field",
            "A household's sheet has no field %(fields)s.",
            fields=", ".join(sorted(unknown)),
        )
    columns = dict(sheet)
    if "risks" in sheet:
        columns["risks"] = sealed_for(subject, "risks", _risks(str(sheet["risks"] or "")))
    return columns


def _risks(text: str) -> str:
    try:
        return read_several("risk", text, most=RISKS)
    except CodeError as wrong:
        raise Refused("no_such_word", wrong.label.en, zh=wrong.label.zh) from wrong


def sheet_on(subject: Subject) -> Household:
    """The present sheet of a household."""
    held = Household.objects.current().filter(fact=subject.fact, ended__isnull=True).first()
    return held or not_there_any_more(subject)


@action("household.update")
def update(*, by: By, subject: Subject, on: dt.date, **sheet: Any) -> Subject:
    """Let a household's facts be otherwise from a day on."""
    require(by.user, "household.update", subject.fact, *_head(sheet))
    row = sheet_on(subject)
    change_from(row, on, **news_of(row, sheet))
    return subject


def news_of(row: Household, sheet: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that something told of a household makes otherwise, as ``person.news_of``."""
    columns = columns_of(row.fact_id, dict(sheet))
    for name in SEALED:
        if name in columns and same_when_opened(
            row.fact_id, name, getattr(row, name), columns[name]
        ):
            del columns[name]
    return columns


@action("household.reveal")
def reveal(*, by: By, subject: Subject, field: str) -> str:
    """Open one sealed field of one household, for a purpose that is written into the journal."""
    if field not in SEALED:
        raise Refused("not_sealed", "%(field)s is not a sealed field.", field=field)
    say_what_for(by, subject)
    if by.user is not None and not may_reveal(by.user, subject.fact):
        raise NotAllowed("household.reveal")
    event = current_act().event
    event.about_kind, event.about = "household", subject.fact
    current_act().fields["household"] = {field}
    return vault.unseal(subject, field, getattr(sheet_on(subject), field))
