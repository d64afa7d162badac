"""Whom the rows of a list may mean: looked up on record in a few questions, however long it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any
from uuid import UUID

from bangfu.intake.answers import NAMES
from bangfu.intake.cells import Row
from bangfu.intake.differences import OPENED, agree
from bangfu.ledger import vault
from bangfu.ledger.access import opens
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.person import holders_of
from bangfu.ledger.keys import SubjectKey
from bangfu.ledger.models import Household, Person, Place, Subject
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.household import latest_verdicts
from bangfu.programmes.kinds import Label

#: So many are asked for at once by their keys or their places.
_FEW = 200
#: What is compared by opening it, as a row names it.
_SEALED = frozenset(f"{kind}.{key}" for kind in ("person", "household") for key in OPENED)


class OnRecord:
    """The persons and households that an account may open and that the rows of a list may mean."""

    def __init__(self, by: By, on: dt.date) -> None:
        self.by, self.on = by, on
        self.indexed: Mapping[str, bytes] = {}
        self.holders: dict[bytes, list[UUID]] = {}
        self.people: dict[UUID, Person] = {}
        #: Who of them lives in which household.
        self.living: dict[UUID, set[UUID]] = {}
        self.homes: dict[UUID, Household] = {}
        self.names: dict[UUID, Subject] = {}
        self.named: dict[tuple[str, str], list[Subject]] = {}
        self.sealed, self.keys = False, dict[UUID, SubjectKey]()
        self.stands: dict[UUID, dict[str, str]] = {}

    def look_up(self, read: Sequence[Row], places: Sequence[Place | None] = ()) -> None:
        """Everybody whom the rows may mean, in a few questions; who was looked up before is let go.

        ``places``: where each row belongs; who bears its name elsewhere is not meant by it.
        """
        for held in (self.holders, self.people, self.living, self.homes, self.names, self.named,
                     self.keys, self.stands):  # fmt: skip
            held.clear()
        self.sealed = any(not _SEALED.isdisjoint(row.told) or _masked(row) for row in read)
        told = (row.text("person.identity") for row in read)
        self.indexed = vault.indexes("identity", filter(None, told))
        for part in parts(self.indexed.values()):
            self.holders |= holders_of(part)
        for subject in self._bearing(_whereabouts(read, places)):
            self.named.setdefault((subject.kind, subject.name), []).append(subject)
        found = {key for keys in self.holders.values() for key in keys}
        found |= {row.key for row in read if row.key is not None}
        self._open_ones(found)
        self.names |= {s.fact: s for subjects in self.named.values() for s in subjects}
        self._sheets(self.names)
        their = {person.household_id for person in self.people.values()} - {None, *self.names}
        self._open_ones(their)
        self._sheets(their)

    def _bearing(self, where: Mapping[str, set[UUID | None]]) -> Iterator[Subject]:
        """Who bears one of some names in one of its places.

        They are asked for place by place: a name that the whole county bears is not read from it.
        """
        anywhere = sorted(name for name, places in where.items() if None in places)
        for part in parts(anywhere):
            yield from self._open().filter(name__in=part, ended__isnull=True).iterator()
        pairs = sorted(
            ((place, name) for name, places in where.items() if None not in places
             for place in places if place is not None),
        )  # fmt: skip
        for some in parts(pairs, 2 * _FEW):
            names, theirs = {name for _, name in some}, {place for place, _ in some}
            rows = self._open().filter(name__in=names, place__in=theirs, ended__isnull=True)
            asked = set(some)
            yield from (s for s in rows.iterator() if (s.place_id, s.name) in asked)

    def _open_ones(self, keys: Iterable[UUID | None]) -> None:
        """Those of some persons and households that the account may open.

        A few at a time: of many, SQLite would rather look at everybody.
        """
        for part in parts(keys, _FEW):
            rows = self._open().filter(pk__in=part, ended__isnull=True)
            self.names |= {subject.fact: subject for subject in rows}

    def _open(self) -> Any:
        """The persons and households that the account may open."""
        rows = Subject.objects.current().filter(kind__in=("person", "household"))
        if self.by.user is None:
            return rows
        return opens(self.by.user, VOCABULARY["person"], rows.filter(kind="person")) | opens(
            self.by.user, VOCABULARY["household"], rows.filter(kind="household")
        )

    def _sheets(self, keys: Iterable[UUID | None]) -> None:
        for part in parts(keys):
            standing = {"fact__in": part, "ended__isnull": True}
            for person in Person.objects.current().filter(**standing):
                self.people[person.fact_id] = person
                if person.household_id is not None:
                    self.living.setdefault(person.household_id, set()).add(person.fact_id)
            self.homes |= {h.fact_id: h for h in Household.objects.current().filter(**standing)}
            for key, what, told in latest_verdicts(part, self.on):
                self.stands.setdefault(key, {})[what] = told
            if self.sealed:
                self.keys.update(vault.keys_of(filter(None, part)))

    def headed_by(self, name: str, place: Place | None) -> list[Subject]:
        """The households on record whose head bears a name, though they are called otherwise."""
        heads = [
            self.people[s.fact]
            for s in self.named.get(("person", name), ())
            if s.fact in self.people and (place is None or s.place_id == place.fact)
        ]
        keys = {p.household_id for p in heads if self.is_head(p)}
        return [self.names[key] for key in keys if key in self.names]

    def is_head(self, person: Person) -> bool:
        """Whether somebody is the head of the household on record."""
        home = self.homes.get(person.household_id) if person.household_id else None
        return person.relation == "head" or (home is not None and home.head_id == person.fact_id)

    def head_of(self, home: Subject) -> Person | None:
        """The head of a household, among those whom the rows may mean."""
        living = (self.people[key] for key in self.living.get(home.fact, ()))
        return next(filter(self.is_head, living), None)

    def agree(self, row: Row, subject: Subject | None) -> Subject | None:
        """Who is meant; what says less than their record is no doubt any more.

        A household is told by the number of its head.
        """
        held = self.people.get(subject.fact) or self.head_of(subject) if subject else None
        if held is not None:
            agree(row, held, self.keys)
        return subject

    def described(self, subject: Subject) -> Label:
        """Somebody on record, as told from others of the same name: birth and household."""
        held = self.people.get(subject.fact)
        birth = held.birth.isoformat() if held and held.birth else ""
        home = self.names.get(held.household_id) if held and held.household_id else None
        zh = [subject.name, f"{birth}出生" if birth else "", f"在“{home.name}”户" if home else ""]
        en = [subject.name, f"born {birth}" if birth else "", f"of {home.name}'s" if home else ""]
        return Label("，".join(filter(None, zh)), ", ".join(filter(None, en)))


def _whereabouts(
    read: Sequence[Row], places: Sequence[Place | None]
) -> dict[str, set[UUID | None]]:
    """Of everybody whom rows name in which places; ``None``: it is not said."""
    found: dict[str, set[UUID | None]] = {}
    for row, place in zip_longest(read, places):
        for name in named_in(row):
            found.setdefault(name, set()).add(place.fact if place else None)
    return found


def named_in(row: Row) -> set[str]:
    """Everybody whom a row names; several in one cell are parted."""
    told = (row.text(target) for target in NAMES if target in row.told)
    return {name for text in told for name in text.split("、")} - {""}


def _masked(row: Row) -> bool:
    """Whether a number of a row shows only its end."""
    return any(said.state == "unknown" for said in row.told.values())


def index_of(kind: str, clear: str) -> bytes | None:
    """The index under which a number is found; none for a blank."""
    return vault.index(kind, clear)


def parts(items: Iterable[Any], size: int = 500) -> Iterator[list[Any]]:
    listed = list(items)
    for at in range(0, len(listed), size):
        yield listed[at : at + size]
