"""Actions inside of one another, and several at the same moment."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from bangfu.ledger.actions import event, pairing
from bangfu.ledger.actions import measure as measures
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import place as places
from bangfu.ledger.actions.event import By, Refused, action, correct, current_act
from bangfu.ledger.actions.journal import seal, verify
from bangfu.ledger.models import Event, Measure, Need, Pairing, Place
from tests.village import OPERATOR, VISITED, Village, village_subject, write


def test_rows_are_written_by_actions_only(village: Village) -> None:
    with pytest.raises(RuntimeError, match="no action is under way"):
        event.insert(Need(subject=village.zhao, date=VISITED))


def test_an_action_inside_of_another_joins_its_event(village: Village) -> None:
    before = Event.objects.count()
    measures.link(
        by=OPERATOR,
        measure=Measure.objects.first(),
        need=needs.raise_(by=OPERATOR, subject=village.zhao, on=VISITED, text="修路"),
    )
    assert Event.objects.count() == before + 2
    started = Event.objects.get(verb="programme.start")
    assert {"measure", "fund", "programme", "programmeversion"} <= set(started.fields)


def test_a_mode_of_pairing_is_changed_in_one_event(village: Village) -> None:
    home, before = village_subject(village), Event.objects.count()
    made = pairing.change_mode(
        by=OPERATOR,
        programme=village.programme,
        old="one_to_one",
        new="unit_to_village",
        pairs=[(village.hospital, home)],
        on=dt.date(2009, 3, 11),
        reason="改为集体结对",
    )
    assert Event.objects.count() == before + 1
    assert [p.helper_id for p in made] == [village.hospital.fact]
    ended = Pairing.objects.current().filter(name="one_to_one")
    assert {p.ended for p in ended} == {dt.date(2009, 3, 10)}
    assert verify().faults == []


@pytest.mark.django_db(transaction=True)
def test_one_key_sent_at_once_by_several_is_entered_once(lasting_village: Village) -> None:
    """A phone that sends again before it heard; eight times at the same moment."""
    key, answers, errors = uuid.uuid4(), [], []
    start = threading.Barrier(8)

    def send() -> None:
        try:
            start.wait()
            by = By(None, "test", key)
            need = needs.raise_(by=by, subject=lasting_village.zhao, on=VISITED, text="修路")
            answers.append(need.pk)
        except Exception as wrong:
            errors.append(wrong)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(answers) == 8 and len(set(answers)) == 1
    assert Need.objects.count() == 1
    assert Event.objects.filter(pk=key).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_correct_one_record_at_once_leave_one_line_of_belief(
    lasting_village: Village,
) -> None:
    """Each change is kept, in one order, and at no instant are two versions believed."""
    need = needs.raise_(by=OPERATOR, subject=lasting_village.zhao, on=VISITED, text="修路")
    errors, start = [], threading.Barrier(6)

    def change(number: int) -> None:
        try:
            mine = Need.objects.get(pk=need.pk)
            start.wait()
            needs.assign(
                by=OPERATOR,
                need=mine,
                to=lasting_village.hospital if number % 2 else lasting_village.clinic,
                due=VISITED + dt.timedelta(days=number),
            )
        except Exception as wrong:
            errors.append(wrong)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=change, args=[n]) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    rows = sorted(Need.objects.filter(fact=need.fact), key=lambda r: r.recorded_at)
    assert len(rows) == 7
    for earlier, later in zip(rows, rows[1:], strict=False):
        assert earlier.superseded_at == later.recorded_at > earlier.recorded_at
    assert verify().faults == []


def test_a_code_that_was_given_meanwhile_is_refused_by_the_database(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The action looks and sees nothing yet; the rule holds all the same."""
    taken = village.far_village.code
    with pytest.raises(Refused) as said:
        places.move(by=OPERATOR, place=village.village, to=village.far_town, on=VISITED, code=taken)
    assert said.value.code == "code_taken"
    monkeypatch.setattr(places, "_refuse_taken", lambda code: None)
    with pytest.raises(Refused) as wrong:
        places.move(by=OPERATOR, place=village.village, to=village.far_town, on=VISITED, code=taken)
    assert wrong.value.code == "place_code_once"
    with pytest.raises(Refused) as wrong:
        places.add(
            by=OPERATOR,
            name="又一村",
            level="village",
            parent=village.town,
            began=VISITED,
            code=taken,
        )
    assert wrong.value.code == "place_code_once"


