"""The frame of every action: one transaction, one journal event, and the only ways to write.

An action is a plain function with keyword arguments, ``by`` first::

    @action("pairing.make")
    def make(*, by: By, programme: Programme, helper: Subject, subject: Subject, ...) -> Pairing:
        ...
        return insert(Pairing(...))

Inside it ``insert``, ``correct``, ``change_from``, ``end`` and ``withdraw`` write rows. At its end
the event is written with the digest of every row it touched. An action that calls another joins
it into its own event. The same ``by.key`` again changes nothing and answers as the first did.
"""

from __future__ import annotations

import copy
import datetime as dt
import functools
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar, cast
from uuid import UUID

from django.apps import apps
from django.db import connection, models, transaction

from bangfu.ledger import clock, vault
from bangfu.ledger.keys import Suite
from bangfu.ledger.models import Event, EventRows, Fact, Span, User
from bangfu.ledger.rows import digest_of, salts_for, settled

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Fact)
S = TypeVar("S", bound=Span)
T = TypeVar("T", bound=models.Model)


class Refused(Exception):
    """An action may not be done: what is wrong and what would be right, for the person to read.

    ``code`` is stable for machines; ``message`` is in English with named parts, translated where
    it is shown.
    """

    def __init__(self, code: str, message: str, **parts: Any) -> None:
        # Words from elsewhere may hold a percent sign; only a message with named parts is filled.
        super().__init__(message % parts if "%(" in message else message)
        self.code, self.message, self.parts = code, message, parts


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, through which door, for what purpose; ``key`` makes a repetition harmless."""

    user: User | None
    door: str
    key: UUID | None = None
    purpose: str = ""


@dataclass(slots=True)
class Act:
    """An action under way: its event's key and time, and what it has written so far."""

    event: Event
    rows: dict[tuple[type[models.Model], UUID], models.Model] = field(default_factory=dict)
    bulk: dict[type[models.Model], bytearray] = field(default_factory=dict)
    fields: dict[str, set[str]] = field(default_factory=dict)
    salts: dict[UUID, bytes] = field(default_factory=dict)

    @property
    def suite(self) -> Suite:
        """The hash under which this event's digests are taken."""
        return cast("Suite", self.event.suite)

    def touch(self, row: models.Model, *names: str) -> None:
        """Remember that a row was written, and which of its fields changed."""
        self.rows[type(row), row.pk] = row
        self.fields.setdefault(str(row._meta.model_name), set()).update(names)


_act: ContextVar[Act | None] = ContextVar("act", default=None)


def current_act() -> Act:
    """The action under way; writing outside of one is a mistake of the programmer."""
    act = _act.get()
    if act is None:
        raise RuntimeError("rows are written by actions only: no action is under way")
    return act


