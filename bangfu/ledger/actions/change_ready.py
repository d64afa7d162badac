"""Changes of what stands that are made before the transaction of their action (SQLite).

On SQLite one writes at a time. Of a long list of changes all is computed before, and what is kept
of how it was is written in portions that nobody sees (decision 0050). What is left to the action's
own transaction is that the rows that stand say otherwise: one statement for each table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections

from bangfu.ledger.actions import insert_values
from bangfu.ledger.actions.change_many import Made, made_otherwise
from bangfu.ledger.actions.event import (
    Act,
    Given,
    Overtaken,
    columns_named,
    current_act,
    write_lines,
)
from bangfu.ledger.models import Span
from bangfu.ledger.once import written
from bangfu.ledger.rows import columns_of, digest_of_values, key_bytes, salts_for, values_of


@dataclass(slots=True)
class Laid:
    """The changes of one table that lie ready, and how many rows are kept of before."""

    model: type[Span]
    kept: int = 0
    names: set[str] = field(default_factory=set)
    #: Which facts are changed: those that know of later days are not.
    facts: set[UUID] = field(default_factory=set)

    def lay(self, changes: Mapping[UUID, Mapping[str, Any]], day: dt.date) -> list[UUID]:
        """Make some facts otherwise from a day on, and lay it ready with the act under way.

        Those that know of later days are left and answered.
        """
        _make_room(self.model, first=not self.facts)
        was = dict(_events_of(self.model, changes))
        made = made_otherwise(self.model, changes, day)
        kept = [*made.superseded, *made.before]
        _lay(self.model, "kept", kept)
        _lay(self.model, "changed", list(made.rows.values()))
        _say_since(self.model, {row.pk: was[row.pk] for row in made.rows.values()})
        self._note(made, changes, len(kept))
        return [key for key in changes if key not in made.rows]

    def _note(self, made: Made, changes: Mapping[UUID, Mapping[str, Any]], kept: int) -> None:
        told = current_act().fields.setdefault(str(self.model._meta.model_name), set())
        told.update(name for key in made.rows for name in changes[key])
        self.kept += kept
        self.names |= made.names
        self.facts |= made.rows.keys()

    def portions(self) -> Iterator[int]:
        """Write what is kept of before, some rows with each statement; how many each."""
        table, columns = self.model._meta.db_table, columns_named(self.model)
        some = insert_values.PORTION
        for at in range(0, self.kept, some):
            written(table)
            with connection.cursor() as cursor:
                cursor.execute(
                    f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM '
                    f'temp."kept_{table}" WHERE rowid > %s AND rowid <= %s',
                    [at, at + some],
                )
            yield min(some, self.kept - at)

    def say(self) -> None:
        """Let the rows that stand say otherwise; what others changed since overtakes it."""
        table = self.model._meta.db_table
        if not self.facts:
            return
        told = [f.column for n, _, f in columns_of(self.model) if {n, f.name} & self.names]
        news = ", ".join(f'"{column}" = n."{column}"' for column in told)
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT COUNT(*) FROM temp."since_{table}" s JOIN "{table}" o ON o."id" = s."id" '
                'WHERE o."event_id" = s."event_id" AND o."superseded_at" IS NULL'
            )
            if cursor.fetchone()[0] != len(self.facts):
                raise Overtaken
            written(table)
            cursor.execute(
                f'UPDATE "{table}" SET {news} FROM temp."changed_{table}" n '
                f'WHERE n."id" = "{table}"."id"'
            )

    def let_go(self) -> None:
        """Free the memory in which it lay."""
        with connection.cursor() as cursor:
            for part in _PARTS:
                cursor.execute(f'DROP TABLE IF EXISTS temp."{part}_{self.model._meta.db_table}"')


#: Rows kept of before, rows as they will stand, and which event wrote them as they stood.
_PARTS = ("kept", "changed", "since")


def _make_room(model: type[Span], *, first: bool) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        for part in _PARTS if first else ():
            columns = '"id", "event_id"' if part == "since" else "*"
            cursor.execute(f'DROP TABLE IF EXISTS temp."{part}_{table}"')
            cursor.execute(
                f'CREATE TEMPORARY TABLE "{part}_{table}" AS '
                f'SELECT {columns} FROM "{table}" LIMIT 0'
            )


def _events_of(model: type[Span], facts: Mapping[UUID, Any]) -> Iterator[tuple[UUID, UUID]]:
    """Which event wrote each row that stands of some facts, before any is made otherwise."""
    rows = model._base_manager.filter(fact__in=list(facts), superseded_at__isnull=True)
    yield from rows.values_list("pk", "event_id")


def _lay(model: type[Span], part: str, rows: Sequence[Any]) -> None:
    """Lay rows ready, with their digests."""
    act: Act = current_act()
    given, run = Given(connections[DEFAULT_DB_ALIAS], columns_of(model)), bytearray()
    salts, lines = salts_for(rows, act.salts), []
    for row in rows:
        values = values_of(row)
        run += key_bytes(row.pk) + digest_of_values(row, values, salts, act.suite)
        lines.append(given.line(values))
    act.changed.setdefault(model, bytearray()).extend(run)
    write_lines(model, lines, table=f"{part}_{model._meta.db_table}")


def _say_since(model: type[Span], events: Mapping[UUID, UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            f'INSERT INTO temp."since_{model._meta.db_table}" VALUES (%s, %s)',
            [(key.hex, event.hex) for key, event in events.items()],
        )
