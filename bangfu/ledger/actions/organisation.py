"""Organisations are registered and changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bangfu.ledger import numbers
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, Refused, action, change_from, insert
from bangfu.ledger.actions.subject import new_subject
from bangfu.ledger.models import Organisation, Place, Subject


@action("organisation.register")
def register(
    *, by: By, name: str, kind: str, place: Place | None, on: dt.date, **sheet: Any
) -> Subject:
    """Register an organisation under its full name."""
    require(by.user, "organisation.register", place=place, organisation=sheet.get("parent"))
    if sheet.get("credit_code"):
        try:
            sheet["credit_code"] = numbers.read_credit_code(sheet["credit_code"])
        except numbers.NumberError as wrong:
            raise Refused(wrong.code, wrong.label.en, zh=wrong.label.zh) from wrong
    subject = new_subject(kind="organisation", name=name, place=place, began=on)
    insert(Organisation(fact=subject, kind=kind, began=on, **sheet))
    require_written(by.user, "organisation.register", subject.fact)
    return subject


@action("organisation.update")
def update(*, by: By, subject: Subject, on: dt.date, **sheet: Any) -> Subject:
    """Let an organisation's facts be otherwise from a day on."""
    require(by.user, "organisation.update", subject.fact, organisation=sheet.get("parent"))
    row = Organisation.objects.current().get(fact=subject.fact, ended__isnull=True)
    change_from(row, on, **sheet)
    return subject
