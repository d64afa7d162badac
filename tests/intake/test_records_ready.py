"""Long lists of records are made before their transaction, some at a time: others come between."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections

from bangfu.ledger import clock, vault
from bangfu.ledger.access import NotAllowed
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import intake as actions
from bangfu.ledger.actions import journal, records_ready
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.intake import Accepted
from bangfu.ledger.actions.intake_rows import NewRecord
from bangfu.ledger.models import Activity, Event, EventRows, Need, Participant, Subject
from tests.intake.test_ready import laid_ready
from tests.intake.test_together import ON, need, visit
from tests.village import OPERATOR, Village

SQLITE = connection.vendor == "sqlite"


@pytest.fixture(autouse=True)
def every_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short lists are made ready too, two records at a time."""
    monkeypatch.setattr(actions, "_FEW", 1)
    monkeypatch.setattr(records_ready, "_TOGETHER", 2)


def take_in(*records: NewRecord, by: By = OPERATOR) -> int:
    return actions.take_in(by=by, rows=Accepted(records=records), on=ON, source="名单")


def visited(whom: Subject, helper: Subject, day: int) -> NewRecord:
    told = {"kind": "visit", "on": dt.date(2009, 3, day), "subject": whom, "who": (helper,),
            "note": "走访", "raised": [("other", "想学泥瓦工")]}  # fmt: skip
    return NewRecord("activity.visit", told)


def between(monkeypatch: pytest.MonkeyPatch, *do: Callable[[], object]) -> list[str]:
    """Let somebody else do something each time that some records were made; what came of it."""
    left, came = list(do), list[str]()

    def elsewhere() -> None:
        try:
            left.pop(0)()
            came.append("done")
        except Exception as wrong:
            came.append(repr(wrong))
        finally:
            connections.close_all()

    def rest(took: float) -> None:
        if left:
            other = threading.Thread(target=elsewhere)
            other.start()
            other.join(timeout=10)

    monkeypatch.setattr(records_ready, "rest", rest)
    return came


@pytest.mark.django_db
def test_records_made_ready_are_what_they_would_be_in_one_transaction(village: Village) -> None:
    rows = [visited(village.zhao, village.li, day) for day in (2, 3, 4)] + [need(village.qian)]
    before = Event.objects.count()
    assert take_in(*rows) == 4
    ready = Event.objects.get(verb="intake.accept")
    assert Event.objects.count() == before + 1
    activities_of = Activity.objects.current().filter(event=ready)
    assert [(one.date.day, one.note) for one in activities_of.order_by("id")] == [
        (2, "走访"), (3, "走访"), (4, "走访"),
    ]  # fmt: skip
    assert Participant.objects.current().filter(event=ready, part="who").count() == 3
    raised = Need.objects.get(event=ready, raised_at=activities_of.order_by("id")[0])
    assert vault.unseal(village.zhao, "private_text", raised.private_text) == "想学泥瓦工"
    assert raised.recorded_at == ready.at
    assert laid_ready() == [] and journal.verify().sound
    actions.accept(by=OPERATOR, rows=Accepted(records=tuple(rows)), on=ON, source="名单")
    other = Event.objects.filter(verb="intake.accept").latest("at")
    assert other.fields == ready.fields and other.outcome == ready.outcome
    told = [
        {run.table: len(bytes(run.rows)) for run in EventRows.objects.filter(event=event)}
        for event in (ready, other)
    ]
    assert told[0] == told[1] and len(told[0]) == 3
    assert actions.undo(by=OPERATOR, event=ready.pk) == 2 and journal.verify().sound


@pytest.mark.django_db
def test_what_may_not_be_recorded_is_refused_before_anything_is_written(village: Village) -> None:
    clerk = village.account("chen", "clerk", place=village.village)
    events = Event.objects.count()
    rows = [visit(village.zhao), visit(village.zhao, ON.replace(day=6)), visit(village.qian)]
    with pytest.raises(NotAllowed):
        take_in(*rows, by=By(clerk, "desk"))
    assert Event.objects.count() == events and not Activity.objects.filter(date=ON).exists()
    assert laid_ready() == []


def test_what_changes_something_is_no_record_that_is_made_before() -> None:
    adds = NewRecord("need.raise_", {"text": "想学泥瓦工"})
    closes = NewRecord("need.raise_", {"text": "想学泥瓦工", "closed": ON})
    assert records_ready.may_be_made([adds])
    assert not records_ready.may_be_made([adds, closes])
    assert not records_ready.may_be_made([NewRecord("pairing.make", {})])


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not SQLITE, reason="PostgreSQL makes no list ready before")
def test_others_write_between_and_only_what_it_may_depend_on_has_it_made_anew(
    lasting_village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    village, tries = lasting_village, list[int]()
    made = records_ready.MadeRecords.write

    def write(self: records_ready.MadeRecords) -> None:
        tries.append(1)
        made(self)

    def changed(whom: Subject) -> object:
        return persons.update(by=OPERATOR, subject=whom, on=clock.today(), work_region="邻县")

    monkeypatch.setattr(records_ready.MadeRecords, "write", write)
    came = between(
        monkeypatch,
        lambda: activities.visit(
            by=OPERATOR, kind="visit", on=clock.today(), subject=village.zhao, note="meanwhile"
        ),
        lambda: changed(village.outsider),
        lambda: persons.register(
            by=OPERATOR, name="王新来", place=village.village, on=ON, source="登记"
        ),
    )
    days = [visit(village.zhao, ON.replace(day=day)) for day in range(10, 16)]
    assert take_in(*days) == 6
    assert came == ["done"] * 3 and len(tries) == 1
    came = between(monkeypatch, lambda: changed(village.zhao))
    assert take_in(*[visit(village.zhao, ON.replace(day=day)) for day in range(16, 22)]) == 6
    assert came == ["done"] and len(tries) == 3
    assert Activity.objects.current().filter(date__day__gte=10, date__year=2009).count() >= 12
    assert laid_ready() == [] and journal.verify().sound


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not SQLITE, reason="PostgreSQL makes no list ready before")
def test_records_overtaken_each_time_are_written_while_others_wait(
    lasting_village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    village = lasting_village
    monkeypatch.setattr(actions, "_TRIES", 2)
    ways = iter(("邻县", "外省"))
    came = between(monkeypatch, *[
        lambda: persons.update(
            by=OPERATOR, subject=village.zhao, on=clock.today(), work_region=next(ways)
        )
    ] * 2)  # fmt: skip
    assert take_in(visit(village.zhao), visit(village.zhao, ON.replace(day=6))) == 2
    assert came == ["done"] * 2
    assert Activity.objects.current().filter(event__verb="intake.accept").count() == 2
    assert journal.verify().sound
