"""A long list on its way: committed in portions that nobody sees, and whole in one short step.

On SQLite one writes at a time. So that nobody waits for a list, its rows are copied some thousands
at a time, each portion in a transaction of its own, under an event that is not there yet. A line in
``ledger_coming`` tells every connection to leave them out (decision 0050). The action that accepts
the list takes that line away, and with it the list is there. Until then its rows can be taken away
again: where it is refused or overtaken, and where whoever wrote it was killed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Iterator
from itertools import chain
from typing import Any, cast
from uuid import UUID

from django.db import connection, models, transaction

from bangfu.ledger import clock
from bangfu.ledger.actions.change_ready import Laid
from bangfu.ledger.actions.event import Act, Overtaken, in_order
from bangfu.ledger.actions.insert_values import write_ready
from bangfu.ledger.models import Assurance, Coming, Event, Household, Person, Subject, SubjectKey

#: Of what nobody has written a portion for so long nobody is writing.
_FORSAKEN = dt.timedelta(minutes=10)
#: Rows that are taken away at once.
_AT_ONCE = 2_000
#: The longest rest between two portions, in seconds.
_REST = 0.2
#: What a list brings in portions; what points at something goes before it.
_BROUGHT: tuple[type[models.Model], ...] = (Person, Assurance, Household, SubjectKey, Subject)

#: Of these a list brings also what is kept of rows that it changes.
_CHANGED: tuple[type[models.Model], ...] = (Person, Household)


def bring(act: Act, *changes: Laid) -> None:
    """Write in portions what lies ready; nobody sees any of it before ``arrive``.

    Of ``changes`` that is what is kept of before; what stands says otherwise in the last step.

    After each portion whoever waits for the database has as long as it took.
    """
    take_away(act.event.id)
    for run in chain(act.bulk.values(), act.changed.values()):
        run[:] = in_order(run)  # or the last step would take time for it
    _announce(act)
    with _unpointed():
        portions = chain(write_ready(act), *(laid.portions() for laid in changes))
        while True:
            began = time.monotonic()
            with transaction.atomic():
                _go_on(act)
                if next(portions, None) is None:
                    return
            rest(time.monotonic() - began)


def rest(took: float) -> None:
    """Let whoever waits for the database have it."""
    time.sleep(min(took, _REST))


def _announce(act: Act) -> None:
    """Say that a list is on its way, before the first of its rows is there."""
    with transaction.atomic():
        if Event.objects.filter(pk=act.event.id).exists():
            raise Overtaken  # somebody has accepted it under the same key
        Coming(event=act.event.id, alive_at=clock.now()).save(force_insert=True)
    _look_again()


def _go_on(act: Act) -> None:
    """Say that it is still being written, unless somebody has given it up."""
    mine = Coming.objects.filter(event=act.event.id, given_up=False)
    if not mine.update(alive_at=clock.now()):
        raise Overtaken


def arrive(act: Act) -> None:
    """Let a list be seen, as part of the action that accepts it."""
    gone, _ = Coming.objects.filter(event=act.event.id, given_up=False).delete()
    _look_again()
    if not gone:
        raise Overtaken


def take_away(event: UUID) -> None:
    """Remove the rows of a list that is still on its way, some at a time; the last is its line."""
    _look_again()
    held = Coming.objects.filter(event=event)
    if not held.exists() or not held.update(given_up=True):
        return
    with _unpointed():
        for model in _BROUGHT:
            _remove(model, event)
    held.delete()
    _look_again()


def take_away_forsaken(now: dt.datetime) -> int:
    """Remove what is left of lists whose writing ended before they were whole; how many lists."""
    left = Coming.objects.filter(alive_at__lt=now - _FORSAKEN)
    events = list(left.values_list("event", flat=True))
    for event in events:
        take_away(event)
    return len(events)


def _remove(model: type[models.Model], event: UUID) -> None:
    """Remove a list's rows from one table. They are looked for in the table itself."""
    table = f'main."{model._meta.db_table}"'
    whose = f"SELECT rowid FROM {table} WHERE event_id = %s"
    if model is SubjectKey:
        whose = (
            f"SELECT k.rowid FROM {table} k JOIN main.ledger_subject s ON s.id = k.subject_id "
            "WHERE s.event_id = %s"
        )
    if model in _CHANGED:
        whose += f" UNION SELECT rowid FROM {table} WHERE superseded_by_id = %s"
    with connection.cursor() as cursor:
        cursor.execute(whose, [event.hex] * whose.count("%s"))
        numbers = [number for (number,) in cursor.fetchall()]
        for at in range(0, len(numbers), _AT_ONCE):
            some = numbers[at : at + _AT_ONCE]
            with transaction.atomic():
                marks = ", ".join(["%s"] * len(some))
                cursor.execute(f"DELETE FROM {table} WHERE rowid IN ({marks})", some)


@contextlib.contextmanager
def _unpointed() -> Iterator[None]:
    """Rows may name an event that is not there yet, and it is not asked who names what is removed.

    Whatever else they name was there before, and is never removed. Within a transaction of somebody
    else this changes nothing: what is named is asked at its end.
    """
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys = ON")


def _look_again() -> None:
    """What this connection writes itself it does not take for news."""
    if connection.vendor == "sqlite":
        cast(Any, connection).nothing_at = None
