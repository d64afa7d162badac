"""What an earlier version let stand and this one refuses is put in order, as an action."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.db import connections
from django.db.models import Model, QuerySet

from bangfu.ledger.access import require
from bangfu.ledger.actions.erasing import LAST
from bangfu.ledger.actions.event import By, action, correct, current_act, withdraw
from bangfu.ledger.actions.upgrade_steps import (
    PAPERS,
    give_leave_steps,
    give_papers_steps,
    give_steps,
    leave_without_steps,
    papers_without_steps,
    without_steps,
)
from bangfu.ledger.models import Grant, Handling, Handover, Proceeding, Stint, Subject
from bangfu.ledger.refusals import install

_FOREVER = dt.date.max


@dataclass(frozen=True, slots=True)
class Given:
    """One role that was given to an account more than once for the same days and limits."""

    user: str
    role: str
    keys: tuple[UUID, ...]
    until: dt.date | None


def given_twice() -> list[Given]:
    """The roles that were given again while they were held; readable before an upgrade too."""
    limits = ("place_id", "organisation_id", "programme_id")
    told = Grant.objects.current().values_list(
        "user__username", "role", *limits, "began", "ended", "pk"
    )
    lines = sorted(told, key=lambda line: (*(str(cell) for cell in line[:5]), line[5]))
    return [
        Given(same[0], same[1], tuple(key for key, _end in run), _last(run))
        for same, group in groupby(lines, key=lambda line: line[:5])
        for run in _runs(group)
        if len(run) > 1
    ]


def _runs(lines: Iterator[tuple[object, ...]]) -> list[list[tuple[UUID, dt.date]]]:
    """Grants in the order of their first days, those that share days together."""
    runs: list[list[tuple[UUID, dt.date]]] = []
    for *_same, began, ended, key in lines:
        assert isinstance(began, dt.date) and isinstance(key, UUID)
        last = ended if isinstance(ended, dt.date) else _FOREVER
        if runs and began <= max(end for _key, end in runs[-1]):
            runs[-1].append((key, last))
        else:
            runs.append([(key, last)])
    return runs


def _last(run: list[tuple[UUID, dt.date]]) -> dt.date | None:
    last = max(end for _key, end in run)
    return None if last == _FOREVER else last


@action("upgrade.grants_once")
def hold_once(*, by: By) -> list[Grant]:
    """Make one of each role that was given twice: held from the first day to the last."""
    require(by.user, "upgrade.grants_once")
    kept = []
    for one in given_twice():
        first, *again = (Grant.objects.get(pk=key) for key in one.keys)
        for grant in again:
            withdraw(grant)
        kept.append(correct(first, ended=one.until))
    return kept


def erased_first() -> QuerySet[Subject]:
    """Of whoever was erased by an earlier version, the rows that stand before every name."""
    of_persons = Subject._base_manager.filter(kind__in=("person", "household"), sort_key="")
    return of_persons.filter(name="").order_by("pk")


@action("upgrade.erased_last")
def put_last(*, by: By) -> list[Subject]:
    """Let whoever was erased stand after every name, as whoever is erased now does."""
    require(by.user, "upgrade.erased_last")
    act, rows = current_act(), list(erased_first())
    for row in rows:
        act.after(row)
        row.sort_key = LAST
        row.save(update_fields=["sort_key"])
        act.touch(row, "sort_key")
    return rows


def refuse_anew(using: str) -> None:
    """Put in place what the database refuses, after what it could not bear was put in order.

    Then what an earlier version wrote gets what this one reads of it.
    """
    tables = connections[using].introspection.table_names()
    if Grant._meta.db_table in tables and given_twice():
        hold_once(by=By(None, "command"))
    install(using)
    if _whole(using, Handover, Proceeding, Handling) and without_steps().exists():
        give_steps(by=By(None, "command"))
    if _whole(using, *PAPERS) and papers_without_steps().exists():
        give_papers_steps(by=By(None, "command"))
    if _whole(using, Subject) and erased_first().exists():
        put_last(by=By(None, "command"))
    if _whole(using, Stint, Proceeding, Handling) and leave_without_steps().exists():
        give_leave_steps(by=By(None, "command"))


def _whole(using: str, *tables: type[Model]) -> bool:
    """Whether some tables have all columns: between two migrations they may not."""
    with connections[using].cursor() as cursor:
        for table in tables:
            if table._meta.db_table not in connections[using].introspection.table_names(cursor):
                return False
            told = connections[using].introspection.get_table_description(
                cursor, table._meta.db_table
            )
            if not {field.column for field in table._meta.concrete_fields} <= {
                c.name for c in told
            }:
                return False
    return True
