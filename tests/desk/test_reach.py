"""Every page answers whoever may see it, and says nothing to whoever may not."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from bangfu.ledger.access import ROLES, may, opens, roles_of
from bangfu.ledger.actions import need
from bangfu.ledger.models import Activity, Enrolment, Need, Pairing
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists import today
from tests.desk.conftest import Enter
from tests.desk.story import BY, IDENTITY, PASSWORD, PHONE, Story, day


def addresses(story: Story) -> list[str]:
    """Every page of the desk that speaks of the village, without those that only some roles see."""
    visits = story.begun().name
    who = story.who
    found = [
        reverse("desk:programme", args=[visits]),
        reverse("desk:readback", args=[visits]),
        reverse("desk:versions", args=[visits]),
        reverse("desk:version_text", args=[visits, 1]),
        reverse("desk:document", args=[story.papers["issued"].fact]),
        reverse("desk:document_file", args=[story.papers["issued"].fact, "docx"]),
        reverse("desk:reading", args=[story.papers["issued"].fact, 1, "rows"]),
        reverse("desk:reading", args=[story.papers["issued"].fact, 2, "came"]),
    ]
    names = (
        "helped_in",
        "visits",
        "visited",
        "big",
        "big_share",
        "money_in",
        "money_use",
        "clinics",
    )
    found += [reverse("desk:figure", args=[visits, name]) for name in names]
    found += [
        reverse("desk:figure_rows", args=[visits, "big", part]) for part in ("rows", "unknown")
    ]
    lists = ("helped", "one_to_one", "risk", "home_visit", "monitored", "open_needs", "purse")
    found += [reverse("desk:programme_list", args=[visits, name]) for name in lists]
    keys = ("zhang", "li", "old_zhang", "young_zhang", "clinic", "erased")
    found += [reverse("desk:subject", args=[who[key].fact]) for key in keys]
    records = (
        ("pairing", Pairing),
        ("enrolment", Enrolment),
        ("need", Need),
        ("activity", Activity),
    )
    for kind, model in records:
        rows = model.objects.current().filter(programme=story.programme)[:2]
        found += [reverse("desk:record", args=[kind, row.fact]) for row in rows]
    return found


def test_the_clerk_opens_every_page(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    for address in addresses(story):
        assert client.get(address).status_code == 200, address


def test_whoever_has_no_role_finds_nothing(story: Story, enter: Enter) -> None:
    client = enter("nobody")
    assert "这个账户还没有角色" in client.get(reverse("desk:home")).content.decode()
    for address in addresses(story):
        assert client.get(address).status_code == 404, address


def test_a_clerk_of_another_town_finds_the_programme_and_nobody_of_the_village(
    story: Story, enter: Enter
) -> None:
    client = enter("outsider")
    for address in addresses(story):
        answer = client.get(address)
        assert answer.status_code == (200 if address.startswith("/programmes/") else 404), address
        said = answer.content.decode()
        assert "张有田" not in said and "李长贵" not in said and "吴敏" not in said, address


def test_without_signing_in_there_is_only_the_door(story: Story) -> None:
    client = Client()
    for address in [*addresses(story), reverse("desk:home"), reverse("desk:journal")]:
        answer = client.get(address)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith(reverse("account_login")), address


def test_a_helper_sees_the_own_household_and_not_the_neighbour(story: Story, enter: Enter) -> None:
    client = enter("helper")
    own, other = story.who["zhang"].fact, story.who["li"].fact
    assert client.get(reverse("desk:subject", args=[own])).status_code == 200
    assert client.get(reverse("desk:subject", args=[other])).status_code == 404
    listed = client.get(reverse("desk:list", args=["household"])).content.decode()
    assert "张有田" in listed and "李长贵" not in listed


def test_what_is_out_of_reach_looks_like_what_does_not_exist(story: Story, enter: Enter) -> None:
    client = enter("helper")
    hidden = client.get(reverse("desk:subject", args=[story.who["li"].fact]))
    nowhere = client.get(reverse("desk:subject", args=["00000000-0000-7000-8000-000000000000"]))
    assert hidden.status_code == nowhere.status_code == 404
    strip = re.compile(rb'(name="csrfmiddlewaretoken" value|name="next" value)="[^"]*"')
    assert strip.sub(b"", hidden.content) == strip.sub(b"", nowhere.content)


@pytest.mark.parametrize("kind", list(VOCABULARY))
@pytest.mark.parametrize("who", ["clerk", "helper", "inspector", "outsider", "nobody"])
def test_every_kind_has_a_list_for_the_roles_that_see_it(
    story: Story, enter: Enter, who: str, kind: str
) -> None:
    seen = {name for role in roles_of(story.users[who]) for name in ROLES[role].sees}
    answer = enter(who).get(reverse("desk:list", args=[kind]))
    assert answer.status_code == (200 if kind in seen else 404)


def test_no_page_shows_a_whole_number(story: Story, enter: Enter) -> None:
    for who in ("clerk", "inspector", "helper", "clinician"):
        client = enter(who)
        for address in [*addresses(story), *(reverse("desk:list", args=[k]) for k in VOCABULARY)]:
            if "file" in address:
                continue
            said = client.get(address).content.decode()
            assert IDENTITY not in said and PHONE not in said, address
            assert IDENTITY[:6] + "********" not in said, address


def test_the_journal_is_for_inspectors_and_administrators(story: Story, enter: Enter) -> None:
    address = reverse("desk:journal")
    assert enter("inspector").get(address).status_code == 200
    for who in ("clerk", "helper", "outsider"):
        assert enter(who).get(address).status_code == 404


def test_a_role_that_needs_a_second_factor_is_sent_to_set_it_up(story: Story, enter: Enter) -> None:
    client = enter("administrator")
    for address in (reverse("desk:home"), reverse("desk:journal"), reverse("desk:places")):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer["Location"] == reverse("mfa_activate_totp")


def test_with_a_second_factor_the_administrator_goes_on(story: Story, enter: Enter) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(story.users["administrator"], generate_totp_secret())
    client = enter("administrator")
    assert client.get(reverse("desk:journal")).status_code == 200
    assert client.get(reverse("desk:subject", args=[story.who["zhang"].fact])).status_code == 404
    listed = client.get(reverse("desk:home")).content.decode()
    assert reverse("desk:list", args=["person"]) not in listed


def test_one_signs_in_by_name_and_password(story: Story) -> None:
    client = Client()
    door = reverse("account_login")
    assert client.get(door).status_code == 200
    wrong = client.post(door, {"login": "clerk", "password": "not-the-password"})
    assert wrong.status_code == 200
    assert "用户名" in wrong.content.decode()
    answer = client.post(door, {"login": "clerk", "password": PASSWORD})
    assert answer.status_code == 302 and answer["Location"] == "/"
    assert client.get("/").status_code == 200
    assert client.post(reverse("account_logout")).status_code == 302
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("oldest", [1, 200])
def test_needs_without_a_unit_are_the_oldest_that_are_open_to_the_reader(
    story: Story, monkeypatch: pytest.MonkeyPatch, oldest: int
) -> None:
    """However many of all are looked at first: the own ones may lie behind those of others."""
    monkeypatch.setattr(today, "_OLDEST", oldest)
    monkeypatch.setattr(today, "MOST", 2)
    for at, who in enumerate(("far", "far", "zhang", "far", "zhang")):
        need.raise_(by=BY, subject=story.who[who], on=day(1, 2 + at), text="要修路", kind="other")
    unanswered = Need.objects.current().filter(
        closed__isnull=True, organisation__isnull=True, due__isnull=True
    )
    for reader in story.users.values():
        first = opens(reader, VOCABULARY["need"], unanswered).order_by("date", "pk")
        expected = list(first[:3]) if may(reader, "need.assign") else []
        shown, more = today.needs_unanswered(reader, Moment.present())
        assert (shown, more) == (expected[:2], len(expected) > 2), reader.username
