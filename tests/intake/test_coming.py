"""A long list is committed in portions on SQLite: nobody sees it before it is whole."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from bangfu.intake.verdicts import Judged
from bangfu.keeping import backup
from bangfu.ledger import clock, vault
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import coming, insert_values, journal
from bangfu.ledger.actions import intake as actions
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import (
    Activity,
    Assurance,
    Coming,
    Event,
    Household,
    Person,
    Subject,
    SubjectKey,
)
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import one_page
from bangfu.ledger.refusals import SEEN_LATER
from bangfu.ledger.sqlite3.base import SEEN
from bangfu.lists import readings
from bangfu.lists.figure import figure_of
from tests.intake.lists import LISTED, judged
from tests.intake.test_ready import NUMBER, ROWS
from tests.village import OPERATOR, VISITED, Village

MEMBERS = ["乡镇", "行政村", "户主姓名", "姓名", "与户主关系", "身份证号码", "联系电话", "文化程度"]
MODELS: tuple[Any, ...] = (Subject, SubjectKey, Household, Person, Assurance)


@pytest.fixture(autouse=True)
def one_row_a_portion(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short lists are written in portions too."""
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite lets one write at a time")
    monkeypatch.setattr(actions, "_FEW", 1)
    monkeypatch.setattr(insert_values, "PORTION", 1)


@pytest.fixture
def elsewhere() -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """Do something on a connection of somebody else's, which stays open."""
    with ThreadPoolExecutor(1) as other:
        yield lambda do: other.submit(do).result(timeout=20)
        other.submit(connections.close_all).result()


