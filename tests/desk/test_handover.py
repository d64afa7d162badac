"""The pages of a hand-over and of tasks: what each side sees, and what their forms do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from django.test import Client
from django.urls import reverse

from bangfu.ledger import clock
from bangfu.ledger.actions import activity, need, organisation, person, post, user
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.models import Handling, Handover, Pairing, Task
from bangfu.ledger.moment import Moment
from tests.desk.forms import fill, said, wrong
from tests.desk.story import BY, FILE, PASSWORD, Story, add_successor, day

Enter = Callable[..., Client]
HOME = "/"


@pytest.fixture(scope="module")
def successor(told: Story) -> str:
    """Who is asked."""
    add_successor(told)
    return "successor"


def pairing_of(told: Story) -> Pairing:
    """The pairing of the story."""
    return Pairing.objects.current().get(programme=told.begun(), ended__isnull=True)


def offered(enter: Enter, told: Story, **typed: Any) -> Any:
    """The clerk asks 施远 to help whom 吴敏 helps."""
    address = reverse("desk:handover_offer", args=[pairing_of(told).fact])
    words = {"to": told.who["shi"].fact, "on": "2026-12-01", "reason": "吴敏调走", **typed}
    return fill(enter("clerk"), address, promised_0="答应开春送树苗", **words)


def test_who_hands_over_is_not_offered_as_the_successor(
    told: Story, enter: Enter, successor: str, db: None
) -> None:
    giver = pairing_of(told).helper
    form = said(enter("clerk").get(reverse("desk:handover_offer", args=[pairing_of(told).fact])))
    assert told.who["shi"].name in form and f'value="{giver.fact}"' not in form
    assert "现在不能选了" in said(offered(enter, told, to=giver.fact))


def test_it_stands_on_the_first_page_of_each_and_nothing_has_changed(
    told: Story, enter: Enter, successor: str, db: None
) -> None:
    answer = offered(enter, told)
    page = answer["Location"]
    assert Pairing.objects.current().filter(ended__isnull=False).count() == 0
    for who, asked in (("clerk", False), ("helper", False), (successor, True)):
        home, shown = said(enter(who).get(HOME)), said(enter(who).get(page))
        assert ("请您答复" in home) == asked, who
        assert "吴敏 → 施远" in home and "2026-12-01 起" in home
        assert "答应开春送树苗" in shown and "饮水" in shown
        assert "家里水管坏了" not in shown, "the own words are not handed about"
        assert (">答复</a>" in shown) == asked
    assert "吴敏 → 施远" not in said(enter("outsider").get(HOME))
    assert enter("outsider").get(page).status_code == 404
    listed = enter("clerk").get(reverse("desk:list", args=["handover"]))
    assert "吴敏" in said(listed)


def test_the_successor_accepts_and_both_first_pages_say_so(
    told: Story, enter: Enter, successor: str, db: None
) -> None:
    page = offered(enter, told)["Location"]
    answered = fill(enter(successor), f"{page}answer/")
    assert answered.status_code == 302
    rows = Pairing.objects.at(Moment(dt.date(2026, 12, 1))).filter(programme=told.begun())
    assert [one.helper.name for one in rows] == ["施远"]
    before = Pairing.objects.at(Moment(dt.date(2026, 11, 30))).filter(programme=told.begun())
    assert [one.helper.name for one in before] == ["吴敏"]
    for who in ("clerk", "helper", successor):
        assert "已接手" in said(enter(who).get(HOME)), who
    assert enter(successor).get(f"{page}answer/").status_code == 404


#: The unit agrees, the successor answers, the office files it.
WAY = """[workflow.passing_on]
title = "更换责任人"
each  = "helped"
items.agree  = { title = "单位同意", owner = "county_hospital", within = "3 working days" }
items.accept = { title = "接手人签收", owner = "successor", after = "agree", within = "5 days" }
items.filed  = { title = "办公室备案", owner = "office", after = "accept", proof = "note" }

