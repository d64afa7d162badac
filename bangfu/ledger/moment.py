"""Two dates stand behind every question: what was so on a day, and what was known by then."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bangfu.ledger import clock


@dataclass(frozen=True, slots=True)
class Moment:
    """``on``: the day asked about. ``known_at``: what had been recorded by then; None is now."""

    on: dt.date
    known_at: dt.datetime | None = None

    @classmethod
    def present(cls) -> Moment:
        """Today, as known now."""
        return cls(on=clock.today())

    def known_by(self, instant: dt.datetime) -> Moment:
        """The same day, as known at another time."""
        return Moment(on=self.on, known_at=instant)

    def on_day(self, day: dt.date) -> Moment:
        """Another day, as known at the same time."""
        return Moment(on=day, known_at=self.known_at)
