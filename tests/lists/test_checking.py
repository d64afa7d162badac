"""Defects come and go as the rules say; what is accepted as true stays as long as it is so."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Q

from bangfu.ledger import clock
from bangfu.ledger.actions import defect as defects
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import membership as memberships
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import place as places
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import Refused
from bangfu.ledger.models import Defect, Event, Subject
from bangfu.ledger.rules import rules
from bangfu.lists import checking
from bangfu.lists.checking import check
from bangfu.lists.touched import touched_since
from tests.village import OPERATOR, VISITED, Ticker, Village

TODAY = clock.today()
DAY = dt.timedelta(days=1)


def look(*keys: str, anew: bool = False) -> int:
    """Hold the records against some rules, or all; how many defects changed."""
    return sum(one.changed for one in check(by=OPERATOR, keys=keys or None, anew=anew))


def standing(**narrower: Any) -> set[tuple[str, str]]:
    """The rules and names of what stands open."""
    rows = Defect.objects.current().filter(state="open", **narrower)
    return {
        (one.rule, one.subject.name if one.subject else str(one.record))
        for one in rows.select_related("subject")
    }


def only(rule: str, subject: Subject) -> Defect:
    return Defect.objects.current().get(rule=rule, record=subject.fact)


def test_what_a_rule_finds_stands_until_it_is_mended(village: Village) -> None:
    assert look("household_size_missing") == 1
    assert standing() == {("household_size_missing", "钱家")}
    found = only("household_size_missing", village.qian_home)
    assert (found.about, found.severity, found.place) == (
        "household", "missing", village.next_village,
    )  # fmt: skip
    assert (found.date, found.state) == (TODAY, "open")
    households.update(by=OPERATOR, subject=village.qian_home, on=VISITED, size=1)
    assert look("household_size_missing") == 1
    found.refresh_from_db()
    assert (found.state, found.left) == ("left", TODAY)
    assert Defect.objects.filter(fact=found.fact, superseded_at__isnull=False).count() == 1


def test_a_defect_that_comes_back_is_a_new_one(village: Village) -> None:
    sheet = {"by": OPERATOR, "subject": village.sun}
    look("sex_missing")
    persons.correct_sheet(**sheet, sex="2")
    look("sex_missing")
    persons.correct_sheet(**sheet, sex="")
    look("sex_missing")
    told = Defect.objects.current().filter(record=village.sun.fact).order_by("recorded_at")
    assert [one.state for one in told] == ["left", "open"]


def test_nothing_is_asked_or_written_while_nothing_changed(village: Village) -> None:
    look("sex_missing")
    events = Event.objects.count()
    assert look("sex_missing") == look("sex_missing", anew=True) == 0
    assert Event.objects.count() == events


def test_a_rule_is_asked_anew_after_a_day_and_after_any_change(
    ticker: Ticker, village: Village
) -> None:
    persons.register(by=OPERATOR, name="新生", place=village.village, on=VISITED, source="派出所",
                     birth=(ticker.instant + 2 * DAY).date())  # fmt: skip
    look("born_in_future")
    assert standing() == {("born_in_future", "新生")}
    ticker.instant += 3 * DAY
    look("born_in_future")
    assert standing() == set()


def test_what_is_accepted_as_true_is_not_open_and_says_why(village: Village) -> None:
    look("sex_missing")
    defect = only("sex_missing", village.sun)
    defects.accept(by=OPERATOR, defect=defect, reason="证件遗失,正在补办", until=None)
    look("sex_missing", anew=True)
    assert ("sex_missing", "孙秀英") not in standing()
    assert only("sex_missing", village.sun).reason == "证件遗失,正在补办"
    defects.reopen(by=OPERATOR, defect=only("sex_missing", village.sun))
    again = only("sex_missing", village.sun)
    assert (again.state, again.reason, again.accepted, again.until) == ("open", "", None, None)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"reason": "  ", "until": None}, "reason_missing"),
        ({"reason": "属实", "until": TODAY - DAY}, "until_passed"),
    ],
)
def test_accepting_wants_a_reason_and_a_day_ahead(
    village: Village, words: dict[str, Any], code: str
) -> None:
    look("sex_missing")
    with pytest.raises(Refused) as refused:
        defects.accept(by=OPERATOR, defect=only("sex_missing", village.sun), **words)
    assert refused.value.code == code


def test_what_is_not_open_is_not_accepted_and_what_is_not_accepted_not_reopened(
    village: Village,
) -> None:
    look("sex_missing")
    defect = only("sex_missing", village.sun)
    with pytest.raises(Refused) as refused:
        defects.reopen(by=OPERATOR, defect=defect)
    assert refused.value.code == "defect_not_accepted"
    defects.accept(by=OPERATOR, defect=defect, reason="属实", until=None)
    with pytest.raises(Refused) as refused:
        defects.accept(by=OPERATOR, defect=defect, reason="属实", until=None)
    assert refused.value.code == "defect_not_open"


def test_what_was_accepted_opens_again_when_its_day_has_passed(
    ticker: Ticker, village: Village
) -> None:
    look("sex_missing")
    until = ticker.instant.date() + 5 * DAY
    defect = only("sex_missing", village.sun)
    defects.accept(by=OPERATOR, defect=defect, reason="正在补办", until=until)
    ticker.instant += 4 * DAY
    look("sex_missing")
    assert only("sex_missing", village.sun).state == "accepted"
    ticker.instant += 2 * DAY
    look("sex_missing")
    assert only("sex_missing", village.sun).state == "open"


def test_what_was_accepted_opens_again_when_the_record_says_something_else(
    village: Village,
) -> None:
    home = {"by": OPERATOR, "subject": village.zhao_home}
    households.update(**home, on=VISITED, kind="ordinary", monitored_as="edge")
    look("sort_without_monitored")
    defect = only("sort_without_monitored", village.zhao_home)
    defects.accept(by=OPERATOR, defect=defect, reason="正在认定", until=None)
    households.update(**home, on=VISITED, size=5)
    look("sort_without_monitored", anew=True)
    assert only("sort_without_monitored", village.zhao_home).state == "accepted"
    households.update(**home, on=VISITED, monitored_as="sudden")
    look("sort_without_monitored", anew=True)
    assert only("sort_without_monitored", village.zhao_home).state == "open"


def test_an_open_defect_follows_its_record_to_another_place(village: Village) -> None:
    look("household_size_missing")
    memberships.move(by=OPERATOR, subject=village.qian_home, to=village.far_village, on=VISITED)
    look("household_size_missing")
    assert only("household_size_missing", village.qian_home).place == village.far_village


def test_nothing_is_to_be_mended_of_whom_nothing_is_held_any_more(village: Village) -> None:
    look("sex_missing")
    subjects.erase(by=OPERATOR, subject=village.sun, reason="request")
    look("sex_missing")
    assert only("sex_missing", village.sun).state == "left"
    look("identity_missing", "birth_missing")
    assert not Defect.objects.current().filter(record=village.sun.fact, state="open").exists()


def test_a_rule_that_is_gone_finds_nothing_any_more(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    look("sex_missing")
    left = {key: rule for key, rule in rules().items() if key != "sex_missing"}
    for module in ("bangfu.lists.checking", "bangfu.ledger.actions.defect"):
        monkeypatch.setattr(f"{module}.rules", lambda: left)
    look()
    assert not Defect.objects.current().filter(~Q(state="left"), rule="sex_missing").exists()


def test_more_than_one_event_can_write_is_written_in_several(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Any] = []
    found, fresh = defects.found, defects.fresh
    for limit in ("_AT_FIRST", "LEAST", "MOST"):
        monkeypatch.setattr(f"bangfu.lists.checking.{limit}", 1)
    monkeypatch.setattr(defects, "found", lambda *words: looked.append(words[2]) or found(*words))
    monkeypatch.setattr(defects, "fresh", lambda *words: looked.append(words[2]) or fresh(*words))
    before = Event.objects.filter(verb="defect.find").count()
    assert look("sex_missing") == 2
    assert Event.objects.filter(verb="defect.find").count() == before + 2
    everybody, *parts = looked
    assert everybody is None and [len(part) for part in parts] == [1, 1], "looked for once"


def test_events_are_as_large_as_they_are_quick_and_leave_time_between_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passed, written, rests = [0.0], list[int](), list[float]()

    def find(*, only: Any, **_: Any) -> int:
        # The first event takes a second, every later one half a thousandth for each record.
        passed[0] += 1.0 if not written else len(only) / 2000
        written.append(len(only))
        return len(only)

    monkeypatch.setattr(checking, "_changing", lambda *_: [uuid4() for _ in range(3000)])
    monkeypatch.setattr(defects, "find", find)
    monkeypatch.setattr(checking, "perf_counter", lambda: passed[0])
    monkeypatch.setattr(checking, "sleep", rests.append)
    monkeypatch.setattr(checking, "_AT_FIRST", 1000)
    assert look("sex_missing", anew=True) == sum(written) == 3000
    assert written[:3] == [1000, 200, 400], "smaller after a long one, larger after a quick one"
    assert len(rests) == len(written) - 1
    assert rests[:2] == [pytest.approx(0.25), pytest.approx(0.025)]


def test_only_those_are_asked_of_whom_a_change_may_concern(
    ticker: Ticker, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticker.instant += dt.timedelta(hours=1)
    since = ticker.instant
    look("sex_missing", "household_without_head")
    persons.correct_sheet(by=OPERATOR, subject=village.sun, sex="2")
    near = {village.sun.fact, village.zhao.fact, village.zhao_home.fact}
    for key in ("sex_missing", "household_without_head"):
        assert touched_since(rules()[key], since, since.date()) == near
    asked: list[set[Any]] = []
    found = defects.found
    monkeypatch.setattr(
        defects, "found", lambda *words: asked.append(set(words[2])) or found(*words)
    )
    assert look("sex_missing") == 1
    assert asked == [near]


def test_everybody_is_asked_of_where_a_change_may_concern_anybody(
    ticker: Ticker, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticker.instant += dt.timedelta(hours=1)
    since, day = ticker.instant, ticker.instant.date()
    rule = rules()["sex_missing"]
    assert touched_since(rule, since, day) == set()
    persons.correct_sheet(by=OPERATOR, subject=village.sun, sex="2")
    with monkeypatch.context() as few:
        few.setattr("bangfu.lists.touched.MOST", 0)
        assert touched_since(rule, since, day) is None
    places.rename(by=OPERATOR, place=village.far_village, name="远村", on=VISITED, source="民政")
    assert touched_since(rule, since, day) is None


def test_asking_where_something_changed_comes_to_the_same_as_asking_all(village: Village) -> None:
    chance = random.Random(7)
    people, homes = (
        [village.zhao, village.sun, village.qian],
        [village.zhao_home, village.qian_home],
    )
    edits = [
        lambda: persons.correct_sheet(by=OPERATOR, subject=chance.choice(people),
                                      sex=chance.choice(("", "1", "2"))),
        lambda: persons.correct_sheet(by=OPERATOR, subject=chance.choice(people),
                                      relation=chance.choice(("", "head", "spouse", "son"))),
        lambda: persons.correct_sheet(by=OPERATOR, subject=chance.choice(people),
                                      birth=dt.date(chance.choice((1950, 1980, 2015)), 1, 1)),
        lambda: persons.correct_sheet(by=OPERATOR, subject=chance.choice(people),
                                      household=chance.choice((*homes, None))),
        lambda: persons.correct_sheet(by=OPERATOR, subject=chance.choice(people),
                                      labour=chance.choice(("", "ordinary", "none"))),
        lambda: households.update(by=OPERATOR, subject=chance.choice(homes), on=VISITED,
                                  size=chance.choice((None, 2))),
        lambda: households.update(by=OPERATOR, subject=chance.choice(homes), on=VISITED,
                                  kind=chance.choice(("", "ordinary", "monitored"))),
        lambda: subjects.rename(by=OPERATOR, subject=chance.choice(people), name="某人",
                                on=VISITED),
    ]  # fmt: skip
    for _ in range(4):
        for edit in chance.sample(edits, k=chance.randint(2, 5)):
            edit()
        look()
        here = standing()
        assert look(anew=True) == 0, (here, standing())
