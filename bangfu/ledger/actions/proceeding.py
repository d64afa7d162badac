"""Proceedings are started, handled step by step, appealed, and given up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from bangfu.ledger import clock
from bangfu.ledger.access import NotAllowed, answers_for, require, require_written, who_may
from bangfu.ledger.actions.event import By, Refused, about_is, action, correct, insert
from bangfu.ledger.actions.evidence import proved
from bangfu.ledger.conditions import Scope, may_belong, rows_of, select
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import File, Handling, Need, Proceeding, Programme, Subject
from bangfu.ledger.moment import Moment
from bangfu.ledger.proving import shown, surely
from bangfu.ledger.workdays import working_days
from bangfu.programmes.kinds import SUBJECT_KINDS
from bangfu.programmes.period import later
from bangfu.programmes.schema import Step, Workflow
from bangfu.programmes.steps import (
    Course,
    Opening,
    Pass,
    earlier,
    is_appeal,
    subject_words,
)


def flow_of(meaning: Meaning, name: str) -> Workflow:
    """The workflow of a name in a programme's file."""
    entry = meaning.file.entry(name) if meaning.sort_of(name) == "workflow" else None
    if not isinstance(entry, Workflow):
        raise Refused("no_such_workflow", "The programme has no workflow %(name)s.", name=name)
    return entry


def course_of(held: Proceeding, flow: Workflow, rows: Iterable[Handling]) -> Course:
    """How far a proceeding has come, by the steps that stand on record in their order."""
    told = [Pass(one.step, one.date, one.closed, one.result, one.until, one.again) for one in rows]
    return Course(flow, held.began, working_days(), held.urgent, told)


def rows_in(held: Proceeding) -> list[Handling]:
    """The steps of a proceeding as they are believed now, in the order of their opening."""
    rows = Handling.objects.current().filter(proceeding=held.fact).order_by("pk")
    return list(rows.select_related("organisation", "who", "file"))


@action("proceeding.start")
def start(
    *,
    by: By,
    programme: Programme,
    name: str,
    subject: Subject,
    on: dt.date,
    reason: str = "",
    urgent: bool = False,
    need: Need | None = None,
) -> Proceeding:
    """Start a workflow for a subject, or for one of its needs; its first steps open at once.

    ``urgent``: through the green channel, for a reason; what comes first there opens as well.
    """
    require(by.user, "proceeding.start", subject.fact, programme=programme)
    meaning = Meaning.of(programme, Moment(on))
    flow = flow_of(meaning, name)
    _startable(meaning, name, flow, subject, need, on)
    if urgent and not reason.strip():
        raise Refused("reason_missing", "Say why it cannot wait for the papers.")
    due = later(on, flow.within, workdays=working_days()) if flow.within else None
    held = Proceeding(
        programme=programme,
        name=name,
        subject=subject,
        need=need,
        began=on,
        urgent=urgent,
        reason=reason.strip(),
        due=due,
    )
    insert(held)
    _go_on(held, meaning, flow)
    require_written(by.user, "proceeding.start", held)
    about_is(held)
    return held


def _startable(
    meaning: Meaning, name: str, flow: Workflow, subject: Subject, need: Need | None, on: dt.date
) -> None:
    if on > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=on)
    title, kind = meaning.file.title_of(name), meaning.file.kind_of(flow.each)
    if kind not in SUBJECT_KINDS and kind != "need":
        raise Refused(
            "not_started_for_this",
            "%(title)s is for records of the kind %(kind)s; proceedings are started for people, "
            "households, places, organisations, sites and needs.",
            title=title,
            kind=kind,
        )
    if (need is None) == (kind == "need") or (need is None and subject.kind != kind):
        raise Refused("wrong_kind", "%(name)s is for a %(kind)s.", name=title, kind=kind)
    about = need.fact if need else subject.fact
    if not may_belong(about, (flow.each,), {}, meaning, on):
        raise Refused(
            "not_one_of_them",
            "%(who)s is not one of those for whom %(title)s is: %(each)s.",
            who=subject.name,
            title=title,
            each=meaning.file.title_of(flow.each) if flow.each in meaning.file else flow.each,
        )


