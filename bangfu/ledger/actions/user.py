"""Accounts are made, and roles granted to them and taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import get_hasher, identify_hasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q

from bangfu.ledger.access import ROLES, NotAllowed, own_account, require, seat_of, seats_of, who_may
from bangfu.ledger.accounts import keeps, seats_ever
from bangfu.ledger.actions.event import (
    By,
    Refused,
    action,
    current_act,
    end,
    insert,
    refuse_numbers,
    withdraw,
)
from bangfu.ledger.models import Grant, Place, Programme, Subject, SubjectKey, User

#: Whose password it is that somebody else than the holder of an account made.
OFFICE = "office"


@action("user.create")
def create(
    *,
    by: By,
    username: str,
    password: str,
    display_name: str = "",
    person: Subject | None = None,
    to_change: bool = False,
) -> User:
    """Make an account, and say whose it is if it is to be a helper's.

    ``to_change``: the password was made for its holder, who chooses another when signing in first.
    """
    require(by.user, "user.create")
    if person is not None:
        _require_seats(by, "user.create", [seat_of(person.fact)])
    if User.objects.filter(username=username).exists():
        raise Refused("name_taken", "There is already an account %(name)s.", name=username)
    refuse_numbers("username", username)
    refuse_numbers("display_name", display_name)
    user = User(username=username, display_name=display_name, person=person)
    _give_password(user, password)
    user.password_from = OFFICE if to_change else ""
    return insert(user)


def write_account(user: User, *columns: str) -> User:
    """Write some columns of an account, later than whatever was said of it before."""
    row, act = User.objects.select_for_update().get(pk=user.pk), current_act()
    act.after_all(User)
    for column in columns:
        setattr(row, column, getattr(user, column))
    row.save(update_fields=columns)
    act.touch(row, *columns)
    return user


def _give_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise Refused("password_weak", " ".join(weak.messages)) from weak
    user.set_password(password)


def _require_seats(by: By, verb: str, seats: Sequence[Place | None]) -> None:
    """Refuse whoever does not keep the accounts of every one of some places."""
    if not keeps(by.user, verb, seats):
        raise NotAllowed(verb, (role.name for role in who_may(verb)))


def _require_whole(by: By, verb: str, user: User) -> None:
    """Refuse whoever does not keep the whole of an account: all that it was ever granted."""
    _not_oneself(by, user)
    _require_seats(by, verb, seats_ever(user))


def _not_oneself(by: By, user: User) -> None:
    if by.user is not None and by.user.pk == user.pk:
        raise Refused(
            "own_account",
            "Nobody changes what the own account may do; another administrator does. "
            "The own password is changed on its page.",
        )


@action("user.set_password")
def set_password(*, by: By, user: User, password: str, to_change: bool = False) -> User:
    """Give an account a new password, where the old one was forgotten; its sessions end.

    ``to_change``: its holder chooses another when signing in with it.
    """
    require(by.user, "user.set_password")
    _require_whole(by, "user.set_password", user)
    _give_password(user, password)
    user.password_from = OFFICE if to_change else ""
    return write_account(user, "password", "password_from")


@action("user.change_password")
def change_password(*, by: By, user: User, password: str) -> User:
    """Give one's own account a new password; its sessions end."""
    own_account(by.user, "user.change_password", user)
    _give_password(user, password)
    user.password_from = ""
    return write_account(user, "password", "password_from")


def hash_outdated(user: User) -> bool:
    """Whether the password is hashed otherwise than a new one would be today."""
    today, held = get_hasher(), identify_hasher(user.password)
    return held.algorithm != today.algorithm or today.must_update(user.password)


@action("user.renew_hash")
def renew_hash(*, by: By, user: User, password: str) -> User:
    """Hash the same password as a new one would be, when its holder signs in with it."""
    own_account(by.user, "user.renew_hash", user)
    user.set_password(password)
    return write_account(user, "password")


#: The sizes of type in which pages are set: the usual one, and a large one.
SIZES = ("", "large")


@action("user.set_type")
def set_type(*, by: By, user: User, size: str) -> User:
    """Set an account's pages in another size of type, as its holder wishes."""
    own_account(by.user, "user.set_type", user)
    if size not in SIZES:
        raise Refused("no_such_size", "Type is usual or large.")
    user.type_size = size
    return write_account(user, "type_size")


