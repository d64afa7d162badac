"""A whole county is taken over at once: prepared records, one event, the driver's own bulk path.

Only the server's operator does this (no role may), with records that were checked before. What is
written is what the single actions would have written: each person with a salt and sealed numbers,
a sheet, a household, and what a programme decided; and the journal holds a digest of every row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import models

from bangfu.ledger import clock, keys, vault
from bangfu.ledger.access import require
from bangfu.ledger.actions.event import Act, By, Refused, action, current_act, insert_many
from bangfu.ledger.actions.person import holders_of
from bangfu.ledger.actions.subject import sort_key_of
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import (
    Activity,
    Class,
    Enrolment,
    Household,
    Need,
    Pairing,
    Participant,
    Person,
    Post,
    Programme,
    Subject,
    SubjectKey,
)
from bangfu.ledger.moment import Moment

#: Households whose rows are made and written together.
TOGETHER = 1500


@dataclass(frozen=True, slots=True)
class Member:
    """One person. ``sheet``: columns in clear, ``identity`` and ``phone`` among them, checked.

    ``enrolled``: entries of the programme with their first days; ``classes``: scheme, class and
    first day; ``helped_by``: helper, pairing entry and first day; ``post``: columns of a post.
    """

    key: UUID
    name: str
    sheet: Mapping[str, Any]
    enrolled: Sequence[tuple[str, dt.date]] = ()
    classes: Sequence[tuple[str, str, dt.date]] = ()
    helped_by: Sequence[tuple[UUID, str, dt.date]] = ()
    post: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """A household with its members, the head first; ``place`` is the key of a place."""

    place: UUID
    members: Sequence[Member]


@dataclass(frozen=True, slots=True)
class Deed:
    """An activity and the need that was raised there, if any; ``need`` holds its columns."""

    kind: str
    on: dt.date
    place: UUID
    who: Sequence[UUID]
    whom: Sequence[UUID]
    columns: Mapping[str, Any] = field(default_factory=dict)
    need: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """Somebody whose identity number another one has: the keys of both, never the number."""

    person: UUID
    holder: UUID


#: Parents before what points at them.
_ORDER: tuple[type[models.Model], ...] = (
    Subject, SubjectKey, Household, Person, Post, Enrolment, Class, Pairing, Activity,
    Participant, Need,
)  # fmt: skip
_Rows = dict[type[models.Model], list[Any]]


@action("bulk.people")
def people(
    *,
    by: By,
    homes: Iterable[Home],
    on: dt.date,
    source: str,
    programme: Programme | None = None,
    told: Callable[[Shared], None] | None = None,
) -> int:
    """Register households with all their members, as collected on a day; how many persons.

    ``told`` hears of each identity number that somebody else has already, on record or further up;
    both stand then, to be cleared up. Without anybody to hear of it, all is refused.
    """
    require(by.user, "bulk.people")
    count, making = 0, _Making(current_act(), on, source, programme)
    for part in _parts(homes):
        rows: _Rows = {model: [] for model in _ORDER}
        for home in part:
            making.home(home, rows)
        for shared in _shared(rows[Person]):
            _tell(shared, told)
        count += sum(len(home.members) for home in part)
        _write(rows)
    return count


def _shared(sheets: Sequence[Person]) -> Iterator[Shared]:
    """Whose identity number somebody has who is on record or stands before them."""
    numbered = [(bytes(s.identity_index), s.fact_id) for s in sheets if s.identity_index]
    holders = holders_of({index for index, _ in numbered})
    for index, key in numbered:
        has = holders.setdefault(index, [])
        if has:
            yield Shared(key, has[0])
        has.append(key)


def _tell(shared: Shared, told: Callable[[Shared], None] | None) -> None:
    if told is None:
        raise Refused(
            "number_taken",
            "An identity number in this table is on record for somebody else, or stands in it "
            "twice (%(one)s, %(other)s). Nothing was entered.",
            one=shared.person,
            other=shared.holder,
        )
    told(shared)


@action("bulk.deeds")
def deeds(*, by: By, deeds: Iterable[Deed], programme: Programme) -> int:
    """Record activities with those who took part, and what needs they found; how many."""
    require(by.user, "bulk.deeds")
    count = 0
    for part in _parts(deeds):
        rows: _Rows = {model: [] for model in _ORDER}
        for deed in part:
            _deed(deed, programme, rows)
        count += len(part)
        _write(rows)
    return count


def _parts(items: Iterable[Any]) -> Iterator[list[Any]]:
    told = iter(items)
    while part := list(islice(told, TOGETHER)):
        yield part


def _write(rows: _Rows) -> None:
    for model, made in rows.items():
        if made:
            insert_many(model, made)


@lru_cache(maxsize=50_000)
def _sort_key(name: str, kind: str) -> str:
    return sort_key_of(name, kind)


class _Making:
    """What all rows of one take-over share."""

    def __init__(self, act: Act, on: dt.date, source: str, programme: Programme | None) -> None:
        self.act, self.on, self.source, self.programme = act, on, source, programme
        self.ring = vault.keyring()
        self.meaning = Meaning.of(programme, Moment(on)) if programme else None

    def subject(self, kind: str, key: UUID, name: str, place: UUID, rows: _Rows) -> None:
        """A subject and the salt of its key."""
        salt = keys.new_salt()
        self.act.salts[key] = salt
        made = Subject(id=key, fact=key, kind=kind, name=name, place_id=place, began=self.on)
        made.sort_key = _sort_key(name, kind)
        rows[Subject].append(made)
        rows[SubjectKey].append(SubjectKey(subject_id=key, salt=salt))

    def home(self, home: Home, rows: _Rows) -> None:
        """A household that is called by its head, and its members."""
        key, head = clock.new_id(), home.members[0]
        self.subject("household", key, head.name, home.place, rows)
        sheet = Household(fact_id=key, head_id=head.key, size=len(home.members), began=self.on)
        sheet.source = self.source
        rows[Household].append(sheet)
        for member in home.members:
            self.member(member, key, home.place, rows)

    def member(self, member: Member, household: UUID, place: UUID, rows: _Rows) -> None:
        """A person with a sheet, a post, and what the programme decided."""
        self.subject("person", member.key, member.name, place, rows)
        sheet = self.sealed(member)
        made = Person(fact_id=member.key, began=self.on, source=self.source, **sheet)
        made.household_id = household
        rows[Person].append(made)
        if member.post:
            rows[Post].append(Post(person_id=member.key, **member.post))
        self.decided(member, rows)

    def sealed(self, member: Member) -> dict[str, Any]:
        """The columns of a sheet, its numbers sealed and indexed."""
        columns = dict(member.sheet)
        key = keys.SubjectKey(self.ring, member.key, self.act.salts[member.key])
        for name in ("identity", "phone"):
            clear = columns.pop(name, "")
            if clear:
                columns[name] = key.seal(name, clear)
                columns[f"{name}_index"] = self.ring.index(name, clear)
        return columns

    def decided(self, member: Member, rows: _Rows) -> None:
        """Enrolments, classes and pairings of one person."""
        for name, on in member.enrolled:
            rows[Enrolment].append(self.under(Enrolment, name, on, subject_id=member.key))
        for name, option, on in member.classes:
            row = self.under(Class, name, on, subject_id=member.key, option=option)
            row.single = bool(self.meaning and self.meaning.class_single(name))
            rows[Class].append(row)
        for helper, name, on in member.helped_by:
            row = self.under(Pairing, name, on, subject_id=member.key, helper_id=helper)
            row.helper_single, row.subject_single = self.single(name)
            rows[Pairing].append(row)

    def under(self, model: type[Any], name: str, on: dt.date, **columns: Any) -> Any:
        """A row that one entry of the programme wrote."""
        assert self.programme is not None
        return model(programme_id=self.programme.fact_key, name=name, began=on, **columns)

    def single(self, name: str) -> tuple[bool, bool]:
        """Whether helper and subject may have one partner at a time."""
        assert self.meaning is not None
        rule = self.meaning.pairing(name)
        helper, subject = (1 in (s.exactly, s.at_most) for s in (rule.helper, rule.subject))
        return helper, subject


def _deed(deed: Deed, programme: Programme, rows: _Rows) -> None:
    of = programme.fact_key
    made = Activity(kind=deed.kind, date=deed.on, place_id=deed.place, programme_id=of)
    for name, value in deed.columns.items():
        setattr(made, name, value)
    rows[Activity].append(made)
    for part, people in (("who", deed.who), ("whom", deed.whom)):
        for key in people:
            rows[Participant].append(Participant(activity=made, subject_id=key, part=part))
    if deed.need is not None:
        need = Need(subject_id=deed.whom[0], date=deed.on, programme_id=of, raised_at=made)
        for name, value in deed.need.items():
            setattr(need, name, value)
        rows[Need].append(need)
