"""What each record of a list owes in each period, what was done of it, and who still owes.

A duty is worked out for a whole list in a number of questions that does not grow with the list:
those who owe it at the end of each period, the rows of all periods once for each claim, and the
days that are excepted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.conditions import Unsayable, lasting
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Enrolment, Programme
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once
from bangfu.ledger.prepared import Question, asked_of_keys
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.ledger.workdays import working_days
from bangfu.lists.belonging import STILL, Counting, Row, counted_for
from bangfu.lists.claims import Asked
from bangfu.lists.judging import Judge, Owed, pairs
from bangfu.lists.listing import Listing
from bangfu.lists.turn_rows import OfTurns, turn_rows
from bangfu.programmes.kinds import Kind
from bangfu.programmes.literals import MULTIPLE, PERIODS
from bangfu.programmes.own_days import BEGAN, OwnDay, own_window
from bangfu.programmes.period import Span, cut, merged
from bangfu.programmes.schema import Duty, Phase
from bangfu.programmes.turns import Part, Turn, due_after, part_of, turns


def owed(
    programme: Programme, name: str, moment: Moment, *, since: dt.date | None = None
) -> list[Owed]:
    """A duty of the programme for every record and turn up to the moment's day.

    ``since``: only turns that end on that day or later. Turns that nothing can be done for yet
    are left out.
    """
    return list(DutyOf.named(programme, name, moment).owed(since))


@dataclass
class DutyOf:
    """One duty of a programme at a moment."""

    meaning: Meaning
    name: str
    entry: Duty
    moment: Moment
    owner: Kind
    asked: tuple[Asked, ...]
    only: frozenset[UUID] | None = None
    spans: dict[UUID, list[Span]] = field(default_factory=dict)

    @classmethod
    def named(
        cls,
        programme: Programme,
        name: str,
        moment: Moment,
        only: frozenset[UUID] | None = None,
    ) -> DutyOf:
        """The duty of a name, for all or ``only`` some records; Unsayable for what cannot be."""
        return cls.of_meaning(Meaning.of(programme, moment), name, moment, only)

    @classmethod
    def of_meaning(
        cls, meaning: Meaning, name: str, moment: Moment, only: frozenset[UUID] | None = None
    ) -> DutyOf:
        """The same of a file that was read already, or is not in force."""
        entry = meaning.file.entry(name)
        assert isinstance(entry, Duty)
        main = Asked.of_claim(entry)
        asked = (main, *(Asked.of_claim(one, main) for one in entry.also or ()))
        owner = Listing((entry.each,), moment, programme=meaning.row, file=meaning).kind
        return cls(meaning, name, entry, moment, owner, asked, only)

    @property
    def counting(self) -> Counting:
        """What the main claim counts."""
        return self.asked[0].counting(self.meaning, self.moment)

    def rows(self, counting: Counting, over: Span) -> dict[UUID, list[Row]]:
        """The rows of some days that a claim of the duty counts, by who owes it."""
        return rows_for(self.meaning, counting, self.owner, over)

    def owed(self, since: dt.date | None = None) -> Iterator[Owed]:
        """Each record and turn, in the order of the turns."""
        if self.from_its_day:
            yield from self._after_each(since)
            return
        going = [t for t in self.turns() if since is None or t.due >= since]
        if not going:
            return
        over = Span(min(t.first for t in going), max(t.due for t in going))
        judge = Judge.over(self, over)
        for turn in going:
            for key, part in self._members(turn, judge.excepted):
                yield judge.owed(key, turn, part)

    @property
    def from_its_day(self) -> bool:
        """Whether a deadline runs for each record from a day of its own."""
        entry = self.entry
        if entry.per is not None or entry.held:
            return False
        return entry.within is not None or self.window is not None

    @property
    def window(self) -> tuple[OwnDay, OwnDay] | None:
        """The window around a day of each record, if it is one."""
        return own_window(self.entry.window)

    def turns(self) -> tuple[Turn, ...]:
        """The turns that all owe alike and that have begun, the earliest first."""
        if self.from_its_day:
            return ()
        entry, span = self.entry, self.span()
        found = turns(
            span,
            per=entry.per,
            window=pairs(entry.window),
            within=None if entry.held else entry.within,
            spans=self._listed_spans(span),
            workdays=working_days(),
        )
        return tuple(turn for turn in found if turn.first <= self.moment.on)

    def span(self) -> Span:
        """The days on which the duty is judged: until another takes its place."""
        found = self.meaning.file.judged(self.name)
        if found is None:
            raise Unsayable(f"{self.name} was replaced before it began")
        return found

    def _listed_spans(self, span: Span) -> list[Span] | None:
        """The periods of a duty owed in each phase, or in each span of a list; of others None."""
        per, file = self.entry.per, self.meaning.file
        if per is None or MULTIPLE.fullmatch(per) or (per in PERIODS and per != "phase"):
            return None
        if per == "phase" or file.section_of(per) == "phase":
            phases = [e for n, e in file.entries("phase") if per in ("phase", n)]
            return [Span(one.from_, one.to) for one in phases if isinstance(one, Phase)]
        listing = Listing((per,), self.moment, programme=self.meaning.row, file=self.meaning)
        if listing.kind.nature not in ("state", "episode"):
            raise Unsayable(f"{per} has no first and last days")
        rows = listing.over(span).sure().values_list("began", "ended")
        return [Span(began, ended or span.ended) for began, ended in rows]

    # -------------------------------------------------------------- who owes it

    def _members(
        self, turn: Turn, excepted: Mapping[UUID, list[Span]]
    ) -> Iterator[tuple[UUID, Part]]:
        """Those on the list at the end of a turn, with the days they owe of it."""
        day = min(turn.asked.ended, self.moment.on)
        there = self._there()
        for key in self.on_list(day).order_by("pk").values_list("fact", flat=True):
            part = part_of(turn, there.get(key, ()), excepted.get(key, ()))
            if part is not None:
                yield key, part

    def on_list(self, day: dt.date) -> QuerySet[Any]:
        """Those on the list on a day."""
        return self._each(self.moment.on_day(day)).sure()

    def _each(self, moment: Moment) -> Listing:
        meaning = self.meaning
        only = None if self.only is None else tuple(self.only)
        return Listing((self.entry.each,), moment, programme=meaning.row, keys=only, file=meaning)

    def _there(self) -> dict[UUID, list[Span]]:
        """The days on which each record was there and taken in: asked once."""
        if not self.spans:
            if self.only is None:
                self.spans = spans_of(lasting(self.owner, self.moment), self.owner)
            else:
                self.spans = _spans_of_some(self.owner.name, self.only, self.moment)
            for name in self.enrolments():
                taken = taken_in(self.meaning, name, self.moment, self.only)
                self.spans = {
                    key: [part for span in spans for part in cut(taken.get(key, ()), span)]
                    for key, spans in self.spans.items()
                }
        return self.spans

    def enrolments(self) -> list[str]:
        """The enrolment that the list is of, if any."""
        chain = self.meaning.file.names.chain(self.entry.each)
        return [name for name in chain if self.meaning.sort_of(name) == "enrol"][:1]

    def listed(self, turns: Iterable[Turn]) -> Iterator[QuerySet[Any]]:
        """Those on the list on each day that counts for some turns, the latest first."""
        if self.from_its_day:
            listing = self._each(self.moment)
            lasts = self.owner.nature in ("state", "episode")
            yield (listing.over(self.span()) if lasts else listing).sure()
            return
        days = {min(turn.asked.ended, self.moment.on) for turn in turns}
        for day in sorted(days, reverse=True):
            yield self.on_list(day)

    # -------------------------------------------------------------- a deadline for each record

    def _after_each(self, since: dt.date | None) -> Iterator[Owed]:
        """Around or after a day of each record: met in time, late, or not at all."""
        going = [
            (key, turn)
            for key, turn in (self._around() if self.window else self._deadlines())
            if turn.first <= self.moment.on and (since is None or turn.due >= since)
        ]
        if not going:
            return
        first = min(self.span().began, *(turn.first for _, turn in going))
        judge = Judge.over(self, Span(first, self.moment.on))
        for key, turn in going:
            yield judge.late(key, turn)

    def _deadlines(self) -> Iterator[tuple[UUID, Turn]]:
        """So long after a day of each record that lies in the duty's own, the earliest first."""
        assert self.entry.within is not None
        fields = [name for name in self.entry.after or () if name in self.owner]
        span, within, days = self.span(), self.entry.within, working_days()
        for key, began in self._days_of(fields[0] if fields else ""):
            if began in span:
                yield key, due_after(began, within, workdays=days)

    def _around(self) -> Iterator[tuple[UUID, Turn]]:
        """The window of each record that shares a day with the duty, the earliest first."""
        assert self.window is not None
        opens, closes = self.window
        lasts = {key: closes.of(day) for key, day in self._days_of(closes.field)}
        found = [
            (Span(first, lasts[key]), key)
            for key, day in self._days_of(opens.field)
            if key in lasts and (first := opens.of(day)) <= lasts[key]
        ]
        for days, key in sorted(found):
            if days.overlap(self.span()):
                yield key, Turn(days, days, (days,), days.ended)

    def _days_of(self, name: str) -> list[tuple[UUID, dt.date]]:
        """What a day of each record is; without a name the one on which it begins."""
        listing, names = self._each(self.moment), self.enrolments()
        first = "date" if self.owner.nature == "event" else BEGAN
        column = (self.owner[name].read or name) if name in self.owner else first
        if "." in column:
            raise Unsayable(f"{self.name}: {name} is not a date of the record itself")
        if self.owner.nature in ("state", "episode"):
            listing = listing.over(self.span())
        rows = listing.sure().order_by(column, "pk").values_list("fact", column)
        if names and name in ("", BEGAN):
            taken = taken_in(self.meaning, names[0], self.moment, self.only)
            return [(key, max(s.began for s in taken[key])) for key, _ in rows if key in taken]
        return [(key, began) for key, began in rows if began is not None]


