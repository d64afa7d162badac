"""A list that was judged row by row is accepted as one event, and undone as a whole."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection

from bangfu.ledger import clock
from bangfu.ledger.access import NotAllowed, require, require_many
from bangfu.ledger.actions import assurance as assurances
from bangfu.ledger.actions import coming, records_ready
from bangfu.ledger.actions import fund as funds
from bangfu.ledger.actions.change_ready import Laid
from bangfu.ledger.actions.event import (
    Act,
    By,
    Overtaken,
    Refused,
    action,
    beforehand,
    current_act,
    under_way,
)
from bangfu.ledger.actions.insert_values import given_twice, last_written, let_go
from bangfu.ledger.actions.intake_changes import (
    CHANGED,
    Change,
    Changed,
    change,
    lay_ready,
    told_of,
)
from bangfu.ledger.actions.intake_new import New, NewHome, NewPerson
from bangfu.ledger.actions.intake_rows import NewRecord, write_all
from bangfu.ledger.actions.intake_steps import emptied, hold
from bangfu.ledger.actions.person import refuse_shared, refuse_shared_by_now
from bangfu.ledger.actions.reckoning import reckon_anew
from bangfu.ledger.actions.undoing import Part
from bangfu.ledger.collecting import uncollected
from bangfu.ledger.models import (
    Activity,
    Affiliation,
    Assurance,
    Award,
    Benefit,
    Class,
    Encounter,
    Enrolment,
    Entry,
    Event,
    Fact,
    Handling,
    HealthDetail,
    Household,
    Income,
    Intake,
    Measure,
    Need,
    Pairing,
    Participant,
    Payout,
    Person,
    Place,
    Practice,
    Proceeding,
    Project,
    ProjectState,
    Qualification,
    Statistic,
    Stint,
    Subject,
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What of a list is to be written."""

    homes: Sequence[NewHome] = ()
    persons: Sequence[NewPerson] = ()
    changes: Sequence[Change] = ()
    records: Sequence[NewRecord] = ()

    def __bool__(self) -> bool:
        return len(self) > 0

    def __str__(self) -> str:
        """A digest of every row: whether the same is asked again is told without holding it all."""
        told = hashlib.sha256()
        for rows in (self.homes, self.persons, self.changes, self.records):
            for row in rows:
                told.update(repr(row).encode("utf-8", "surrogatepass"))
            told.update(b"\n")
        return told.hexdigest()

    def __len__(self) -> int:
        return len(self.homes) + len(self.persons) + len(self.changes) + len(self.records)


@dataclass(frozen=True, slots=True)
class Ready:
    """What a list brings in, made ready before its transaction; ``seen`` is the last event that
    was there when it was asked whether numbers are given twice. ``changed``: by kind, what it
    changes of what is on record. ``unjudged``: verdicts that are not ready. ``records``: those of a
    list of records, which has nothing else.
    """

    act: Act
    new: New
    seen: int = 0
    changed: Mapping[str, Changed] = field(default_factory=dict)
    unjudged: Sequence[Change] = ()
    records: records_ready.MadeRecords | None = None


#: So often a list is made ready anew because something overtook it; then others wait for it.
_TRIES = 3
#: A list with fewer rows of people is written as quickly as it would be made ready.
_FEW = 500


@uncollected()
def take_in(
    *, by: By, rows: Accepted, on: dt.date, source: str, intake: Intake | None = None
) -> int:
    """Accept a list so that nobody waits for what it takes to compute and to write; how many rows.

    On SQLite one writes at a time: keys, sealing and digests are made before, in memory (decision
    0034), and the rows then are written in portions that nobody sees before the last (0050).
    """
    told: dict[str, Any] = {"by": by, "rows": rows, "on": on, "source": source, "intake": intake}
    people = len(rows.homes) + len(rows.persons) + len(rows.changes)
    done = by.key is not None and Event.objects.filter(pk=by.key).exists()
    for _ in range(_TRIES if connection.vendor == "sqlite" and not done else 0):
        if people >= _FEW:
            way = _brought(by, rows, on, source)
        elif len(rows.records) >= _FEW and not people and records_ready.may_be_made(rows.records):
            way = _recorded(by, rows.records)
        else:
            break
        with contextlib.suppress(Overtaken), way as ready:
            return accept(**told, ready=ready)
    return accept(**told)


