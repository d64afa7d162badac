"""Nobody is kept longer than there is a reason for."""

from __future__ import annotations

import datetime as dt

from bangfu.jobs.story import Told
from bangfu.ledger import clock
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import journal, retention
from bangfu.ledger.models import Event, SubjectKey
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
    due = past_term("person", today=clock.today()).count()
    erased = retention.erase_due(by=OPERATOR, today=clock.today())
    assert len([s for s in erased if s.kind == "person"]) == due
    assert not past_term("person", today=clock.today()).exists()
    assert retention.erase_due(by=OPERATOR, today=clock.today()) == []
    keys = SubjectKey.objects.filter(subject__in=[s.fact for s in erased])
    assert all(key.salt is None for key in keys)
    said = Event.objects.filter(verb="subject.erase")
    assert said.count() == len(erased)
    assert {event.purpose for event in said} == {retention.REASON}
    journal.seal()
    assert journal.verify().sound
