"""What a helper wants to know before knocking: who they are, what was promised, what is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from bangfu.ledger.access import kinds_of, opens, rights_of, rule
from bangfu.ledger.conditions import NOTHING
from bangfu.ledger.models import (
    Activity,
    Measure,
    MeasureNeed,
    Need,
    Participant,
    Person,
    Subject,
    User,
)
from bangfu.ledger.moment import Moment
from bangfu.ledger.prepared import Question, asked, asked_of_keys
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.listing import Listing
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind

#: Kinds of activity by which somebody is visited or reached.
REACHING = ("visit", "phone_call", "talk", "clinic_day")


@dataclass(frozen=True, slots=True)
class Visited:
    """One earlier visit or call, with the names of those who came."""

    activity: Activity
    who: Sequence[str]


@dataclass(frozen=True, slots=True)
class Open:
    """A need that is not met yet, and the measures that are to meet it."""

    need: Need
    measures: Sequence[Measure]


def home_of(kind: Kind, key: UUID, moment: Moment) -> tuple[UUID | None, list[UUID]]:
    """The household that a subject is or lives in, and the persons of it; none for other kinds."""
    if kind.name not in ("person", "household"):
        return None, []

    def of(keys: list[UUID]) -> QuerySet[Any, Any]:
        sheets = Person.objects.at(moment)
        home = Q(household__in=keys)
        if kind.name == "person":
            home = Q(household__in=sheets.filter(fact__in=keys).values("household"))
        return sheets.filter(home).order_by("began", "pk").values_list("household", "fact")

    there = asked(Question(("home", kind.name, moment), of), [key])
    homes, members = zip(*there, strict=True) if there else ((), ())
    if kind.name == "household":
        return key, [*members]
    return (homes[0], [*members]) if homes else (None, [key])


def visits_to(user: User, keys: Sequence[UUID], moment: Moment, *, most: int) -> list[Visited]:
    """The latest visits and calls to any of some subjects, as far as the account may open them."""
    known = Participant.objects.known(moment.known_at)

    def to(some: list[UUID]) -> QuerySet[Any, Any]:
        told = known.filter(subject__in=some, part="whom").values("activity")
        rows = Activity.objects.at(moment).filter(fact__in=told, kind__in=REACHING)
        return opens(user, VOCABULARY["activity"], rows).order_by("-date", "-pk")[:most]

    def by(some: list[UUID]) -> QuerySet[Any, Any]:
        parts = known.filter(activity__in=some, part="who").order_by("pk")
        return parts.values_list("activity_id", "subject__name")

    found = asked_of_keys(Question(("visits to", rights_of(user), moment, most), to), keys)
    came: dict[UUID, list[str]] = {}
    who = Question(("who came", moment), by)
    for activity, name in asked_of_keys(who, [one.fact for one in found]):
        came.setdefault(activity, []).append(name)
    return [Visited(one, came.get(one.fact, [])) for one in found]


def open_needs(user: User, keys: Sequence[UUID], moment: Moment) -> list[Open]:
    """The needs of some subjects that are not met, what is late first, with measures to meet them.

    Needs and measures as far as the account may open them.
    """

    def of(some: list[UUID]) -> QuerySet[Any, Any]:
        return opens(user, VOCABULARY["need"], _needs_of(some, moment))

    def open_among(linked: list[UUID]) -> QuerySet[Any, Any]:
        measures = Measure.objects.filter(pk__in=linked)
        return opens(user, VOCABULARY["measure"], measures).values_list("pk", flat=True)

    rights = rights_of(user)
    needs = asked_of_keys(Question(("needs of", rights, moment), of), keys)
    found = _with_measures(needs, moment)
    linked = [measure.pk for one in found for measure in one.measures]
    open_to = set(asked_of_keys(Question(("measures by row", rights), open_among), linked))
    return [
        Open(one.need, [measure for measure in one.measures if measure.pk in open_to])
        for one in found
    ]


def with_measures(keys: Sequence[UUID], moment: Moment) -> list[Open]:
    """The same for whoever was shown to have to know of the subjects in another way."""
    return _with_measures([*_needs_of(keys, moment)], moment)


def _needs_of(keys: Sequence[UUID], moment: Moment) -> QuerySet[Any, Any]:
    rows = Need.objects.at(moment).filter(subject__in=keys, closed__isnull=True)
    return rows.select_related("subject", "organisation")


def _with_measures(found: list[Need], moment: Moment) -> list[Open]:
    def of(needs: list[UUID]) -> QuerySet[Any, Any]:
        links = MeasureNeed.objects.known(moment.known_at).filter(need__in=needs)
        return links.select_related("measure__owner")

    measures: dict[UUID, list[Measure]] = {}
    for link in asked_of_keys(Question(("measures to meet", moment), of), [n.fact for n in found]):
        measures.setdefault(link.need_id, []).append(link.measure)
    never = dt.date.max
    found.sort(key=lambda need: (need.due or never, need.date))
    return [Open(need, measures.get(need.fact, [])) for need in found]


def last_days(keys: Sequence[UUID], moment: Moment) -> Mapping[UUID, dt.date]:
    """For each of some subjects the day on which it was last visited or called, in one query."""

    def of(some: list[UUID]) -> QuerySet[Any, Any]:
        told = Participant.objects.known(moment.known_at).filter(
            subject__in=some,
            part="whom",
            activity__kind__in=REACHING,
            activity__date__lte=moment.on,
            activity__superseded_at__isnull=True,
        )
        return told.values_list("subject_id", "activity__date")

    days: dict[UUID, dt.date] = {}
    for subject, day in asked_of_keys(Question(("reached", moment), of), keys):
        days[subject] = max(day, days.get(subject, day))
    return days


def opened(user: User, kind: Kind, keys: Sequence[UUID], moment: Moment) -> list[Any]:
    """Of some subjects of one kind those that the account may open, by name: fact and own key."""

    def of(some: list[UUID]) -> QuerySet[Any, Any]:
        rows = Listing((kind.name,), moment, keys=tuple(some)).sure()
        return opens(user, kind, rows).order_by("sort_key", "pk").values_list("fact", "pk")

    return asked_of_keys(Question(("opened", kind.name, rights_of(user), moment), of), keys)


def reachable_subjects(user: User, keys: Sequence[UUID]) -> list[Subject]:
    """Of some subjects those that the account may open, in their order: asked once for all."""
    today = Moment.present()

    def of(some: list[UUID]) -> QuerySet[Any, Any]:
        reached = NOTHING
        for name in sorted(kinds_of(user).intersection(SUBJECT_KINDS)):
            kind = VOCABULARY[name]
            if kind.model == "Subject":
                reached = reached | (Q(kind=name) & rule(user, kind))
        return Subject.objects.at(today).filter(reached, fact__in=some, ended__isnull=True)

    rows = asked_of_keys(Question(("reachable", rights_of(user), today), of), keys)
    held: dict[UUID, Any] = {row.fact: row for row in rows}
    return [held[key] for key in keys if key in held]
