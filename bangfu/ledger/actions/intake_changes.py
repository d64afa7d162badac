"""What an accepted list says otherwise of persons and households on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from bangfu.ledger.access import require_many
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions.change_many import change_many
from bangfu.ledger.actions.change_ready import Laid
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.intake_new import parts
from bangfu.ledger.actions.subject import hold_salts
from bangfu.ledger.models import Household, Person, Span, Subject


@dataclass(frozen=True, slots=True)
class Change:
    """What a list says otherwise of somebody on record."""

    kind: str
    subject: UUID
    sheet: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Changed:
    """What lies ready of the changes of one kind, whose they are, and the numbers they give."""

    laid: Laid
    done: set[UUID] = field(default_factory=set)
    numbers: set[bytes] = field(default_factory=set)


#: What a list may say otherwise of what is on record, as spans.
CHANGED: Mapping[str, type[Span]] = {"person": Person, "household": Household}


def told_of(changes: Sequence[Change], kind: str) -> list[Change]:
    """The changes of one kind."""
    return [change for change in changes if change.kind == kind]


def lay_ready(by: By, changed: Changed, changes: Sequence[Change], on: dt.date) -> None:
    """Make ready what a list says otherwise, where the account may change it."""
    model = changed.laid.model
    told = {change.subject: change for change in changes}
    require_many(by.user, f"{model._meta.model_name}.update", str(model._meta.model_name), told)
    for part in parts(list(told.values())):
        news = _news(model, part)
        changed.numbers.update(i for new in news.values() if (i := new.get("identity_index")))
        left = changed.laid.lay({key: new for key, new in news.items() if new}, on)
        changed.done.update(news.keys() - set(left))


def change(
    by: By, kind: str, changes: Sequence[Change], on: dt.date, ready: Changed | None
) -> set[bytes]:
    """Let what is on record be otherwise, in bulk; the indexes of the identity numbers given.

    One by one goes what knows of days after the list's, and who is told of otherwise twice.
    """
    told = {one.subject: one for one in changes}
    require_many(by.user, f"{kind}.update", kind, told)
    model = CHANGED[kind]
    if ready:
        ready.laid.say()
        done, numbers = ready.done, ready.numbers
    else:
        done, numbers = _at_once(model, list(told.values()), on)
    update = persons.update if kind == "person" else households.update
    for one in changes:
        if one.subject not in done or one is not told[one.subject]:
            subject = Subject.objects.get(pk=one.subject)
            update(by=by, subject=subject, on=on, **one.sheet)
    return numbers


def _at_once(
    model: type[Span], changes: Sequence[Change], on: dt.date
) -> tuple[set[UUID], set[bytes]]:
    """Change what can be changed in bulk: whose sheets are done with, and the numbers given."""
    done, numbers = set[UUID](), set[bytes]()
    for part in parts(changes):
        news = _news(model, part)
        numbers |= {i for columns in news.values() if (i := columns.get("identity_index"))}
        left = change_many(model, {key: new for key, new in news.items() if new}, on)
        done |= news.keys() - set(left)
    return done, numbers


def _news(model: Any, changes: Sequence[Change]) -> dict[UUID, dict[str, Any]]:
    """The columns of some standing sheets that are otherwise by a list, sealed where they are.

    Who has none that stands is missing.
    """
    told = {one.subject: one.sheet for one in changes}
    module: Any = persons if model is Person else households
    if any(name in sheet for sheet in told.values() for name in module.SEALED):
        hold_salts(told.keys())
    rows = model.objects.current().filter(fact__in=told.keys(), ended__isnull=True)
    return {row.fact_id: module.news_of(row, told[row.fact_id]) for row in rows}
