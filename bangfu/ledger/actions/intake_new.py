"""Households and persons that a list brings in, written by the driver's bulk path.

They are written as single actions would write them. What takes computing (keys, sealing, digests)
may be done before the transaction: see decision 0034.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from bangfu.ledger import clock, keys
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions import assurance as assurances
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions.event import By, current_act, refuse_numbers
from bangfu.ledger.actions.insert_values import insert_values
from bangfu.ledger.actions.person import columns_of
from bangfu.ledger.actions.subject import sort_key_of
from bangfu.ledger.models import Assurance, Household, Person, Place, Subject, SubjectKey

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NewHome:
    """A household to be registered under a key that its members name already."""

    key: UUID
    name: str
    place: Place | None
    sheet: Mapping[str, Any] = field(default_factory=dict)
    head: UUID | None = None
    verdicts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be registered; ``home`` is the key of a household, new or on record."""

    key: UUID
    name: str
    place: Place | None
    sheet: Mapping[str, Any] = field(default_factory=dict)
    home: UUID | None = None


class New:
    """The new households and persons of one list, as collected on a day from a source."""

    def __init__(
        self, homes: Sequence[NewHome], people: Sequence[NewPerson], on: dt.date, source: str
    ) -> None:
        self.homes, self.people, self.on, self.source = homes, people, on, source
        #: The indexes of the identity numbers that are given, once they are written.
        self.numbers: set[bytes] = set()
        self.asks = dict(self._asks())

    def _asks(self) -> Iterator[tuple[tuple[Any, ...], UUID]]:
        """What is to be asked, each with one whom it is about.

        What one account may do is the same for all who come to one place and one household.
        """
        brought = {home.key for home in self.homes}
        for home in self.homes:
            yield ("household.register", home.place), home.key
            if home.verdicts:
                yield ("assurance.judge", None), home.key
        for new in self.people:
            about = (new.home,) if new.home and new.home not in brought else ()
            yield ("person.register", new.place, *about), new.key

    def ask(self, by: By) -> None:
        """Whether the account may bring them in, before anything is written."""
        for verb, place, *about in self.asks:
            require(by.user, verb, *about, place=place)

    def check(self, by: By) -> None:
        """Whether what was written lies inside what the account was granted."""
        for (verb, *_), key in self.asks.items():
            require_written(by.user, verb, key)

    def make(self) -> None:
        """All their rows, written or laid ready as the act under way has it.

        Whoever is named by a sheet stands before it: SQLite would look for who waits for whom.
        """
        self._subjects_of("household", self.homes)
        self._subjects_of("person", self.people)
        for homes in parts(self.homes):
            insert_values(Household, [self._home(home) for home in homes])
        judged = [
            line for home in self.homes
            for line in assurances.lines_of(home.key, home.verdicts, self.on, self.source)
        ]  # fmt: skip
        if judged:
            refuse_numbers("evidence", self.source)
            insert_values(Assurance, judged)
        for people in parts(self.people):
            sheets = [self._person(new) for new in people]
            if current_act().ready_at is None:
                self.numbers |= {i for sheet in sheets if (i := sheet.get("identity_index"))}
            insert_values(Person, sheets)
        if current_act().ready_at is not None:
            # What lies ready needs them no more, and the memory is needed.
            current_act().salts.clear()

    def _subjects_of(self, kind: str, made: Sequence[NewHome | NewPerson]) -> None:
        """All subjects of a kind, in the order of the largest index: SQLite takes half the time."""
        named = sorted((sort_key_of(one.name, kind), at) for at, one in enumerate(made))
        for some in parts(named):
            self._subjects(kind, [(key, made[at]) for key, at in some])

    def _subjects(self, kind: str, made: Sequence[tuple[str, NewHome | NewPerson]]) -> None:
        """The subjects of some rows, each with the salt of a key of its own."""
        subjects, salts, held = [], [], current_act().salts
        for (sort_key, one), salt in zip(made, keys.new_salts(len(made)), strict=True):
            subjects.append({
                "id": one.key, "fact": one.key, "kind": kind, "name": one.name,
                "began": self.on, "place_id": one.place.fact if one.place else None,
                "sort_key": sort_key,
            })  # fmt: skip
            held[one.key] = salt
            salts.append({"subject_id": one.key, "salt": salt})
        insert_values(Subject, subjects)
        insert_values(SubjectKey, salts)

    def _home(self, home: NewHome) -> dict[str, Any]:
        sheet = households.columns_of(home.key, dict(home.sheet.items()))
        return {**self._line(home.key), "head_id": home.head, **sheet}

    def _person(self, new: NewPerson) -> dict[str, Any]:
        act = current_act()
        # Of somebody new nothing was sealed before, and nothing will be again.
        key = keys.SubjectKey(act.ring, new.key, act.salts[new.key])
        sheet = columns_of(new.key, dict(new.sheet.items()), key)
        return {**self._line(new.key), "household_id": new.home, **sheet}

    def _line(self, key: UUID) -> dict[str, Any]:
        """What every sheet of the list says."""
        return {
            "id": clock.new_id(), "fact_id": key, "began": self.on, "source": self.source,
        }  # fmt: skip


#: Rows that are made and written together.
_TOGETHER = 1500


def parts(rows: Sequence[T], size: int = _TOGETHER) -> Iterator[Sequence[T]]:
    """Some rows at a time."""
    for at in range(0, len(rows), size):
        yield rows[at : at + size]
