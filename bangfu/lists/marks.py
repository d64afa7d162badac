"""What the journal has said so far of each table, and about how large the tables are.

A mark of a table is the time of the last event about it, and how many events there were in the half
hour before that. A transaction that was still under way when something was counted, and was
stamped earlier, changes the second number; no action lasts that long.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache

from django.apps import apps
from django.db import connection

from bangfu.ledger.models import EventRows, Fact
from bangfu.ledger.once import once
from bangfu.ledger.prepared import planned

Marks = Mapping[str, str]


@once
def marks_now() -> Marks:
    """For each table the mark of what the journal has said of it so far, in one query.

    Asked once for a page: what is counted later than its marks were taken is at worst counted
    anew by the next page.
    """
    with planned(), connection.cursor() as cursor:
        cursor.execute(_marking(connection.vendor))
        return {table: f"{last}:{recent}" for table, last, recent in cursor.fetchall()}


@cache
def _marking(vendor: str) -> str:
    said = EventRows._meta.db_table
    # One question for each of the names: as a union of as many it takes longer to plan than to ask.
    asked = ", ".join(f"('{table}')" for table in _tables())
    each = f'SELECT name, (SELECT MAX(at) FROM {said} WHERE "table" = asked.name) AS at FROM asked'
    before = {
        "postgresql": "last.at - interval '30 minutes'",
        "sqlite": "strftime('%Y-%m-%d %H:%M:%f', last.at, '-30 minutes')",
    }[vendor]
    recent = f'SELECT COUNT(*) FROM {said} e WHERE e."table" = last.name AND e.at >= {before}'
    named = f"asked(name) AS (VALUES {asked}), last AS ({each})"
    return f"WITH {named} SELECT last.name, last.at, ({recent}) FROM last"


def seen_of(tables: Iterable[str], marks: Marks) -> str:
    """One digest of the marks of some tables."""
    told = "|".join(f"{table}:{marks.get(table)}" for table in sorted(tables))
    return hashlib.sha256(told.encode()).hexdigest()


def most_rows(tables: Iterable[str]) -> int:
    """About how many rows the largest of some tables has."""
    sizes = _sizes()
    return max((sizes.get(table, 0) for table in tables), default=0)


@once
def _sizes() -> Mapping[str, int]:
    """About how many rows each table has, in one query."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            each = ", ".join(f"(SELECT COALESCE(MAX(rowid), 0) FROM {t})" for t in _tables())
            cursor.execute(f"SELECT {each}")
            return dict(zip(_tables(), cursor.fetchone(), strict=True))
        cursor.execute(
            "SELECT relname, reltuples FROM pg_class WHERE relkind = 'r' AND relname = ANY(%s)",
            [_tables()],
        )
        return {table: int(rows) for table, rows in cursor.fetchall()}


@cache
def _tables() -> list[str]:
    return sorted(m._meta.db_table for m in apps.get_app_config("ledger").get_models())


def fact_tables() -> set[str]:
    """What such an answer may be worked out from: every table of facts."""
    models = apps.get_app_config("ledger").get_models()
    return {model._meta.db_table for model in models if issubclass(model, Fact)}
