"""What a list brings in is made ready before its transaction: nobody waits for the computing."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from bangfu.intake.verdicts import Judged
from bangfu.ledger import clock, vault
from bangfu.ledger.access import NotAllowed
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import assurance as assurances
from bangfu.ledger.actions import intake as actions
from bangfu.ledger.actions import journal
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.actions.intake_new import New
from bangfu.ledger.models import Activity, Assurance, Event, EventRows, Person, Subject
from tests.intake.lists import LISTED, MEMBERS, identity, judged, sorts
from tests.intake.test_accepting import HOUSED
from tests.village import IDENTITY, OPERATOR, Village

NUMBER = identity("19600101", 11)
ROWS = [
    ["云岫镇", "前岫村", "王大", "王大", "户主", NUMBER, "11033334444", "小学"],
    ["云岫镇", "前岫村", "王大", "李花", "之妻", identity("19620202", 22), "", ""],
    ["云岫镇", "前岫村", "赵大山", "赵大山", "户主", IDENTITY, "11055556666", ""],
]


@pytest.fixture(autouse=True)
def every_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short lists are made ready too."""
    monkeypatch.setattr(actions, "_FEW", 1)


def take_in(found: Judged, by: By = OPERATOR) -> int:
    return actions.take_in(by=by, rows=found.accepted(), on=LISTED, source="名单")


