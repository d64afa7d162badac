"""What pages ask besides lists and figures: which programmes, what names stand for, how many."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import Exists, OuterRef, Q, QuerySet

from bangfu.ledger import clock
from bangfu.ledger.access import (
    ROLES,
    grants_of,
    may_reach,
    own_pairings,
    units_under,
    visible,
)
from bangfu.ledger.conditions import NOTHING, spellings, under
from bangfu.ledger.models import Grant, Pairing, Place, PlaceAlias, Post, Programme, Subject, User
from bangfu.ledger.models import Reading as Kept
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.readings import seen_of, tables_in
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind

#: How many records a name may stand for in a filter before it is too vague.
NAMESAKES = 50
#: Lists longer than this are not sorted by what stands on sheets or is worked out.
SORTED_FREELY = 5_000


# ------------------------------------------------------------------ programmes


def programmes_of(user: User) -> QuerySet[Programme]:
    """The programmes with which an account has to do, by its grants today; the newest first."""
    q = NOTHING
    for grant in grants_of(user):
        q = q | _reached_by(grant)
    return Programme.objects.current().filter(q).order_by("-began", "name")


def programme_for(user: User, name: str) -> Programme | None:
    """A programme by its short name, if the account has to do with it."""
    return programmes_of(user).select_related("area", "owner").filter(name=name).first()


def _reached_by(grant: Grant) -> Q:
    q = Q(pk__isnull=False)
    if ROLES[grant.role].own:
        q = q & Q(pk__in=own_pairings(grant.user).values("programme"))
    if grant.place is not None:
        q = q & (_inside(grant.place) | Q(area__path__in=_upwards(grant.place.path)))
    if grant.organisation_id:
        units = units_under(grant.organisation_id)
        staff = Post.objects.at(Moment.present()).filter(organisation__in=units)
        helping = Q(helper__in=units) | Q(helper__in=staff.values("person"))
        pairs = Pairing.objects.current().filter(helping)
        q = q & (Q(owner__in=units) | Q(pk__in=pairs.values("programme")))
    if grant.programme_id:
        q = q & Q(pk=grant.programme_id)
    return q


def _inside(place: Place) -> Q:
    return Q(area__path__gte=place.path, area__path__lt=place.path + "~")


def _upwards(path: str) -> list[str]:
    """The paths of a place and of everything it lies in."""
    steps = path.split("/")[:-1]
    return ["/".join(steps[: n + 1]) + "/" for n in range(len(steps))]


# ------------------------------------------------------------------ how many


def total_of(rows: QuerySet[Any]) -> int:
    """How many rows there are; counted anew only when a table that they stand on was written."""
    try:
        sql = str(rows.order_by().query)
    except EmptyResultSet:
        return 0
    question = hashlib.sha256(f"total of {sql}".encode()).hexdigest()
    seen = seen_of(tables_in(sql))
    kept = Kept.objects.filter(pk=question, seen=seen).first()
    if kept is not None:
        return int(kept.answer["rows"])
    counted = rows.order_by().count()
    Kept.objects.update_or_create(
        pk=question,
        defaults={"counted_at": clock.now(), "seen": seen, "answer": {"rows": counted}},
    )
    return counted


# ------------------------------------------------------------------ names


def named(kind: Kind, text: str) -> Q:
    """Records whose name begins with a text, or is spelt so in pinyin or in its initials.

    Every question is a range of an index; only initials of persons and units look further, within
    the names of the same first letter.
    """
    text = " ".join(text.split())
    if not text:
        return Q(pk__isnull=False)
    if kind.name == "place":
        return _place_named(text)
    if kind.name not in SUBJECT_KINDS:
        return NOTHING
    q = _from("name", text)
    if text.isascii():
        letters = text.lower()
        q = q | _from("sort_key", letters)
        if letters.isalpha():
            initials = r"^" + r"\S* ".join(letters)
            q = q | (_from("sort_key", letters[0]) & Q(sort_key__regex=initials))
    return q


def _from(column: str, text: str) -> Q:
    return Q(**{f"{column}__gte": text, f"{column}__lt": text + "\U0010ffff"})


def _place_named(text: str) -> Q:
    if text.isdigit():
        return _from("code", text) | _with_alias(text)
    if text.isascii():
        return _from("initials", text.lower()) | _with_alias(text)
    return _from("name", text) | _with_alias(text)


def _with_alias(text: str) -> Q:
    """Places that were or are also called so: former, short and variant names, former codes."""
    known = PlaceAlias.objects.current().filter(_from("text", text), place=OuterRef("fact"))
    return Q(Exists(known))


def holding_name(kind: Kind, text: str) -> Q:
    """Records in whose name a text stands anywhere: asked only when nothing begins with it."""
    return Q(name__contains=text) if kind.name in SUBJECT_KINDS else NOTHING


def search(user: User, kind: Kind, text: str, *, moment: Moment | None = None) -> QuerySet[Any]:
    """The records of a kind that the account may open and that a text names."""
    rows = visible(user, kind, moment=moment)
    begun = rows.filter(named(kind, text))
    if begun.exists() or len(text) < 2:
        return begun
    return rows.filter(holding_name(kind, text))


def keys_named(user: User, to: str, text: str) -> list[UUID]:
    """The keys of the records that a text names, for a filter; at most so many."""
    kinds = [k for k in SUBJECT_KINDS if k != "place"] if to == "subject" else [to]
    found: list[UUID] = []
    for name in kinds:
        if name in SUBJECT_KINDS:
            rows = search(user, VOCABULARY[name], text).order_by("name", "pk")
            found += rows.values_list("fact", flat=True)[:NAMESAKES]
    return found[:NAMESAKES]


def places_named(user: User, text: str, *, limit: int = NAMESAKES) -> list[Place]:
    """The places that a text names: by the start of name, initials or code, or a former name."""
    rows = search(user, VOCABULARY["place"], text).select_related("parent")
    return list(rows.order_by("path")[:limit])


def place_of_code(user: User, code: str) -> Place | None:
    """The place that has a division code, in any of its lengths."""
    rows = visible(user, VOCABULARY["place"]).filter(code__in=spellings(code))
    found: Place | None = rows.first()
    return found


def names_of(keys: Iterable[UUID], moment: Moment) -> dict[UUID, str]:
    """What subjects and places were called at a moment, by their keys, in two queries."""
    wanted = set(keys)
    found: dict[UUID, str] = {}
    for model in (Place, Subject):
        rows = model.objects.at(moment).filter(fact__in=wanted)
        found |= dict(rows.values_list("fact", "name"))
    return found


def placed_under(place: Place, moment: Moment) -> QuerySet[Place]:
    """The places directly inside a place, in the order of their codes."""
    inside = Place.objects.at(moment).filter(parent=place.fact).filter(under(place.path))
    return inside.order_by("path")


def lineage(place: Place) -> list[Place]:
    """What a place lies in, from the province down, itself left out."""
    above = Place.objects.current().filter(path__in=_upwards(place.path))
    return [p for p in above.order_by("path") if p.fact != place.fact]


def aliases_of(place: UUID) -> list[PlaceAlias]:
    """The other names and codes of a place, in the order of their days."""
    return list(PlaceAlias.objects.current().filter(place=place).order_by("began", "text"))


def former_of(place: UUID) -> list[Place]:
    """What a place was called, coded and part of before, the latest first."""
    rows = Place.objects.current().filter(fact=place, ended__isnull=False)
    return list(rows.select_related("parent").order_by("-began"))


def reachable(user: User, keys: Iterable[UUID]) -> list[UUID]:
    """Of some subjects those that the account may open."""
    return [key for key in keys if may_reach(user, key)]


def topmost(user: User, moment: Moment) -> list[Place]:
    """The places that an account may open and whose parent it may not, and what lies in them."""
    rows = visible(user, VOCABULARY["place"], moment=moment)
    tops = rows.exclude(parent__in=rows.values("fact")).order_by("path")[:NAMESAKES]
    found = list(tops.select_related("parent"))
    if len(found) == 1:
        found += list(rows.filter(parent=found[0].fact).select_related("parent").order_by("path"))
    return found


def former_names(places: Iterable[UUID]) -> dict[UUID, list[str]]:
    """The other names and codes of some places, in one query."""
    found: dict[UUID, list[str]] = {}
    rows = PlaceAlias.objects.current().filter(place__in=set(places)).order_by("began", "text")
    for place, text in rows.values_list("place_id", "text"):
        found.setdefault(place, []).append(text)
    return found
