"""Windows of claims: days that fit the period, and month-days that mean one day only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bangfu.programmes.bounds import Context
from bangfu.programmes.entries import Claim
from bangfu.programmes.literals import PERIODS, WEEKDAYS
from bangfu.programmes.names import Names
from bangfu.programmes.own_days import OwnWindowChecker, own_window
from bangfu.programmes.period import month_day_fits
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both
from bangfu.programmes.schema import Phase

_MONTHS = ("month", "quarter", "half_year", "year")


@dataclass(slots=True)
class WindowChecker:
    """Holds the days of a window against the period in which they are looked for."""

    names: Names
    report: Report

    def check(self, route: Route, claim: Claim, context: Context) -> None:
        """Check every side of every window of a claim."""
        if own_window(claim.window):
            OwnWindowChecker(self.names, self.report).check((*route, "window"), claim)
            return
        per = claim.per or context.per
        for number, pair in enumerate(claim.window or ()):
            for side, day in enumerate(pair):
                here = self._window_route(route, claim, number, side)
                self._window_day(here, day, per, context)
            self._in_order(self._window_route(route, claim, number, 1), pair, per)

    def _in_order(
        self, route: Route, pair: tuple[dt.date | str, dt.date | str], per: str | None
    ) -> None:
        """A window goes forward; only a lunar one may run across New Year within its period."""
        first, last = pair
        if isinstance(first, dt.date) and isinstance(last, dt.date) and first > last:
            self.report.add(
                route,
                both(
                    f"时段的末日 {last} 早于首日 {first}",
                    f"The window ends {last}, before {first}",
                ),
                both("把两个日期对调", "Swap the two days"),
            )
        elif _month_day(first) and _month_day(last) and str(first) > str(last) and per in PERIODS:
            two = f'[["{first}", "12-31"], ["01-01", "{last}"]]'
            self.report.add(
                route,
                both(
                    f"{first} 至 {last} 跨了年，一期之内没有这样的时段",
                    f"{first} to {last} runs across the year, which no period does",
                ),
                both(f"写成两段：{two}", f"Write two windows: {two}"),
            )

    def _window_route(self, route: Route, claim: Claim, number: int, side: int) -> Route:
        nested = (*route, "window", number, side)
        return nested if nested in self.report.positions.places else (*route, "window", side)

    def _window_day(self, route: Route, day: object, per: str | None, context: Context) -> None:
        if not isinstance(day, str):
            return
        phase = self._span_of(per, context)
        if day in WEEKDAYS and per not in ("week", None) and "weeks" not in per:
            self._needs(route, day, "week")
        elif day in WEEKDAYS and per is None:
            self._needs(route, day, "week")
        elif day.startswith("day ") and not (per and any(one in per for one in _MONTHS)):
            self._needs(route, day, "month")
        elif phase is not None and month_day_fits(day, *phase) > 1:
            began, ended = phase
            self.report.add(
                route,
                both(
                    f"{began} 至 {ended} 之间有不止一个 {day}",
                    f"{day} fits {began} to {ended} twice",
                ),
                both('写上年份，或加 per = "year"', 'Write the year, or add per = "year"'),
            )

    def _span_of(self, per: str | None, context: Context) -> tuple[dt.date, dt.date] | None:
        """The one span in which a month-day must be unique; None if periods repeat."""
        if per is None:
            return context.began, context.ended
        if per in self.names and per not in self.names.broken:
            entry = self.names.entry(per)
            return (entry.from_, entry.to) if isinstance(entry, Phase) else None
        return None

    def _needs(self, route: Route, day: str, period: str) -> None:
        self.report.add(
            route,
            both(f"“{day}”要有相应的周期", f"“{day}” needs a period"),
            both(f'加上 per = "{period}"', f'Add per = "{period}"'),
        )


def _month_day(day: object) -> bool:
    """Whether a side of a window is a month-day of the solar calendar."""
    return isinstance(day, str) and day[:1].isdigit() and day[2:3] == "-"
