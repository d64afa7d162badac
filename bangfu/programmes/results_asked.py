"""Results of a review one after another in a condition: of which line, and which of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bangfu.programmes.kinds import Label
from bangfu.programmes.literals import shown
from bangfu.programmes.names import Names
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both
from bangfu.programmes.runs import IN_A_ROW, check_alone, check_number

#: Which line of the sheet the results are of.
ITEM: Final = "item"
_BOUNDS: Final = ("at_least", "at_most", "exactly", "above", "below")


@dataclass(slots=True)
class ResultsChecker:
    """Holds what a condition asks of results one after another against what a result says."""

    names: Names
    report: Report

    def check(self, route: Route, value: Mapping[str, Any], *, around_event: bool) -> None:
        """Check the number, the line that is meant, and that something is asked of its results."""
        here = (*route, IN_A_ROW)
        check_number(self.names, self.report, here, value[IN_A_ROW], thing=Label("次", "results"))
        check_alone(self.report, route, value, bounds=_BOUNDS)
        if around_event:
            self._not_around(here)
        if value.get("as", "subject") != "subject":
            self.report.add(
                (*route, "as"),
                both("连续的结果是同一个被考核单位的，as 只能是 subject",
                     "Results in a row are those of one unit: as can only be subject"),
                both("去掉 as", "Leave as out"),
            )  # fmt: skip
        if not isinstance(value.get(ITEM), str):
            self._no_line(here, value.get(ITEM))
        elif not any(key not in (IN_A_ROW, ITEM, "as", *_BOUNDS) for key in value):
            self.report.add(
                here,
                both("没有写连续的是哪样的结果", "It does not say which results come in a row"),
                both('例如加上 grade = "…"，或 points = { below = 60 }',
                     'For example add grade = "…", or points = { below = 60 }'),
            )  # fmt: skip

    def _no_line(self, route: Route, item: object) -> None:
        told = both("没有写是哪一条的结果", "It does not say of which line the results are")
        if item is not None:
            told = both(f"{shown(item)} 不是一条", f"{shown(item)} is not one line")
        self.report.add(
            route, told, both('加上 item = "whole"（总评），或一条的名称',
                              'Add item = "whole", or the name of one line'),
        )  # fmt: skip

    def _not_around(self, route: Route) -> None:
        self.report.add(
            route,
            both("连续几次按一天算出来，而与一件事相连的记录按那件事的日子看",
                 "Results in a row are worked out for one day; what surrounds an event is read on "
                 "the day of each"),
            both("写进被考核单位（地方）的名单，再问在不在名单上",
                 "Write it in a list of those who are reviewed"),
        )  # fmt: skip
