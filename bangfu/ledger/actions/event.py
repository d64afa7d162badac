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

import contextlib
import copy
import datetime as dt
import functools
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NoReturn, ParamSpec, Protocol, TypeVar, cast
from uuid import UUID

from django.apps import apps
from django.db import (
    DEFAULT_DB_ALIAS,
    IntegrityError,
    OperationalError,
    connection,
    connections,
    models,
    transaction,
)

from bangfu.ledger import clock, numbers, proofs, vault
from bangfu.ledger.keys import Keyring, Suite
from bangfu.ledger.models import AskedSalt, Event, EventRows, Fact, Span, User
from bangfu.ledger.once import looked_up_anew, one_action, written
from bangfu.ledger.refusals import REFUSALS
from bangfu.ledger.rows import (
    TOLD_IN_CLEAR,
    columns_of,
    digest_of,
    digest_of_line,
    digest_of_values,
    key_bytes,
    salts_for,
    settled,
    values_of,
)

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Fact)
S = TypeVar("S", bound=Span)
T = TypeVar("T", bound=models.Model)
L = TypeVar("L")


class Overtaken(Exception):
    """What was made ready before its transaction does not hold any more; it is made ready anew."""


class Refused(Exception):
    """An action may not be done: what is wrong and what would be right, for the person to read.

    ``code`` is stable for machines; ``message`` is in English with named parts, translated where
    it is shown.
    """

    def __init__(self, code: str, message: str, /, **parts: Any) -> None:
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
    rows: dict[type[models.Model], set[Any]] = field(default_factory=dict)
    bulk: dict[type[models.Model], bytearray] = field(default_factory=dict)
    #: The same of rows that lie ready as changes of what stands.
    changed: dict[type[models.Model], bytearray] = field(default_factory=dict)
    #: Of new rows that were not written again, the values that the database was given.
    fresh: dict[tuple[type[models.Model], Any], dict[str, Any]] = field(default_factory=dict)
    fields: dict[str, set[str]] = field(default_factory=dict)
    salts: dict[UUID, bytes] = field(default_factory=dict)
    asked_salt: bytes = b""
    ring: Keyring = field(default_factory=vault.keyring)
    #: Of an action whose rows are made ready before its transaction: its time as they tell it.
    ready_at: dt.datetime | None = None

    @property
    def suite(self) -> Suite:
        """The hash under which this event's digests are taken."""
        return cast("Suite", self.event.suite)

    def touch(self, row: models.Model, *names: str) -> None:
        """Remember that a row was written, and which of its fields changed."""
        self.rows.setdefault(type(row), set()).add(row.pk)
        self.fresh.pop((type(row), row.pk), None)
        written(row._meta.db_table)
        self.fields.setdefault(str(row._meta.model_name), set()).update(names)

    def after(self, row: Fact) -> None:
        """Be later than whatever was said of a fact, also when the clock was set back since."""
        rows, own = type(row)._base_manager.filter(fact=row.fact_key), self.event.id
        last = rows.aggregate(
            r=models.Max("recorded_at", filter=~models.Q(event=own)),
            s=models.Max("superseded_at", filter=~models.Q(superseded_by=own)),
        )
        latest = max((at for at in last.values() if at), default=None)
        if latest and latest >= self.event.at:
            self.event.at = latest + dt.timedelta(microseconds=1)

    def after_all(self, model: type[models.Model]) -> None:
        """The same for a table whose rows bear no times: be later than all that was said of it."""
        said = EventRows.objects.filter(table=model._meta.db_table)
        latest = said.aggregate(at=models.Max("at"))["at"]
        if latest and latest >= self.event.at:
            self.event.at = latest + dt.timedelta(microseconds=1)


_act: ContextVar[Act | None] = ContextVar("act", default=None)


def current_act() -> Act:
    """The action under way; writing outside of one is a mistake of the programmer."""
    act = _act.get()
    if act is None:
        raise RuntimeError("rows are written by actions only: no action is under way")
    return act


