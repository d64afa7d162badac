"""What a household's lines of income come to in a window, with the share of each that counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from bangfu.ledger.models import Income
from bangfu.programmes.period import add_months

#: The sorts of line that make up net income, and the one that is taken off it.
GAINS, COST = ("wages", "business", "assets", "transfer"), "cost"
#: What is kept beside net income.
BESIDE = ("claim", "self_paid")
SORTS = (*GAINS, COST, *BESIDE)


def usual_window(on: dt.date) -> tuple[dt.date, dt.date]:
    """The twelve whole months before the month of a day."""
    first = on.replace(day=1)
    return add_months(first, -12), first - dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Counted:
    """One line and how many of its days lie in the window; ``amount`` is what of it counts."""

    line: Income
    days: int
    of: int
    amount: int

    @property
    def whole(self) -> bool:
        """Whether the line lies in the window with all its days."""
        return self.days == self.of


@dataclass(frozen=True, slots=True)
class Sums:
    """What the lines came to, in fen, for so many persons."""

    persons: int
    lines: tuple[Counted, ...]
    by_sort: dict[str, int] = field(default_factory=dict)

    @property
    def net(self) -> int:
        """Wages, business, property and transfers, less business costs."""
        return sum(self.by_sort[sort] for sort in GAINS) - self.by_sort[COST]

    @property
    def per_head(self) -> int:
        """Net income over the persons counted, rounded half up to the fen."""
        return rounded(Fraction(self.net, self.persons))

    @property
    def per_head_after(self) -> int:
        """The same with insurance payments and without what was paid by the household itself."""
        after = self.net + self.by_sort["claim"] - self.by_sort["self_paid"]
        return rounded(Fraction(after, self.persons))


def sums(lines: Iterable[Income], *, since: dt.date, until: dt.date, persons: int) -> Sums:
    """The sums of the lines that lie in a window, those on its edge by the days that do."""
    counted = tuple(found for line in lines if (found := counted_of(line, since, until)))
    by_sort = {sort: sum(c.amount for c in counted if c.line.kind == sort) for sort in SORTS}
    return Sums(persons, counted, by_sort)


def counted_of(line: Income, since: dt.date, until: dt.date) -> Counted | None:
    """How much of a line counts in a window; None for one that lies outside."""
    first, last = max(line.since, since), min(line.date, until)
    days, of = (last - first).days + 1, (line.date - line.since).days + 1
    if days <= 0:
        return None
    return Counted(line, days, of, rounded(Fraction(line.amount * days, of)))


def rounded(value: Fraction) -> int:
    """The nearest whole number; a half goes away from nothing."""
    half = Fraction(1, 2)
    return int(value + half) if value >= 0 else -int(-value + half)
