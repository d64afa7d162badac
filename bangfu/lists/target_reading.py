"""What a target counts until a day, and what it is held against: periods, figures, baselines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Self

from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Programme
from bangfu.ledger.moment import Moment
from bangfu.lists.claims import Asked, Read
from bangfu.lists.figure import (
    Figure,
    aggregate_of,
    figure_of,
    made_of,
    number_named,
)
from bangfu.lists.listing import Listing
from bangfu.lists.their_days import day_of, held_since
from bangfu.programmes.amount import share
from bangfu.programmes.bounds import says_how_many
from bangfu.programmes.entries import Bounded
from bangfu.programmes.literals import MULTIPLE, PERIODS, SHARE, YEAR_EARLIER, is_day, is_number
from bangfu.programmes.period import Span, add_months, periods
from bangfu.programmes.schema import Alert, Phase, Target


@dataclass
class TargetRead:
    """One target of a programme at a moment, or an alert that is read as a target is."""

    meaning: Meaning
    name: str
    entry: Target | Alert
    moment: Moment
    asked: Asked

    @classmethod
    def named(cls, programme: Programme, name: str, moment: Moment) -> Self:
        """The target of a name; Unsayable for what cannot be worked out."""
        return cls.of_meaning(Meaning.of(programme, moment), name, moment)

    @classmethod
    def of_meaning(cls, meaning: Meaning, name: str, moment: Moment) -> Self:
        """The same of a file that was read already, or is not in force."""
        entry = meaning.file.entry(name)
        assert isinstance(entry, Target | Alert)
        if entry.of is None:
            raise Unsayable(f"{name} is not counted from a list")
        for word in ("within", "except_", "also", "by"):
            if getattr(entry, word) is not None:
                raise Unsayable(f"{name}: {word.rstrip('_')} is not worked out of a target")
        return cls(meaning, name, entry, moment, Asked.of_claim(entry))

    @property
    def totals_only(self) -> bool:
        """Whether nobody is to open the rows."""
        return isinstance(self.entry, Target) and self.entry.readers == ()

    def span(self) -> Span:
        """The days on which the target is judged: until another takes its place."""
        found = self.meaning.file.judged(self.name)
        if found is None:
            raise Unsayable(f"{self.name} was replaced before it began")
        return found

    def milestones(self) -> list[tuple[dt.date, Bounded, tuple[str, ...]]]:
        """Each day on which it is judged, with the bound and what is counted."""
        entry, span, of = self.entry, self.span(), tuple(self.entry.of or ())
        assert isinstance(entry, Target)
        found: list[tuple[dt.date, Bounded, tuple[str, ...]]] = [
            (one.on, one, tuple(one.of or of)) for one in entry.items or ()
        ]
        if entry.per is not None:
            begun = [p for p in self.turns() if p.began <= self.moment.on]
            found += [(min(p.ended, span.ended), entry, of) for p in begun]
        elif says_how_many(entry) or not found:
            last = entry.on if is_day(entry.on) else span.ended
            assert isinstance(last, dt.date)
            found.append((last, entry, of))
        return sorted((one for one in found if one[0] <= span.ended), key=lambda one: one[0])

    def turns(self) -> Iterator[Span]:
        """The periods at whose ends it is read: of the calendar, or the phases of the file."""
        per, span, file = self.entry.per, self.span(), self.meaning.file
        assert per is not None
        if per != "phase" and (per in PERIODS or MULTIPLE.fullmatch(per)):
            yield from periods(span, per)
        elif per == "phase" or file.section_of(per) == "phase":
            for name, one in file.entries("phase"):
                if isinstance(one, Phase) and per in ("phase", name):
                    inside = Span(one.from_, one.to).overlap(span)
                    if inside is not None:
                        yield inside
        else:
            raise Unsayable(f"{self.name}: a target is not read in each span of a list")

    # -------------------------------------------------------------- readings

    def figure(self, of: tuple[str, ...], on: dt.date) -> Figure:
        """What is counted until a day, as a figure that opens to its rows."""
        entry, moment = self.entry, self.moment.on_day(on)
        listing = Listing(
            of, moment, entry.where or {}, self.meaning.row, file=self.meaning, entry=self.name
        )
        whole_of = None
        if entry.out_of is not None:
            whole = entry.out_of
            of_whole, where = tuple(whole.of or ()), whole.where or {}
            part = Listing(of_whole, moment, where, self.meaning.row, file=self.meaning)
            whole_of = made_of(part)("", "", self._dated(part, on), *aggregate_of(whole))
        title = entry.title or self.name
        return made_of(listing)(
            self.name, title, self._dated(listing, on), *aggregate_of(entry),
            unit=entry.unit or "", share=whole_of,
        )  # fmt: skip

    def _dated(self, listing: Listing, on: dt.date) -> Listing:
        """Happenings count from the target's first day to the day that is read.

        So do lasting records with ``held = "any"``: also those that have ended. Papers count
        whenever they are from, unless each period asks for its own.
        """
        if self.entry.held == "any" and listing.kind.nature == "state":
            return held_since(listing, self._since(on))
        if listing.kind.nature != "event":
            return listing
        if listing.kind.name == "document" and self.entry.per is None:
            return listing
        day = self.entry.on if isinstance(self.entry.on, str) else day_of(listing)
        began = min(self._since(on), on)
        return listing.narrowed({day: {"from": began, "to": on}})

    def _since(self, on: dt.date) -> dt.date:
        if self.entry.per is None:
            return self.span().began
        found = [p.began for p in self.turns() if on in p]
        return found[0] if found else self.span().began

    def _baseline(self, of: tuple[str, ...], on: dt.date) -> Fraction | None:
        """What change is shown against: a number, or a reading on another day."""
        base = self.entry.baseline
        if base is None:
            return None
        if is_number(base):
            return Fraction(str(base)) * self._scale(of)
        if isinstance(base, str) and SHARE.fullmatch(base):
            return share(base)
        if isinstance(base, str) and base != YEAR_EARLIER:
            return self._named(base, on, self._scale(of))
        day = add_months(on, -12) if base == YEAR_EARLIER else base
        assert isinstance(day, dt.date)
        told = read_figure(self._then(of, day))
        return None if told is None else told.low

    def _named(self, base: str, on: dt.date, scale: int) -> Fraction | None:
        """A baseline that a figure or a dated value of one number gives on a day."""
        meaning, moment = self.meaning, self.moment.on_day(on)
        if meaning.sort_of(base) == "value":
            told = number_named(meaning, base, moment, scale)
        else:
            figure = figure_of(meaning.row, base, moment, meaning=meaning)
            told = number_named(meaning, base, moment, scale) if read_figure(figure) else None
        return None if told is None or told.low is None else Fraction(told.low)

    def _then(self, of: tuple[str, ...], day: dt.date) -> Figure:
        """The same figure on an earlier day; happenings of the year that ends with it."""
        figure = self.figure(of, day)
        if figure.kind.nature != "event":
            return figure
        field = self.entry.on if isinstance(self.entry.on, str) else day_of(figure.listing)
        entry = self.entry
        listing = Listing(of, self.moment.on_day(day), entry.where or {}, self.meaning.row)
        began = add_months(self._since(add_months(day, 12)), -12)
        return replace(figure, listing=listing.narrowed({field: {"from": began, "to": day}}))

    def _scale(self, of: tuple[str, ...]) -> int:
        return 100 if self.figure(of, self.moment.on).is_money else 1


def read_figure(figure: Figure) -> Read | None:
    """The reading of a figure; of a statistic that nobody stated it is not known."""
    told = figure.reading()
    if told.low is None:
        return None
    if figure.aggregate == "sum" and figure.kind.nature == "state" and not told.rows:
        return None
    return Read(Fraction(told.low), None if told.high is None else Fraction(told.high))