def test_a_code_is_given_again_after_it_was_given_up(village: Village) -> None:
    code, day = village.far_village.code, dt.timedelta(days=1)
    places.close(by=OPERATOR, place=village.far_village, on=VISITED)
    later = places.add(
        by=OPERATOR, name="新石门村", level="village", parent=village.far_town, began=VISITED + day,
        code=code,
    )  # fmt: skip
    assert [p.fact for p in Place.objects.current().filter(code=code, ended=None)] == [later.fact]


@pytest.mark.django_db(transaction=True)
def test_of_several_who_take_one_code_at_once_one_has_it(lasting_village: Village) -> None:
    inside = [lasting_village.village, lasting_village.next_village, lasting_village.far_village]
    code, start = "990001103201", threading.Barrier(3)
    codes: list[str] = []

    def take(place: Place) -> None:
        try:
            start.wait()
            places.move(by=OPERATOR, place=place, to=lasting_village.county, on=VISITED, code=code)
        except Refused as refused:
            codes.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=[place]) for place in inside]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Place.objects.current().filter(code=code, ended=None).count() == 1
    assert len(codes) == 2 and set(codes) <= {"code_taken", "place_code_once", "at_the_same_time"}
    assert verify().faults == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_wait_for_one_another_are_not_left_waiting(lasting_village: Village) -> None:
    """Two write the same two records, each the other one first: one is asked to do it again."""
    one, two = (
        needs.raise_(by=OPERATOR, subject=lasting_village.zhao, on=VISITED, text=text)
        for text in ("修路", "打井")
    )
    between, codes = threading.Barrier(2), []

    def both(first: Need, then: Need) -> None:
        def change() -> None:
            correct(Need.objects.get(pk=first.pk), kind="road")
            between.wait()
            correct(Need.objects.get(pk=then.pk), kind="well")

        try:
            write(by=OPERATOR, what=change)
        except Refused as refused:
            codes.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=both, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == ["at_the_same_time"]
    assert verify().faults == []


def test_an_event_stands_where_the_database_need_not_look_for_what_waits_for_it(
    village: Village,
) -> None:
    # SQLite would look through every table for the rows of an event that comes after them.
    with CaptureQueriesContext(connection) as asked:
        needs.raise_(by=OPERATOR, subject=village.zhao, on=VISITED, text="修路")
    written = [one["sql"].split('"')[1] for one in asked if one["sql"].startswith("INSERT INTO")]
    own = ["ledger_event", "ledger_need"]
    assert written == [*(own if connection.vendor == "sqlite" else own[::-1]), "ledger_eventrows"]
    assert not Event.objects.filter(proof=b"").exists()
    assert verify().sound


def test_the_event_under_way_is_not_bound(village: Village) -> None:
    @action("need.raise")
    def sealing(*, by: By) -> int:
        seal()
        return Event.objects.filter(seal__isnull=False, pk=current_act().event.pk).count()

    assert sealing(by=OPERATOR) == 0
    seal()
    assert verify().sound


@pytest.mark.postgres
def test_postgresql_looks_at_a_table_of_which_a_tenth_is_new(village: Village) -> None:
    """Portions of a long run that each add little let it look by itself."""
    with connection.cursor() as cursor:
        cursor.execute('ANALYZE "ledger_place"')
    there = Place.objects.count()
    for number, looks in ((there // 10 - 1, 0), (there, 1)):
        with CaptureQueriesContext(connection) as asked:
            event._tell_the_planner({"ledger_place": number})
        assert sum(one["sql"].startswith("ANALYZE") for one in asked) == looks, number
