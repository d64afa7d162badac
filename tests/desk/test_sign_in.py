"""Signing in and staying so: the idle end of a session, the second factor, an account shut out."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import os
import re
import struct
import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import F
from django.test import Client
from django.urls import reverse

from bangfu.config.accounts import RENEWED
from bangfu.ledger.actions import user as users
from tests.desk.story import BY, PASSWORD, Story

ANOTHER = "another-long-enough-password"


def signed_in(name: str, password: str = PASSWORD) -> Client:
    """A browser in which somebody has typed name and password."""
    client = Client()
    client.post(reverse("account_login"), {"login": name, "password": password})
    return client


def is_in(client: Client) -> bool:
    """Whether the pages still know who asks."""
    answer = client.get(reverse("desk:lists"))
    assert answer.status_code in (200, 302)
    return answer.status_code == 200


def left_alone(client: Client, minutes: int) -> None:
    """As if nobody had touched the browser for so long."""
    session: Any = client.session
    session[RENEWED] = session.get(RENEWED, 0) - 60 * minutes
    session.save()
    if settings.SESSION_ENGINE.endswith("file"):
        file = session._key_to_file()
        then = os.stat(file).st_mtime - 60 * minutes
        os.utime(file, (then, then))
    else:
        kept = Session.objects.filter(pk=session.session_key)
        kept.update(expire_date=F("expire_date") - dt.timedelta(minutes=minutes))


# ------------------------------------------------------------------ the end of a session


def test_a_session_ends_after_half_an_hour_without_use(story: Story) -> None:
    client = signed_in("clerk")
    assert is_in(client)
    left_alone(client, 31)
    assert not is_in(client)


def test_each_page_begins_the_half_hour_anew(story: Story) -> None:
    client = signed_in("clerk")
    for _time in range(3):
        left_alone(client, 29)
        assert is_in(client)


def test_a_page_within_the_minute_writes_nothing(story: Story) -> None:
    client = signed_in("clerk")
    assert is_in(client)
    before = dict(client.session)
    assert is_in(client) and dict(client.session) == before
    left_alone(client, 1)
    assert is_in(client) and dict(client.session) != before


def test_closing_the_browser_ends_it_too(story: Story) -> None:
    cookie = signed_in("clerk").cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["max-age"] == "" and cookie["expires"] == ""


def test_a_new_password_ends_every_session_of_the_account_and_no_other(story: Story) -> None:
    office, home, other = signed_in("clerk"), signed_in("clerk"), signed_in("inspector")
    assert is_in(office) and is_in(home) and is_in(other)
    users.set_password(by=BY, user=story.users["clerk"], password=ANOTHER)
    assert not is_in(office) and not is_in(home) and is_in(other)
    assert not is_in(signed_in("clerk"))
    assert is_in(signed_in("clerk", ANOTHER))


def test_a_closed_account_is_out_at_once_and_comes_in_no_more(story: Story) -> None:
    client, other = signed_in("clerk"), signed_in("inspector")
    assert is_in(client)
    users.close(by=BY, user=story.users["clerk"])
    assert not is_in(client) and is_in(other)
    assert not is_in(signed_in("clerk"))


# ------------------------------------------------------------------ the second factor


def code_of(secret: str, *, later: int = 0) -> str:
    """The six digits that a phone shows (RFC 6238), now or so many seconds later."""
    counter = struct.pack(">Q", int(time.time() + later) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


@pytest.fixture
def secret(story: Story) -> str:
    """What the administrator's phone has read from the screen."""
    fresh: str = generate_totp_secret()
    TOTP.activate(story.users["administrator"], fresh)
    return fresh


def test_an_administrator_comes_in_with_password_and_code(story: Story, secret: str) -> None:
    client, step = Client(), reverse("mfa_authenticate")
    typed = {"login": "administrator", "password": PASSWORD}
    answer = client.post(reverse("account_login"), typed)
    assert answer.status_code == 302 and answer["Location"] == step
    assert not is_in(client), "the password alone opens nothing"

    wrong = f"{(int(code_of(secret)) + 1) % 10**6:06d}"
    assert client.post(step, {"code": wrong}).status_code == 200
    assert client.post(step, {"code": code_of(secret, later=600)}).status_code == 200
    assert not is_in(client)

    answer = client.post(step, {"code": code_of(secret)})
    assert answer.status_code == 302 and answer["Location"] == "/"
    assert is_in(client)
    assert client.get(reverse("desk:journal")).status_code == 200


def test_the_demonstration_shows_the_code_and_nothing_else_does(
    story: Story, settings: Any
) -> None:
    step, held = reverse("mfa_activate_totp"), re.compile(r"<b>(\d{6})</b>")
    client = signed_in("administrator")
    before = client.get(step)
    assert before.status_code == 302 and "/reauthenticate/" in before["Location"]

    settings.BANGFU_DEMO = True
    found = held.search(client.get(step).content.decode())
    assert found and client.post(step, {"code": found[1]}).status_code == 302 and is_in(client)
    again = signed_in("administrator")
    assert not is_in(again), "the second factor is asked for here too"
    found = held.search(again.get(reverse("mfa_authenticate")).content.decode())
    assert found

    settings.BANGFU_DEMO = False
    assert not held.search(again.get(reverse("mfa_authenticate")).content.decode())
    settings.BANGFU_DEMO = True
    assert again.post(reverse("mfa_authenticate"), {"code": found[1]}).status_code == 302
    assert is_in(again)


def test_a_code_opens_once(story: Story, secret: str) -> None:
    step, code = reverse("mfa_authenticate"), code_of(secret)
    first, second = signed_in("administrator"), signed_in("administrator")
    assert first.post(step, {"code": code}).status_code == 302 and is_in(first)
    assert second.post(step, {"code": code}).status_code == 200 and not is_in(second)


def test_who_lost_the_second_factor_sets_up_a_new_one_before_anything_else(
    story: Story, secret: str
) -> None:
    client = signed_in("administrator")
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert is_in(client)
    users.reset_second_factor(by=BY, user=story.users["administrator"])
    answer = client.get(reverse("desk:lists"))
    assert answer.status_code == 302 and answer["Location"] == reverse("mfa_activate_totp")


def test_a_password_that_somebody_else_made_is_changed_before_anything_else(story: Story) -> None:
    wu = story.users["helper"]
    users.set_password(by=BY, user=wu, password=ANOTHER, to_change=True)
    client = signed_in(wu.username, ANOTHER)
    change = reverse("account_change_password")
    answer = client.get(reverse("desk:lists"))
    assert (answer.status_code, answer["Location"]) == (302, change)
    asked = client.get(change).content.decode()
    assert "这个密码是别人设的" in asked
    same = {"oldpassword": ANOTHER, "password1": ANOTHER, "password2": ANOTHER}
    assert "请换一个" in client.post(change, same).content.decode()
    mine = "eine-eigene-lange-parole"
    client.post(change, {"oldpassword": ANOTHER, "password1": mine, "password2": mine})
    again = signed_in(wu.username, mine)
    assert is_in(again) and again.get(reverse("desk:lists")).status_code == 200
