"""A search for duplicates over everybody, or over those of a place: what it reads and writes.

Numbers are opened for the search alone, inside this process; nothing of them is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from bangfu.analysis.alike import folded, proposed, shapes
from bangfu.analysis.model import STEPS, Entry, Pair
from bangfu.ledger import vault
from bangfu.ledger.access import keys_inside, opens
from bangfu.ledger.actions import duplicate as duplicates
from bangfu.ledger.actions.duplicate import Proposed
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.subject import sort_key_of
from bangfu.ledger.divisions.readings import readings
from bangfu.ledger.models import Household, Person, Place, Subject, SubjectKey, User
from bangfu.ledger.vocabulary import VOCABULARY

#: Persons who are read together.
_TOGETHER = 1000
#: How sure it is that two households are one where their heads, or several members, may be.
_HOMES_SURE = {"home_head": 0.95, "home_members": 0.9}


def how_many(within: Place | None = None) -> int:
    """So many persons a search reads, and so many steps it takes besides."""
    return _persons(within).count() + STEPS


def search(
    *, by: By, within: Place | None = None, told: Callable[[int], None] = lambda done: None
) -> tuple[int, int]:
    """Look for duplicates and keep what was found: how many pairs there are, how many are new."""
    # The engine takes seconds and memory to load, which who only reads pages need not spend.
    from bangfu.analysis.linkage import pairs_among

    entries = list(_counted(entries_of(_persons(within)), told))
    pairs = pairs_among(entries, told=told)
    found = [*_persons_found(pairs), *_homes_found(pairs)]
    among = None
    if within is not None:
        homes = Person.objects.current().filter(fact__in=_persons(within).values("fact"))
        among = {entry.key for entry in entries} | set(homes.values_list("household", flat=True))
    return len(found), duplicates.propose(by=by, found=found, among=among)


def _counted(entries: Iterable[Entry], told: Callable[[int], None]) -> Iterator[Entry]:
    for entry in entries:
        told(1)
        yield entry


def _persons(within: Place | None) -> QuerySet[Subject]:
    """The persons on record today who are not erased."""
    keyed = SubjectKey.objects.filter(subject=OuterRef("fact"), salt__isnull=False)
    rows = Subject.objects.current().filter(Exists(keyed), kind="person", ended__isnull=True)
    return rows.filter(place__in=keys_inside(within)) if within is not None else rows


def entries_of(persons: QuerySet[Subject]) -> Iterator[Entry]:
    """Some persons as the search compares them."""
    columns = ("fact", "name", "sort_key", "place", "place__parent")
    rows = persons.order_by("pk").values_list(*columns)
    part: list[tuple[Any, ...]] = []
    for row in rows.iterator(chunk_size=_TOGETHER):
        part.append(row)
        if len(part) == _TOGETHER:
            yield from _entries(part)
            part = []
    yield from _entries(part)


def _entries(part: Sequence[tuple[Any, ...]]) -> Iterator[Entry]:
    keys = [row[0] for row in part]
    standing = Person.objects.current().filter(fact__in=keys, ended__isnull=True)
    sheets = {row.fact_id: row for row in standing.only("fact_id", "sex", "birth", "identity")}
    opened = vault.keys_of(keys)
    for key, name, sort_key, place, town in part:
        held = sheets.get(key) or Person()
        number = opened[key].open("identity", bytes(held.identity)) if held.identity else ""
        plain = folded(name)
        sound = sort_key if plain == name else sort_key_of(plain, "person")
        shape = plain.translate(_shapes())
        yield Entry(
            key, plain, sound, shape, held.birth, held.sex,
            _text(place), _text(town), number,
        )  # fmt: skip


def like(user: User, person: Subject) -> list[Subject]:
    """Those on record whom an account may open and who may be somebody just registered."""
    mine = next(entries_of(Subject.objects.filter(pk=person.fact)))
    sheets = Person.objects.current().filter(fact=OuterRef("fact"), ended__isnull=True)
    born = Q(Exists(sheets.filter(birth=mine.birth))) if mine.birth else Q(pk__in=[])
    sounds, there = Q(sort_key=person.sort_key), Q(place=person.place_id)
    others = _persons(None).exclude(pk=person.fact)
    rows = others.filter((sounds & there) | (born & (sounds | there)))
    near = opens(user, VOCABULARY["person"], rows)
    keys = [entry.key for entry in entries_of(near) if proposed(mine, entry)]
    return list(Subject.objects.filter(pk__in=keys).select_related("place").order_by("pk"))


def _text(key: UUID | None) -> str:
    return key.hex if key is not None else ""


@cache
def _shapes() -> Mapping[int, str]:
    return shapes(readings()["alike"]["groups"])


def _persons_found(pairs: Iterable[Pair]) -> Iterator[Proposed]:
    for pair in pairs:
        yield Proposed("person", pair.one, pair.other, pair.sure, " ".join(pair.codes))


# ------------------------------------------------------------------ households


def _homes_found(pairs: Sequence[Pair]) -> Iterator[Proposed]:
    """Households that may be one: by their heads, or by two of their members."""
    lives = _homes_of({key for pair in pairs for key in (pair.one, pair.other)})
    shared: Counter[tuple[UUID, UUID]] = Counter()
    heads: set[tuple[UUID, UUID]] = set()
    for pair in pairs:
        (one, heads_one), (other, heads_other) = lives[pair.one], lives[pair.other]
        if one is not None and other is not None and one != other:
            both = duplicates.in_order(one, other)
            shared[both] += 1
            if heads_one and heads_other:
                heads.add(both)
    heads |= set(_headed_twice())
    for both in sorted(heads | {both for both, members in shared.items() if members > 1}):
        reasons = [
            *(["home_head"] if both in heads else []),
            *(["home_members"] if shared[both] > 1 else []),
        ]
        yield Proposed("household", *both, max(_HOMES_SURE[one] for one in reasons),
                       " ".join(reasons))  # fmt: skip


def _homes_of(persons: set[UUID]) -> dict[UUID, tuple[UUID | None, bool]]:
    """The household of each of some persons, and whether the person is its head."""
    found: dict[UUID, tuple[UUID | None, bool]] = dict.fromkeys(persons, (None, False))
    listed = list(persons)
    for at in range(0, len(listed), 500):
        rows = Person.objects.current().filter(fact__in=listed[at : at + 500], ended__isnull=True)
        for key, home, relation in rows.values_list("fact_id", "household_id", "relation"):
            found[key] = (home, relation == "head")
    return found


def _headed_twice() -> Iterator[tuple[UUID, UUID]]:
    """Households on record that name the same person as their head."""
    standing = Household.objects.current().filter(ended__isnull=True, head__isnull=False)
    homes: dict[UUID, list[UUID]] = {}
    for head, home in standing.values_list("head_id", "fact_id"):
        homes.setdefault(head, []).append(home)
    for several in homes.values():
        for one, other in combinations(several, 2):
            yield duplicates.in_order(one, other)
