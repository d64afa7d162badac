"""How many an enrolment may take in: in all, of whom a condition holds, for each place or unit."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from bangfu.ledger.conditions import Scope, all_of, compile_where, rows_of, select, under, upwards
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Enrolment, Place, Post, Subject
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.bounds import says_how_many
from bangfu.programmes.entries import Quota
from bangfu.programmes.literals import is_number
from bangfu.programmes.schema import Enrol


@dataclass(frozen=True, slots=True)
class Room:
    """One bound on one day: how many are taken in, and how many may or are to be.

    ``title``: what the file calls the line; ``key``: the place or unit it is about, if any.
    """

    title: str
    key: UUID | None
    taken: int
    least: int | None
    most: int | None

    @property
    def left(self) -> int | None:
        """How many more may be taken in."""
        return None if self.most is None else max(0, self.most - self.taken)

    @property
    def full(self) -> bool:
        """Whether nobody more may be taken in."""
        return self.most is not None and self.taken >= self.most


@dataclass(frozen=True, slots=True)
class Line:
    """One bound of an enrolment on a day."""

    meaning: Meaning
    name: str
    rule: Enrol | Quota
    on: dt.date

    @property
    def title(self) -> str:
        """What the file calls a part; the whole has no name beside the enrolment's."""
        return self.rule.title or "" if isinstance(self.rule, Quota) else ""

    @property
    def where(self) -> Mapping[str, Any]:
        """Of whom it speaks, beside being taken in."""
        return self.rule.where or {} if isinstance(self.rule, Quota) else {}

    @property
    def each(self) -> str | None:
        """For which places or units it is counted apart."""
        return self.rule.each if isinstance(self.rule, Quota) else None

    def bounds(self, code: str = "") -> tuple[int | None, int | None]:
        """The least and the most; ``code``: of the place that is asked about."""
        rule = self.rule
        if rule.exactly is not None:
            told = self._number(rule.exactly, code)
            return told, told
        return self._number(rule.at_least, code), self._number(rule.at_most, code)

    def _number(self, bound: Any, code: str) -> int | None:
        told = self.meaning.value_on(bound, self.on) if isinstance(bound, str) else bound
        if isinstance(told, Mapping):
            told = next((n for key, n in told.items() if str(key).ljust(12, "0") == code), None)
        return int(told) if is_number(told) else None

    # -------------------------------------------------------------- who is counted

    def enrolled(self, day: dt.date) -> QuerySet[Any]:
        """The enrolments of whom the line speaks that stand on a day."""
        rows = Enrolment.objects.at(Moment(day))
        rows = rows.filter(programme=self.meaning.programme_key(), name=self.name)
        return rows.filter(subject__in=self._meant().values("fact")) if self.where else rows

    def _meant(self) -> QuerySet[Any]:
        kind = VOCABULARY[self.meaning.file.kind_of(self.name)]
        scope = Scope.at(Moment(self.on), self.meaning, kind)
        return rows_of(kind, scope).filter(compile_where(kind, self.where, scope).sure)

    def speaks_of(self, subject: UUID) -> bool:
        """Whether a subject is surely one of those of whom the line speaks."""
        return not self.where or self._meant().filter(fact=subject).exists()

    # -------------------------------------------------------------- places and units

    def owners(self) -> dict[UUID, str]:
        """The places with their codes, or the units, for each of which the line is counted."""
        assert self.each is not None
        kind, _ = select(self.each, Scope(self.meaning, None, self.on, self.on))
        scope = Scope.at(Moment(self.on), self.meaning, kind)
        rows = rows_of(kind, scope).filter(select(self.each, scope)[1].sure)
        if kind.name == "place":
            return dict(rows.values_list("fact", "code"))
        return dict.fromkeys(rows.values_list("fact", flat=True), "")

    def inside(self, owner: UUID) -> QuerySet[Any]:
        """The subjects that lie in a place, or are a unit or hold a post in it."""
        moment = Moment(self.on)
        rows = Subject.objects.at(moment)
        place = Place.objects.at(moment).filter(fact=owner).first()
        if place is None:
            posts = Post.objects.at(moment).filter(organisation=owner)
            return rows.filter(Q(fact=owner) | Q(fact__in=posts.values("person"))).values("fact")
        there = Place.objects.at(moment).filter(under(place.path)).values("fact")
        lies = Q(place__in=there) | Q(kind="place", fact__in=there)
        return rows.filter(lies).values("fact")

    def whose(self, subjects: Iterable[UUID] | QuerySet[Any]) -> Iterator[tuple[UUID, UUID]]:
        """Subjects with each place they lie in, and each unit they are or hold a post in."""
        moment = Moment(self.on)
        paths = dict(Place.objects.at(moment).values_list("path", "fact"))
        by_key = {key: path for path, key in paths.items()}
        there = Subject.objects.at(moment).filter(fact__in=subjects)
        for key, kind, place in there.values_list("fact", "kind", "place"):
            at = key if kind == "place" else place
            yield from ((key, paths[p]) for p in upwards(by_key.get(at, "")) if p in paths)
            if kind == "organisation":
                yield key, key
        posts = Post.objects.at(moment).filter(person__in=subjects)
        yield from set(posts.values_list("person", "organisation"))

    def rooms(self) -> list[Room]:
        """The line with how many are taken in on its day; with ``each`` every place or unit."""
        title = self.title
        if self.each is None:
            return [Room(title, None, self.enrolled(self.on).count(), *self.bounds())]
        taken = Counter(owner for _, owner in self.whose(self.enrolled(self.on).values("subject")))
        owners = self.owners().items()
        return [Room(title, key, taken[key], *self.bounds(code)) for key, code in owners]


