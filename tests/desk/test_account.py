"""Passwords are written by actions, whichever page writes them, so that the journal tells of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from bangfu.ledger.access import NotAllowed
from bangfu.ledger.actions import journal
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Event, User
from tests.village import OPERATOR, keyring

__all__ = ["keyring"]

OLD, NEW = "一个很长很长的口令-7", "另一个很长很长的口令-8"


@pytest.fixture
def wang(db: None, keyring: object) -> User:
    return users.create(by=OPERATOR, username="wang", password=OLD)


@pytest.fixture
def signed_in(wang: User) -> Client:
    return sign_in(OLD)


def sign_in(password: str) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": "wang", "password": password})
    return client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def change(client: Client, old: str, new: str) -> Any:
    words = {"oldpassword": old, "password1": new, "password2": new}
    return client.post(reverse("account_change_password"), words)


def test_a_password_that_is_changed_on_its_page_is_an_action(signed_in: Client) -> None:
    other = sign_in(OLD)
    assert is_in(signed_in) and is_in(other)
    assert change(signed_in, OLD, NEW).status_code == 302
    told = Event.objects.get(verb="user.change_password")
    assert told.by is not None and (told.by.username, told.door) == ("wang", "desk")
    assert told.fields == {"user": ["password", "password_from"]}
    assert journal.verify().faults == []
    other.get("/")
    assert not is_in(other), "its other sessions end"
    assert is_in(sign_in(NEW)) and not is_in(sign_in(OLD))


def test_a_wrong_old_password_changes_nothing(signed_in: Client) -> None:
    before = User.objects.get(username="wang").password
    assert change(signed_in, NEW, NEW).status_code == 200
    assert User.objects.get(username="wang").password == before
    assert not Event.objects.filter(verb="user.change_password").exists()


def test_a_change_of_password_undoes_nothing_that_was_done_meanwhile(wang: User) -> None:
    """Whoever changes the password holds the account as it was a while ago."""
    held = User.objects.get(pk=wang.pk)
    users.close(by=OPERATOR, user=wang)
    users.change_password(by=By(held, "desk"), user=held, password=NEW)
    assert not User.objects.get(pk=wang.pk).is_active
    assert journal.verify().faults == []


def test_signing_in_is_no_event_and_no_fault(signed_in: Client, wang: User) -> None:
    assert User.objects.get(pk=wang.pk).last_login is not None
    assert Event.objects.count() == 1 and journal.verify().faults == []


def test_a_hash_of_former_days_is_renewed_by_an_action(wang: User, settings: Any) -> None:
    """As for accounts that were brought from elsewhere, or hashed when machines were slower."""
    former = "django.contrib.auth.hashers.PBKDF2PasswordHasher"
    settings.PASSWORD_HASHERS = [*settings.PASSWORD_HASHERS, former]
    wang.password = make_password(OLD, hasher="pbkdf2_sha256")
    User.objects.filter(pk=wang.pk).update(password=wang.password)
    assert not is_in(sign_in(NEW))
    assert not Event.objects.filter(verb="user.renew_hash").exists()
    assert is_in(sign_in(OLD)) and is_in(sign_in(OLD))
    assert User.objects.get(pk=wang.pk).password != wang.password
    assert Event.objects.filter(verb="user.renew_hash").count() == 1
    assert journal.verify().faults == []


def test_nobody_changes_the_password_of_somebody_else_so(wang: User) -> None:
    other = users.create(by=OPERATOR, username="li", password=OLD)
    for do in (users.change_password, users.renew_hash):
        with pytest.raises(NotAllowed):
            do(by=By(other, "desk"), user=wang, password=NEW)


def test_what_is_said_of_an_account_later_is_later_also_when_the_clock_was_set_back(
    wang: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datetime as dt

    from bangfu.ledger import clock

    early = Event.objects.latest("at").at - dt.timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: early)
    users.close(by=OPERATOR, user=wang)
    assert journal.verify().faults == []
