"""What an account was granted: its roles, the units it stands for, what these let it do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger import clock
from bangfu.ledger.access.roles import ROLES
from bangfu.ledger.models import Grant, Organisation, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once, once_until_written
from bangfu.ledger.prepared import Question, asked
from bangfu.ledger.readers import Kept, is_among, units_served
from bangfu.programmes.kinds import Field, Kind

#: The tables in which it stands who was granted what.
GRANTED = "ledger_grant", "ledger_user", "ledger_place", "ledger_subject", "ledger_programme"


def grants_of(user: User, *, on: dt.date | None = None) -> list[Grant]:
    """The grants an account holds on a day (today); an inactive account holds none."""
    if not user.is_active:
        return []
    return [*_grants_on(user.pk, on or clock.today())]


@once_until_written(*GRANTED)
def _grants_on(user: int, day: dt.date) -> list[Grant]:
    def of(_: object) -> QuerySet[Grant]:
        held = Grant.objects.at(Moment(day)).filter(user=user)
        return held.select_related("place", "organisation", "programme", "user")

    question = Question(("grants", user, day), of, small=True)
    return [grant for grant in asked(question) if grant.role in ROLES]


def roles_of(user: User) -> set[str]:
    """The names of the roles an account holds today."""
    return {g.role for g in grants_of(user)}


def holds(user: User, roles: Iterable[str]) -> bool:
    """Whether an account, and whoever looks as it, holds any of some roles."""
    return not roles_of(user).isdisjoint(roles) and (not user.seen_by or holds(user.seen_by, roles))


def kinds_of(user: User) -> set[str]:
    """The kinds of record that some role opens to an account, and to whoever looks as it."""
    found = {name for role in roles_of(user) for name in ROLES[role].sees}
    return found & kinds_of(user.seen_by) if user.seen_by else found


def kind_for(user: User, kind: Kind) -> Kind:
    """A kind with those of its fields that an account may read wherever it opens such a record.

    A field that retells another kind of record is open where each role that opens the one opens the
    other too: which rows of a list are open by which role is not told apart.
    """
    closed = {key for key, one in kind.fields.items() if one.told_by and _shut(user, kind, one)}
    if not closed:
        return kind
    return replace(kind, fields={k: one for k, one in kind.fields.items() if k not in closed})


def _shut(user: User, kind: Kind, field: Field) -> bool:
    roles = [ROLES[name] for name in roles_of(user) if kind.name in ROLES[name].sees]
    if not roles or any(field.told_by not in role.sees for role in roles):
        return True
    return user.seen_by is not None and _shut(user.seen_by, kind, field)


def needs_second_factor(user: User) -> bool:
    """Whether any of the account's roles asks for a second factor."""
    return any(ROLES[g.role].two_factor for g in grants_of(user))


def may(user: User, verb: str) -> bool:
    """Whether any grant of the account allows an action at all."""
    return bool(grants_to(user, verb))


def writes(user: User, noun: str) -> bool:
    """Whether any grant of the account allows any action of a noun."""
    does = (verb for g in grants_of(user) for verb in ROLES[g.role].does)
    return any(verb == "*" or verb.partition(".")[0] == noun for verb in does)


def grants_to(user: User, verb: str) -> list[Grant]:
    return [g for g in grants_of(user) if ROLES[g.role].may(verb)]


def limits_of(grant: Grant) -> tuple[object, ...]:
    return grant.place_id, grant.organisation_id, grant.programme_id, ROLES[grant.role].own


def units_granted(user: User) -> tuple[UUID, ...]:
    return tuple(sorted({g.organisation_id for g in grants_of(user) if g.organisation_id}))


@once
def reads(user: User, kept: Kept) -> bool:
    """Whether an account is one of the readers whom a file names; inspectors read all but nobody's.

    Who looks as somebody else is to be one too.
    """
    examines = bool(kept.names) and any(ROLES[grant.role].examines for grant in grants_of(user))
    own = examines or is_among(kept.meaning, kept.names, user.person_id, units_granted(user))
    return own and (user.seen_by is None or reads(user.seen_by, kept))


@once_until_written("ledger_organisation")
def units_under(organisation: UUID) -> list[UUID]:
    """An organisation and every body below it."""
    found, fresh = [organisation], [organisation]
    while fresh:
        below = Organisation.objects.current().filter(parent__in=fresh, ended__isnull=True)
        fresh = [k for k in below.values_list("fact", flat=True) if k not in found]
        found += fresh
    return found


def units_above(units: Iterable[UUID]) -> list[UUID]:
    """Some organisations and every body that they belong to."""
    found = fresh = [*units]
    while fresh:
        rows = Organisation.objects.current().filter(fact__in=fresh, parent__isnull=False)
        fresh = [k for k in rows.values_list("parent", flat=True) if k not in found]
        found = [*found, *fresh]
    return found


def serves_in(user: User) -> list[UUID]:
    return units_served(user.person_id) if user.person_id else []
