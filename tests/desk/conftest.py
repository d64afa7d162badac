"""The story of the village, told once for each module and taken back afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.desk.story import Story, tell
from tests.told_again import told_again
from tests.village import keyring

__all__ = ["keyring"]

Enter = Callable[..., Client]


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[Story]:
    """The story, in a transaction that is rolled back when the module is through."""
    with django_db_blocker.unblock():
        frame = transaction.atomic()
        frame.__enter__()
        try:
            yield told_again("desk", tell)
        finally:
            transaction.set_rollback(True)
            frame.__exit__(None, None, None)


@pytest.fixture
def story(told: Story, db: None) -> Story:
    """The story; what a test adds to it is taken back after the test."""
    return told


@pytest.fixture
def enter(story: Story) -> Enter:
    """A browser in which one of the people has signed in, in Chinese unless said otherwise."""

    def sign_in(who: str, language: str = "zh-hans") -> Client:
        client = Client()
        client.force_login(story.users[who])
        client.cookies["django_language"] = language
        return client

    return sign_in
