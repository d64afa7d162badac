"""Where and when a condition is read: on which day, known at what time, with which names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol
from uuid import UUID

from django.db.models import F, OuterRef

from bangfu.ledger.conditions.verdict import Unsayable
from bangfu.ledger.moment import Moment
from bangfu.programmes.kinds import Kind, Label


@dataclass(frozen=True, slots=True)
class EventDay:
    """The day of an event that stands so many subqueries further out."""

    depth: int = 1

    def deeper(self) -> EventDay:
        """The same day as seen from one subquery further in."""
        return EventDay(self.depth + 1)

    def expression(self) -> Any:
        """The reference by which a query names that day."""
        found: Any = "date"
        for _ in range(self.depth):
            found = OuterRef(found)
        return found


Day = dt.date | EventDay


def _deeper(day: Day) -> Day:
    return day.deeper() if isinstance(day, EventDay) else day


def expression_of(day: Day) -> Any:
    """A day as a query names it."""
    return day.expression() if isinstance(day, EventDay) else day


class Meaning(Protocol):
    """What the names of one programme stand for; handed in by whoever asks."""

    def programme_key(self) -> UUID:
        """The programme whose classes, pairings and enrolments are meant."""

    def sort_of(self, name: str) -> str:
        """The section in which a name stands (``list``, ``enrol``, ``class`` …), or nothing."""

    def listed(self, name: str) -> tuple[tuple[str, ...], Mapping[str, Any]]:
        """What a list is of, and the condition it adds."""

    def record_of(self, name: str) -> Kind | None:
        """One record of a list or activity as a kind, with the questions that were asked."""

    def class_required(self, name: str) -> bool:
        """Whether everybody sorted by a scheme must have a class."""

    def class_words(self, name: str) -> tuple[Label, Mapping[str, Label]]:
        """What a way to sort and its options are called; Unsayable if it allows several at once."""

    def value_on(self, name: str, day: dt.date) -> Any:
        """A dated value on a day; None before its first day."""

    def entry_of(self, name: str) -> Any:
        """A checklist or a workflow as the file says it."""

    def steps_of(self, name: str) -> Iterable[tuple[dt.date, Any]]:
        """A dated value by its first days, oldest first."""


class NoNames:
    """A meaning without a programme: conditions over kinds and fields alone."""

    def programme_key(self) -> UUID:
        raise Unsayable("no programme was named")

    def sort_of(self, name: str) -> str:
        return ""

    def listed(self, name: str) -> tuple[tuple[str, ...], Mapping[str, Any]]:
        raise Unsayable(f"there is no list named {name}")

    def record_of(self, name: str) -> Kind | None:
        return None

    def class_required(self, name: str) -> bool:
        return False

    def class_words(self, name: str) -> tuple[Label, Mapping[str, Label]]:
        raise Unsayable(f"there is no way to sort named {name}")

    def value_on(self, name: str, day: dt.date) -> Any:
        raise Unsayable(f"there is no dated value named {name}")

    def entry_of(self, name: str) -> Any:
        raise Unsayable(f"there is no checklist and no workflow named {name}")

    def steps_of(self, name: str) -> Iterable[tuple[dt.date, Any]]:
        raise Unsayable(f"there is no dated value named {name}")


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a condition stands: whose names it uses and on which day it is read.

    ``own`` is the day at this level, ``inner`` the day one subquery further in. ``this`` is the
    kind of the record outside, if tied records are spoken of, and how many subqueries further out
    it stands.
    """

    meaning: Meaning
    known_at: dt.datetime | None
    own: Day
    inner: Day
    this: tuple[Kind, int] | None = None

    @classmethod
    def at(cls, moment: Moment, meaning: Meaning, kind: Kind) -> Scope:
        """The scope of a list of that kind, read at a moment."""
        inner = EventDay() if kind.nature == "event" else moment.on
        return cls(meaning, moment.known_at, moment.on, inner)

    def row_day(self) -> Any:
        """The day of the row itself: for an event its own, else the day that is asked about."""
        if isinstance(self.own, EventDay):
            return self.own.expression()
        return F("date") if self.inner == EventDay() else self.own

    def within(self, kind: Kind) -> Scope:
        """The scope inside a subquery over records of another kind."""
        inner = EventDay() if kind.nature == "event" else _deeper(self.inner)
        return replace(self, own=self.inner, inner=inner, this=self.further())

    def further(self) -> tuple[Kind, int] | None:
        """The record outside, as seen from one subquery further in."""
        return (self.this[0], self.this[1] + 1) if self.this else None


def below(scope: Scope) -> Scope:
    """The scope of what stands beside a row of the scope, one subquery further in."""
    return replace(scope, own=scope.inner, inner=_deeper(scope.inner), this=scope.further())


def further_in(scope: Scope) -> Scope:
    """The scope with one subquery more between it and what stands within."""
    return replace(scope, inner=_deeper(scope.inner), this=scope.further())
