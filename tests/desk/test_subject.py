"""The page of a subject: facts, sheets, ties, days, masked numbers opened once, who looked."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from bangfu.ledger.models import Event
from tests.desk.conftest import Enter
from tests.desk.story import BY, IDENTITY, PHONE, Story, day


def said_of(client: Client, story: Story, who: str, asked: str = "") -> str:
    """The page of somebody of the story."""
    answer = client.get(reverse("desk:subject", args=[story.who[who].fact]) + asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_household_has_its_members_ties_and_days(story: Story, enter: Enter) -> None:
    said = said_of(enter("clerk"), story, "zhang")
    for words in (
        "家庭成员",
        "张小麦",
        "一户一干部",
        "吴敏",
        "风险等级",
        "高",
        "就医看病",
        "大事记",
    ):
        assert words in said, words
    days = said[said.index("大事记") :]
    assert days.index("2026-09-02") < days.index("2026-02-03")


def test_an_earlier_day_shows_the_sheet_of_that_day(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    assert "<dd>5</dd>" in said_of(client, story, "zhang")
    assert "<dd>4</dd>" in said_of(client, story, "zhang", "?on=2026-03-01")


def test_sheets_tell_their_source_and_what_changed(story: Story, enter: Enter) -> None:
    said = said_of(enter("clerk"), story, "old_zhang")
    assert "七月走访" in said and "2026 年初摸底" in said and "以前的信息" in said


def test_a_number_is_opened_once_for_a_purpose(story: Story, enter: Enter) -> None:
    client, key = enter("clerk"), story.who["old_zhang"].fact
    assert IDENTITY not in said_of(client, story, "old_zhang")
    answer = client.post(
        reverse("desk:reveal", args=[key]), {"field": "identity", "purpose": "核对社保"}
    )
    assert IDENTITY in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    event = Event.objects.get(verb="person.reveal", about=key)
    assert (event.purpose, event.door, event.by) == ("核对社保", "desk", story.users["clerk"])
    said = said_of(client, story, "old_zhang")
    assert IDENTITY not in said and "核对社保" in said and "周明" in said


def test_without_a_purpose_nothing_is_opened(story: Story, enter: Enter) -> None:
    client, key = enter("clerk"), story.who["old_zhang"].fact
    answer = client.post(
        reverse("desk:reveal", args=[key]), {"field": "phone", "purpose": " "}, follow=True
    )
    said = answer.content.decode()
    assert PHONE not in said and "请写明查看的用途" in said
    assert not Event.objects.filter(verb="person.reveal", about=key).exists()


@pytest.mark.parametrize("who", ["inspector"])
def test_who_may_not_open_a_number_gets_the_roles_that_may(
    story: Story, enter: Enter, who: str
) -> None:
    client, key = enter(who), story.who["old_zhang"].fact
    assert reverse("desk:reveal", args=[key]) not in said_of(client, story, "old_zhang")
    asked = {"field": "identity", "purpose": "好奇"}
    answer = client.post(reverse("desk:reveal", args=[key]), asked)
    assert answer.status_code == 403
    assert IDENTITY not in answer.content.decode()
    assert not Event.objects.filter(verb="person.reveal", about=key).exists()


def test_nothing_is_opened_of_somebody_out_of_reach(story: Story, enter: Enter) -> None:
    key = story.who["old_zhang"].fact
    asked = {"field": "identity", "purpose": "核对"}
    for who in ("outsider", "nobody"):
        assert enter(who).post(reverse("desk:reveal", args=[key]), asked).status_code == 404


def test_a_number_stands_in_no_address(story: Story, enter: Enter) -> None:
    address = reverse("desk:reveal", args=[story.who["old_zhang"].fact])
    assert enter("clerk").get(address, {"field": "identity"}).status_code == 405


def test_health_detail_opens_to_those_who_treat_and_is_logged(story: Story, enter: Enter) -> None:
    key = story.who["old_zhang"].fact
    address = reverse("desk:health", args=[key])
    assert "健康明细" not in said_of(enter("clerk"), story, "old_zhang")
    assert enter("clerk").post(address, {"purpose": "看看"}).status_code == 403
    client = enter("clinician")
    assert "高血压" not in said_of(client, story, "old_zhang")
    answer = client.post(address, {"purpose": "复诊"})
    assert "高血压" in answer.content.decode() and "no-store" in answer["Cache-Control"]
    assert Event.objects.filter(verb="health.look", about=key, purpose="复诊").count() == 1
    assert "健康明细 · 用途： 复诊" in " ".join(said_of(client, story, "old_zhang").split())


def test_an_erased_person_keeps_days_and_loses_the_name(story: Story, enter: Enter) -> None:
    said = said_of(enter("clerk"), story, "erased")
    assert "（已删除）" in said and "陈已忘" not in said
    assert "能看出是谁的内容已于" in said and "2026-01-10" in said


def test_a_place_tells_what_lies_in_it_and_its_former_names(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    town = client.get(reverse("desk:subject", args=[story.places["town"].fact])).content.decode()
    assert "上麦村" in town and "下麦村" in town
    village = client.get(reverse("desk:subject", args=[story.places["village"].fact]))
    said = village.content.decode()
    assert "麦坪大队" in said and "1286" in said
    for address in village.context["there"]:
        told = client.get(f"{address[0]}&format=json")
        assert told.status_code == 200 and address[0].replace("&", "&amp;") in said
    households = next(a for a, label in village.context["there"] if label.zh == "户")
    assert "李长贵" in client.get(households).content.decode()
    assert "赵远山" not in client.get(households).content.decode(), "he lives elsewhere"


def test_a_line_of_time_has_what_is_over_twice_and_may_be_empty(story: Story, enter: Enter) -> None:
    from bangfu.ledger.actions import organisation, place, post

    village = story.places["village"]
    unit = organisation.register(
        by=BY, name="新设卫生站", kind="county_medical_unit", place=village, on=day(3, 1)
    )
    hamlet = place.add(
        by=BY, name="新村", level="village", parent=story.places["town"], began=day(1, 1)
    )
    held = post.appoint(
        by=BY, person=story.who["old_zhang"], organisation=unit, on=day(3, 2), title="站长"
    )
    post.leave(by=BY, post=held, on=day(4, 5))
    client = enter("clerk")

    def told(key: UUID) -> list[tuple[dt.date, str]]:
        line = client.get(reverse("desk:subject", args=[key])).context["timeline"]
        return [(one["day"], one["side"]) for one in line]

    assert told(unit.fact) == [(day(4, 5), "ended"), (day(3, 2), "began"), (day(3, 1), "began")]
    assert told(hamlet.fact) == []


def test_a_record_shows_its_fields_and_the_journal(story: Story, enter: Enter) -> None:
    from bangfu.ledger.models import Need

    need = Need.objects.current().get(subject=story.who["zhang"].fact)
    answer = enter("clerk").get(reverse("desk:record", args=["need", need.fact]))
    said = answer.content.decode()
    assert "办结需求" in said and "已更正" in said


def test_own_words_of_a_need_are_read_by_those_who_see_to_it_and_that_is_written_down(
    story: Story, enter: Enter
) -> None:
    from bangfu.ledger.models import Need

    zhang = story.who["zhang"].fact
    need = Need.objects.current().get(subject=zhang)
    address = reverse("desk:record", args=["need", need.fact])
    answer = enter("clerk").get(address)
    said = answer.content.decode()
    assert "义诊到村" in said and "去县城看病没有车" in said and "●●●" not in said
    assert "no-store" in answer["Cache-Control"]
    enter("clerk").get(address)
    looks = Event.objects.filter(verb="need.look", about=zhang)
    assert [event.by for event in looks] == [story.users["clerk"]], "once a day"
    earlier = enter("clerk").get(address, {"on": "2026-09-01"}).content.decode()
    assert "去县城看病没有车" not in earlier, "as it was then, nobody looks"


def test_others_see_that_there_are_own_words_and_not_which(story: Story, enter: Enter) -> None:
    from bangfu.ledger.models import Need

    zhang = story.who["zhang"].fact
    need = Need.objects.current().get(subject=zhang)
    address = reverse("desk:record", args=["need", need.fact])
    page = enter("inspector").get(address).content.decode()
    assert page.count("●●●") == 2 and "去县城看病没有车" not in page
    assert enter("outsider").get(address).status_code == 404
    assert not Event.objects.filter(verb="need.look", about=zhang).exists()


def test_a_confidential_note_is_read_by_those_who_held_the_talk_and_nobody_else(
    story: Story, enter: Enter
) -> None:
    from bangfu.ledger.actions import activity as activities
    from tests.desk.story import BY, day

    zhang, helper = story.who["zhang"], story.users["helper"]
    talk = activities.record(
        by=BY, kind="talk", on=day(8, 3), whom=[zhang], who=[helper.person],
        private_note="家里欠着债,不愿别人知道",
    )  # fmt: skip
    address = reverse("desk:record", args=["talk", talk.fact])
    looks = Event.objects.filter(verb="activity.look", about=zhang.fact)
    for name in ("clerk", "inspector"):
        page = enter(name).get(address).content.decode()
        assert "欠着债" not in page, name
    assert not looks.exists()
    answer = enter("helper").get(address)
    assert "家里欠着债,不愿别人知道" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    enter("helper").get(address)
    assert [event.by for event in looks] == [helper], "once a day"
    assert (
        "保密记录"
        in enter("clerk").get(reverse("desk:subject", args=[zhang.fact])).content.decode()
    )


def test_who_wrote_a_confidential_note_down_reads_it_again(story: Story, enter: Enter) -> None:
    from bangfu.ledger.actions import activity as activities
    from bangfu.ledger.actions import subject as subjects
    from bangfu.ledger.actions.event import By
    from tests.desk.story import day

    zhang = story.who["zhang"]
    talk = activities.record(
        by=By(story.users["clerk"], "desk"), kind="talk", on=day(8, 3), whom=[zhang],
        private_note="代为记下的一句话",
    )  # fmt: skip
    address = reverse("desk:record", args=["talk", talk.fact])
    assert "代为记下的一句话" in enter("clerk").get(address).content.decode()
    assert "代为记下的一句话" not in enter("helper").get(address).content.decode()
    subjects.erase(by=By(None, "command"), subject=zhang, reason="consent")
    assert "代为记下的一句话" not in enter("clerk").get(address).content.decode()


def test_who_read_the_words_of_a_persons_need_stands_on_that_persons_page(
    story: Story, enter: Enter
) -> None:
    from bangfu.ledger.actions import need as needs
    from tests.desk.story import BY, day

    raised = needs.raise_(by=BY, subject=story.who["old_zhang"], on=day(8, 1), text="想修屋顶")
    client = enter("clerk")
    assert (
        "想修屋顶"
        in client.get(reverse("desk:record", args=["need", raised.fact])).content.decode()
    )
    assert "需求原话" in said_of(client, story, "old_zhang")


def test_why_somebody_was_erased_is_said_in_words(story: Story, enter: Enter) -> None:

    client: Client = enter("inspector")
    said = client.get(reverse("desk:journal") + "?verb=subject.erase").content.decode()
    assert "撤回同意" in said and ">consent<" not in said
