"""Who looks after villages finds on Today what waits in them, and every number opens its rows."""

from __future__ import annotations

import datetime as dt
import re

import lxml.html
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangfu.ledger import clock
from bangfu.ledger.actions import activity, need, user
from bangfu.ledger.moment import Moment
from bangfu.lists.my_duties import NEAR
from bangfu.lists.villages import Waits, my_villages
from tests.desk.conftest import Enter
from tests.desk.story import BY, PASSWORD, Story, add_other_roles, day


def box(enter: Enter, who: str) -> lxml.html.HtmlElement | None:
    found = lxml.html.fromstring(enter(who).get("/").content).xpath("//*[@id='villages']")
    return found[0] if found else None


def text(box: lxml.html.HtmlElement | None) -> str:
    assert box is not None
    return re.sub(r"\s+", " ", box.text_content())


def add_needs(story: Story) -> None:
    """A need of 张有田 that is due soon, and one without a day; that of the clinic is late."""
    for due in (clock.today() + NEAR, None):
        need.raise_(
            by=BY, subject=story.who["zhang"], on=day(2, 3), text="家里水管坏了", kind="water",
            programme=story.begun(), due=due,
        )  # fmt: skip


def add_town_clerk(story: Story) -> None:
    story.users["town"] = user.create(by=BY, username="town", password=PASSWORD)
    user.grant(
        by=BY, user=story.users["town"], role="clerk", place=story.places["town"],
        on=day(1, 1, 2020), reason="任命文件",
    )  # fmt: skip


def test_every_number_opens_as_many_rows(story: Story, enter: Enter) -> None:
    add_other_roles(story)
    add_needs(story)
    for who in ("village_officer", "resident_team"):
        found = box(enter, who)
        told = text(found)
        assert "上麦村" in told and "3 个需求未办结 1 项已过期 1 项将到期" in told, told
        assert found is not None
        links = [a for a in found.iterfind(".//a") if "/lists/" in a.get("href")]
        assert len(links) == 4
        for link in links:
            rows = enter(who).get(f"{link.get('href')}&format=json").json()
            number = re.search(r"\d+", link.text_content())
            assert number and rows["total"] == int(number[0]), link.text_content()


def test_a_town_has_its_villages_and_the_quiet_ones_in_one_line(story: Story, enter: Enter) -> None:
    add_town_clerk(story)
    told = text(box(enter, "town"))
    assert "没有待办的村： 下麦村" in told and "上麦村 结对 1" in told
    assert box(enter, "clerk") is None, "a county has its boards and lists"
    assert box(enter, "helper") is None and box(enter, "clinician") is None
    assert "上麦村" not in text(box(enter, "outsider"))


def test_only_the_most_pressing_villages_stand_there_and_all_are_counted(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_town_clerk(story)
    monkeypatch.setattr("bangfu.lists.villages.MOST", 1)
    villages, number = my_villages(story.users["town"], [story.begun()], Moment(day(7, 20)))
    assert ([one.place.name for one in villages], number) == (["上麦村"], 2)


def owed(story: Story, on: dt.date) -> dict[str, Waits]:
    moment = Moment(on)
    villages, _ = my_villages(story.users["town"], [story.begun()], moment)
    return {v.place.name: one.waits for v in villages for one in v.duties if one.name == "monthly"}


def test_what_pairings_of_the_village_owe_stands_there(story: Story) -> None:
    add_town_clerk(story)
    assert owed(story, day(7, 20)) == {"上麦村": Waits(open=1, soon=1)}
    assert owed(story, day(8, 5)) == {"上麦村": Waits(open=2, late=1)}, "July and August"
    activity.record(
        by=BY, kind="visit", mode="home", on=day(7, 12), programme=story.begun(),
        place=story.places["village"], who=[story.who["wu"]], whom=[story.who["zhang"]],
    )  # fmt: skip
    assert owed(story, day(8, 5)) == {"上麦村": Waits(open=1)}, "a visit was written"


def test_more_needs_cost_no_more_questions(story: Story, enter: Enter) -> None:
    add_town_clerk(story)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            my_villages(story.users["town"], [story.begun()], Moment.present())
        return len(queries)

    asked()
    before = asked()
    for _ in range(5):
        add_needs(story)
    asked()
    assert asked() == before


def test_a_list_is_narrowed_by_where_those_live_whom_it_is_about(
    story: Story, enter: Enter
) -> None:
    add_needs(story)
    need.raise_(
        by=BY, subject=story.who["zhang"], on=day(2, 3), text="旧活动里的事", kind="water",
        programme=story.returnees, due=day(3, 1),
    )  # fmt: skip
    address = reverse("desk:list", args=["need"])
    for words, expected in (
        ("subject.place=上麦村&closed=-", 4),
        ("subject.place=上麦村&subject=张有田&closed=-", 3),
        ("subject.place=远山村&closed=-", 0),
        ("closed=-", 4),
        ("closed=-&going=yes", 3),
        ("due=-", 1),
        ("going=yes", 4),
    ):
        found = enter("clerk").get(f"{address}?{words}&format=json").json()
        assert found["total"] == expected, words
