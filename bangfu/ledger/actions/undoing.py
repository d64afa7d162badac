"""What an event wrote is taken back: what it began is withdrawn, what it changed is as before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from bangfu.ledger.actions.change_many import cut_off, put_back, withdraw_many
from bangfu.ledger.models import Event, EventRows, Happening


class Part:
    """What an event wrote in one table: what still stands of it, and what it replaced."""

    def __init__(self, model: type[Any], done: Event) -> None:
        self.model, self.done = model, done
        rows = [row for part in _keys(done, model) for row in self._rows(pk__in=part)]
        self.facts = {row.fact_key for row in rows}
        mine = [row for row in rows if row.event_id == done.pk and row.superseded_at is None]
        self.replaced = {row.fact_key: row for row in rows if row.superseded_by_id == done.pk}
        self.stands = mine

    def _rows(self, **which: Any) -> list[Any]:
        return list(self.model._base_manager.filter(**which))

    @property
    def begun(self) -> set[UUID]:
        """The facts that the event began; others it changed."""
        return {row.fact_key for row in self.stands} - set(self.replaced)

    def changed_since(self) -> int:
        """How many facts were otherwise said of later."""
        return len(self.otherwise())

    def otherwise(self) -> list[Any]:
        """The rows in which something was said of these facts later."""
        rows = self.model._base_manager.filter(
            fact__in=self.facts, superseded_at__isnull=True, recorded_at__gt=self.done.at
        )
        return list(rows.exclude(event=self.done))

    def take_back(self) -> None:
        """What was begun is withdrawn, what was changed is as it was."""
        withdraw_many(self.model, self.begun)
        self._as_before({row.fact_key for row in self.stands} & set(self.replaced))

    def take_back_one(self, fact: UUID) -> None:
        """One fact says what it said before; the span that was cut off before it goes."""
        self._as_before({fact})

    def _as_before(self, facts: Collection[UUID]) -> None:
        spans: dict[UUID, list[Any]] = {}
        for row in self.stands:
            if row.fact_key in facts:
                spans.setdefault(row.fact_key, []).append(row)
        last = {fact: max(rows, key=_first_day) for fact, rows in spans.items()}
        cut_off(self.model, [r for f, rows in spans.items() for r in rows if r is not last[f]])
        names = columns_told(self.model)
        put_back(self.model, {
            row: {name: getattr(self.replaced[fact], name) for name in names}
            for fact, row in last.items()
        })  # fmt: skip


def columns_told(model: type[Any]) -> list[str]:
    """The columns of a table that say something of a fact, besides which fact and when known."""
    return [f.attname for f in model._meta.concrete_fields if f.name not in _KEPT]


_KEPT = frozenset("id fact recorded_at superseded_at event superseded_by grain".split())


def _first_day(row: Any) -> dt.date:
    day: dt.date = row.date if isinstance(row, Happening) else row.began
    return day


def _keys(done: Event, model: type[Any]) -> Iterator[list[UUID]]:
    """The keys of the rows that an event wrote in one table, in parts that a query takes."""
    for run in EventRows.objects.filter(event=done, table=model._meta.db_table):
        whole = bytes(run.rows)
        found = [UUID(bytes=whole[at : at + 16]) for at in range(0, len(whole), 32)]
        for at in range(0, len(found), 500):
            yield found[at : at + 500]
