"""Alerts: the lists that a programme watches, and claims that are bad news when they hold.

A watched list is bad news as soon as a row stands on it. A claim (more than 5 % of the households
of a village, fewer than three visits to a unit) is read as a target is, on the day itself; where
its bound is met, the alert is raised, for the whole or for each record of ``each``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any
from uuid import UUID

from bangfu.ledger.access import kinds_of
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Programme, User
from bangfu.ledger.moment import Moment
from bangfu.lists.claims import Bounds, Read, Sort, of_turns, sort_of
from bangfu.lists.duty_board import question_of
from bangfu.lists.duty_words import number_text
from bangfu.lists.figure import Figure
from bangfu.lists.listing import Listing
from bangfu.lists.marks import fact_tables
from bangfu.lists.named import named_to
from bangfu.lists.pages import total_of
from bangfu.lists.readings import kept
from bangfu.lists.targets import Reached, TargetOf
from bangfu.lists.their_days import dated
from bangfu.programmes.bounds import says_how_many
from bangfu.programmes.entries import Bounded
from bangfu.programmes.period import Span
from bangfu.programmes.schema import Alert

#: So many records for which an alert is raised are kept and shown; the rest is a number.
FEW = 5_000
#: Since when it holds is looked for on at most so many days, not further back than so many.
LOOKS, FAR = 40, 1_024
#: The records for which something holds; None stands for the whole, where there is no ``each``.
Keys = frozenset[UUID | None]


def entries_of(meaning: Meaning) -> Iterator[tuple[str, Alert]]:
    """The alerts of a file, in its order."""
    for name, entry in meaning.file.entries("alert"):
        if isinstance(entry, Alert):
            yield name, entry


# ------------------------------------------------------------------ watched lists


def alerts_of(programme: Programme, moment: Moment) -> Iterator[Figure]:
    """Each watched list of the programme as the figure that counts it, without claims."""
    meaning = Meaning.of(programme, moment)
    for name, _entry in entries_of(meaning):
        figure = watched(meaning, name, moment)
        if figure is not None:
            yield figure


def watched(meaning: Meaning, name: str, moment: Moment) -> Figure | None:
    """The list that an alert watches, as the figure that counts it; nothing for a claim."""
    entry = meaning.file.entry(name)
    if not isinstance(entry, Alert) or says_how_many(entry) or of_turns(meaning, entry.of):
        return None
    listing = Listing(tuple(entry.of), moment, entry.where or {}, meaning.row, file=meaning)
    return Figure(name, entry.title or name, dated(listing, meaning))


# ------------------------------------------------------------------ claims


@dataclass
class AlertOf(TargetOf):
    """A claim that is bad news when it holds, at a moment."""

    def span(self) -> Span:
        """The programme's days until the one that is asked about."""
        file = self.meaning.file
        return Span(file.from_, max(file.from_, min(self.moment.on, file.to)))

    def milestones(self) -> list[tuple[dt.date, Bounded, tuple[str, ...]]]:
        """The day itself; of a period the last that can be judged.

        What has become too much is so at once, also while a period runs; what is too little is
        so when it is over.
        """
        entry, of, on = self.entry, tuple(self.entry.of or ()), self.span().ended
        if not says_how_many(entry):
            # Turns of a duty are watched as a list is: one of them is bad news.
            entry = entry.model_copy(update={"at_least": 1})
        if self.moment.on < self.meaning.file.from_:
            return []
        if entry.per is None:
            return [(on, entry, of)]
        grows = entry.at_most is None and entry.exactly is None
        days = [min(turn.ended, on) for turn in self.turns() if grows or turn.ended < on]
        return [(max(days), entry, of)] if days else []

    @property
    def kind(self) -> str:
        """The kind of record of ``each``; of a claim over the whole, that of the rows."""
        of = (self.entry.each,) if self.entry.each else self.asked.of
        if of_turns(self.meaning, of):
            of = (self.meaning.duty(of[0]).each,)
        return Listing(of, self.moment, programme=self.meaning.row, file=self.meaning).kind.name

    @property
    def sort(self) -> Sort:
        """What its readings are in."""
        whole = self.asked.whole(self.meaning, self.moment)
        return sort_of(self.asked.counting(self.meaning, self.moment), whole)

    def at(self, day: dt.date) -> AlertOf:
        """The same claim, read on another day."""
        return replace(self, moment=self.moment.on_day(day))

    def holds(self) -> Keys:
        """For which records it surely holds."""
        return frozenset(one.key for one in self.reached() if one.verdict == "met")


