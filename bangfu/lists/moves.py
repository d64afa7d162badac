"""Who came into the households of a place and who went out of them, on which day and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    When,
)
from django.db.models.functions import Coalesce

from bangfu.ledger.access import opens
from bangfu.ledger.codes import CAME, GONE
from bangfu.ledger.conditions import under
from bangfu.ledger.models import Person, Place, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Label


@dataclass(frozen=True, slots=True)
class Move:
    """One person who came or went: the day, the household that it was about, and why."""

    day: dt.date
    person: UUID
    name: str
    home: UUID | None
    home_name: str
    went: bool
    why: Label


@dataclass(frozen=True, slots=True)
class Tally:
    """How many came, or went, for one reason."""

    went: bool
    why: Label
    number: int


def moves_in(
    user: User, place: Place, first: dt.date, last: dt.date, moment: Moment
) -> QuerySet[Any]:
    """The rows of sheets on whose first day somebody came or went, open to the account.

    A sheet keeps the reason until another is given, so it is held against the sheet before it. Who
    is entered for the first time with a reason came on the first day of that sheet.
    """
    before = Person.objects.known(moment.known_at).filter(
        fact=OuterRef("fact"), began__lt=OuterRef("began")
    )
    told = {
        f"before_{name}": Subquery(before.order_by("-began").values(name)[:1])
        for name in ("came", "gone", "household")
    }
    rows = Person.objects.known(moment.known_at).filter(
        Q(came__gt="") | Q(gone__gt=""), began__range=(first, last), fact__in=_people(user, place)
    )
    said = rows.annotate(**told).annotate(
        went=Case(When(gone__gt="", then=True), default=False, output_field=BooleanField()),
        home=Coalesce(F("household"), F("before_household"), output_field=UUIDField()),
    )
    return said.filter(_came() | _went()).order_by("-began", "fact")


def _people(user: User, place: Place) -> QuerySet[Any]:
    inside = Place.objects.current().filter(under(place.path)).values("fact")
    rows = Subject.objects.current().filter(kind="person", place__in=inside)
    return opens(user, VOCABULARY["person"], rows).values("fact")


def _came() -> Q:
    same = Q(before_came=F("came"), before_household=F("household"))
    new = Q(before_household__isnull=True) | ~same
    return Q(gone="", came__gt="", household__isnull=False) & new


def _went() -> Q:
    left = Q(before_household__isnull=False, household__isnull=True)
    return Q(gone__gt="") & (Q(before_gone__isnull=True) | ~Q(before_gone=F("gone")) | left)


def tallies_of(rows: QuerySet[Any]) -> list[Tally]:
    """How many came and how many went, reason by reason."""
    counted = rows.order_by().values("went", "came", "gone").annotate(number=Count("pk"))
    found: dict[tuple[bool, str], int] = {}
    for one in counted:
        key = one["went"], one["gone"] if one["went"] else one["came"]
        found[key] = found.get(key, 0) + one["number"]
    return [
        Tally(went, why, found[went, code])
        for went, book in ((False, CAME), (True, GONE))
        for code, why in book.items()
        if (went, code) in found
    ]


def moves_of(rows: Sequence[Any]) -> list[Move]:
    """Some rows with the names of whom they are about, asked once for all."""
    names = _names([key for row in rows for key in (row.fact_id, row.home) if key])
    return [
        Move(
            row.began,
            row.fact_id,
            names.get(row.fact_id, ""),
            row.home,
            names.get(row.home, ""),
            row.went,
            GONE[row.gone] if row.went else CAME[row.came],
        )
        for row in rows
    ]


def _names(keys: Sequence[UUID]) -> Mapping[UUID, str]:
    rows = Subject.objects.current().filter(fact__in=keys).order_by("began")
    return dict(rows.values_list("fact", "name"))
