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
from bangfu.ledger.models import Demand, Task
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
    noted(village, paper="民发〔2026〕2号")
    noted(village, paper="民发〔2026〕3号")
    noted(village, asker="", layout="b" * 32, filled=3)
    whole, (bureau, nobody) = burden(Demand.objects.current())
    assert (whole.forms, whole.repeats, whole.filled, len(whole.layouts)) == (3, 1, 35, 2)
    assert (bureau.name, bureau.forms, bureau.repeats) == ("县民政局", 2, 1)
    assert (nobody.name, nobody.filled, nobody.left) == ("", 3, 4)


def test_how_often_it_was_asked_for_before_is_a_field(village: Village) -> None:
    for number, layout in enumerate(("a", "a", "b", "a")):
        noted(village, layout=layout * 32, paper=f"{number}号")
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


def test_the_same_form_taken_again_on_the_same_day_was_not_asked_for_twice(
    village: Village,
) -> None:
    first = noted(village, asker="")
    again = noted(village, filled=18, left=2, entered=2)
    assert again.fact == first.fact
    assert (again.asker, again.filled, again.left, again.entered) == ("县民政局", 18, 2, 2)
    later = noted(village, filled=18, left=2)
    assert later.fact == first.fact and later.entered == 2
    assert noted(village, asker="县乡村振兴局").fact != first.fact
    demands.hand_up(by=OPERATOR, demand=later, on=clock.today(), typed=2)
    assert noted(village).fact != first.fact
    assert verify().faults == []


def test_who_can_know_is_asked_once_for_the_cells_of_a_form(village: Village) -> None:
    held, today = noted(village), clock.today()
    asked = [
        (village.li, "《花名册》要补:文化程度 2格"),
        (village.hospital, "《花名册》要补:单位电话 1格"),
    ]
    made = demands.ask(by=OPERATOR, demand=held, asked=asked, due=today)
    assert {(task.owner, task.demand, task.due) for task in made} == {
        (village.li, held, today), (village.hospital, held, today),
    }  # fmt: skip
    with pytest.raises(Refused, match="asked for this form already"):
        demands.ask(by=OPERATOR, demand=held, asked=asked[:1], due=today)
    for wrong in (
        {"asked": []},
        {"due": today - dt.timedelta(days=1)},
        {"asked": [(village.zhou, "  ")]},
        {"asked": [(village.zhao_home, "电话")]},
    ):
        with pytest.raises(Refused):
            demands.ask(**{"by": OPERATOR, "demand": held, "asked": asked, "due": today, **wrong})
    assert Task.objects.current().filter(demand=held).count() == 2
    demands.hand_up(by=OPERATOR, demand=held, on=today, typed=0)
    with pytest.raises(Refused, match="handed up"):
        demands.ask(by=OPERATOR, demand=held, asked=[(village.zhou, "电话")], due=today)
    assert verify().faults == []


def test_who_is_asked_sees_the_task_and_who_may_not_write_demands_there_asks_nobody(
    village: Village,
) -> None:
    held = noted(village)
    helper = village.account("helper", "helper", person=village.li)
    far = village.account("far", "village_officer", place=village.far_village)
    ask = [(village.li, "联系电话 1格")]
    with pytest.raises(NotAllowed):
        demands.ask(by=By(far, "desk"), demand=held, asked=ask, due=clock.today())
    (task,) = demands.ask(by=OPERATOR, demand=held, asked=ask, due=clock.today())
    kind = VOCABULARY["task"]
    assert list(visible(helper, kind)) == [task] and not visible(far, kind).exists()
