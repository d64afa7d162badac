"""Data quality at the command line and beside the server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from bangfu.keeping.current import REST, Keeping
from bangfu.keeping.planner import look_at_new_tables
from bangfu.keeping.progress import Progress
from bangfu.keeping.work import perform
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import work as works
from bangfu.ledger.models import Defect, Event
from bangfu.ledger.rules import rules
from tests.jobs.conftest import Call
from tests.village import OPERATOR, Village

Ask = Callable[..., Any]


def _of(told: Any, rule: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in told["rules"] if one["rule"] == rule)
    return found


def test_the_command_shows_what_stands_and_looks_first_when_told_to(
    village: Village, ask: Ask, call: Call
) -> None:
    assert _of(ask("quality"), "sex_missing")["open"] == 0
    told = ask("quality", "run", "--rule", "sex_missing")
    assert told["changed"] == 2 and [one["rule"] for one in told["rules"]] == ["sex_missing"]
    assert _of(ask("quality"), "sex_missing") == {
        "rule": "sex_missing", "title": rules()["sex_missing"].title.zh, "severity": "missing",
        "open": 2, "accepted": 0, "left": 0,
    }  # fmt: skip
    assert _of(ask("quality", "--place", "990001101201"), "sex_missing")["open"] == 1
    assert _of(ask("quality", "--place", "990001102"), "sex_missing")["open"] == 0
    text = call("quality").output
    assert rules()["sex_missing"].title.en in text
    assert rules()["born_in_future"].title.en not in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--rule", "sex_mising"), "sex_missing"),
        (("--place", "880000"), "880000"),
        (("--place", "x"), "x"),
    ],
)
def test_a_rule_or_a_place_that_is_not_there_is_told(
    village: Village, call: Call, words: tuple[str, ...], says: str
) -> None:
    wrong = call("quality", *words)
    assert wrong.exit_code == 1 and says in wrong.output


class Rested(threading.Event):
    """Never told to end; remembers how long it was asked to wait, and does not."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0)
        return False


def test_the_worker_looks_by_itself_where_something_was_written(village: Village) -> None:
    keeping, ended = Keeping(), Rested()
    keeping.go_on(ended)
    assert Defect.objects.filter(rule="sex_missing", state="open").count() == 2
    events = Event.objects.count()
    keeping.go_on(ended)
    assert Event.objects.count() == events
    persons.correct_sheet(by=OPERATOR, subject=village.sun, sex="2")
    keeping.go_on(ended)
    sun = Defect.objects.current().get(rule="sex_missing", record=village.sun.fact)
    assert sun.state == "left"


def test_after_each_rule_the_worker_leaves_the_machine_to_those_who_wait(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter(range(0, 1_000, 2))
    monkeypatch.setattr("bangfu.keeping.current.perf_counter", lambda: next(ticks))
    ended = Rested()
    Keeping().go_on(ended)
    assert len(ended.waits) == len(rules())
    assert set(ended.waits) == {2 * REST}


def test_a_rule_that_finds_much_leaves_the_machine_to_them_between_its_events(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("_AT_FIRST", "LEAST", "MOST"):
        monkeypatch.setattr(f"bangfu.lists.checking.{limit}", 1)
    ticks, took = iter(range(0, 1_000_000, 4)), iter(range(0, 1_000_000, 4))
    monkeypatch.setattr("bangfu.keeping.current.perf_counter", lambda: next(ticks))
    monkeypatch.setattr("bangfu.lists.checking.perf_counter", lambda: next(took))
    events, ended = Event.objects.filter(verb="defect.find").count(), Rested()
    Keeping().go_on(ended)
    written = Event.objects.filter(verb="defect.find").count() - events
    several = written - len({one.rule for one in Defect.objects.all()})
    assert several > 0 and len(ended.waits) == len(rules()) + several
    assert min(ended.waits) >= 4 * REST


def test_a_rule_that_is_left_between_its_events_is_asked_again(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("_AT_FIRST", "LEAST", "MOST"):
        monkeypatch.setattr(f"bangfu.lists.checking.{limit}", 1)
    ended, keeping = Rested(), Keeping()
    only = {"sex_missing": rules()["sex_missing"]}
    monkeypatch.setattr("bangfu.lists.checking.rules", lambda: only)
    monkeypatch.setattr(ended, "wait", lambda timeout=None: True)
    keeping.go_on(ended)
    assert Defect.objects.filter(rule="sex_missing").count() == 1
    monkeypatch.setattr(ended, "wait", lambda timeout=None: False)
    keeping.go_on(ended)
    assert Defect.objects.filter(rule="sex_missing").count() == 2


def test_postgresql_looks_at_a_table_that_is_new_to_it_before_the_rules_are_asked(
    village: Village,
) -> None:
    if connection.vendor == "sqlite":
        assert look_at_new_tables() == []
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE new_to_it AS SELECT generate_series(1, 9) AS number")
        cursor.execute("CREATE TABLE emptied AS SELECT 1 AS number")
        cursor.execute("DELETE FROM emptied")
        Keeping().go_on(Rested())
        cursor.execute("SELECT n_distinct FROM pg_stats WHERE tablename = 'new_to_it'")
        assert cursor.fetchall() == [(-1.0,)]
    assert not {"new_to_it", "emptied"} & {*look_at_new_tables()}


def test_the_worker_stops_looking_when_it_is_to_end(village: Village) -> None:
    ended = threading.Event()
    ended.set()
    Keeping().go_on(ended)
    assert len({one.rule for one in Defect.objects.all()}) <= 1


def test_everything_is_looked_at_when_somebody_asks_for_it(village: Village) -> None:
    works.ask(by=OPERATOR, kind="quality")
    work = works.claim("here:1")
    assert work is not None
    perform(Progress(work))
    work.refresh_from_db()
    assert (work.state, work.done, work.of) == ("done", len(rules()), len(rules()))
    assert str(Defect.objects.current().count()) in work.message["zh"]
