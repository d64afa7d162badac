"""So many one after another in a condition: turns of a duty, results of a review."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any, Final

from bangfu.programmes.kinds import Label
from bangfu.programmes.literals import is_number, shown
from bangfu.programmes.names import Names
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both
from bangfu.programmes.schema import Value

#: So many of them one after another.
IN_A_ROW: Final = "in_a_row"
#: Whether one of them is such as is asked; None where it is not known.
State = bool | None


def longest(states: Sequence[State]) -> tuple[Fraction, Fraction]:
    """How many came one after another at most, in their order: surely, and perhaps."""
    sure, may = (one is True for one in states), (one is not False for one in states)
    return _longest(sure), _longest(may)


def _longest(states: Iterable[bool]) -> Fraction:
    return Fraction(max((sum(1 for _ in run) for held, run in groupby(states) if held), default=0))


def check_number(
    names: Names, report: Report, route: Route, bound: object, *, thing: Label
) -> None:
    """Check that so many of a thing are a number, or the name of a value of one number."""
    named = isinstance(bound, str) and bound in names
    value = names.entries.get(str(bound), ("", None))[1] if named else None
    if is_number(bound) or (isinstance(value, Value) and value.by is None):
        return
    report.add(
        route,
        both(f"{shown(bound)} 不是{thing.zh}数", f"{shown(bound)} is no number of {thing.en}"),
        both("写一个数，或只有一个数的参数的名称",
             "Write a number, or the name of a value of one number"),
    )  # fmt: skip


def check_alone(
    report: Report, route: Route, value: Mapping[str, Any], *, bounds: Sequence[str]
) -> None:
    """So many in a row is a bound of its own and goes with no other."""
    others = [word for word in (*bounds, "sum", "distinct") if word in value]
    if others:
        report.add(
            (*route, IN_A_ROW),
            both(f"in_a_row 就是界限，不和 {others[0]} 同写",
                 f"in_a_row is a bound itself and does not go with {others[0]}"),
            both(f"留下其中一个，例如去掉 {others[0]}",
                 f"Keep one of them: leave out {others[0]}"),
        )  # fmt: skip
