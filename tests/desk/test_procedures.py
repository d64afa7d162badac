"""The pages of proceedings, checklists and reviews, as those who work with them meet them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangfu.ledger import clock
from bangfu.ledger.actions import enrolment as enrolments
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import proceeding as proceedings
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions import round as rounds
from bangfu.ledger.models import Handling, Proceeding, Programme, Round, Task, Tick
from bangfu.programmes.loader import library_text
from tests.village import OPERATOR, Village, standing_village, village

__all__ = ["standing_village", "village"]

DAY = dt.timedelta(days=1)


@pytest.fixture
def link(village: Village) -> Programme:
    """The programme of today with Zhao in it; it goes on for ever."""
    text = library_text("village_link", "programme.toml")
    text = text.replace("to    = 2028-12-31", "to    = 2099-12-31")
    row = programmes.start(by=OPERATOR, name="link", text=text)
    enrolments.take_in(
        by=OPERATOR, programme=row, name="helped", subject=village.zhao, on=dt.date(2026, 1, 10)
    )
    return row


def browser(v: Village, name: str, role: str, **within: Any) -> Client:
    """Somebody with a role, signed in."""
    client = Client()
    client.force_login(v.account(name, role, **within))
    client.cookies["django_language"] = "zh-hans"
    return client


def text_of(client: Client, address: str) -> str:
    """What a page says."""
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_proceeding_is_started_handled_and_appealed_at_the_desk(
    village: Village, link: Programme
) -> None:
    officer = browser(village, "officer", "village_officer", place=village.village)
    start = reverse("desk:proceeding_start", args=["link", "urgent_help"])
    told = {"subject": str(village.zhao.fact), "on": clock.today(), "reason": "房顶漏雨"}
    answer = officer.post(start, told)
    held = Proceeding.objects.get()
    assert answer.url == reverse("desk:proceeding", args=[held.fact])
    row = Handling.objects.get(proceeding=held.fact)
    page = text_of(officer, answer.url)
    assert reverse("desk:handle", args=[row.fact]) in page and "房顶漏雨" in page
    assert reverse("desk:proceeding", args=[held.fact]) in text_of(officer, "/")
    handle = reverse("desk:handle", args=[row.fact])
    refused = officer.post(handle, {"result": "done", "on": clock.today()})
    assert refused.status_code == 422 and "请写明" in refused.content.decode()
    done = {"result": "done", "on": clock.today(), "evidence": "申请书一份"}
    assert officer.post(handle, done).status_code == 302
    visit = Handling.objects.current().get(proceeding=held.fact, closed=None)
    back = {"result": "returned", "back_to": "apply", "reason": "缺签名", "on": clock.today()}
    assert officer.post(reverse("desk:handle", args=[visit.fact]), back).status_code == 302
    page = text_of(officer, answer.url)
    assert "缺签名" in page and page.count(reverse("desk:handle", args=[row.fact])) == 0
    appeal = reverse("desk:proceeding_appeal", args=[held.fact])
    early = officer.post(appeal, {"on": clock.today(), "asked": "不同意"})
    assert early.status_code == 422
    drop = reverse("desk:proceeding_drop", args=[held.fact])
    assert officer.post(drop, {"on": clock.today(), "reason": "不申请了"}).status_code == 302
    assert Proceeding.objects.get(pk=held.pk).outcome == "dropped"


def test_a_helper_next_door_meets_nothing_of_it(village: Village, link: Programme) -> None:
    held = proceedings.start(
        by=OPERATOR, programme=link, name="urgent_help", subject=village.zhao,
        on=clock.today(), reason="房顶漏雨",
    )  # fmt: skip
    far = browser(village, "far", "village_officer", place=village.far_village)
    assert far.get(reverse("desk:proceeding", args=[held.fact])).status_code == 404
    page = far.get(reverse("desk:proceedings", args=["link"])).content.decode()
    assert village.zhao.name not in page
    page = far.get(reverse("desk:checklists", args=["link"])).content.decode()
    assert village.zhao.name not in page


def test_the_board_asks_no_more_for_more_of_them(village: Village, link: Programme) -> None:
    officer = browser(village, "officer", "village_officer", place=village.village)
    addresses = [
        reverse("desk:proceedings", args=["link"]),
        reverse("desk:checklists", args=["link"]),
        "/",
    ]

    def asked() -> list[int]:
        found = []
        for address in addresses:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                text_of(officer, address)
            found.append(len(queries))
        return found

    one_more(village, link, "郑一")
    asked()
    few = asked()
    for name in ("郑二", "郑三", "郑四", "郑五"):
        one_more(village, link, name)
    # Counts are kept while nothing is written: the first look after writing counts anew.
    asked()
    assert asked() == few


def one_more(v: Village, link: Programme, name: str) -> None:
    """Somebody else is helped, and a proceeding is under way."""
    one = persons.register(
        by=OPERATOR, name=name, place=v.village, on=dt.date(2026, 1, 5), source="入户"
    )
    enrolments.take_in(
        by=OPERATOR, programme=link, name="helped", subject=one, on=dt.date(2026, 1, 10)
    )
    proceedings.start(
        by=OPERATOR, programme=link, name="urgent_help", subject=one, on=clock.today() - 30 * DAY,
        reason="房顶漏雨",
    )  # fmt: skip


def test_an_item_is_ticked_where_it_is_seen_to_lack(village: Village, link: Programme) -> None:
    officer = browser(village, "officer", "village_officer", place=village.village)
    board = reverse("desk:checklists", args=["link"])
    mark = reverse("desk:tick_mark", args=["link", "link_papers", "card", village.zhao.fact])
    assert mark in text_of(officer, board)
    assert officer.post(mark, {"on": clock.today(), "evidence": "当面交的"}).status_code == 302
    assert Tick.objects.get().evidence == "当面交的"
    page = text_of(officer, board)
    assert mark not in page and "人工" in page
    assert village.zhao.name in text_of(officer, board + "?show=visit")
    assert village.zhao.name not in text_of(officer, board + "?show=card")


def test_inspectors_judge_and_find_and_change_nothing_else(
    village: Village, link: Programme
) -> None:
    inspector = browser(village, "inspector", "inspector", place=village.county)
    opens = reverse("desk:round_open", args=["link", "half_year"])
    told = {
        "subject": str(village.hospital.fact), "period": clock.today(), "on": clock.today()
    }  # fmt: skip
    answer = inspector.post(opens, told)
    held = Round.objects.get()
    assert answer.url == reverse("desk:round", args=[held.fact])
    score = reverse("desk:round_score", args=[held.fact, "ledger"])
    assert score in text_of(inspector, answer.url)
    much = inspector.post(score, {"points": "21", "reason": "好", "on": clock.today()})
    assert much.status_code == 422
    given = inspector.post(score, {"points": "17.5", "reason": "缺两页", "on": clock.today()})
    assert given.status_code == 302 and "17.5" in text_of(inspector, answer.url)
    assert inspector.get(reverse("desk:round_score", args=[held.fact, "visits"])).status_code == 404
    find = reverse("desk:round_find", args=[held.fact])
    assert f'value="{village.hospital.fact}" checked' in text_of(inspector, find)
    words = {
        "text": "照片归档", "owner": str(village.hospital.fact), "on": clock.today(),
        "due": clock.today() + 9 * DAY,
    }  # fmt: skip
    assert inspector.post(find, words).status_code == 302
    assert Task.objects.get(round=held.fact).text == "照片归档"
    lead = browser(village, "lead", "unit_lead", organisation=village.hospital)
    assert "照片归档" in text_of(lead, answer.url)
    assert (
        lead.post(score, {"points": "20", "reason": "好", "on": clock.today()}).status_code == 403
    )
    start = reverse("desk:proceeding_start", args=["link", "urgent_help"])
    assert inspector.get(start).status_code == 403


def test_inspectors_say_that_a_veto_was_found_and_by_what(village: Village) -> None:
    text = library_text("village_link", "programme.toml").replace(
        "[review.half_year]\n",
        "[review.half_year]\n"
        'grades = [ { at_least = 0, is = "合格" }, { at_least = 0, is = "不合格" } ]\n'
        'items.false = { title = "弄虚作假", proof = "paper", is = "不合格" }\n',
        1,
    )
    link = programmes.start(by=OPERATOR, name="link", text=text)
    day = clock.today()
    held = rounds.open_(
        by=OPERATOR, programme=link, name="half_year", subject=village.hospital, day=day, on=day
    )
    inspector = browser(village, "inspector", "inspector", place=village.county)
    score = reverse("desk:round_score", args=[held.fact, "false"])
    assert "不合格" in text_of(inspector, score) and "写明是哪份" in text_of(inspector, score)
    told = {"vetoed": "yes", "reason": "补写走访记录", "on": day}
    assert inspector.post(score, told).status_code == 422
    answer = inspector.post(score, {**told, "evidence": "县纪委通报3号"})
    page = text_of(inspector, answer.url)
    assert "补写走访记录" in page and "县纪委通报3号" in page
    assert "总评：不合格</strong>：弄虚作假" in page and "还有" in page, "other lines are open"
    assert "inspector <strong>评定一项</strong> 弄虚作假" in page
    assert inspector.post(score, {"vetoed": "no", "on": day}).status_code == 302
    page = text_of(inspector, answer.url)
    assert "县纪委通报3号" not in page and "未认定" in page
