"""A summary by place asks each figure once for all its rows, each with its own number."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import payout as payouts
from bangfu.ledger.actions import place as places
from bangfu.ledger.models import Place
from bangfu.ledger.moment import Moment
from bangfu.lists.figure import Figure
from bangfu.lists.listing import Listing
from bangfu.paper.forms.in_places import InPlaces
from bangfu.paper.forms.narrowing import within_place
from tests.village import OPERATOR, VISITED, Village, village_subject

MOVED = VISITED + dt.timedelta(days=30)
NOW = Moment(MOVED + dt.timedelta(days=30))


@pytest.fixture
def moved(village: Village) -> Village:
    """The county after its far village came to the near town; needs from both days."""
    by, v = OPERATOR, village
    needs.raise_(by=by, subject=village_subject(v), on=VISITED, text="路要修", kind="road")
    for on in (VISITED, MOVED):
        own = needs.raise_(by=by, subject=v.outsider, on=on, text="水管漏", kind="water")
        needs.close(by=by, need=own, on=on + dt.timedelta(days=5), evidence="已修")
    payouts.enter(by=by, subject=v.sun, kind="temporary_aid", on=VISITED, amount=120_000)
    places.move(by=by, place=v.far_village, to=v.town, on=MOVED, code="990001101203", source="公告")
    return village


def figures() -> list[Figure]:
    def listed(kind: str, **where: object) -> Listing:
        return Listing((kind,), NOW, where)

    closed = listed("need", closed={"known": True})
    paired = listed("person", pairing={"as": "subject"})
    return [
        Figure("all", "", listed("person")),
        Figure("old", "", listed("person", age={"at_least": 40})),
        Figure("share", "", paired, share=Figure("", "", listed("person"))),
        Figure("needs", "", listed("need")),
        Figure("days", "", closed, "sum", "days_taken", share=Figure("", "", closed)),
        Figure("helpers", "", listed("pairing"), "distinct", "helper"),
        Figure("visits", "", listed("visit"), "distinct", "day"),
        Figure("whom", "", listed("visit"), "distinct", "whom"),
        Figure("paid", "", listed("payout"), "sum", "amount"),
    ]


def test_each_place_has_the_number_that_it_has_alone(moved: Village) -> None:
    rows = list(Place.objects.at(NOW).order_by("path"))
    reading = InPlaces(rows, NOW, moved.county)
    for figure in figures():
        for place in rows:
            alone = within_place(figure, place)
            assert alone is not None
            assert reading.reader(place)(figure) == alone.reading(), (figure.name, place.name)


def test_no_question_is_asked_for_each_row(village: Village) -> None:
    def asked(rows: list[Place]) -> int:
        reading = InPlaces(rows, NOW, village.county)
        with CaptureQueriesContext(connection) as questions:
            for figure in figures():
                for place in rows if figure.name != "whom" else ():
                    reading.reader(place)(figure)
        return len(questions)

    every = list(Place.objects.at(NOW).order_by("path"))
    assert len(every) == 6
    assert asked(every) == asked(every[:1])
