"""Licences, rosters, days there, awards and attendance on their pages."""

from __future__ import annotations

from typing import Any

import lxml.html
from django.urls import reverse

from bangfu.desk.page import address_of
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import enrolment as enrolments
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import post as posts
from bangfu.ledger.actions import stint as stints
from bangfu.ledger.models import (
    Affiliation,
    Award,
    Event,
    Handling,
    Participant,
    Post,
    Practice,
    Qualification,
    Stint,
)
from tests.desk.conftest import Enter
from tests.desk.forms import fill, said, wrong
from tests.desk.story import BY, Story, add_other_roles, day

NUMBER = "201933110990001"


def test_a_licence_is_entered_looked_at_once_and_renewed(story: Story, enter: Enter) -> None:
    client, man = enter("clerk"), story.who["old_zhang"]
    address = reverse("desk:qualification_enter", args=[man.fact])
    answer = fill(client, address, kind="other", began="2026-01-01")
    assert answer.status_code == 422 and "什么资质" in wrong(answer)
    fill(client, address, kind="village_doctor", number=NUMBER, issuer="县卫健局",
         began="2022-01-01", ended="2026-12-31")  # fmt: skip
    held = Qualification.objects.current().get(person=man.fact)
    for text in (
        said(client.get(address_of("qualification", held.fact))),
        said(client.get(reverse("desk:list", args=["qualification"]))),
        said(client.get(address_of("person", man.fact))),
    ):
        assert "乡村医生" in text and "*01" in text and NUMBER not in text
    reveal = reverse("desk:qualification_reveal", args=[held.fact])
    assert NUMBER in said(client.post(reveal, {"purpose": "核对证书"}))
    looked = Event.objects.filter(verb="qualification.reveal").get()
    assert (looked.about, looked.purpose) == (man.fact, "核对证书")
    assert "核对证书" in said(client.get(address_of("person", man.fact)))
    fill(client, reverse("desk:qualification_renew", args=[held.fact]), ended="2031-12-31")
    new = Qualification.objects.current().get(person=man.fact, began="2027-01-01")
    assert new.ended == day(12, 31, 2031)
    fill(client, reverse("desk:qualification_correct", args=[held.fact]), title="中医")
    held = Qualification.objects.current().get(pk=held.pk)
    assert (held.title, held.issuer) == ("中医", "县卫健局") and held.number


def test_the_number_is_opened_for_a_purpose_by_who_may(story: Story, enter: Enter) -> None:
    man = story.who["old_zhang"]
    add_other_roles(story)
    fill(enter("clerk"), reverse("desk:qualification_enter", args=[man.fact]), kind="nurse",
         number=NUMBER, began="2022-01-01")  # fmt: skip
    held = Qualification.objects.current().get(person=man.fact)
    reveal = reverse("desk:qualification_reveal", args=[held.fact])
    for who, typed in (("clerk", {}), ("village_officer", {"purpose": "核对证书"})):
        assert NUMBER not in said(enter(who).post(reveal, typed, follow=True))
    page = said(enter("village_officer").get(address_of("qualification", held.fact)))
    assert "护士" in page and "打开一次" not in page