@contextlib.contextmanager
def _brought(by: By, rows: Accepted, on: dt.date, source: str) -> Iterator[Ready]:
    """What a list brings in, written but unseen; taken away again unless it is accepted."""
    act = beforehand("intake.accept", by)
    new, changed = New(rows.homes, rows.persons, on, source), dict[str, Changed]()
    new.ask(by)
    try:
        with under_way(act):
            new.make()
            for kind in CHANGED:
                changed[kind] = Changed(Laid(CHANGED[kind]))
                lay_ready(by, changed[kind], told_of(rows.changes, kind), on)
            unjudged = _judged(by, told_of(rows.changes, "assurance"), on, source)
        seen = last_written()
        _refuse_given_twice(rows)
        coming.bring(act, *(one.laid for one in changed.values()))
        yield Ready(act, new, seen, changed, unjudged)
    finally:
        coming.take_away(act.event.id)
        let_go(act)
        for one in changed.values():
            one.laid.let_go()


@contextlib.contextmanager
def _recorded(by: By, records: Sequence[NewRecord]) -> Iterator[Ready]:
    """The records of a list, made and laid ready; nothing of them is written."""
    require(by.user, "intake.accept")
    act = beforehand("intake.accept", by)
    try:
        made = records_ready.lay_ready(by, act, records)
        yield Ready(act, New((), (), clock.today(), ""), records=made)
    finally:
        let_go(act)


def _refuse_given_twice(rows: Accepted, since: int | None = None) -> None:
    """Refuse a list of which a person has the number of somebody who is on record by now."""
    if rows.persons and given_twice(Person, "identity_index", since=since):
        refuse_shared()


@action("intake.accept")
@uncollected()
def accept(
    *, by: By, rows: Accepted, on: dt.date, source: str, intake: Intake | None = None,
    ready: Ready | None = None,
) -> int:  # fmt: skip
    """Write the rows of a list that were found good, as collected on a day; how many.

    Each row is written as the action of its kind would, within what the account may do; all of
    them stand or fall together, as one event. ``intake``: the staged list, which is over then.
    ``ready``: what was made of its new households and persons before.
    """
    require(by.user, "intake.accept")
    held = hold(by, "intake.accept", intake) if intake else None
    if not rows:
        raise Refused("nothing_to_accept", "No row of this list changes anything.")
    new = ready.new if ready else New(rows.homes, rows.persons, on, source)
    new.ask(by)
    if ready is None:
        new.make()
    elif ready.records is None:
        coming.arrive(ready.act)
    new.check(by)
    numbers = set(new.numbers)
    for kind in CHANGED:
        changed = ready.changed.get(kind) if ready else None
        numbers |= change(by, kind, told_of(rows.changes, kind), on, changed)
    _judge(by, rows, on, source, ready)
    if ready and ready.records:
        ready.records.write()
    else:
        write_all(by, rows.records)
    if ready:
        _refuse_given_twice(rows, since=ready.seen)
    refuse_shared_by_now(numbers)
    if held is not None:
        emptied(held, "accepted", current_act().event.id)
    return len(rows)


def _judge(by: By, rows: Accepted, on: dt.date, source: str, ready: Ready | None) -> None:
    """How households on record stand: in bulk, or as it lies ready; one by one what is left."""
    told = told_of(rows.changes, "assurance")
    if ready is None:
        left = _judged(by, told, on, source)
    elif Assurance in ready.act.bulk and assurances.judged_meanwhile():
        raise Overtaken
    else:
        require_many(by.user, "assurance.judge", "household", {one.subject for one in told})
        left = ready.unjudged
    for one in left:
        home = Subject.objects.get(pk=one.subject)
        verdicts = dict(one.sheet)
        assurances.judge(by=by, subject=home, on=on, verdicts=verdicts, evidence=source)


def _judged(by: By, told: Sequence[Change], on: dt.date, source: str) -> Sequence[Change]:
    """Write verdicts of households on record in bulk; those that go one by one.

    These are of who was judged on that day already, and of who is told of twice.
    """
    first = {one.subject: one for one in reversed(told)}
    left = assurances.judge_many(
        by=by, told={key: one.sheet for key, one in first.items()}, on=on, evidence=source
    )
    return [one for one in told if one is not first[one.subject] or one.subject in left]


#: What an accepted list writes; what stands on something goes before it.
_WRITTEN: tuple[type[Any], ...] = (
    Handling, Proceeding, Assurance, Income, Benefit, Payout, Award, Stint, Affiliation, Practice,
    Qualification, HealthDetail, Encounter, Class, Enrolment, Pairing, Need, Participant, Activity,
    Measure, Statistic, ProjectState, Project, Person, Household, Subject,
)  # fmt: skip


