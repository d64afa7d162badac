"""Many facts of one table are otherwise from one day on, or taken back: a few statements for all.

What is written is what ``change_from`` and ``withdraw`` write for each of them.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Max

from bangfu.ledger import clock
from bangfu.ledger.actions.event import (
    Given,
    _fit,
    _really,
    current_act,
    refuse_numbers_in,
    refuse_replaced,
    with_grain,
    write_lines,
)
from bangfu.ledger.models import Fact, Span
from bangfu.ledger.rows import columns_of, digest_of_values, key_bytes, salts_for, values_of

_TOGETHER = 500


def change_many(
    model: type[Span], changes: Mapping[UUID, Mapping[str, Any]], day: dt.date
) -> list[UUID]:
    """Let facts be otherwise from a day on; those that know of later days are left and answered.

    ``changes``: the columns of each fact, by its key.
    """
    left: list[UUID] = []
    for part in _parts(changes):
        left += _change(model, {key: changes[key] for key in part}, day)
    return left


@dataclass(slots=True)
class Made:
    """Facts of one table as they are from a day on: the rows that say so, which keep their keys,
    and what is kept of before. ``names``: the columns that are otherwise.
    """

    rows: Mapping[UUID, Any]
    superseded: list[Any]
    before: list[Any]
    names: set[str]


def _change(
    model: type[Span], changes: Mapping[UUID, Mapping[str, Any]], day: dt.date
) -> list[UUID]:
    made = made_otherwise(model, changes, day)
    act = current_act()
    for key, row in made.rows.items():
        act.touch(row, *changes[key])
    _write_again(model, made.rows.values(), made.names)
    _write_new(model, [*made.superseded, *made.before])
    return [key for key in changes if key not in made.rows]


def made_otherwise(
    model: type[Span], changes: Mapping[UUID, Mapping[str, Any]], day: dt.date
) -> Made:
    """Facts that are otherwise from a day on, as they will be written; those that know of later
    days are left out.
    """
    standing = _standing(model, changes)
    plain = {
        key: last for key, (*before, last) in standing.items()
        if last.ended is None and all(row.ended < day for row in before)
    }  # fmt: skip
    _later_than(model, plain)
    act, superseded, before = current_act(), list[Any](), list[Any]()
    names = {"began", "recorded_at", "event"}
    for key, row in plain.items():
        if row.event_id != act.event.id:
            superseded.append(_copy(row, superseded_at=act.event.at,
                                    superseded_by_id=act.event.id))  # fmt: skip
        if day > row.began:
            before.append(_copy(row, ended=day - dt.timedelta(days=1), event_id=act.event.id,
                                recorded_at=act.event.at))  # fmt: skip
            row.began = day
        for name, value in changes[key].items():
            setattr(row, name, value)
        names |= {*changes[key], *with_grain(row)}
        _fit(row)
        refuse_numbers_in(model, changes[key])
        row.recorded_at, row.event_id = act.event.at, act.event.id
    return Made(plain, superseded, before, names)


def _copy(row: Any, **other: Any) -> Any:
    """The same row under a key of its own, before anything was changed in it."""
    twin = copy.copy(row)
    twin._state = copy.copy(row._state)
    twin.id = clock.new_id()
    for name, value in other.items():
        setattr(twin, name, value)
    return twin


def _write_again(model: type[Fact], rows: Collection[Any], names: Collection[str]) -> None:
    """Write some columns of rows that stand, by the driver's own bulk path."""
    told = [c for c in columns_of(model) if c[0] in names or c[2].name in names]
    given = Given(connections[DEFAULT_DB_ALIAS], [*told, *_key_column(model)])
    asked = ", ".join(f'"{field.column}" = %s' for _, _, field in told)
    with connection.cursor() as cursor:
        cursor.executemany(
            f'UPDATE "{model._meta.db_table}" SET {asked} WHERE "id" = %s',
            [given.line(values_of(row)) for row in rows],
        )


