"""Windows that run around a day of each record's own: a month before its end, in its third month.

``window = ["1 month before ended", "ended"]``. Each side is a day of the record, or lies so long
before or after one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bangfu.programmes.entries import Claim
from bangfu.programmes.kinds import Kind, Label
from bangfu.programmes.literals import OWN_DAY, is_own_pair
from bangfu.programmes.names import Names
from bangfu.programmes.period import shifted
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both, choose
from bangfu.programmes.schema import Duty

#: The day on which a record begins; of those taken in, the day on which they were.
BEGAN = "began"
_ANY_DAY = dt.date(2001, 1, 1)


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day of a record, or so long after it; before it where ``count`` is below nothing."""

    field: str
    count: int = 0
    unit: str = ""

    def of(self, day: dt.date) -> dt.date:
        """What this side means where the record's field says a day."""
        return shifted(day, self.count, self.unit) if self.count else day


def own_window(window: Sequence[tuple[dt.date | str, dt.date | str]] | None) -> (
    tuple[OwnDay, OwnDay] | None
):  # fmt: skip
    """Both sides of a window around each record's own day; None of a window of calendar days."""
    if not window or not is_own_pair(window[0]):
        return None
    first, last = (_read(str(day)) for day in window[0])
    return first, last


def backwards(first: OwnDay, last: OwnDay) -> bool:
    """Whether a window that hangs on one day ends before it begins."""
    return first.field == last.field and last.of(_ANY_DAY) < first.of(_ANY_DAY)


def _read(text: str) -> OwnDay:
    found = OWN_DAY.fullmatch(text)
    assert found is not None
    sign = -1 if found[3] == "before" else 1
    return OwnDay(found[4], sign * int(found[1] or 0), (found[2] or "").removesuffix("s"))


@dataclass(slots=True)
class OwnWindowChecker:
    """Holds a window around each record's own day against the records that owe."""

    names: Names
    report: Report

    def check(self, route: Route, claim: Claim) -> None:
        """Check that such a window may stand there, and that the records have those days."""
        sides = own_window(claim.window)
        assert sides is not None
        kind = self.names.record(claim.each) if isinstance(claim, Duty) else None
        if not isinstance(claim, Duty) or len(claim.window or ()) > 1:
            self._elsewhere(route)
            return
        for word in ("per", "within", "held"):
            if getattr(claim, word) is not None:
                self._together(route, word)
        if kind is None:
            return
        for number, side in enumerate(sides):
            self._field((*route, number), side.field, kind, claim.each)
        if backwards(*sides):
            self._backwards(route)

    def _field(self, route: Route, key: str, kind: Kind, each: str) -> None:
        days = [one.key for one in kind.fields.values() if one.type == "day"]
        if self.names.taken_in_by(each):
            days = list(dict.fromkeys((BEGAN, *days)))
        if key in days:
            return
        self.report.add(
            route,
            both(f"{kind.label.zh}没有“{key}”这一天", f"{kind.label.en} has no day “{key}”"),
            self._of_the_turn(key) or choose(key, days),
        )

    def _of_the_turn(self, key: str) -> Label | None:
        """The cure where the first day of a period was meant: such a window has two days."""
        if key != "start":
            return None
        return both(
            "这样的时段围绕每条记录自己的日子。要在一个阶段开始以前，就写那两天，每个阶段一项任务，"
            '例如 window = ["02-19", "03-01"]',
            "Such a window runs around a day of each record. For the days before a phase write the "
            'two days, and a duty for each phase: window = ["02-19", "03-01"]',
        )

    def _elsewhere(self, route: Route) -> None:
        self.report.add(
            route,
            both(
                "围绕每条记录自己的日子的时段不能写在这里",
                "A window around a day of each record does not stand here",
            ),
            both(
                "另写一项任务（duty），只写这一个时段",
                "Write a duty of its own, with this one window",
            ),
        )

    def _together(self, route: Route, word: str) -> None:
        self.report.add(
            route,
            both(
                f"围绕每条记录自己的日子的时段只有一次，不能同 {word} 一起写",
                f"A window around a day of each record comes once and does not go with {word}",
            ),
            both(f"删去 {word}", f"Remove {word}")
            if word != "per"
            else both(
                '删去 per。要连续几个月，每个月写一项任务：["began", "1 month after began"]、'
                '["1 month after began", "2 months after began"]……',
                "Remove per. For several months on end write a duty for each: "
                '["began", "1 month after began"], ["1 month after began", "2 months after began"]',
            ),
        )

    def _backwards(self, route: Route) -> None:
        self.report.add(
            route,
            both("时段的末日早于首日", "The window ends before it begins"),
            both("把两边对调", "Swap the two sides"),
        )