@action("proceeding.handle")
def handle(
    *,
    by: By,
    handling: Handling,
    on: dt.date,
    result: str,
    evidence: str = "",
    reason: str = "",
    back_to: str = "",
    who: Subject | None = None,
    file: File | None = None,
) -> Handling:
    """Say what became of a step: done on evidence, refused or returned for a reason.

    ``back_to``: the earlier step to which a returned proceeding goes. ``who``: by whom it was
    done, where that is not the account's own person.
    """
    require(by.user, "proceeding.handle", handling)
    held = correct(Proceeding.objects.current().get(pk=handling.proceeding_id))
    meaning = Meaning.of(held.programme, Moment(held.began))
    flow = flow_of(meaning, held.name)
    row = _open_row(handling)
    _its_turn(by, row, course_of(held, flow, rows_in(held)), flow)
    _day_fits(row, on)
    step = flow.items[row.step]
    if result == "done":
        _proved(meaning, step, row, on, evidence, file)
    elif result not in ("refused", "returned"):
        raise Refused("no_such_result", "A step is done, refused or returned.")
    elif not reason.strip():
        raise Refused("reason_missing", "Say why not.")
    if (result == "returned") != bool(back_to) or (
        back_to and back_to not in earlier(flow, row.step)
    ):
        raise Refused("no_way_back", "Say to which of the earlier steps it goes back.")
    course = course_of(held, flow, ())
    correct(
        row,
        closed=on,
        result=result,
        until=None if result == "returned" else course.stands_until(row.step, on),
        evidence=evidence.strip(),
        reason=reason.strip(),
        back_to=back_to,
        who=who or (by.user.person if by.user else None),
        file=file,
    )
    if result == "returned":
        _return(held, meaning, flow, row, back_to)
    _go_on(held, meaning, flow)
    about_is(row)
    return row


def _open_row(handling: Handling) -> Handling:
    row = Handling.objects.current().filter(pk=handling.pk).first()
    if row is None or row.closed is not None:
        raise Refused("closed_already", "This step was closed meanwhile; nothing was changed.")
    return row


def _its_turn(by: By, row: Handling, course: Course, flow: Workflow) -> None:
    """That the step can be done now, and that who acts answers for the unit whose step it is."""
    if row.step not in flow.items:
        raise Refused("no_such_step", "The programme's file has no step %(step)s.", step=row.step)
    if course.appeal_waits() and not is_appeal(flow.items[row.step]):
        raise Refused("appeal_waits", "An appeal is open; it is answered first.")
    if by.user is not None and not answers_for(by.user, "proceeding.handle", row):
        raise NotAllowed("proceeding.handle", (one.name for one in who_may("proceeding.handle")))


def _day_fits(row: Handling, on: dt.date) -> None:
    if on < row.date:
        raise Refused("before_its_turn", "This step can be done from %(day)s on.", day=row.date)
    if on > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=on)


def _proved(
    meaning: Meaning, step: Step, row: Handling, on: dt.date, evidence: str, file: File | None
) -> None:
    """That what the step asks for is there: records that show it, words, a paper, a photo."""
    if step.of is not None:
        told = shown(meaning, step, row.subject, row.proceeding.began, on)
        if not told.met:
            raise Refused(
                "not_shown",
                "The records do not show it yet: %(count)s there, at least %(least)s and at most "
                "%(most)s asked.",
                count=told.count,
                least=told.least or 0,
                most="—" if told.most is None else told.most,
            )
    proved(step.proof, row.subject, evidence, file)


def _return(
    held: Proceeding, meaning: Meaning, flow: Workflow, row: Handling, back_to: str
) -> None:
    """Open the step to which a proceeding goes back; what came after it no longer waits."""
    assert row.closed is not None
    for one in rows_in(held):
        if one.closed is None and back_to in (one.step, *earlier(flow, one.step)):
            correct(one, closed=max(row.closed, one.date), result="lapsed")
    opening = course_of(held, flow, ()).opening(back_to, row.closed)
    _open(held, meaning, flow, opening, again=True, asked=row.reason)


def _go_on(held: Proceeding, meaning: Meaning, flow: Workflow) -> None:
    """Open every step whose turn has come, pass those that are spared, and see whether it ends."""
    off, rows = _left_out(held, meaning, flow), rows_in(held)
    while True:
        told = course_of(held, flow, rows)
        course = Course(flow, held.began, told.workdays, held.urgent, told.passes, off)
        opened = [
            _open(held, meaning, flow, one, spared=_spared(held, meaning, flow.items[one.step]))
            for one in course.openings()
        ]
        rows = [*rows, *opened]
        if not any(one.closed for one in opened):
            break
    ended = Course(flow, held.began, told.workdays, held.urgent, _passes(held, flow, rows), off)
    day = ended.ended
    outcome = "" if day is None else "refused" if ended.refused else "done"
    correct(held, ended=day, outcome=outcome)


def _passes(held: Proceeding, flow: Workflow, rows: Iterable[Handling]) -> Any:
    return course_of(held, flow, rows).passes