@action("user.reset_second_factor")
def reset_second_factor(*, by: By, user: User) -> int:
    """Take away an account's second factor, where it was lost; returns how many there were."""
    require(by.user, "user.reset_second_factor")
    _require_whole(by, "user.reset_second_factor", user)
    event = current_act().event
    event.purpose = event.purpose or f"account {user.pk}"
    return int(Authenticator.objects.filter(user=user).delete()[0])


@action("user.close")
def close(*, by: By, user: User) -> User:
    """Close an account: it can no longer sign in; what it did stays on record."""
    require(by.user, "user.close")
    _require_whole(by, "user.close", user)
    user.is_active = False
    return write_account(user, "is_active")


@action("user.reopen")
def reopen(*, by: By, user: User) -> User:
    """Let a closed account sign in again, with the roles that it still holds."""
    require(by.user, "user.reopen")
    _require_whole(by, "user.reopen", user)
    if SubjectKey.objects.filter(subject=user.person_id, salt__isnull=True).exists():
        raise Refused(
            "erased",
            "Whose account this was has been erased; it stays closed. Make a new account.",
        )
    user.is_active = True
    return write_account(user, "is_active")


@action("user.view_as")
def view_as(*, by: By, user: User) -> User:
    """Write down that somebody begins to look at the pages as an account sees them, and why."""
    require(by.user, "user.view_as")
    _require_whole(by, "user.view_as", user)
    if not user.is_active:
        raise Refused("account_closed", "This account is closed; it sees nothing.")
    if not by.purpose.strip():
        raise Refused("purpose_missing", "Say for what purpose you look.")
    current_act().event.purpose = f"account {user.pk}: {by.purpose.strip()}"
    return user


@action("user.view_as_end")
def view_as_end(*, by: By, user: User) -> User:
    """Write down that the looking is over."""
    require(by.user, "user.view_as_end")
    _require_whole(by, "user.view_as_end", user)
    current_act().event.purpose = f"account {user.pk}"
    return user


@action("grant.give")
def grant(
    *,
    by: By,
    user: User,
    role: str,
    on: dt.date,
    reason: str,
    place: Place | None = None,
    organisation: Subject | None = None,
    programme: Programme | None = None,
    until: dt.date | None = None,
) -> Grant:
    """Give an account a role, within a place, a unit or a programme, from a day on.

    Whoever gives it keeps the place: the granted one, the unit's, the programme's area; for a
    helper, where the person and those helped live.
    """
    require(by.user, "grant.give")
    _not_oneself(by, user)
    if role not in ROLES:
        raise Refused("no_such_role", "%(role)s is not a role.", role=role)
    if not reason.strip():
        raise Refused("reason_missing", "Say on what grounds the role is given.")
    if not (place or organisation or programme or ROLES[role].own):
        raise Refused(
            "no_limit", "A role is given within a place, a unit or a programme; name one."
        )
    row = Grant(user=user, role=role, began=on, ended=until, reason=reason)
    row.place, row.organisation, row.programme = place, organisation, programme
    _require_seats(by, "grant.give", seats_of(row))
    _held_once(row)
    return insert(row)


def _held_once(row: Grant) -> None:
    """Say since when the role is held, before the database refuses it without words."""
    same = Grant.objects.current().filter(
        user=row.user,
        role=row.role,
        place=row.place and row.place.fact,
        organisation=row.organisation and row.organisation.fact,
        programme=row.programme and row.programme.fact,
    )
    lasting = same.filter(Q(ended__isnull=True) | Q(ended__gte=row.began))
    held = lasting.filter(began__lte=row.ended or dt.date.max).order_by("began").first()
    if held is not None:
        raise Refused(
            "held_already",
            "%(user)s holds this role within the same limits already, since %(since)s; "
            "take that one back first.",
            user=str(row.user),
            since=held.began,
        )


@action("grant.revoke")
def revoke(*, by: By, granted: Grant, on: dt.date) -> Grant:
    """Let a role end; ``on`` is its last day."""
    require(by.user, "grant.revoke")
    _require_granted(by, "grant.revoke", granted)
    return end(granted, on)


@action("grant.withdraw")
def take_back(*, by: By, granted: Grant) -> Grant:
    """Take back a role that should not have been given: it counts as never held from now on."""
    require(by.user, "grant.withdraw")
    _require_granted(by, "grant.withdraw", granted)
    return withdraw(granted)


def _require_granted(by: By, verb: str, granted: Grant) -> None:
    """Refuse whoever does not keep the places of a role, and its holder."""
    _not_oneself(by, granted.user)
    _require_seats(by, verb, seats_of(granted))