def _write_new(model: type[Fact], rows: Sequence[Any]) -> None:
    """Write new rows as they are, by the driver's own bulk path."""
    if not rows:
        return
    act, given = current_act(), Given(connections[DEFAULT_DB_ALIAS], columns_of(model))
    run, salts, lines = act.bulk.setdefault(model, bytearray()), salts_for(rows, act.salts), []
    for row in rows:
        values = values_of(row)
        run += key_bytes(row.pk) + digest_of_values(row, values, salts, act.suite)
        lines.append(given.line(values))
    write_lines(model, lines)


def _key_column(model: type[Fact]) -> list[Any]:
    return [column for column in columns_of(model) if column[2].primary_key]


def put_back(model: type[Fact], before: Mapping[Any, Mapping[str, Any]]) -> None:
    """Let rows say again what was said before, as ``correct`` does with one of them.

    ``before``: the columns by row, as it was read in this transaction.
    """
    by_key = {row.pk: row for row in before}
    for part in _parts(by_key):
        rows = model._base_manager.select_for_update().in_bulk(part)
        told = {key: before[by_key[key]] for key in part}
        if any(row.superseded_at is not None for row in rows.values()):
            refuse_replaced()
        _put_back(model, rows, told)


def _put_back(
    model: type[Fact], rows: Mapping[UUID, Any], told: Mapping[UUID, Mapping[str, Any]]
) -> None:
    _later_than(model, [row.fact_key for row in rows.values()])
    act, superseded, names = current_act(), list[Any](), {"recorded_at", "event"}
    for key, row in rows.items():
        if not (otherwise := _really(row, told[key])):
            continue
        superseded.append(_copy(row, superseded_at=act.event.at, superseded_by_id=act.event.id))
        for name in otherwise:
            setattr(row, name, told[key][name])
        names |= {*otherwise, *with_grain(row)}
        _fit(row)
        refuse_numbers_in(model, {name: told[key][name] for name in otherwise})
        row.recorded_at, row.event_id = act.event.at, act.event.id
        act.touch(row, *otherwise)
    _write_again(model, rows.values(), names)
    _write_new(model, superseded)


def withdraw_many(model: type[Fact], facts: Collection[UUID]) -> None:
    """Take facts back with all their spans, as ``withdraw`` takes back one."""
    for part in _parts(facts):
        standing = _standing(model, part)
        _later_than(model, standing)
        cut_off(model, [row for several in standing.values() for row in several])


def cut_off(model: type[Fact], rows: Sequence[Any]) -> None:
    """Let some rows not be believed any more."""
    act = current_act()
    for row in rows:
        act.touch(row, "superseded_at")
    for part in _parts(row.pk for row in rows):
        held = model._base_manager.filter(pk__in=part)
        held.update(superseded_at=act.event.at, superseded_by=act.event.id)


def _standing(model: type[Fact], facts: Iterable[UUID]) -> dict[UUID, list[Any]]:
    """What is believed of some facts, held against other writers."""
    rows = model._base_manager.select_for_update().filter(
        fact__in=list(facts), superseded_at__isnull=True
    )
    found: dict[UUID, list[Any]] = {}
    for row in rows.order_by(*_in_time(model)):
        found.setdefault(row.fact_key, []).append(row)
    return found


def _in_time(model: type[Fact]) -> list[str]:
    """The column by which spans and happenings come one after the other."""
    return [name for name in ("began", "date") if name in {f.name for f in model._meta.fields}]


def _later_than(model: type[Fact], facts: Iterable[UUID]) -> None:
    """Be later than whatever was said of these facts, also when the clock was set back since."""
    act, rows = current_act(), model._base_manager.filter(fact__in=list(facts))
    own = act.event.id
    said = rows.exclude(event=own).aggregate(at=Max("recorded_at"))["at"]
    gone = rows.exclude(superseded_by=own).aggregate(at=Max("superseded_at"))["at"]
    latest = max((at for at in (said, gone) if at), default=None)
    if latest and latest >= act.event.at:
        act.event.at = latest + dt.timedelta(microseconds=1)


def _parts(keys: Iterable[UUID]) -> Iterator[Sequence[UUID]]:
    listed = list(keys)
    for at in range(0, len(listed), _TOGETHER):
        yield listed[at : at + _TOGETHER]