def lines_of(meaning: Meaning, name: str, on: dt.date) -> list[Line]:
    """The bounds of an enrolment on a day: that of the whole first."""
    entry = meaning.file.entry(name)
    assert isinstance(entry, Enrol)
    rules: list[Enrol | Quota] = [entry, *(entry.also or ())]
    return [Line(meaning, name, rule, on) for rule in rules if says_how_many(rule)]


def full_for(meaning: Meaning, name: str, subject: UUID, on: dt.date) -> Room | None:
    """The first bound that leaves no room for a subject from a day on; None if there is room.

    Those who are taken in from a later day on count too, as long as nobody leaves before.
    """
    for line in lines_of(meaning, name, on):
        if line.rule.exactly is None and line.rule.at_most is None:
            continue
        if line.speaks_of(subject):
            found = next((room for room in _about(line, subject) if room.full), None)
            if found is not None:
                return found
    return None


def _about(line: Line, subject: UUID) -> Iterator[Room]:
    title, days = line.title, _days(line)
    if line.each is None:
        taken = max(line.enrolled(day).count() for day in days)
        yield Room(title, None, taken, *line.bounds())
        return
    owners = line.owners()
    for owner in {key for _, key in line.whose([subject]) if key in owners}:
        inside = line.inside(owner)
        taken = max(line.enrolled(day).filter(subject__in=inside).count() for day in days)
        yield Room(title, owner, taken, *line.bounds(owners[owner]))


def _days(line: Line) -> list[dt.date]:
    """The line's day, and each later day from which somebody is taken in already."""
    entered = Enrolment.objects.current().filter(
        programme=line.meaning.programme_key(), name=line.name, began__gt=line.on
    )
    return [line.on, *entered.order_by("began").values_list("began", flat=True).distinct()]


def called(room: Room, on: dt.date) -> str:
    """What a bound is about: the file's words, and the place or unit."""
    if room.key is None:
        return room.title
    rows = all_of(VOCABULARY["place"], Moment(on)).filter(fact=room.key)
    name = rows.values_list("name", flat=True).first()
    if name is None:
        subjects = Subject.objects.at(Moment(on)).filter(fact=room.key)
        name = subjects.values_list("name", flat=True).first()
    return " · ".join(filter(None, (room.title, name)))
