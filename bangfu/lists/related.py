"""From many records to what belongs to them (head, household, helper, unit, place), in few queries.

Each step takes keys and answers for each of them the keys that it leads to, in a fixed order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.conditions import all_of, upwards, value_of
from bangfu.ledger.models import (
    Activity,
    Benefit,
    Class,
    Enrolment,
    Household,
    Pairing,
    Participant,
    Payout,
    Person,
    Place,
    Post,
    Programme,
    ProjectPart,
    Subject,
)
from bangfu.ledger.models.base import known
from bangfu.ledger.moment import Moment
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind

Led = Mapping[UUID, Sequence[UUID]]
#: So many keys are asked about at once.
_AT_ONCE = 500


@dataclass
class Related:
    """The steps at a moment; with a programme, only its own pairings, classes and enrolments."""

    moment: Moment
    programme: Programme | None = None
    _kinds: dict[UUID, str] = field(default_factory=dict)

    def to(self, kind: Kind, keys: Sequence[UUID], target: str) -> Led:
        """From records of a kind to those of another that belong to them, themselves included.

        ``target``: a kind, or one of ``head``, ``helper``, ``unit``. Empty where nothing leads
        there.
        """
        if target == (kind.basic or kind.name) or target == kind.name:
            return {key: [key] for key in keys}
        if target in _TIED and target in self._own_ties(kind):
            return self._pointed(kind, target, keys)
        if target == "place" and "place" in kind:
            return self._pointed(kind, "place", keys)
        if target == "organisation" and kind.name == "person":
            # 单位 beside a name is where that person serves, and not the unit that helps.
            return self.organisation(keys)
        if target == "project_part" and kind.name == "project":
            return self._parts(keys)
        if target == "benefit" and kind.name == "payout":
            return self._paid_for(keys)
        if "who" in kind and target in _DOING:
            return self.then(self._pointed(kind, "who", keys), _DOING[target](self))
        subjects = self.subjects_of(kind, keys)
        return self.then(subjects, lambda found: self._from_subjects(target, found))

    def _own_ties(self, kind: Kind) -> Iterator[str]:
        return (k for k in ("organisation", "measure") if k in kind and kind[k].to == k)

    def _parts(self, projects: Sequence[UUID]) -> Led:
        """What is built by some projects, in the order in which it was planned."""
        rows = ProjectPart.objects.known(self.moment.known_at).filter(date__lte=self.moment.on)
        return _led(rows.order_by("date", "fact"), "project", "fact", projects)

    def subjects_of(self, kind: Kind, keys: Sequence[UUID]) -> Led:
        """Whom some records are about: themselves, or the subject or people that they name."""
        if kind.name in SUBJECT_KINDS:
            return {key: [key] for key in keys}
        for name in ("subject", "whom", "owner", "person"):
            if name in kind:
                return self._pointed(kind, name, keys)
        return {}

    def _from_subjects(self, target: str, keys: Sequence[UUID]) -> Led:
        step = _STEPS.get(target)
        return step(self, keys) if step else {}

    def then(self, led: Led, step: Callable[[Sequence[UUID]], Led]) -> Led:
        """One step after another."""
        between = list(dict.fromkeys(key for keys in led.values() for key in keys))
        further = step(between)
        return {
            key: list(dict.fromkeys(end for mid in mids for end in further.get(mid, ())))
            for key, mids in led.items()
        }

    def _pointed(self, kind: Kind, name: str, keys: Sequence[UUID]) -> Led:
        one = kind[name]
        if one.type == "many":
            parts = Participant.objects.filter(known(self.moment.known_at), part=one.read)
            return _led(parts.order_by("fact"), "activity", "subject", keys)
        found: dict[UUID, list[UUID]] = {}
        for some in _some(keys):
            rows = all_of(kind, self.moment).filter(fact__in=some)
            pairs = rows.annotate(to=value_of(one, kind, self.moment)).values_list("fact", "to")
            for key, to in pairs:
                if to is not None:
                    found[key] = [to if isinstance(to, UUID) else UUID(str(to))]
        return found

    # -------------------------------------------------------------- steps from subjects

    def kinds_of(self, keys: Iterable[UUID]) -> Mapping[UUID, str]:
        """What kind of subject each of some is."""
        fresh = [key for key in keys if key not in self._kinds]
        for some in _some(fresh):
            rows = Subject.objects.filter(pk__in=some).values_list("pk", "kind")
            self._kinds.update(rows)
        return self._kinds

    def _of_kind(self, keys: Sequence[UUID], kind: str) -> list[UUID]:
        kinds = self.kinds_of(keys)
        return [key for key in keys if kinds.get(key) == kind]

    def household(self, keys: Sequence[UUID]) -> Led:
        """The household: itself, or that of a person."""
        persons = self._of_kind(keys, "person")
        rows = Person.objects.at(self.moment).exclude(household=None)
        return {
            **_same(self._of_kind(keys, "household")),
            **_led(rows, "fact", "household", persons),
        }

    def person(self, keys: Sequence[UUID]) -> Led:
        """The person: himself or herself, or the head of a household."""
        heads = self._heads(self._of_kind(keys, "household"))
        return {**_same(self._of_kind(keys, "person")), **heads}

    def head(self, keys: Sequence[UUID]) -> Led:
        """The head of the household, also of one that a person lives in."""
        return self.then(self.household(keys), self._heads)

    def _heads(self, households: Sequence[UUID]) -> Led:
        rows = Household.objects.at(self.moment).exclude(head=None)
        found = _led(rows, "fact", "head", households)
        rest = [key for key in households if key not in found]
        named = Person.objects.at(self.moment).filter(relation="head")
        return {**found, **_led(named.order_by("fact"), "household", "fact", rest)}

    def members(self, households: Sequence[UUID]) -> Led:
        """Who lives in some households, the head first."""
        rows = Person.objects.at(self.moment).order_by("fact")
        found = _led(rows, "household", "fact", households)
        heads = self._heads(households)
        return {
            key: sorted(people, key=lambda one: one not in heads.get(key, ()))
            for key, people in found.items()
        }

    def pairing(self, keys: Sequence[UUID]) -> Led:
        """The pairings by which somebody is helped: a person's own, else those of the household.

        A household's own, else those of who lives in it.
        """
        own = self._helped(keys)
        rest = [key for key in keys if key not in own]
        homes = self.household(self._of_kind(rest, "person"))
        people = self.members(self._of_kind(rest, "household"))
        return {**own, **self.then(homes, self._helped), **self.then(people, self._helped)}

    def _helped(self, keys: Sequence[UUID]) -> Led:
        return self._pairings("subject", "fact", keys)

    def helper(self, keys: Sequence[UUID]) -> Led:
        """Who helps: a person or an organisation."""
        return self.then(self.pairing(keys), lambda found: self._pairings("fact", "helper", found))

    def _pairings(self, by: str, to: str, keys: Sequence[UUID]) -> Led:
        rows = Pairing.objects.at(self.moment).order_by("began", "fact")
        return _led(self._of_programme(rows), by, to, keys)

    def unit(self, keys: Sequence[UUID]) -> Led:
        """The unit of who helps: the organisation itself, or where that person holds a post."""
        return self.then(self.helper(keys), self.organisation)

    def organisation(self, keys: Sequence[UUID]) -> Led:
        """An organisation itself, or where a person holds a post."""
        posts = Post.objects.at(self.moment).order_by("began", "fact")
        persons = self._of_kind(keys, "person")
        held = _led(posts, "person", "organisation", persons)
        return {**_same(self._of_kind(keys, "organisation")), **held}

    def post(self, keys: Sequence[UUID]) -> Led:
        """The posts that persons hold."""
        posts = Post.objects.at(self.moment).order_by("began", "fact")
        return _led(posts, "person", "fact", keys)

    def helper_post(self, keys: Sequence[UUID]) -> Led:
        """The posts of who helps."""
        return self.then(self.helper(keys), self.post)

    def place(self, keys: Sequence[UUID]) -> Led:
        """Where subjects lie."""
        rows = Subject.objects.at(self.moment).exclude(place=None)
        return _led(rows, "fact", "place", keys)

    def class_(self, keys: Sequence[UUID]) -> Led:
        """The classes that subjects are in."""
        rows = self._of_programme(Class.objects.at(self.moment).order_by("began", "fact"))
        return _led(rows, "subject", "fact", keys)

    def enrolment(self, keys: Sequence[UUID]) -> Led:
        """Under what subjects were taken in."""
        rows = self._of_programme(Enrolment.objects.at(self.moment).order_by("began", "fact"))
        return _led(rows, "subject", "fact", keys)

    def benefit(self, keys: Sequence[UUID]) -> Led:
        """What persons and households are entitled to: their own, then that of the household."""
        own = self._given(keys)
        homes = self.then(self.household(self._of_kind(keys, "person")), self._given)
        return {key: [*own.get(key, ()), *homes.get(key, ())] for key in {**own, **homes}}

    def _given(self, keys: Sequence[UUID]) -> Led:
        rows = Benefit.objects.at(self.moment).order_by("kind", "began", "fact")
        return _led(rows, "subject", "fact", keys)

    def _paid_for(self, payouts: Sequence[UUID]) -> Led:
        """Under what payouts were paid: the receiver's benefits of the same sort, and of the same
        title where one has it.
        """
        paid = [
            row
            for some in _some(payouts)
            for row in Payout.objects.filter(known(self.moment.known_at), fact__in=some)
            .values_list("fact", "subject", "kind", "title")
        ]  # fmt: skip
        due: dict[tuple[UUID, str], list[tuple[str, UUID]]] = {}
        for some in _some([subject for _, subject, *_ in paid]):
            rows = Benefit.objects.at(self.moment).filter(subject__in=some)
            for subject, kind, title, key in rows.order_by("began", "fact").values_list(
                "subject", "kind", "title", "fact"
            ):
                due.setdefault((subject, kind), []).append((title, key))
        found: dict[UUID, list[UUID]] = {}
        for key, subject, kind, title in paid:
            of_sort = due.get((subject, kind), [])
            alike = [one for called, one in of_sort if called == title]
            found[key] = alike or [one for _, one in of_sort]
        return found

    def last_visit(self, keys: Sequence[UUID]) -> Led:
        """The latest visit to a person or household, to the household or to whoever lives there."""
        homes = self.household(keys)
        people = self.members(list({home for found in homes.values() for home in found}))
        around = {
            key: {key, *homes.get(key, ()),
                  *(people.get(key, ()) if key in homes.get(key, ()) else ())}
            for key in keys
        }  # fmt: skip
        visits = self._visits({one for some in around.values() for one in some})
        found = {
            key: max((visits[one] for one in some if one in visits), default=None)
            for key, some in around.items()
        }
        return {key: [last[1]] for key, last in found.items() if last}

    def _visits(self, subjects: Iterable[UUID]) -> Mapping[UUID, tuple[dt.date, UUID]]:
        """The day and the key of the latest visit to each of some subjects."""
        parts = Participant.objects.filter(known(self.moment.known_at), part="whom")
        led = _led(parts, "subject", "activity", list(subjects))
        days: dict[UUID, dt.date] = {}
        for some in _some(list({one for found in led.values() for one in found})):
            rows = Activity.objects.filter(
                known(self.moment.known_at), kind="visit", fact__in=some, date__lte=self.moment.on
            )
            days.update(rows.values_list("fact", "date"))
        dated = {key: [(days[one], one) for one in found if one in days]
                 for key, found in led.items()}  # fmt: skip
        return {key: max(found) for key, found in dated.items() if found}

    def _of_programme(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(programme=self.programme.fact_key) if self.programme else rows

    # -------------------------------------------------------------- places

    def above(self, keys: Iterable[UUID], level: str) -> Mapping[UUID, Place]:
        """For each place the one of a level that it is or lies in."""
        rows = list(Place.objects.at(self.moment).filter(fact__in=set(keys)))
        paths = {path for row in rows for path in upwards(row.path)}
        tops = Place.objects.at(self.moment).filter(path__in=paths, level=level)
        by_path = {top.path: top for top in tops}
        found: dict[UUID, Place] = {}
        for row in rows:
            for path in upwards(row.path):
                if path in by_path:
                    found[row.fact_key] = by_path[path]
        return found


_TIED = ("organisation", "measure")
#: In a record of work, who helps is who did it.
_DOING: Mapping[str, Callable[[Related], Callable[[Sequence[UUID]], Led]]] = {
    "helper": lambda related: _same,
    "unit": lambda related: related.organisation,
    "helper_post": lambda related: related.post,
}
_STEPS: Mapping[str, Callable[[Related, Sequence[UUID]], Led]] = {
    "household": Related.household,
    "person": Related.person,
    "head": Related.head,
    "pairing": Related.pairing,
    "helper": Related.helper,
    "unit": Related.unit,
    "helper_post": Related.helper_post,
    "post": Related.post,
    "organisation": Related.unit,
    "place": Related.place,
    "class": Related.class_,
    "enrolment": Related.enrolment,
    "benefit": Related.benefit,
    "last_visit": Related.last_visit,
}


def _same(keys: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    return {key: [key] for key in keys}


def _some(keys: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for first in range(0, len(keys), _AT_ONCE):
        yield keys[first : first + _AT_ONCE]


def _led(rows: QuerySet[Any], by: str, to: str, keys: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """What column ``to`` says for each value of column ``by``, in the order of the rows."""
    found: dict[UUID, list[UUID]] = {}
    for some in _some(list(keys)):
        for key, end in rows.filter(**{f"{by}__in": some}).values_list(by, to):
            found.setdefault(key, []).append(end)
    return found
