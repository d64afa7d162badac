"""The keeping of the installation as pages: health, backups, keys, terms, work, books, journal."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.test import Client
from django.urls import reverse

from bangfu.keeping import backup
from bangfu.keeping.progress import Progress
from bangfu.keeping.work import perform
from bangfu.ledger import clock, vault
from bangfu.ledger.actions import person, programme
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions import work as works
from bangfu.ledger.models import Event, SubjectKey, Work
from bangfu.ledger.retention import past_term
from tests.desk.conftest import Enter
from tests.desk.story import BY, FILE, PASSWORD, Story, day

PAGES = ("keeping", "health_page", "backups", "keys", "retention", "work", "parameters", "codes",
         "journal")  # fmt: skip


@pytest.fixture
def keeper(story: Story, enter: Enter) -> Client:
    """The administrator of the whole county at the desk."""
    TOTP.activate(story.users["administrator"], generate_totp_secret())
    return enter("administrator")


def page(client: Client, name: str, **asked: str) -> str:
    answer = client.get(reverse(f"desk:{name}"), asked)
    assert answer.status_code == 200, name
    return answer.content.decode()


def ask(client: Client, kind: str, **more: str) -> Any:
    return client.post(reverse("desk:work_ask"), {"kind": kind, **more})


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_to_who_keeps_all(keeper: Client, enter: Enter, language: str) -> None:
    client = enter("administrator", language)
    for name in PAGES:
        said = page(client, name)
        # A page in English says nothing in Chinese but names, and what records themselves hold.
        assert ("系统管理" in said) == (language == "zh-hans") or name == "journal"


def test_health_says_of_each_part_what_was_found(keeper: Client) -> None:
    said = page(keeper, "health_page")
    for part in ("数据库约束", "封签", "上次备份", "磁盘", "字体"):
        assert part in said


def test_keys_are_told_by_fingerprint_and_never_shown(keeper: Client) -> None:
    said, ring = page(keeper, "keys"), vault.keyring()
    assert ring.fingerprint(ring.current) in said and "AES-256-GCM" in said
    secrets = re.findall(r'"([A-Za-z0-9+/=_-]{32,})"', settings.BANGFU_KEYS_FILE.read_text())
    assert secrets and not any(secret in said for secret in secrets)


def test_work_is_asked_for_followed_and_ended(keeper: Client) -> None:
    assert ask(keeper, "verify", to="/journal/")["Location"] == "/journal/"
    assert "等待" in page(keeper, "work") and "hx-trigger" in page(keeper, "work")
    assert (
        "已在进行"
        in keeper.post(reverse("desk:work_ask"), {"kind": "verify"}, follow=True).content.decode()
    )
    work = works.claim("here:1")
    assert work is not None
    Work.objects.filter(pk=work.pk).update(done=30, of=40)
    said = page(keeper, "work")
    assert "75%" in said and "进行中" in said
    part = keeper.get(reverse("desk:work"), headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<section") and "75%" in part
    perform(Progress(work))
    over = page(keeper, "work")
    assert "已完成" in over and "全部相符" in over and "hx-trigger" not in over
    assert "全部相符" in page(keeper, "journal")
    assert "核验留痕 · 已完成" in page(keeper, "journal", verb="work.end")


def test_work_is_stopped_and_tried_again(keeper: Client) -> None:
    ask(keeper, "recount")
    work = Work.objects.get()
    keeper.post(reverse("desk:work_cancel", args=[work.pk]))
    assert Work.objects.get().state == "cancelled" and "重试" in page(keeper, "work")
    keeper.post(reverse("desk:work_retry", args=[work.pk]))
    assert Work.objects.get().state == "waiting"


def test_a_backup_under_way_is_followed_on_its_own_page_and_not_offered_again(
    keeper: Client,
) -> None:
    asked = f'action="{reverse("desk:work_ask")}"'
    assert asked in page(keeper, "backups") and "hx-trigger" not in page(keeper, "backups")
    ask(keeper, "backup", to=reverse("desk:backups"))
    work = works.claim("here:1")
    assert work is not None
    Work.objects.filter(pk=work.pk).update(done=10, of=40)
    said = page(keeper, "backups")
    assert asked not in said and 'hx-select="#now"' in said and "25%" in said


def test_nothing_leads_out_of_the_desk(keeper: Client) -> None:
    for to in ("https://example.org/", "//example.org/", "javascript:x"):
        assert ask(keeper, "verify", to=to)["Location"] == reverse("desk:work")


def test_nobody_is_erased_unless_it_is_said_twice(keeper: Client) -> None:
    ask(keeper, "erase")
    assert not Work.objects.exists()
    ask(keeper, "erase", sure="on")
    assert Work.objects.get().kind == "erase"
    due = sum(past_term(kind, today=day(1, 1, 2090)).count() for kind in ("person", "household"))
    assert due > 0, "so that the page has something to ask about"


def test_others_ask_for_nothing_and_are_told_of_nothing(story: Story, enter: Enter) -> None:
    of_town = users.create(by=BY, username="of-town", password=PASSWORD)
    users.grant(
        by=BY, user=of_town, role="administrator", place=story.places["town"], on=day(1, 1),
        reason="任命",
    )  # fmt: skip
    TOTP.activate(of_town, generate_totp_secret())
    story.users["of-town"] = of_town
    made = works.ask(by=BY, kind="recount")
    for who in ("of-town", "clerk", "inspector", "nobody"):
        client, before = enter(who), Event.objects.count()
        assert ask(client, "verify").status_code == 403
        for name in ("work_cancel", "work_retry"):
            assert client.post(reverse(f"desk:{name}", args=[made.pk])).status_code == 404
        closed = ["health_page", "backups", "keys", "work"]
        if who != "clerk":  # who erases is told of whom is past their term
            closed.append("retention")
        for name in closed:
            assert client.get(reverse(f"desk:{name}")).status_code == 404, (who, name)
        assert Event.objects.count() == before
    assert Work.objects.count() == 1


def test_the_journal_is_looked_through_by_who_what_day_and_record(
    keeper: Client, story: Story
) -> None:
    def lines(**asked: str) -> int:
        return page(keeper, "journal", **asked).count('<th scope="row">')

    everything = lines()
    assert everything > lines(who="没有这个人") == 0
    assert lines(since="2999-01-01") == 0 and lines(until="2000-01-01") == 0
    clerk = story.who["zhang"]
    about = Event.objects.filter(about=clerk.fact).count()
    assert 0 < lines(about=str(clerk.fact)) == min(about, 50) < everything
    assert lines(about="nonsense") == everything


def test_a_dated_value_stands_with_its_paper(story: Story, enter: Enter) -> None:
    text = FILE + (
        '\n[value.line]\ntitle = "监测线"\nclause = "1"\nunit = "元"\nitems = [ '
        '{ from = 2026-01-01, is = 7000, paper = "禾办发〔2026〕3号" }, '
        '{ from = 2026-07-01, is = 7500, paper = "禾办发〔2026〕3号" } ]\n'
    )
    programme.start(by=BY, name="lines", text=text)
    said = page(enter("clerk"), "parameters")
    assert "监测线" in said and "2026-07-01" in said or "7月1日" in said
    assert "关于开展入户走访帮扶的通知" in said


def test_code_books_are_read_and_searched(enter: Enter) -> None:
    client = enter("helper")
    assert "monitored" in page(client, "codes")
    found = page(client, "codes", q="监测户")
    assert "monitored" in found and "open" in found
    assert "没有这样的字段或代码" in page(client, "codes", q="没有这样的词")


# ------------------------------------------------------------------ erasing on request


def erase_at(story: Story, who: str = "old_zhang") -> str:
    return reverse("desk:subject_erase", args=[story.who[who].fact])


def test_erasing_says_what_goes_and_stays_asks_twice_and_does_it(
    story: Story, enter: Enter
) -> None:
    client, old = enter("clerk"), story.who["old_zhang"]
    first = client.get(erase_at(story)).content.decode()
    assert "删除什么" in first and "保留什么，为什么" in first and 'name="sure"' not in first
    told = {"reason": "request", "name": "别人", "step": "check"}
    assert "与这里的姓名不一致" in client.post(erase_at(story), told).content.decode()
    told["name"] = old.name
    second = client.post(erase_at(story), told).content.decode()
    assert "再确认一次" in second and 'name="sure"' in second
    del told["step"]
    assert client.post(erase_at(story), told).status_code == 422, "the second word is missing"
    assert SubjectKey.objects.get(pk=old.fact).salt is not None
    assert client.post(erase_at(story), told | {"sure": "on"}).status_code == 302
    assert SubjectKey.objects.get(pk=old.fact).salt is None
    event = Event.objects.get(verb="subject.erase", about=old.fact)
    assert (event.by, event.purpose) == (story.users["clerk"], "request")


def test_nobody_else_erases_and_nobody_whom_one_may_not_see(story: Story, enter: Enter) -> None:
    for name in ("helper", "inspector"):
        assert enter(name).get(erase_at(story)).status_code == 403, name
        page = enter(name).get(reverse("desk:subject", args=[story.who["zhang"].fact]))
        assert "/erase/" not in page.content.decode(), name
    assert enter("administrator").get(erase_at(story)).status_code in (302, 404)
    assert not Event.objects.filter(verb="subject.erase", about=story.who["zhang"].fact).exists()


def test_who_is_past_the_term_is_named_to_who_may_see_and_erase_them(
    story: Story, enter: Enter, keeper: Client
) -> None:
    long_gone = person.register(
        by=BY, name="钱早去", place=story.places["village"], on=day(1, 1, 1990), source="旧册"
    )
    erases = reverse("desk:subject_erase", args=[long_gone.fact])
    said = page(enter("clerk"), "retention")
    assert "钱早去" in said and erases in said and "work/ask" not in said
    counted = page(keeper, "retention")
    assert "钱早去" not in counted and "work/ask" in counted
    assert enter("helper").get(reverse("desk:retention")).status_code == 404


def test_without_a_backup_health_warns_and_says_what_to_do(
    keeper: Client, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = page(keeper, "health_page")
    assert "还没有备份" in said and reverse("desk:backups") in said and "各部分都正常" not in said
    home = reverse("desk:home")
    assert "还没有备份" in keeper.get(home).content.decode()
    assert "还没有备份" not in enter("clerk").get(home).content.decode()
    made = SimpleNamespace(made_at=clock.now())
    monkeypatch.setattr(backup, "kept", lambda: [made])
    assert "还没有备份" not in page(keeper, "health_page")
    assert "还没有备份" not in keeper.get(home).content.decode()
    made.made_at -= dt.timedelta(days=9)
    assert "太久了" in page(keeper, "health_page")
    assert "太久了" in keeper.get(home).content.decode()


def test_the_journal_says_whose_account_was_changed(keeper: Client, story: Story) -> None:
    users.close(by=BY, user=story.users["outsider"])
    users.grant(
        by=BY, user=story.users["helper"], role="helper", on=day(1, 1), reason="补授",
        place=story.places["town"],
    )  # fmt: skip
    said = page(keeper, "journal")
    outsider, helper = story.users["outsider"], story.users["helper"]
    assert f"{outsider} ({outsider.username})" in said and f"{helper} ({helper.username})" in said
