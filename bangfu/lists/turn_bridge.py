"""The bridge between two days of a figure over turns: 7 = 4 + 4 − 1, each term its turns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any
from uuid import UUID

from bangfu.ledger.moment import Moment
from bangfu.lists.belonging import Row
from bangfu.lists.bridge import Bridge, Sort, bridge
from bangfu.lists.figure import Figure
from bangfu.lists.judging import Owed
from bangfu.lists.turn_figures import Behind, TurnFigure
from bangfu.lists.turn_rows import key_of

Held = Mapping[UUID, tuple[Owed, Row]]


@dataclass(frozen=True, slots=True)
class TurnTerm:
    """One part of the difference: turns that came to count, that no longer do, or otherwise."""

    sort: Sort
    amount: Fraction
    behind: Behind

    @property
    def count(self) -> int:
        """How many turns it has."""
        return len(self.behind.owed)

    def keys(self) -> list[UUID]:
        """What stands for its turns."""
        return [key_of(one) for one in self.behind.owed]


@dataclass(frozen=True, slots=True)
class TurnBridge:
    """From an earlier number over its terms to a later one; the sum always holds."""

    earlier: Moment
    later: Moment
    start: Fraction
    end: Fraction
    terms: tuple[TurnTerm, ...]

    @property
    def holds(self) -> bool:
        """Whether the terms account for the whole difference."""
        return self.start + sum(term.amount for term in self.terms) == self.end


def bridge_of(figure: Figure, earlier: Moment, later: Moment) -> Bridge | TurnBridge:
    """The bridge of a figure, whether its rows stand in a table or are turns of a duty."""
    if isinstance(figure, TurnFigure):
        return turn_bridge(figure, earlier, later)
    return bridge(figure, earlier, later)


def turn_bridge(figure: TurnFigure, earlier: Moment, later: Moment) -> TurnBridge:
    """How a number of turns came from its value at one moment to that at another.

    A turn that fell due in between came; one that was short and has been made good went. Those of
    which it is not known whether they count are left out, as everywhere.
    """
    whole = replace(figure, share=None)
    before, after = whole.at(earlier), whole.at(later)
    assert isinstance(before, TurnFigure) and isinstance(after, TurnFigure)
    old, new = _sure(before), _sure(after)
    split = _told_apart if figure.aggregate == "distinct" else _counted
    terms = (
        TurnTerm("came", *split(after, new, old)),
        TurnTerm("gone", *_less(*split(before, old, new))),
        TurnTerm("changed", *_changed(after, old, new)),
    )
    start, end = before.number_of(_rows(old)), after.number_of(_rows(new))
    return TurnBridge(earlier, later, start, end, tuple(one for one in terms if one.count))


def _sure(figure: TurnFigure) -> Held:
    return {row.fact: (one, row) for one, row in figure.turns() if row.sure}


def _rows(held: Held) -> list[Row]:
    return [row for _, row in held.values()]


def _behind(figure: TurnFigure, held: Held, keys: Iterable[UUID]) -> Behind:
    return Behind(figure.duty, [held[key][0] for key in keys])


def _less(amount: Fraction, behind: Behind) -> tuple[Fraction, Behind]:
    return -amount, behind


def _counted(figure: TurnFigure, held: Held, other: Held) -> tuple[Fraction, Behind]:
    """The turns that count at one moment and not at the other, and what they come to."""
    keys = [key for key in held if key not in other]
    return figure.number_of(held[key][1] for key in keys), _behind(figure, held, keys)


def _told_apart(figure: TurnFigure, held: Held, other: Held) -> tuple[Fraction, Behind]:
    """The turns of those who are counted at one moment and not at the other."""
    value: Callable[[Row], Any] = (
        (lambda row: row.days) if figure.field == "day" else (lambda row: row.values[0])
    )
    there = {value(row) for row in _rows(other)}
    keys = [key for key, (_, row) in held.items() if value(row) not in there]
    return figure.number_of(held[key][1] for key in keys), _behind(figure, held, keys)


def _changed(figure: TurnFigure, old: Held, new: Held) -> tuple[Fraction, Behind]:
    """The turns that count at both moments for another amount: more days late, say."""
    if figure.aggregate != "sum":
        return Fraction(0), _behind(figure, new, ())
    keys = [key for key in new if key in old and new[key][1].values != old[key][1].values]
    was = figure.number_of(old[key][1] for key in keys)
    return figure.number_of(new[key][1] for key in keys) - was, _behind(figure, new, keys)