def event_under_way() -> UUID | None:
    """The event of the action under way: it may be there, but it is not written out yet."""
    act = _act.get()
    return act.event.id if act is not None else None


#: The actions beside which nobody commits.
_ALONE: set[str] = set()


def beforehand(verb: str, by: By) -> Act:
    """An action whose rows are made ready before its transaction, so that nobody waits meanwhile.

    While it is ``under_way`` they are laid ready; nothing is written. The action itself takes it as
    ``ready``, and raises ``Overtaken`` where what was made does not hold any more.
    """
    act = Act(_new_event(verb, by))
    act.ready_at = act.event.at
    return act


@contextlib.contextmanager
def under_way(act: Act) -> Iterator[None]:
    """Let what is written be written by an action."""
    token = _act.set(act)
    try:
        yield
    finally:
        _act.reset(token)


def action(verb: str, *, alone: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function an action named ``verb`` (``pairing.make``).

    ``alone``: it waits for writers under way and lets none commit beside it, so that what was
    known at its time is exact.
    """

    if alone:
        _ALONE.add(verb)

    def frame(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def acting(*args: P.args, **kwargs: P.kwargs) -> R:
            if _act.get() is not None:
                return function(*args, **kwargs)
            return cast(R, _run(verb, function, kwargs, alone))

        acting.verb = verb  # type: ignore[attr-defined]  # read by the house tests and the matrix
        return acting

    return frame


@contextlib.contextmanager
def on_trial(act: Act, by: By) -> Iterator[None]:
    """Let actions write as parts of one, which is taken back whole at the end."""
    _refuse_who_only_looks(by)
    with looked_up_anew(), transaction.atomic():
        _enter(by.key, alone=False)
        _go_before(act.event)
        with under_way(act):
            yield
        transaction.set_rollback(True)


def _refuse_who_only_looks(by: By) -> None:
    if by.user is not None and by.user.seen_by is not None:
        raise Refused("only_looking", "Who looks as somebody else changes nothing.")


def _run(verb: str, function: Callable[..., Any], kwargs: dict[str, Any], alone: bool) -> Any:
    by: By = kwargs["by"]
    _refuse_who_only_looks(by)
    with one_action(), said_in_words(), transaction.atomic():
        if (done := _enter(by.key, alone)) is not None:
            return _answer_again(done, verb, kwargs)
        act = _still_so(kwargs.get("ready")) or Act(_new_event(verb, by))
        if by.key:
            act.asked_salt = os.urandom(32)
            act.event.asked = _fingerprint(act.asked_salt, verb, kwargs)
        _go_before(act.event)
        with under_way(act):
            answer = function(**kwargs)
            if act.ready_at not in (None, act.event.at):
                raise Overtaken
            _finish(act, answer)
    return answer


class MadeReady(Protocol):
    """What was made ready before its transaction."""

    @property
    def act(self) -> Act:
        """The action that it was made in."""


def _still_so(ready: MadeReady | None) -> Act | None:
    """An action that was made ready, while it may still be told as of its time.

    What was known when a paper was issued since would change by it; and its numbers must open
    under the key that seals by now.
    """
    if ready is None:
        return None
    act = ready.act
    since = Event.objects.filter(at__gte=act.event.at, verb__in=_ALONE)
    if act.ring.current != vault.keyring().current or since.exists():
        raise Overtaken
    return act


def _go_before(event: Event) -> None:
    """Let an event stand before the rows that name it, where the database wants it so.

    SQLite looks through every table for rows that wait for an event which comes after them: in a
    large county it would take a second for each.
    """
    if connection.vendor == "sqlite":
        event.save(force_insert=True)


_DEADLOCK = "40P01"


@contextlib.contextmanager
def said_in_words() -> Iterator[None]:
    """What the database itself refuses is a refusal like any other, under the rule's own name.

    So is that two who write the same things in another order wait for one another (PostgreSQL).
    """
    try:
        yield
    except OperationalError as failed:
        if getattr(failed.__cause__, "sqlstate", None) != _DEADLOCK:
            raise
        raise Refused(
            "at_the_same_time",
            "Somebody else wrote the same at the same moment; nothing was changed. Do it again.",
        ) from failed
    except IntegrityError as refused:
        rule = rule_of(refused)
        raise Refused(
            rule, "This contradicts what is on record (%(rule)s); nothing was changed.", rule=rule
        ) from refused


def rule_of(refused: IntegrityError) -> str:
    """The name of the constraint or trigger that refused; the same on both databases."""
    diagnosis = getattr(refused.__cause__, "diag", None)
    named = str(getattr(diagnosis, "constraint_name", None) or "")
    if named.endswith("_pkey"):
        return "there_already"
    told = str(getattr(diagnosis, "message_primary", None) or refused)
    if "UNIQUE constraint failed: " in told:
        named = _unique_over(told.partition(": ")[2])
    elif found := re.fullmatch(r"(?:CHECK constraint failed: )?([a-z_]+)", told):
        named = found[1]
    named = _OTHERWISE_NAMED.get(named, named)
    return named if named in _rules() else "contradiction"


#: Rules that stand on a column alone, under the names that the databases give them.
_OTHERWISE_NAMED = {
    "ledger_user_username_key": "user_name_once",
    "ledger_user.username": "user_name_once",
    "ledger_frozentable_reading_id_key": "frozen_table_once",
    "ledger_frozentable.reading_id": "frozen_table_once",
}


@functools.cache
def _rules() -> frozenset[str]:
    """Every name under which the database refuses something of ours."""
    tables = apps.get_app_config("ledger").get_models()
    constraints = {str(rule.name) for model in tables for rule in model._meta.constraints}
    refusals = {refusal.name for refusal in REFUSALS}
    return frozenset(constraints | refusals | {*_OTHERWISE_NAMED.values(), "there_already"})


def _unique_over(columns: str) -> str:
    """SQLite names the columns (``table.column, …``) of a rule, not the rule."""
    for model in apps.get_app_config("ledger").get_models():
        for rule in model._meta.constraints:
            if isinstance(rule, models.UniqueConstraint):
                named = (cast(Any, model._meta.get_field(name)).column for name in rule.fields)
                if columns == ", ".join(f"{model._meta.db_table}.{column}" for column in named):
                    return str(rule.name)
    return columns if columns in _OTHERWISE_NAMED else "there_already"


def _enter(key: UUID | None, alone: bool) -> Event | None:
    """Stand in line: issuing a paper waits for writers, and one key is one writer at a time.

    What was done under the key already, which on PostgreSQL is asked in the same breath.
    """
    if connection.vendor != "postgresql":
        return Event.objects.filter(pk=key).first() if key else None
    mode = "SHARE ROW EXCLUSIVE" if alone else "ROW EXCLUSIVE"
    asked, parameters = f"LOCK TABLE ledger_event IN {mode} MODE", list[int | UUID]()
    if key:
        asked += f"; {_ONE_AT_A_TIME}; SELECT 1 FROM ledger_event WHERE id = %s"
        parameters = [_lock_number(key.bytes), key]
    with connection.cursor() as cursor:
        cursor.execute(asked, parameters)
        while cursor.nextset():
            pass
        return Event.objects.get(pk=key) if key and cursor.fetchone() else None


_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(%s)"


def _lock_number(what: bytes) -> int:
    return int.from_bytes(hashlib.sha256(what).digest()[:8], "big", signed=True)


def one_at_a_time(what: bytes, *, shared: bool = False) -> None:
    """Let nobody else look at the same thing until the end; on SQLite one writes at a time.

    ``shared``: others who share it may, those who want it alone may not.
    """
    if connection.vendor != "postgresql":
        return
    lock = "SELECT pg_advisory_xact_lock_shared(%s)" if shared else _ONE_AT_A_TIME
    with connection.cursor() as cursor:
        cursor.execute(lock, [_lock_number(what)])


def _new_event(verb: str, by: By) -> Event:
    refuse_numbers("purpose", by.purpose)
    event = Event(at=clock.now(), by=by.user, door=by.door, verb=verb, purpose=by.purpose)
    event.asked, event.suite = b"", vault.keyring().suite
    if by.key:
        event.id = by.key
    return event


#: Who asks, and what was made ready for it, is not what is asked.
_NOT_ASKED = frozenset(("by", "ready"))


def _fingerprint(salt: bytes, verb: str, kwargs: Mapping[str, Any]) -> bytes:
    """A keyed digest of what was asked, so that a key cannot be reused for something else."""
    plain = {name: _plain(value) for name, value in kwargs.items() if name not in _NOT_ASKED}
    text = json.dumps([verb, plain], sort_keys=True, ensure_ascii=False, default=str)
    whole = (salt.hex() + text).encode("utf-8", "surrogatepass")
    return vault.keyring().prove("asked", whole)


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
    parts, grown = [], _grown(act)
    for table, run in sorted(_runs(act).items()):
        parts.append(EventRows(event=event, table=table, at=event.at, rows=in_order(run)))
        run.clear()  # of a long list it takes much memory
    event.proof = proofs.of_event(proofs.event_digest(event, parts))
    event.save(force_insert=connection.vendor != "sqlite")
    if act.asked_salt:
        AskedSalt(event=event, salt=act.asked_salt).save(force_insert=True)
    EventRows.objects.bulk_create(parts)
    _tell_the_planner(grown)


#: Rows written at once after which a table is looked at anew, and SQLite's own pace otherwise.
_MANY_ROWS, _EVERY_EVENTS, _SAMPLE = 1_000, 1_000, 1_000
#: PostgreSQL looks by itself, after a while, when a tenth of a table is new.
_SHARE = 10


def _grown(act: Act) -> dict[str, int]:
    """The tables of which an action writes many rows at once, and how many."""
    many = chain(act.bulk.items(), act.changed.items())
    rows = ((model._meta.db_table, len(run) // 32) for model, run in many)
    return {table: number for table, number in rows if number >= _MANY_ROWS}


def _tell_the_planner(grown: Mapping[str, int]) -> None:
    """Let the database look at tables that have grown, or it plans as if they were small.

    PostgreSQL does so by itself after a while, SQLite never does. To look at a large table takes
    PostgreSQL half a second, and so many portions of a long run may each add little to it.
    """
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            for table, number in grown.items():
                cursor.execute(
                    "SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)", [f'"{table}"']
                )
                if number * _SHARE >= cursor.fetchone()[0]:
                    cursor.execute(f'ANALYZE "{table}"')
            return
        cursor.execute("SELECT MAX(rowid) FROM ledger_event")
        if grown or cursor.fetchone()[0] % _EVERY_EVENTS == 0:
            cursor.execute(f"PRAGMA analysis_limit = {_SAMPLE}")
            cursor.execute("ANALYZE")


def _runs(act: Act) -> dict[str, bytearray]:
    """The records of each table, digested as the database holds the rows now.

    Of a new row that is what it was given; others are read again.
    """
    runs: dict[str, bytearray] = {}
    for model, keys in act.rows.items():
        run = runs.setdefault(model._meta.db_table, bytearray())
        told = {key: act.fresh[model, key] for key in keys if (model, key) in act.fresh}
        for key, values in told.items():
            run.extend(key_bytes(key) + digest_of_line(model, values, {}, act.suite))
        held = model._base_manager.in_bulk(keys - told.keys())
        salts = salts_for(held.values(), act.salts)
        for key, row in held.items():
            run.extend(key_bytes(key) + digest_of(row, salts, act.suite))
    for model, bulk in chain(act.bulk.items(), act.changed.items()):
        again = {key_bytes(key) for key in act.rows.get(model, ())}
        if not again and model._meta.db_table not in runs:
            runs[model._meta.db_table] = bulk
            continue
        run = runs.setdefault(model._meta.db_table, bytearray())
        for at in range(0, len(bulk), 32):
            if bytes(bulk[at : at + 16]) not in again:
                run.extend(bulk[at : at + 32])
    return runs


def in_order(run: bytearray) -> bytes:
    """The records of a table in the order of their keys."""
    whole = bytes(run)
    return b"".join(sorted(whole[i : i + 32] for i in range(0, len(whole), 32)))


def about_is(row: Fact) -> None:
    """Say which record the event under way is about, when it is not the one it returns."""
    event = current_act().event
    event.about_kind, event.about = str(row._meta.model_name), row.fact_key


def _outcome(answer: Any) -> dict[str, Any]:
    if isinstance(answer, models.Model):
        return {"model": answer._meta.model_name, "id": str(answer.pk)}
    if isinstance(answer, list) and not answer:
        return {"value": []}
    if isinstance(answer, Sequence) and answer and isinstance(answer[0], models.Model):
        return {"model": answer[0]._meta.model_name, "ids": [str(a.pk) for a in answer]}
    return {"value": answer} if isinstance(answer, int | bool | None) else {}


def _answer_again(done: Event, verb: str, kwargs: Mapping[str, Any]) -> Any:
    if done.verb != verb or not _asked_the_same(done, kwargs):
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


def _asked_the_same(done: Event, kwargs: Mapping[str, Any]) -> bool:
    """Whether a repetition asks what was asked; of somebody erased nobody can tell any more."""
    held = AskedSalt.objects.filter(event=done).first()
    if held is None:
        return bool(done.asked)
    return _fingerprint(bytes(held.salt), done.verb, kwargs) == bytes(done.asked)


# ------------------------------------------------------------------ the ways to write


def insert(row: T) -> T:
    """Write a new row, with the event that explains it."""
    act = current_act()
    _fit(row)
    refuse_numbers_in(type(row), vars(row))
    _stamp(row, act)
    row.save(force_insert=True)
    act.touch(row, *_filled(row))
    if _held_as_given(row):
        act.fresh[type(row), row.pk] = values_of(row)
    return row


def _held_as_given(row: models.Model) -> bool:
    """Whether the database gives a new row back as it was given, and nobody's salt is asked for.

    A number within JSON may be written otherwise there.
    """
    if row._meta.db_table in TOLD_IN_CLEAR:
        return False
    return not any(getattr(row, name) for name in _json_of(type(row)))


@functools.cache
def _json_of(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(f.attname for f in model._meta.concrete_fields if isinstance(f, models.JSONField))


def _stamp(row: models.Model, act: Act) -> None:
    if hasattr(row, "event_id"):
        row.event_id = act.event.id
    if isinstance(row, Fact):
        row.recorded_at = act.event.at
        if not isinstance(row._meta.get_field("fact"), models.ForeignKey):
            row.fact = row.id
    with_grain(row)


def with_grain(row: models.Model) -> list[str]:
    """Give a row with words in clear its random bytes; the columns changed."""
    words = row.words if isinstance(row, Fact) else ()
    if getattr(row, "grain", b"") is not None or not any(getattr(row, n) for n in words):
        return []
    cast(Any, row).grain = os.urandom(16)
    return ["grain"]


def _fit(row: models.Model) -> None:
    """What one database would cut, refuse or keep, all refuse: text that is too long or no text.

    Pointers to an earlier span or version of a fact are turned to the fact itself.
    """
    for column in row._meta.concrete_fields:
        value = getattr(row, column.attname)
        if isinstance(value, str):
            _fit_text(column, value)
        if isinstance(column, models.ForeignKey) and column.is_cached(row):
            pointed_at = getattr(row, column.name)
            if isinstance(pointed_at, Fact) and pointed_at.pk != pointed_at.fact_key:
                setattr(row, column.attname, pointed_at.fact_key)


def _fit_text(column: Any, value: str) -> None:
    if "\0" in value:
        raise Refused("not_text", "%(field)s holds a character that is no text.", field=column.name)
    if column.max_length and len(value) > column.max_length:
        raise Refused(
            "too_long",
            "%(field)s takes %(most)s characters; this has %(length)s. Nothing was cut or saved.",
            field=column.name,
            most=column.max_length,
            length=len(value),
        )


#: Columns that nobody types: digests, keys of rows, the chain of a place's keys, what is derived.
_DERIVED = frozenset(
    "digest small_digest head text_digest rows_digest rows question path sort_key".split()
)
#: Checked by its own rule, which an identity number might pass by chance.
_CHECKED = frozenset(("credit_code",))
#: Where the number of an office or of a voucher may look like a mobile number.
_PUBLIC = {"document": "phone", "entry": "voucher"}


def refuse_numbers_in(model: type[models.Model], values: Mapping[str, Any]) -> None:
    """Refuse somebody's number in any column of words of a row."""
    public = _PUBLIC.get(str(model._meta.model_name), "")
    words = typed(model)
    for name, value in values.items():
        if value and name in words and (not isinstance(value, str) or len(value) > 10):
            refuse_numbers(name, value, public=public)


@functools.cache
def typed(model: type[models.Model]) -> frozenset[str]:
    """The columns of a table that hold words in clear."""
    sorts = (models.CharField, models.TextField, models.JSONField)
    found = (f.name for f in model._meta.concrete_fields if isinstance(f, sorts))
    return frozenset(found) - _DERIVED - _CHECKED


def refuse_numbers(field: str, value: Any, *, public: str = "") -> None:
    """Refuse somebody's number in what is kept in clear; it would stay there for good.

    Under the key ``public`` a mobile number may stand, being an office's or none.
    """
    for text, key in _texts(value, field):
        match numbers.personal_number_in(text, today=clock.today()):
            case "identity":
                raise Refused(
                    "identity_in_clear",
                    "%(field)s holds an identity number, and would keep it in clear for good. It "
                    "belongs in the person's own field, which is sealed. Nothing was saved.",
                    field=field,
                )
            case "phone" if key != public:
                raise Refused(
                    "phone_in_clear",
                    "%(field)s holds a mobile number, and would keep it in clear for good. It "
                    "belongs in the person's own field, which is sealed. Nothing was saved.",
                    field=field,
                )


def _texts(value: Any, key: str) -> Iterator[tuple[str, str]]:
    """Every text in a value, with the innermost key that it stands under."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name), key
            yield from _texts(inner, str(name))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner, key)
    elif value is not None:
        yield str(value), key


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
    for part in _chunks(rows, chunk):
        run = act.bulk.setdefault(model, bytearray())
        salts = salts_for(part, act.salts)
        told = []
        for row in part:
            _stamp(row, act)
            values = values_of(row)
            refuse_numbers_in(model, values)
            run += key_bytes(row.pk) + digest_of_values(row, values, salts, act.suite)
            told.append(values)
        given = Given(connections[DEFAULT_DB_ALIAS], columns_of(model))
        write_lines(model, map(given.line, told))
        count += len(part)
    note_fields(act, model)
    return count


def note_fields(act: Act, model: type[models.Model]) -> None:
    """Remember that rows with all columns of a table were written."""
    act.fields.setdefault(str(model._meta.model_name), set()).update(
        f.name for f in model._meta.concrete_fields if f.name not in _BOOKKEEPING
    )


def _chunks(rows: Iterable[L], size: int) -> Iterable[list[L]]:
    part: list[L] = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part


def write_lines(
    model: type[models.Model], lines: Iterable[Sequence[Any]], *, table: str = ""
) -> None:
    """Write rows by the driver's own bulk path, given as it takes them, column after column.

    ``table``: another one of the same columns.
    """
    columns, table = columns_named(model), table or model._meta.db_table
    written(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as into:
                for line in lines:
                    into.write_row(line)
            return
        marks = f"({', '.join(['%s'] * len(model._meta.concrete_fields))})"
        insert = f'INSERT INTO "{table}" ({columns}) VALUES '
        for many in _chunks(lines, _TOGETHER * 50):
            whole = len(many) - len(many) % _TOGETHER
            cursor.executemany(insert + ", ".join([marks] * _TOGETHER), [
                list(chain.from_iterable(many[at : at + _TOGETHER]))
                for at in range(0, whole, _TOGETHER)
            ])  # fmt: skip
            cursor.executemany(insert + marks, cast(Any, many[whole:]))


#: Rows that one statement writes on SQLite: it lays each page that a statement touches aside, in
#: case a trigger refuses what is written, and would do so for every row.
_TOGETHER = 50


def columns_named(model: type[models.Model]) -> str:
    """The columns of a table, as a statement names them."""
    return ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields)


class Given:
    """Settled values as a driver takes them; what is the same in many rows is adapted once."""

    def __init__(self, to: Any, columns: Sequence[tuple[str, type | None, Any]]) -> None:
        self.to = to
        self.columns = [(*column, column[1] in AS_THEY_ARE) for column in columns]
        self.hexed = not to.features.has_native_uuid_field
        self.adapted: dict[tuple[str, Any], Any] = {}

    def line(self, values: Mapping[str, Any]) -> list[Any]:
        """The values of one row in the order of the columns."""
        return [
            value
            if (value := values[name]) is None or as_it_is
            else self.value(value, plain, field)
            for name, plain, field, as_it_is in self.columns
        ]

    def value(self, value: Any, plain: type | None, field: Any) -> Any:
        """One value that its driver takes in another form."""
        if plain is UUID:
            return f"{value.int:032x}" if self.hexed else value
        if plain is None:
            return field.get_db_prep_save(value, self.to)
        key = field.name, value
        if key not in self.adapted:
            self.adapted[key] = field.get_db_prep_save(value, self.to)
        return self.adapted[key]


#: What a driver takes as it is.
AS_THEY_ARE = frozenset((str, int, bool, bytes))


def correct(row: F, **changes: Any) -> F:
    """Replace what was believed: the old row stays, superseded; the key stays with the new one."""
    stands = _hold(row)
    if names := _really(row, changes):
        _replace(row, stands, changes, names)
    return row


def _hold(row: F) -> F:
    """The row as it stands, held against other writers until the end; ``row`` is brought up to it.

    So of two who change different fields of one record at the same time, neither loses anything.
    """
    stands = type(row)._base_manager.select_for_update().get(pk=row.pk)
    if stands.superseded_at is not None:
        refuse_replaced()
    for column in row._meta.concrete_fields:
        setattr(row, column.attname, getattr(stands, column.attname))
    current_act().after(stands)
    return stands


def refuse_replaced() -> NoReturn:
    """Refuse what is done to a record that somebody else changed meanwhile."""
    raise Refused(
        "not_believed_any_more",
        "This record was replaced or taken back meanwhile; look at it again. Nothing was changed.",
    )


def _really(row: models.Model, changes: Mapping[str, Any]) -> list[str]:
    def same(name: str, value: Any) -> bool:
        column = cast("models.Field[Any, Any]", row._meta.get_field(name))
        return bool(settled(column, getattr(row, column.attname)) == settled(column, _key(value)))

    return [name for name, value in changes.items() if not same(name, value)]


def _key(value: Any) -> Any:
    if isinstance(value, Fact):
        return value.fact_key
    return value.pk if isinstance(value, models.Model) else value


def _replace(row: Fact, stands: Fact, changes: Mapping[str, Any], names: Iterable[str]) -> None:
    act = current_act()
    _keep_superseded(stands, act)
    for name, value in changes.items():
        setattr(row, name, value)
    _fit(row)
    refuse_numbers_in(type(row), {name: changes[name] for name in names if name in changes})
    row.recorded_at, row.event_id = act.event.at, act.event.id
    row.save(update_fields=[*names, *with_grain(row), "recorded_at", "event"])
    act.touch(row, *names)


def _keep_superseded(stands: Fact, act: Act) -> None:
    if stands.event_id == act.event.id:
        return  # written by this very action: nobody ever knew it otherwise
    old = copy.copy(stands)
    old.id, old._state = clock.new_id(), copy.copy(stands._state)
    old.superseded_at, old.superseded_by_id = act.event.at, act.event.id
    old.save(force_insert=True)
    act.touch(old)


def change_from(row: S, day: dt.date, **changes: Any) -> S:
    """Let something be otherwise from a day on: what was so before that day stays so.

    Entered late, it holds until the day from which the same field was already known to be
    otherwise again.
    """
    _hold(row)
    spans = _spans_from(row, day)
    if not spans:
        raise Refused(
            "ended_before",
            "This ended on %(ended)s; it cannot be otherwise from %(day)s on.",
            ended=row.ended,
            day=day,
        )
    left, said = dict(changes), [_values(span, changes) for span in spans]
    for number, span in enumerate(spans):
        if number:
            left = {n: v for n, v in left.items() if said[number][n] == said[number - 1][n]}
        change_span(row if span.pk == row.pk else span, day, **left)
    return row


def _spans_from(row: S, day: dt.date) -> list[S]:
    """What is believed of the same fact on that day and after, oldest first."""
    rows = type(row)._base_manager.select_for_update().filter(fact=row.fact_key)
    lasting = models.Q(ended__isnull=True) | models.Q(ended__gte=day)
    return list(rows.filter(lasting, superseded_at__isnull=True).order_by("began"))


def _values(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    columns = {n: cast("models.Field[Any, Any]", row._meta.get_field(n)) for n in names}
    return {n: settled(c, getattr(row, c.attname)) for n, c in columns.items()}


def change_span(row: S, day: dt.date, **changes: Any) -> S:
    """Let one span alone be otherwise from a day on, whatever is known of the days after it."""
    stands = _hold(row)
    names = _really(row, changes)
    if not names:
        return row
    if day <= row.began:
        _replace(row, stands, changes, names)
        return row
    act = current_act()
    _replace(row, stands, {**changes, "began": day}, [*names, "began"])
    before = stands
    before.id, before.ended = clock.new_id(), day - dt.timedelta(days=1)
    before.recorded_at, before.event_id = act.event.at, act.event.id
    before.save(force_insert=True)
    act.touch(before)
    return row


def end(row: S, day: dt.date, **changes: Any) -> S:
    """Close a span: ``day`` is its last day."""
    _hold(row)
    if day < row.began:
        raise Refused(
            "ends_before_it_began",
            "The last day %(day)s lies before the first day %(began)s.",
            day=day,
            began=row.began,
        )
    return correct(row, ended=day, **changes)


def withdraw(row: F) -> F:
    """Take back what was entered wrongly: it is not believed any more, and leaves no follower.

    With it go the earlier spans of the same fact.
    """
    act = current_act()
    _hold(row)
    rows = type(row)._base_manager.select_for_update().filter(fact=row.fact_key)
    for stands in rows.filter(superseded_at__isnull=True):
        gone = row if stands.pk == row.pk else stands
        gone.superseded_at, gone.superseded_by_id = act.event.at, act.event.id
        gone.save(update_fields=["superseded_at", "superseded_by"])
        act.touch(gone, "superseded_at")
    return row
