"""Who keeps which accounts: an administrator those whose roles lie in the places granted.

Decision 0013 is the rule for doing: a role is given, ended and taken back by whoever keeps the
places where it reaches; a password, a second factor and the closing are for whoever keeps the
places of all roles that the account ever had. Seeing is wider: an account is seen by whoever keeps
any of its places, the office's clerk too, and one that was never granted anything by every
administrator, who may give it its first role.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from bangfu.ledger.access import ROLES, allows, grants_of, keys_inside, seats_of
from bangfu.ledger.conditions import NOTHING
from bangfu.ledger.models import Grant, Place, Post, Programme, Subject, User
from bangfu.ledger.moment import Moment

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_OWN = [role.name for role in ROLES.values() if role.own]


def made_password() -> str:
    """A password that nobody chose: four groups of four letters that are not mistaken."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def kept_places(user: User, verb: str) -> list[Place]:
    """The places whose accounts somebody keeps: granted by a place and nothing besides.

    While another looks as somebody, only where both keep them.
    """
    held = (grant for grant in grants_of(user) if ROLES[grant.role].may(verb))
    found = [g.place for g in held if g.place and not (g.organisation_id or g.programme_id)]
    if user.seen_by is None or not found:
        return found
    others = kept_places(user.seen_by, verb)
    return [*_within(found, others), *_within(others, found)]


def _within(places: Iterable[Place], others: Iterable[Place]) -> list[Place]:
    inside = set(Place.objects.current().filter(_areas(others)).values_list("fact", flat=True))
    return [place for place in places if place.fact in inside]


def accounts_for(user: User) -> QuerySet[User]:
    """The accounts that an account may see: some role of theirs lies in a place that it keeps."""
    places = kept_places(user, "user.view_as")
    if not places:
        return User.objects.none()
    granted = Grant.objects.filter(user=OuterRef("pk"))
    there = _reaching(places)
    inside = Exists(granted.filter(there)) | Q(person__in=_subjects_in(places))
    return User.objects.filter(Q(inside) | Q(~Exists(granted), person=None))


def _areas(places: Iterable[Place]) -> Q:
    q = NOTHING
    for place in places:
        q = q | Q(fact__in=keys_inside(place))
    return q


def _subjects_in(places: Sequence[Place]) -> QuerySet[Any]:
    inside = Place.objects.current().filter(_areas(places)).values("fact")
    return Subject.objects.current().filter(place__in=inside).values("fact")


def _reaching(places: Sequence[Place]) -> Q:
    """The grants that reach into some places, by what they name or where their holder lives."""
    inside = Place.objects.current().filter(_areas(places)).values("fact")
    subjects = _subjects_in(places)
    return (
        Q(place__in=inside)
        | Q(organisation__in=subjects)
        | Q(programme__area__in=inside)
        | Q(role__in=_OWN, user__person__in=subjects)
    )


def account_for(user: User, number: int) -> User | None:
    """One account that an account may see; None for others."""
    return accounts_for(user).filter(pk=number).select_related("person").first()


def grant_for(user: User, key: UUID) -> Grant | None:
    """A role given to an account that may be seen; None for others."""
    seen = Grant.objects.current().filter(pk=key, user__in=accounts_for(user))
    return seen.select_related("user", "place", "organisation", "programme").first()


def seats_ever(account: User) -> list[Place | None]:
    """Where all that an account was ever granted has its seat, taken back since or not."""
    granted = Grant.objects.filter(user=account).select_related("place", "programme__area", "user")
    return [seat for grant in granted for seat in seats_of(grant)]


def keeps(user: User | None, verb: str, seats: Sequence[Place | None]) -> bool:
    """Whether somebody keeps the accounts of every one of some places; the operator keeps all."""
    if user is None:
        return True
    held = [seat for seat in seats if seat is not None]
    return bool(seats) and len(held) == len(seats) and allows(user, verb, *held)


def keeps_whole(user: User, verb: str, account: User) -> bool:
    """Whether an account, not being this one, keeps the whole of another."""
    return user.pk != account.pk and keeps(user, verb, seats_ever(account))


def keeps_installation(user: User | None, verb: str) -> bool:
    """Whether somebody keeps all that is here: every place of a role or of a programme.

    Backups, keys and work in the background are the installation's as a whole; an administrator of
    one town among others has no part in them.
    """
    if user is None:
        return True
    places = kept_places(user, verb)
    if not places:
        return False
    inside = Place.objects.current().filter(_areas(places)).values("fact")
    elsewhere = Grant.objects.current().filter(place__isnull=False).exclude(place__in=inside)
    beyond = Programme.objects.current().exclude(area__in=inside)
    return not (elsewhere.exists() or beyond.exists())


def staff_for(user: User) -> QuerySet[Post]:
    """The posts held today by whoever works and lives in the places whose accounts are kept.

    Administrators see nobody who is helped; of those who work they see name, unit and post, so
    that an account can be somebody's.
    """
    subjects = _subjects_in(kept_places(user, "user.create"))
    posts = Post.objects.at(Moment.present()).filter(person__in=subjects)
    return posts.select_related("person", "organisation")


def person_for(user: User, key: UUID) -> Subject | None:
    """One of them, whose account is to be made; None for anybody else."""
    held = staff_for(user).filter(person=key).first()
    return held.person if held else None
