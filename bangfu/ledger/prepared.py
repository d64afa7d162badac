"""What pages ask again and again, with other keys in it, is put in SQL once.

Of a page's time Django spends the most in putting together questions that differ in keys alone,
and PostgreSQL in planning them. Here such a question is compiled once, with keys that nobody bears
in the places of the keys; afterwards the real ones are laid into these places.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import QuerySet, UUIDField

from bangfu.ledger.once import remembering

#: More keys than this at once are a download, whose question is put together for itself.
MOST = 64
#: How many questions are kept, of all accounts together: each holds some fifty kilobytes.
_QUESTIONS = 1500


@dataclass(frozen=True, slots=True)
class Question:
    """A question that differs in keys alone.

    ``what`` tells it from all others: all on which depends what is asked, but the keys, is named
    there, the day and the rights of the reader too. ``build`` puts it together for some keys and
    asks the database nothing meanwhile: what it needs of it was looked up for ``what``.
    ``small``: it stands on so few rows that one plan is as good for all values as any.
    """

    what: Hashable
    build: Callable[[list[UUID]], QuerySet[Any, Any]] = field(compare=False)
    small: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Keyed:
    """Rows that are named by their keys: ``build`` finds them, ``what`` tells how."""

    what: Hashable
    build: Callable[[list[UUID]], QuerySet[Any, Any]]
    keys: Sequence[UUID]


def asked(question: Question, keys: Iterable[UUID] = ()) -> list[Any]:
    """The rows of a question for some keys, as its queryset gives them; a key counts once.

    Outside of a page it is put together for itself.
    """
    distinct = [*dict.fromkeys(keys)]
    if len(distinct) > MOST or not remembering():
        return list(question.build(distinct))
    put = _put(question, _room_for(len(distinct)))
    return put.rows(distinct, kept=bool(distinct) or question.small) if put else []


def asked_of_keys(question: Question, keys: Sequence[UUID]) -> list[Any]:
    """The same; without keys nothing is asked."""
    return asked(question, keys) if keys else []


def _room_for(number: int) -> int:
    """How many keys the question has places for: few sizes, so that few texts are planned."""
    return 1 << (number - 1).bit_length() if number else 0


_KEY: UUIDField[Any, Any] = UUIDField()


def _held(keys: Iterable[UUID]) -> list[Any]:
    """Keys as the database holds them."""
    return [_KEY.get_db_prep_value(key, connection) for key in keys]


@dataclass(frozen=True, slots=True)
class _Put:
    """A question in SQL: its text, its values, and the places of the keys among them."""

    asking: Any
    compiler: Any
    sql: str
    values: tuple[Any, ...]
    #: The place among the values, and the number of the key that it takes.
    places: tuple[tuple[int, int], ...]

    def rows(self, keys: Sequence[UUID], *, kept: bool) -> list[Any]:
        """What it answers for some keys; ``kept``: the database keeps its plan."""
        values, held = list(self.values), _held(keys)
        for place, number in self.places:
            # Where there are fewer keys than places, the last one stands in the rest.
            values[place] = held[min(number, len(held) - 1)]
        compiler = copy.copy(self.compiler)
        compiler.connection = connections[self.asking.db]
        compiler.as_sql = lambda: (self.sql, tuple(values))
        with planned() if kept else nullcontext():
            return list(self.asking._iterable_class(_Asking(self.asking, compiler)))


class _Asking:
    """What Django reads of a queryset whose rows it fetches, with the SQL that there is already."""

    def __init__(self, asking: Any, compiler: Any) -> None:
        self.db, self.model = asking.db, asking.model
        self._known_related_objects: dict[Any, Any] = {}
        self._fields = asking._fields
        self.query = copy.copy(asking.query)
        self.query.get_compiler = lambda *_, **__: compiler


def planned() -> AbstractContextManager[None]:
    """PostgreSQL keeps the plan of what is asked within; SQLite plans in no time.

    Only of what finds rows by keys: whether a day or a place selects few rows or most of them, a
    plan for values that are not known cannot tell.
    """
    keeps: Callable[[], AbstractContextManager[None]] = getattr(connection, "planned", nullcontext)
    return keeps()


def _nobody(number: int) -> UUID:
    """A key that no record bears: keys are ordered by time, and this one lies before all of it."""
    return UUID(int=(0xBA << 16) + number)


@lru_cache(_QUESTIONS)
def _put(question: Question, room: int) -> _Put | None:
    """A question with places for some keys in SQL; None where nothing can answer it."""
    nobody = [_nobody(number) for number in range(room)]
    with connection.execute_wrapper(_asks_nothing):
        rows: Any = question.build(nobody)
        if rows._prefetch_related_lookups:
            raise TypeError("a prepared question fetches no further rows")
        compiler: Any = rows.query.get_compiler(using=rows.db)
        try:
            sql, values = compiler.as_sql()
        except EmptyResultSet:
            return None
    numbers = {key: number for number, key in enumerate(_held(nobody))}
    places = [
        (place, numbers[value])
        for place, value in enumerate(values)
        if isinstance(value, str | UUID) and value in numbers
    ]
    return _Put(rows, compiler, sql, tuple(values), tuple(places))


def _asks_nothing(*_: object) -> Any:
    raise TypeError("a prepared question asks the database nothing while it is put together")
