"""Looking as somebody else: read only, never more than the own roles open, both ends on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from bangfu.ledger import access, clock
from bangfu.ledger.accounts import kept_places, staff_for
from bangfu.ledger.actions import need, pairing, post
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import Event, File, Pairing, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.duties import DutyOf
from bangfu.lists.duty_board import own_keys
from bangfu.lists.own_work import people_open_to
from tests.desk.conftest import Enter
from tests.desk.forms import fill
from tests.desk.story import BY, IDENTITY, PHONE, Story, day
from tests.desk.test_file import bring

WHY = "她说找不到分给她的户"


def look(client: Client, account: User, purpose: str = WHY) -> None:
    answer = fill(client, reverse("desk:user_view_as", args=[account.pk]), purpose=purpose)
    assert answer.status_code == 302, answer.content.decode()


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


@pytest.fixture
def clerk(story: Story, enter: Enter) -> Client:
    return enter("clerk")


@pytest.fixture
def as_helper(story: Story, clerk: Client) -> Iterator[Client]:
    """The clerk of the county, who looks as the helper."""
    look(clerk, story.users["helper"])
    return clerk


def test_the_pages_are_those_of_the_account(story: Story, as_helper: Client, enter: Enter) -> None:
    own = text(enter("helper"), reverse("desk:list", args=["household"]))
    seen = text(as_helper, reverse("desk:list", args=["household"]))
    for household in ("张有田", "李长贵"):
        assert (household in own) == (household in seen), household
    assert "张有田" in seen and "李长贵" not in seen
    home = text(as_helper, "/")
    assert "吴敏" in home and "视角查看" in home and "viewing" in home
    assert text(as_helper, reverse("desk:list", args=["fund"]), 404)


def test_nothing_is_changed_meanwhile(story: Story, as_helper: Client) -> None:
    before = Event.objects.count()
    asked = {
        "need_raise": [story.who["zhang"].fact],
        "visit": [story.who["zhang"].fact],
        "reveal": [story.who["zhang"].fact],
        "by_number": [],
        "tour_close": [],
        "work_ask": [],
    }
    for name, args in asked.items():
        answer = as_helper.post(reverse(f"desk:{name}", args=args), {"field": "phone"})
        assert answer.status_code == 403 and "不能改动任何内容" in answer.content.decode(), name
    assert Event.objects.count() == before
    seen = User.objects.get(pk=story.users["helper"].pk)
    seen.seen_by = story.users["clerk"]
    with pytest.raises(Refused) as refused:
        need.raise_(by=By(seen, "desk"), subject=story.who["zhang"], on=day(3, 1), text="修路")
    assert refused.value.code == "only_looking"


def test_where_something_would_be_entered_no_form_is_shown(story: Story, as_helper: Client) -> None:
    address = reverse("desk:visit", args=[story.who["zhang"].fact])
    assert address in text(as_helper, reverse("desk:before", args=[story.who["zhang"].fact]))
    said = text(as_helper, address)
    assert "所以不显示" in said and 'name="note"' not in said
    assert text(as_helper, reverse("desk:visit", args=[story.who["li"].fact]), 404)


def test_what_is_sealed_stays_sealed_and_reading_leaves_no_event(
    story: Story, as_helper: Client
) -> None:
    before = Event.objects.count()
    for name in ("subject", "before"):
        for who in ("zhang", "old_zhang"):
            said = text(as_helper, reverse(f"desk:{name}", args=[story.who[who].fact]))
            assert IDENTITY not in said and PHONE not in said and "/reveal/" not in said
            assert "慢性" not in said
    assert Event.objects.count() == before


def test_a_photo_that_is_written_down_with_who_sees_it_is_not_opened(
    story: Story, clerk: Client
) -> None:
    who = str(story.who["old_zhang"].fact)
    bring(clerk, reverse("desk:file_add", args=[story.who["zhang"].fact]), people="agreed",
          agreed_by=who, agreed_on="2026-09-01", agreed_to="record")  # fmt: skip
    file = File.objects.current().get()
    own, content = (reverse(f"desk:{name}", args=[file.fact]) for name in ("file", "file_content"))
    assert content in text(clerk, own)
    look(clerk, story.users["helper"])
    before = Event.objects.count()
    assert content not in text(clerk, own)
    text(clerk, content, 403)
    assert Event.objects.count() == before


def test_beginning_purpose_and_end_are_on_record(story: Story, as_helper: Client) -> None:
    helper, clerk = story.users["helper"], story.users["clerk"]
    begun = Event.objects.get(verb="user.view_as")
    assert begun.by == clerk and begun.purpose == f"account {helper.pk}: {WHY}"
    back = as_helper.post(reverse("desk:view_as_end"))
    assert back["Location"] == reverse("desk:account", args=[helper.pk])
    ended = Event.objects.get(verb="user.view_as_end")
    assert ended.by == clerk and ended.purpose == f"account {helper.pk}"
    home = text(as_helper, "/")
    assert "周明" in home and 'class="viewing"' not in home
    as_helper.post(reverse("desk:view_as_end"))
    assert Event.objects.filter(verb="user.view_as_end").count() == 1


def test_signing_out_ends_it_on_record(story: Story, as_helper: Client) -> None:
    as_helper.post(reverse("account_logout"))
    assert Event.objects.filter(verb="user.view_as_end", by=story.users["clerk"]).exists()


def test_it_ends_by_itself(
    story: Story, as_helper: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):  # the session itself lives on
        later = clock.now() + dt.timedelta(minutes=20)
        monkeypatch.setattr(clock, "now", lambda at=later: at)
        said = text(as_helper, "/")
    assert "周明" in said and "已不再以他人视角查看" in said
    assert Event.objects.filter(verb="user.view_as_end").exists()


def test_it_ends_with_the_right_to_it(story: Story, as_helper: Client) -> None:
    users.close(by=BY, user=story.users["helper"])
    assert "周明" in text(as_helper, "/")
    assert Event.objects.filter(verb="user.view_as_end").exists()


def test_the_own_pages_stay_the_own(story: Story, as_helper: Client) -> None:
    """The second factor and the password of whoever is looked at are not reached."""
    said = text(as_helper, reverse("account_change_password"))
    assert "吴敏" not in said
    words = {"oldpassword": "a-long-enough-password", "password1": "x" * 20, "password2": "y"}
    as_helper.post(reverse("account_change_password"), words)
    assert not Event.objects.filter(verb="user.change_password").exists()


def test_nobody_sees_more_than_the_own_roles_open(story: Story, enter: Enter) -> None:
    """The administrator sees nobody who is helped, whoever he looks as."""
    TOTP.activate(story.users["administrator"], generate_totp_secret())
    client = enter("administrator")
    for who in ("clerk", "helper", "clinician"):
        look(client, story.users[who])
        names = ("张有田", "李长贵")
        for address in ("/", reverse("desk:list", args=["household"]),
                        reverse("desk:list", args=["person"])):  # fmt: skip
            # A kind that the own roles do not open has no list at all.
            said = text(client, address, 200 if address == "/" else 404)
            assert not any(name in said for name in names), (who, address)
        text(client, reverse("desk:subject", args=[story.who["zhang"].fact]), 404)
        text(client, reverse("desk:document", args=[story.papers["issued"].fact]), 404)
        client.post(reverse("desk:view_as_end"))


def test_row_by_row_both_must_open(story: Story) -> None:
    for kind in VOCABULARY.kinds.values():
        seen = User.objects.get(pk=story.users["clerk"].pk)
        alone = {row.pk for row in access.visible(seen, kind)}
        seen.seen_by = story.users["outsider"]
        looker = {row.pk for row in access.visible(story.users["outsider"], kind)}
        assert {row.pk for row in access.visible(seen, kind)} == alone & looker, kind.name


def test_only_accounts_that_lie_whole_in_the_own_places_are_looked_at(
    story: Story, enter: Enter
) -> None:
    for who, whom in (("outsider", "clerk"), ("helper", "nobody"), ("inspector", "helper"),
                      ("clerk", "nobody"), ("clerk", "clerk")):  # fmt: skip
        client = enter(who)
        address = reverse("desk:user_view_as", args=[story.users[whom].pk])
        answer = client.post(address, {"purpose": WHY})
        assert answer.status_code in (403, 404, 422), (who, whom)
        assert 'class="viewing"' not in text(client, "/")
    assert not Event.objects.filter(verb="user.view_as").exists()


def test_a_purpose_is_said(story: Story, clerk: Client) -> None:
    address = reverse("desk:user_view_as", args=[story.users["helper"].pk])
    assert fill(clerk, address).status_code == 422
    helper = User.objects.get(pk=story.users["helper"].pk)
    with pytest.raises(Refused) as refused:
        users.view_as(by=By(story.users["clerk"], "desk"), user=helper)
    assert refused.value.code == "purpose_missing"


def test_pairings_of_whom_is_looked_at_are_read_under_the_own_roles_too(story: Story) -> None:
    seen = User.objects.get(pk=story.users["helper"].pk)
    assert access.own_pairings(seen).exists()
    seen.seen_by = story.users["administrator"]
    assert not access.own_pairings(seen).exists()


# ------------------------------------------------------------------ what is not asked row by row


@pytest.fixture
def lead(story: Story) -> User:
    """Who leads the hospital, where the helper serves."""
    unit = story.who["hospital"]
    post.appoint(by=BY, person=story.who["wu"], organisation=unit, on=day(1, 1), title="护士")
    account = users.create(by=BY, username="lead", password="a-long-enough-password")
    users.grant(
        by=BY, user=account, role="unit_lead", on=day(1, 1), reason="任命", organisation=unit
    )
    return account


def as_account(client: Client, account: User, pages: Iterable[str]) -> list[Any]:
    look(client, account)
    answers = [client.get(page) for page in pages]
    client.post(reverse("desk:view_as_end"))
    return answers


def test_whose_work_it_is_stays_closed_to_the_administrator(
    story: Story, enter: Enter, lead: User
) -> None:
    """Lines of duties and of coverage name helpers to themselves and to their lead alone."""
    TOTP.activate(story.users["administrator"], generate_totp_secret())
    pages = [
        reverse("desk:duty", args=["visits", "monthly"]) + "?on=2026-07-20",
        reverse("desk:coverage", args=["visits"]),
        reverse("desk:home") + "?on=2026-07-20",
    ]
    for account in (lead, story.users["helper"]):
        client = Client()
        client.force_login(account)
        assert "吴敏" in client.get(pages[0]).content.decode()
        for page, answer in zip(pages, as_account(enter("administrator"), account, pages),
                                strict=True):  # fmt: skip
            said = main_part(answer.content.decode())
            assert answer.status_code == 200, page
            assert "吴敏" not in said and "张有田" not in said, (account, page)
            assert "您现在没有结对的人" not in said, "nobody is said to help nobody"


def main_part(page: str) -> str:
    """A page without the bars above it, which name the account."""
    return page[page.index("<main") :]


def test_lines_are_those_that_both_may_see(story: Story, lead: User) -> None:
    moment = Moment(day(7, 20))
    seen = User.objects.get(pk=lead.pk)
    wu = story.who["wu"].fact
    assert wu in people_open_to(seen, moment)
    assert own_keys(seen, DutyOf.named(story.begun(), "monthly", moment))
    for who in ("administrator", "outsider"):
        seen.seen_by = story.users[who]
        assert wu not in people_open_to(seen, moment), who
        assert not own_keys(seen, DutyOf.named(story.begun(), "monthly", moment)), who
    seen.seen_by = story.users["clerk"]
    assert wu in people_open_to(seen, moment)


def test_a_pairing_that_is_over_names_nobody_to_the_helper_any_more(
    story: Story, enter: Enter
) -> None:
    page = reverse("desk:duty", args=["visits", "monthly"]) + "?on=2026-07-20"
    assert "张有田" in text(enter("helper"), page)
    going = Pairing.objects.current().get(subject=story.who["zhang"].fact)
    # One who helps nobody any more has nothing to do with the programme.
    pairing.make(
        by=BY, programme=story.begun(), name="one_to_one", helper=story.who["wu"],
        subject=story.who["li"], on=day(7, 1),
    )  # fmt: skip
    pairing.close(by=BY, pairing=going, on=day(8, 31), reason="到期")
    assert "张有田" not in text(enter("helper"), page)


KEEPING = ("keys", "backups", "health_page", "work", "retention", "journal")


def test_pages_by_role_open_to_both_or_to_nobody(story: Story, enter: Enter) -> None:
    """The clerk keeps no keys and reads no journal, whoever it is that he looks as."""
    pages = [reverse(f"desk:{name}") for name in KEEPING]
    for who in ("inspector", "administrator"):
        answers = as_account(enter("clerk"), story.users[who], [*pages, reverse("desk:keeping")])
        assert {answer.status_code for answer in answers[:-1]} == {404}, who
        said = answers[-1].content.decode()
        assert not any(f'href="{page}"' in said for page in pages), who


def test_kinds_are_those_that_both_open(story: Story) -> None:
    seen = User.objects.get(pk=story.users["clerk"].pk)
    assert "entry" in access.kinds_of(seen)
    seen.seen_by = story.users["administrator"]
    assert access.kinds_of(seen) == access.kinds_of(story.users["administrator"])


def test_the_purse_stays_closed_to_the_administrator(story: Story, enter: Enter) -> None:
    TOTP.activate(story.users["administrator"], generate_totp_secret())
    page = reverse("desk:overview", args=["visits"])
    assert "资金（元）" in text(enter("clerk"), page)
    pages = [page, reverse("desk:list", args=["fund"])]
    overview, funds = as_account(enter("administrator"), story.users["clerk"], pages)
    assert "资金（元）" not in overview.content.decode() and funds.status_code == 404


def test_places_of_accounts_are_kept_by_both(story: Story) -> None:
    """Who looks as an administrator keeps no place beyond the own, and of none what he may not."""
    seen = User.objects.get(pk=story.users["administrator"].pk)
    clerk = story.users["clerk"]
    assert kept_places(seen, "user.create") and not kept_places(clerk, "user.create")
    seen.seen_by = clerk
    assert not kept_places(seen, "user.create") and not staff_for(seen).exists()
    assert kept_places(seen, "user.view_as")
    seen.seen_by = story.users["outsider"]
    assert {p.fact for p in kept_places(seen, "user.view_as")} <= {
        p.fact for p in kept_places(story.users["outsider"], "user.view_as")
    }
