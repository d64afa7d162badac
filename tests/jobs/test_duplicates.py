"""`bangfu duplicates`: a county or a part of it searched, pairs listed, decided, taken back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from bangfu.keeping import work as background
from bangfu.keeping.progress import Progress
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import work as works
from bangfu.ledger.actions.journal import verify
from bangfu.ledger.models import Duplicate, Subject, Work
from tests.jobs.conftest import Call
from tests.village import IDENTITY, OPERATOR, SWEPT, Village

Run = Callable[..., Any]
BORN = dt.date(1970, 3, 15)


@pytest.fixture
def twice(village: Village) -> Subject:
    """Zhao once more: misheard, without a number, in a household of his own."""
    v = village
    home = households.register(by=OPERATOR, name="赵家", place=v.village, on=SWEPT, source="名单")
    person = persons.register(
        by=OPERATOR, name="趙大珊", place=v.village, on=SWEPT, source="名单", birth=BORN, sex="1",
        household=home, relation="head",
    )  # fmt: skip
    households.update(by=OPERATOR, subject=home, on=SWEPT, head=person)
    return person


@pytest.fixture
def run(call: Call) -> Run:
    """A command of these; what it answers to a machine, or its sentence where it fails."""

    def asked(*words: str, code: int = 0) -> Any:
        answer = call("duplicates", *words, "--json")
        assert answer.exit_code == code, answer.output
        return answer.stderr if code else json.loads(answer.stdout)

    return asked


def test_a_county_is_searched_listed_merged_and_taken_back(
    run: Run, village: Village, twice: Subject
) -> None:
    v = village
    assert run("run") == {"found": 2, "new": 2}
    assert run("run") == {"found": 2, "new": 0}
    [person] = run("list", "--kind", "person")
    assert person["reasons"][:2] == ["name_sound", "birth_same"]
    assert person["why"][:2] == ["the names sound alike", "same birth date"]
    names = {side["name"] for side in person["both"]}
    assert not names & {"赵大山", "趙大珊"}, "names are masked"
    assert {side["key"] for side in person["both"]} == {str(v.zhao.fact), str(twice.fact)}
    [home] = run("list", "--kind", "household")
    assert home["reasons"] == ["home_head"]
    keep = ["--keep", str(v.zhao.fact), "--on", "2009-03-03"]
    refused = run("same", person["pair"], *keep, code=1)
    assert "head" in refused
    homes = Duplicate.objects.current().get(kind="household")
    gone = homes.other if homes.one_id == v.zhao_home.fact else homes.one
    persons.update(by=OPERATOR, subject=twice, on=SWEPT, household=None, relation="")
    households.update(by=OPERATOR, subject=gone, on=SWEPT, head=None, size=0)
    told = run("same", person["pair"], *keep, "--take", "birth")
    assert (told["state"], told["kept"]) == ("same", str(v.zhao.fact))
    assert [one["pair"] for one in run("list", "--state", "same")] == [person["pair"]]
    assert run("undo", person["pair"])["state"] == "open"
    assert run("different", person["pair"])["state"] == "different"
    assert verify().sound


def test_the_search_of_a_part_stays_in_it(run: Run, village: Village, twice: Subject) -> None:
    v = village
    assert run("run", "--place", v.next_village.code) == {"found": 0, "new": 0}
    assert run("run", "--place", v.village.code)["new"] == 2
    assert run("run", "--place", v.next_village.code) == {"found": 0, "new": 0}
    assert len(run("list")) == 2
    assert run("list", "--place", v.next_village.code) == []


def test_who_is_not_in_it_is_said(run: Run, village: Village, twice: Subject) -> None:
    run("run")
    [person] = run("list", "--kind", "person")
    told = run("same", person["pair"], "--keep", str(village.sun.fact), code=1)
    assert str(village.sun.fact) in told
    assert str(village.sun.fact) in run("different", str(village.sun.fact), code=1)


def test_the_worker_searches_and_keeps_no_number(village: Village, twice: Subject) -> None:
    works.ask(by=OPERATOR, kind="duplicates")
    work = works.claim("here:1")
    assert work is not None
    progress = Progress(work)
    background.perform(progress)
    done = Work.objects.get(pk=work.pk)
    assert (done.state, done.message["en"]) == ("done", "2 possible duplicates, 2 of them new")
    assert done.done == done.of
    kept = json.dumps([list(row) for row in Duplicate.objects.values_list("reasons", "sure")])
    assert IDENTITY not in kept
    assert verify().sound


def test_a_search_that_is_stopped_keeps_nothing(village: Village, twice: Subject) -> None:
    works.ask(by=OPERATOR, kind="duplicates")
    work = works.claim("here:1")
    assert work is not None
    progress = Progress(work)
    progress.stopped = True
    background.perform(progress)
    assert Work.objects.get(pk=work.pk).state == "cancelled"
    assert not Duplicate.objects.exists()
