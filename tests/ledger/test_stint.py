"""Days in the village and leave: one sort a day, leave is approved by another, illness unseen."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bangfu.ledger import clock
from bangfu.ledger.access import NotAllowed, visible
from bangfu.ledger.actions import proceeding as proceedings
from bangfu.ledger.actions import stint as stints
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import Handling, Proceeding, Stint, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.ledger.workdays import working_days
from bangfu.lists.listing import Listing
from bangfu.programmes.period import later
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


def steps_of(stint: Stint) -> list[tuple[Any, ...]]:
    """The steps of some leave, in the order of asking."""
    rows = Handling.objects.current().filter(stint=stint.fact).order_by("pk")
    return [(row.result, row.due, row.closed, row.who_id, row.reason) for row in rows]


def outcome_of(stint: Stint) -> str:
    """What the way of some leave came to."""
    return Proceeding.objects.current().get(stint=stint.fact).outcome


def test_leave_is_answered_within_three_working_days_and_when_it_begins_at_the_latest(
    village: Village,
) -> None:
    today = clock.today()
    far = today + 60 * DAY
    within = later(today, "3 working days", workdays=working_days())
    late = enter(village.li, "annual", far, ended=far)
    soon = enter(village.zhou, "annual", today + DAY, ended=today + DAY)
    past = enter(village.sun, "sick", today - 5 * DAY, ended=today)
    assert [steps_of(one)[0][1] for one in (late, soon, past)] == [within, today + DAY, past.began]
    assert within < far
    there = enter(village.zhao, "in_village", today, ended=today)
    assert not Proceeding.objects.filter(stint=there.fact).exists()


def test_refused_leave_is_asked_anew_where_the_days_are_put_right(village: Village) -> None:
    today, monday = clock.today(), clock.today() + 30 * DAY
    said = {"by": OPERATOR, "on": today}
    asked = enter(village.li, "annual", monday, ended=monday + DAY)
    with pytest.raises(Refused) as refused:
        stints.refuse(stint=asked, refuser=village.zhou, reason=" ", **said)
    assert refused.value.code == "reason_missing"
    stints.refuse(stint=asked, refuser=village.zhou, reason="汛期缺人", **said)
    ((_result, due, *told),) = steps_of(asked)
    assert told == [today, village.zhou.fact, "汛期缺人"] and asked.refused == today
    assert (outcome_of(asked), asked.approved) == ("refused", None)
    for answer in (
        lambda: stints.approve(stint=asked, approver=village.zhou, **said),
        lambda: stints.refuse(stint=asked, refuser=village.zhou, reason="缺人", **said),
    ):
        with pytest.raises(Refused) as refused:
            answer()
        assert refused.value.code == "answered_already"
    days = {"kind": "annual", "began": monday, "ended": monday + DAY}
    stints.correct_stint(by=OPERATOR, stint=asked, **days, present=True)
    assert outcome_of(asked) == "refused", "the days are the same, so the answer stands"
    days["ended"] = monday
    stints.correct_stint(by=OPERATOR, stint=asked, **days, present=False)
    assert [one[0] for one in steps_of(asked)] == ["refused", ""]
    assert (outcome_of(asked), asked.refused) == ("", None)
    stints.approve(stint=asked, approver=village.zhou, **said)
    assert [one[0] for one in steps_of(asked)] == ["refused", "done"]
    stints.correct_stint(
        by=OPERATOR, stint=asked, kind="in_village", began=today, ended=today, present=True
    )
    assert (outcome_of(asked), len(steps_of(asked))) == ("done", 2), "days there need nobody's"
    again = enter(village.li, "annual", monday + 3 * DAY, ended=monday + 3 * DAY)
    stints.take_back(by=OPERATOR, stint=again)
    assert (steps_of(again)[0][0], outcome_of(again)) == ("lapsed", "dropped")


def test_steps_of_leave_are_open_to_whoever_may_open_the_leave(village: Village) -> None:
    sick = enter(village.zhao, "sick")  # lives in the village
    own = enter(village.qian, "personal", place=village.village)
    team = village.account("team", "resident_team", place=village.village, person=village.qian)
    clerk = village.account("clerk", "clerk", place=village.county)
    for kind in ("handling", "proceeding"):
        for user, found in ((team, {own.fact}), (clerk, {own.fact, sick.fact})):
            rows = visible(user, VOCABULARY[kind]).filter(stint__isnull=False)
            assert set(rows.values_list("stint", flat=True)) == found
    step = Handling.objects.current().get(stint=sick.fact)
    with pytest.raises(NotAllowed):
        proceedings.handle(by=By(clerk, "test"), handling=step, on=clock.today(), result="done")
    with pytest.raises(NotAllowed):
        proceedings.drop(
            by=By(clerk, "test"), proceeding=step.proceeding, on=clock.today(), reason="不请了"
        )


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
