"""An identity number is one person's: who enters it for another is told, as far as he may know."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from bangfu.ledger.actions import bulk
from bangfu.ledger.actions import intake as intakes
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.actions.intake_new import NewPerson
from bangfu.ledger.actions.journal import verify
from bangfu.ledger.models import Event, Person, Subject
from tests.village import IDENTITY, OPERATOR, SWEPT, VISITED, Village

OTHER = "990001198506150025"


def register(village: Village, identity: str = IDENTITY, by: By = OPERATOR) -> Subject:
    return persons.register(
        by=by, name="赵大三", place=village.village, on=VISITED, source="入户", identity=identity
    )


#: The ways in which a number is entered for somebody, here for the wife of him who has it.
WAYS: dict[str, Callable[[Village, By], Any]] = {
    "register": lambda v, by: register(v, by=by),
    "update": lambda v, by: persons.update(by=by, subject=v.sun, on=VISITED, identity=IDENTITY),
    "correct": lambda v, by: persons.correct_sheet(by=by, subject=v.sun, identity=IDENTITY),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_number_that_somebody_has_is_refused_and_nothing_is_left(
    village: Village, way: str
) -> None:
    before = Event.objects.count(), Subject.objects.count()
    with pytest.raises(Refused) as refused:
        WAYS[way](village, OPERATOR)
    assert refused.value.code == "number_taken"
    assert (Event.objects.count(), Subject.objects.count()) == before


@pytest.mark.parametrize("way", WAYS)
def test_who_may_open_the_other_one_is_told_the_name(village: Village, way: str) -> None:
    clerk = village.account("fang", "clerk", place=village.county)
    with pytest.raises(Refused) as refused:
        WAYS[way](village, By(clerk, "desk"))
    assert "赵大山" in str(refused.value) and IDENTITY not in str(refused.value)


def test_who_may_not_open_the_other_one_is_not_told_the_name(village: Village) -> None:
    """The officer of another village, to whom somebody gives a number of this one."""
    officer = village.account("he", "village_officer", place=village.far_village)
    with pytest.raises(Refused) as refused:
        persons.correct_sheet(by=By(officer, "desk"), subject=village.outsider, identity=IDENTITY)
    said = f"{refused.value} {refused.value.parts}"
    assert refused.value.code == "number_taken"
    for told in ("赵大山", IDENTITY, str(village.zhao.fact), village.village.name):
        assert told not in said


def test_however_it_is_written_it_is_the_same_number(village: Village) -> None:
    with pytest.raises(Refused):
        register(village, f" {IDENTITY[:6]} {IDENTITY[6:]}")
    assert register(village, OTHER).name == "赵大三"


def test_one_s_own_number_may_be_entered_again(village: Village) -> None:
    persons.update(
        by=OPERATOR, subject=village.zhao, on=VISITED, identity=IDENTITY, education="college"
    )
    persons.correct_sheet(by=OPERATOR, subject=village.zhao, identity=IDENTITY)
    assert persons.sheet_on(village.zhao).education == "college"


def test_a_number_that_was_corrected_or_erased_is_free_again(village: Village) -> None:
    persons.correct_sheet(by=OPERATOR, subject=village.zhao, identity=OTHER)
    third = register(village)
    subjects.erase(by=OPERATOR, subject=third, reason="request")
    assert persons.find_by_number(sort="identity", clear=IDENTITY) == []
    register(village)


@pytest.mark.django_db(transaction=True)
def test_of_several_who_register_one_number_at_once_one_does(lasting_village: Village) -> None:
    start, codes, errors = threading.Barrier(4), [], []

    def enter() -> None:
        try:
            start.wait()
            register(lasting_village, OTHER)
        except Refused as refused:
            codes.append(refused.code)
        except Exception as wrong:
            errors.append(wrong)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == [] and codes == ["number_taken"] * 3
    assert len(persons.find_by_number(sort="identity", clear=OTHER)) == 1


# ------------------------------------------------------------------ many at once


def home(village: Village, *numbers: str) -> bulk.Home:
    members = [bulk.Member(uuid.uuid4(), "钱三", {"identity": number}) for number in numbers]
    return bulk.Home(village.village.fact, members)


def enter(homes: list[bulk.Home], **said: Any) -> int:
    return bulk.people(by=OPERATOR, homes=homes, on=SWEPT, source="摸底表", **said)


FREE = "990001199001010013"


def test_many_at_once_report_whom_a_number_is_shared_with(village: Village) -> None:
    homes = [home(village, IDENTITY), home(village, OTHER, FREE), home(village, OTHER)]
    told: list[bulk.Shared] = []
    assert enter(homes, told=told.append) == 4
    first, second, third = (one.members[0].key for one in homes)
    assert told == [bulk.Shared(first, village.zhao.fact), bulk.Shared(third, second)]
    assert len(persons.find_by_number(sort="identity", clear=IDENTITY)) == 2
    assert verify().faults == []


def test_who_shares_a_number_can_be_put_right_and_else_be_kept_up(village: Village) -> None:
    one = home(village, IDENTITY)
    enter([one], told=lambda shared: None)
    double = Subject.objects.get(pk=one.members[0].key)
    same = {"identity": IDENTITY, "education": "college"}
    persons.update(by=OPERATOR, subject=double, on=VISITED, **same)
    persons.correct_sheet(by=OPERATOR, subject=double, identity=FREE)
    assert persons.find_by_number(sort="identity", clear=IDENTITY) == [village.zhao.fact]


def test_many_at_once_are_refused_whole_where_nobody_hears_of_it(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it shows only after some were written."""
    monkeypatch.setattr(bulk, "TOGETHER", 1)
    before = Person.objects.count()
    with pytest.raises(Refused) as refused:
        enter([home(village, FREE), home(village, OTHER), home(village, OTHER)])
    assert refused.value.code == "number_taken" and OTHER not in str(refused.value)
    assert Person.objects.count() == before


