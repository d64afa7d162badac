"""Days in the village and leave: one sort a day, leave is approved by another, illness unseen."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bangfu.ledger import clock
from bangfu.ledger.access import NotAllowed, visible
from bangfu.ledger.actions import stint as stints
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import Stint, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.listing import Listing
from tests.village import OPERATOR, VISITED, Village

DAY = dt.timedelta(days=1)
FRIDAY = VISITED + 3 * DAY


def enter(person: Subject, kind: str, began: dt.date = VISITED, **more: Any) -> Stint:
    """Days of somebody."""
    said = {"ended": FRIDAY, **more}
    return stints.enter(by=OPERATOR, person=person, kind=kind, began=began, **said)


def seen(user: User) -> set[Any]:
    """What an account sees of them today."""
    return set(visible(user, VOCABULARY["stint"]).values_list("fact", flat=True))


def test_the_kind_says_whether_the_days_count_unless_the_notice_does(village: Village) -> None:
    there = enter(village.li, "in_village", place=village.village)
    away = enter(village.zhou, "on_duty")
    studies = enter(village.zhao, "other", present=True)
    sick = enter(village.sun, "sick")
    assert (there.present, away.present, studies.present, sick.present) == (True, True, True, False)
    assert there.days == 4
    listing = Listing(("stint",), Moment(VISITED), where={"present": True, "days": {"at_least": 4}})
    found = set(listing.sure().values_list("fact", flat=True))
    assert found == {there.fact, away.fact, studies.fact}


def test_nobody_is_in_two_places_on_one_day(village: Village) -> None:
    held = enter(village.li, "in_village", place=village.village)
    with pytest.raises(Refused) as refused:
        enter(village.li, "annual", FRIDAY, ended=FRIDAY)
    assert refused.value.code == "stint_once"
    stints.close(by=OPERATOR, stint=held, on=FRIDAY - DAY)
    assert held.days == 3
    enter(village.li, "annual", FRIDAY, ended=FRIDAY)
    with pytest.raises(Refused) as refused:
        stints.close(by=OPERATOR, stint=held, on=FRIDAY)
    assert refused.value.code == "longer_than_said"


def test_leave_is_asked_for_beforehand_and_approved_by_another(village: Village) -> None:
    monday = clock.today() + 7 * DAY
    lead = village.account("lead", "unit_lead", organisation=village.hospital, person=village.zhou)
    asked = enter(village.li, "annual", monday, ended=monday + 4 * DAY)
    assert asked.fact in seen(lead), "it can be approved before it begins"
    by = By(lead, "test")
    for own in (village.li, village.zhou):
        stint = asked if own is village.li else enter(village.zhou, "annual", monday, ended=monday)
        with pytest.raises((Refused, NotAllowed)):
            stints.approve(by=by, stint=stint, approver=own, on=clock.today())
    stints.approve(by=by, stint=asked, approver=village.zhou, on=clock.today())
    assert (asked.approver_id, asked.approved) == (village.zhou.fact, clock.today())
    stints.correct_stint(
        by=by, stint=asked, kind="annual", began=monday, ended=monday + 9 * DAY, present=False
    )
    assert (asked.approver_id, asked.approved, asked.days) == (None, None, 10)


def test_who_does_not_grant_leave_sees_the_own_and_who_is_there(village: Village) -> None:
    there = enter(village.zhou, "in_village", place=village.village)
    sick = enter(village.li, "sick", place=village.village)
    own = enter(village.qian, "personal", place=village.village)
    team = village.account("team", "resident_team", place=village.village, person=village.qian)
    assert seen(team) == {there.fact, own.fact}
    clerk = village.account("clerk", "clerk", place=village.county)
    assert seen(clerk) == {there.fact, sick.fact, own.fact}
    with pytest.raises(NotAllowed):
        stints.approve(by=By(team, "test"), stint=sick, approver=village.zhou, on=VISITED)
    made = stints.enter(
        by=By(team, "test"), person=village.qian, kind="annual", began=FRIDAY + DAY,
        ended=FRIDAY + DAY, place=village.village,
    )  # fmt: skip
    assert made.fact in seen(team)
    with pytest.raises(NotAllowed):
        stints.enter(
            by=By(team, "test"), person=village.qian, kind="in_village", began=FRIDAY + 2 * DAY,
            place=village.far_village,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "more", "code"),
    [
        ("holiday", {}, "no_such_word"),
        ("annual", {"ended": None}, "last_day_missing"),
        ("annual", {"ended": VISITED - DAY}, "days_crossed"),
        ("annual", {"ended": VISITED + 366 * DAY}, "too_many_days"),
        ("in_village", {"ended": dt.date(2999, 1, 1)}, "in_the_future"),
    ],
)
def test_what_cannot_be_is_refused(
    village: Village, kind: str, more: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        enter(village.li, kind, **more)
    assert refused.value.code == code
    assert not Stint.objects.exists()


def test_erasing_leaves_days_and_not_why(village: Village) -> None:
    enter(village.zhao, "sick")
    subjects.erase(by=OPERATOR, subject=village.zhao, reason="request")
    held = Stint.objects.current().get()
    assert (held.kind, held.began, held.ended) == ("", VISITED, FRIDAY)
