"""A form that others asked for is on record, known again, and handed up once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bangfu.ledger import clock
from bangfu.ledger.access import NotAllowed, visible
from bangfu.ledger.actions import demand as demands
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.actions.journal import verify
from bangfu.ledger.models import Demand
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import lines
from bangfu.lists.demands import burden, earlier
from bangfu.lists.listing import Listing
from tests.village import OPERATOR, Village

COLUMNS = ["户主姓名", "家庭人口", "联系电话", "帮扶责任人", "户类型"]


def noted(village: Village, **more: Any) -> Demand:
    words: dict[str, Any] = {
        "by": OPERATOR, "place": village.village, "title": "花名册", "layout": "a" * 32,
        "columns": COLUMNS, "rows": 4, "filled": 16, "left": 4, "asker": "县民政局",
    }  # fmt: skip
    return demands.note(**{**words, **more})


def test_a_form_is_known_again_by_its_headings(village: Village) -> None:
    first = noted(village)
    noted(village, layout="b" * 32, columns=["项目名称", "总投资"], asker="县发改局")
    (same,) = earlier(None, "a" * 32, COLUMNS)
    assert (same.demand, same.same, same.shared) == (first, True, 5)
    (alike,) = earlier(None, "c" * 32, [*COLUMNS[:4], "备注"])
    assert (alike.demand, alike.same, alike.shared, alike.of) == (first, False, 4, 5)
    assert earlier(None, "c" * 32, [*COLUMNS[:3], "备注", "年度"]) == []


def test_only_demands_that_are_open_to_an_account_are_shown(village: Village) -> None:
    noted(village)
    near = village.account("near", "village_officer", place=village.village)
    far = village.account("far", "village_officer", place=village.far_village)
    assert len(earlier(near, "a" * 32, COLUMNS)) == 1
    assert earlier(far, "a" * 32, COLUMNS) == []
    assert visible(far, VOCABULARY["demand"]).count() == 0
    with pytest.raises(NotAllowed):
        noted(village, by=By(far, "desk"))


def test_it_is_added_up_who_asks_and_how_often_again(village: Village) -> None:
    noted(village)
    noted(village)
    noted(village, asker="", layout="b" * 32, filled=3)
    whole, (bureau, nobody) = burden(Demand.objects.current())
    assert (whole.forms, whole.repeats, whole.filled, len(whole.layouts)) == (3, 1, 35, 2)
    assert (bureau.name, bureau.forms, bureau.repeats) == ("县民政局", 2, 1)
    assert (nobody.name, nobody.filled, nobody.left) == ("", 3, 4)


def test_how_often_it_was_asked_for_before_is_a_field(village: Village) -> None:
    for layout in ("a", "a", "b", "a"):
        noted(village, layout=layout * 32)
    kind = VOCABULARY["demand"]
    rows = lines(Listing(("demand",), Moment(clock.today())), Demand.objects.current(),
                 [kind["repeats"]])  # fmt: skip
    assert sorted(line.cells[0].raw for line in rows) == [0, 0, 1, 2]


def test_it_is_handed_up_once_and_not_before_it_was_filled(village: Village) -> None:
    held, today = noted(village), clock.today()
    for day, typed in ((today + dt.timedelta(days=1), 3), (today - dt.timedelta(days=1), 3),
                       (today, -1)):  # fmt: skip
        with pytest.raises(Refused):
            demands.hand_up(by=OPERATOR, demand=held, on=day, typed=typed)
    done = demands.hand_up(by=OPERATOR, demand=held, on=today, typed=3)
    assert (done.handed_up, done.typed) == (today, 3)
    with pytest.raises(Refused):
        demands.hand_up(by=OPERATOR, demand=done, on=today, typed=4)
    assert verify().faults == []


def test_a_form_without_headings_is_refused(village: Village) -> None:
    with pytest.raises(Refused):
        noted(village, columns=[])
