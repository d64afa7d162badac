"""Large type: of an account wherever it signs in, of a browser before that."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from bangfu.ledger.access import NotAllowed
from bangfu.ledger.actions import journal
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import Event, User
from tests.desk.conftest import Enter
from tests.desk.story import Story

CHOOSE, DOOR = reverse("desk:type_size"), reverse("account_login")


def is_large(client: Client, address: str = "/") -> bool:
    return 'class="large"' in client.get(address).content.decode()


def test_an_account_keeps_it_in_every_browser(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    assert not is_large(client)
    answer = client.post(CHOOSE, {"size": "large", "next": "/lists/"})
    assert (answer.status_code, answer["Location"]) == (302, "/lists/")
    assert is_large(client) and is_large(enter("clerk")) and not is_large(enter("helper"))
    assert Event.objects.get(verb="user.set_type").by == story.users["clerk"]
    client.post(CHOOSE, {"size": ""})
    assert not is_large(client)


def test_a_browser_keeps_it_before_anybody_signs_in(db: None) -> None:
    client = Client()
    assert not is_large(client, DOOR)
    client.post(CHOOSE, {"size": "large", "next": DOOR})
    assert is_large(client, DOOR) and not Event.objects.filter(verb="user.set_type").exists()


def test_nothing_else_is_taken_and_nobody_is_sent_elsewhere(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    answer = client.post(CHOOSE, {"size": "huge", "next": "https://example.org/"})
    assert answer["Location"] == "/" and not is_large(client)
    assert client.get(CHOOSE).status_code == 405
    client = Client()
    client.cookies["type_size"] = '"><script>'
    assert b"<script>" not in client.get(DOOR).content


def test_only_the_holder_chooses(story: Story) -> None:
    other = By(story.users["clerk"], "desk")
    with pytest.raises(NotAllowed):
        users.set_type(by=other, user=story.users["helper"], size="large")
    with pytest.raises(Refused):
        users.set_type(by=other, user=story.users["clerk"], size="huge")


def test_accounts_from_before_agree_with_the_journal(story: Story) -> None:
    assert User.objects.filter(type_size="").count() > 3 and journal.verify().sound
