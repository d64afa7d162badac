"""Accounts are made, and roles granted to them and taken back."""

from __future__ import annotations

import datetime as dt

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from bangfu.ledger.access import ROLES, require
from bangfu.ledger.actions.event import (
    By,
    Refused,
    action,
    current_act,
    end,
    insert,
    refuse_numbers,
)
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
    refuse_numbers("username", username)
    refuse_numbers("display_name", display_name)
    user = User(username=username, display_name=display_name, person=person)
    _give_password(user, password)
    user.save()
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
    user.save(update_fields=["password"])
    return user


@action("user.reset_second_factor")
def reset_second_factor(*, by: By, user: User) -> int:
    """Take away an account's second factor, where it was lost; returns how many there were."""
    require(by.user, "user.reset_second_factor")
    event = current_act().event
    event.purpose = event.purpose or f"account {user.pk}"
    return int(Authenticator.objects.filter(user=user).delete()[0])


@action("user.close")
def close(*, by: By, user: User) -> User:
    """Close an account: it can no longer sign in; what it did stays on record."""
    require(by.user, "user.close")
    user.is_active = False
    user.save(update_fields=["is_active"])
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
