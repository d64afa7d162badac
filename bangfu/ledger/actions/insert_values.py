"""Many new rows given as values by column, written without an object for each.

Most columns of a wide sheet hold nothing. What is the same in all rows of a table is made ready
once, for the database and for the digest; a row costs what it says itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from bangfu.ledger.actions.event import (
    AS_THEY_ARE,
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
            digest, ready = table.made(line)
            run.extend(line[table.key].bytes + digest)
            count += 1
            yield ready

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
    """Write the rows that lie ready, table by table as they were made: few statements for each."""
    with connection.cursor() as cursor:
        for model, run in act.bulk.items():
            table, of_all = model._meta.db_table, _of_all(act)
            adapted = Given(connections[DEFAULT_DB_ALIAS], ())
            columns = columns_of(model)
            told = [
                adapted.value(of_all[name], plain, field)
                for name, plain, field in columns
                if name in of_all
            ]
            asked = ", ".join(
                "%s" if name in of_all else f'"{field.column}"' for name, _, field in columns
            )
            for at in range(0, len(run) // 32, _AT_ONCE):
                cursor.execute(
                    f'INSERT INTO "{table}" ({columns_named(model)}) SELECT {asked} '
                    f'FROM temp."ready_{table}" WHERE rowid > %s AND rowid <= %s',
                    [*told, at, at + _AT_ONCE],
                )


def _of_all(act: Act) -> dict[str, Any]:
    """What all facts say that an action writes; it need not lie ready with each of them."""
    return {"recorded_at": act.event.at, "event_id": act.event.id}


#: Rows that one statement takes over: it lays each page that it touches aside.
_AT_ONCE = 25_000


def given_twice(model: type[models.Model], column: str) -> bool:
    """Whether a row that lay ready says in a column what another one that stands says too."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT 1 FROM temp."ready_{table}" r JOIN "{table}" o ON o."{column}" = r."{column}" '
            "WHERE o.superseded_at IS NULL AND o.ended IS NULL AND o.id <> r.id LIMIT 1"
        )
        return cursor.fetchone() is not None


def let_go(act: Act) -> None:
    """Free the memory in which rows lay ready."""
    with connection.cursor() as cursor:
        for model in act.bulk:
            cursor.execute(f'DROP TABLE IF EXISTS temp."ready_{model._meta.db_table}"')


class _Table:
    """What all new rows of one table share within an action."""

    def __init__(self, model: type[models.Model], act: Act) -> None:
        self.salts = act.salts
        self.clear = model._meta.db_table in TOLD_IN_CLEAR
        kept = {name: (plain, column) for name, plain, column in columns_of(model)}
        self.words: tuple[str, ...] = model.words if issubclass(model, Fact) else ()
        self.grained = bool(self.words) and "grain" in kept
        self.key = next(n for n, (_, column) in kept.items() if column.primary_key)
        self.whose = "fact" if "fact" in kept else "fact_id"
        given: dict[str, Any] = {n: f.get_default() for n, (_, f) in kept.items()}
        if issubclass(model, Fact):
            given |= _of_all(act)
        later: tuple[str, ...] = getattr(model, "later", ())
        self.alike = RowsAlike(model._meta.db_table, given, later, act.suite)
        adapted, words = Given(connections[DEFAULT_DB_ALIAS], columns_of(model)), typed(model)
        self.blank, self.hexed = adapted.line(given), adapted.hexed
        if act.ready_at is not None:
            self.blank = [None if name in _of_all(act) else value
                          for name, value in zip(kept, self.blank, strict=True)]  # fmt: skip
        self.columns = {
            name: _Column(name, place, plain, field, self.clear, name in words, self.alike, adapted)
            for place, (name, (plain, field)) in enumerate(kept.items())
        }

    def made(self, line: Mapping[str, Any]) -> tuple[bytes, list[Any]]:
        """The digest of a row, of somebody with the salt, and the row as its driver takes it.

        Of somebody no number stands in clear.
        """
        (pieces, told), values = self.alike.blank(), self.blank.copy()
        columns, hexed = self.columns, self.hexed
        for name, value in line.items():
            column = columns[name]
            # Most of a row's values are keys, which are never twice the same.
            if column.keyed and value is not None:
                raw = value.bytes
                pieces[column.at] = column.opening + raw
                values[column.place] = raw.hex() if hexed else value
                continue
            known = column.known
            found = known.get(value) if known is not None else None
            if found is None:
                found = column.told(value)
                if known is not None and len(known) < _KEPT:
                    known[value] = found
            pieces[column.at], more, values[column.place] = found
            told += more
        if self.grained and "grain" not in line and any(map(line.get, self.words)):
            column = columns["grain"]
            pieces[column.at], more, values[column.place] = column.told(os.urandom(16))
            told += more
        salt = self.salts.get(line[self.whose], b"") if self.clear else b""
        return self.alike.closed(pieces, told, salt), values


#: So many values of one column are kept as they are written.
_KEPT = 2_000


class _Column:
    """One column of new rows: what stands in many of them is made ready once."""

    __slots__ = ("_adapted", "_alike", "_clear", "_field", "_name", "_plain", "_words", "at",
                 "keyed", "known", "opening", "place")  # fmt: skip

    def __init__(
        self, name: str, place: int, plain: type | None, field: Any, clear: bool, words: bool,
        alike: RowsAlike, adapted: Given,
    ) -> None:  # fmt: skip
        self._name, self._plain, self._field, self.place = name, plain, field, place
        self._clear, self._words, self._alike, self._adapted = clear, words, alike, adapted
        self.at, self.opening, left = alike.place(name)
        #: Whether a key stands here in every row that is told anything of it.
        self.keyed = plain is UUID and not left
        self.opening += b"u"
        #: What is sealed is never twice the same, and what has no plain type has no hash.
        self.known: dict[Any, Any] | None = None if plain in (UUID, bytes, None) else {}

    def told(self, value: Any) -> tuple[bytes, int, Any]:
        """Its piece of the digest, how many columns more that are, the driver's value."""
        plain = self._plain
        if self._clear and value is not None:
            if type(value) is not plain:
                value = settled(self._field, value)
            if self._words and (plain is not str or len(value) > 10):
                refuse_numbers(self._name, value)
        piece, more = self._alike.piece(self._name, value)
        if value is not None and plain not in AS_THEY_ARE:
            value = self._adapted.value(value, plain, self._field)
        return piece, more, value