def test_one_s_number_is_looked_up_among_those_who_stand(village: Village) -> None:
    """A number that was replaced on a day is nobody's from then on."""
    later = VISITED + dt.timedelta(days=9)
    persons.update(by=OPERATOR, subject=village.zhao, on=later, identity=OTHER)
    register(village)


# ------------------------------------------------------------------ beside a list


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("looked", [False, True], ids=["before", "after"])
def test_a_number_registered_while_a_list_with_it_is_accepted_comes_in_once(
    lasting_village: Village, monkeypatch: pytest.MonkeyPatch, looked: bool
) -> None:
    """Somebody registers it when the list is written, just before or after the list looks again."""
    codes, errors = list[str](), list[Exception]()

    def enter_one() -> None:
        try:
            register(lasting_village, OTHER)
        except Refused as refused:
            codes.append(refused.code)
        except Exception as wrong:
            errors.append(wrong)
        finally:
            connections.close_all()

    beside = threading.Thread(target=enter_one)
    really = persons.refuse_shared_by_now

    def meanwhile(indexes: Any) -> None:
        if looked:
            really(indexes)
        beside.start()
        beside.join(timeout=1.5)
        if not looked:
            really(indexes)

    monkeypatch.setattr(intakes, "refuse_shared_by_now", meanwhile)
    one = NewPerson(uuid.uuid4(), "钱三", lasting_village.village, {"identity": OTHER})
    try:
        intakes.accept(by=OPERATOR, rows=intakes.Accepted(persons=(one,)), on=SWEPT, source="名单")
    except Refused as refused:
        codes.append(refused.code)
    beside.join()
    assert errors == [] and len(codes) == 1
    assert codes[0] in ("number_taken", "number_taken_meanwhile")
    assert len(persons.find_by_number(sort="identity", clear=OTHER)) == 1
