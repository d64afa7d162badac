"""Turns of a duty as rows that can be counted: who owed one, when it was due, how it stands.

They are worked out and stand in no table, so what a condition asks of them is answered here.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_OID, UUID, uuid5

from bangfu.ledger.conditions import Unsayable, basic
from bangfu.ledger.moment import Moment
from bangfu.lists.belonging import Counting, Row, counted_for
from bangfu.lists.listing import Listing
from bangfu.programmes.kinds import Kind
from bangfu.programmes.period import Span, day_in_condition
from bangfu.programmes.runs import State, longest

if TYPE_CHECKING:
    from bangfu.lists.duties import DutyOf
    from bangfu.lists.judging import Owed

#: What may be asked of a turn, and what it says there; None where that is not known.
SAID: Final[Mapping[str, Callable[[Owed], Any]]] = {
    "verdict": lambda one: None if one.verdict == "unknown" else one.verdict,
    "began": lambda one: one.turn.asked.began,
    "ended": lambda one: one.ended,
    "due": lambda one: one.due,
    "reading": lambda one: one.reading if one.reading == one.high else None,
    "bound": lambda one: one.lines[0].bounds.least,
    "days_late": lambda one: one.days_late,
}


@dataclass(frozen=True, slots=True)
class OfTurns(Counting):
    """What is counted where ``of`` names a duty: its turns."""

    @property
    def duty(self) -> str:
        """The name of the duty."""
        return self.listing.of[0]

    def value(self, moment: Moment) -> None:
        """What is told apart or added up of a turn is no field of a table."""


def key_of(one: Owed) -> UUID:
    """What stands for a turn of a record."""
    return uuid5(NAMESPACE_OID, f"{one.key} {one.turn.asked.began} {one.due}")


def turn_rows(duty: DutyOf, counting: OfTurns, owner: Kind, over: Span) -> dict[UUID, list[Row]]:
    """The turns that fell due on some days, by the records to which they belong.

    What is not owed is no turn. A fixed number of questions, however many records there are.
    """
    found: dict[UUID, list[Row]] = defaultdict(list)
    whose = _whose(duty, counting, owner, over)
    for one, row in turns_counted(duty, counting, over):
        for key in whose(one.key):
            found[key].append(row)
    for told in found.values():
        told.sort(key=lambda row: (row.days, row.fact))
    return dict(found)


def turns_counted(duty: DutyOf, counting: OfTurns, over: Span) -> Iterator[tuple[Owed, Row]]:
    """The turns that count, or may, on some days, each with its row."""
    for one, told in _turns_told(duty, counting, over):
        if told is not False:
            values = (_value(one, counting.field),)
            yield one, Row(key_of(one), Span(one.due, one.due), values, told is True)


def _turns_told(duty: DutyOf, counting: OfTurns, over: Span) -> Iterator[tuple[Owed, State]]:
    """The turns that were owed on some days, each with whether it counts."""
    where, moment = dict(counting.listing.where), counting.listing.moment
    of_each = where.pop("each", None)
    there = None if of_each is None else _meeting(duty, of_each, over)
    for one in duty.owed(over.began):
        if one.verdict == "free" or one.due > over.ended:
            continue
        if there is not None and one.key not in there:
            continue
        yield one, _holds(where, one, moment.on)


def longest_runs(
    duty: DutyOf, counting: OfTurns, owner: Kind, over: Span
) -> dict[UUID, tuple[Fraction, Fraction]]:
    """Of each record how many turns that count came one after another at most: surely, maybe.

    Turns of one who owes it are held against each other only; what is not owed is no turn, so it
    breaks no run.
    """
    by_key: dict[UUID, list[tuple[dt.date, State]]] = defaultdict(list)
    for one, told in _turns_told(duty, counting, over):
        by_key[one.key].append((one.due, told))
    found: dict[UUID, tuple[Fraction, Fraction]] = {}
    whose = _whose(duty, counting, owner, over)
    for key, turns in by_key.items():
        low, high = longest([told for _, told in sorted(turns, key=lambda turn: turn[0])])
        for other in whose(key):
            before = found.get(other, (Fraction(0), Fraction(0)))
            found[other] = (max(before[0], low), max(before[1], high))
    return found


def _value(one: Owed, field: str) -> Any:
    if field in ("", "day"):
        return None
    if field == "each":
        return one.key
    if field not in SAID:
        raise Unsayable(f"{field} of a turn is not counted")
    return SAID[field](one)


def _meeting(duty: DutyOf, where: Any, over: Span) -> set[UUID]:
    """Those who owe it and meet a condition."""
    listing = Listing((duty.entry.each,), duty.moment, where, duty.meaning.row, file=duty.meaning)
    if listing.kind.nature in ("state", "episode"):
        listing = listing.over(over)
    return set(listing.sure().values_list("fact", flat=True))


# ------------------------------------------------------------------ whose they are


def _whose(
    duty: DutyOf, counting: OfTurns, owner: Kind, over: Span
) -> Callable[[UUID], tuple[UUID, ...]]:
    """To whom the turns of a record belong: to itself, or to where a path from it leads."""
    first, _, rest = (counting.via or "each").partition(".")
    if first != "each":
        raise Unsayable(f"a turn of {counting.duty} belongs to who owes it: as begins with each")
    each = Listing((duty.entry.each,), duty.moment, programme=duty.meaning.row, file=duty.meaning)
    if not rest and basic(each.kind) == basic(owner):
        only = counting.only
        return lambda key: (key,) if only is None or key in only else ()
    if each.kind.nature in ("state", "episode"):
        each = each.over(over)
    owners: dict[UUID, tuple[UUID, ...]] = defaultdict(tuple)
    for key, rows in counted_for(Counting(each, via=rest, only=counting.only), owner, over).items():
        for row in rows:
            owners[row.fact] += (key,)
    return lambda key: owners.get(key, ())


# ------------------------------------------------------------------ what is asked of them


def _holds(where: Mapping[str, Any], one: Owed, on: dt.date) -> State:
    """Whether a turn meets a condition; a table holds where every line of it does."""
    return _all(_line(left, right, one, on) for left, right in where.items())


def _line(left: str, right: Any, one: Owed, on: dt.date) -> State:
    if left in ("any", "none"):
        groups = [_holds(group, one, on) for group in right]
        some = True if True in groups else None if None in groups else False
        return some if left == "any" else None if some is None else not some
    if left not in SAID:
        raise Unsayable(f"{left} of a turn cannot be asked for; verdict, due, days_late can")
    said = SAID[left](one)
    if not isinstance(right, Mapping):
        wanted = right if isinstance(right, list | tuple) else [right]
        if left == "verdict" and one.verdict in wanted:
            return True
        return None if said is None else said in wanted
    return _all(_bound(said, word, bound, on) for word, bound in right.items())


def _bound(said: Any, word: str, bound: Any, on: dt.date) -> State:
    if word == "known":
        return (said is not None) is bool(bound)
    if said is None:
        return None
    if isinstance(said, dt.date):
        day = day_in_condition(bound, on=on)
        days: Mapping[str, bool] = {
            "from": said >= day, "to": said <= day, "after": said > day, "before": said < day,
        }  # fmt: skip
        return days[word]
    if not isinstance(bound, int | float):
        raise Unsayable(f"{word} = {bound}: turns are held against plain numbers")
    number = Fraction(str(bound))
    bounds: Mapping[str, bool] = {
        "at_least": said >= number, "at_most": said <= number, "exactly": said == number,
        "above": said > number, "below": said < number,
    }  # fmt: skip
    return bounds[word]


def _all(told: Iterator[State]) -> State:
    found = list(told)
    return False if False in found else None if None in found else True
