"""The roster of a body: numbers of its own, roles that change, endings that say why."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bangfu.ledger.actions import affiliation as affiliations
from bangfu.ledger.actions import organisation as organisations
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import Refused
from bangfu.ledger.models import Affiliation, Subject
from bangfu.ledger.moment import Moment
from bangfu.lists.listing import Listing
from tests.village import FOUNDED, OPERATOR, SWEPT, VISITED, Village


def body(village: Village, kind: str = "association") -> Subject:
    """An association of the county."""
    return organisations.register(
        by=OPERATOR, name="流动人口互助协会", kind=kind, place=village.county, on=FOUNDED
    )


def admit(to: Subject, who: Subject, **more: Any) -> Affiliation:
    """Puts somebody on its roster."""
    said = {"kind": "inflow", "began": SWEPT, **more}
    return affiliations.admit(by=OPERATOR, subject=who, organisation=to, **said)


def members(moment: Moment, **where: Any) -> set[Any]:
    """The persons on such a roster."""
    listing = Listing(("person",), moment, where={"affiliation": where})
    return set(listing.sure().values_list("fact", flat=True))


def test_members_are_counted_by_where_they_come_from(village: Village) -> None:
    club = body(village)
    admit(club, village.zhao, number="001", card="证001")
    admit(club, village.sun, kind="outflow", number="002")
    admit(club, village.hospital, kind="body")
    assert members(Moment(VISITED), kind="inflow") == {village.zhao.fact}
    assert members(Moment(VISITED), kind=["inflow", "outflow"]) == {
        village.zhao.fact, village.sun.fact,
    }  # fmt: skip
    bodies = Listing(("organisation",), Moment(VISITED), where={"affiliation": {"at_least": 3}})
    assert set(bodies.sure().values_list("fact", flat=True)) == {club.fact}


def test_a_number_is_given_once_also_after_its_holder_left(village: Village) -> None:
    club = body(village)
    held = admit(club, village.zhao, number="001")
    affiliations.close(by=OPERATOR, affiliation=held, on=VISITED, reason="left")
    with pytest.raises(Refused) as refused:
        admit(club, village.sun, number=" 001 ")
    assert refused.value.code == "number_given"
    affiliations.correct_affiliation(
        by=OPERATOR, affiliation=held, kind="inflow", number="001", card="证001"
    )
    assert admit(village.hospital, village.sun, number="001").number == "001"


def test_a_role_changes_from_a_day_on(village: Village) -> None:
    held = admit(body(village), village.zhao, role="member")
    affiliations.change_role(by=OPERATOR, affiliation=held, role="head", on=VISITED)
    day_before = Moment(VISITED - dt.timedelta(days=1))
    assert members(day_before, role="member") == {village.zhao.fact}
    assert members(Moment(VISITED), role="head") == {village.zhao.fact}
    assert members(Moment(VISITED), role="member") == set()


def test_who_left_is_no_member_on_the_next_day(village: Village) -> None:
    held = admit(body(village), village.zhao)
    with pytest.raises(Refused) as refused:
        affiliations.close(by=OPERATOR, affiliation=held, on=VISITED, reason="不想来")
    assert refused.value.code == "no_such_word"
    affiliations.close(by=OPERATOR, affiliation=held, on=VISITED, reason="left")
    assert members(Moment(VISITED), kind="inflow") == {village.zhao.fact}
    assert members(Moment(VISITED + dt.timedelta(days=1)), kind="inflow") == set()
    assert Affiliation.objects.current().get().end_reason == "left"


@pytest.mark.parametrize("kind", ["party_branch", "party_committee", "village_party"])
def test_the_party_has_no_roster_here(village: Village, kind: str) -> None:
    with pytest.raises(Refused) as refused:
        admit(body(village, kind), village.zhao)
    assert refused.value.code == "party_roster"


def test_a_place_neither_belongs_nor_has_members(village: Village) -> None:
    home = subjects.as_subject(by=OPERATOR, place=village.village)
    for to, who, code in (
        (body(village), home, "cannot_belong"),
        (home, village.zhao, "not_an_organisation"),
    ):
        with pytest.raises(Refused) as refused:
            admit(to, who)
        assert refused.value.code == code


def test_nobody_stands_on_a_roster_twice_or_on_the_own_one(village: Village) -> None:
    club = body(village)
    admit(club, village.zhao)
    with pytest.raises(Refused) as refused:
        admit(club, village.zhao, began=VISITED)
    assert refused.value.code == "affiliation_once"
    with pytest.raises(Refused) as refused:
        admit(club, club, kind="body")
    assert refused.value.code == "affiliation_not_with_oneself"


def test_erasing_takes_number_and_card(village: Village) -> None:
    admit(body(village), village.zhao, number="001", card="证001")
    subjects.erase(by=OPERATOR, subject=village.zhao, reason="consent")
    assert {(row.number, row.card) for row in Affiliation.objects.all()} == {("", "")}
