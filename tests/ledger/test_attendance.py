"""Who came to a training and who did not, by name; said anew it takes the place of the first."""

from __future__ import annotations

from typing import Any

import pytest

from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import Activity, Participant
from bangfu.ledger.moment import Moment
from bangfu.lists.listing import Listing
from tests.village import OPERATOR, VISITED, Village


def training(village: Village, kind: str = "training", people: int | None = None) -> Activity:
    """A training in the village."""
    return activities.record(
        by=OPERATOR, kind=kind, on=VISITED, place=village.village, organisation=village.hospital,
        people=people,
    )  # fmt: skip


def people(where: dict[str, Any], moment: Moment | None = None) -> set[Any]:
    """The persons of whom something holds."""
    listing = Listing(("person",), moment or Moment(VISITED), where=where)
    return set(listing.sure().values_list("fact", flat=True))


def test_who_stayed_away_is_a_list_and_how_often_is_counted(village: Village) -> None:
    v = village
    for _ in range(2):
        activities.attend(by=OPERATOR, activity=training(v), came=[v.zhao], away=[v.sun])
    activities.attend(by=OPERATOR, activity=training(v), came=[v.zhao, v.sun])
    missed = {"training": {"as": "absentees", "at_least": 1}}
    assert people(missed) == {v.sun.fact}
    assert people({"training": {"as": "absentees", "at_least": 2}}) == {v.sun.fact}
    assert people({"training": {"as": "attendees", "exactly": 3}}) == {v.zhao.fact}
    assert people({"training": {"as": "attendees", "exactly": 1}}) == {v.sun.fact}


def test_said_anew_it_takes_the_place_of_the_first(village: Village, ticker: Any) -> None:
    v, held = village, training(village)
    activities.attend(by=OPERATOR, activity=held, came=[v.li], away=[v.zhou])
    activities.attend(by=OPERATOR, activity=held, came=[v.li, v.zhou])
    parts = Participant.objects.current().filter(activity=held.fact)
    assert set(parts.values_list("subject", "part")) == {
        (v.li.fact, "attendee"), (v.zhou.fact, "attendee"),
    }  # fmt: skip
    before = Participant.objects.filter(activity=held.fact, part="absent")
    assert [row.superseded_at is not None for row in before] == [True]


def test_what_was_said_of_people_out_of_reach_stays(village: Village) -> None:
    v, held = village, training(village)
    activities.attend(by=OPERATOR, activity=held, came=[v.zhao, v.outsider], away=[v.sun])
    clerk = v.account("clerk", "clerk", place=v.town)
    activities.attend(by=By(clerk, "test"), activity=held, came=[v.sun])
    parts = Participant.objects.current().filter(activity=held.fact)
    assert set(parts.values_list("subject", "part")) == {
        (v.outsider.fact, "attendee"), (v.sun.fact, "attendee"),
    }  # fmt: skip


def test_the_number_present_is_never_less_than_those_named(village: Village) -> None:
    held = training(village, people=1)
    activities.attend(by=OPERATOR, activity=held, came=[village.zhao, village.sun])
    assert Activity.objects.get(pk=held.pk).people == 2
    crowd = training(village, people=40)
    activities.attend(by=OPERATOR, activity=crowd, came=[village.zhao])
    assert Activity.objects.get(pk=crowd.pk).people == 40


def test_nobody_came_and_stayed_away_and_visits_have_no_attendance(village: Village) -> None:
    with pytest.raises(Refused) as refused:
        activities.attend(
            by=OPERATOR, activity=training(village), came=[village.li], away=[village.li]
        )
    assert refused.value.code == "came_and_away"
    with pytest.raises(Refused) as refused:
        activities.attend(by=OPERATOR, activity=village.visit, came=[village.li])
    assert refused.value.code == "no_attendance"
