"""Whose it is to answer: the steps of workflows, and hand-overs."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from bangfu.ledger.access.grants import (
    grants_to,
    limits_of,
    may,
    serves_in,
    units_above,
    units_under,
)
from bangfu.ledger.access.reach import keys_inside
from bangfu.ledger.access.roles import ROLES, who_may
from bangfu.ledger.conditions import ANYTHING, NOTHING
from bangfu.ledger.models import Fact, Grant, Handling, Post, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.readers import units_served


def answers(user: User, verb: str) -> Q:
    """The steps that are an account's to do: no unit is named, it serves there, or holds the unit.

    Who is asked by name answers elsewhere, and nobody else does. Of the own hand-over whoever gives
    or is to take over does no step.

    A grant for a place holds the units that lie in it, and where one lies nowhere those of the
    programmes there; a grant for the own pairings holds none.
    """
    q = Q(organisation__isnull=True) | Q(organisation__in=serves_in(user))
    for grant in grants_to(user, verb):
        if not ROLES[grant.role].own and any(limits_of(grant)):
            q = q | _holds_unit(grant)
    of_units = Q(party__isnull=True, document__isnull=True, stint__isnull=True)
    return q & of_units & ~_of_the_own_handover(user)


def answers_on_papers(user: User) -> Q:
    """The steps of papers that are an account's to do, by what is asked of the paper there.

    The text that it wrote or handed in and that was returned; a review of what others wrote and a
    signature where no unit is named or one in which it serves; the issue.
    """
    own = Q(organisation__isnull=True) | Q(organisation__in=serves_in(user))
    handed_in = Handling.objects.current().filter(
        document=OuterRef("document"), asks="text", result="done", event__by=user
    )
    wrote = Q(document__event__by=user) | Q(Exists(handed_in))
    q = Q(asks="text") & ~Q(asked="") & wrote
    if may(user, "document.approve"):
        q = q | (own & Q(asks="review") & ~Q(document__event__by=user))
    if may(user, "document.sign"):
        q = q | (own & Q(asks="signature"))
    return q | Q(asks="issue") if may(user, "document.issue") else q


def _of_the_own_handover(user: User) -> Q:
    if not user.person_id:
        return NOTHING
    offer = "proceeding__handover"
    return Q(**{f"{offer}__giver": user.person_id}) | Q(**{f"{offer}__successor": user.person_id})


def asked_to_take_over(user: User) -> Q:
    """The hand-overs that are an account's to answer: as successor, or for a unit it leads.

    Who leads a unit answers for the unit itself and for those who serve there and have no account
    in which to answer.
    """
    q = Q(successor__in=[*filter(None, [user.person_id])])
    for grant in grants_to(user, "handover.answer"):
        if not ROLES[grant.role].own and any(limits_of(grant)):
            q = q | _led_by(grant)
    return q if may(user, "handover.answer") else NOTHING


def _led_by(grant: Grant) -> Q:
    """Hand-overs to units that a grant holds, and to those who serve there without an account."""
    units = Subject.objects.filter(kind="organisation")
    if grant.organisation_id:
        units = units.filter(pk__in=units_under(grant.organisation_id))
    if grant.place is not None:
        units = units.filter(place__in=keys_inside(grant.place))
    posts = Post.objects.at(Moment.present()).filter(organisation__in=units.values("pk"))
    alone = Q(Exists(_answering(OuterRef("successor"))))
    staff = Q(successor__in=posts.values("person")) & ~alone
    return Q(successor__in=units.values("pk")) | staff


def _answering(person: Any) -> QuerySet[Grant]:
    """The grants by which a person answers hand-overs in an account of his or her own."""
    roles = [role.name for role in who_may("handover.answer")]
    held = Grant.objects.at(Moment.present()).filter(role__in=roles, user__is_active=True)
    return held.filter(user__person=person)


def answers_in_person(successor: Subject) -> bool:
    """Whether somebody has an account in which to answer what is offered."""
    return successor.kind == "person" and _answering(successor.fact).exists()


def can_take_over(successor: Subject) -> bool:
    """Whether somebody can answer what is offered to a successor: in person, or for the unit."""
    if answers_in_person(successor):
        return True
    body = successor.kind == "organisation"
    units = units_above([successor.fact] if body else units_served(successor.fact))
    roles = [role.name for role in who_may("handover.answer") if not role.own]
    held = Grant.objects.at(Moment.present()).filter(role__in=roles, user__is_active=True)
    return held.filter(organisation__in=units).exists()


def _holds_unit(grant: Grant) -> Q:
    q = ANYTHING
    if grant.organisation_id:
        q = q & Q(organisation__in=units_under(grant.organisation_id))
    if grant.place is not None:
        inside = keys_inside(grant.place)
        nowhere = Q(organisation__place__isnull=True, programme__area__in=inside)
        q = q & (Q(organisation__place__in=inside) | nowhere)
    return q


def answers_for(user: User, verb: str, row: Fact) -> bool:
    """Whether a step is an account's to do."""
    return type(row).objects.filter(answers(user, verb), pk=row.pk).exists()
