"""What is an account's own: those whom its person helps, and what belongs to them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from bangfu.ledger import clock
from bangfu.ledger.access.grants import GRANTED
from bangfu.ledger.access.reach import BETWEEN, REACH, base_of, with_part
from bangfu.ledger.conditions import NOTHING
from bangfu.ledger.models import Grant, Pairing, Person, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once_until_written
from bangfu.ledger.prepared import Question, asked_of_keys
from bangfu.ledger.readers import units_served
from bangfu.ledger.same import merged_into
from bangfu.programmes.kinds import Kind

#: And those in which it stands who helps whom today, and who lives there or was merged into them.
_PAIRED = *GRANTED, "ledger_pairing", "ledger_post", "ledger_person", "ledger_duplicate"


def helped_by(user: User) -> QuerySet[Any]:
    """The same, whoever looks as the account."""
    return _helped_by(_sides(user), clock.today()) if user.person_id else Pairing.objects.none()


def _sides(user: User) -> list[UUID]:
    """Who stands on the helper's side of an account's pairings: its person and their units."""
    return [user.person_id, *units_served(user.person_id)] if user.person_id else []


def _helped_by(helpers: list[UUID], day: dt.date) -> QuerySet[Any]:
    going = Q(programme__ended__isnull=True) | Q(programme__ended__gte=day)
    return Pairing.objects.at(Moment(day)).filter(Q(helper__in=helpers) & going)


@once_until_written(*_PAIRED)
def own_pairs(user: User, day: dt.date) -> list[tuple[UUID, UUID, str, UUID]]:
    """An account's own pairings: key, whom they help, what kind that is, in which programme."""

    def of(helpers: list[UUID]) -> QuerySet[Any]:
        columns = "fact", "subject", "subject__kind", "programme"
        return _helped_by(helpers, day).values_list(*columns)

    return asked_of_keys(Question(("own pairs", day), of), _sides(user))


@once_until_written(*_PAIRED)
def own_keys(user: User, day: dt.date) -> tuple[list[UUID], list[UUID], list[UUID]]:
    """The account's own pairings with whom they help and in which programmes: few, so by key."""
    found = own_pairs(user, day)
    pairings, subjects, kinds, programmes = zip(*found, strict=True) if found else ((),) * 4
    # Who helps a household helps those who live in it.
    homes = [key for key, kind in zip(subjects, kinds, strict=True) if kind == "household"]

    def living(keys: list[UUID]) -> QuerySet[Any]:
        there = Person.objects.at(Moment(day)).filter(household__in=keys)
        return there.values_list("fact", flat=True)

    members = asked_of_keys(Question(("living there", day), living), homes)
    mine = [*dict.fromkeys([*subjects, *members])]
    # What was recorded of them before they were merged is theirs.
    return [*pairings], [*mine, *merged_into(mine)], [*dict.fromkeys(programmes)]


def own_reach(grant: Grant, kind: Kind) -> Q:
    pairings, mine, programmes = own_keys(grant.user, clock.today())
    name = base_of(kind)
    if name in ("person", "household", "organisation", "site"):
        return Q(fact__in=[*mine, *filter(None, [grant.user.person_id])])
    if name == "place":
        return Q(fact__in=mine) | Q(fact__in=lived_in(mine))
    if name == "pairing":
        return Q(fact__in=pairings)
    reach = REACH[name]
    q = NOTHING
    for path in reach.subjects:
        q = q | Q(**{f"{path}__in": mine})
        if name in ("qualification", "practice", "affiliation", "stint", "award"):
            q = q | Q(**{path: grant.user.person_id})
    for path in BETWEEN.get(name, ()):
        q = q | Q(**{f"{path}__in": [*filter(None, [grant.user.person_id])]})
    if reach.participants:
        q = q | with_part(mine) | with_part([grant.user.person_id])
    if name in ("measure", "document"):
        q = q | Q(programme__in=programmes)
    if name == "statistic":
        q = q | Q(place__in=mine)
    if name == "demand":
        q = q | Q(given_by=grant.user_id)
    return q


def lived_in(subjects: list[UUID]) -> QuerySet[Any]:
    return Subject.objects.at(Moment.present()).filter(fact__in=subjects).values("place")