[activity.home_visit]"""


def test_steps_stand_with_their_days_and_are_done_on_the_page(
    told: Story, enter: Enter, successor: str, db: None
) -> None:
    text = FILE.replace("[activity.home_visit]", WAY, 1)
    text = text.replace('title   = "一户一干部"', 'title   = "一户一干部"\nworkflow = "passing_on"')
    begun = told.begun()
    programmes.replace(by=BY, programme=begun, text=text, on=clock.today(), note="交接程序")
    page = offered(enter, told)["Location"]
    for who in ("clerk", "helper", successor):
        home, shown = said(enter(who).get(HOME)), said(enter(who).get(page))
        assert "单位同意" in shown and "请您答复" not in home, who
        assert shown.index("单位同意") < shown.index("还没有轮到") < shown.index("办公室备案")
        assert "单位同意" in home, "at which step it waits"
    log = lxml.html.fromstring(said(enter("clerk").get(page)))
    (log,) = log.xpath("//ol[@class='timeline']/li[.//details]")
    in_sight = log.xpath("string(.//span[@class='quiet'])").split("·")[-1]
    folded = log.xpath("string(.//details)")
    assert in_sight.count("、") == 5 and folded.count("、") > 5, "many fields are folded"
    (agree,) = Handling.objects.current().filter(step="agree")
    for who in ("helper", successor):
        assert reverse("desk:handle", args=[agree.fact]) not in said(enter(who).get(page)), who
    assert "吴敏 → 施远" in said(enter("clerk").get(HOME))
    answer = fill(enter("clerk"), reverse("desk:handle", args=[agree.fact]), result="done")
    assert answer["Location"] == page
    assert "请您答复" in said(enter(successor).get(HOME))
    fill(enter(successor), f"{page}answer/")
    (filed,) = Handling.objects.current().filter(step="filed")
    address = reverse("desk:handle", args=[filed.fact])
    assert address in said(enter("clerk").get(page)) and "办公室备案" in said(
        enter("clerk").get(HOME)
    )
    assert wrong(fill(enter("clerk"), address, result="done"))
    fill(enter("clerk"), address, result="done", evidence="已备案第 3 号")
    assert "已备案第 3 号" in said(enter(successor).get(page))
    board = reverse("desk:proceedings", args=[begun.name]) + "?state=done&flow=passing_on"
    listed, started = said(enter("clerk").get(board)), "/passing_on/start/"
    assert "更换责任人" in listed and "办成" in listed and started not in listed
    shown = said(enter("clerk").get(reverse("desk:proceeding", args=[filed.proceeding_id])))
    assert "对应移交" in shown and page in shown
    accepted = Handling.objects.current().get(step="accept")
    assert enter("clerk").get(reverse("desk:handle", args=[accepted.fact])).status_code == 404


def test_a_unit_that_sees_nothing_but_its_step_is_led_to_that(
    told: Story, enter: Enter, successor: str, db: None
) -> None:
    bureau = organisation.register(
        by=BY, name="县民政局", kind="county_medical_unit", place=told.places["county"],
        on=day(1, 1, 2020), level="county",
    )  # fmt: skip
    lead = user.create(by=BY, username="bureau", password=PASSWORD, display_name="民政")
    user.grant(
        by=BY, user=lead, role="unit_lead", on=day(1, 1, 2020), reason="任命文件",
        organisation=bureau,
    )  # fmt: skip
    way = WAY.replace('"county_hospital"', '"bureau"')
    text = FILE.replace(
        "[activity.home_visit]", f'[organisation.bureau]\ntitle = "县民政局"\n\n{way}', 1
    ).replace('title   = "一户一干部"', 'title   = "一户一干部"\nworkflow = "passing_on"')
    programmes.replace(by=BY, programme=told.begun(), text=text, on=clock.today(), note="民政同意")
    page = offered(enter, told)["Location"]
    (agree,) = Handling.objects.current().filter(step="agree")
    alone = reverse("desk:record", args=["handling", agree.fact])
    client = Client()
    client.force_login(lead)
    assert client.get(page).status_code == 404
    home = said(client.get(HOME))
    assert f'href="{alone}"' in home and page not in home
    done = fill(client, reverse("desk:handle", args=[agree.fact]), result="done")
    assert done["Location"] == alone and client.get(alone).status_code == 200


def test_who_handed_over_reads_no_more_of_what_is_open(
    told: Story, enter: Enter, successor: str, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = offered(enter, told)["Location"]
    fill(enter(successor), f"{page}answer/")
    later = dt.datetime(2026, 12, 20, 4, tzinfo=dt.UTC)
    monkeypatch.setattr(clock, "now", lambda: later)
    need.raise_(
        by=BY, programme=told.begun(), subject=pairing_of(told).subject, kind="housing",
        text="屋顶漏水", on=dt.date(2026, 12, 9), due=dt.date(2026, 12, 29),
    )  # fmt: skip
    assert "2026-12-29" in said(enter(successor).get(page))
    shown = said(enter("helper").get(page))
    assert "施远" in shown and "已接手" in shown
    for words in ("2026-12-29", "饮水", "最近走访", "没有未办结的需求"):
        assert words not in shown, words


def test_a_refusal_needs_a_reason_and_goes_back_to_who_offered(
    told: Story, enter: Enter, successor: str, db: None
) -> None:
    page = offered(enter, told)["Location"]
    without = fill(enter(successor), f"{page}answer/", take=[])
    assert without.status_code == 422 and "请写明不能接手的原因" in wrong(without)
    fill(enter(successor), f"{page}answer/", take=[], reason="要去外地学习")
    shown = said(enter("clerk").get(page))
    assert "要去外地学习" in shown and "改为征询他人" in shown and "了结" in shown
    assert "未接手" in said(enter("clerk").get(HOME))
    assert "未接手" not in said(enter(successor).get(HOME))
    fill(enter("clerk"), f"{page}withdraw/", reason="另找人")
    assert "未接手" not in said(enter("clerk").get(HOME))


def test_who_has_no_account_accepts_on_paper(
    told: Story, enter: Enter, successor: str, db: None
) -> None:
    he = told.who["li_man"] = person.register(
        by=BY, name="韩纸", place=told.places["village"], on=day(1, 10), source="单位名册"
    )
    refused = offered(enter, told, to=he.fact)
    assert refused.status_code == 422 and "没有可以答复的账户" in wrong(refused)
    assert "答应开春送树苗" in said(refused), "what was typed stands"
    done = offered(enter, told, to=he.fact, paper="承接书 2026-11-20")
    assert done.status_code == 302
    made = Handover.objects.current().get()
    assert (made.state, made.paper) == ("accepted", "承接书 2026-11-20")


def test_the_lead_of_a_unit_names_who_takes_over_and_all_sides_see_it(
    told: Story, enter: Enter, successor: str, db: None
) -> None:
    unit = organisation.register(
        by=BY, name="县妇幼保健院", kind="county_medical_unit", on=day(1, 1),
        place=told.places["county"],
    )  # fmt: skip
    nurse = person.register(
        by=BY, name="卫青", place=told.places["village"], on=day(1, 10), source="单位名册"
    )
    post.appoint(by=BY, person=nurse, organisation=unit, on=day(1, 1), title="护士")
    for name, role, within in (
        ("lead", "unit_lead", {"organisation": unit}),
        ("other_lead", "unit_lead", {"organisation": told.who["hospital"]}),
    ):
        told.users[name] = user.create(by=BY, username=name, password=PASSWORD)
        user.grant(
            by=BY, user=told.users[name], role=role, on=day(1, 1, 2020), reason="任命", **within
        )
    neither = offered(enter, told, to="")
    assert neither.status_code == 422 and "或者选要询问的单位" in wrong(neither)
    page = offered(enter, told, to="", unit=unit.fact)["Location"]
    for who, status in (("lead", 200), ("other_lead", 404), ("clerk", 403), ("helper", 403)):
        assert ("请您答复" in said(enter(who).get(HOME))) == (status == 200), who
        assert (">答复</a>" in said(enter(who).get(page))) == (status == 200), who
        assert enter(who).get(f"{page}answer/").status_code == status, who
    assert "请您代 县妇幼保健院 答复" in said(enter("lead").get(page))
    unnamed = fill(enter("lead"), f"{page}answer/")
    assert unnamed.status_code == 422 and "请指定 县妇幼保健院 的谁来接手" in wrong(unnamed)
    assert fill(enter("lead"), f"{page}answer/", who=nurse.fact).status_code == 302
    rows = Pairing.objects.at(Moment(dt.date(2026, 12, 1))).filter(programme=told.begun())
    assert [one.helper.name for one in rows] == ["卫青"]
    for who in ("lead", "clerk", "helper"):
        home, shown = said(enter(who).get(HOME)), said(enter(who).get(page))
        assert "已接手" in home and "县妇幼保健院 · 卫青" in home, who
        assert "单位指定" in shown and "卫青" in shown, who


def test_an_open_offer_is_shown_instead_of_a_second_form(
    told: Story, enter: Enter, successor: str, db: None
) -> None:
    page = offered(enter, told)["Location"]
    again = enter("clerk").get(reverse("desk:handover_offer", args=[pairing_of(told).fact]))
    assert again["Location"] == page


# ------------------------------------------------------------------ what meetings decide


def meeting(told: Story) -> str:
    """A meeting of the programme, by its key."""
    held = activity.record(
        by=BY, kind="meeting", on=day(10, 8), programme=told.begun(), note="走访工作例会",
        place=told.places["village"], organisation=told.who["office"],
    )  # fmt: skip
    return str(held.fact)


def test_decisions_become_tasks_of_those_who_answer(told: Story, enter: Enter, db: None) -> None:
    key, clerk = meeting(told), enter("clerk")
    address = reverse("desk:task_decide", args=[key])
    first = fill(clerk, address, text="核对药费报销", owner=told.who["wu"].fact, due="2026-10-20")
    assert first["Location"] == address, "room for the next"
    later = (clock.today() + dt.timedelta(days=60)).isoformat()
    fill(clerk, address, text="联系供水站", owner=told.who["hospital"].fact, due=later)
    shown = said(clerk.get(reverse("desk:record", args=["activity", key])))
    programme = said(clerk.get(reverse("desk:programme", args=["visits"])))
    for text in ("核对药费报销", "联系供水站"):
        assert text in shown and text in programme
    mine = said(enter("helper").get(HOME))
    assert "核对药费报销" in mine and "2026-10-20" in mine and "联系供水站" not in mine
    assert "核对药费报销" in said(clerk.get(HOME)), "late, so the office sees it"
    assert "联系供水站" not in said(clerk.get(HOME)), "not due soon"
    assert "核对药费报销" not in said(enter("outsider").get(HOME))
    listed = said(enter("clerk").get(reverse("desk:list", args=["task"])))
    assert ">会议</a>" in listed and ">meeting</a>" not in listed


def test_a_task_is_done_moved_or_dropped_with_a_word(told: Story, enter: Enter, db: None) -> None:
    key, clerk, helper = meeting(told), enter("clerk"), enter("helper")
    address = reverse("desk:task_decide", args=[key])
    for text in ("甲", "乙", "丙"):
        fill(clerk, address, text=text, owner=told.who["wu"].fact, due="2026-10-20")
    done, moved, dropped = Task.objects.current().order_by("text", "pk").filter(
        text__in=("甲", "乙", "丙"), decided_at=key
    )  # fmt: skip
    done, moved, dropped = sorted((done, moved, dropped), key=lambda t: "甲乙丙".index(t.text))
    fill(helper, reverse("desk:task_finish", args=[done.fact]), evidence="都核对过了")
    fill(helper, reverse("desk:task_move", args=[moved.fact]), due="2026-12-20", reason="等批复")
    assert helper.get(reverse("desk:task_drop", args=[dropped.fact])).status_code == 403
    fill(clerk, reverse("desk:task_drop", args=[dropped.fact]), reason="已由镇里办")
    page = said(clerk.get(reverse("desk:record", args=["activity", key])))
    assert "已办结" in page and "不再办理" in page and "2026-12-20" in page
    shown = said(clerk.get(reverse("desk:record", args=["task", moved.fact])))
    assert "等批复" in shown and "2026-10-20" in shown, "the earlier day stays on record"
    again = clerk.post(reverse("desk:task_finish", args=[done.fact]),
                       {"on": "2026-11-01", "evidence": "x"})  # fmt: skip
    assert again.status_code == 422 and "已于" in wrong(again)