def between(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> list[object]:
    """Do something after each portion; what came of it."""
    came = list[object]()
    monkeypatch.setattr(coming, "rest", lambda took: came.append(do()))
    return came


def take_in(found: Judged, by: By = OPERATOR) -> int:
    return actions.take_in(by=by, rows=found.accepted(), on=LISTED, source="名单")


def rows() -> dict[str, int]:
    """How many rows each table shows."""
    return {model.__name__: model._base_manager.count() for model in MODELS}


def really() -> dict[str, int]:
    """How many there are, as one sees who reads the file itself."""
    found = {}
    with connection.cursor() as cursor:
        for model in MODELS:
            cursor.execute(f"SELECT COUNT(*) FROM main.{model._meta.db_table}")
            found[model.__name__] = cursor.fetchone()[0]
    return found


def killed(monkeypatch: pytest.MonkeyPatch, found: Judged, after: int, by: By = OPERATOR) -> None:
    """End the writing of a list after some portions as a kill does: nothing tidies up."""

    class Killed(BaseException):
        pass

    left = list(range(after))

    def rest(took: float) -> None:
        if not left:
            raise Killed
        left.pop()

    with monkeypatch.context() as patched, contextlib.suppress(Killed):
        patched.setattr(coming, "rest", rest)
        away, tried = coming.take_away, list[UUID]()

        def take_away(event: UUID) -> None:
            tried.append(event)
            if len(tried) == 1:  # what was left before; what would follow the kill does not
                away(event)

        patched.setattr(coming, "take_away", take_away)
        take_in(found, by)
    assert Coming.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_sees_a_list_before_it_is_whole(
    lasting_village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    elsewhere: Callable[[Callable[[], Any]], Any],
) -> None:  # fmt: skip
    """Lists, figures, searches, what is kept of them, and the journal: nothing before, then all."""
    clerk = lasting_village.account("zhang", "clerk", place=lasting_village.county)
    found = judged(tmp_path, MEMBERS, ROWS)
    figure = figure_of(lasting_village.programme, "returnees_in", Moment(VISITED))

    def seen() -> Any:
        client = Client()
        client.force_login(clerk)
        listed = client.get(reverse("desk:list", args=["person"])).content.decode()
        searched = client.get(reverse("desk:find"), {"q": "李花"})["Location"]
        with one_page():
            counted = readings.reading(figure)[0].low
        whole = journal.verify()
        return rows(), "李花" in listed, searched, counted, whole.sound, whole.rows

    before = elsewhere(seen)
    assert not before[1] and before[4]
    held = list[int]()

    def look() -> Any:
        held.append(sum(really().values()))
        return elsewhere(seen) if len(held) in (1, 5, 9) else None

    came = between(monkeypatch, look)
    assert take_in(found) == 4
    shown: list[Any] = [one for one in came if one]
    # signing in is an event of its own, of no table that is looked at here
    assert [(s[:4], s[4]) for s in shown] == [(before[:4], True)] * 3
    assert held == list(range(held[0], held[0] + len(held))) and len(held) > 8
    after = elsewhere(seen)
    assert after[0] == really() != before[0] and after[1] and after[4]
    assert after[2] != before[2]
    assert not Coming.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_somebody_else_writes_between_two_portions(
    lasting_village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    elsewhere: Callable[[Callable[[], Any]], Any],
) -> None:  # fmt: skip
    """A visit gets through, and what changes many rows reaches none of the list's and says so."""
    zhao = lasting_village.zhao

    def visit() -> int:
        activities.visit(by=OPERATOR, kind="visit", on=clock.today(), subject=zhao, note="其间")
        standing = Person.objects.current().filter(household__kind="household")
        with transaction.atomic():
            changed = Person.objects.filter(pk__in=standing.values("pk")).update(source="其间")
            transaction.set_rollback(True)
        return changed - standing.count()

    came = between(monkeypatch, lambda: elsewhere(visit))
    assert take_in(judged(tmp_path, MEMBERS, ROWS)) == 4
    assert came == [0] * len(came) and len(came) > 8
    assert Activity.objects.current().filter(note="其间").count() == len(came)
    assert journal.verify().sound


@pytest.mark.django_db(transaction=True)
def test_somebody_whom_a_list_changes_is_changed_between_two_portions(
    lasting_village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    elsewhere: Callable[[Callable[[], Any]], Any],
) -> None:  # fmt: skip
    """What the list kept of before is not so any more: it is made anew, and neither loses."""
    zhao, told = lasting_village.zhao, [5]

    def change() -> None:
        told[0] -= 1
        if not told[0]:
            persons.update(by=OPERATOR, subject=zhao, on=dt.date(2009, 3, 20), employer="县医院")

    came = between(monkeypatch, lambda: elsewhere(change))
    assert take_in(judged(tmp_path, MEMBERS, ROWS)) == 4
    assert told[0] < 0 and len(came) > 9
    spans = Person.objects.current().filter(fact=zhao.fact).order_by("began")
    assert [(s.began, s.employer) for s in spans][-2:] == [
        (dt.date(2009, 3, 20), "县医院"),
        (LISTED, "县医院"),
    ]
    assert vault.unseal(zhao, "phone", spans[len(spans) - 1].phone) == "11055556666"
    assert rows() == really() and not Coming.objects.exists()
    assert journal.verify().sound


@pytest.mark.django_db(transaction=True)
def test_a_list_whose_writer_was_killed_goes_on_under_its_key(
    lasting_village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, by = judged(tmp_path, MEMBERS, ROWS), By(None, "command", key=clock.new_id())
    before = rows()
    for after in (0, 3, 10):
        killed(monkeypatch, found, after, by)
        assert rows() == before and sum(really().values()) == sum(before.values()) + after + 1
        assert journal.verify().sound
    assert take_in(found, by) == 4
    assert Subject.objects.current().filter(name="李花").count() == 1
    assert rows() == really() and not Coming.objects.exists()
    assert journal.verify().sound
    assert take_in(found, by) == 4, "the same again answers as the first time"
    assert rows() == really() and not Coming.objects.exists()
    assert actions.undo(by=OPERATOR, event=by.key or clock.new_id()) == 4


@pytest.mark.django_db(transaction=True)
def test_what_nobody_goes_on_with_is_taken_away(
    lasting_village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows()
    killed(monkeypatch, judged(tmp_path, MEMBERS, ROWS), after=10)
    assert really() != before
    told = backup._of_sqlite(tmp_path / "backup")["counts"]
    assert [told[model._meta.db_table] for model in MODELS] == [*before.values()]
    assert backup.counts() == told, "where it is brought back as many are found"
    assert coming.take_away_forsaken(clock.now()) == 0, "somebody may be writing it"
    assert coming.take_away_forsaken(clock.now() + dt.timedelta(minutes=11)) == 1
    assert really() == rows() == before and not Coming.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        assert cursor.fetchall() == []
        cursor.execute("PRAGMA foreign_keys")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_who_was_given_up_writes_no_more_of_it(
    lasting_village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    elsewhere: Callable[[Callable[[], Any]], Any],
) -> None:  # fmt: skip
    """Who slept too long finds the list taken away, and begins anew."""
    times = [clock.now() + dt.timedelta(minutes=11)]

    def forsake() -> int:
        return coming.take_away_forsaken(times.pop()) if times else 0

    came = between(monkeypatch, lambda: elsewhere(forsake))
    assert take_in(judged(tmp_path, MEMBERS, ROWS)) == 4
    assert came == [1, *[0] * (len(came) - 1)], "taken away once, at the first look"
    assert rows() == really() and journal.verify().sound


@pytest.mark.parametrize("few", [0, 500])
@pytest.mark.django_db(transaction=True)
def test_a_number_that_is_given_between_two_portions_refuses_the_list(
    lasting_village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    elsewhere: Callable[[Callable[[], Any]], Any], few: int,
) -> None:  # fmt: skip
    """Whether it is asked of the few who were written since, or of everybody."""
    monkeypatch.setattr(insert_values, "_FEW", few)
    told, before = [lasting_village.sun], rows()["Subject"]

    def give() -> None:
        if told:
            persons.correct_sheet(by=OPERATOR, subject=told.pop(), identity=NUMBER)

    between(monkeypatch, lambda: elsewhere(give))
    with pytest.raises(Refused, match="came on record meanwhile"):
        take_in(judged(tmp_path, MEMBERS, ROWS))
    assert rows()["Subject"] == before and rows() == really()
    assert not Event.objects.filter(verb="intake.accept").exists()
    assert journal.verify().sound


@pytest.mark.django_db(transaction=True)
def test_only_what_was_given_up_can_be_removed(
    lasting_village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(monkeypatch, judged(tmp_path, MEMBERS, ROWS), after=10)
    for given_up in (False, True):
        Coming.objects.update(given_up=given_up)
        for model in MODELS[:-1]:
            with (
                pytest.raises(IntegrityError, match="never_removed"),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"DELETE FROM main.{model._meta.db_table}")
    coming.take_away(Coming.objects.get().event)
    assert rows() == really()


def test_what_is_brought_in_portions_is_what_is_left_out() -> None:
    tables = {model._meta.db_table for model in MODELS}
    assert tables == set(SEEN) == {f"ledger_{name}" for name in SEEN_LATER}
    assert {model._meta.db_table for model in coming._BROUGHT} == tables
