"""A hand-over waits for the successor's answer; then it is one event, from the day named."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bangfu.ledger import clock
from bangfu.ledger.access import NotAllowed, visible
from bangfu.ledger.actions import enrolment as enrolments
from bangfu.ledger.actions import handover as handovers
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import pairing as pairings
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.actions.journal import verify
from bangfu.ledger.models import Event, Handover, Pairing, Programme, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.handovers import batch_of, handovers_waiting, what_is_open
from bangfu.programmes.loader import library_text
from tests.village import OPERATOR, Village, _cadre

DAY = dt.timedelta(days=1)
BEGAN = dt.date(2026, 1, 5)


@dataclass
class Told:
    """Li helps Zhao and Sun; Zhou, who has an account, is to take over."""

    village: Village
    programme: Programme
    pairs: list[Pairing]
    clerk: User
    giver: User
    successor: User

    def offer(self, **more: object) -> list[Handover]:
        """Both are offered to Zhou, from a week on."""
        words: dict[str, object] = {
            "by": By(self.clerk, "desk"), "pairings": self.pairs, "to": self.village.zhou,
            "on": clock.today() + 7 * DAY, "reason": "李建国退休",
        }  # fmt: skip
        return handovers.offer(**{**words, **more})  # type: ignore[arg-type]  # as told

    def open_of(self, pair: Pairing) -> list[Handover]:
        """What is open of one pairing."""
        return list(Handover.objects.current().filter(pairing=pair.fact, state="open"))


@pytest.fixture
def told(village: Village) -> Told:
    """A programme in which one may help several."""
    return begun(village, library_text("village_link", "programme.toml"))


def begun(village: Village, text: str) -> Told:
    """A programme of that text goes on, in which Li helps two."""
    v = village
    text = re.sub(r"(?m)^(to +)= \d{4}-12-31", r"\1= 2099-12-31", text, count=1)
    made = programmes.start(by=OPERATOR, name="village_link", text=text)
    about = {"by": OPERATOR, "programme": made}
    pairs = []
    for subject in (v.zhao, v.sun):
        enrolments.take_in(name="helped", subject=subject, on=BEGAN, **about)
        pairs.append(
            pairings.make(name="one_to_one", helper=v.li, subject=subject, on=BEGAN, **about)
        )
    clerk = v.account("fang", "clerk", place=v.county)
    giver, successor = (v.account(f"h-{n}", "helper", person=getattr(v, n)) for n in ("li", "zhou"))
    return Told(v, made, pairs, clerk, giver, successor)


def helper_of(subject: Subject, programme: Programme, on: dt.date) -> set[str]:
    """Who helps somebody on a day."""
    rows = Pairing.objects.at(Moment(on)).filter(subject=subject, programme=programme)
    return set(rows.values_list("helper__name", flat=True))


def waiting(user: User) -> list[tuple[str, bool]]:
    """What the first page says of hand-overs: how far each is, and whether the reader is asked."""
    found, whole = handovers_waiting(user, Moment.present())
    assert whole == len({batch.first.together for batch in found})
    return [(batch.first.state, batch.asks) for batch in found]


def test_an_offer_shows_on_all_sides_and_changes_nothing(told: Told) -> None:
    before = list(Pairing.objects.current().values_list("fact", "ended"))
    told.offer()
    assert list(Pairing.objects.current().values_list("fact", "ended")) == before
    assert waiting(told.successor) == [("open", True)]
    assert waiting(told.giver) == [("open", False)]
    assert waiting(told.clerk) == [("open", False)]
    outsider = told.village.account("far", "clerk", place=told.village.far_village)
    assert waiting(outsider) == []
    assert not visible(outsider, VOCABULARY["handover"]).exists()


def test_the_first_page_shows_so_many_what_is_asked_of_the_reader_first(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many offers the latest stand there, before them what the reader is to answer."""
    told.offer(pairings=told.pairs[:1])
    told.offer(pairings=told.pairs[1:])
    assert len(handovers_waiting(told.clerk, Moment.present())[0]) == 2
    monkeypatch.setattr("bangfu.lists.handovers.MOST", 1)
    for who, asks in ((told.successor, True), (told.clerk, False)):
        found, whole = handovers_waiting(who, Moment.present())
        assert (len(found), whole) == (1, 2)
        assert found[0].asks is asks
    handovers.answer(by=By(told.successor, "desk"), accepted=told.open_of(told.pairs[1]))
    found, whole = handovers_waiting(told.successor, Moment.present())
    assert [one.asks for one in found] == [True] and whole == 2


