"""A world that several files of tests are told: by the actions once, from then on as its rows.

The rows are the very ones that the actions wrote, journal and seals included, so whatever verifies
them finds what it found the first time.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection

T = TypeVar("T")


@dataclass(frozen=True)
class Held:
    """What was told, and what each table held afterwards: its columns and its rows."""

    told: Any
    tables: Mapping[str, tuple[list[str], list[tuple[Any, ...]]]]


_held: dict[str, Held] = {}


def told_again(name: str, tell: Callable[[], T]) -> T:
    """What ``tell`` enters into an empty ledger, where this process told it before as its rows."""
    if name in _held:
        _enter(_held[name])
    else:
        before = {table: len(_rows(table)[1]) for table in _tables()}
        told = tell()
        after = {table: _rows(table) for table in before}
        grown = {table: held for table, held in after.items() if len(held[1]) != before[table]}
        assert not any(before[table] for table in grown), "it is told into an empty ledger"
        _held[name] = Held(told, grown)
    told_here: T = copy.deepcopy(_held[name].told)
    return told_here


def _tables() -> list[str]:
    return connection.introspection.table_names()


def _rows(table: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        return [column[0] for column in cursor.description], cursor.fetchall()


def _enter(held: Held) -> None:
    """Foreign keys are looked at when the transaction ends, so tables come in any order."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table, (columns, rows) in held.tables.items():
            names, values = ", ".join(map(quote, columns)), ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {quote(table)} ({names}) VALUES ({values})", rows)
