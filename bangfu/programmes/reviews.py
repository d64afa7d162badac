"""Score sheets: what is inspected, which samples, and the lines that give points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bangfu.programmes.bounds import Context, given
from bangfu.programmes.claims import ClaimChecker
from bangfu.programmes.conditions import BOUNDS
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both
from bangfu.programmes.schema import Review, ScoreLine, ScoreStep


@dataclass(slots=True)
class ReviewChecker:
    """Holds a review and its score sheet against names and each other's words."""

    claims: ClaimChecker
    report: Report

    def check(self, route: Route, entry: Review, context: Context) -> None:
        """Check what is inspected, the sample, and every line of the sheet."""
        lines = entry.model_copy(update={"of": None, "where": None}) if entry.of else entry
        if entry.of:
            self.claims.listed(route, entry)
        self.claims.countable((*route, "each"), (entry.each,))
        self.claims.claim(route, lines.model_copy(update={"each": None}), context)
        context = replace(context, each=entry.each, per=entry.per)
        for key, line in entry.items.items():
            self._score_line((*route, "items", key), line, context)

    def _score_line(self, route: Route, line: ScoreLine, context: Context) -> None:
        self.claims.claim(route, line, context)
        if line.partial == "each" and line.step is None:
            self.report.add(
                (*route, "partial"),
                both('partial = "each" 要同时写 step', 'partial = "each" needs a step'),
                both("加上 step(每差一个单位加减几分)", "Add step: points for each unit missed"),
            )
        if isinstance(line.items, Mapping):
            for key, inner in line.items.items():
                self._score_line((*route, "items", key), inner, context)
        elif line.items is not None:
            for number, step in enumerate(line.items):
                self._score_step((*route, "items", number), step, given(line, context))

    def _score_step(self, route: Route, step: ScoreStep, context: Context) -> None:
        self.claims.bounds.check(route, step, context)
        if all(getattr(step, word) is None for word in BOUNDS):
            self.report.add(
                route,
                both("这一档没有写界限", "A step without a bound"),
                both("加上 at_least、at_most 或 exactly", "Add at_least, at_most or exactly"),
            )
