"""The benchmarks run, on a small county; and what they measure holds: queries do not grow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import benchmarks.__main__ as program
from bangfu.jobs import people
from bangfu.ledger import vault
from bangfu.ledger.access import opens
from bangfu.ledger.actions import journal
from bangfu.ledger.actions.person import find_by_number
from bangfu.ledger.models import Pairing, Person, Subject
from bangfu.ledger.moment import Moment
from bangfu.lists import milestones
from bangfu.lists.bridge import bridge
from bangfu.lists.figure import Figure, figure_names, figure_of
from bangfu.lists.listing import Listing
from bangfu.lists.readings import groups_of, reading
from benchmarks import county, loading
from benchmarks.county import CHOSEN, EARLIER, ON, YEAR, County
from tests.benchmarks.counties import SMALL, made
from tests.village import keyring

__all__ = ["keyring"]


@pytest.fixture(scope="module")
def told(keyring: None, django_db_setup: None, django_db_blocker: Any) -> Iterator[County]:
    with made(django_db_blocker, SMALL) as entered:
        yield entered


@pytest.fixture
def entered(told: County, db: None) -> County:
    """The small county; what a test adds to it is taken back after the test."""
    return told


def test_a_county_is_whole_and_every_row_of_it_is_explained(entered: County) -> None:
    assert Person.objects.count() == SMALL
    assert Subject.objects.filter(kind="person").count() == SMALL
    assert Pairing.objects.count() == len({p.subject_id for p in Pairing.objects.all()}) > 20
    assert entered.rows > 7 * SMALL
    assert journal.verify().faults == []


def test_numbers_taken_over_in_bulk_are_sealed_and_found(entered: County) -> None:
    villages = sorted(county._villages())
    drawn = next(people.people(county.SEED, 1, villages, on=county.COLLECTED.replace(day=1)))
    [key] = find_by_number(sort="identity", clear=drawn.identity)
    sheet = Person.objects.get(fact=key)
    assert drawn.identity.encode() not in bytes(sheet.identity)
    assert vault.unseal(key, "identity", sheet.identity) == drawn.identity
    assert Subject.objects.get(pk=key).name == drawn.name


def _figures(entered: County) -> Iterator[Figure]:
    for name in figure_names(entered.programme, Moment(ON)):
        yield figure_of(entered.programme, name, Moment(ON))


def test_what_is_kept_equals_a_count_from_the_rows(entered: County) -> None:
    counted = 0
    for figure in _figures(entered):
        first, again = reading(figure)[0], reading(figure)[0]
        assert first == again == figure.reading(), figure.name
        assert groups_of(figure) == groups_of(figure) == figure.groups(), figure.name
        counted += figure.reading().rows
    assert counted > 5 * SMALL


@pytest.mark.parametrize("name", ["returnees_in", "pairs_made", "people_visited"])
def test_a_bridge_holds_kept_and_counted(entered: County, name: str) -> None:
    figure = figure_of(entered.programme, name, Moment(ON))
    for _ in range(2):
        found = bridge(figure, Moment(EARLIER), Moment(ON))
        assert found.holds
        assert all(len(term.keys()) == term.count for term in found.terms)
    before = bridge(figure, Moment(CHOSEN.replace(day=1)), Moment(ON))
    assert before.start == 0 and before.end == figure.reading().low


@pytest.mark.parametrize("order", [("sort_key", "pk"), ("-sort_key", "-pk")])
def test_far_pages_found_from_milestones_are_those_found_from_the_start(
    entered: County, order: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(milestones, "STEP", 20)
    monkeypatch.setattr(milestones, "FAR", 40)
    listing = Listing(("returnees",), Moment(ON), programme=entered.programme)
    rows = opens(entered.clerk, listing.kind, listing.sure()).order_by(*order)
    whole = [row.pk for row in rows]
    assert len(whole) == SMALL
    for start in (0, 30, 40, 47, 60, 199, 280, 290, SMALL, SMALL + 50):
        part = milestones.Milestones(rows)[start : start + 25]
        assert [row.pk for row in part] == whole[start : start + 25], start


def test_far_pages_of_what_has_no_plain_order_are_counted_from_the_start(entered: County) -> None:
    rows = Person.objects.order_by("birth", "pk")
    assert [p.pk for p in milestones.Milestones(rows)[100:110]] == [p.pk for p in rows[100:110]]


def test_the_bare_driver_writes_the_same_rows(entered: County) -> None:
    assert loading.bare_rows_a_second() > 0
    assert entered.rows_a_second > 0


def test_the_program_writes_down_what_it_measured(tmp_path: Path) -> None:
    out = tmp_path / "found.json"
    asked = ["--people", "300", "--database", "sqlite", "--rounds", "1", "--no-places"]
    asked += ["--json", str(out)]
    ran = CliRunner().invoke(program.main, asked, catch_exceptions=False)
    assert ran.exit_code == 0
    load, *lines = json.loads(out.read_text(encoding="utf-8"))
    assert load["people"] == 300 and load["rows_a_second"] > 0
    assert {line["database"] for line in lines} == {"sqlite"}
    assert all(line["median_ms"] > 0 for line in lines)


def test_loading_places_is_measured_beside_the_bare_driver() -> None:
    [found] = program.run("sqlite", "benchmarks.places", ["--under", "110101001"])
    assert found["database"] == "sqlite" and found["places"] > 10
    assert 0 < found["rows_a_second"] < found["bare_rows_a_second"]
    assert found["times"] == pytest.approx(found["bare_rows_a_second"] / found["rows_a_second"])


def test_the_county_stands_in_a_programme_that_goes_on(entered: County) -> None:
    assert entered.programme.began.year == YEAR
    mine = Listing(("person",), Moment.present())
    seen = opens(entered.helper, mine.kind, mine.sure())
    assert 2 <= seen.count() <= 11