def test_what_was_accepted_changes_hands_from_the_day_named_in_one_event(told: Told) -> None:
    offers, v = told.offer(), told.village
    day, events = offers[0].from_day, Event.objects.count()
    handovers.answer(by=By(told.successor, "desk"), accepted=offers)
    assert Event.objects.count() == events + 1
    for subject in (v.zhao, v.sun):
        assert helper_of(subject, told.programme, day - DAY) == {v.li.name}
        assert helper_of(subject, told.programme, day) == {v.zhou.name}
    assert waiting(told.successor) == [("accepted", False)] == waiting(told.giver)
    assert verify().faults == []


def test_some_may_be_accepted_and_the_rest_goes_back_to_who_offered(told: Told) -> None:
    offers, v = told.offer(), told.village
    day = offers[0].from_day
    by = By(told.successor, "desk")
    with pytest.raises(Refused) as refused:
        handovers.answer(by=by, accepted=offers[:1], refused=offers[1:])
    assert refused.value.code == "reason_missing"
    handovers.answer(by=by, accepted=offers[:1], refused=offers[1:], reason="住得太远")
    kept, gone = offers[1].subject, offers[0].subject
    assert helper_of(gone, told.programme, day) == {v.zhou.name}
    assert helper_of(kept, told.programme, day) == {v.li.name}
    states = {one.state for batch in handovers_waiting(told.clerk, Moment.present())[0]
              for one in batch.offers}  # fmt: skip
    assert states == {"accepted", "refused"}
    refused_one = Handover.objects.current().get(state="refused")
    assert refused_one.answer_reason == "住得太远"
    handovers.take_back(by=By(told.clerk, "desk"), offers=[refused_one], reason="另找人")
    assert not Handover.objects.current().filter(state="refused").exists()


def test_only_the_successor_answers_and_only_once(told: Told) -> None:
    offers = told.offer()
    for other in (told.clerk, told.giver):
        with pytest.raises(NotAllowed):
            handovers.answer(by=By(other, "desk"), accepted=offers)
    handovers.answer(by=By(told.successor, "desk"), accepted=offers)
    with pytest.raises(Refused) as again:
        handovers.answer(by=By(told.successor, "desk"), accepted=offers)
    assert again.value.code == "answered_already"


def test_the_successor_reads_what_is_open_on_each_and_not_what_was_said(told: Told) -> None:
    v = told.village
    needs.raise_(
        by=OPERATOR, subject=v.zhao, on=BEGAN, text="腰疼想复诊", kind="medical", due=BEGAN
    )
    offers = told.offer(promised={told.pairs[0].fact: "开春一起去看树苗"})
    batch = batch_of(told.successor, offers[0].fact)
    assert batch is not None and len(batch.offers) == 2
    open_on = what_is_open(told.successor, batch.offers, Moment.present())
    lines = {one.offer.subject.name: one for one in open_on}
    assert [o.need.kind for o in lines[v.zhao.name].needs] == ["medical"]
    assert lines[v.sun.name].needs == []
    assert lines[v.zhao.name].offer.promised == "开春一起去看树苗"
    assert not visible(told.successor, VOCABULARY["need"]).exists(), "before the answer"
    assert batch_of(v.account("no", "helper", person=v.qian), offers[0].fact) is None


def test_what_cannot_be_taken_over_is_refused_before_anybody_is_asked(told: Told) -> None:
    v, pair = told.village, told.pairs[0]
    told.offer(pairings=[pair])
    attempts = {
        "offered_already": {"pairings": [pair]},
        "nobody_named": {"pairings": []},
        "reason_missing": {"reason": " "},
        "before_it_began": {"pairings": told.pairs[1:], "on": BEGAN},
        "cannot_be_asked": {
            "pairings": told.pairs[1:],
            "to": _cadre("何医生", v.clinic, v.village),
        },
        "outside_its_time": {"pairings": told.pairs[1:], "on": dt.date(2100, 1, 1)},
    }
    for code, more in attempts.items():
        with pytest.raises(Refused) as refused:
            told.offer(**more)
        assert refused.value.code == code
    single = Pairing.objects.get(pk=v.pairing.pk)
    with pytest.raises(Refused) as refused:
        told.offer(pairings=[single], on=dt.date(2009, 3, 5))
    assert refused.value.code == "taken", "by that programme each cadre helps one"


def test_an_offer_falls_with_its_pairing(told: Told) -> None:
    told.offer()
    pairings.close(by=OPERATOR, pairing=told.pairs[0], on=clock.today(), reason="外出")
    pairings.undo(by=OPERATOR, pairing=told.pairs[1])
    assert set(Handover.objects.current().values_list("state", flat=True)) == {"lapsed"}
    assert waiting(told.successor) == []


