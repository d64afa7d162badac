"""Health services: when, where, at what cost; of what somebody is ill stands apart and sealed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bangfu.ledger.access import NotAllowed, health_of, visible
from bangfu.ledger.actions import encounter as encounters
from bangfu.ledger.actions import health as healths
from bangfu.ledger.actions import site as sites
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import Encounter, Event, HealthDetail
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from tests.village import ILLNESS, OPERATOR, VISITED, Ticker, Village

NEXT = VISITED + dt.timedelta(days=1)


def given(v: Village, *, by: By = OPERATOR, **more: Any) -> Encounter:
    """Zhao was treated at the hospital on the day of the visit, unless something else is said."""
    told = {"subject": v.zhao, "kind": "inpatient", "on": VISITED, "provider": v.hospital, **more}
    return encounters.record(by=by, **told)


def test_the_way_of_a_referral_is_counted_in_minutes_also_over_midnight(village: Village) -> None:
    sent = {"kind": "referral", "sender": village.clinic, "sent": VISITED, "sent_time": "23:30"}
    made = given(village, on=NEXT, arrived_time="01:15", **sent)
    assert made.minutes == 105
    encounters.correct_encounter(by=OPERATOR, encounter=made, arrived_time="00:15")
    assert Encounter.objects.current().get().minutes == 45
    encounters.correct_encounter(by=OPERATOR, encounter=made, arrived_time="")
    assert Encounter.objects.current().get().minutes is None


def test_what_is_left_to_the_person_is_reckoned_and_follows(
    village: Village, ticker: Ticker
) -> None:
    made = given(village, cost=1_200_000, reimbursed=900_000)
    assert made.own == 300_000
    then = ticker.now()
    ticker.go_on()
    encounters.settle(
        by=OPERATOR, encounter=made, on=VISITED, cost=1_200_000, reimbursed=1_080_000,
        settlement="afterwards",
    )  # fmt: skip
    now, was = (Encounter.objects.at(Moment(VISITED, known)).get() for known in (None, then))
    assert (now.own, now.settled, now.settlement) == (120_000, VISITED, "afterwards")
    assert (was.own, was.settled) == (300_000, None)


def test_a_diagnosis_stands_apart_and_goes_with_its_service(village: Village) -> None:
    made = given(village, diagnosis=ILLNESS)
    detail = HealthDetail.objects.current().get(encounter=made.fact)
    assert ILLNESS.encode() not in bytes(detail.detail) and ILLNESS not in str(vars(made))
    assert all(ILLNESS not in str(vars(event)) for event in Event.objects.all())
    doctor = village.account("doctor", "clinician", place=village.town)
    read = healths.look(by=By(doctor, "desk", purpose="复诊"), subject=village.zhao)
    assert ILLNESS in [one["detail"] for one in read]
    encounters.withdraw(by=OPERATOR, encounter=made)
    assert not HealthDetail.objects.current().filter(encounter=made.fact).exists()


def test_only_who_notes_health_detail_notes_a_diagnosis(village: Village) -> None:
    village_doctor = By(village.account("vd", "village_doctor", place=village.village), "desk")
    given(village, by=village_doctor)
    with pytest.raises(NotAllowed):
        given(village, by=village_doctor, on=NEXT, diagnosis=ILLNESS)
    assert Encounter.objects.count() == 1
    assert not HealthDetail.objects.filter(encounter__isnull=False).exists()


def test_helpers_leads_and_village_officers_do_not_open_services(village: Village) -> None:
    given(village)
    kind = VOCABULARY["encounter"]
    for name, role, within in (
        ("lead", "unit_lead", {"organisation": village.hospital}),
        ("helper", "helper", {}),
        ("officer", "village_officer", {"place": village.village}),
    ):
        person = village.li if role == "helper" else None
        user = village.account(name, role, person=person, **within)
        assert not visible(user, kind).exists(), name
    clinician = village.account("doctor", "clinician", place=village.town)
    assert visible(clinician, kind).exists()
    far = village.account("far", "clinician", place=village.far_town)
    assert not visible(far, kind).exists() and not health_of(far, village.zhao.fact).exists()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": ""}, "kind_missing"),
        ({"outcome": "cured"}, "no_such_word"),
        ({"outcome": ""}, "no_such_word"),
        ({"setting": "moon"}, "no_such_word"),
        ({"settlement": "later"}, "no_such_word"),
        ({"on": dt.date(2100, 1, 1)}, "in_the_future"),
        ({"sent": NEXT}, "arrived_before_sent"),
        ({"sent": VISITED, "sent_time": "9:70", "arrived_time": "10:00"}, "no_such_time"),
        (
            {"sent": VISITED, "sent_time": "11:00", "arrived_time": "10:00"},
            "arrived_before_sent",
        ),
        ({"reimbursed": 100}, "cost_missing"),
        ({"cost": 100, "reimbursed": 101}, "more_than_it_cost"),
        ({"cost": -1}, "more_than_it_cost"),
        ({"settled": NEXT}, "cost_missing"),
        (
            {"settled": VISITED - dt.timedelta(days=1), "cost": 1, "reimbursed": 0},
            "settled_before",
        ),
    ],
)
def test_what_no_service_can_be_is_refused(
    village: Village, wrong: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        given(village, **wrong)
    assert refused.value.code == code
    assert not Encounter.objects.exists()


def test_a_service_is_given_to_a_person_by_an_organisation_or_at_a_site(village: Village) -> None:
    with pytest.raises(Refused) as refused:
        given(village, subject=village.zhao_home)
    assert refused.value.code == "not_a_person"
    clinic = sites.register(
        by=OPERATOR, name="前岫村卫生室", kind="village_clinic", place=village.village, on=VISITED
    )
    given(village, provider=clinic)
    with pytest.raises(Refused) as refused:
        given(village, provider=village.li)
    assert refused.value.code == "not_a_unit"


def test_erasing_wipes_the_number_of_a_service_and_its_diagnosis(village: Village) -> None:
    made = given(village, number="住院-0306-1", diagnosis=ILLNESS, cost=1_000)
    subjects.erase(by=OPERATOR, subject=village.zhao, reason="request")
    kept = Encounter.objects.get(fact=made.fact)
    assert (kept.number, kept.kind, kept.cost) == ("", "inpatient", 1_000)
    assert not HealthDetail.objects.get(encounter=made.fact).detail