def _left_out(held: Proceeding, meaning: Meaning, flow: Workflow) -> frozenset[str]:
    """The steps that the subject's own conditions leave out."""
    about = held.need_id or held.subject_id
    return frozenset(
        key
        for key, step in flow.items.items()
        if (words := subject_words(step))
        and not surely(meaning, (flow.each,), words, about, held.began)
    )


def _spared(held: Proceeding, meaning: Meaning, step: Step) -> bool:
    off = step.except_
    if off is None or not off.of:
        return False
    return surely(meaning, off.of, off.where or {}, held.subject_id, held.began)


def _open(
    held: Proceeding,
    meaning: Meaning,
    flow: Workflow,
    opening: Opening,
    *,
    spared: bool = False,
    again: bool = False,
    asked: str = "",
) -> Handling:
    """Write down that a step is open, whose it is and by when."""
    owner = flow.items[opening.step].owner
    row = Handling(
        proceeding=held,
        programme=held.programme,
        subject=held.subject,
        step=opening.step,
        date=opening.day,
        due=opening.due,
        again=again,
        asked=asked,
        organisation=unit_for(meaning, owner or (), held.subject, opening.day),
    )
    if spared:
        row.closed, row.result = opening.day, "free"
    return insert(row)


def unit_for(
    meaning: Meaning, owner: Iterable[str], subject: Subject, on: dt.date
) -> Subject | None:
    """Of the units that a step names, the one that is nearest to the subject; None if unclear.

    Nearest: its place is the smallest that holds the subject's.
    """
    found: dict[int, list[Subject]] = {}
    there = subject.place.path if subject.place else ""
    for name in owner:
        scope = Scope(meaning, None, on, on)
        kind, verdict = select(name, scope)
        if kind.name != "organisation":
            continue
        for unit in rows_of(kind, Scope.at(Moment(on), meaning, kind)).filter(verdict.sure):
            path = unit.place.path if unit.place else ""
            if there.startswith(path):
                found.setdefault(len(path), []).append(unit)
    nearest = found[max(found)] if found else []
    return nearest[0] if len(nearest) == 1 else None


@action("proceeding.appeal")
def appeal(*, by: By, proceeding: Proceeding, on: dt.date, asked: str) -> Handling:
    """Write down an objection or an appeal, in words; the step that answers it opens."""
    require(by.user, "proceeding.appeal", proceeding)
    if not asked.strip():
        raise Refused("reason_missing", "Say what is objected to.")
    if on > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=on)
    held = correct(Proceeding.objects.current().get(pk=proceeding.pk))
    if held.outcome == "dropped":
        raise Refused("ended_already", "This proceeding ended on %(on)s.", on=held.ended)
    meaning = Meaning.of(held.programme, Moment(held.began))
    flow = flow_of(meaning, held.name)
    course = course_of(held, flow, rows_in(held))
    step = course.appealable(on)
    if step is None:
        raise Refused(
            "nothing_to_appeal",
            "There is nothing to appeal against on %(on)s: no step was refused or stands open "
            "for objections then, or the workflow has no step that answers one.",
            on=on,
        )
    row = _open(held, meaning, flow, course.opening(step, on), asked=asked.strip())
    correct(held, ended=None, outcome="")
    require_written(by.user, "proceeding.appeal", row)
    about_is(row)
    return row


@action("proceeding.drop")
def drop(*, by: By, proceeding: Proceeding, on: dt.date, reason: str) -> Proceeding:
    """Give a proceeding up, for a reason: whoever asked for it does not want it any more."""
    require(by.user, "proceeding.drop", proceeding)
    held = correct(Proceeding.objects.current().get(pk=proceeding.pk))
    if held.outcome:
        raise Refused("ended_already", "This proceeding ended on %(on)s.", on=held.ended)
    if not reason.strip():
        raise Refused("reason_missing", "Say why it is given up.")
    if on < held.began:
        raise Refused(
            "ends_before_it_began",
            "The last day %(day)s lies before the first day %(began)s.",
            day=on,
            began=held.began,
        )
    if on > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=on)
    for one in rows_in(held):
        if one.closed is None:
            correct(one, closed=max(on, one.date), result="lapsed", reason=reason.strip())
    return correct(held, ended=on, outcome="dropped")


def granted(programme: Programme, name: str, subject: UUID, on: dt.date) -> bool:
    """Whether a workflow was carried through for a subject by a day."""
    rows = Proceeding.objects.current().filter(programme=programme, name=name, subject=subject)
    return rows.filter(outcome="done", ended__lte=on).exists()
