"""Points of a score sheet: which lines give them, and how many a reading gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final

from bangfu.programmes.amount import share
from bangfu.programmes.schema import Review, ScoreLine, ScoreStep

#: The line of a result that stands on no line of the sheet: what the whole comes to.
WHOLE: Final = "whole"


def lines_of(review: Review) -> Iterator[tuple[str, ScoreLine]]:
    """The lines that give points by themselves, with their path ("handbook.basics").

    A line with a step of its own over other lines gives points as a whole; one without is a
    heading for those below it.
    """
    yield from _lines(review.items, "")


def _lines(items: Mapping[str, ScoreLine], prefix: str) -> Iterator[tuple[str, ScoreLine]]:
    for key, line in items.items():
        if isinstance(line.items, Mapping) and line.step is None:
            yield from _lines(line.items, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", line


def grades_in(review: Review) -> list[str]:
    """The grades that the whole or a line of it may get, each once."""
    found: list[object] = [one.is_ for one in review.grades]
    for _, line in lines_of(review):
        found += [line.is_, *(step.is_ for step in line.items or () if isinstance(step, ScoreStep))]
    return list(dict.fromkeys(one for one in found if isinstance(one, str)))


def judged(line: ScoreLine) -> bool:
    """Whether a line is judged by a person: it names no records and no lines."""
    return line.of is None and line.items is None


def parts_of(line: ScoreLine) -> Sequence[ScoreLine]:
    """The lines that a line with a step looks at: those below it, or itself."""
    return tuple(line.items.values()) if isinstance(line.items, Mapping) else (line,)


@dataclass(frozen=True, slots=True)
class Counted:
    """What was read for a line: how much, out of how much is asked, and whether that is met.

    ``met`` is None where it is not known. ``least`` is None without a lower bound.
    """

    reading: Fraction | None
    least: Fraction | None
    met: bool | None


@dataclass(frozen=True, slots=True)
class Points:
    """The points that a line gives, or its grade; neither where it is not known."""

    points: Fraction | None
    grade: str = ""


def points_for(line: ScoreLine, parts: Sequence[Counted]) -> Points:
    """The points of a line by what was read for it, or for the lines below it."""
    if line.is_ is not None:
        return _holding_down(line, parts)
    return _points(line, parts)


def _holding_down(line: ScoreLine, parts: Sequence[Counted]) -> Points:
    """A line that decides about the whole: its grade where it is not met, and its points if any."""
    told = Points(Fraction(0))
    if line.points is not None or line.step is not None:
        told = _points(line, parts)
    met = parts[0].met
    return Points(None) if met is None else Points(told.points, "" if met else line.is_ or "")


def _points(line: ScoreLine, parts: Sequence[Counted]) -> Points:
    if line.step is not None:
        return Points(_by_steps(line, parts))
    one = parts[0]
    if isinstance(line.items, tuple):
        raise ValueError("a line with steps is read step by step")
    if line.points is None or one.reading is None or one.met is None:
        return Points(None)
    most = Fraction(str(line.points))
    if one.met:
        return Points(most if most > 0 else Fraction(0))
    if line.partial == "share" and one.least:
        return Points(most * min(max(one.reading / one.least, Fraction(0)), Fraction(1)))
    return Points(Fraction(0) if most > 0 else most)


def _by_steps(line: ScoreLine, parts: Sequence[Counted]) -> Fraction | None:
    """So many points for each row, for each line not met, or for each unit that is missing."""
    number = _times(line, parts)
    if number is None or line.step is None:
        return None
    step, most = Fraction(str(line.step)), Fraction(str(line.points or 0))
    start = most if step < 0 and most > 0 else Fraction(0)
    told = start + step * number
    low, high = min(most, Fraction(0)), max(most, Fraction(0))
    return min(max(told, low), high) if line.points is not None else told


def _times(line: ScoreLine, parts: Sequence[Counted]) -> Fraction | None:
    one = parts[0]
    if isinstance(line.items, Mapping):
        known = [part.met for part in parts if part.met is not None]
        return Fraction(known.count(False)) if len(known) == len(parts) else None
    if one.reading is None or one.met is None:
        return None
    if one.least is None:
        return one.reading
    if one.met:
        return Fraction(0)
    if line.partial == "each":
        missing = one.least - one.reading
        return Fraction(ceil(missing * 100 if one.least <= 1 else missing))
    return Fraction(1)


# ------------------------------------------------------------------ the whole


def best_left(grades: Sequence[ScoreStep], held_down: Iterable[str]) -> tuple[str, bool]:
    """The best grade that lines with a grade of their own leave, and whether it is the last one.

    Nothing where no line holds the whole down; where it is the last, nothing else decides.
    """
    names = [str(step.is_) for step in grades]
    found = [names.index(name) for name in held_down if name in names]
    return (names[max(found)], max(found) == len(names) - 1) if found else ("", False)


def grade_of(
    grades: Sequence[ScoreStep], points: Fraction, most: Fraction, held_down: Iterable[str]
) -> str:
    """What the whole comes to: the first grade whose bound the points meet, or a later one.

    A later one where a line says so (``held_down``); nothing where no bound is met.
    """
    names = [str(step.is_) for step in grades]
    found = [number for number, step in enumerate(grades) if _reached(step, points, most)][:1]
    found += [names.index(name) for name in held_down if name in names]
    return names[max(found)] if found else ""


def _reached(step: ScoreStep, points: Fraction, most: Fraction) -> bool:
    least, top, exactly = (
        _bound(bound, most) for bound in (step.at_least, step.at_most, step.exactly)
    )
    if exactly is not None:
        return points == exactly
    return (least is None or points >= least) and (top is None or points <= top)


def _bound(bound: object, most: Fraction) -> Fraction | None:
    """A bound of points; a share is one of the full points."""
    if bound is None:
        return None
    if isinstance(bound, str):
        return share(bound) * most
    return Fraction(str(bound))
