"""Many new rows given as values by column, written without an object for each.

Most columns of a wide sheet hold nothing. What is the same in all rows of a table is made ready
once, for the database and for the digest; a row costs what it says itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, repeat
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
from bangfu.ledger.once import written
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
        into = laid_ready(model, first=model not in act.bulk)
    run, told = act.bulk.setdefault(model, bytearray()), iter(lines)
    before = len(run)

    def noted() -> Iterator[Sequence[Any]]:
        while part := list(islice(told, _TOGETHER)):
            digests, rows = table.made(part)
            run.extend(b"".join(digests))
            yield from rows

    ready = noted()
    if connection.vendor == "postgresql":
        # It takes one stream, and writes what came while the next is being made.
        write_lines(model, ready)
    else:
        while part := list(islice(ready, _TOGETHER)):
            write_lines(model, part, table=into)
    note_fields(act, model)
    return (len(run) - before) // 32


def laid_ready(model: type[models.Model], *, first: bool) -> str:
    """The table in memory where rows wait that this connection alone knows of (SQLite)."""
    name = f"ready_{model._meta.db_table}"
    if first:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP TABLE IF EXISTS temp."{name}"')
            cursor.execute(
                f'CREATE TEMPORARY TABLE "{name}" AS SELECT * FROM "{model._meta.db_table}" LIMIT 0'
            )
    return name


def write_ready(act: Act) -> Iterator[int]:
    """Write the rows that lie ready in portions, table by table as they were made; how many each.

    Each portion is one statement, within the transaction in which it is asked for.
    """
    adapted, of_all = Given(connections[DEFAULT_DB_ALIAS], ()), _of_all(act)
    for model, run in act.bulk.items():
        table, columns = model._meta.db_table, columns_of(model)
        told = [
            adapted.value(of_all[name], plain, field)
            for name, plain, field in columns
            if name in of_all
        ]
        asked = ", ".join(
            "%s" if name in of_all else f'"{field.column}"' for name, _, field in columns
        )
        for at in range(0, len(run) // 32, PORTION):
            written(table)
            with connection.cursor() as cursor:
                cursor.execute(
                    f'INSERT INTO "{table}" ({columns_named(model)}) SELECT {asked} '
                    f'FROM temp."ready_{table}" WHERE rowid > %s AND rowid <= %s',
                    [*told, at, at + PORTION],
                )
            yield min(PORTION, len(run) // 32 - at)


def _of_all(act: Act) -> dict[str, Any]:
    """What all facts say that an action writes; it need not lie ready with each of them."""
    return {"recorded_at": act.event.at, "event_id": act.event.id}


#: Rows that one statement takes over, for as long as which others wait.
PORTION = 4_000


def last_written() -> int:
    """The number of the last event that is there, for ``given_twice`` (SQLite)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(rowid), 0) FROM ledger_event")
        (number,) = cursor.fetchone()
        return int(number)


def given_twice(model: type[models.Model], column: str, *, since: int | None = None) -> bool:
    """Whether a row that lay ready says in a column what another one that stands says too.

    ``since``: only of rows that later events than that wrote is it asked, which takes no time where
    these are few; who asks was told of the others.
    """
    table, few = model._meta.db_table, ""
    if since is not None:
        keys = _written_since(table, since)
        if not keys:
            return False
        if len(keys) <= _FEW:
            few = f"AND o.id IN ({', '.join(['%s'] * len(keys))})"
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT 1 FROM temp."ready_{table}" r JOIN "{table}" o ON o."{column}" = r."{column}" '
            f"WHERE o.superseded_at IS NULL AND o.ended IS NULL AND o.id <> r.id {few} LIMIT 1",
            keys if few else [],
        )
        return cursor.fetchone() is not None


#: So many rows are asked for by their keys.
_FEW = 500