def test_practice_roster_and_award_stand_on_both_pages(story: Story, enter: Enter) -> None:
    client, man = enter("clerk"), story.who["old_zhang"]
    address = reverse("desk:practice_register", args=[man.fact])
    assert "执业机构或执业场所" in wrong(fill(client, address, kind="nurse", began="2026-01-01"))
    fill(client, address, kind="nurse", began="2026-01-01", site=str(story.who["clinic"].fact),
         sessions="每周三")  # fmt: skip
    address = reverse("desk:affiliation_admit", args=[man.fact])
    fill(client, address, organisation=str(story.who["hospital"].fact), kind="resident",
         role="member", number="001", began="2026-01-01")  # fmt: skip
    address = reverse("desk:award_give", args=[man.fact])
    assert "名次" in wrong(fill(client, address, on="2026-02-01", title="第一名"))
    fill(client, address, on="2026-02-01", title="最美乡村医生", level="county")
    assert Practice.objects.current().get(person=man.fact).sessions == "每周三"
    text = said(client.get(address_of("person", man.fact)))
    for words in ("每周三", "上麦村卫生室", "县人民医院", "001", "最美乡村医生"):
        assert words in text, words
    assert "每周三" in said(client.get(address_of("site", story.who["clinic"].fact)))
    member = Affiliation.objects.current().get(subject=man.fact)
    fill(client, reverse("desk:affiliation_role", args=[member.fact]), role="head",
         on="2026-03-01")  # fmt: skip
    assert "会长" in said(client.get(reverse("desk:list", args=["affiliation"])))
    whole = reverse("desk:affiliation_cards", args=[story.who["hospital"].fact])
    one = said(client.get(reverse("desk:affiliation_card", args=[member.fact])))
    for text in (one, said(client.get(whole))):
        card = lxml.html.fromstring(text).xpath("//ul[@class='membercards']/li")
        assert len(card) == 1 and "会员编号001起始日期2026-01-01" in card[0].text_content()
    fill(client, reverse("desk:affiliation_end", args=[member.fact]), on="2026-04-01",
         reason="left")  # fmt: skip
    assert Affiliation.objects.current().get(pk=member.pk).end_reason == "left"
    assert "还没有会员" in said(client.get(whole))
    award = Award.objects.current().get(subject=man.fact)
    fill(client, reverse("desk:award_show", args=[award.fact]), shown="yes")
    assert Award.objects.current().get(pk=award.pk).shown is True


def test_leave_is_entered_approved_and_cut_short(story: Story, enter: Enter) -> None:
    add_other_roles(story)
    client, man = enter("clerk"), story.who["old_zhang"]
    address = reverse("desk:stint_enter_of", args=[man.fact])
    assert "最后一天" in wrong(fill(client, address, kind="annual", began="2026-03-02"))
    fill(client, address, kind="annual", began="2026-03-02", ended="2026-03-06")
    held = Stint.objects.current().get(person=man.fact)
    assert (held.days, held.present) == (5, False)
    approve = reverse("desk:stint_approve", args=[held.fact])
    own = fill(client, approve, approver=str(man.fact), on="2026-03-01")
    assert "不能批准自己" in wrong(own)
    fill(client, approve, approver=str(story.who["far_man"].fact), on="2026-03-01")
    fill(client, reverse("desk:stint_end", args=[held.fact]), on="2026-03-04")
    held = Stint.objects.current().get(person=man.fact)
    assert (held.days, held.approved) == (3, day(3, 1))
    assert "年休假" in said(client.get(reverse("desk:list", args=["stint"])))
    address, correct = (
        address_of("stint", held.fact),
        reverse("desk:stint_correct", args=[held.fact]),
    )
    text = said(client.get(address))
    assert "准假" in text and "通过（办好）" in text
    days = {"kind": "annual", "began": "2026-03-02", "ended": "2026-03-05", "present": "no"}
    fill(client, correct, **days)
    refuse = reverse("desk:stint_refuse", args=[held.fact])
    words = {"refuser": str(story.who["far_man"].fact), "on": "2026-03-01"}
    assert wrong(fill(client, refuse, **words)), "without a reason nothing is refused"
    fill(client, refuse, reason="汛期缺人手", **words)
    text = said(client.get(address))
    assert "汛期缺人手" in text and "通过（办好）" in text and refuse not in text
    granted, refused = Handling.objects.current().filter(stint=held.fact).order_by("pk")
    assert (granted.result, refused.result) == ("done", "refused")
    step = address_of("handling", refused.fact)
    assert client.get(step).status_code == 200
    assert client.get(reverse("desk:handle", args=[refused.fact])).status_code == 404
    way = client.get(address_of("proceeding", refused.proceeding_id))
    assert way["Location"] == f"{address}#steps"
    other = enter("village_officer")
    assert [other.get(one).status_code for one in (address, step)] == [404, 404]