def meanwhile(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> list[str]:
    """Let somebody else do something each time a list was made ready; what came of it."""
    made, came = New.make, list[str]()

    def elsewhere() -> None:
        try:
            do()
            came.append("done")
        except Exception as wrong:
            came.append(repr(wrong))
        finally:
            connections.close_all()

    def make(self: New) -> None:
        made(self)
        if connection.vendor == "sqlite" and connection.in_atomic_block:
            return  # nobody else could
        other = threading.Thread(target=elsewhere)
        other.start()
        other.join(timeout=10)
        if other.is_alive():
            came.append("waited")

    monkeypatch.setattr(New, "make", make)
    return came


def laid_ready() -> list[Any]:
    """The tables in memory in which rows wait."""
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            return []
        cursor.execute(
            "SELECT name FROM sqlite_temp_master WHERE name LIKE '%%\\_ledger\\_%%' ESCAPE '\\'"
        )
        return cursor.fetchall()


@pytest.mark.django_db(transaction=True)
def test_somebody_else_writes_while_a_list_is_made_ready(
    lasting_village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zhao = lasting_village.zhao
    came = meanwhile(monkeypatch, lambda: activities.visit(
        by=OPERATOR, kind="visit", on=clock.today(), subject=zhao, note="meanwhile",
    ))  # fmt: skip
    assert take_in(judged(tmp_path, MEMBERS, ROWS)) == 4
    assert came == ["done"]
    assert Activity.objects.current().filter(note="meanwhile").count() == 1
    assert Subject.objects.current().filter(name="李花").count() == 1
    assert journal.verify().sound


@pytest.mark.django_db
def test_what_was_made_ready_is_written_as_one_event(village: Village, tmp_path: Path) -> None:
    events = Event.objects.count()
    assert take_in(judged(tmp_path, MEMBERS, ROWS)) == 4
    assert Event.objects.count() == events + 1
    event = Event.objects.get(verb="intake.accept")
    runs = {run.table: len(bytes(run.rows)) // 32 for run in EventRows.objects.filter(event=event)}
    assert runs["ledger_subject"] == 3 and runs["ledger_subjectkey"] == 3
    assert "identity" in event.fields["person"] and "phone" in event.fields["person"]
    head = Subject.objects.current().get(kind="person", name="王大")
    assert persons.sheet_on(head).recorded_at == event.at
    assert vault.unseal(head, "identity", persons.sheet_on(head).identity) == NUMBER
    assert sorts(judged(tmp_path, MEMBERS, ROWS)) == ["unchanged"] * 3
    assert laid_ready() == [] and journal.verify().sound
    assert actions.undo(by=OPERATOR, event=event.pk) == 4
    assert journal.verify().sound


def overtaking(monkeypatch: pytest.MonkeyPatch, *whom: Subject) -> list[str]:
    """Let these be erased, one each time a list was made ready: nobody may write beside that.

    PostgreSQL makes no list ready before, and who erases would wait for it.
    """
    left = list(whom)
    if connection.vendor != "sqlite":
        return []
    return meanwhile(monkeypatch, lambda: subjects.erase(
        by=OPERATOR, subject=left.pop(), reason="request") if left else None)  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_list_that_was_overtaken_is_made_ready_anew(
    lasting_village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was known when somebody let no one write beside them stays what was known."""
    came = overtaking(monkeypatch, lasting_village.outsider, lasting_village.sun)
    assert take_in(judged(tmp_path, MEMBERS, ROWS)) == 4
    assert came == (["done"] * 3 if connection.vendor == "sqlite" else [])
    at = Event.objects.get(verb="intake.accept").at
    assert not Event.objects.filter(verb="subject.erase", at__gte=at).exists()
    assert laid_ready() == [] and journal.verify().sound


@pytest.mark.django_db(transaction=True)
def test_a_list_that_is_overtaken_each_time_is_written_while_others_wait(
    lasting_village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = overtaking(
        monkeypatch, lasting_village.outsider, lasting_village.sun, lasting_village.qian
    )
    monkeypatch.setattr(actions, "_TRIES", 2)
    assert take_in(judged(tmp_path, MEMBERS, ROWS)) == 4
    assert came == (["done"] * 2 if connection.vendor == "sqlite" else [])
    assert journal.verify().sound


@pytest.mark.django_db
def test_a_list_that_is_refused_leaves_nothing(village: Village, tmp_path: Path) -> None:
    found = judged(tmp_path, MEMBERS, ROWS)
    persons.correct_sheet(by=OPERATOR, subject=village.sun, identity=NUMBER)
    before = Subject.objects.count(), Person.objects.count()
    with pytest.raises(Refused, match="came on record meanwhile"):
        take_in(found)
    assert (Subject.objects.count(), Person.objects.count()) == before
    assert laid_ready() == [] and journal.verify().sound


@pytest.mark.django_db
def test_nobody_brings_in_what_lies_outside_of_a_grant(village: Village, tmp_path: Path) -> None:
    found = judged(tmp_path, MEMBERS, ROWS)
    far = village.account("far", "clerk", place=village.far_town)
    with pytest.raises(NotAllowed):
        take_in(found, By(far, "desk"))
    assert not Subject.objects.filter(name="李花").exists()
    assert laid_ready() == []


@pytest.mark.django_db(transaction=True)
def test_verdicts_of_households_on_record_are_made_ready_and_judged_once_a_day(
    lasting_village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ["前岫村", "王大", 3, "因病", "3.5", 86, "不安全", "", ""]
    assert take_in(judged(tmp_path, HOUSED, [row])) == 1
    home = Subject.objects.current().get(kind="household", name="王大")
    later = dt.date(2009, 4, 2)
    found = judged(tmp_path, HOUSED, [[*row[:6], "安全", *row[7:]]]).accepted()
    bring, came = actions.coming.bring, list[str]()

    def elsewhere() -> None:
        assurances.judge(by=OPERATOR, subject=home, on=later, verdicts={"housing": "not_met"},
                         evidence="入户核查")  # fmt: skip
        connections.close_all()

    def brought(*told: Any) -> None:
        bring(*told)
        came.append("brought")
        if len(came) == 1:
            other = threading.Thread(target=elsewhere)
            other.start()
            other.join(timeout=10)

    monkeypatch.setattr(actions.coming, "bring", brought)
    assert actions.take_in(by=OPERATOR, rows=found, on=later, source="名单") == 1
    assert len(came) == (2 if connection.vendor == "sqlite" else 0)
    stands = Assurance.objects.current().filter(subject=home.fact, date=later)
    assert [(one.verdict, one.evidence) for one in stands] == [("met", "名单")]
    assert Assurance.objects.current().filter(subject=home.fact).count() == 2
    assert laid_ready() == [] and journal.verify().sound
