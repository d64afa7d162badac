"""Agreements: what each side owes by the programme's file, counted from what it did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal
from uuid import UUID

from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning, NotInForce
from bangfu.ledger.models import Agreement, Programme
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.claims import Asked
from bangfu.lists.duties import DutyOf
from bangfu.lists.judging import Judge, Owed
from bangfu.programmes.entries import Obligation
from bangfu.programmes.period import Span
from bangfu.programmes.schema import Agreement as Rule
from bangfu.programmes.schema import Duty
from bangfu.programmes.turns import Part, Turn

Party = Literal["helper", "subject"]


@dataclass(frozen=True, slots=True)
class Obliged:
    """One obligation under one agreement: whose it is, and how each of its turns stands.

    ``owed`` is None where nothing is counted: what was agreed is said, and people say if it was
    kept. ``why`` says why something that should be counted cannot be.
    """

    item: str
    title: str
    party: Party
    owed: tuple[Owed, ...] | None
    why: str = ""


class ObligationOf(DutyOf):
    """One obligation as a duty that each agreement owes, by one of its sides.

    What is owed once is owed within the days of the agreement itself.
    """

    def owed(self, since: dt.date | None = None) -> Iterator[Owed]:
        """Each agreement and turn."""
        entry = self.entry
        if entry.per is not None or entry.window is not None or entry.within is not None:
            yield from super().owed(since)
            return
        span, whole = self.span(), Fraction(1)
        judge = Judge.over(self, span)
        rows = self._each(self.moment).over(Span(span.began, self.moment.on)).sure()
        for key, began, ended in rows.order_by("began", "pk").values_list("fact", "began", "ended"):
            days = Span(began, ended or span.ended).overlap(span)
            if days is not None and (since is None or days.ended >= since):
                turn = Turn(days, days, (days,), days.ended)
                yield judge.owed(key, turn, Part(days, True, whole, False))

    def span(self) -> Span:
        """The programme's days; when an agreement held is read of each."""
        return Span(self.meaning.file.from_, self.meaning.file.to)


def obligation(
    meaning: Meaning,
    name: str,
    item: str,
    moment: Moment,
    only: frozenset[UUID] | None = None,
) -> ObligationOf | None:
    """An obligation of an agreement of the programme; None where nothing is counted."""
    rule = meaning.file.entry(name)
    assert isinstance(rule, Rule)
    line = rule.items[item]
    if line.of is None:
        return None
    entry = _as_duty(line, name)
    main = replace(Asked.of_claim(entry), party=line.owner)
    further = (replace(Asked.of_claim(one, main), party=line.owner) for one in entry.also or ())
    kind = VOCABULARY["agreement"]
    return ObligationOf(meaning, f"{name}.{item}", entry, moment, kind, (main, *further), only)


def _as_duty(line: Obligation, name: str) -> Duty:
    shared = {key: getattr(line, key) for key in Duty.model_fields if hasattr(line, key)}
    return Duty.model_construct(**{**shared, "each": name, "from_": None, "to": None})


def obligations(row: Agreement, moment: Moment) -> Iterator[Obliged]:
    """What both sides of one agreement owe, in the file's order."""
    programme = Programme.objects.current().get(fact=row.programme_id)
    try:
        meaning = Meaning.of(programme, moment)
    except NotInForce:
        return
    if meaning.sort_of(row.name) != "agreement":
        return
    rule = meaning.file.entry(row.name)
    assert isinstance(rule, Rule)
    for item, line in rule.items.items():
        title, owed, why = line.title or item, None, ""
        try:
            of = obligation(meaning, row.name, item, moment, frozenset((row.fact,)))
            owed = None if of is None else tuple(of.owed())
        except Unsayable as wrong:
            why = str(wrong)
        yield Obliged(item, title, line.owner, owed, why)


def obliged(programme: Programme, name: str, moment: Moment) -> Iterator[tuple[str, Owed]]:
    """What is counted of all agreements of a name, by the item."""
    meaning = Meaning.of(programme, moment)
    rule = meaning.file.entry(name)
    assert isinstance(rule, Rule)
    for item in rule.items:
        of = obligation(meaning, name, item, moment)
        for owed in of.owed() if of else ():
            yield item, owed
