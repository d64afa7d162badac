"""Nobody is kept longer than there is a reason for."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from bangfu.jobs.story import Told
from bangfu.ledger import clock
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import journal, retention
from bangfu.ledger.actions import person as persons
from bangfu.ledger.models import Event, Person, Subject, SubjectKey
from bangfu.ledger.retention import past_term
from tests.story.conftest import OPERATOR


def test_those_who_are_still_helped_are_kept_and_the_others_are_past_their_term(told: Told) -> None:
    due = set(past_term("person", today=clock.today()).values_list("fact", flat=True))
    helped = {s.fact for s in told.returnees[:10]}
    gone = {s.fact for s in told.screened[10:]}
    assert due & helped == set()
    assert gone <= due
    assert not due & {c.fact for c in told.cadres}, "who holds a post is kept"


def test_nobody_is_due_while_the_programme_runs(told: Told) -> None:
    assert not past_term("person", today=dt.date(2009, 12, 1)).exists()
    assert not past_term("person", today=dt.date(2014, 12, 31)).exists()
    assert past_term("person", today=dt.date(2015, 1, 2)).exists()


def test_a_head_goes_with_the_household_and_stays_with_whoever_lives_in_it(told: Told) -> None:
    today = clock.today()
    home = past_term("household", today=today)[0]
    head = Person.objects.current().filter(household=home.fact, ended=None)[0].fact_id
    households.update(by=OPERATOR, subject=home, on=dt.date(2010, 1, 4), head=_subject(head))
    other = persons.register(
        by=OPERATOR, name="何小满", place=home.place, on=dt.date(2010, 1, 4), source="入户",
        household=home, relation="son",
    )  # fmt: skip
    family = [home.fact, head, other.fact]

    def due() -> int:
        rows = [past_term(kind, today=today) for kind in ("person", "household")]
        return sum(one.filter(fact__in=family).count() for one in rows)

    assert due() == 3
    activities.record(by=OPERATOR, kind="visit", on=today, place=told.village, whom=[other])
    assert due() == 0, "the head is named on the sheet of a household in which somebody is helped"


def _subject(key: UUID) -> Subject:
    return Subject.objects.current().get(fact=key)


def test_a_visit_within_the_term_keeps_a_person(told: Told) -> None:
    someone = told.screened[15]
    activities.record(
        by=OPERATOR,
        kind="visit",
        on=clock.today() - dt.timedelta(days=400),
        place=told.village,
        whom=[someone],
    )
    due = past_term("person", today=clock.today())
    assert not due.filter(fact=someone.fact).exists()


def test_what_is_due_is_erased_once_and_the_journal_says_so(told: Told) -> None:
    due = {kind: past_term(kind, today=clock.today()).count() for kind in ("person", "household")}
    erased = retention.erase_due(by=OPERATOR, today=clock.today())
    assert all(due.values()), "households go with the last who lives in them"
    assert {kind: [s.kind for s in erased].count(kind) for kind in due} == due
    assert not past_term("person", today=clock.today()).exists()
    assert retention.erase_due(by=OPERATOR, today=clock.today()) == []
    keys = SubjectKey.objects.filter(subject__in=[s.fact for s in erased])
    assert all(key.salt is None for key in keys)
    said = Event.objects.filter(verb="subject.erase")
    assert said.count() == len(erased)
    assert {event.purpose for event in said} == {retention.REASON}
    journal.seal()
    assert journal.verify().sound