def _written_since(table: str, event: int) -> list[str]:
    """The keys of the rows of a table that later events wrote."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT r."rows" FROM ledger_event e JOIN ledger_eventrows r ON r.event_id = e.id '
            'WHERE e.rowid > %s AND r."table" = %s',
            [event, table],
        )
        runs = [bytes(run) for (run,) in cursor.fetchall()]
    return [run[at : at + 16].hex() for run in runs for at in range(0, len(run), 32)]


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
        blank = dict(zip(kept, adapted.line(given), strict=True))
        if act.ready_at is not None:
            blank |= dict.fromkeys(blank.keys() & _of_all(act).keys())
        self.columns = {
            name: _Column(name, plain, field, self.clear, name in words, self.alike, adapted,
                          blank[name])
            for name, (plain, field) in kept.items()
        }  # fmt: skip

    def made(
        self, lines: Sequence[Mapping[str, Any]]
    ) -> tuple[Iterator[bytes], Iterator[Sequence[Any]]]:
        """Of some rows the keys with the digests, and the rows as their driver takes them.

        They are made column by column. Of somebody no number stands in clear, and the digest is
        taken with the salt.
        """
        said = self._said(lines)
        made = {name: self.columns[name].made(values) for name, values in said.items()}
        more = [made[name][1] for name in made if self.alike.may_be_left_out(name)]
        salts = map(self.salts.get, said[self.whose], repeat(b"")) if self.clear else repeat(b"")
        digests = self.alike.digests(
            {name: pieces for name, (pieces, _, _) in made.items()},
            map(sum, zip(*more, strict=True)) if more else repeat(0, len(lines)), salts,
        )  # fmt: skip
        keys = [piece[-16:] for piece in made[self.key][0]]
        rows = zip(*(made[name][2] if name in made else repeat(column.blank)
                     for name, column in self.columns.items()), strict=False)  # fmt: skip
        return map(bytes.__add__, keys, digests), rows

    def _said(self, lines: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
        """The values of each column that any of some rows says something of."""
        names = dict.fromkeys(chain.from_iterable(lines))
        said = {name: [line.get(name, _UNSAID) for line in lines] for name in names}
        words = [name for name in self.words if name in names]
        if self.grained and words:
            grains = said.get("grain", repeat(_UNSAID))
            chance = os.urandom(16 * len(lines))
            said["grain"] = [
                chance[16 * at : 16 * at + 16]
                if grain is _UNSAID and any(map(line.get, words)) else grain
                for at, (line, grain) in enumerate(zip(lines, grains, strict=False))
            ]  # fmt: skip
        return said


#: What stands in a column of which a row says nothing.
_UNSAID = object()
#: So many values of one column are kept as they are written.
_KEPT = 2_000


class _Column:
    """One column of new rows: what stands in many of them is made ready once."""

    def __init__(
        self, name: str, plain: type | None, field: Any, clear: bool, words: bool,
        alike: RowsAlike, adapted: Given, blank: Any,
    ) -> None:  # fmt: skip
        self.blank = blank
        self._name, self._plain, self._field = name, plain, field
        self._clear, self._words, self._alike, self._adapted = clear, words, alike, adapted
        #: How a key reads that stands here in every row that is told anything of it.
        self._key = b"" if alike.may_be_left_out(name) else alike.opening(name) + b"u"
        #: The same of what is sealed.
        self._sealed = b"" if alike.may_be_left_out(name) else alike.opening(name) + b"b"
        #: And of words.
        self._text = b"" if plain is not str or not self._key else alike.opening(name) + b"s"
        #: What is sealed is never twice the same, and what has no plain type has no hash.
        self._kept = plain not in (UUID, bytes, None)
        self._known: dict[Any, tuple[bytes, int, Any]] = {}

    def made(self, values: Sequence[Any]) -> tuple[Sequence[bytes], Sequence[int], Sequence[Any]]:
        """The pieces of the digests, how many columns more each is, and the driver's values."""
        # Most of a row's values are keys, which are never twice the same.
        if self._plain is UUID and self._key and set(map(type, values)) == {UUID}:
            raw = [value.int.to_bytes(16, "big") for value in values]
            keys = [one.hex() for one in raw] if self._adapted.hexed else values
            return [self._key + one for one in raw], (), keys
        if self._plain is bytes and self._sealed:
            return self._bytes(values)
        if self._text and set(map(type, values)) == {str} and len(set(values)) * 2 > len(values):
            return self._texts(values)
        if self._kept:
            made = list(map(self._known.get, values))
            if None in made:
                told = zip(made, values, strict=True)
                made = [one or self._remembered(value) for one, value in told]
        else:
            made = [self._one(value) for value in values]
        pieces, more, given = zip(*made, strict=True)
        return pieces, more, given

    def _bytes(self, values: Sequence[Any]) -> tuple[Sequence[bytes], tuple[()], Sequence[Any]]:
        """The same of a column of bytes that stands in every row's digest."""
        opening, one = self._sealed, self._one
        pieces = [
            opening + b"%d:%b" % (len(value), value) if type(value) is bytes else one(value)[0]
            for value in values
        ]
        return pieces, (), [v if type(v) is bytes else one(v)[2] for v in values]

    def _texts(self, values: Sequence[str]) -> tuple[Sequence[bytes], tuple[()], Sequence[str]]:
        """The same of a column of words that stands in every row's digest, most of them once."""
        if self._clear and self._words:
            for value in values:
                if len(value) > 10:
                    refuse_numbers(self._name, value)
        opening, raw = self._text, [value.encode("utf-8", "surrogatepass") for value in values]
        return [opening + b"%d:%b" % (len(one), one) for one in raw], (), values

    def _remembered(self, value: Any) -> tuple[bytes, int, Any]:
        made = self._one(value)
        if len(self._known) < _KEPT:
            self._known[value] = made
        return made

    def _one(self, value: Any) -> tuple[bytes, int, Any]:
        """Its piece of the digest, how many columns more that are, the driver's value."""
        if value is _UNSAID:
            return self._alike.unsaid(self._name), 0, self.blank
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
