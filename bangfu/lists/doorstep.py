"""What a helper wants to know before knocking: who they are, what was promised, what is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from bangfu.ledger.access import kinds_of, opens, rule
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
from bangfu.ledger.prepared import Question, asked_of_keys
from bangfu.ledger.vocabulary import VOCABULARY
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
    sheets = Person.objects.at(moment)
    home = Q(household=key)
    if kind.name == "person":
        home = Q(household__in=sheets.filter(fact=key).values("household"))
    there = sheets.filter(home).order_by("began", "pk").values_list("household", "fact")
    homes, members = zip(*there, strict=True) if there else ((), ())
    if kind.name == "household":
        return key, [*members]
    return (homes[0], [*members]) if homes else (None, [key])


def visits_to(user: User, keys: Sequence[UUID], moment: Moment, *, most: int) -> list[Visited]:
    """The latest visits and calls to any of some subjects, as far as the account may open them."""
    told = Participant.objects.known(moment.known_at).filter(subject__in=keys, part="whom")
    kind = VOCABULARY["activity"]
    rows = Activity.objects.at(moment).filter(fact__in=told.values("activity"), kind__in=REACHING)
    found = list(opens(user, kind, rows).order_by("-date", "-pk")[:most])
    came: dict[UUID, list[str]] = {}
    parts = Participant.objects.known(moment.known_at).filter(
        activity__in=[one.fact for one in found], part="who"
    )
    for activity, name in parts.order_by("pk").values_list("activity_id", "subject__name"):
        came.setdefault(activity, []).append(name)
    return [Visited(one, came.get(one.fact, [])) for one in found]


def open_needs(user: User, keys: Sequence[UUID], moment: Moment) -> list[Open]:
    """The needs of some subjects that are not met, what is late first, with measures to meet them.

    Needs and measures as far as the account may open them.
    """
    rows = Need.objects.at(moment).filter(subject__in=keys, closed__isnull=True)
    found = _with_measures(opens(user, VOCABULARY["need"], rows), moment)
    linked = {measure.pk for one in found for measure in one.measures}
    measures = Measure.objects.filter(pk__in=linked)
    open_to = set(opens(user, VOCABULARY["measure"], measures).values_list("pk", flat=True))
    return [
        Open(one.need, [measure for measure in one.measures if measure.pk in open_to])
        for one in found
    ]


def with_measures(keys: Sequence[UUID], moment: Moment) -> list[Open]:
    """The same for whoever was shown to have to know of the subjects in another way."""
    rows = Need.objects.at(moment).filter(subject__in=keys, closed__isnull=True)
    return _with_measures(rows, moment)


def _with_measures(rows: QuerySet[Any], moment: Moment) -> list[Open]:
    found = list(rows.select_related("subject", "organisation"))
    links = MeasureNeed.objects.known(moment.known_at).filter(need__in=[n.fact for n in found])
    measures: dict[UUID, list[Measure]] = {}
    for link in links.select_related("measure__owner"):
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


def reachable_subjects(user: User, keys: Sequence[UUID]) -> list[Subject]:
    """Of some subjects those that the account may open, in their order: asked once for all."""
    if not keys:
        return []
    reached = NOTHING
    for name in kinds_of(user).intersection(SUBJECT_KINDS):
        kind = VOCABULARY[name]
        if kind.model == "Subject":
            reached = reached | (Q(kind=name) & rule(user, kind))
    rows = Subject.objects.at(Moment.present()).filter(reached, fact__in=keys, ended__isnull=True)
    held: dict[UUID, Any] = {row.fact: row for row in rows}
    return [held[key] for key in keys if key in held]
