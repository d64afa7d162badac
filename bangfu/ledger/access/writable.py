"""Which records may stand as written under a grant."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from bangfu.ledger import clock
from bangfu.ledger.access.defects import where_the_record_is_open
from bangfu.ledger.access.grants import limits_of, units_under
from bangfu.ledger.access.own import lived_in, own_keys, own_reach
from bangfu.ledger.access.reach import (
    SHEETED,
    asks_unit_of,
    base_of,
    goes_by,
    helping,
    in_place,
    in_programme,
    in_unit,
    keys_inside,
    of_programme,
    with_part,
)
from bangfu.ledger.access.roles import ROLES
from bangfu.ledger.conditions import ANYTHING, NOTHING
from bangfu.ledger.models import Document, Grant, Pairing, Subject
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind


def by_place_alone(grant: Grant) -> bool:
    others = grant.organisation_id or grant.programme_id or ROLES[grant.role].own
    return bool(grant.place_id) and not others


def programme_written(grant: Grant) -> Q:
    """Programmes lie where their area lies, and in the unit that runs them."""
    if ROLES[grant.role].own or not any(limits_of(grant)):
        return NOTHING
    q = ANYTHING
    if grant.place is not None:
        q = q & Q(area__in=keys_inside(grant.place))
    if grant.organisation_id:
        q = q & Q(owner__in=units_under(grant.organisation_id))
    if grant.programme_id:
        q = q & Q(fact=grant.programme_id)
    return q


def written_under(grant: Grant, kind: Kind, about: frozenset[str] | None = None) -> Q:
    """Which records of a kind may stand as written under a grant: inside each of its limits.

    A limit opens what it says nothing about to be read (places to a unit, organisations to a
    programme); nobody writes that under it.
    """
    if kind.name == "defect":
        return where_the_record_is_open(grant, written_under, about)
    q = ANYTHING if any(limits_of(grant)) else NOTHING
    if ROLES[grant.role].own:
        q = q & _own_written(grant, kind)
    if grant.place_id:
        q = q & _place_written(grant, kind)
    if grant.organisation_id:
        q = q & _unit_written(grant, kind)
    if grant.programme_id:
        q = q & _in_programme_written(grant, kind)
    if not goes_by(kind):
        return q
    # A step of leave is done where the leave stands, and nowhere else.
    return (q & Q(document__isnull=True, stint__isnull=True)) | _step_written(grant, kind)


def works_on_papers(grant: Grant) -> bool:
    """Whether a role writes, checks or signs papers."""
    return any(verb.startswith("document.") for verb in ROLES[grant.role].does)


def papers_written(grant: Grant) -> QuerySet[Any]:
    """The papers that stand inside a grant whose role works on papers."""
    rows = Document.objects.current().filter(written_under(grant, VOCABULARY["document"]))
    return (rows if works_on_papers(grant) else rows.none()).values("fact")


def _step_written(grant: Grant, kind: Kind) -> Q:
    """The ways of papers that stand inside a grant; a step also where it is asked from a unit."""
    if not works_on_papers(grant):
        return NOTHING
    q = Q(document__in=papers_written(grant))
    asked = kind.name == "handling" and not ROLES[grant.role].own
    return q | (Q(document__isnull=False) & asks_unit_of(grant)) if asked else q


_OWN_WRITTEN = frozenset(
    (
        *"pairing enrolment class proposal need task file proceeding handling tick".split(),
        *SHEETED,
    )
)


def _own_written(grant: Grant, kind: Kind) -> Q:
    """What is about the own pairings, and what was done where they live."""
    _pairings, mine, _programmes = own_keys(grant.user, clock.today())
    name = base_of(kind)
    if name in SUBJECT_KINDS:
        return Q(fact__in=mine)
    if name == "activity":
        return with_part(mine) | Q(place__in=lived_in(mine))
    if name == "handover":
        return Q(successor=grant.user.person_id)
    return own_reach(grant, kind) if name in _OWN_WRITTEN else NOTHING


def _place_written(grant: Grant, kind: Kind) -> Q:
    if kind.name != "post":
        return in_place(grant, kind)
    # Where its holder lives says nothing about whose post it is.
    assert grant.place is not None
    bodies = Subject.objects.filter(place__in=keys_inside(grant.place))
    return Q(organisation__in=bodies.values("pk"))


def _unit_written(grant: Grant, kind: Kind) -> Q:
    assert grant.organisation_id is not None
    units, name = units_under(grant.organisation_id), base_of(kind)
    if name == "statistic":
        return NOTHING
    if name == "place":
        return Q(fact__in=Pairing.objects.current().filter(helping(units)).values("subject"))
    if name == "post":
        return Q(organisation__in=units)
    if name in ("fund", "document"):
        return Q(programme__owner__in=units)
    return in_unit(grant, kind)


def _in_programme_written(grant: Grant, kind: Kind) -> Q:
    name = base_of(kind)
    if name in SUBJECT_KINDS:
        return of_programme(grant)
    return NOTHING if name in ("statistic", "post") else in_programme(grant, kind)
