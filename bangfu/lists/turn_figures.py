"""A figure over the turns of a duty: worked out each time, since no table holds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any
from uuid import UUID

from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning
from bangfu.lists.belonging import Row
from bangfu.lists.claims import read
from bangfu.lists.duties import DutyOf
from bangfu.lists.figure import Figure
from bangfu.lists.judging import Owed
from bangfu.lists.listing import Listing
from bangfu.lists.numbers import Group, Reading, divided
from bangfu.lists.turn_rows import SAID, OfTurns, turn_rows, turns_counted
from bangfu.programmes.kinds import Field
from bangfu.programmes.period import Span

Turns = list[tuple[Owed, Row]]


@dataclass(frozen=True, slots=True)
class Behind:
    """The turns of a duty that stand behind a number."""

    duty: DutyOf
    owed: list[Owed]


def turns_behind(meaning: Meaning, counting: OfTurns, facts: Collection[UUID]) -> Behind:
    """Those of a duty's turns that were counted, by what stands for them."""
    moment = counting.listing.moment
    duty = DutyOf.of_meaning(meaning, counting.duty, moment)
    told = turns_counted(
        duty, counting, Span(meaning.file.from_, max(meaning.file.from_, moment.on))
    )
    return Behind(duty, [one for one, row in told if row.fact in facts])


class TurnFigure(Figure):
    """A figure whose rows are turns; its list names the duty and what is asked of them."""

    @property
    def worked_out(self) -> bool:
        """Turns stand in no table."""
        return True

    @property
    def is_money(self) -> bool:
        """Turns are a number."""
        return False

    @property
    def duty(self) -> DutyOf:
        """The duty whose turns are counted."""
        meaning = self.listing.meaning
        assert isinstance(meaning, Meaning)
        return DutyOf.of_meaning(meaning, self.listing.of[0], self.moment)

    def turns(self) -> Turns:
        """Those that fell due, the unsure ones too, each with its row."""
        return list(turns_counted(self.duty, self._counting, self._span))

    def behind(self) -> Behind:
        """Those that surely count."""
        return Behind(self.duty, [one for one, row in self.turns() if row.sure])

    def reading(self, counted: Sequence[int] | None = None) -> Reading:
        """Worked out now."""
        told = self.turns()
        return self._reading([row for _, row in told])

    def number_of(self, rows: Iterable[Row]) -> Fraction:
        """What some turns that surely count come to."""
        return read(rows, self._counting, (self._span,)).low

    def _reading(self, rows: Sequence[Row]) -> Reading:
        found = read(rows, self._counting, (self._span,))
        sure = sum(row.sure for row in rows)
        if self.share is None:
            return Reading(found.low, found.high, sure, len(rows) - sure)
        low, high = divided(found.low, found.high, self.share.reading())
        return Reading(low, high, sure, len(rows) - sure)

    def keys(self) -> list[UUID]:
        """What stands for the turns that surely count."""
        return [row.fact for _, row in self.turns() if row.sure]

    def given_by(self) -> list[Field]:
        """The fields of a turn that it is given by."""
        for path in self.by:
            if path not in self.kind or path not in SAID:
                raise Unsayable(f"{self.name}: turns are not given by {path}")
        return [self.kind[path] for path in self.by]

    def groups(self) -> list[Group]:
        """The figure by what its turns say: by verdict, or by the day on which they are due."""
        fields = self.given_by()
        if not fields:
            return []
        found: dict[Any, list[Row]] = defaultdict(list)
        for one, row in self.turns():
            told = tuple(SAID[field.key](one) for field in fields)
            found[told[0] if len(told) == 1 else told].append(row)
        return [Group(key, key, self._reading(found[key])) for key in sorted(found, key=str)]

    def each_of(self, owners: Listing, via: str) -> dict[UUID, Reading]:
        """The figure for every record to which turns belong; others have none."""
        counting = replace(self._counting, via=via)
        found = turn_rows(self.duty, counting, owners.kind, self._span)
        return {key: self._reading(rows) for key, rows in found.items()}

    @property
    def _counting(self) -> OfTurns:
        return OfTurns(self.listing, self.field, self.aggregate == "sum")

    @property
    def _span(self) -> Span:
        meaning = self.listing.meaning
        assert isinstance(meaning, Meaning)
        return Span(min(meaning.file.from_, self.moment.on), self.moment.on)
