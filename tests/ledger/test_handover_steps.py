"""Who is asked before and after a successor, by when, and what a refusal or a return does."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import pytest

from bangfu.ledger import clock
from bangfu.ledger.access import NotAllowed
from bangfu.ledger.actions import handover as handovers
from bangfu.ledger.actions import pairing as pairings
from bangfu.ledger.actions import proceeding as proceedings
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.journal import verify
from bangfu.ledger.models import Event, Handling, Handover, Pairing, Proceeding, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.workdays import working_days
from bangfu.lists.handovers import Batch, batch_of, beside, handovers_waiting, steps_of
from bangfu.lists.proceedings import steps_waiting
from bangfu.programmes.loader import library_text
from bangfu.programmes.period import later
from tests.ledger.test_handover import DAY, Told, begun, code_of, helper_of, leads, waiting
from tests.village import OPERATOR, Village, _cadre

ANSWER = 'items.accept = { title = "接手人答复", owner = "successor", within = "5 working days" }'
ASKED = """items.agree  = { title = "原单位同意", owner = "units", within = "3 working days" }
items.fits   = { title = "镇里会签", owner = "town_government", within = "2 days", proof = "note" }
items.sure   = { title = "党委审定", owner = "party_committee", after = ["agree", "fits"] }
items.accept = { title = "接手人答复", owner = "successor", after = "sure" }"""


@pytest.fixture
def told(village: Village) -> Told:
    """The unit that gives and the town are asked side by side, then the committee decides."""
    text = library_text("village_link", "programme.toml")
    assert ANSWER in text
    return begun(village, text.replace(ANSWER, ASKED))


@pytest.fixture
def lead(told: Told) -> User:
    """Who leads the hospital, where Li serves."""
    return leads(told, told.village.hospital)


def open_rows(step: str) -> list[Handling]:
    """The open steps of a name."""
    rows = Handling.objects.current().filter(step=step, closed__isnull=True)
    return list(rows.select_related("proceeding__handover", "subject").order_by("subject__name"))


def do(step: str, user: User | None = None, **said: object) -> None:
    """Say the same of a step of all that was offered together."""
    row, *others = open_rows(step)
    words: dict[str, Any] = {"result": "done", "evidence": "已商量", **said}
    by = By(user, "desk") if user else OPERATOR
    proceedings.handle(by=by, handling=row, beside=others, on=clock.today(), **words)


def states() -> set[str]:
    """How far what was offered is."""
    return set(Handover.objects.current().values_list("state", flat=True))


def batch(told: Told, user: User) -> Batch:
    """What was offered, as an account opens it."""
    found = batch_of(user, Handover.objects.current().order_by("pk")[0].fact)
    assert found is not None
    return found


def test_whom_the_file_names_agrees_before_the_successor_is_asked(told: Told, lead: User) -> None:
    offers, today = told.offer(), clock.today()
    by = By(told.successor, "desk")
    assert waiting(told.successor) == [("open", False)], "others are asked first"
    assert code_of(lambda: handovers.answer(by=by, accepted=offers)) == "not_its_turn"
    agree = open_rows("agree")
    assert {row.organisation_id for row in agree} == {told.village.hospital.fact}, "where Li serves"
    assert {row.due for row in agree} == {later(today, "3 working days", workdays=working_days())}
    # Two who are handed over are one thing to do, and one thing to say.
    lines, whole = steps_waiting(lead, Moment.present(), soon=14, most=9)
    assert [(one.title.zh, one.beside) for one in lines] == [("镇里会签", 1), ("原单位同意", 1)]
    assert whole == 2
    assert beside(lead, agree[0]) == agree[1:] and beside(told.giver, agree[0]) == []
    with pytest.raises(NotAllowed):
        do("agree", told.giver)
    events = Event.objects.count()
    do("agree", lead)
    assert Event.objects.count() == events + 1 and open_rows("agree") == []
    assert open_rows("sure") == [], "the town is asked side by side"
    do("fits")
    do("sure")
    (asked,) = {row.due for row in open_rows("accept")}
    assert asked == offers[0].from_day, "the file sets no day for the answer"
    assert waiting(told.successor) == [("open", True)]
    handovers.answer(by=by, accepted=offers)
    zhou = told.village.zhou.name
    assert helper_of(told.village.zhao, told.programme, offers[0].from_day) == {zhou}
    assert {row.result for row in Handling.objects.current().filter(step="accept")} == {"done"}
    assert len(open_rows("filed")) == 2, "what comes after is still to be done"
    do("filed")
    assert set(Proceeding.objects.current().values_list("outcome", flat=True)) == {"done"}
    assert verify().faults == []


def test_a_unit_that_does_not_agree_ends_it_with_its_reason(told: Told, lead: User) -> None:
    told.offer()
    assert code_of(lambda: do("agree", lead, result="refused")) == "reason_missing"
    do("agree", lead, result="refused", reason="今年不能换人")
    assert states() == {"refused"}
    assert not Handling.objects.current().filter(closed__isnull=True).exists(), "nor the town"
    assert set(Proceeding.objects.current().values_list("outcome", flat=True)) == {"refused"}
    told_of = Handover.objects.current().values_list("answer_reason", flat=True)
    assert set(told_of) == {"今年不能换人"}
    assert waiting(told.clerk) == [("refused", False)]
    there = Pairing.objects.current().filter(programme=told.programme)
    assert not there.filter(helper=told.village.zhou.fact).exists()
    offered = Handover.objects.current().order_by("pk").first()
    assert offered is not None
    again = told.offer(pairings=[offered.pairing])
    assert again[0].state == "open", "it is offered anew"


def test_the_committee_returns_it_and_only_what_depends_is_done_again(
    told: Told, lead: User
) -> None:
    told.offer()
    do("agree", lead)
    do("fits")
    do("sure", result="returned", back_to="agree", reason="没写交接的事")
    assert len(open_rows("agree")) == 2 and open_rows("fits") == []
    (line,) = [one for one in steps_of(lead, batch(told, lead), clock.today())
               if one.row.result == "returned"]  # fmt: skip
    assert (line.row.reason, line.back_to and line.back_to.zh) == ("没写交接的事", "原单位同意")
    assert line.whole and not line.waits
    do("agree", lead)
    do("sure")
    assert waiting(told.successor) == [("open", True)]
    handovers.answer(by=By(told.successor, "desk"), accepted=told.open_of(told.pairs[0]))
    # What was answered does not go back.
    (filed,) = open_rows("filed")
    assert proceedings.ways_back(filed.proceeding, _flow(filed), "filed") == ()


def _flow(row: Handling) -> object:
    from bangfu.lists.proceedings import Told as Course

    return Course.of(row.proceeding, clock.today()).flow


def test_what_is_late_stands_first_with_its_day(told: Told, lead: User) -> None:
    told.offer()
    moment = Moment(clock.today() + 30 * DAY)
    lines, _whole = steps_waiting(lead, moment, soon=14, most=9)
    assert [one.late for one in lines] == [True, True]
    ((row, title),) = [one.step for one in handovers_waiting(told.giver, moment)[0] if one.step]
    assert title.zh == "镇里会签" and row.due == clock.today() + 2 * DAY, "the earliest day"


def test_accepted_on_paper_waits_for_those_who_are_asked_before(told: Told, lead: User) -> None:
    v = told.village
    nurse = _cadre("何医生", v.clinic, v.village)
    handovers.on_paper(
        by=By(told.clerk, "desk"), pairings=told.pairs, to=nurse, on=clock.today(),
        reason="退休", paper="承接书",
    )  # fmt: skip
    assert states() == {"open"} and helper_of(v.zhao, told.programme, clock.today()) == {v.li.name}
    for step in ("agree", "fits", "sure"):
        do(step)
    assert states() == {"accepted"}
    assert helper_of(v.zhao, told.programme, clock.today()) == {nurse.name}
    answered = Handling.objects.current().filter(step="accept")
    assert {row.evidence for row in answered} == {"承接书"}


def test_what_is_taken_back_or_falls_leaves_no_step_open(told: Told) -> None:
    offers = told.offer()
    held = Proceeding.objects.current().get(handover=offers[0].fact)
    dropped: dict[str, Any] = {
        "by": OPERATOR,
        "proceeding": held,
        "on": clock.today(),
        "reason": "不办了",
    }
    assert code_of(lambda: proceedings.drop(**dropped)) == "taken_back_instead"
    handovers.take_back(by=By(told.clerk, "desk"), offers=offers[:1], reason="另找人")
    pairings.close(by=OPERATOR, pairing=offers[1].pairing, on=clock.today(), reason="外出")
    assert not Handling.objects.current().filter(closed__isnull=True).exists()
    assert set(Proceeding.objects.current().values_list("outcome", flat=True)) == {"dropped"}
    assert states() == {"withdrawn", "lapsed"}


def test_its_way_begins_with_an_offer_and_the_successor_answers_there(told: Told) -> None:
    v, today = told.village, clock.today()
    started: dict[str, Any] = {
        "by": OPERATOR,
        "programme": told.programme,
        "subject": v.zhao,
        "on": today,
    }
    for name in ("new_helper", "handover"):
        assert code_of(partial(proceedings.start, name=name, **started)) == "started_by_offer"
    told.offer()
    for step in ("agree", "fits", "sure"):
        do(step)
    assert code_of(lambda: do("accept")) == "answered_by_successor"
    by, offers = By(told.successor, "desk"), told.open_of(told.pairs[0])
    for day, code in ((today - DAY, "before_its_turn"), (today + DAY, "in_the_future")):
        assert code_of(partial(handovers.answer, by=by, accepted=offers, on=day)) == code
    zhao, sun = open_rows("accept")
    assert dt.date.min < zhao.date and zhao.party_id == sun.party_id == v.zhou.fact


def test_steps_that_were_not_offered_together_are_said_one_by_one(told: Told) -> None:
    for pair in told.pairs:
        told.offer(pairings=[pair])
    first, second = open_rows("agree")
    words: dict[str, Any] = {"on": clock.today(), "result": "done", "handling": first}
    both = partial(proceedings.handle, by=OPERATOR, beside=[second], **words)
    assert code_of(both) == "not_offered_together"
    assert len(open_rows("agree")) == 2, "nothing was changed"
