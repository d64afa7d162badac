"""What changed about a subject between two days: what happened, and what was learnt since.

What happened is asked as known at one time: facts old and new, what began, ended, was done. What
was learnt is what is known now of the days up to the first, and was not known at its end: what was
recorded late, put right or taken back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from bangfu.ledger import clock, vault
from bangfu.ledger.access import opens
from bangfu.ledger.conditions import model_of, sheet_of
from bangfu.ledger.models import Event, Fact, Span, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import Cell, Language, lines
from bangfu.lists.dossier import TIED, first_day, tie_of
from bangfu.lists.listing import Listing
from bangfu.lists.pages import keyed
from bangfu.programmes.kinds import Field, Kind

How = Literal["changed", "began", "ended", "on", "closed", "late", "corrected", "gone"]
#: What was learnt of earlier days, as against what happened since.
LEARNT: frozenset[How] = frozenset(("late", "corrected", "gone"))
#: Of one kind at most so many records, those written last; and so many states of the subject.
MOST, STATES = 200, 24


@dataclass(frozen=True, slots=True)
class Turned:
    """One field that is otherwise than before; sealed ones are only said to be."""

    field: Field
    old: Cell
    new: Cell


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is otherwise: how, on which day, by which event, and what it says now."""

    how: How
    kind: Kind
    fact: UUID
    day: dt.date
    event: Event
    turned: tuple[Turned, ...] = ()
    cells: tuple[tuple[Field, Cell], ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Between:
    """The two days, and what was known of the later one."""

    since: dt.date
    moment: Moment

    @property
    def then(self) -> Moment:
        """The first day, as known at its end."""
        return Moment(self.since, clock.end_of(self.since))

    @property
    def hindsight(self) -> Moment:
        """The first day, as known for the second."""
        return self.moment.on_day(self.since)

    def holds(self, day: dt.date | None) -> bool:
        """Whether a day lies after the first and not after the second."""
        return day is not None and self.since < day <= self.moment.on


@dataclass
class Changes:
    """Everything that changed, the latest first; ``cut`` names kinds of which there is more."""

    found: list[Change]
    cut: list[Kind] = field(default_factory=list)

    @property
    def happened(self) -> list[Change]:
        """What happened between the two days."""
        return [one for one in self.found if one.how not in LEARNT]

    @property
    def learnt(self) -> list[Change]:
        """What was learnt meanwhile of the days before."""
        return [one for one in self.found if one.how in LEARNT]


def changes(user: User, kind: Kind, key: UUID, between: Between, language: Language) -> Changes:
    """What changed about a subject, as far as the account may open what is tied to it."""
    answer = Changes(list(_of_itself(kind, key, between, language)))
    for name in TIED:
        rows, more = _touched(user, VOCABULARY[name], key, between)
        answer.found += _of_ties(VOCABULARY[name], rows, between, language)
        if more:
            answer.cut.append(VOCABULARY[name])
    answer.found.sort(key=lambda one: (one.day, one.event.at, str(one.fact)), reverse=True)
    return answer


# ------------------------------------------------------------------ the subject itself


def _of_itself(kind: Kind, key: UUID, between: Between, language: Language) -> Iterator[Change]:
    """How the subject's own facts turned, state by state."""
    rows = [*_versions(model_of(kind), key)]
    sheets = [*_versions(sheet_of(kind), key)] if kind.sheet else []
    shown = [f for f in kind.fields.values() if f.type != "many" and f.compute is None]
    before: _State | None = None
    for moment in _moments(rows + sheets, between):
        state = _state(kind, shown, rows, sheets, moment, language)
        if state is not None and before is not None:
            yield from _turned_state(kind, before, state, between)
        before = state or before


@dataclass(frozen=True, slots=True)
class _State:
    moment: Moment
    row: Any
    sheet: Any
    cells: Mapping[str, Cell]


def _versions(model: Any, key: UUID) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.filter(fact=key)
    return rows.select_related("event__by")


def _moments(rows: Iterable[Any], between: Between) -> list[Moment]:
    """The first day as known then and now, and every day on which a state began since."""
    later = {
        row.began
        for row in rows
        if between.holds(row.began) and _knew(row, between.moment.known_at)
    }
    days = sorted(later)[-STATES:]
    return [between.then, between.hindsight, *(between.moment.on_day(day) for day in days)]


def _knew(row: Any, known_at: dt.datetime | None) -> bool:
    if known_at is None:
        return row.superseded_at is None
    gone = row.superseded_at is not None and row.superseded_at <= known_at
    return bool(row.recorded_at <= known_at and not gone)


def _so(row: Any, moment: Moment) -> bool:
    if not _knew(row, moment.known_at):
        return False
    if isinstance(row, Span):
        return row.began <= moment.on and (row.ended is None or row.ended >= moment.on)
    return bool(row.date <= moment.on)


def _standing(rows: Iterable[Any], moment: Moment) -> Any:
    return next((row for row in rows if _so(row, moment)), None)


def _state(
    kind: Kind,
    shown: Sequence[Field],
    rows: Sequence[Any],
    sheets: Sequence[Any],
    moment: Moment,
    language: Language,
) -> _State | None:
    row = _standing(rows, moment)
    if row is None:
        return None
    listing = Listing((kind.name,), moment)
    line = lines(listing, keyed(type(row), [row.pk]), shown, language=language)[0]
    cells = {f.key: cell for f, cell in zip(shown, line.cells, strict=True)}
    return _State(moment, row, _standing(sheets, moment), cells)


def _turned_state(kind: Kind, old: _State, new: _State, between: Between) -> Iterator[Change]:
    """The fields that turned, those of the sheet and those of the subject apart."""
    how: How = "corrected" if new.moment == between.hindsight else "changed"
    for source in ("sheet", "row"):
        at, was = getattr(new, source), getattr(old, source)
        turned = tuple(
            Turned(f, old.cells[f.key], new.cells[f.key])
            for f in map(kind.fields.__getitem__, new.cells)
            if f.read.startswith("sheet.") == (source == "sheet")
            and _otherwise(f, old.cells[f.key], new.cells[f.key], was, at)
        )
        if at is not None and turned:
            day = new.moment.on if how == "changed" else at.began
            told = getattr(at, "source", "")
            yield Change(how, kind, at.fact_key, day, at.event, turned, source=told)


def _otherwise(of: Field, old: Cell, new: Cell, was: Any, row: Any) -> bool:
    if of.sensitivity != "sealed":
        return old.text != new.text
    column = (of.read or of.key).removeprefix("sheet.")
    return _opened(was, column) != _opened(row, column)


def _opened(row: Any, column: str) -> str:
    """A sealed value of a row, to be compared and never shown; empty once it cannot be opened."""
    held = getattr(row, column, None)
    owner = getattr(row, "subject_id", None) or getattr(row, "fact_key", None)
    key = vault.keys_of([owner]).get(owner) if held and owner else None
    return key.open(column, bytes(held)) if key is not None and held else ""


# ------------------------------------------------------------------ what is tied to it


def _touched(user: User, kind: Kind, key: UUID, between: Between) -> tuple[list[Any], bool]:
    """Every version of the records of a kind of which something may be otherwise."""
    model: Any = model_of(kind)
    tied = opens(user, kind, model.objects.filter(tie_of(kind.name, key)))
    learnt = Q(recorded_at__gt=between.then.known_at) | Q(superseded_at__gt=between.then.known_at)
    window = Q()
    for column in ("date", "closed") if kind.nature == "event" else ("began", "ended"):
        if column in {f.name for f in model._meta.concrete_fields}:
            first = between.since - dt.timedelta(days=column == "ended")
            window |= Q(**{f"{column}__gt": first, f"{column}__lte": between.moment.on})
    touched = tied.filter(learnt | window).order_by("-recorded_at")
    facts = list(dict.fromkeys(touched.values_list("fact", flat=True)[: 4 * MOST]))
    rows = tied.filter(fact__in=facts[:MOST]).select_related("event__by", "superseded_by__by")
    return list(rows.order_by(first_day(kind), "recorded_at")), len(facts) > MOST


@dataclass(frozen=True, slots=True)
class _Step:
    """From one row of a record to the next; the first has none before it, the last none after."""

    how: How
    day: dt.date
    old: Fact | None
    new: Fact | None

    @property
    def row(self) -> Any:
        return self.new or self.old

    @property
    def event(self) -> Event:
        gone = self.how == "gone" and self.row.superseded_by
        event: Event = gone or self.row.event
        return event


def _of_ties(
    kind: Kind, rows: Sequence[Any], between: Between, language: Language
) -> Iterator[Change]:
    facts: dict[UUID, list[Any]] = {}
    for row in rows:
        facts.setdefault(row.fact_key, []).append(row)
    steps = [step for versions in facts.values() for step in _steps(kind, versions, between)]
    cells = _in_words(kind, steps, between.moment, language)
    for step in steps:
        old, new = (cells.get(row.pk, {}) if row else {} for row in (step.old, step.new))
        turned = _turned(kind, step, old, new)
        if step.old is None or step.new is None or turned:
            told = tuple((kind[name], cell) for name, cell in (new or old).items())
            source = getattr(step.row, "source", "")
            yield Change(step.how, kind, step.row.fact_key, step.day, step.event,
                         turned, told, source)  # fmt: skip


def _turned(
    kind: Kind, step: _Step, old: Mapping[str, Cell], new: Mapping[str, Cell]
) -> tuple[Turned, ...]:
    if step.old is None or step.new is None:
        return ()
    # A new state begins and the one before it ends; that is said by its day already.
    left = ("began", "ended") if step.how in ("changed", "ended") else ()
    return tuple(
        Turned(kind[name], old[name], cell)
        for name, cell in new.items()
        if name not in left and _otherwise(kind[name], old[name], cell, step.old, step.new)
    )


def _steps(kind: Kind, rows: Sequence[Any], between: Between) -> Iterator[_Step]:
    """How one record came from what was known of it to what is."""
    then = _standing(rows, between.then)
    now = [row for row in rows if _knew(row, between.moment.known_at)]
    if kind.nature == "event":
        yield from _happening(then, now[-1] if now else None, between)
    else:
        yield from _spans(then, now, between)


def _happening(then: Any, now: Any, between: Between) -> Iterator[_Step]:
    if now is None:
        if then is not None:
            yield _Step("gone", then.date, then, None)
    elif then is None:
        if now.date <= between.moment.on:
            yield _Step("on" if between.holds(now.date) else "late", now.date, None, now)
        if between.holds(getattr(now, "closed", None)) and now.date <= between.since:
            yield _Step("closed", now.closed, None, now)
    elif now.pk != then.pk or now.recorded_at != then.recorded_at:
        closed = between.holds(getattr(now, "closed", None))
        yield _Step("closed" if closed else "corrected", now.closed if closed else now.date,
                    then, now)  # fmt: skip
    elif between.holds(getattr(now, "closed", None)):
        yield _Step("closed", now.closed, None, now)


def _spans(then: Any, now: Sequence[Any], between: Between) -> Iterator[_Step]:
    stood = _standing(now, between.hindsight)
    later = [row for row in now if between.holds(row.began)]
    before = [row for row in now if row.began <= between.since]
    if then is not None and not now:
        yield _Step("gone", then.began, then, None)
    elif then is not None and stood is None:
        new = before[-1] if before else now[0]
        yield _Step("corrected", new.began, then, new)
    elif then is None and stood is not None:
        yield _Step("late", stood.began, None, stood)
    elif then is not None and stood is not None and then.recorded_at != stood.recorded_at:
        yield _Step("corrected", stood.began, then, stood)
    last = stood
    for row in later:
        yield _Step("began" if last is None else "changed", row.began, last, row)
        last = row
    if last is not None and _ended(last, between):
        yield _Step("ended", last.ended, None, last)


def _ended(row: Any, between: Between) -> bool:
    return row.ended is not None and between.since <= row.ended < between.moment.on


def _in_words(
    kind: Kind, steps: Sequence[_Step], moment: Moment, language: Language
) -> dict[UUID, dict[str, Cell]]:
    """The values of the rows of all steps in words; of one record one row is read at a time."""
    shown = [f for f in kind.fields.values() if f.compute is None]
    left = {row.pk: row for step in steps for row in (step.old, step.new) if row is not None}
    found: dict[UUID, dict[str, Cell]] = {}
    while left:
        turn = {row.fact_key: row for row in left.values()}
        like = next(iter(turn.values()))
        listing = Listing((kind.name,), moment)
        rows = keyed(type(like), [row.pk for row in turn.values()])
        for line in lines(listing, rows, shown, language=language):
            cells = {f.key: cell for f, cell in zip(shown, line.cells, strict=True)}
            found[turn[line.fact].pk] = cells
        for row in turn.values():
            del left[row.pk]
    return found
