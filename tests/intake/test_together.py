"""Rows of a list ask in common what they ask: who may write them is asked of all at once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.ledger.access import NotAllowed
from bangfu.ledger.actions import journal
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.actions.intake import Accepted, accept
from bangfu.ledger.actions.intake_rows import NewRecord, rehearse
from bangfu.ledger.models import Activity, Event, Need, Subject
from tests.village import VISITED, Village

pytestmark = pytest.mark.django_db
ON = dt.date(2009, 3, 5)


def visit(whom: Subject, on: dt.date = ON) -> NewRecord:
    return NewRecord("activity.visit", {"kind": "visit", "on": on, "subject": whom, "note": "走访"})


def need(whom: Subject, **told: object) -> NewRecord:
    return NewRecord("need.raise_", {"subject": whom, "on": ON, "text": "想学泥瓦工", **told})


def test_a_row_outside_of_a_grant_is_refused_and_the_others_are_not(village: Village) -> None:
    clerk = village.account("chen", "clerk", place=village.village)
    before = Activity.objects.count(), Event.objects.count()
    rows = [[visit(village.zhao)], [visit(village.qian)], [visit(village.sun)]]
    said = rehearse(By(clerk, "desk"), rows)
    assert [type(one) for one in said] == [type(None), NotAllowed, type(None)]
    assert (Activity.objects.count(), Event.objects.count()) == before


def test_what_comes_to_lie_outside_refuses_its_own_row(village: Village) -> None:
    """Whoever works for a programme raises needs within it; that is seen once they are written."""
    clerk = village.account("chen", "clerk", programme=village.programme)
    within = need(village.zhao, programme=village.programme)
    rows = [[within], [need(village.zhao)], [within]]
    said = rehearse(By(clerk, "desk"), rows)
    assert [type(one) for one in said] == [type(None), NotAllowed, type(None)]
    with pytest.raises(NotAllowed):
        accept(by=By(clerk, "desk"), rows=Accepted(records=(rows[1][0],)), on=ON, source="名单")
    assert not Need.objects.filter(date=ON).exists()


def test_a_row_that_is_refused_leaves_the_rows_after_it(village: Village) -> None:
    clerk = village.account("chen", "clerk", place=village.county)
    rows = [[visit(village.zhao, dt.date(2999, 1, 1))], [visit(village.zhao)]]
    first, second = rehearse(By(clerk, "desk"), rows)
    assert isinstance(first, Refused) and first.code == "in_the_future" and second is None


def test_more_rows_do_not_ask_more_about_grants(village: Village) -> None:
    clerk = village.account("chen", "clerk", place=village.county)
    days = [VISITED + dt.timedelta(days=n) for n in range(1, 9)]

    def asked(rows: list[NewRecord]) -> list[int]:
        with CaptureQueriesContext(connection) as told:
            accept(by=By(clerk, "desk"), rows=Accepted(records=tuple(rows)), on=ON, source="名单")
        said = [one["sql"] for one in told.captured_queries]
        return [sum(f'"ledger_{table}"' in sql for sql in said if sql.startswith("SELECT"))
                for table in ("grant", "place", "subject")]  # fmt: skip

    few = asked([visit(village.zhao, day) for day in days[:2]])
    assert asked([visit(village.zhao, day) for day in days[2:]]) == few
    assert journal.verify().sound
