"""Within one page a look-up is made once; who writes is told nothing from before."""

from __future__ import annotations

from bangfu.ledger.access import grants_of
from bangfu.ledger.actions import user as users
from bangfu.ledger.actions.event import By, action
from bangfu.ledger.once import (
    looked_up_anew,
    once,
    once_until_written,
    one_action,
    one_page,
    parts_taken_back,
    written,
)
from tests.village import FOUNDED, OPERATOR, Village

asked: list[str] = []


@once
def look_up(name: str, *, kind: str = "") -> str:
    asked.append(name)
    return name.upper() + kind


def test_outside_of_a_page_nothing_is_remembered() -> None:
    asked.clear()
    assert look_up("a") == look_up("a") == "A"
    assert asked == ["a", "a"]


def test_within_a_page_each_question_is_asked_once() -> None:
    asked.clear()
    with one_page():
        assert [look_up("a"), look_up("a"), look_up("a", kind="!")] == ["A", "A", "A!"]
        assert look_up("b") == "B"
    assert asked == ["a", "a", "b"]
    look_up("a")
    assert asked[-1] == "a"


def test_while_something_is_written_nothing_is_remembered_nor_afterwards() -> None:
    asked.clear()
    with one_page():
        look_up("a")
        with looked_up_anew():
            look_up("a")
            look_up("a")
        look_up("a")
    assert asked == ["a"] * 4


@once_until_written("ledger_grant")
def granted(name: str) -> str:
    asked.append(name)
    return name.upper()


@once_until_written()
def anything(name: str) -> str:
    asked.append(name)
    return name.upper()


def test_an_action_looks_up_once_what_it_does_not_write() -> None:
    asked.clear()
    with one_page():
        granted("a")
        with one_action():
            assert [granted("a"), anything("b"), granted("a"), anything("b")] == ["A", "B"] * 2
            assert asked == ["a", "a", "b"], "what the page knew is looked up anew"
            written("ledger_activity")
            granted("a"), anything("b")
            assert asked == ["a", "a", "b", "b"]
            written("ledger_grant")
            granted("a")
            assert asked[-1] == "a"
    granted("a"), granted("a")
    assert asked == ["a", "a", "b", "b", "a", "a", "a"]


def test_nothing_stands_in_parts_that_may_be_taken_back() -> None:
    asked.clear()
    with one_action():
        granted("a")
        with parts_taken_back():
            granted("a"), granted("a")
        granted("a")
    assert asked == ["a"] * 4


def test_a_role_that_an_action_gives_counts_within_it(village: Village) -> None:
    fang = village.account("fang", "clerk", place=village.county)

    @action("test.roles")
    def roles(*, by: By) -> list[list[str]]:
        before = [g.role for g in grants_of(fang)]
        users.grant(
            by=by, user=fang, role="inspector", on=FOUNDED, reason="任命", place=village.county
        )
        return [before, sorted(g.role for g in grants_of(fang))]

    assert roles(by=OPERATOR) == [["clerk"], ["clerk", "inspector"]]


def test_a_role_given_during_a_page_counts_at_once(village: Village) -> None:
    fang = village.account("fang", "clerk", place=village.county)
    with one_page():
        assert [g.role for g in grants_of(fang)] == ["clerk"]
        users.grant(
            by=OPERATOR,
            user=fang,
            role="inspector",
            on=FOUNDED,
            reason="任命",
            place=village.county,
        )
        assert {g.role for g in grants_of(fang)} == {"clerk", "inspector"}