def may_hold(one: Reached, alert: AlertOf) -> bool:
    """Whether a claim may hold, for all that is known; of an empty whole there is no share."""
    nothing = one.reading is None and alert.entry.out_of is not None
    return one.verdict == "unknown" and not nothing


@dataclass(frozen=True, slots=True)
class Raised:
    """One record, or the whole (no key), for which an alert is raised.

    It holds on every day that was looked at from ``since`` on; ``exact`` if not on the day before.
    """

    key: UUID | None
    low: Fraction
    high: Fraction | None
    bounds: Bounds
    since: dt.date
    exact: bool

    @property
    def reading(self) -> Read:
        """What was read, without its rows."""
        return Read(self.low, self.high)


@dataclass(frozen=True, slots=True)
class State:
    """How an alert stands: for whom it is raised, how many of how many, and who is not known."""

    raised: tuple[Raised, ...]
    whole: int
    unknown: int
    judged: int


def state(alert: AlertOf) -> State:
    """How an alert stands, kept while nothing that it stands on has changed."""

    def look() -> dict[str, Any]:
        lines = list(alert.reached())
        held = [one for one in lines if one.verdict == "met"]
        shown = sorted(held, key=lambda one: str(one.key or ""))[:FEW]
        days = since(alert, frozenset(one.key for one in shown))
        return {
            "raised": [_written(one, *days[one.key]) for one in shown],
            "counted": [len(held), sum(may_hold(one, alert) for one in lines), len(lines)],
        }

    question = question_of(alert.meaning, alert.moment, alert=alert.name)
    answer = kept(question, fact_tables(), look)
    return State(tuple(map(_read, answer["raised"])), *answer["counted"])


def _written(one: Reached, day: dt.date, exact: bool) -> list[Any]:
    assert one.reading is not None
    numbers = (one.reading.low, one.reading.high, one.bounds.least, one.bounds.most)
    told = [None if n is None else str(n) for n in numbers]
    return [str(one.key) if one.key else None, *told, day.isoformat(), exact]


def _read(line: list[Any]) -> Raised:
    key, *numbers, day, exact = line
    low, high, least, most = (None if n is None else Fraction(n) for n in numbers)
    assert low is not None
    return Raised(
        UUID(key) if key else None, low, high, Bounds(least, most), dt.date.fromisoformat(day),
        exact,
    )  # fmt: skip


# ------------------------------------------------------------------ since when


def since(alert: AlertOf, held: Keys) -> Mapping[UUID | None, tuple[dt.date, bool]]:
    """For each record since when the alert is raised, and whether that is the very day.

    Days further and further back are looked at until it does not hold, then those between: a
    fixed number of looks, however many records there are.
    """
    last, first = alert.span().ended, alert.span().began
    days: dict[UUID | None, tuple[dt.date | None, dt.date]] = {key: (None, last) for key in held}
    looks, step = 0, 1
    while days and step <= FAR and any(low is None for low, _ in days.values()):
        day = max(first, last - dt.timedelta(days=step))
        if day >= min(high for low, high in days.values() if low is None):
            break
        days = _narrowed(days, day, alert.at(day).holds())
        looks, step = looks + 1, step * 2
    while looks < LOOKS and (between := list(_wide(days.values()))):
        low, high = max(between, key=between.count)
        day = low + (high - low) / 2
        days = _narrowed(days, day, alert.at(day).holds())
        looks += 1
    return {
        key: (high, high == first or (low is not None and (high - low).days == 1))
        for key, (low, high) in days.items()
    }