@action("intake.undo")
def undo(*, by: By, event: UUID) -> int:
    """Take back what an accepted list wrote; how many it was about.

    Refused where anything was entered since that stands on it; what that is, is said by its kinds.
    """
    done = Event.objects.filter(pk=event, verb="intake.accept").first()
    if done is None:
        raise Refused("no_such_upload", "There is no accepted list of that number.")
    if by.user is not None and done.by_id != by.user.pk:
        raise NotAllowed("intake.undo")
    parts = [Part(model, done) for model in _WRITTEN]
    subjects = {whose for part in parts for row in part.stands if (whose := _whose(row))}
    others = {key for part in parts for row in part.stands if (key := _other_of(row))}
    booked = funds.standing_in(Entry.objects.filter(event=done))
    if not subjects and not others and not booked:
        raise Refused("undone_already", "Nothing of this list is believed any more.")
    require(by.user, "intake.undo")
    for kind, theirs in _by_kind(subjects).items():
        require_many(by.user, "intake.undo", kind, theirs)
    for model in (Measure, Project):
        require(by.user, "intake.undo", *model.objects.current().filter(fact__in=others))
    for place in Place.objects.current().filter(fact__in=others):
        require(by.user, "intake.undo", place=place)
    if later := _later(done, parts):
        raise Refused(
            "stands_on_it",
            "%(count)s later records stand on what this list brought in (%(kinds)s). Take these "
            "back first; nothing was changed.",
            count=sum(later.values()),
            kinds=", ".join(sorted(later)),
        )
    for entry in booked:
        # money is never unsaid: a further entry takes it back, on the day of undoing
        funds.counter(by=by, entry=entry, on=clock.today(), voucher=_TAKEN_BACK)
    for part in parts:
        part.take_back()
    for line in next(part.stands for part in parts if part.model is Income):
        reckon_anew(line)
    Intake.objects.filter(event=done).update(state="undone")
    return len(subjects) + len(others) + len(booked)


#: The voucher of entries by which a list of money is taken back.
_TAKEN_BACK = "撤销名单"


def _other_of(row: Any) -> UUID | None:
    """What a row is about where that is no subject: a measure, a project, a statistic's place."""
    match row:
        case Measure() | Project():
            return row.fact_key
        case ProjectState():
            return row.project_id
        case Activity():
            return row.measure_id
        case Statistic():
            return row.place_id
    return None


def _whose(row: Any) -> UUID | None:
    """Whom a row is about; of what was done that is said by all but who did it."""
    if isinstance(row, Activity | Measure | Statistic | Project | ProjectState) or (
        isinstance(row, Participant) and row.part == "who"
    ):
        return None
    if isinstance(row, Person | Household | Subject):
        return row.fact_key
    key: UUID = row.person_id if isinstance(row, _OF_A_PERSON) else row.subject_id
    return key


#: What names whose it is as a person.
_OF_A_PERSON = (Qualification, Practice, Stint)


def _by_kind(subjects: Collection[UUID]) -> dict[str, list[UUID]]:
    """Some subjects by their kinds."""
    found: dict[str, list[UUID]] = {}
    listed = list(subjects)
    for at in range(0, len(listed), 500):
        rows = Subject.objects.filter(pk__in=listed[at : at + 500])
        for key, kind in rows.values_list("pk", "kind"):
            found.setdefault(kind, []).append(key)
    return found


def _later(done: Event, parts: Sequence[Part]) -> dict[str, int]:
    """How many rows of each sort were written since and stand on what the event wrote."""
    later = {str(part.model._meta.model_name): n for part in parts if (n := part.changed_since())}
    for part in parts:
        for model, column in _naming(part.model) if part.begun else ():
            rows = model._base_manager.filter(
                **{f"{column}__in": part.begun}, superseded_at__isnull=True,
                recorded_at__gt=done.at,
            ).exclude(event=done)  # fmt: skip
            if count := rows.count():
                name = str(model._meta.model_name)
                later[name] = later.get(name, 0) + count
    return later


def _naming(what: type[Any]) -> Iterator[tuple[type[Fact], str]]:
    """Whatever may stand on a record that a list brought in, and the columns that name it."""
    for model in apps.get_app_config("ledger").get_models():
        if issubclass(model, Fact):
            for column in model._meta.concrete_fields:
                if column.related_model is what and column.name != "fact":
                    yield model, column.name
