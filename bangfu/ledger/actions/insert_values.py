"""Many new rows given as values by column, written without an object for each.

Most columns of a wide sheet hold nothing. What is the same in all rows of a table is made ready
once, for the database and for the digest; a row costs what it says itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from bangfu.ledger.actions.event import (
    Act,
    Given,
    columns_named,
    current_act,
    note_fields,
    refuse_numbers,
    typed,
    write_lines,
)
from bangfu.ledger.digests import RowsAlike
from bangfu.ledger.models import Fact
from bangfu.ledger.rows import TOLD_IN_CLEAR, columns_of, settled

_TOGETHER = 2_000


def insert_values(model: type[models.Model], lines: Iterable[Mapping[str, Any]]) -> int:
    """Write many new rows given as values by column; how many.

    The keys of a row are given (of a fact ``id`` and ``fact``), a column that is left out has its
    default. Of subjects whose rows tell in clear the act holds the salts. Of an action that is made
    ready before its transaction the rows are laid ready for ``write_ready``.
    """
    act = current_act()
    table, into = _Table(model, act), ""
    if act.ready_at is not None:
        into = _laid_ready(model, first=model not in act.bulk)
    run, count = act.bulk.setdefault(model, bytearray()), 0

    def noted() -> Iterator[list[Any]]:
        nonlocal count
        for line in lines:
            said = table.said(line)
            run.extend(said[table.key].bytes + table.digest(said))
            count += 1
            yield table.line(said)

    ready = noted()
    if connection.vendor == "postgresql":
        # It takes one stream, and writes what came while the next is being made.
        write_lines(model, ready)
    else:
        while part := list(islice(ready, _TOGETHER)):
            write_lines(model, part, table=into)
    note_fields(act, model)
    return count


def _laid_ready(model: type[models.Model], *, first: bool) -> str:
    """The table in memory where rows wait that this connection alone knows of (SQLite)."""
    name = f"ready_{model._meta.db_table}"
    if first:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP TABLE IF EXISTS temp."{name}"')
            cursor.execute(
                f'CREATE TEMPORARY TABLE "{name}" AS SELECT * FROM "{model._meta.db_table}" LIMIT 0'
            )
    return name


def write_ready(act: Act) -> None:
    """Write the rows that lie ready, table by table as they were made: one statement for each."""
    with connection.cursor() as cursor:
        for model in act.bulk:
            columns = columns_named(model)
            cursor.execute(
                f'INSERT INTO "{model._meta.db_table}" ({columns}) '
                f'SELECT {columns} FROM temp."ready_{model._meta.db_table}"'
            )


def let_go(act: Act) -> None:
    """Free the memory in which rows lay ready."""
    with connection.cursor() as cursor:
        for model in act.bulk:
            cursor.execute(f'DROP TABLE IF EXISTS temp."ready_{model._meta.db_table}"')


class _Table:
    """What all new rows of one table share within an action."""

    def __init__(self, model: type[models.Model], act: Act) -> None:
        self.model, self.salts = model, act.salts
        self.clear = model._meta.db_table in TOLD_IN_CLEAR
        self.words: tuple[str, ...] = model.words if issubclass(model, Fact) else ()
        self.kept = {name: (plain, column) for name, plain, column in columns_of(model)}
        self.key = next(n for n, (_, column) in self.kept.items() if column.primary_key)
        self.whose = "fact" if "fact" in self.kept else "fact_id"
        self.given: dict[str, Any] = {n: f.get_default() for n, (_, f) in self.kept.items()}
        if issubclass(model, Fact):
            self.given |= {"recorded_at": act.event.at, "event_id": act.event.id}
        later: tuple[str, ...] = getattr(model, "later", ())
        self.alike = RowsAlike(model._meta.db_table, self.given, later, act.suite)
        self.adapted = Given(connections[DEFAULT_DB_ALIAS], columns_of(model))
        self.blank = self.adapted.line(self.given)
        self.at = {name: (n, self.adapted.adapts.get(name)) for n, name in enumerate(self.kept)}
        words = typed(model)
        #: Of each column: what is settled, the field, whether words stand in it, what is given.
        self.columns = {name: (plain, column, name in words, self.given[name])
                        for name, (plain, column) in self.kept.items()}  # fmt: skip

    def said(self, line: Mapping[str, Any]) -> dict[str, Any]:
        """What a row says otherwise than a blank one, as its columns keep it.

        Of somebody no number stands in clear.
        """
        said: dict[str, Any] = {}
        for name, value in line.items():
            plain, column, words, given = self.columns[name]
            if self.clear and value is not None:
                if type(value) is not plain:
                    value = settled(column, value)
                if words and (plain is not str or len(value) > 10):
                    refuse_numbers(name, value)
            if value or value != given or type(value) is not type(given):
                said[name] = value
        if self.words and "grain" in self.kept and any(map(said.get, self.words)):
            said.setdefault("grain", os.urandom(16))
        return said

    def digest(self, said: Mapping[str, Any]) -> bytes:
        """The digest of a row; of somebody with the salt."""
        salt = self.salts.get(said[self.whose], b"") if self.clear else b""
        return self.alike.digest(said, salt)

    def line(self, said: Mapping[str, Any]) -> list[Any]:
        """The row as its driver takes it."""
        line = self.blank.copy()
        for name, value in said.items():
            at, adapts = self.at[name]
            if adapts is not None and value is not None:
                value = self.adapted.value(value, *adapts)
            line[at] = value
        return line
