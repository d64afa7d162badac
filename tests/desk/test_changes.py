"""What changed about a subject between two days: what happened, and what was learnt since."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangfu.ledger import clock
from bangfu.ledger.actions import activity, household, pairing, person
from bangfu.ledger.models import Activity, Pairing
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.changes import Between, Change, changes
from tests.desk.conftest import Enter
from tests.desk.story import BY, PHONE, Story, day

YEAR = Between(day(1, 31), Moment(day(9, 30)))


def page_of(client: Client, story: Story, who: str, asked: str = "") -> str:
    answer = client.get(reverse("desk:changes", args=[story.who[who].fact]) + asked)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def found_for(story: Story, who: str, between: Between, as_whom: str = "clerk") -> list[Change]:
    key = story.who[who].fact
    kind = VOCABULARY[story.who[who].kind]
    return changes(story.users[as_whom], kind, key, between, "zh").found


def turned(found: list[Change], how: str) -> dict[str, tuple[str, str]]:
    return {
        one.field.key: (one.old.text, one.new.text)
        for change in found
        if change.how == how
        for one in change.turned
    }


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Between:
    """Two days have passed since the story was told; what changed since its day."""
    told, since = clock.now(), clock.today()
    monkeypatch.setattr(clock, "now", lambda: told + dt.timedelta(days=2))
    return Between(since, Moment.present())


def test_a_fact_that_turned_stands_old_and_new(story: Story, enter: Enter) -> None:
    assert turned(found_for(story, "zhang", YEAR), "changed") == {"size": ("4", "5")}
    said = page_of(enter("clerk"), story, "zhang", "?since=2026-01-31&on=2026-09-30")
    label = VOCABULARY["household"]["size"].label.zh
    assert "2026-06-01" in said and f"{label}： 4 → 5" in said and "更新户信息" in said


def test_outside_of_the_days_nothing_is_told(story: Story) -> None:
    before = Between(day(6, 12), Moment(day(6, 30)))
    assert [one.how for one in found_for(story, "zhang", before) if one.how != "late"] == []


def test_what_was_done_and_closed_is_told_with_its_event(story: Story) -> None:
    found = found_for(story, "zhang", YEAR)
    happened = [(one.how, one.kind.name, one.day) for one in found if one.how in ("on", "closed")]
    assert ("on", "activity", day(9, 2)) in happened and ("on", "need", day(2, 3)) in happened
    assert all(one.event.verb for one in found)
    closed = found_for(story, "zhang", Between(day(3, 1), Moment(day(4, 30))))
    assert ("closed", "need", day(4, 18)) in [(c.how, c.kind.name, c.day) for c in closed]


def test_what_began_and_ended(story: Story) -> None:
    paired = Pairing.objects.current().get(subject=story.who["zhang"].fact)
    pairing.close(by=BY, pairing=paired, on=day(8, 31), reason="到期")
    found = found_for(story, "zhang", Between(day(1, 10), Moment(day(9, 30))))
    spans = {(one.how, one.kind.name, one.day) for one in found if one.kind.nature == "state"}
    assert {("began", "pairing", day(1, 20)), ("ended", "pairing", day(8, 31))} <= spans
    # On its last day it still is so: until then it has not ended.
    still = found_for(story, "zhang", Between(day(1, 10), Moment(day(8, 31))))
    assert "ended" not in {one.how for one in still}


def test_what_was_recorded_late_put_right_and_taken_back(story: Story, later: Between) -> None:
    visit = Activity.objects.current().get(date=day(9, 2), kind="visit")
    activity.take_back(by=BY, activity=visit)
    activity.record(
        by=BY, kind="visit", mode="home", on=day(5, 5), programme=story.begun(),
        place=story.places["village"], who=[story.who["wu"]], whom=[story.who["zhang"]], people=1,
    )  # fmt: skip
    household.update(by=BY, subject=story.who["zhang"], on=day(6, 1), size=6)
    found = found_for(story, "zhang", later)
    told = {(one.how, one.kind.name, one.day) for one in found}
    assert told == {
        ("gone", "activity", day(9, 2)),
        ("late", "activity", day(5, 5)),
        ("corrected", "household", day(6, 1)),
    }
    assert turned(found, "corrected") == {"size": ("5", "6")}
    assert {one.event.verb for one in found} == {
        "activity.withdraw", "activity.record", "household.update"
    }  # fmt: skip


def test_a_pairing_recorded_late_is_told_as_such(story: Story, later: Between) -> None:
    pairing.make(
        by=BY, programme=story.begun(), name="one_to_one", helper=story.who["he"],
        subject=story.who["li"], on=day(2, 1),
    )  # fmt: skip
    found = found_for(story, "li", later)
    assert [(one.how, one.kind.name, one.day) for one in found] == [("late", "pairing", day(2, 1))]


def test_as_known_before_nothing_was_learnt(story: Story, later: Between) -> None:
    household.update(by=BY, subject=story.who["zhang"], on=day(6, 1), size=6)
    known = Moment(later.moment.on, clock.end_of(later.since))
    assert found_for(story, "zhang", Between(later.since, known)) == []


def test_a_sealed_number_is_said_to_have_changed_and_not_shown(
    story: Story, enter: Enter, later: Between
) -> None:
    new = PHONE[:-2] + "58"
    person.update(
        by=BY, subject=story.who["old_zhang"], on=later.moment.on, source="电话核对", phone=new
    )
    told = turned(found_for(story, "old_zhang", later), "changed")
    assert set(told) == {"phone"}
    client = enter("clerk")
    said = page_of(client, story, "old_zhang", f"?since={later.since}")
    assert new not in said and PHONE not in said and "电话核对" in said


def test_only_what_the_reader_may_open_is_told(story: Story) -> None:
    found = found_for(story, "hospital", YEAR, as_whom="helper")
    assert "entry" not in {one.kind.name for one in found}
    assert "entry" in {one.kind.name for one in found_for(story, "hospital", YEAR)}


def test_since_the_last_visit_is_offered_first(story: Story, enter: Enter) -> None:
    said = page_of(enter("helper"), story, "zhang")
    assert "上次走访以来 2026-09-02" in said
    assert "2026-09-02 之后" in said


def test_a_day_that_is_none_is_said(story: Story, enter: Enter) -> None:
    assert "“昨天”不是日期" in page_of(enter("clerk"), story, "zhang", "?since=昨天")
    said = page_of(enter("clerk"), story, "zhang", "?since=2026-09-30&on=2026-01-31")
    assert "起始日期在截止日期之后" in said


def test_an_outsider_is_told_nothing(story: Story, enter: Enter) -> None:
    address = reverse("desk:changes", args=[story.who["zhang"].fact])
    assert enter("outsider").get(address).status_code == 404


def test_questions_do_not_grow_with_the_records(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    asked = "?since=2026-01-31&on=2026-09-30"
    page_of(client, story, "zhang", asked)
    with CaptureQueriesContext(connection) as few:
        page_of(client, story, "zhang", asked)
    for number in range(1, 13):
        activity.record(
            by=BY, kind="visit", mode="home", on=day(5, number), programme=story.begun(),
            place=story.places["village"], who=[story.who["wu"]], whom=[story.who["zhang"]],
            people=1,
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        page_of(client, story, "zhang", asked)
    assert len(many) <= len(few) + 2
