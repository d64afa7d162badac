"""Turns of a duty in a condition: whose they are, what is asked of them, how many they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bangfu.programmes.kinds import Label
from bangfu.programmes.literals import shown
from bangfu.programmes.names import Names
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both, choose
from bangfu.programmes.runs import IN_A_ROW, check_alone, check_number

#: What may be asked of a turn, added up of several, and told apart.
ASKED: Final = ("verdict", "due", "began", "ended", "reading", "bound", "days_late", "each")
_ADDED: Final = ("days_late", "reading")
_APART: Final = ("day", "each", "verdict")
_BOUNDS: Final = ("at_least", "at_most", "exactly", "above", "below")
_GROUPS: Final = ("any", "none")
_OWN: Final = (*_BOUNDS, "as", "sum", "distinct", IN_A_ROW)


@dataclass(slots=True)
class TurnsChecker:
    """Holds what a condition asks of the turns of a duty against what a turn says."""

    names: Names
    report: Report

    def not_around(self, route: Route, name: str) -> None:
        """Say that turns are not asked of what surrounds an event, which is read on its own day."""
        self.report.add(
            route,
            both(
                f"“{name}”各期按一天算出来，而与一件事相连的记录按那件事的日子看",
                f"The turns of {name} are worked out for one day; what surrounds an event is read "
                "on the day of each",
            ),
            both(
                "写进办理对象（人、户、单位、结对）的名单",
                "Write it in a list of those who owe it: people, households, units, pairings",
            ),
        )

    def check(self, route: Route, name: str, value: object) -> Mapping[str, Any]:
        """Check a line; what is left to be checked as a condition on one turn."""
        if isinstance(value, bool):
            return {}
        if not isinstance(value, Mapping):
            self.report.add(
                route,
                both(f"“{name}”是任务，后面要写各期的条件或个数",
                     f"{name} is a duty: write what is asked of its turns, or how many"),
                both(f'例如 {name} = {{ verdict = "short", at_least = 2 }}',
                     f'For example {name} = {{ verdict = "short", at_least = 2 }}'),
            )  # fmt: skip
            return {}
        self._way((*route, "as"), value.get("as", "each"))
        self._one_of((*route, "sum"), value.get("sum"), _ADDED)
        self._one_of((*route, "distinct"), value.get("distinct"), _APART)
        for word in (*_BOUNDS, IN_A_ROW):
            if word in value:
                check_number(
                    self.names, self.report, (*route, word), value[word], thing=Label("期", "turns")
                )
        if IN_A_ROW in value:
            self._in_a_row(route, value)
        inner = {key: one for key, one in value.items() if key not in _OWN}
        self._asked(route, inner)
        return inner

    def _in_a_row(self, route: Route, value: Mapping[str, Any]) -> None:
        """So many in a row is a bound of its own, of turns that meet some condition."""
        check_alone(self.report, route, value, bounds=_BOUNDS)
        if not any(key in value for key in (*ASKED, *_GROUPS)):
            self.report.add(
                (*route, IN_A_ROW),
                both("没有写连续的是哪样的各期", "It does not say which turns come in a row"),
                both('例如加上 verdict = "short"', 'For example add verdict = "short"'),
            )

    def _way(self, route: Route, way: object) -> None:
        if not isinstance(way, str) or way.split(".")[0] != "each":
            self.report.add(
                route,
                both("一期归应办它的记录，as 从 each 写起",
                     "A turn belongs to who owes it: as begins with each"),
                both('例如 as = "each.post.organisation"',
                     'For example as = "each.post.organisation"'),
            )  # fmt: skip

    def _one_of(self, route: Route, chosen: object, allowed: Sequence[str]) -> None:
        if chosen is not None and chosen not in allowed:
            self.report.add(
                route,
                both(f"各期的 {shown(chosen)} 不能这样数",
                     f"{shown(chosen)} of turns is not counted so"),
                choose(str(chosen), allowed),
            )  # fmt: skip

    def _asked(self, route: Route, inner: Mapping[str, Any]) -> None:
        for key, one in inner.items():
            if key in _GROUPS and isinstance(one, list | tuple):
                for number, group in enumerate(one):
                    if isinstance(group, Mapping):
                        self._asked((*route, key, number), group)
            elif key not in (*ASKED, *_GROUPS):
                self.report.add(
                    (*route, key),
                    both(f"任务的一期没有“{key}”可问", f"A turn of a duty has no “{key}”"),
                    choose(key, (*ASKED, *_OWN)),
                )
