"""Whose work an account may see by name: the own person's, and that of the units it leads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from bangfu.ledger.access import grants_of, opens, own_person, units_under, visible
from bangfu.ledger.conditions import basic, lasting
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Post, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Kind


def is_of_people(meaning: Meaning, name: str) -> bool:
    """Whether it is people at work who owe a duty, so that its lines are for few to see."""
    duty, names = meaning.duty(name), meaning.file.names
    owner, counted = names.record(duty.each), names.common(duty.of or ())
    if owner is None or counted is None:
        return True
    return basic(owner) == "pairing" or (basic(owner) == "person" and "person" in counted.doer)


def of_own_work(user: User, kind: Kind, rows: QuerySet[Any], moment: Moment) -> QuerySet[Any]:
    """Of rows that say what people did at work those that an account may see by name."""
    if basic(kind) == "pairing":
        return rows.filter(Q(helper__in=people_open_to(user, moment) | units_led(user)))
    if basic(kind) == "person":
        return rows.filter(fact__in=people_open_to(user, moment))
    return rows


@once
def people_open_to(user: User, moment: Moment) -> frozenset[UUID]:
    """Whose work an account may see by name: the own person's, and that of the units it leads."""
    found: set[UUID] = set()
    if led := units_led(user):
        person = VOCABULARY["person"]
        rows = lasting(person, moment).filter(fact__in=people_in(led, moment))
        found |= set(opens(user, person, rows).values_list("fact", flat=True))
    own = own_person(user)
    return frozenset(found | {own} if own else found)


@once
def units_led(user: User) -> frozenset[UUID]:
    """The units whose people's lines an account may see: those that it leads and may open."""
    led = {g.organisation_id for g in grants_of(user) if g.role == "unit_lead"}
    found = {unit for key in led if key for unit in units_under(key)}
    if not found:
        return frozenset()
    rows = visible(user, VOCABULARY["organisation"]).filter(fact__in=found)
    return frozenset(rows.values_list("fact", flat=True))


def people_in(units: Iterable[UUID], moment: Moment) -> set[UUID]:
    """Those who hold a post in some units on a day."""
    posts = Post.objects.at(moment).filter(organisation__in=[*units])
    return set(posts.values_list("person", flat=True))