def action(verb: str, *, alone: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function an action named ``verb`` (``pairing.make``).

    ``alone``: it waits for writers under way and lets none commit beside it, so that what was
    known at its time is exact.
    """

    def frame(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def acting(*args: P.args, **kwargs: P.kwargs) -> R:
            if _act.get() is not None:
                return function(*args, **kwargs)
            return cast(R, _run(verb, function, kwargs, alone))

        acting.verb = verb  # type: ignore[attr-defined]  # read by the house tests and the matrix
        return acting

    return frame


def _run(verb: str, function: Callable[..., Any], kwargs: dict[str, Any], alone: bool) -> Any:
    by: By = kwargs["by"]
    asked = _fingerprint(verb, kwargs)
    with transaction.atomic():
        _enter(by.key, alone)
        if by.key and (done := Event.objects.filter(pk=by.key).first()):
            return _answer_again(done, verb, asked)
        act = Act(_new_event(verb, by, asked))
        token = _act.set(act)
        try:
            answer = function(**kwargs)
            _finish(act, answer)
        finally:
            _act.reset(token)
    return answer


def _enter(key: UUID | None, alone: bool) -> None:
    """Stand in line: issuing a paper waits for writers, and one key is one writer at a time."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        mode = "SHARE ROW EXCLUSIVE" if alone else "ROW EXCLUSIVE"
        cursor.execute(f"LOCK TABLE ledger_event IN {mode} MODE")
        if key:
            number = int.from_bytes(hashlib.sha256(key.bytes).digest()[:8], "big", signed=True)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _new_event(verb: str, by: By, asked: bytes) -> Event:
    event = Event(at=clock.now(), by=by.user, door=by.door, verb=verb, purpose=by.purpose)
    event.asked, event.suite = asked, vault.keyring().suite
    if by.key:
        event.id = by.key
    return event


def _fingerprint(verb: str, kwargs: Mapping[str, Any]) -> bytes:
    """A keyed digest of what was asked, so that a key cannot be reused for something else."""
    plain = {name: _plain(value) for name, value in kwargs.items() if name != "by"}
    text = json.dumps([verb, plain], sort_keys=True, ensure_ascii=False, default=str)
    return vault.keyring().index("asked", text)


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    # What is read only once, such as the lines of a table, is not asked twice under one key.
    return None if isinstance(value, Iterator) or callable(value) else value


def _finish(act: Act, answer: Any) -> None:
    event = act.event
    event.fields = {table: sorted(names) for table, names in sorted(act.fields.items())}
    event.outcome = _outcome(answer)
    if event.about is None and isinstance(answer, Fact):
        about_is(answer)
    event.save(force_insert=True)
    runs: dict[str, bytearray] = {}
    salts = salts_for(act.rows.values(), act.salts)
    for (model, key), row in act.rows.items():
        run = runs.setdefault(model._meta.db_table, bytearray())
        run.extend(_key_bytes(key) + digest_of(row, salts, act.suite))
    for model, run in act.bulk.items():
        runs.setdefault(model._meta.db_table, bytearray()).extend(run)
    EventRows.objects.bulk_create(
        EventRows(event=event, table=table, at=event.at, rows=_in_order(run))
        for table, run in sorted(runs.items())
    )


def _in_order(run: bytearray) -> bytes:
    whole = bytes(run)
    return b"".join(sorted(whole[i : i + 32] for i in range(0, len(whole), 32)))


def _key_bytes(key: UUID | models.Model) -> bytes:
    return key.bytes if isinstance(key, UUID) else cast(UUID, key.pk).bytes


def about_is(row: Fact) -> None:
    """Say which record the event under way is about, when it is not the one it returns."""
    event = current_act().event
    event.about_kind, event.about = str(row._meta.model_name), row.fact_key


def _outcome(answer: Any) -> dict[str, Any]:
    if isinstance(answer, models.Model):
        return {"model": answer._meta.model_name, "id": str(answer.pk)}
    if isinstance(answer, Sequence) and answer and isinstance(answer[0], models.Model):
        return {"model": answer[0]._meta.model_name, "ids": [str(a.pk) for a in answer]}
    return {"value": answer} if isinstance(answer, int | bool | None) else {}


def _answer_again(done: Event, verb: str, asked: bytes) -> Any:
    if done.verb != verb or bytes(done.asked) != asked:
        raise Refused(
            "key_used",
            "This key was already used for another entry (%(verb)s). Nothing was changed; "
            "take a new key for a new entry.",
            verb=done.verb,
        )
    outcome = done.outcome
    if "model" not in outcome:
        return outcome.get("value")
    model = apps.get_model("ledger", outcome["model"])
    if "id" in outcome:
        return model._default_manager.get(pk=outcome["id"])
    found = model._default_manager.in_bulk([UUID(i) for i in outcome["ids"]])
    return [found[UUID(i)] for i in outcome["ids"]]


# ------------------------------------------------------------------ the ways to write


def insert(row: T) -> T:
    """Write a new row, with the event that explains it."""
    act = current_act()
    _stamp(row, act)
    row.save(force_insert=True)
    act.touch(row, *_filled(row))
    return row


def _stamp(row: models.Model, act: Act) -> None:
    if hasattr(row, "event_id"):
        row.event_id = act.event.id  # type: ignore[attr-defined]
    if isinstance(row, Fact):
        row.recorded_at = act.event.at
        if not isinstance(row._meta.get_field("fact"), models.ForeignKey):
            row.fact = row.id


def _filled(row: models.Model) -> list[str]:
    return [
        f.name
        for f in row._meta.concrete_fields
        if f.name not in _BOOKKEEPING and getattr(row, f.attname) not in (None, "", {})
    ]


_BOOKKEEPING = frozenset("id fact recorded_at superseded_at event superseded_by".split())


def insert_many(model: type[T], rows: Iterable[T], *, chunk: int = 5000) -> int:
    """Write many new rows by the driver's own bulk path; returns how many."""
    act, count = current_act(), 0
    fields = model._meta.concrete_fields
    for part in _chunks(rows, chunk):
        run = act.bulk.setdefault(model, bytearray())
        for row in part:
            _stamp(row, act)
            run.extend(_key_bytes(row.pk) + digest_of(row, act.salts, act.suite))
        _write_many(model, fields, part)
        count += len(part)
    act.fields.setdefault(str(model._meta.model_name), set()).update(
        f.name for f in fields if f.name not in _BOOKKEEPING
    )
    return count


def _chunks(rows: Iterable[T], size: int) -> Iterable[list[T]]:
    part: list[T] = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part


def _write_many(model: type[models.Model], fields: Sequence[Any], part: Sequence[Any]) -> None:
    table, columns = model._meta.db_table, ", ".join(f'"{f.column}"' for f in fields)
    values = ([f.get_db_prep_save(getattr(r, f.attname), connection) for f in fields] for r in part)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as into:
                for line in values:
                    into.write_row([_copied(v) for v in line])
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', list(values))


def _copied(value: Any) -> Any:
    """A value as COPY takes it: JSON as text, everything else as the driver adapts it."""
    wrapped = getattr(value, "obj", None)
    return json.dumps(wrapped) if wrapped is not None else value


def correct(row: F, **changes: Any) -> F:
    """Replace what was believed: the old row stays, superseded; the key stays with the new one."""
    names = _really(row, changes)
    if not names:
        return row
    act = current_act()
    _keep_superseded(row, act)
    for name, value in changes.items():
        setattr(row, name, value)
    _restate(row, act, names)
    return row


def _really(row: models.Model, changes: Mapping[str, Any]) -> list[str]:
    def same(name: str, value: Any) -> bool:
        column = cast("models.Field[Any, Any]", row._meta.get_field(name))
        new = value.pk if isinstance(value, models.Model) else value
        return bool(settled(column, getattr(row, column.attname)) == settled(column, new))

    return [name for name, value in changes.items() if not same(name, value)]


def _keep_superseded(row: Fact, act: Act) -> None:
    old = copy.copy(type(row)._base_manager.get(pk=row.pk))
    old.id, old._state = clock.new_id(), copy.copy(old._state)
    old.superseded_at, old.superseded_by_id = act.event.at, act.event.id
    old.save(force_insert=True)
    act.touch(old)


def _restate(row: Fact, act: Act, names: Iterable[str]) -> None:
    row.recorded_at, row.event_id = act.event.at, act.event.id
    row.save(update_fields=[*names, "recorded_at", "event"])
    act.touch(row, *names)


def change_from(row: S, day: dt.date, **changes: Any) -> S:
    """Let something be otherwise from a day on: what was so before that day stays so."""
    names = _really(row, changes)
    if not names:
        return row
    if day <= row.began:
        return correct(row, **changes)
    act, before = current_act(), type(row)._base_manager.get(pk=row.pk)
    _keep_superseded(row, act)
    for name, value in changes.items():
        setattr(row, name, value)
    row.began = day
    _restate(row, act, [*names, "began"])
    before.id, before.ended = clock.new_id(), day - dt.timedelta(days=1)
    before.recorded_at, before.event_id = act.event.at, act.event.id
    before.save(force_insert=True)
    act.touch(before)
    return row


def end(row: S, day: dt.date, **changes: Any) -> S:
    """Close a span: ``day`` is its last day."""
    if day < row.began:
        raise Refused(
            "ends_before_it_began",
            "The last day %(day)s lies before the first day %(began)s.",
            day=day,
            began=row.began,
        )
    return correct(row, ended=day, **changes)


def withdraw(row: F) -> F:
    """Take back what was entered wrongly: from now on it is not believed, and leaves no follower."""
    act = current_act()
    row.superseded_at, row.superseded_by_id = act.event.at, act.event.id
    row.save(update_fields=["superseded_at", "superseded_by"])
    act.touch(row, "superseded_at")
    return row
