"""In which order records stand in a form, and those of a list that lie in a place."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from bangfu.ledger.codes import RELATION
from bangfu.ledger.models import Person, Place
from bangfu.ledger.moment import Moment
from bangfu.lists.listing import Listing
from bangfu.paper.forms.narrowing import in_place
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind


def in_order(kind: Kind, rows: QuerySet[Any], moment: Moment) -> QuerySet[Any]:
    """Records as forms list them: by village and name, persons by household, or by their day."""
    if kind.name == "person":
        return _household_by_household(rows, moment)
    if kind.name in SUBJECT_KINDS and kind.name != "place":
        return rows.order_by("place__path", "sort_key", "pk")
    if kind.name == "place":
        return rows.order_by("path")
    day = next((name for name in ("date", "began") if name in kind), "pk")
    return rows.order_by(day, "pk")


def _household_by_household(rows: QuerySet[Any], moment: Moment) -> QuerySet[Any]:
    """Persons with those they live with, the head first; who lives in none stands by the name."""
    sheet = Person.objects.at(moment).filter(fact=OuterRef("fact"))
    relations = [When(their_relation=word, then=n) for n, word in enumerate(RELATION)]
    rows = rows.annotate(
        called=Coalesce(Subquery(sheet.values("household__sort_key")[:1]), F("sort_key")),
        their_home=Subquery(sheet.values("household")[:1]),
        their_relation=Subquery(sheet.values("relation")[:1]),
        born=Subquery(sheet.values("birth")[:1]),
    )
    rank = Case(*relations, default=len(RELATION))
    return rows.order_by(
        "place__path",
        "called",
        "their_home",
        rank,
        F("born").asc(nulls_last=True),
        "sort_key",
        "pk",
    )


def narrowed(listing: Listing, place: Place | None) -> Listing:
    """A list within a place, where its records lie somewhere."""
    condition = in_place(listing.kind, place) if place else None
    if place is not None and listing.kind.name == "place":
        condition = {"parent": place.code or place.fact_key}
    return listing.narrowed(condition) if condition else listing