def test_who_keeps_posts_names_people_by_their_posts_and_opens_none(
    story: Story, enter: Enter
) -> None:
    add_other_roles(story)
    client, wu = enter("organisation_department"), story.who["wu"]
    asked = stints.enter(
        by=BY, person=wu, kind="annual", began=day(3, 2), ended=day(3, 6), place=None
    )
    approve = reverse("desk:stint_approve", args=[asked.fact])
    page = said(client.get(reverse("desk:home")))
    assert approve in page and "吴敏" in page
    due = Handling.objects.current().get(stint=asked.fact).due
    assert due is not None and due.isoformat() in page
    assert approve not in said(enter("village_officer").get(reverse("desk:home")))
    appoint, unit = reverse("desk:post_appoint"), str(story.who["hospital"].fact)
    helped, told = story.who["zhang"].fact, {"organisation": unit, "title": "院长"}
    assert "请重新查找" in wrong(fill(client, appoint, person=helped, **told))
    fill(client, appoint, person=wu.fact, kind="physician", **told)
    held = Post.objects.current().get(title="院长")
    assert (held.person_id, held.kind) == (wu.fact, "physician")
    other = posts.appoint(
        by=BY, person=story.who["he"], organisation=story.who["office"], on=day(1, 1), title="主任"
    )
    fill(client, reverse("desk:post_correct", args=[other.fact]), kind="cadre", rank="section")
    fill(client, approve, approver=story.who["he"].fact, on="2026-03-01")
    assert Stint.objects.current().get(pk=asked.pk).approver_id == story.who["he"].fact
    text = said(client.get(reverse("desk:list", args=["stint"])))
    assert "何医" in text and address_of("person", story.who["he"].fact) not in text
    text = said(client.get(reverse("desk:list", args=["post"])))
    assert "机关干部" in text and address_of("person", wu.fact) not in text


def test_two_of_one_name_are_told_apart_by_their_units(story: Story, enter: Enter) -> None:
    add_other_roles(story)
    client = enter("organisation_department")
    twin = persons.register(
        by=BY, name="吴敏", place=story.places["village"], on=day(1, 1), source="单位名册"
    )
    posts.appoint(by=BY, person=twin, organisation=story.who["office"], on=day(1, 1), title="干事")
    page = lxml.html.fromstring(client.get(reverse("desk:post_appoint")).content)
    (box,) = page.xpath("//input[@name='person-q']")
    asked = f"{box.get('hx-get')}&person-q="
    found = said(client.get(f"{asked}wm"))
    assert "县人民医院 护士长" in found and "干事" in found
    assert "吴敏" not in said(enter("nobody").get(f"{asked}wm"))
    assert "张有田" not in said(client.get(f"{asked}zyt")), "he is helped and holds no post"


def _parts(held: Any) -> set[tuple[Any, str]]:
    parts = Participant.objects.current().filter(activity=held.fact)
    return set(parts.values_list("subject", "part"))


def test_who_is_on_the_list_and_did_not_come_stayed_away(story: Story, enter: Enter) -> None:
    client, old, young = enter("clerk"), story.who["old_zhang"], story.who["young_zhang"]
    for one in (old, young):
        enrolments.take_in(
            by=BY, programme=story.returnees, name="sweep", subject=one, on=day(1, 10)
        )
    held = activities.record(
        by=BY, kind="training", on=day(2, 1), programme=story.returnees,
        place=story.places["village"],
    )  # fmt: skip
    address = reverse("desk:activity_attend", args=[held.fact])
    fill(client, address, came=[str(old.fact)], expected="sweep")
    assert _parts(held) == {(old.fact, "attendee"), (young.fact, "absent")}
    text = said(client.get(address_of("activity", held.fact)))
    assert "缺席人员" in text and "张小麦" in text
    fill(client, address, came=[str(old.fact), str(young.fact)], away=[])
    assert _parts(held) == {(old.fact, "attendee"), (young.fact, "attendee")}
