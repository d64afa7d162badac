"""Points by what was read: all or nothing, a part, for each row, for each that is missing."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from bangfu.programmes.schema import Review, ScoreLine
from bangfu.programmes.scoring import Counted, grade_of, judged, lines_of, points_for


def read(reading: float | None, least: float | None = None, *, met: bool | None = None) -> Counted:
    """What was read, and how much was asked."""
    told = None if reading is None else Fraction(str(reading))
    asked = None if least is None else Fraction(str(least))
    if met is None and told is not None:
        met = asked is None or told >= asked
    return Counted(told, asked, met)


@pytest.mark.parametrize(
    ("words", "told", "points"),
    [
        ({"points": 40}, read(10, 10), 40),
        ({"points": 40}, read(9, 10), 0),
        ({"points": 40, "partial": "share"}, read(4, 10), 16),
        ({"points": 40, "partial": "share"}, read(12, 10), 40),
        ({"points": 30, "step": -5}, read(1), 25),
        ({"points": 30, "step": -5}, read(9), 0),
        ({"points": 3, "step": 1}, read(2), 2),
        ({"points": 3, "step": 1}, read(7), 3),
        ({"points": -5, "step": -2}, read(2), -4),
        ({"points": -5, "step": -2}, read(9), -5),
        ({"points": 5, "step": -1, "partial": "each"}, read(10, 12), 3),
        ({"points": 10, "step": -0.5, "partial": "each"}, read(0.9, 0.95), 7.5),
        ({"points": 10, "step": -2}, read(9, 10), 8),
        ({"points": 10, "step": -2}, read(10, 10), 10),
        ({"points": 40}, read(None), None),
    ],
)
def test_points_of_a_line(words: dict[str, Any], told: Counted, points: float | None) -> None:
    line = ScoreLine.model_validate({"of": "visit", **words})
    wanted = None if points is None else Fraction(str(points))
    assert points_for(line, [told]).points == wanted


def test_a_line_over_others_takes_points_for_each_that_is_not_met() -> None:
    items = {"body": {"of": "document"}, "plan": {"of": "document"}, "rooms": {"of": "site"}}
    line = ScoreLine.model_validate({"points": 20, "step": -2, "items": items})
    told = [read(0, 1), read(1, 1), read(0, 1)]
    assert points_for(line, told).points == 16
    assert points_for(line, [*told[:2], read(None)]).points is None


def test_lines_are_those_that_give_points_by_themselves() -> None:
    review = Review.model_validate(
        {
            "owner": "office",
            "each": "organisation",
            "items": {
                "order": {"points": 20},
                "book": {"points": 30, "items": {"basics": {"points": 6, "of": "visit"}}},
                "team": {"points": 10, "step": -10, "items": {"days": {"of": "visit"}}},
            },
        }
    )
    lines = dict(lines_of(review))
    assert list(lines) == ["order", "book.basics", "team"]
    assert [judged(line) for line in lines.values()] == [True, False, False]


def test_a_line_that_decides_gives_its_grade_where_it_is_not_met() -> None:
    line = ScoreLine.model_validate({"of": "need", "at_most": 0, "is": "bad"})
    assert points_for(line, [read(1, met=False)]).grade == "bad"
    assert points_for(line, [read(0, met=True)]).grade == ""
    assert points_for(line, [read(None)]).points is None
    line = ScoreLine.model_validate({"of": "need", "at_most": 0, "is": "bad", "points": 5})
    assert points_for(line, [read(0, met=True)]).points == 5


@pytest.mark.parametrize(
    ("points", "held_down", "grade"),
    [(90, [], "good"), (89, [], "fair"), (59, [], "poor"), (95, ["fair"], "fair"),
     (95, ["fair", "poor"], "poor"), (30, ["fair"], "poor"), (95, ["", "other"], "good")],
)  # fmt: skip
def test_the_whole_goes_by_points_and_is_held_down(
    points: int, held_down: list[str], grade: str
) -> None:
    grades = Review.model_validate(
        {
            "owner": "office",
            "each": "units",
            "grades": (
                {"at_least": "75%", "is": "good"},
                {"at_least": 60, "is": "fair"},
                {"at_least": 0, "is": "poor"},
            ),
        }
    ).grades
    assert grade_of(grades, Fraction(points), Fraction(120), held_down) == grade
