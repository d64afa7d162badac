"""Questions of a kind of work: answered as asked, and fields of the records from then on."""

from __future__ import annotations

from typing import Any

import pytest

from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions.event import Refused
from bangfu.ledger.models import Activity, Programme
from bangfu.ledger.moment import Moment
from bangfu.ledger.questions import questions_of
from bangfu.lists.figure import figure_of
from bangfu.lists.listing import Listing
from tests.village import OPERATOR, VISITED, Village

TEXT = """
title = "饮水查看"
area  = "990001"
from  = 2009-01-01
to    = 2009-12-31

[paper.notice]
title = "通知"

[value.line]
title = "够用的人数"
items = [ { from = 2009-01-01, is = 3, paper = "notice" } ]

[activity.water_check]
title = "饮水查看"
of    = "visit"
where.topic = "water"
items.quality = { title = "水质", type = "choice", items = { good = "达标", poor = "不达标" } }
items.users   = { title = "用水人数", type = "number" }
items.tested  = { title = "化验过", type = "yes_no" }
items.next_on = { title = "下次查看", type = "date" }
items.faults  = { title = "毛病", type = "choices", items = { taste = "有味", dry = "断水" } }
items.picture = { title = "照片", type = "photo" }

[list]
poor      = { title = "不达标", of = "water_check", where = { quality = "poor" } }
few       = { title = "用的人少", of = "water_check", where = { users = { at_most = "line" } } }
tested_it = { title = "化验过", of = "water_check", where = { tested = true } }
soon      = { title = "快到了", of = "water_check", where = { next_on = { to = 2009-06-30 } } }
dry_ones  = { title = "断水", of = "water_check", where = { faults = ["dry"] } }
blank     = { title = "没有填人数", of = "water_check", where = { users = { known = false } } }
unseen    = { title = "没有照片", of = "water_check", where = { picture = false } }

[figure]
by_quality = { title = "水质", of = "water_check", by = ["quality"] }
all_users  = { title = "用水人数", of = "water_check", sum = "users" }
"""


@pytest.fixture
def programme(village: Village) -> Programme:
    return programmes.start(by=OPERATOR, name="water", text=TEXT)


def checked(programme: Programme, **answers: Any) -> Activity:
    return activities.record(
        by=OPERATOR, kind="visit", topic="water", on=VISITED, programme=programme, answers=answers
    )


def surely(programme: Programme, name: str) -> tuple[set[Any], set[Any]]:
    listing = Listing((name,), Moment(VISITED), programme=programme)
    return (
        set(listing.sure().values_list("fact", flat=True)),
        set(listing.possible().values_list("fact", flat=True)),
    )


def test_every_sort_of_answer_is_a_field_and_a_blank_is_not_an_answer(programme: Programme) -> None:
    full = checked(
        programme, quality="poor", users=3, tested=True, next_on="2009-06-30",
        faults=["taste", "dry"],
    ).fact  # fmt: skip
    other = checked(
        programme, quality="good", users=4, tested=False, next_on="2009-07-01", faults=["taste"]
    ).fact
    blank = checked(programme).fact
    assert surely(programme, "poor") == ({full}, {full})
    assert surely(programme, "few") == ({full}, {full, blank})
    assert surely(programme, "tested_it") == ({full}, {full, blank})
    assert surely(programme, "soon") == ({full}, {full, blank})
    assert surely(programme, "dry_ones") == ({full}, {full})
    assert surely(programme, "blank") == ({blank}, {blank})
    assert surely(programme, "unseen")[0] == {full, other, blank}
    users = figure_of(programme, "all_users", Moment(VISITED)).reading()
    assert (users.low, users.high) == (7, None)
    groups = figure_of(programme, "by_quality", Moment(VISITED)).groups()
    assert {group.key: group.reading.low for group in groups} == {"poor": 1, "good": 1, None: 1}


@pytest.mark.parametrize(
    "answers",
    [
        {"colour": "blue"},
        {"quality": "fair"},
        {"users": "three"},
        {"users": True},
        {"tested": "yes"},
        {"next_on": "soon"},
        {"faults": ["noise"]},
        {"faults": "dry"},
    ],
)
def test_what_is_no_answer_is_refused(programme: Programme, answers: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="answer|asked"):
        checked(programme, **answers)


def test_answers_are_put_right_and_a_question_is_left_open(programme: Programme) -> None:
    made = checked(programme, quality="poor", users=3)
    activities.correct_record(
        by=OPERATOR, activity=made, answers={"quality": "good", "users": None, "faults": []}
    )
    assert Activity.objects.current().get(fact=made.fact).answers == {"quality": "good"}
    assert surely(programme, "poor") == (set(), set())
    with pytest.raises(Refused, match="cannot be answered"):
        activities.correct_record(by=OPERATOR, activity=made, answers={"quality": "none"})


def test_work_of_another_sort_is_asked_nothing(programme: Programme) -> None:
    made = activities.record(by=OPERATOR, kind="visit", on=VISITED, programme=programme)
    assert questions_of(made) == {}
    assert list(questions_of(checked(programme))) == [
        "quality", "users", "tested", "next_on", "faults",
    ]  # fmt: skip
