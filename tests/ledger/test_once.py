"""Within one page a look-up is made once; who writes is told nothing from before."""

from __future__ import annotations

from bangfu.ledger.access import grants_of
from bangfu.ledger.actions import user as users
from bangfu.ledger.once import looked_up_anew, once, one_page
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
