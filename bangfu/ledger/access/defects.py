"""Which defects are open: those of records that are open themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db.models import Exists, OuterRef, Q

from bangfu.ledger import clock
from bangfu.ledger.access.grants import units_under
from bangfu.ledger.access.own import own_keys
from bangfu.ledger.access.reach import (
    BETWEEN,
    REACH,
    Reach,
    goes_by,
    helping,
    keys_inside,
    people_of,
    still_helped,
)
from bangfu.ledger.access.roles import ROLES
from bangfu.ledger.conditions import NOTHING, all_of
from bangfu.ledger.models import Grant, Pairing
from bangfu.ledger.moment import Moment
from bangfu.ledger.rules import kinds_read, place_of, rules, subject_of
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind


def where_the_record_is_open(
    grant: Grant, open_under: Callable[[Grant, Kind], Q], about: frozenset[str] | None = None
) -> Q:
    """Defects of records that the grant opens: nothing is told of what may not be opened.

    A rule that reads a kind of record which the role does not see would tell of it. What cannot be
    open for all that stands on the defect itself is left out before its record is looked up.
    ``about``: the kinds of the records, if not all kinds are asked about.
    """
    sees = ROLES[grant.role].sees
    telling = [key for key in rules() if not kinds_read(key) <= sees]
    alike: dict[tuple[str, ...], Q] = {}
    for name in sorted(sees - {"defect"} if about is None else sees & about):
        kind = VOCABULARY[name]
        if kind.basic:
            continue
        rows = all_of(kind, Moment.present()).filter(open_under(grant, kind))
        limits = tuple(limit for limit, bounds in _BOUNDS.items() if bounds(grant, kind))
        found = Q(about=name) & Q(Exists(rows.filter(fact=OuterRef("record"))))
        alike[limits] = alike.get(limits, NOTHING) | found
    q = NOTHING
    for limits, found in alike.items():
        near = found
        for limit in limits:
            near = _near(grant, limit) & near
        q = q | near
    return q & ~Q(rule__in=telling) if telling else q


def _near(grant: Grant, limit: str) -> Q:
    """What a defect itself must say where a limit of a grant opens its record."""
    if limit == "place":
        # Open ones follow the place of their record; accepted ones are few.
        assert grant.place is not None
        return Q(place__in=keys_inside(grant.place)) | ~Q(state="open")
    if limit == "own":
        _pairings, mine, _programmes = own_keys(grant.user, clock.today())
        return Q(subject__in=[*mine, *filter(None, [grant.user.person_id])])
    assert grant.organisation_id is not None
    units = units_under(grant.organisation_id)
    paired = Pairing.objects.current().filter(helping(units) & still_helped())
    return (
        Q(subject__in=units)
        | Q(subject__in=people_of(units))
        | Q(subject__in=paired.values("subject"))
    )


def _bounds_place(grant: Grant, kind: Kind) -> bool:
    """Whether a limit to a place opens a kind by the very place that its defects bear."""
    if kind.name in SUBJECT_KINDS:
        return bool(grant.place_id)
    if goes_by(kind):
        return False  # a paper opens its steps wherever it lies, leave also where it is spent
    reach, about = REACH.get(kind.name, Reach()), subject_of(kind)
    by_subject = reach == Reach(subjects=(about or "",), programme=reach.programme)
    return bool(grant.place_id) and by_subject and place_of(kind) == f"{about}__place"


def _bounds_subject(kind: Kind) -> bool:
    """Whether a kind is opened by the very subject that its defects bear."""
    if kind.name in SUBJECT_KINDS:
        return kind.name != "place"
    if goes_by(kind):
        return False
    reach, about = REACH.get(kind.name, Reach()), subject_of(kind)
    by_subject = reach == Reach(subjects=(about or "",), programme=reach.programme)
    return by_subject and kind.name not in BETWEEN


#: The limits of a grant by which a kind of record is opened, where its defects say the same.
_BOUNDS: Mapping[str, Callable[[Grant, Kind], bool]] = {
    "own": lambda grant, kind: ROLES[grant.role].own and _bounds_subject(kind),
    "unit": lambda grant, kind: bool(grant.organisation_id) and _bounds_subject(kind),
    "place": _bounds_place,
}
