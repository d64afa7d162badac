"""Accounts and roles as pages: made, given, ended, taken back, by whoever keeps the places."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from bangfu.desk.verbs import NOUNS, VERBS
from bangfu.ledger import clock
from bangfu.ledger.access import ROLES, roles_of
from bangfu.ledger.accounts import accounts_for
from bangfu.ledger.actions import person, post
from bangfu.ledger.actions import user as users
from bangfu.ledger.models import Event, Grant, User
from tests.desk.conftest import Enter
from tests.desk.forms import fill, form_of, values_of
from tests.desk.story import BY, PASSWORD, Story, day

DAY = dt.timedelta(days=1)


@pytest.fixture
def keeper(story: Story, enter: Enter) -> Client:
    """The administrator of the county at the desk."""
    TOTP.activate(story.users["administrator"], generate_totp_secret())
    return enter("administrator")


def page(client: Client, name: str, *args: Any, **asked: str) -> str:
    answer = client.get(reverse(f"desk:{name}", args=args), asked)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def send(client: Client, name: str, *args: Any, **words: Any) -> Any:
    return fill(client, reverse(f"desk:{name}", args=args), **words)


def test_the_list_says_who_signs_in_as_what(keeper: Client) -> None:
    said = page(keeper, "accounts")
    for name in ("周明", "吴敏", "郑远", "冯无"):
        assert name in said
    assert "帮扶责任人" in said and "从未" in said
    assert "周明" not in page(keeper, "accounts", role="helper")
    assert "吴敏" in page(keeper, "accounts", q="吴")
    assert "郑远" not in page(keeper, "accounts", q="吴")


def test_somebodys_account_is_made_and_its_password_is_shown_once(
    keeper: Client, story: Story
) -> None:
    cadre = person.register(
        by=BY, name="顾宁", place=story.places["county"], on=day(1, 1), source="单位名册"
    )
    post.appoint(
        by=BY, person=cadre, organisation=story.who["hospital"], on=day(1, 1), title="医师"
    )
    found = page(keeper, "user_create", q="顾")
    assert f"?person={cadre.fact}" in found and "医师" in found
    assert "已有账户" in page(keeper, "user_create", q="吴敏")
    address = reverse("desk:user_create") + f"?person={cadre.fact}"
    form = values_of(form_of(keeper, address))
    assert form["display_name"] == ["顾宁"]
    first = keeper.post(address, form)
    assert first.status_code == 200 and "no-store" in first["Cache-Control"]
    (password,) = re.findall(r'class="password">([^<]+)<', first.content.decode())
    made = User.objects.get(username=form["username"][0])
    assert made.check_password(password) and made.person_id == cadre.fact
    assert made.password_from == "office", "to be changed at the first sign-in"
    told = Event.objects.get(verb="user.create", by=story.users["administrator"])
    assert told.door == "desk" and password not in str(vars(told))

    again = keeper.post(address, form)
    assert again.status_code == 422 and 'class="password"' not in again.content.decode()
    assert User.objects.filter(person=cadre.fact).count() == 1


def test_an_account_of_nobody_is_made_too(keeper: Client) -> None:
    answer = send(keeper, "user_create", username="duijie", display_name="省平台对接")
    assert answer.status_code == 200
    assert User.objects.get(username="duijie").person is None
    taken = send(keeper, "user_create", username="duijie")
    assert taken.status_code == 422 and "duijie" in taken.content.decode()


def test_whom_the_search_does_not_find_cannot_be_named(keeper: Client, story: Story) -> None:
    helped = story.who["old_zhang"]
    assert "?person=" not in page(keeper, "user_create", q=helped.name)
    answer = send(keeper, "user_create", username="zhang", person=str(helped.fact))
    assert answer.status_code == 404 and not User.objects.filter(username="zhang").exists()


def test_a_role_is_given_ended_and_taken_back(keeper: Client, story: Story) -> None:
    nobody, county = story.users["nobody"], story.places["county"]
    given: dict[str, Any] = {"role": "clerk", "place": str(county.fact), "reason": "分工通知"}
    answer = send(keeper, "grant_give", nobody.pk, **given)
    assert answer.status_code == 302, answer.content.decode()
    row = Grant.objects.current().get(user=nobody)
    assert (row.role, row.place, row.reason) == ("clerk", county, "分工通知")
    assert "分工通知" in page(keeper, "account", nobody.pk)

    again = send(keeper, "grant_give", nobody.pk, **given)
    assert again.status_code == 422
    ended = send(keeper, "grant_end", row.pk, on=clock.today().isoformat())
    assert ended.status_code == 302 and roles_of(nobody) == {"clerk"}
    back = send(keeper, "grant_withdraw", row.pk)
    assert back.status_code == 302 and roles_of(nobody) == set()
    assert not Grant.objects.current().filter(user=nobody).exists()
    verbs = [e.verb for e in Event.objects.filter(door="desk").order_by("at")]
    assert verbs[-3:] == ["grant.give", "grant.revoke", "grant.withdraw"]


def test_a_role_needs_a_limit_and_grounds(keeper: Client, story: Story) -> None:
    nobody = story.users["nobody"]
    assert send(keeper, "grant_give", nobody.pk, role="clerk", reason="分工").status_code == 422
    county = str(story.places["county"].fact)
    assert send(keeper, "grant_give", nobody.pk, role="clerk", place=county).status_code == 422
    assert not Grant.objects.filter(user=nobody).exists()


def test_an_account_is_closed_let_in_again_and_helped_with_a_password(
    keeper: Client, story: Story
) -> None:
    clerk = story.users["clerk"]
    assert send(keeper, "user_close", clerk.pk).status_code == 302
    assert not User.objects.get(pk=clerk.pk).is_active
    assert "周明" not in page(keeper, "accounts")
    assert "周明" in page(keeper, "accounts", state="closed")
    assert send(keeper, "user_reopen", clerk.pk).status_code == 302
    assert User.objects.get(pk=clerk.pk).is_active
    shown = send(keeper, "user_password", clerk.pk).content.decode()
    (password,) = re.findall(r'class="password">([^<]+)<', shown)
    assert User.objects.get(pk=clerk.pk).check_password(password)
    offer = reverse("desk:user_second_factor", args=[clerk.pk])
    assert offer not in page(keeper, "account", clerk.pk), "there is none to take away"
    TOTP.activate(clerk, generate_totp_secret())
    shown = page(keeper, "account", clerk.pk)
    assert "已登记" in shown and offer in shown
    assert send(keeper, "user_second_factor", clerk.pk).status_code == 302
    assert not Authenticator.objects.filter(user=clerk).exists()


def test_nobody_is_offered_to_change_the_own_account(keeper: Client, story: Story) -> None:
    own = story.users["administrator"]
    said = page(keeper, "account", own.pk)
    assert "您自己的账户" in said and "/close/" not in said and "/grants/" not in said
    assert send(keeper, "user_close", own.pk).status_code == 422
    assert User.objects.get(pk=own.pk).is_active


def test_of_accounts_elsewhere_only_what_lies_inside_is_done(story: Story, enter: Enter) -> None:
    """The administrator of a town sees who has a role there, and keeps whom it has whole."""
    town, county = story.places["town"], story.places["county"]
    of_town = users.create(by=BY, username="of-town", password=PASSWORD)
    give: dict[str, Any] = {"by": BY, "on": day(1, 1), "reason": "任命"}
    users.grant(user=of_town, role="administrator", place=town, **give)
    TOTP.activate(of_town, generate_totp_secret())
    both = users.create(by=BY, username="of-both", password=PASSWORD)
    users.grant(user=both, role="clerk", place=town, **give)
    wide = users.grant(user=both, role="inspector", place=county, **give)
    story.users["of-town"] = of_town
    client = enter("of-town")
    listed = page(client, "accounts")
    assert "of-both" in listed and "孙察" not in listed
    said = page(client, "account", both.pk)
    assert "/close/" not in said and said.count("/grants/") == 2, "of the role in the town alone"
    assert send(client, "grant_end", wide.pk, on=clock.today().isoformat()).status_code == 403
    assert send(client, "user_password", both.pk).status_code == 403
    users.take_back(by=BY, granted=wide)
    assert send(client, "user_password", both.pk).status_code == 403, "it had it once"
    assert (
        client.get(reverse("desk:account", args=[story.users["inspector"].pk])).status_code == 404
    )


def test_who_keeps_no_place_sees_no_account(story: Story) -> None:
    for who in ("helper", "inspector", "clinician", "nobody"):
        assert not accounts_for(story.users[who]).exists(), who


def test_the_clerk_sees_who_is_there_and_changes_nothing_of_it(story: Story, enter: Enter) -> None:
    client, helper = enter("clerk"), story.users["helper"]
    assert "吴敏" in page(client, "accounts") and "accounts/new" not in page(client, "accounts")
    said = page(client, "account", helper.pk)
    assert "/view/" in said
    words = ("close/", "password/", "roles/give/")
    assert not any(f"/accounts/{helper.pk}/{word}" in said for word in words)
    assert "/grants/" not in said
    for name in ("user_close", "user_password", "grant_give", "user_reopen"):
        assert client.post(reverse(f"desk:{name}", args=[helper.pk])).status_code == 403


def test_every_role_is_told_in_words(story: Story, enter: Enter) -> None:
    said = page(enter("helper"), "roles")
    for role in ROLES.values():
        assert role.label.zh in said and role.describes.zh in said
    assert "您的角色" in said and "提出需求" in said
    assert "给账户" not in said
    does = {verb.partition(".")[0] for role in ROLES.values() for verb in VERBS if role.may(verb)}
    assert does == set(NOUNS)
