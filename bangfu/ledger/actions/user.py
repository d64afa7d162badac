"""Accounts are made, and roles granted to them and taken back."""

from __future__ import annotations

import datetime as dt

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import get_hasher, identify_hasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from bangfu.ledger.access import ROLES, own_account, require
from bangfu.ledger.actions.event import By, Refused, action, current_act, end, insert
from bangfu.ledger.models import Grant, Place, Programme, Subject, User


@action("user.create")
def create(
    *,
    by: By,
    username: str,
    password: str,
    display_name: str = "",
    person: Subject | None = None,
) -> User:
    """Make an account; whose it is can be said at once or later."""
    require(by.user, "user.create")
    if User.objects.filter(username=username).exists():
        raise Refused("name_taken", "There is already an account %(name)s.", name=username)
    user = User(username=username, display_name=display_name, person=person)
    _give_password(user, password)
    return insert(user)


def _write(user: User, *columns: str) -> User:
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


@action("user.set_password")
def set_password(*, by: By, user: User, password: str) -> User:
    """Give an account a new password, where the old one was forgotten; its sessions end."""
    require(by.user, "user.set_password")
    _give_password(user, password)
    return _write(user, "password")


@action("user.change_password")
def change_password(*, by: By, user: User, password: str) -> User:
    """Give one's own account a new password; its sessions end."""
    own_account(by.user, "user.change_password", user)
    _give_password(user, password)
    return _write(user, "password")


def hash_outdated(user: User) -> bool:
    """Whether the password is hashed otherwise than a new one would be today."""
    today, held = get_hasher(), identify_hasher(user.password)
    return held.algorithm != today.algorithm or today.must_update(user.password)


@action("user.renew_hash")
def renew_hash(*, by: By, user: User, password: str) -> User:
    """Hash the same password as a new one would be, when its holder signs in with it."""
    own_account(by.user, "user.renew_hash", user)
    user.set_password(password)
    return _write(user, "password")


@action("user.reset_second_factor")
def reset_second_factor(*, by: By, user: User) -> int:
    """Take away an account's second factor, where it was lost; returns how many there were."""
    require(by.user, "user.reset_second_factor")
    event = current_act().event
    event.purpose = event.purpose or f"account {user.username}"[:200]
    return int(Authenticator.objects.filter(user=user).delete()[0])


@action("user.close")
def close(*, by: By, user: User) -> User:
    """Close an account: it can no longer sign in; what it did stays on record."""
    require(by.user, "user.close")
    user.is_active = False
    return _write(user, "is_active")


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
    """Give an account a role, within a place, a unit or a programme, from a day on."""
    require(by.user, "grant.give")
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
    return insert(row)


@action("grant.revoke")
def revoke(*, by: By, granted: Grant, on: dt.date) -> Grant:
    """Take a role back; ``on`` is its last day."""
    require(by.user, "grant.revoke")
    return end(granted, on)
