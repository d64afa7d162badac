"""What pages ask besides lists and figures: which programmes, what names stand for, how many."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, Model, Q, QuerySet

from bangfu.ledger.access import (
    grants_of,
    reached_among,
    rights_of,
    visible,
)
from bangfu.ledger.conditions import ANYTHING, NOTHING, under
from bangfu.ledger.models import (
    Enrolment,
    Pairing,
    Place,
    PlaceAlias,
    Programme,
    Subject,
    User,
)
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once
from bangfu.ledger.prepared import Keyed, Question, asked, asked_of_keys
from bangfu.ledger.sharing import programmes_reached
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.places import Found, begins, find_places
from bangfu.lists.readings import kept_of
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind

#: How many records a name may stand for in a filter before it is too vague.
NAMESAKES = 50
#: Lists longer than this are not sorted by what stands on sheets or is worked out.
SORTED_FREELY = 5_000


# ------------------------------------------------------------------ programmes


def programmes_of(user: User) -> QuerySet[Programme]:
    """The programmes with which an account has to do, by its grants today; the newest first."""
    return Programme.objects.current().filter(_reached(user)).order_by("-began", "name")


def _reached(user: User) -> Q:
    q = NOTHING
    for grant in grants_of(user):
        q = q | programmes_reached(grant)
    return q & _reached(user.seen_by) if user.seen_by else q


def programme_for(user: User, name: str) -> Programme | None:
    """A programme by its short name, if the account has to do with it."""
    return programmes_of(user).select_related("area", "owner").filter(name=name).first()


def programmes_about(user: User, subject: UUID) -> list[Programme]:
    """The programmes that concern a subject today and the account, the newest first."""
    today = Moment.present()

    def of(keys: list[UUID]) -> QuerySet[Any]:
        taken = Enrolment.objects.at(today).filter(subject__in=keys).values("programme")
        pairs = Pairing.objects.at(today).filter(Q(subject__in=keys) | Q(helper__in=keys))
        concerned = Q(pk__in=taken) | Q(pk__in=pairs.values("programme"))
        going = Q(ended__isnull=True) | Q(ended__gte=today.on)
        return programmes_of(user).filter(concerned & going)

    return asked(Question(("programmes about", rights_of(user), today), of), [subject])


def programmes_with(keys: Iterable[UUID | None]) -> dict[UUID, Programme]:
    """Some programmes by their keys, in one query."""
    return dict(_programmes(frozenset(key for key in keys if key)))


@once
def _programmes(keys: frozenset[UUID]) -> dict[UUID, Programme]:
    def of(some: list[UUID]) -> QuerySet[Any]:
        return Programme.objects.current().filter(pk__in=some)

    return {one.pk: one for one in asked_of_keys(Question("programmes", of), [*keys])}


# ------------------------------------------------------------------ how many


def total_of(rows: QuerySet[Any]) -> int:
    """How many rows there are; counted anew only when a table that they stand on was written."""
    asked = rows.order_by()
    answer = kept_of("total", asked, lambda: {"rows": asked.count()})
    return int(answer["rows"]) if answer else 0


def some_of(rows: QuerySet[Any], *, most: int, lately: bool = False) -> int:
    """How many rows there are, or one more than ``most``: no more are looked for.

    ``lately``: where counting is felt, it may be as it was within the last minute.
    """
    asked = rows.order_by()[: most + 1]
    answer = kept_of("some", asked, lambda: {"rows": asked.count()}, lately=lately)
    return int(answer["rows"]) if answer else 0


def totals_by(rows: QuerySet[Any], column: str) -> dict[UUID, int]:
    """How many of some rows each record has that a column names, in one question."""
    return {UUID(key): n for key, n in counted_by(rows, column).items() if key is not None}


def counted_by(rows: QuerySet[Any], column: str) -> dict[str | None, int]:
    """How many of some rows have each value of a column, as text, in one question."""
    asked = rows.order_by().values_list(column).annotate(rows=Count("pk"))
    answer = kept_of(
        "totals", asked, lambda: {"rows": [[None if k is None else str(k), n] for k, n in asked]}
    )
    return dict(answer["rows"]) if answer else {}


def of_keys(like: Any, keys: Iterable[UUID]) -> QuerySet[Any]:
    """Rows by their own keys, of the table of a row or queryset in which they were found."""
    model: Any = getattr(like, "model", None) or type(like)
    found: QuerySet[Any] = model.objects.filter(pk__in=list(keys))
    return found


def keyed(model: type[Model], keys: Iterable[UUID]) -> Keyed:
    """The same rows, to be shown: what is asked of them is put in SQL once for all pages."""
    manager = model._default_manager
    return Keyed(("row", model), lambda some: manager.filter(pk__in=some), list(keys))


# ------------------------------------------------------------------ names


def named(kind: Kind, text: str) -> Q:
    """Subjects whose name begins with a text, or is spelt so in pinyin or in its initials.

    Every question is one range of one index, and letters look further only within the names of
    the same first letter.
    """
    text = " ".join(text.split())
    if not text:
        return ANYTHING
    if kind.name not in SUBJECT_KINDS:
        return NOTHING
    if not text.isascii():
        return begins("name", text)
    letters = text.lower()
    spelt = begins("sort_key", letters)
    if letters.isalpha():
        spelt = spelt | Q(sort_key__regex=r"^" + r"\S* ".join(letters))
    return begins("sort_key", letters[0]) & spelt


def search(user: User, kind: Kind, text: str, *, moment: Moment | None = None) -> QuerySet[Any]:
    """The subjects of a kind that the account may open and that a text names.

    Where no name begins with it, the text may stand anywhere in one.
    """
    rows = visible(user, kind, moment=moment)
    if kind.name == "place":
        found = find_places(text, moment=moment or Moment.present(), limit=NAMESAKES)
        return rows.filter(fact__in=[one.place.fact for one in found])
    begun = rows.filter(named(kind, text))
    if len(text) < 2 or begun.exists():
        return begun
    return rows.filter(holding(text))


def holding(text: str) -> Q:
    """Subjects in whose name a text stands anywhere: asked where no name begins with it."""
    return Q(name__icontains=text)


def keys_named(user: User, to: str, text: str) -> list[UUID]:
    """The keys of the records that a text names, for a filter; at most so many."""
    kinds = [k for k in SUBJECT_KINDS if k != "place"] if to == "subject" else [to]
    found: list[UUID] = []
    for name in kinds:
        if name in SUBJECT_KINDS:
            rows = search(user, VOCABULARY[name], text).order_by("name", "pk")
            found += rows.values_list("fact", flat=True)[:NAMESAKES]
    return found[:NAMESAKES]


def open_names(user: User, to: str, keys: Iterable[UUID]) -> dict[UUID, str]:
    """What those of some subjects are called whom the account may open; rounds by their unit."""
    wanted, found = list(keys), dict[UUID, str]()
    if to == "round":
        rows = visible(user, VOCABULARY[to]).filter(fact__in=wanted)
        return {
            row.fact: f"{row.subject.name} {row.began:%Y-%m-%d}"
            for row in rows.select_related("subject")
        }
    for name in SUBJECT_KINDS if to == "subject" else [to]:
        if name in SUBJECT_KINDS and wanted:
            rows = visible(user, VOCABULARY[name]).filter(fact__in=wanted)
            found |= dict(rows.values_list("fact", "name"))
    return found


def places_meant(user: User, text: str, moment: Moment) -> list[Found]:
    """The places that a text may mean and that the account may open, likeliest first."""
    found = find_places(text, moment=moment, limit=2 * NAMESAKES)
    keys = [one.place.fact for one in found]
    rows = visible(user, VOCABULARY["place"], moment=moment).filter(fact__in=keys)
    open_ = set(rows.values_list("fact", flat=True))
    return [one for one in found if one.place.fact in open_]


def names_of(keys: Iterable[UUID], moment: Moment) -> dict[UUID, str]:
    """What subjects and places were called at a moment, by their keys, in two queries."""
    wanted = list(keys)
    found: dict[UUID, str] = {}
    for model in (Place, Subject):
        found |= dict(asked_of_keys(_called(model, moment), wanted))
    return found


def _called(model: type[Place | Subject], moment: Moment) -> Question:
    def of(keys: list[UUID]) -> QuerySet[Any, Any]:
        return model.objects.at(moment).filter(fact__in=keys).values_list("fact", "name")

    return Question(("called", model, moment), of)


def reachable(user: User, keys: Iterable[UUID]) -> list[UUID]:
    """Of some subjects those that the account may open."""
    asked = list(keys)
    reached = reached_among(user, asked)
    return [key for key in asked if key in reached]


# ------------------------------------------------------------------ places


def topmost(user: User, moment: Moment) -> list[Place]:
    """The places that an account may open and whose parent it may not, and what lies in them."""
    rows = visible(user, VOCABULARY["place"], moment=moment)
    tops = rows.exclude(parent__in=rows.values("fact")).order_by("path")[:NAMESAKES]
    found = list(tops.select_related("parent"))
    if len(found) == 1:
        found += list(rows.filter(parent=found[0].fact).select_related("parent").order_by("path"))
    return found


def placed_under(place: Place, moment: Moment) -> QuerySet[Place]:
    """The places directly inside a place, in the order of their codes."""
    inside = Place.objects.at(moment).filter(parent=place.fact).filter(under(place.path))
    return inside.order_by("path")


def aliases_of(place: UUID) -> list[PlaceAlias]:
    """The other names and codes of a place, in the order of their days."""
    return list(PlaceAlias.objects.current().filter(place=place).order_by("began", "text"))


def former_of(place: UUID) -> list[Place]:
    """What a place was called, coded and part of before, the latest first."""
    rows = Place.objects.current().filter(fact=place, ended__isnull=False)
    return list(rows.select_related("parent").order_by("-began"))