def _wide(
    days: Iterable[tuple[dt.date | None, dt.date]],
) -> Iterator[tuple[dt.date, dt.date]]:
    """Those between whose days others lie."""
    return ((low, high) for low, high in days if low is not None and (high - low).days > 1)


def _narrowed(
    days: Mapping[UUID | None, tuple[dt.date | None, dt.date]], day: dt.date, there: Keys
) -> dict[UUID | None, tuple[dt.date | None, dt.date]]:
    """The last day on which it did not hold and the first on which it did, after one more look."""
    found: dict[UUID | None, tuple[dt.date | None, dt.date]] = {}
    for key, (low, high) in days.items():
        inside = day < high and (low is None or day > low)
        if inside and key in there:
            found[key] = (low, day)
        elif inside:
            found[key] = (day, high)
        else:
            found[key] = (low, high)
    return found


# ------------------------------------------------------------------ who sees which lines


def open_keys(user: User, alert: AlertOf, keys: Iterable[UUID | None]) -> Keys:
    """Of the records for which it is raised those that an account may see by name.

    The whole is a number of the programme and open to all who see it.
    """
    asked = frozenset(keys)
    if alert.entry.each is None:
        return asked
    each = Listing((alert.entry.each,), alert.moment, programme=alert.meaning.row)
    counting = alert.asked.counting(alert.meaning, alert.moment)
    return named_to(user, each, counting, [key for key in asked if key])


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alert as an account sees it: the lines open to it, and since when the first holds.

    ``kind``: what its rows or lines are. ``count``: of a watched list the rows it may open, of a
    claim the lines. ``state`` is there for claims. ``why``: why it cannot be worked out.
    """

    programme: Programme
    name: str
    title: str
    kind: str = ""
    count: int = 0
    alert: AlertOf | None = None
    state: State | None = None
    lines: tuple[Raised, ...] = ()
    why: str = ""

    @property
    def whole(self) -> Raised | None:
        """The one line of a claim over the whole."""
        return next((one for one in self.lines if one.key is None), None)

    @property
    def text(self) -> str:
        """The number to show: of the whole what it reads, else how many lines there are."""
        if self.whole is None or self.alert is None:
            return str(self.count)
        return number_text(self.whole.low, self.alert.sort, self.whole.high)

    @property
    def since(self) -> dt.date | None:
        """Since when the earliest of its lines holds."""
        return min((one.since for one in self.lines), default=None)


def alarms(user: User, programme: Programme, moment: Moment) -> Iterator[Alarm]:
    """The alerts of a programme as an account sees them, in the file's order.

    Those over kinds of record that its roles do not open are left out.
    """
    meaning, seen = Meaning.of(programme, moment), kinds_of(user)
    for name, _entry in entries_of(meaning):
        found = alarm(user, meaning, name, moment)
        if found.why or found.kind in seen:
            yield found


def alarm(user: User, meaning: Meaning, name: str, moment: Moment) -> Alarm:
    """One alert as an account sees it."""
    title = meaning.file.title_of(name)
    try:
        figure = watched(meaning, name, moment)
        if figure is not None:
            rows = figure.listing.opened(user, figure.rows())
            return Alarm(meaning.row, name, title, figure.kind.name, total_of(rows))
        alert = AlertOf.of_meaning(meaning, name, moment)
        kind, found = alert.kind, state(alert)
    except Unsayable as why:
        return Alarm(meaning.row, name, title, why=str(why))
    shown = open_keys(user, alert, (one.key for one in found.raised))
    lines = tuple(one for one in found.raised if one.key in shown)
    return Alarm(meaning.row, name, title, kind, len(lines), alert, found, lines)
