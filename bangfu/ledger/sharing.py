"""With whom something is shared: by a role, and within a programme, a place or a unit.

Sharing a list opens no row. It tells others which question to ask; each of them sees what the own
roles open.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from bangfu.ledger.access import (
    ROLES,
    NotAllowed,
    area,
    grants_of,
    helping,
    own_pairings,
    rights_of,
    seat_of,
    seats_of,
    units_under,
)
from bangfu.ledger.conditions import ANYTHING, NOTHING, upwards
from bangfu.ledger.models import (
    Grant,
    Organisation,
    Pairing,
    Place,
    Programme,
    SavedList,
    Subject,
    User,
)
from bangfu.ledger.once import once
from bangfu.ledger.readers import units_served


def programmes_reached(grant: Grant) -> Q:
    """The programmes with which a grant has to do."""
    q = ANYTHING
    if ROLES[grant.role].own:
        q = q & Q(pk__in=own_pairings(grant.user).values("programme"))
    if grant.place is not None:
        inside = Q(area__path__gte=grant.place.path, area__path__lt=grant.place.path + "~")
        q = q & (inside | Q(area__path__in=upwards(grant.place.path)))
    if grant.organisation_id:
        units = units_under(grant.organisation_id)
        pairs = Pairing.objects.current().filter(helping(units))
        q = q & (Q(owner__in=units) | Q(pk__in=pairs.values("programme")))
    if grant.programme_id:
        q = q & Q(pk=grant.programme_id)
    return q


# ------------------------------------------------------------------ who sees a saved list


def saved_lists_open_to(user: User) -> QuerySet[Any]:
    """The saved lists of an account and those that others share with it by its grants today."""
    return SavedList.objects.current().filter(_open_to(user))


def shared_with(user: User) -> Hashable:
    """All on which it depends today which saved lists :func:`saved_lists_open_to` finds."""
    return rights_of(user), _shared_where(user)


def _open_to(user: User) -> Q:
    q = Q(user=user)
    for grant, (above, units) in zip(grants_of(user), _shared_where(user), strict=True):
        q = q | _shared_under(grant, above, units)
    return q


@once
def _shared_where(user: User) -> tuple[tuple[tuple[str, ...], tuple[UUID, ...]], ...]:
    """For each grant the paths of the places, and the units, with which a list may be shared."""
    return tuple((_places_over(grant), tuple(_units_over(grant))) for grant in grants_of(user))


def _shared_under(grant: Grant, above: Iterable[str], units: Iterable[UUID]) -> Q:
    """Lists of what the role sees, shared with it (or with any role) where the grant lies."""
    reached = Programme.objects.current().filter(programmes_reached(grant)).values("fact")
    within = Q(shared_programme__in=reached) | Q(shared_place__path__in=above)
    within = within | Q(shared_organisation__in=units)
    meant = Q(shared_role__in=("", grant.role))
    return Q(kind__in=sorted(ROLES[grant.role].sees)) & meant & within


def _places_over(grant: Grant) -> tuple[str, ...]:
    """The paths of the places in which a grant lies, and of those around them."""
    seats = [seat.path for seat in seats_of(grant) if seat is not None]
    return tuple(sorted({step for path in seats for step in upwards(path)}))


def _units_over(grant: Grant) -> list[UUID]:
    """The unit of a grant, or those in which the holder of a helper's role serves, and above."""
    found: list[UUID] = [grant.organisation_id] if grant.organisation_id else []
    if ROLES[grant.role].own and grant.user.person_id:
        found += units_served(grant.user.person_id)
    fresh = found
    while fresh:
        over = Organisation.objects.current().filter(fact__in=fresh, ended__isnull=True)
        fresh = [key for key in over.values_list("parent", flat=True) if key not in (None, *found)]
        found = [*found, *fresh]
    return found


# ------------------------------------------------------------------ with whom one may share


def require_reach(
    user: User | None,
    verb: str,
    *,
    place: Place | None = None,
    organisation: Subject | None = None,
    programme: Programme | None = None,
) -> None:
    """Refuse what names a place, a unit or a programme that no grant of the account reaches."""
    if user is None:
        return
    grants = grants_of(user)
    reached = (
        place is None or any(_place_reached(grant, place) for grant in grants),
        organisation is None or any(_unit_reached(grant, organisation) for grant in grants),
        programme is None or _programme_reached(grants, programme),
    )
    if not all(reached):
        raise NotAllowed(verb)


def _place_reached(grant: Grant, place: Place) -> bool:
    return grant.place is not None and area(grant.place).filter(fact=place.fact).exists()


def _unit_reached(grant: Grant, organisation: Subject) -> bool:
    if grant.organisation_id:
        return organisation.fact in units_under(grant.organisation_id)
    seat = seat_of(organisation.fact)
    return seat is not None and _place_reached(grant, seat)


def _programme_reached(grants: Iterable[Grant], programme: Programme) -> bool:
    q = NOTHING
    for grant in grants:
        q = q | programmes_reached(grant)
    return Programme.objects.current().filter(q, fact=programme.fact).exists()
