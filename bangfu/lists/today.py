"""What waits for somebody today: the own people, needs with their days, measures, watched lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db.models import F, Q, QuerySet

from bangfu.ledger.access import (
    answers_on_papers,
    may,
    opens,
    own_pairings,
    own_person,
    rights_of,
    units_granted,
)
from bangfu.ledger.actions.document_course import Stage
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import NotInForce
from bangfu.ledger.models import Document, Handling, Need, Programme, Stint, Subject, Task, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.prepared import Question, asked, asked_of_keys
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists import proceedings, tasks
from bangfu.lists.alerts import Alarm, alarms
from bangfu.lists.doorstep import last_days
from bangfu.lists.measures import Progress, measures_open, progress
from bangfu.lists.pages import total_of
from bangfu.lists.papers import with_stages

#: Needs that fall due within so many days are shown; later ones can wait.
SOON = 14
#: So many lines of one sort stand on the page; the rest is a list away.
MOST = 12
State = Literal["late", "soon", "open"]


@dataclass(frozen=True, slots=True)
class Mine:
    """Somebody whom the reader helps: since when, in which programme, and when last visited."""

    subject: Subject
    programme: Programme
    began: dt.date
    last: dt.date | None
    days: int | None
    needs: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A need with its day, and how pressing it is."""

    need: Need
    state: State


def my_people(user: User, moment: Moment) -> list[Mine]:
    """Those whom the account's person helps, longest unvisited first."""

    def of(_: object) -> QuerySet[Any]:
        rows = own_pairings(user).select_related("subject", "programme")
        return rows.order_by("began", "pk")

    pairs = asked(Question(("my people", rights_of(user)), of))
    keys = list(dict.fromkeys(pair.subject_id for pair in pairs))
    last, needs = last_days(keys, moment), _open_needs(keys, moment)
    found = {
        pair.subject_id: Mine(
            pair.subject,
            pair.programme,
            pair.began,
            day := last.get(pair.subject_id),
            (moment.on - day).days if day else None,
            needs.get(pair.subject_id, 0),
        )
        for pair in pairs
        if pair.subject.kind in ("person", "household")
    }
    return sorted(found.values(), key=lambda one: one.last or dt.date.min)


def _open_needs(keys: Sequence[UUID], moment: Moment) -> dict[UUID, int]:
    counted: dict[UUID, int] = {}

    def of(some: Sequence[UUID]) -> QuerySet[Any, Any]:
        rows = Need.objects.at(moment).filter(subject__in=some, closed__isnull=True)
        return rows.values_list("subject_id", flat=True)

    for key in asked_of_keys(Question(("open needs", moment), of), keys):
        counted[key] = counted.get(key, 0) + 1
    return counted


def needs_waiting(user: User, moment: Moment) -> tuple[list[Waiting], int]:
    """The open needs that are late or soon due, and all of the own units; how many there are.

    For those who see to needs. Where units are the account's own, all open needs are counted.
    """
    if not may(user, "need.close"):
        return [], 0
    units, soon = units_granted(user), moment.on + dt.timedelta(days=SOON)
    waits = Q(due__lte=soon) | Q(organisation__in=units)

    def of() -> QuerySet[Need]:
        rows = Need.objects.at(moment).filter(going(moment), closed__isnull=True)
        return opens(user, VOCABULARY["need"], rows)

    def first(_: object) -> QuerySet[Need]:
        beside, by_day = ("subject", "organisation", "programme"), F("due").asc(nulls_last=True)
        return of().filter(waits).select_related(*beside).order_by(by_day, "pk")[:MOST]

    found = asked(Question(("needs", rights_of(user), moment), first))
    told = [Waiting(n, _pressing(n.due, moment.on, soon)) for n in found]
    if len(told) < MOST:
        return told, len(told)
    return told, total_of(of() if units else of().filter(waits))


def _pressing(due: dt.date | None, on: dt.date, soon: dt.date) -> State:
    if due is None or due > soon:
        return "open"
    return "late" if due < on else "soon"


#: So many of all that nobody answers for are looked at first.
_OLDEST = 200


def needs_unanswered(user: User, moment: Moment) -> tuple[list[Need], bool]:
    """The first open needs for which no unit answers, for those who give needs to units.

    And whether there are more: how many is not counted, since that reads all of them.
    """
    if not may(user, "need.assign"):
        return [], False

    def of() -> QuerySet[Need]:
        rows = Need.objects.at(moment).filter(going(moment), closed__isnull=True)
        rows = rows.filter(organisation__isnull=True, due__isnull=True)
        return rows.order_by("date", "pk")

    def first(among: QuerySet[Need]) -> QuerySet[Need]:
        told = opens(user, VOCABULARY["need"], among).select_related("subject")
        return told.order_by("date", "pk")[: MOST + 1]

    def oldest(_: object) -> QuerySet[Need]:
        # Of few, PostgreSQL asks each whether it is open; of all, what is open of all of them.
        return first(Need.objects.filter(pk__in=of().values("pk")[:_OLDEST]))

    found = asked(Question(("needs unanswered", rights_of(user), moment), oldest))
    if len(found) <= MOST and of()[_OLDEST:].exists():
        found = list(first(of()))
    return found[:MOST], len(found) > MOST