def test_without_an_account_it_is_accepted_on_paper_and_passes_at_once(told: Told) -> None:
    v, by = told.village, By(told.clerk, "desk")
    nurse = _cadre("何医生", v.clinic, v.village)
    words = {"by": by, "pairings": told.pairs, "on": clock.today(), "reason": "退休"}
    for more, code in (
        ({"to": v.zhou, "paper": "函"}, "can_be_asked"),
        ({"to": nurse, "paper": " "}, "paper_missing"),
    ):
        with pytest.raises(Refused) as refused:
            handovers.on_paper(**words, **more)  # type: ignore[arg-type]  # as told
        assert refused.value.code == code
    made = handovers.on_paper(**words, to=nurse, paper="承接书 2026-11-20")  # type: ignore[arg-type]
    assert {one.state for one in made} == {"accepted"}
    assert helper_of(v.zhao, told.programme, clock.today()) == {nurse.name}
    assert {one.paper for one in Handover.objects.current()} == {"承接书 2026-11-20"}


def leads(told: Told, unit: Subject, name: str = "lead") -> User:
    """Who leads a unit, in an account that is nobody's among the helpers."""
    return told.village.account(name, "unit_lead", organisation=unit)


def code_of(what: Callable[[], object]) -> str:
    """Why something is refused."""
    with pytest.raises(Refused) as refused:
        what()
    return refused.value.code


def test_a_unit_is_asked_and_its_lead_names_who_takes_over(told: Told) -> None:
    v = told.village
    nurse, other = _cadre("何医生", v.clinic, v.village), _cadre("于能", v.hospital, v.village)
    assert code_of(lambda: told.offer(to=v.clinic)) == "cannot_be_asked", "nobody leads it yet"
    lead, giving = leads(told, v.clinic), leads(told, v.hospital, "giving")
    first, second = told.offer(to=v.clinic)
    assert waiting(lead) == [("open", True)]
    assert waiting(told.giver) == waiting(told.clerk) == waiting(giving) == [("open", False)]
    by = By(lead, "desk")
    for who in (told.giver, told.clerk, giving, told.successor):
        with pytest.raises(NotAllowed):
            handovers.answer(by=By(who, "desk"), accepted=[first], taken_by=nurse)
    assert code_of(lambda: handovers.answer(by=by, accepted=[first])) == "nobody_named_to_help"
    assert (
        code_of(lambda: handovers.answer(by=by, accepted=[first], taken_by=other))
        == "not_of_the_unit"
    )
    assert code_of(lambda: handovers.answer(by=by, accepted=[first], taken_by=v.li)) == "hands_over"
    handovers.answer(by=by, accepted=[first], taken_by=nurse)
    day = first.from_day
    assert helper_of(first.subject, told.programme, day) == {nurse.name}
    assert helper_of(second.subject, told.programme, day) == {v.li.name}
    # What is open still asks; what was accepted stands on every side.
    for who, asked in ((lead, True), (told.giver, False), (told.clerk, False)):
        assert sorted(waiting(who)) == [("accepted", False), ("open", asked)]
    named = v.account("nurse", "helper", person=nurse)
    assert waiting(named) == [("accepted", False)]
    handovers.answer(by=by, refused=[second], accepted=[], reason="人手不够")
    assert helper_of(second.subject, told.programme, day) == {v.li.name}
    assert Handover.objects.current().get(fact=second.fact).state == "refused"
    assert Handover.objects.current().get(fact=first.fact).taken_by_id == nurse.fact
    assert verify().faults == []


def test_for_who_has_no_account_the_lead_of_the_unit_answers(told: Told) -> None:
    v = told.village
    nurse, other = _cadre("何医生", v.clinic, v.village), _cadre("于能", v.clinic, v.village)
    lead = leads(told, v.clinic)
    first, second = told.offer(to=nurse)
    assert waiting(lead) == [("open", True)]
    by = By(lead, "desk")
    assert (
        code_of(lambda: handovers.answer(by=by, accepted=[first], taken_by=other))
        == "asked_in_person"
    )
    handovers.answer(by=by, accepted=[first])
    assert helper_of(first.subject, told.programme, first.from_day) == {nurse.name}
    own = v.account("nurse", "helper", person=nurse)
    assert ("open", False) in waiting(lead), "from now on the nurse answers"
    with pytest.raises(NotAllowed):
        handovers.answer(by=by, accepted=[second])
    handovers.answer(by=By(own, "desk"), accepted=[second])


def test_a_helper_without_a_person_reads_of_no_hand_over(told: Told) -> None:
    """Of most hand-overs nobody was named: that nobody is not the account's."""
    told.offer()
    nobody = told.village.account("h-0", "helper")
    assert not visible(nobody, VOCABULARY["handover"]).exists()
