"""Certificates run out and are renewed, their numbers stay sealed; practice has several places."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bangfu.ledger import vault
from bangfu.ledger.access import NotAllowed
from bangfu.ledger.actions import practice as practices
from bangfu.ledger.actions import qualification as qualifications
from bangfu.ledger.actions import site as sites
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import Event, Practice, Qualification, Subject
from bangfu.ledger.moment import Moment
from bangfu.lists.columns import lines
from bangfu.lists.listing import Listing
from tests.village import LICENCE, OPERATOR, SWEPT, VISITED, Village

LAST = dt.date(2010, 1, 23)
AFTER = LAST + dt.timedelta(days=1)


def licence(village: Village, **more: Any) -> Qualification:
    """Zhao's licence of a village doctor."""
    said = {"kind": "village_doctor", "began": SWEPT, "ended": LAST, "number": LICENCE, **more}
    return qualifications.enter(by=OPERATOR, person=village.zhao, **said)


def holders(moment: Moment, **where: Any) -> set[Any]:
    """Who holds such a qualification."""
    listing = Listing(("person",), moment, where={"qualification": where})
    return set(listing.sure().values_list("fact", flat=True))


def test_it_holds_from_day_to_day_and_is_renewed_on_the_next(village: Village) -> None:
    held, zhao = licence(village), village.zhao.fact
    assert holders(Moment(LAST), kind="village_doctor") == {zhao}
    assert holders(Moment(AFTER), kind="village_doctor") == set()
    new = qualifications.renew(by=OPERATOR, qualification=held, ended=dt.date(2015, 1, 23))
    assert new.began == AFTER and new.kind == "village_doctor"
    assert vault.unseal(zhao, "number", new.number) == LICENCE
    assert holders(Moment(AFTER), kind="village_doctor") == {zhao}
    running_out = {"ended": {"from": "today", "to": "in 90 days"}}
    assert holders(Moment(LAST), **running_out) == {zhao}
    assert holders(Moment(VISITED), **running_out) == set()


def test_what_was_believed_before_a_correction_is_still_known(
    ticker: Any, village: Village
) -> None:
    held = licence(village)
    before = ticker.now()
    ticker.go_on()
    qualifications.correct_qualification(
        by=OPERATOR, qualification=held, kind="physician", began=SWEPT
    )
    zhao = village.zhao.fact
    assert holders(Moment(VISITED), kind="physician") == {zhao}
    assert holders(Moment(VISITED, before), kind="village_doctor") == {zhao}
    assert holders(Moment(VISITED, before), kind="physician") == set()
    assert vault.unseal(zhao, "number", Qualification.objects.current().get().number) == LICENCE


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"kind": "witchcraft"}, "no_such_word"),
        ({"kind": "other"}, "title_missing"),
        ({"ended": SWEPT - dt.timedelta(days=1)}, "days_crossed"),
        ({"began": dt.date(2999, 1, 1), "ended": None}, "in_the_future"),
        ({"number": "9" * 41}, "too_long"),
        ({"title": "号 990001197003150010"}, "identity_in_clear"),
    ],
)
def test_what_cannot_be_is_refused(village: Village, said: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        licence(village, **said)
    assert refused.value.code == code
    assert not Qualification.objects.exists()


def test_two_of_one_kind_do_not_overlap(village: Village) -> None:
    licence(village)
    with pytest.raises(Refused) as refused:
        licence(village, began=VISITED)
    assert refused.value.code == "qualification_once"
    licence(village, kind="skill", title="瓦工")
    licence(village, kind="skill", title="电工")
    assert Qualification.objects.current().count() == 3


def test_a_household_holds_none(village: Village) -> None:
    with pytest.raises(Refused) as refused:
        qualifications.enter(by=OPERATOR, person=village.zhao_home, kind="nurse", began=SWEPT)
    assert refused.value.code == "not_a_person"


def test_a_list_shows_two_characters_of_the_number_and_a_look_opens_it(village: Village) -> None:
    held = licence(village)
    kind = Listing(("qualification",), Moment(VISITED))
    field = kind.kind["number"]
    told = lines(kind, kind.sure(), [field])[0].cells[0].text
    assert told == "*" * 20 + LICENCE[-2:]
    assert bytes(held.number or b"") and LICENCE.encode() not in bytes(held.number or b"")
    clerk = village.account("clerk", "clerk", place=village.county)
    by = By(clerk, "test", purpose="核对证书")
    assert qualifications.reveal(by=by, qualification=held) == LICENCE
    looked = Event.objects.latest("at")
    assert (looked.verb, looked.about, looked.purpose) == (
        "qualification.reveal", village.zhao.fact, "核对证书",
    )  # fmt: skip


def test_who_does_not_open_numbers_does_not_open_it(village: Village) -> None:
    held = licence(village)
    lead = village.account("lead", "unit_lead", place=village.county)
    with pytest.raises(NotAllowed):
        qualifications.reveal(by=By(lead, "test", purpose="核对证书"), qualification=held)
    with pytest.raises(Refused) as refused:
        qualifications.reveal(by=OPERATOR, qualification=held)
    assert refused.value.code == "purpose_missing"


def test_erasing_wipes_it_and_keeps_its_days(village: Village) -> None:
    licence(village, issuer="县卫生局", title="全科")
    subjects.erase(by=OPERATOR, subject=village.zhao, reason="request")
    for row in Qualification.objects.all():
        assert (row.number, row.issuer, row.title) == (None, "", "")
        assert (row.began, row.ended) == (SWEPT, LAST)


# ------------------------------------------------------------------ where it is used


def clinic(village: Village) -> Subject:
    """The clinic of the village."""
    return sites.register(
        by=OPERATOR, name="前岫卫生室", kind="village_clinic", place=village.village, on=SWEPT
    )


def test_several_places_at_a_time_of_which_one_is_the_main_one(village: Village) -> None:
    said = {"by": OPERATOR, "person": village.zhao, "kind": "physician", "began": SWEPT}
    first = practices.register(**said, organisation=village.hospital, main=True)
    practices.register(**said, site=clinic(village), sessions="每周三")
    where = {"practice": {"kind": "physician", "at_least": 2}}
    listing = Listing(("person",), Moment(VISITED), where=where)
    assert set(listing.sure().values_list("fact", flat=True)) == {village.zhao.fact}
    with pytest.raises(Refused) as refused:
        practices.register(**said, organisation=village.clinic, main=True)
    assert refused.value.code == "main_place_held"
    practices.close(by=OPERATOR, practice=first, on=VISITED)
    later = {**said, "began": VISITED + dt.timedelta(days=1)}
    practices.register(**later, organisation=village.clinic, main=True)
    assert Practice.objects.at(Moment(VISITED)).count() == 2


def test_practice_is_somewhere_and_once_at_a_place(village: Village) -> None:
    said = {"by": OPERATOR, "person": village.zhao, "kind": "physician", "began": SWEPT}
    with pytest.raises(Refused) as refused:
        practices.register(**said)
    assert refused.value.code == "nowhere"
    practices.register(**said, organisation=village.hospital)
    with pytest.raises(Refused) as refused:
        practices.register(**said, organisation=village.hospital)
    assert refused.value.code == "practice_once"
