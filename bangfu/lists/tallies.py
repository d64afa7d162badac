"""How many records of each unit owe a turn, and how it stands with them: whole lists at once.

Where lines are shown, each record is judged by its own rows. Here only numbers are asked for: what
happened is counted by record and turn, records of which the same is to be said are counted
together, and each different case is judged once, by the same judge.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import repeat
from typing import Any
from uuid import UUID

from bangfu.ledger.conditions import basic
from bangfu.ledger.models import Pairing, Post, Subject
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once
from bangfu.lists.claims import Asked, Read
from bangfu.lists.duties import DutyOf
from bangfu.lists.judging import WAITING, Judge, Owed
from bangfu.lists.limits import by_case
from bangfu.lists.presence import There
from bangfu.lists.unread import as_key, can_happen, columns_of, happened, keys_of
from bangfu.programmes.period import Span
from bangfu.programmes.turns import Turn, part_of

Spans = tuple[Span, ...]
#: By unit and turn (None: a duty without turns) how it stands there.
Tallies = Mapping[UUID | None, Mapping[Turn | None, "Tally"]]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of a unit's records owe a turn, and how it stands with them."""

    owed: int = 0
    met: int = 0
    late: int = 0
    waiting: int = 0
    counted: int = 0

    def plus(self, one: Owed, times: int = 1) -> Tally:
        """The same with one more record, or several alike; what is free is not owed."""
        if one.verdict == "free":
            return self
        return Tally(
            self.owed + times,
            self.met + times * (one.verdict == "met"),
            self.late + times * (one.verdict == "late"),
            self.waiting + times * (one.verdict in WAITING),
            self.counted + times * (one.verdict == "counted"),
        )

    def __add__(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(*(a + b for a, b in zip(self.numbers, other.numbers, strict=True)))

    @property
    def numbers(self) -> tuple[int, int, int, int, int]:
        """What is kept of it."""
        return (self.owed, self.met, self.late, self.waiting, self.counted)


def tallied(duty: DutyOf, since: dt.date | None) -> Tallies | None:
    """A duty by unit and turn, of turns that end on a day or later; None: read it row by row."""
    if duty.only is not None or duty.from_its_day or duty.entry.except_ is not None:
        return None
    going = [turn for turn in duty.turns() if since is None or turn.due >= since]
    if not going:
        return {}
    over = Span(min(t.first for t in going), max(t.due for t in going))
    if not all(_only_counted(duty, asked, over) for asked in duty.asked):
        return None
    return _Tallying(duty, going, over).found()


def _only_counted(duty: DutyOf, asked: Asked, over: Span) -> bool:
    """Whether a claim asks how many rows or days there are, and the same of every record."""
    counting = asked.counting(duty.meaning, duty.moment)
    if asked.held == "every" or asked.out_of is not None or counting.adds or counting.function:
        return False
    if by_case(duty.meaning, asked.claim):
        return False
    return counting.field in ("", "day") and can_happen(counting, duty.owner, over)


class _OfCounts(Judge):
    """The judge, told how much was counted instead of the rows."""

    def __init__(self, duty: DutyOf) -> None:
        limits = Judge.limits_of(duty)
        countings = tuple(one.counting(duty.meaning, duty.moment) for one in duty.asked)
        super().__init__(duty, countings, (), (None,) * len(countings), limits, {})
        self.counts: dict[tuple[int, Spans], int] = {}

    def _read(self, number: int, key: UUID, counted: Sequence[Span]) -> Read:
        told = Fraction(self.counts.get((number, tuple(counted)), 0))
        return Read(told, told)


@dataclass
class _Tallying:
    """One duty as it is tallied."""

    duty: DutyOf
    going: Sequence[Turn]
    over: Span
    tallies: dict[Any, dict[Turn | None, Tally]] = field(default_factory=lambda: defaultdict(dict))

    def found(self) -> Tallies:
        """All turns, by unit."""
        judge, units, there = _OfCounts(self.duty), _units_of(self.duty), _there(self.duty)
        counts = self._counts(judge)
        for turn in self.going:
            asked = self._asked(judge, turn)
            members = _members(self.duty, turn)
            columns = (map(counts[one].get, members, repeat(0)) for one in asked)
            own = members if units is None else map(units.get, members)
            alike = Counter(zip(own, map(there.which.get, members), *columns, strict=True))
            self._judge(judge, turn, there, asked, alike)
        return {key and as_key(key): told for key, told in self.tallies.items()}

    def _asked(self, judge: Judge, turn: Turn) -> list[tuple[int, Spans]]:
        """Each claim with the days that count for it, those of finer periods apart."""
        return [
            (number, one.counted)
            for number, asked in enumerate(self.duty.asked)
            for one in judge.finer(asked, turn)
        ]

    def _counts(self, judge: Judge) -> dict[tuple[int, Spans], Mapping[Any, int]]:
        """For each claim and its days how much every record has; those who have nothing lack."""
        found: dict[tuple[int, Spans], Mapping[Any, int]] = {}
        for number, counting in enumerate(judge.countings):
            rows = happened(counting, self.duty.owner, self.over)
            wanted = {one for turn in self.going for one in self._asked(judge, turn)}
            spans = [one for one in wanted if one[0] == number]
            found |= dict(zip(spans, _in_each(rows, spans, judge, counting.field), strict=True))
        return found

    def _judge(
        self,
        judge: _OfCounts,
        turn: Turn,
        there: There,
        asked: Sequence[tuple[int, Spans]],
        alike: Mapping[Any, int],
    ) -> None:
        """Add up those of a turn; what is said of the same numbers and days is asked once."""
        told: dict[Any, Owed | None] = {}
        column = turn if self.duty.entry.per else None
        for (unit, which, *numbers), times in alike.items():
            case = (which, *numbers)
            if case not in told:
                spans = () if which is None else there.spans[which]
                judge.counts = dict(zip(asked, numbers, strict=True))
                part = part_of(turn, spans)
                told[case] = judge.owed(_NOBODY, turn, part) if part else None
            if (one := told[case]) is not None:
                mine = self.tallies[unit]
                mine[column] = mine.get(column, Tally()).plus(one, times)


#: Stands for every record of which the same is said.
_NOBODY = UUID(int=0)


def _in_each(
    rows: Mapping[tuple[Any, Any], int],
    wanted: Sequence[tuple[int, Spans]],
    judge: Judge,
    counted: str,
) -> list[Mapping[Any, int]]:
    """How many rows, or different days, each record has on the days of each turn."""
    spans = [judge.so_far(days) for _, days in wanted]
    falls = {
        day: [place for place, days in enumerate(spans) if any(day in one for one in days)]
        for day in {day for day, _ in rows}
    }
    found: list[dict[Any, int]] = [{} for _ in wanted]
    for (day, key), number in rows.items():
        for place in falls[day]:
            mine = found[place]
            mine[key] = mine.get(key, 0) + (1 if counted == "day" else number)
    return [*found]


# ------------------------------------------------------------------ who owes it, since when, where


def _there(duty: DutyOf) -> There:
    """On which days everybody of the owner's kind was there and taken in."""
    enrolled = tuple(duty.enrolments())
    programme = duty.meaning.programme_key() if enrolled else None
    return There.of(duty.owner.name, enrolled, programme, duty.moment)


def _members(duty: DutyOf, turn: Turn) -> list[Any]:
    """Those on the list at the end of a turn."""
    day = min(turn.asked.ended, duty.moment.on)
    return keys_of(duty.on_list(day))


def _units_of(duty: DutyOf) -> Mapping[Any, Any] | None:
    """The unit, or the place, under which each record is counted; None: each under itself."""
    owner = basic(duty.owner)
    if owner in ("organisation", "place"):
        return None
    programme = duty.meaning.programme_key() if duty.owner.name == "pairing" else None
    return _units(owner, programme, duty.moment)


@once
def _units(owner: str, programme: UUID | None, moment: Moment) -> Mapping[Any, Any]:
    """``programme``: that whose pairings are counted under the units that help."""
    subjects = Subject.objects.at(moment)
    if owner in ("household", "site"):
        rows = subjects.filter(kind=owner, place__isnull=False)
        return dict(columns_of(rows, "fact", "place"))
    held: dict[Any, Any] = {}
    posts = Post.objects.at(moment).order_by("began", "pk")
    for person, unit in columns_of(posts, "person", "organisation"):
        held.setdefault(person, unit)
    # A unit may itself be the one who helps.
    bodies = subjects.filter(kind="organisation")
    held |= {key: key for (key,) in columns_of(bodies, "fact")}
    if programme is None:
        return held
    pairings = Pairing.objects.known(moment.known_at).filter(programme=programme)
    sides = columns_of(pairings, "fact", "helper")
    return {fact: held[helper] for fact, helper in sides if helper in held}
