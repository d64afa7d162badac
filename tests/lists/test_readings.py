"""A kept reading is used only as the program wrote it; nobody else's number stands on a page."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bangfu.jobs.upkeep import Upkeep
from bangfu.ledger import clock
from bangfu.ledger.actions import place as places
from bangfu.ledger.models import Reading as Kept
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import one_page
from bangfu.lists import readings
from bangfu.lists.figure import Figure, figure_of
from bangfu.lists.marks import marks_now
from tests.village import OPERATOR, VISITED, Ticker, Village

AN_HOUR = dt.timedelta(hours=1)


@pytest.fixture
def returnees(village: Village) -> Figure:
    """A figure that is two, counted once and kept."""
    figure = figure_of(village.programme, "returnees_in", Moment(VISITED))
    assert readings.reading(figure)[0].low == 2
    return figure


def edited(**columns: Any) -> None:
    """As one with SQL access would change what is kept."""
    Kept.objects.update(**columns)


def false(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "low": "7", "high": "7", "rows": 7}


def every_way(figure: Figure) -> set[Any]:
    """What each way of asking says the figure is."""
    within = [readings.readings_within([figure], seconds)[0] for seconds in (5, -1)]
    told = {reading[0].low for reading in within if reading and reading[0]}
    return told | {readings.reading(figure)[0].low, readings.readings([figure])[0][0].low}


def test_an_edited_answer_is_never_shown_and_is_counted_anew(returnees: Figure) -> None:
    kept = Kept.objects.get()
    edited(answer=false(kept.answer))
    assert every_way(returnees) == {2}
    assert Kept.objects.get().answer["low"] == "2"


def test_an_answer_that_was_put_in_is_never_shown(returnees: Figure) -> None:
    kept = Kept.objects.get()
    Kept.objects.all().delete()
    kept.answer = false(kept.answer)
    kept.save(force_insert=True)
    assert every_way(returnees) == {2}


def test_an_answer_to_another_question_is_never_shown(village: Village, returnees: Figure) -> None:
    """Two readings that change places, each with its own proof."""
    other = figure_of(village.programme, "home_visits", Moment(VISITED))
    assert readings.reading(other)[0].low == 1
    mine, its = (readings.question_of(figure) for figure in (returnees, other))
    there = Kept.objects.get(pk=its)
    Kept.objects.filter(pk=mine).update(
        counted_at=there.counted_at, seen=there.seen, answer=there.answer, proof=there.proof
    )
    assert every_way(returnees) == {2}


def test_a_reading_that_was_made_to_look_fresh_is_counted_anew(
    returnees: Figure, village: Village
) -> None:
    """An old slow reading may be a minute old; whoever edits its time makes it no younger."""
    kept = Kept.objects.get()
    kept.answer, kept.counted_at, kept.seen = {**kept.answer, "slow": True}, clock.now(), "other"
    kept.answer = false(kept.answer)
    kept.proof = readings.proofs.of_reading(kept)
    kept.save()
    assert readings.reading(returnees)[0].low == 7, "slow, and a moment old"
    kept.counted_at -= AN_HOUR
    kept.proof = readings.proofs.of_reading(kept)
    kept.save()
    edited(counted_at=clock.now())
    assert readings.reading(returnees)[0].low == 2


@pytest.mark.parametrize("way", ["groups", "numbers", "kept"])
def test_whatever_else_is_kept_is_held_against_its_proof_too(
    village: Village, returnees: Figure, way: str
) -> None:
    classes = figure_of(village.programme, "need_classes", Moment(VISITED))
    ask: Any = {
        "groups": lambda: [(g.key, g.reading.low) for g in readings.groups_of(classes)],
        "numbers": lambda: readings.kept_numbers("some", [returnees], lambda: [2, 3]),
        "kept": lambda: readings.kept("q", ["ledger_need"], lambda: {"marks": [1]})["marks"],
    }[way]
    said = ask()
    for kept in Kept.objects.all():
        wrong = {"groups": [], "numbers": ["9"], "marks": [9], "tables": kept.answer["tables"]}
        Kept.objects.filter(pk=kept.pk).update(answer=wrong)
    assert ask() == said


# ------------------------------------------------------------------ what the journal said so far


def test_within_a_page_the_marks_are_asked_for_once_and_what_is_written_moves_them(
    village: Village, returnees: Figure, django_assert_num_queries: Any
) -> None:
    with one_page():
        before = marks_now()
        with django_assert_num_queries(0):
            assert marks_now() == before
        places.rename(
            by=OPERATOR, place=village.village, name="桂花新村", on=VISITED, source="批复"
        )
        after = marks_now()
    moved = {table for table in before if before[table] != after[table]}
    assert "ledger_place" in moved
    assert "ledger_need" not in moved
    assert set(after) == set(before) >= {"ledger_person", "ledger_pairing"}


# ------------------------------------------------------------------ how long it is kept


def test_what_was_counted_a_month_ago_is_dropped_once_a_day(
    village: Village, returnees: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    time, upkeep = Ticker(clock.now()), Upkeep()
    monkeypatch.setattr(clock, "now", time.now)
    time.instant += dt.timedelta(days=29)
    assert upkeep.when_due() and Kept.objects.count() == 1
    time.instant += dt.timedelta(hours=23)
    assert not upkeep.when_due(), "today it was done already"
    time.instant += dt.timedelta(hours=2)
    assert upkeep.when_due() and Kept.objects.count() == 0
    assert readings.reading(returnees)[0].low == 2
