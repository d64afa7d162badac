"""How each kind of record hangs in the world, and what lies in a place, a unit, a programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from bangfu.ledger import clock
from bangfu.ledger.access.grants import units_under
from bangfu.ledger.conditions import ANYTHING, NOTHING, under
from bangfu.ledger.models import (
    Enrolment,
    Grant,
    Handling,
    Measure,
    Pairing,
    Participant,
    Place,
    Post,
    Subject,
)
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once_until_written
from bangfu.ledger.prepared import Question, asked
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind


@dataclass(frozen=True, slots=True)
class Reach:
    """How a kind of record hangs in the world: by whom, where, in which unit and programme."""

    subjects: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    programme: str = ""
    participants: bool = False


REACH: dict[str, Reach] = {
    "post": Reach(subjects=("person",), organisations=("organisation",)),
    "qualification": Reach(subjects=("person",)),
    "practice": Reach(subjects=("person",), organisations=("organisation",)),
    "stint": Reach(subjects=("person",), places=("place",)),
    "award": Reach(subjects=("subject",)),
    "affiliation": Reach(subjects=("subject",), organisations=("organisation",)),
    "enrolment": Reach(subjects=("subject",), programme="programme"),
    "class": Reach(subjects=("subject",), programme="programme"),
    "proposal": Reach(subjects=("subject",), programme="programme"),
    "pairing": Reach(subjects=("subject",), programme="programme"),
    "handover": Reach(subjects=("subject",), programme="programme"),
    "agreement": Reach(subjects=("subject",), programme="programme"),
    "measure": Reach(organisations=("owner",), programme="programme"),
    "proceeding": Reach(subjects=("subject",), programme="programme"),
    "handling": Reach(
        subjects=("subject",), organisations=("organisation",), programme="programme"
    ),
    "tick": Reach(subjects=("subject",), programme="programme"),
    "round": Reach(subjects=("subject",), organisations=("subject",), programme="programme"),
    "score": Reach(subjects=("subject",), organisations=("subject",), programme="programme"),
    "sample": Reach(subjects=("subject",), programme="programme"),
    "task": Reach(
        places=("decided_at__place", "demand__place"),
        organisations=("owner",),
        programme="programme",
    ),
    "activity": Reach(
        places=("place",),
        organisations=("organisation",),
        programme="programme",
        participants=True,
    ),
    "file": Reach(subjects=("subject",)),
    "income": Reach(subjects=("subject",)),
    "reckoning": Reach(subjects=("subject",)),
    "assurance": Reach(subjects=("subject",)),
    "benefit": Reach(subjects=("subject",)),
    "payout": Reach(subjects=("subject",)),
    "encounter": Reach(subjects=("subject",), organisations=("provider",)),
    "need": Reach(subjects=("subject",), organisations=("organisation",), programme="programme"),
    "fund": Reach(programme="programme"),
    "entry": Reach(organisations=("organisation",), programme="fund__programme"),
    "project": Reach(places=("place",), organisations=("owner",), programme="programme"),
    "project_state": Reach(
        places=("project__place",),
        organisations=("project__owner",),
        programme="project__programme",
    ),
    "project_part": Reach(
        places=("place", "project__place"),
        organisations=("project__owner",),
        programme="project__programme",
    ),
    "statistic": Reach(places=("place",)),
    "demand": Reach(places=("place",)),
    "document": Reach(programme="programme"),
}


#: What is kept of people beside their sheets, and lies where they lie.
SHEETED = ("income", "reckoning", "assurance", "benefit", "payout", "encounter")


#: What people hold by themselves, whichever programme they help in.
_OF_PEOPLE = ("post", "qualification", "practice", "stint")


def base_of(kind: Kind) -> str:
    return kind.basic or kind.name


def goes_by(kind: Kind) -> bool:
    """Whether records of a kind are about subjects, about papers or about leave."""
    return kind.name in ("proceeding", "handling")


def area(place: Place, *, on: dt.date | None = None) -> QuerySet[Place]:
    """A place and everything inside it, by the tree as it stands on a day."""
    rows = Place.objects.at(Moment(on or clock.today()))
    return rows.filter(under(path_on(place.fact, on or clock.today()) or place.path))


def keys_inside(place: Place) -> RawSQL:
    """The keys of a place and of everything inside it today, for ``place__in``."""
    return _inside_on(place.fact, place.path, clock.today())


@once_until_written("ledger_place")
def _inside_on(place: UUID, path: str, day: dt.date) -> RawSQL:
    """Put in SQL once within a page: nearly every one of its questions holds it."""
    rows = Place.objects.at(Moment(day)).filter(under(path_on(place, day) or path))
    sql, parameters = rows.order_by().values("fact").query.sql_with_params()
    return RawSQL(sql, parameters)


@once_until_written("ledger_place")
def path_on(place: UUID, day: dt.date) -> str | None:

    def of(keys: list[UUID]) -> QuerySet[Any]:
        rows = Place.objects.at(Moment(day)).filter(fact__in=keys).order_by("pk")
        return rows.values_list("path", flat=True)[:1]

    return next(iter(asked(Question(("path", day), of), [place])), None)


def in_place(grant: Grant, kind: Kind) -> Q:
    assert grant.place is not None
    inside = keys_inside(grant.place)
    if kind.name == "place":
        return Q(fact__in=inside)
    if kind.name in SUBJECT_KINDS:
        return Q(place__in=inside)
    reach = REACH[base_of(kind)]
    q = NOTHING
    for path in reach.places:
        q = q | Q(**{f"{path}__in": inside})
    for path in (*reach.subjects, *reach.organisations):
        # Not a join: a list in its own order would be led through every subject of the place.
        named = Subject.objects.filter(pk=OuterRef(path), place__in=inside)
        # A person may answer for a task; where he or she is at home says nothing about it.
        q = q | Q(Exists(named.filter(kind="organisation") if kind.name == "task" else named))
    if reach.participants:
        # Where those are at home who came to help says nothing about whom they helped.
        there = Subject.objects.filter(place__in=inside).values("pk")
        q = q | with_part(there, ("whom", "attendee"))
    if reach.programme and not reach.subjects:
        # What belongs to no place is opened with the programme that it belongs to.
        nowhere = Q(**{f"{path}__isnull": True for path in reach.places})
        q = q | (nowhere & Q(**{f"{reach.programme}__area__in": inside}))
    return q


def with_part(subjects: Any, parts: Iterable[str] = ("who", "whom", "attendee", "absent")) -> Q:
    told = Participant.objects.current().filter(activity=OuterRef("fact"), part__in=parts)
    return Q(Exists(told.filter(subject__in=subjects)))


def people_of(units: list[UUID]) -> QuerySet[Any]:
    posts = Post.objects.at(Moment.present()).filter(organisation__in=units)
    return posts.values("person")


def helping(units: list[UUID]) -> Q:
    """The pairings in which some units help, themselves or by their people."""
    return Q(helper__in=units) | Q(helper__in=people_of(units))


def still_helped() -> Q:
    """Pairings that last, or ended in this quarter: so long a unit hands over whom it helped."""
    today = clock.today()
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    return Q(ended__isnull=True) | Q(ended__gte=quarter)


def in_unit(grant: Grant, kind: Kind) -> Q:
    assert grant.organisation_id is not None
    units = units_under(grant.organisation_id)
    staff, helpers = people_of(units), helping(units)
    paired = Pairing.objects.current().filter(helpers & still_helped()).values("subject")
    name = base_of(kind)
    if name == "organisation":
        return Q(fact__in=units)
    if name == "person":
        return Q(fact__in=staff) | Q(fact__in=paired)
    if name in ("household", "site"):
        return Q(fact__in=paired)
    if name == "place":
        return ANYTHING
    if name == "pairing":
        return helpers & still_helped()
    if name == "demand":
        return Q(given_by__person__in=staff)
    if name in BETWEEN:
        return _by_or_of(BETWEEN[name], units, staff)
    return _unit_reach(REACH[name], units, staff, paired)


#: Records that lie in a unit by the people who have to do with them, not by whom they are about.
BETWEEN = {
    "handover": ("giver", "successor", "taken_by"),
    "task": ("owner",),
    "agreement": ("helper", "subject"),
}


def _by_or_of(paths: Iterable[str], units: list[UUID], staff: QuerySet[Any]) -> Q:
    """What one of some columns ties to a unit itself or to one of its people."""
    q = NOTHING
    for path in paths:
        q = q | Q(**{f"{path}__in": units}) | Q(**{f"{path}__in": staff})
    return q


def _unit_reach(reach: Reach, units: list[UUID], staff: QuerySet[Any], paired: QuerySet[Any]) -> Q:
    q = NOTHING
    for path in reach.organisations:
        q = q | Q(**{f"{path}__in": units})
    for path in reach.subjects:
        q = q | Q(**{f"{path}__in": staff}) | Q(**{f"{path}__in": paired})
    if reach.participants:
        q = q | with_part(staff) | with_part(paired)
    if reach.organisations or reach.subjects or reach.participants:
        return q
    return _of_its_programmes(reach, units) if reach.programme else ANYTHING


def _of_its_programmes(reach: Reach, units: list[UUID]) -> Q:
    """Purses and papers of programmes that a unit runs, helps in, or has measures in."""
    runs = Q(**{f"{reach.programme}__owner__in": units})
    pairs = Pairing.objects.current().filter(helping(units))
    measures = Measure.objects.current().filter(owner__in=units)
    helps = Q(**{f"{reach.programme}__in": pairs.values("programme")})
    return runs | helps | Q(**{f"{reach.programme}__in": measures.values("programme")})


def in_programme(grant: Grant, kind: Kind) -> Q:
    name = base_of(kind)
    if name in ("person", "household", "site", "organisation"):
        return of_programme(grant) | Q(kind="organisation")
    if name in ("place", "statistic"):
        return ANYTHING
    if name in _OF_PEOPLE or name in ("file", "affiliation", "award", *SHEETED):
        return of_programme(grant, "person" if name in _OF_PEOPLE else "subject")
    reach = REACH[name]
    return Q(**{reach.programme: grant.programme_id}) if reach.programme else NOTHING


def of_programme(grant: Grant, path: str = "fact") -> Q:
    """The subjects whom a programme took in, who are helped in it, and who help in it."""
    taken = Enrolment.objects.current().filter(programme=grant.programme_id)
    pairs = Pairing.objects.current().filter(programme=grant.programme_id)
    return (
        Q(**{f"{path}__in": taken.values("subject")})
        | Q(**{f"{path}__in": pairs.values("helper")})
        | Q(**{f"{path}__in": pairs.values("subject")})
    )


def papers_asked(grant: Grant) -> QuerySet[Any]:
    """The papers of which a step is asked from a unit that lies inside a grant's limits."""
    steps = Handling.objects.current().filter(document__isnull=False)
    if not (grant.organisation_id or grant.place_id):
        return steps.none().values("document")
    return steps.filter(asks_unit_of(grant)).values("document")


def asks_unit_of(grant: Grant) -> Q:
    """The steps that are a unit's which lies inside a grant's limits."""
    q = Q(organisation__isnull=False)
    if grant.organisation_id:
        q = q & Q(organisation__in=units_under(grant.organisation_id))
    if grant.place is not None:
        units = Subject.objects.filter(kind="organisation", place__in=keys_inside(grant.place))
        q = q & Q(organisation__in=units.values("pk"))
    if grant.programme_id:
        q = q & Q(programme=grant.programme_id)
    return q


def rows_under(grant: Grant) -> Q:
    """The rows of places inside a grant's place, whenever they begin."""
    assert grant.place is not None
    return under(path_on(grant.place.fact, clock.today()) or grant.place.path)
