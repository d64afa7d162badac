"""Actions inside of one another, and several at the same moment."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
from django.db import connections

from bangfu.ledger.actions import event, pairing
from bangfu.ledger.actions import measure as measures
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.journal import verify
from bangfu.ledger.models import Event, Measure, Need, Pairing
from tests.village import OPERATOR, VISITED, Village, village_subject


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
