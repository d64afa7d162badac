"""Who came into a village's households and who went, each once, on the day and for the reason."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client
from django.urls import reverse

from bangfu.ledger.actions import membership as memberships
from bangfu.ledger.actions import person as persons
from bangfu.ledger.models import User
from bangfu.ledger.moment import Moment
from bangfu.lists.moves import moves_in, moves_of, tallies_of
from tests.village import OPERATOR, VISITED, Village

LATER = VISITED + dt.timedelta(days=40)
BACK = LATER + dt.timedelta(days=10)
LAST = BACK + dt.timedelta(days=60)


def told(village: Village, user: User, first: dt.date = LATER) -> list[tuple[Any, ...]]:
    """Who came or went from a day on, the latest first."""
    rows = moves_in(user, village.village, first, LAST, Moment(LAST))
    return [(m.day, m.name, m.home_name, m.went, m.why.en) for m in moves_of(list(rows))]


def went_and_came(village: Village) -> None:
    """孙秀英 goes and comes back; her sheet changes twice more, and her coming stays one."""
    sun = {"by": OPERATOR, "subject": village.sun, "source": "村委会"}
    memberships.leave(on=LATER, gone="away", **sun)
    persons.update(on=LATER + dt.timedelta(days=2), work_region="邻省", **sun)
    memberships.join(
        household=village.zhao_home, relation="spouse", came="returned", on=BACK, **sun
    )
    persons.update(on=BACK + dt.timedelta(days=5), work_region="", **sun)


def test_each_coming_and_going_counts_once_on_its_day(village: Village) -> None:
    county = village.account("fang", "clerk", place=village.county)
    went_and_came(village)
    home = "赵家"
    assert told(village, county) == [
        (BACK, "孙秀英", home, False, "came back"),
        (LATER, "孙秀英", home, True, "away for long, out of touch"),
    ]
    assert told(village, county, first=BACK + dt.timedelta(days=1)) == []
    tallies = tallies_of(moves_in(county, village.village, LATER, LAST, Moment(LAST)))
    assert [(one.went, one.why.zh, one.number) for one in tallies] == [
        (False, "返乡回流", 1), (True, "长期外出失联", 1),
    ]  # fmt: skip


def test_who_died_went_on_the_last_day_though_nobody_is_there_any_more(village: Village) -> None:
    county = village.account("fang", "clerk", place=village.county)
    memberships.leave(by=OPERATOR, subject=village.sun, on=LATER, gone="died", source="派出所")
    assert told(village, county) == [(LATER, "孙秀英", "赵家", True, "died")]


def test_a_page_shows_the_month_to_those_who_open_the_persons(
    village: Village, client: Client
) -> None:
    went_and_came(village)
    address = reverse("desk:moves", args=[village.village.fact])
    asked = {"month": f"{LATER:%Y-%m}"}
    client.force_login(village.account("fang", "clerk", place=village.county))
    page = client.get(address, asked).content.decode()
    assert "孙秀英" in page and "长期外出失联" in page
    assert "孙秀英" not in client.get(address, {"month": "2025-01"}).content.decode()
    assert (
        address in client.get(reverse("desk:subject", args=[village.village.fact])).content.decode()
    )
    client.force_login(village.account("ning", "clerk", place=village.next_village))
    assert client.get(address, asked).status_code == 404
    client.force_login(village.account("zu", "organisation_department", place=village.county))
    assert client.get(address, asked).status_code == 404
