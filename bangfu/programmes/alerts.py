"""The second pass over alerts: a list that is watched, or a claim with a bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bangfu.programmes.bounds import Context, says_how_many
from bangfu.programmes.claims import ClaimChecker
from bangfu.programmes.field_conditions import BOUNDS
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both
from bangfu.programmes.schema import Alert

#: Words that say nothing without a bound.
_WITH_A_BOUND: Final = ("each", "out_of", "sum", "distinct", "per", "as_", "held", "baseline")
#: Words of other claims that alerts do not take, and what is written instead.
_NOT_TAKEN: Final = {
    "by": ('用 each，例如 each = "villages"', 'Write each, for example each = "villages"'),
    "window": ("在 where 里写 date = { from = …, to = … }", "Write where.date = { from, to }"),
    "within": (
        '在 where 里写天数，例如 date = { from = "30 days ago" }',
        'Write the days in where, for example date = { from = "30 days ago" }',
    ),
    "after": ("在 where 里写天数", "Write the days in where"),
    "also": ("分成几条预警", "Write several alerts"),
    "except_": ("在名单的 where 里除外", "Leave them out in the where of a list"),
    "partial": ("删去 partial", "Remove partial"),
}


@dataclass(frozen=True, slots=True)
class AlertChecker:
    """Holds an alert against what can be watched."""

    claims: ClaimChecker
    report: Report

    def check(self, route: Route, entry: Alert, context: Context) -> None:
        """Check one alert."""
        self.claims.claim(route, entry, context)
        for word, cure in _NOT_TAKEN.items():
            if getattr(entry, word) is not None:
                called = word.rstrip("_")
                self.report.add(
                    (*route, called),
                    both(f"预警里不能写 {called}", f"An alert takes no {called}"),
                    both(*cure),
                )
        if says_how_many(entry):
            return
        for word in _WITH_A_BOUND:
            if getattr(entry, word) is not None:
                called = word.rstrip("_")
                bounds = "、".join(BOUNDS), ", ".join(BOUNDS)
                self.report.add(
                    (*route, called),
                    both(
                        f"写了 {called}，却没有写多少才预警",
                        f"It says {called}, but not at how many it is raised",
                    ),
                    both(f"加上其中一个：{bounds[0]}", f"Add one of {bounds[1]}"),
                )
