"""Where a workflow stands: what opens next, from when, by when, and when it has ended."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bangfu.programmes.schema import Workflow
from bangfu.programmes.steps import Course, Opening, Pass, earlier, in_a_circle
from bangfu.programmes.workdays import WorkingDays

DAYS = WorkingDays({})
MON = dt.date(2026, 3, 2)


def day(number: int) -> dt.date:
    """A day of March 2026; the 2nd is a Monday."""
    return dt.date(2026, 3, number)


def flow(**items: Any) -> Workflow:
    """A workflow of some steps, with the words as they stand in a file."""
    return Workflow.model_validate({"each": "household", "items": items})


FLOW = flow(
    apply={},
    check={"after": "apply", "within": "3 days"},
    compare={"after": "apply", "within": "5 working days"},
    notice={"after": ["check", "compare"], "lasts": "5 days"},
    objection={"after": "notice", "where": {"outcome": "appealed"}, "within": "2 days"},
    decide={"after": "notice", "within": "3 days"},
    refuse={"after": "decide", "where": {"outcome": "refused"}, "lasts": "10 days"},
    recheck={"after": "refuse", "where": {"outcome": "appealed"}},
    help={"where": {"urgent": True}, "within": "2 days"},
    tell={"after": "decide"},
)


def course(*passes: Pass, urgent: bool = False, **more: Any) -> Course:
    """The workflow above as far as some passes have brought it."""
    return Course(FLOW, MON, DAYS, urgent, passes, **more)


def done(step: str, on: int, **more: Any) -> Pass:
    """A step that was opened and done on a day."""
    return Pass(step, day(on), day(on), more.pop("result", "done"), **more)


def opened(told: Course) -> list[str]:
    """The names of what opens next."""
    return [one.step for one in told.openings()]


def test_it_begins_with_what_waits_for_nothing() -> None:
    assert course().openings() == [Opening("apply", MON, None)]
    assert course(urgent=True).openings() == [
        Opening("apply", MON, None), Opening("help", MON, day(4))
    ]  # fmt: skip


def test_two_steps_run_beside_each_other_and_the_third_waits_for_both() -> None:
    told = course(done("apply", 2))
    assert told.openings() == [
        Opening("check", MON, day(5)), Opening("compare", MON, day(9))
    ]  # fmt: skip
    half = course(done("apply", 2), done("check", 3), Pass("compare", MON))
    assert opened(half) == []
    whole = course(done("apply", 2), done("check", 3), done("compare", 6))
    assert whole.openings() == [Opening("notice", day(6), None)]


def test_what_stands_for_some_days_holds_up_what_follows() -> None:
    told = course(done("apply", 2), done("check", 3), done("compare", 3),
                  done("notice", 4, until=day(9)))  # fmt: skip
    assert told.openings() == [Opening("decide", day(10), day(12))]


def test_a_step_that_is_spared_counts_as_done() -> None:
    told = course(done("apply", 2), done("check", 3), done("compare", 2, result="free"))
    assert opened(told) == ["notice"]


def test_a_step_that_the_subject_leaves_out_is_passed_by_with_all_that_hangs_on_it_alone() -> None:
    two = flow(
        small={"where": {"size": {"at_most": 3}}}, large={"where": {"size": {"at_least": 4}}},
        after_small={"after": "small"}, both={"after": ["small", "large"]},
    )  # fmt: skip
    begun = Course(two, MON, DAYS, False, (), off=frozenset(("small",)))
    assert opened(begun) == ["large"]
    told = Course(two, MON, DAYS, False, (done("large", 3),), off=frozenset(("small",)))
    assert opened(told) == ["both"]


STOOD = (done("apply", 2), done("check", 3), done("compare", 3), done("notice", 4, until=day(9)))


def test_a_refusal_closes_the_way_on_and_opens_what_tells_of_it() -> None:
    told = course(*STOOD, done("decide", 10, result="refused"))
    assert opened(told) == ["refuse"] and told.refused and told.ended is None
    agreed = course(*STOOD, done("decide", 10))
    assert opened(agreed) == ["tell"] and not agreed.refused


def test_it_has_ended_when_nothing_is_open_and_the_last_step_has_stood() -> None:
    agreed = course(*STOOD, done("decide", 10), done("tell", 11))
    assert agreed.ended == day(11)
    refused = course(
        *STOOD, done("decide", 10, result="refused"), done("refuse", 11, until=day(21))
    )
    assert refused.ended == day(21) and refused.refused


def test_a_return_makes_everything_after_the_step_be_done_again() -> None:
    back = (
        *STOOD, Pass("decide", day(10), day(11), "returned"),
        Pass("check", day(11), again=True),
    )  # fmt: skip
    told = course(*back)
    assert set(told.standing) == {"apply", "check", "compare"}
    assert [one.step for one in told.open] == ["check"] and opened(told) == []
    again = course(*back[:-1], Pass("check", day(11), day(12), "done", again=True))
    assert again.openings() == [Opening("notice", day(12), None)]


@pytest.mark.parametrize(
    ("passes", "on", "step"),
    [
        (STOOD, 9, "objection"),
        (STOOD, 10, None),
        (STOOD, 3, None),
        (STOOD[:3], 4, None),
        ((*STOOD, done("decide", 10)), 10, None),
        (
            (
                *STOOD, done("decide", 10, result="refused"),
                done("refuse", 11, until=day(21)),
            ),
            21,
            "recheck",
        ),
    ],
)  # fmt: skip
def test_what_can_be_appealed_against_and_until_when(
    passes: tuple[Pass, ...], on: int, step: str | None
) -> None:
    assert course(*passes).appealable(day(on)) == step


def test_while_an_appeal_is_open_nothing_else_goes_on() -> None:
    told = course(*STOOD, Pass("decide", day(10)), Pass("objection", day(8)))
    assert told.appeal_waits() and told.appealable(day(9)) is None
    assert not course(*STOOD, Pass("decide", day(10))).appeal_waits()


def test_an_appeal_that_is_upheld_turns_the_refusal_round() -> None:
    refused = (*STOOD, done("decide", 10, result="refused"), done("refuse", 11, until=day(21)))
    upheld = course(*refused, done("recheck", 15))
    assert not upheld.refused and upheld.openings() == [Opening("tell", day(15), None)]
    kept = course(*refused, done("recheck", 15, result="refused"))
    assert kept.refused and kept.ended == day(21)


def test_steps_know_what_comes_before_them_and_whether_they_wait_for_themselves() -> None:
    assert earlier(FLOW, "decide") == ("apply", "check", "compare", "notice")
    assert in_a_circle(FLOW) == ()
    assert in_a_circle(flow(a={"after": "b"}, b={"after": "a"}, c={"after": "b"})) == ("a", "b")
