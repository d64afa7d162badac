"""The targets and measures of a programme as one list: what was reached, asked, and lacks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from bangfu.ledger.access import kinds_of
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.models import Programme, User
from bangfu.ledger.moment import Moment
from bangfu.lists.claims import Bounds, Sort, Verdict
from bangfu.lists.listing import Listing
from bangfu.lists.measures import Progress, measures_open, progress
from bangfu.lists.named import named_to
from bangfu.lists.pages import names_of
from bangfu.lists.targets import Reached, TargetOf, targets_in
from bangfu.programmes.names import ROW

#: What the state of a measure is called among the verdicts of targets.
_STATES: Mapping[str, Verdict] = {
    "done": "met", "late": "short", "open": "open", "counted": "counted",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One target at one milestone, for one record or the whole; or one measure.

    ``of``: for whom it is read, or which unit answers. ``place``: of a target the place of the
    line among all of its own, if what was counted opens to the reader; ``measure``: the record of a
    measure that does.
    """

    entry: str
    title: str
    due: dt.date | None
    of: UUID | None
    low: Fraction | None
    high: Fraction | None
    bounds: Bounds
    sort: Sort
    unit: str
    verdict: Verdict
    place: int | None = None
    measure: UUID | None = None

    @property
    def margin(self) -> Fraction | None:
        """What lacks to the least (below nothing), or is beyond the most; 0 between the two.

        None where either is not known, or nothing is asked.
        """
        least, most = self.bounds.least, self.bounds.most
        if self.low is None or self.bounds.unknown or least is most is None:
            return None
        if least is not None and self.low < least:
            return self.low - least
        return max(self.low - most, Fraction(0)) if most is not None else Fraction(0)

    @property
    def part(self) -> Fraction | None:
        """What was reached as a share of the least that is asked."""
        least = self.bounds.least
        return self.low / least if self.low is not None and least else None


@dataclass(frozen=True, slots=True)
class Plan:
    """The lines that a reader may see, how many others there are, and what is not worked out."""

    lines: list[PlanLine]
    withheld: int
    titles: Mapping[str, str]
    unsaid: Mapping[str, str]


def plan(user: User, programme: Programme, moment: Moment, *, only: str = "") -> Plan:
    """All targets and measures of a programme, or ``only`` one of them, line by line."""
    targets = dict(targets_in(programme, moment))
    measures = progress(programme, moment)
    titles = {name: one.title or name for name, one in targets.items()}
    titles |= {one.measure.name: one.measure.title for one in measures}
    lines: list[PlanLine] = []
    unsaid: dict[str, str] = {}
    withheld = 0
    for name in targets if only not in titles else targets.keys() & {only}:
        try:
            target = TargetOf.named(programme, name, moment)
            told = list(target.reached())
        except Unsayable as why:
            unsaid[titles[name]] = str(why)
            continue
        shown = open_lines(user, target, told)
        withheld += len(told) - len(shown)
        opened = opens_rows(user, target)
        lines += (_of_target(titles[name], target, one, place, opened) for place, one in shown)
    some = [one for one in measures if only not in titles or one.measure.name == only]
    lines += _of_measures(user, some)
    return Plan(lines, withheld, titles, unsaid)


def open_lines(user: User, target: TargetOf, lines: Sequence[Reached]) -> list[tuple[int, Reached]]:
    """Of a target's lines, each with its place among all, those of which the account may hear."""
    placed = list(enumerate(lines))
    if target.entry.each is None:
        return placed
    there = keys_open(user, target, lines)
    return [(place, one) for place, one in placed if one.key in there]


def keys_open(user: User, target: TargetOf, lines: Iterable[Reached]) -> frozenset[UUID]:
    """Of the records of some lines those that the account may see by name."""
    assert target.entry.each is not None
    each = Listing((target.entry.each,), target.moment, programme=target.meaning.row)
    counting = target.asked.counting(target.meaning, target.moment)
    return named_to(user, each, counting, [one.key for one in lines if one.key])


def opens_rows(user: User, target: TargetOf) -> bool:
    """Whether an account is shown what a target counts, where it may open that."""
    meaning = target.meaning
    whole = Listing(
        target.asked.of, target.moment, programme=meaning.row, file=meaning, entry=target.name
    )
    if target.totals_only or whole.totals_only or whole.is_kept_from(user):
        return False
    return whole.kind.name in {*kinds_of(user), ROW}


def _of_target(title: str, target: TargetOf, one: Reached, place: int, opened: bool) -> PlanLine:
    low, high = (one.reading.low, one.reading.high) if one.reading else (None, None)
    return PlanLine(
        target.name, title, one.ended, one.key, low, high, one.bounds, one.sort, one.unit,
        one.verdict, place=place if opened and one.reading else None,
    )  # fmt: skip


def _of_measures(user: User, some: Sequence[Progress]) -> Iterator[PlanLine]:
    there = measures_open(user, some) if some else set()
    for one in some:
        row, done = one.measure, Fraction(one.done)
        bounds = Bounds(_exact(row.planned_least), _exact(row.planned_most))
        yield PlanLine(
            row.name, row.title, row.window_to, row.owner_id, done, done, bounds, "number",
            row.unit, _STATES[one.state], measure=row.fact if row.fact in there else None,
        )  # fmt: skip


def _exact(number: Decimal | None) -> Fraction | None:
    return None if number is None else Fraction(number)


# ------------------------------------------------------------------ narrowed, in an order


#: What the list is put in order by, besides the file's own order.
ORDERS = ("due", "of", "reached", "margin", "part")


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the list is narrowed and ordered; what is empty narrows nothing."""

    entry: str = ""
    verdict: str = ""
    due: dt.date | None = None
    words: str = ""
    order: str = ""

    def of(self, lines: Iterable[PlanLine], moment: Moment) -> list[PlanLine]:
        """Those that are wanted, in their order; names are read only where they are asked."""
        found = [
            one
            for one in lines
            if self.entry in ("", one.entry)
            and self.verdict in ("", one.verdict)
            and self.due in (None, one.due)
        ]
        key = self.order.removeprefix("-")
        called = called_in(found, moment) if self.words or key == "of" else {}
        if self.words:
            found = [one for one in found if self.words in f"{one.title} {called.get(one.of, '')}"]
        if key not in ORDERS:
            return found
        told = _values(key, called)
        there = [one for one in found if told(one) is not None]
        there.sort(key=told, reverse=self.order.startswith("-"))
        return there + [one for one in found if told(one) is None]


def _values(key: str, called: Mapping[UUID | None, str]) -> Callable[[PlanLine], Any]:
    values: Mapping[str, Callable[[PlanLine], Any]] = {
        "due": lambda one: one.due,
        "of": lambda one: called.get(one.of),
        "reached": lambda one: one.low,
        "margin": lambda one: one.margin,
        "part": lambda one: one.part,
    }
    return values[key]


def called_in(lines: Iterable[PlanLine], moment: Moment) -> dict[UUID | None, str]:
    """What those are called for whom some lines are read, or who answer for them."""
    return dict(names_of({one.of for one in lines if one.of}, moment).items())