def rows_for(
    meaning: Meaning, counting: Counting, owner: Kind, over: Span
) -> dict[UUID, list[Row]]:
    """The rows of some days by the records that they belong to; of a duty its turns."""
    if not isinstance(counting, OfTurns):
        return counted_for(counting, owner, over)
    duty = DutyOf.of_meaning(meaning, counting.duty, counting.listing.moment)
    return turn_rows(duty, counting, owner, over)


def taken_in(
    meaning: Meaning, name: str, moment: Moment, only: Iterable[UUID] | None = None
) -> dict[UUID, list[Span]]:
    """The days on which all or ``only`` some subjects were taken in under an entry."""
    programme = meaning.programme_key()
    taken = Enrolment.objects.known(moment.known_at).filter(programme=programme, name=name)
    columns = ("subject", "began", "ended")

    def of(keys: list[UUID]) -> QuerySet[Any, Any]:
        return taken.filter(subject__in=keys).values_list(*columns)

    what = ("taken in", programme, name, moment.known_at)
    rows = (
        taken.values_list(*columns) if only is None else asked_of_keys(Question(what, of), [*only])
    )
    found: dict[UUID, list[Span]] = {}
    for key, began, ended in rows:
        found.setdefault(key, []).append(Span(began, ended or STILL))
    return found


@once
def _spans_of_some(owner: str, keys: frozenset[UUID], moment: Moment) -> dict[UUID, list[Span]]:
    kind = VOCABULARY[owner]

    def of(some: list[UUID]) -> QuerySet[Any, Any]:
        return lasting(kind, moment).filter(fact__in=some).values_list("fact", *_lasting_days(kind))

    return _merged(asked_of_keys(Question(("there", owner, moment), of), [*keys]), kind)


def spans_of(rows: Any, owner: Kind) -> dict[UUID, list[Span]]:
    """The days on which each record was there, whatever it was called or where it lay then."""
    return _merged(rows.values_list("fact", *_lasting_days(owner)), owner)


def _lasting_days(owner: Kind) -> tuple[str, str]:
    return ("date", "date") if owner.nature == "event" else ("began", "ended")


def _merged(
    lines: Iterable[tuple[UUID, dt.date, dt.date | None]], owner: Kind
) -> dict[UUID, list[Span]]:
    found: dict[UUID, list[Span]] = {}
    for key, began, ended in lines:
        last_day = STILL if owner.nature == "event" else ended or STILL
        found.setdefault(key, []).append(Span(began, last_day))
    return {key: list(merged(spans)) for key, spans in found.items()}
