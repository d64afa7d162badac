"""Households are registered and their sheets brought up to date."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, action, change_from, insert
from bangfu.ledger.actions.subject import new_subject
from bangfu.ledger.models import Household, Place, Subject


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
    insert(Household(fact=subject, began=on, source=source, **sheet))
    require_written(by.user, "household.register", subject.fact)
    return subject


def _head(sheet: dict[str, Any]) -> list[UUID]:
    head = sheet.get("head")
    return [head.fact] if head else []


@action("household.update")
def update(*, by: By, subject: Subject, on: dt.date, **sheet: Any) -> Subject:
    """Let a household's facts be otherwise from a day on."""
    require(by.user, "household.update", subject.fact, *_head(sheet))
    row = Household.objects.current().get(fact=subject.fact, ended__isnull=True)
    change_from(row, on, **sheet)
    return subject
