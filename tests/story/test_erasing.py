"""Erasing people of the told story leaves every number of the past as it was."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bangfu.jobs.story import BULLETIN, CHOSEN, Told
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import journal
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Person, Programme, Subject
from bangfu.ledger.moment import Moment
from bangfu.lists.each import by_each
from bangfu.lists.figure import figure_of
from bangfu.lists.listing import Listing
from bangfu.paper import drafting
from tests.story.conftest import OPERATOR

DAYS = (CHOSEN, BULLETIN, dt.date(2009, 6, 30), dt.date(2009, 12, 31))


def numbers(programme: Programme) -> dict[tuple[str, dt.date], Any]:
    """Every figure with its groups, and the rows of every list, on several days."""
    told: dict[tuple[str, dt.date], Any] = {}
    for day in DAYS:
        meaning = Meaning.of(programme, Moment(day))
        for name, _ in meaning.file.entries("figure"):
            figure = figure_of(programme, name, Moment(day))
            if figure.each:
                told[name, day] = [
                    (g.key, g.reading) for g in by_each(figure, figure.each, figure.via)
                ]
                continue
            told[name, day] = figure.reading(), [(g.key, g.reading) for g in figure.groups()]
        for section in ("list", "enrol", "class", "pairing", "activity", "measure"):
            for name, _ in meaning.file.entries(section):
                listing = Listing((name,), Moment(day), programme=programme)
                rows = listing.sure(), listing.possible()
                told[name, day] = [set(found.values_list("fact", flat=True)) for found in rows]
    return told


@pytest.fixture
def erased(told: Told) -> list[Subject]:
    """Two who were helped, one whose sheet was half empty, a helper, and a household."""
    sheet = Person.objects.current().filter(fact=told.returnees[0]).latest("began")
    home = Subject.objects.get(pk=sheet.household_id)
    households.update(
        by=OPERATOR, subject=home, on=BULLETIN, head=told.returnees[0], size=3, group="二组"
    )
    persons.update(
        by=OPERATOR, subject=told.returnees[7], on=BULLETIN, education="primary", relation="head"
    )
    return [told.returnees[0], told.returnees[7], told.screened[11], told.cadres[5], home]


def test_every_figure_and_list_of_past_days_is_what_it_was(
    told: Told, erased: list[Subject]
) -> None:
    assert told.programme is not None and told.bulletin is not None
    before = numbers(told.programme)
    assert len(before) > 200
    for subject in erased:
        subjects.erase(by=OPERATOR, subject=subject, reason="request")
    after = numbers(told.programme)
    assert [key for key in before if before[key] != after[key]] == []
    assert all(drafting.still_stands(reading) for reading in told.bulletin.readings.all())
    journal.seal()
    assert journal.verify().sound
