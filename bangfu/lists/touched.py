"""Which persons and households a rule need be asked of anew, where little was written since.

What a rule says of somebody can change only with the sheets, the names and the places of those it
reads: of the person, of the household, of those who live there. Where a rule reads more than that,
or much was written, it is asked of everybody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Model

from bangfu.ledger.models import (
    Assurance,
    Benefit,
    EventRows,
    Household,
    Income,
    Payout,
    Person,
    Reckoning,
    Subject,
    SubjectKey,
)
from bangfu.ledger.rules import tables_of
from bangfu.programmes.rule import Rule

#: The tables that tell of one person or household each, and by which column.
_TELLS: Mapping[str, tuple[type[Model], str]] = {
    model._meta.db_table: (model, column)
    for model, column in (
        (Subject, "fact"),
        (SubjectKey, "subject_id"),
        (Person, "fact_id"),
        (Household, "fact_id"),
        (Income, "subject_id"),
        (Reckoning, "subject_id"),
        (Assurance, "subject_id"),
        (Benefit, "subject_id"),
        (Payout, "subject_id"),
    )
}
#: What a question is compiled out of; a change of these may change everything.
_ALWAYS = frozenset(("ledger_place", "ledger_programme", "ledger_programmeversion"))
#: So many rows written since are looked at one by one; more are a change of everything.
MOST = 2_000
#: An action that was under way, and stamped earlier, is looked at again.
_UNDER_WAY = dt.timedelta(minutes=10)
#: How often one goes from persons to their households and back.
_STEPS = 2


def touched_since(rule: Rule, since: dt.datetime, on: dt.date) -> set[UUID] | None:
    """The records of which a rule may say something else; None where that may be all of them."""
    tables = tables_of(rule.key, on)
    if rule.kind.name not in ("person", "household") or not tables <= {*_TELLS, *_ALWAYS}:
        return None
    if rule.compares_records:
        return None
    said = EventRows.objects.filter(table__in={*tables, *_ALWAYS}, at__gte=since - _UNDER_WAY)
    written: dict[str, list[UUID]] = {}
    for table, run in said.values_list("table", "rows")[: MOST + 1]:
        if table in _ALWAYS:
            return None
        keys = written.setdefault(table, [])
        keys += [UUID(bytes=bytes(run)[at : at + 16]) for at in range(0, len(bytes(run)), 32)]
        if sum(map(len, written.values())) > MOST:
            return None
    return _around(subject for table, keys in written.items() for subject in _told(table, keys))


def _told(table: str, keys: list[UUID]) -> set[UUID]:
    """The persons and households that some rows of a table tell of."""
    model, column = _TELLS[table]
    return {key for part in _parts(keys) for key in _column(model, column, pk__in=part)}


def _around(subjects: Iterable[UUID]) -> set[UUID]:
    """Some persons and households with all who ever lived with them, and where they ever lived."""
    found = set(subjects)
    fresh = found
    for _ in range(_STEPS):
        homes, people = set[UUID](), set[UUID]()
        for part in _parts(fresh):
            homes |= _column(Person, "household_id", fact__in=part)
            homes |= _column(Household, "fact_id", head__in=part)
        homes |= fresh
        for part in _parts(homes):
            people |= _column(Person, "fact_id", household__in=part)
            people |= _column(Household, "head_id", fact__in=part)
        fresh = (homes | people) - found
        found |= fresh
    return found


def _column(model: type[Model], column: str, **where: Any) -> set[UUID]:
    """What stands in a column of some rows, of every version; nothing is left out."""
    told = model._base_manager.filter(**where).values_list(column, flat=True).distinct()
    return {key for key in told if key is not None}


def _parts(keys: Iterable[UUID], size: int = 500) -> Iterable[list[UUID]]:
    listed = list(keys)
    return (listed[at : at + size] for at in range(0, len(listed), size))