def going(moment: Moment) -> Q:
    """What belongs to no programme, or to one that goes on."""
    going = Q(programme__ended__isnull=True) | Q(programme__ended__gte=moment.on)
    return Q(programme__isnull=True) | going


def tasks_waiting(user: User, moment: Moment) -> tuple[list[Task], int]:
    """The open tasks of the account itself, then those of others that are late or soon due."""
    return tasks.tasks_waiting(user, moment, soon=SOON, most=MOST)


def steps_to_do(user: User, moment: Moment) -> tuple[list[proceedings.Waiting], int]:
    """The steps that are the account's to do and late, soon due, or without a day."""
    if not (may(user, "proceeding.handle") or may(user, "document.approve")):
        return [], 0
    return proceedings.steps_waiting(user, moment, soon=SOON, most=MOST)


def to_confirm(user: User, moment: Moment) -> tuple[list[Need], int]:
    """The needs that were closed and of which nobody has asked those who raised them."""

    def of() -> QuerySet[Need]:
        rows = Need.objects.at(moment).filter(going(moment), confirmed__isnull=True)
        return opens(user, VOCABULARY["need"], rows.filter(closed__isnull=False))

    def first(_: object) -> QuerySet[Need]:
        return of().select_related("subject").order_by("closed", "pk")[:MOST]

    found = asked(Question(("to confirm", rights_of(user), moment), first))
    return found, len(found) if len(found) < MOST else total_of(of())


def leave_waiting(user: User, moment: Moment) -> tuple[list[Handling], int]:
    """The steps in which leave is to be approved, the most pressing first; nobody does the own.

    Where there is more, how much waits before the account, the own with it.
    """
    if not may(user, "stint.approve"):
        return [], 0
    own = own_person(user)

    def asked_for() -> QuerySet[Handling]:
        leave = opens(user, VOCABULARY["stint"], Stint.objects.at(moment)).values("fact")
        return Handling.objects.at(moment).filter(stint__in=leave, closed__isnull=True)

    def first(_: object) -> QuerySet[Handling]:
        others = asked_for().exclude(stint__person=own) if own else asked_for()
        return others.select_related("stint__person").order_by("due", "pk")[:MOST]

    found = asked(Question(("leave", rights_of(user), own, moment), first))
    return found, len(found) if len(found) < MOST else total_of(asked_for())


def drafts_of(user: User, programmes: Sequence[Programme]) -> list[tuple[Document, Stage]]:
    """The papers that are not issued, with how far they are, for those who issue them.

    Not those of which a step is the account's own to do: these stand among its steps.
    """
    if not may(user, "document.issue"):
        return []
    own = Handling.objects.current().filter(answers_on_papers(user), closed__isnull=True)
    rows = Document.objects.current().filter(status="draft", programme__in=programmes)
    rows = rows.exclude(fact__in=own.filter(document__isnull=False).values("document"))
    found = opens(user, VOCABULARY["document"], rows)
    told = with_stages(found.select_related("programme").order_by("-date", "-pk")[:MOST])
    return [(draft, stage) for draft, stage in told if stage]


def measures_waiting(
    user: User, programmes: Sequence[Programme], moment: Moment
) -> list[tuple[Programme, Progress]]:
    """The measures open to the account that are late, or whose window ends soon."""
    soon = moment.on + dt.timedelta(days=SOON)
    found: list[tuple[Programme, Progress]] = []
    for programme in programmes:
        try:
            told = [one for one in progress(programme, moment) if one.state in ("late", "open")]
        except (NotInForce, Unsayable):
            continue
        ours = measures_open(user, told)
        found += [
            (programme, one)
            for one in told
            if one.measure.fact in ours
            and (one.state == "late" or (one.measure.window_to and one.measure.window_to <= soon))
        ]
    return sorted(found, key=lambda pair: pair[1].measure.window_to or dt.date.max)


def watched(user: User, programmes: Sequence[Programme], moment: Moment) -> list[Alarm]:
    """The alerts that are raised, each with the rows or lines that the account may open."""
    found: list[Alarm] = []
    for programme in programmes:
        try:
            found += [one for one in alarms(user, programme, moment) if one.count]
        except NotInForce:
            continue
    return found
