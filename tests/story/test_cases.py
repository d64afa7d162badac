"""Every worked example of every programme holds against a real ledger, on both databases."""

from __future__ import annotations

import functools

import pytest

from bangfu.jobs import cases as runner
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.cases import Case, load_cases
from bangfu.programmes.loader import library, library_text, read_library
from bangfu.programmes.programme import Programme as File


@functools.cache
def _file(name: str) -> File:
    """A file of the library, read once for all of its examples."""
    return read_library(name, vocabulary=VOCABULARY)


def _drawn() -> list[tuple[str, Case]]:
    found = []
    for name in library():
        file = _file(name)
        text = library_text(name, "cases.toml")
        found += [(name, case) for case in load_cases(text, programme=file)]
    return found


@pytest.mark.parametrize(
    ("name", "case"), _drawn(), ids=lambda v: v.title if isinstance(v, Case) else v
)
def test_the_example_is_counted_as_it_was_worked_out_by_hand(
    db: None, keyring: None, name: str, case: Case
) -> None:
    file = _file(name)
    text = library_text(name, "programme.toml")
    outcomes = list(runner.run(file, text, (case,)))
    assert outcomes, "the case expects nothing"
    wrong = [(o.name, o.expected, o.counted) for o in outcomes if not o.agrees]
    assert not wrong


@pytest.mark.parametrize("name", library())
def test_every_number_that_records_can_carry_is_worked_out_in_some_example(name: str) -> None:
    file = read_library(name, vocabulary=VOCABULARY)
    drawn = load_cases(library_text(name, "cases.toml"), programme=file)
    expected = {told for case in drawn for told in case.expect}
    wanted = {told for told, _ in file.entries("figure", "measure", "list", "duty", "target")}
    assert wanted - expected == set()


@pytest.mark.django_db
def test_a_wrong_expectation_is_seen(keyring: None) -> None:
    file = read_library("returnees", vocabulary=VOCABULARY)
    text = library_text("returnees", "programme.toml")
    drawn = '[[case]]\ntitle = "x"\non = 2009-02-10\ngiven.person = "甲"\nexpect.returnees_in = 1\n'
    (outcome,) = runner.run(file, text, load_cases(drawn, programme=file))
    assert not outcome.agrees
    assert (outcome.expected, outcome.counted) == ("1", "0")


@pytest.mark.django_db
def test_an_example_leaves_nothing_behind(keyring: None) -> None:
    from bangfu.ledger.models import Event, Subject

    name, case = _drawn()[0]
    file = read_library(name, vocabulary=VOCABULARY)
    text = library_text(name, "programme.toml")
    list(runner.run(file, text, (case,)))
    assert not Event.objects.exists()
    assert not Subject.objects.exists()
