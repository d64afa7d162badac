"""Proceedings are started, handled step by step, appealed, and given up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from bangfu.ledger import clock
from bangfu.ledger.access import NotAllowed, answers_for, require, require_written, who_may
from bangfu.ledger.actions import handover as handovers
from bangfu.ledger.actions.event import By, Refused, about_is, action, correct, insert
from bangfu.ledger.actions.evidence import proved
from bangfu.ledger.actions.handover_steps import spare_the_rest
from bangfu.ledger.actions.proceeding_course import (
    course_of,
    flow_of,
    given_up,
    go_back,
    go_on,
    meaning_of,
    open_step,
    rows_in,
)
from bangfu.ledger.conditions import may_belong
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import File, Handling, Need, Proceeding, Programme, Subject
from bangfu.ledger.moment import Moment
from bangfu.ledger.proving import shown
from bangfu.ledger.workdays import working_days
from bangfu.programmes.handing_over import answers_of
from bangfu.programmes.kinds import SUBJECT_KINDS
from bangfu.programmes.period import later
from bangfu.programmes.schema import Step, Workflow
from bangfu.programmes.steps import Course, earlier, is_appeal
from bangfu.programmes.ways import flow_title


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
    if answers_of(flow):
        raise Refused(
            "started_by_offer",
            "%(title)s is the way of a hand-over: it begins when a pairing is offered to somebody.",
            title=flow_title(name, flow).zh,
        )
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
    go_on(held, meaning, flow)
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
    beside: Sequence[Handling] = (),
) -> Handling:
    """Say what became of a step: done on evidence, refused or returned for a reason.

    ``back_to``: the earlier step to which a returned proceeding goes. ``who``: by whom it was
    done, where that is not the account's own person. ``beside``: the same step of what else was
    handed over by the same offer, of which the same is said.
    """
    require(by.user, "proceeding.handle", handling, *beside)
    told = Said(on, result, evidence.strip(), reason.strip(), back_to, who, file)
    for one in beside:
        _offered_together(handling, one)
    row, *_others = [_handled(by, one, told) for one in (handling, *beside)]
    about_is(row)
    return row


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a step: when and how it was done, on what evidence, or why not."""

    on: dt.date
    result: str
    evidence: str
    reason: str
    back_to: str
    who: Subject | None
    file: File | None


def _handled(by: By, handling: Handling, told: Said) -> Handling:
    held = correct(Proceeding.objects.current().get(pk=handling.proceeding_id))
    meaning = meaning_of(held)
    flow, row = flow_of(meaning, held.name), _open_row(handling)
    _its_turn(by, row, course_of(held, flow, rows_in(held)), flow)
    _day_fits(row, told.on)
    if told.result == "done":
        _proved(meaning, flow.items[row.step], row, told.on, told.evidence, told.file)
    elif told.result not in ("refused", "returned"):
        raise Refused("no_such_result", "A step is done, refused or returned.")
    elif not told.reason:
        raise Refused("reason_missing", "Say why not.")
    _way_back(held, flow, row, told)
    until = course_of(held, flow, ()).stands_until(row.step, told.on)
    correct(
        row,
        closed=told.on,
        result=told.result,
        until=None if told.result == "returned" else until,
        evidence=told.evidence,
        reason=told.reason,
        back_to=told.back_to,
        who=told.who or (by.user.person if by.user else None),
        file=told.file,
    )
    if told.result == "returned":
        go_back(held, meaning, flow, row, told.back_to)
    offer = held.handover
    if offer is not None and offer.state == "open" and told.result == "refused":
        spare_the_rest(held, flow, told.on)
    go_on(held, meaning, flow)
    if offer is not None:
        handovers.follow(by, offer, refused=told.result == "refused", reason=told.reason)
    return row


def _offered_together(one: Handling, other: Handling) -> None:
    """Refuse to say the same of steps that do not belong to one offer."""
    offers = [row.proceeding.handover for row in (one, other)]
    batches = {offer.together if offer else None for offer in offers}
    if one.step != other.step or len(batches) > 1 or None in batches:
        raise Refused(
            "not_offered_together",
            "The same is said only of one step of what was offered together.",
        )


def _way_back(held: Proceeding, flow: Workflow, row: Handling, told: Said) -> None:
    """That what is returned goes to an earlier step, and none that a hand-over has left behind."""
    if (told.result == "returned") != bool(told.back_to) or (
        told.back_to and told.back_to not in ways_back(held, flow, row.step)
    ):
        raise Refused("no_way_back", "Say to which of the earlier steps it goes back.")


def ways_back(held: Proceeding, flow: Workflow, step: str) -> tuple[str, ...]:
    """The earlier steps to which a step may return; the successor's answer stands."""
    before = earlier(flow, step)
    if held.handover is None or held.handover.state == "open":
        return before
    answer = answers_of(flow)[0]
    return tuple(one for one in before if one not in (answer, *earlier(flow, answer)))


def _open_row(handling: Handling) -> Handling:
    row = Handling.objects.current().filter(pk=handling.pk).first()
    if row is None or row.closed is not None:
        raise Refused("closed_already", "This step was closed meanwhile; nothing was changed.")
    return row


def _its_turn(by: By, row: Handling, course: Course, flow: Workflow) -> None:
    """That the step can be done now, and that who acts answers for the unit whose step it is."""
    if row.step not in flow.items:
        raise Refused("no_such_step", "The programme's file has no step %(step)s.", step=row.step)
    if row.document_id is not None:
        raise Refused("done_on_the_paper", "This step is done on the page of the paper.")
    if row.party_id is not None:
        raise Refused(
            "answered_by_successor",
            "The successor answers this step, where the hand-over stands.",
        )
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
    assert row.subject is not None
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
    meaning = meaning_of(held)
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
    row = open_step(held, meaning, flow, course.opening(step, on), asked=asked.strip())
    correct(held, ended=None, outcome="")
    require_written(by.user, "proceeding.appeal", row)
    about_is(row)
    return row


@action("proceeding.drop")
def drop(*, by: By, proceeding: Proceeding, on: dt.date, reason: str) -> Proceeding:
    """Give a proceeding up, for a reason: whoever asked for it does not want it any more."""
    require(by.user, "proceeding.drop", proceeding)
    held = correct(Proceeding.objects.current().get(pk=proceeding.pk))
    if held.document_id is not None:
        raise Refused("put_away_instead", "Put the draft away; its steps end with it.")
    if held.handover is not None and held.handover.state == "open":
        raise Refused("taken_back_instead", "Take the hand-over back; its steps end with it.")
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
    return given_up(held, on, reason.strip())


def granted(programme: Programme, name: str, subject: UUID, on: dt.date) -> bool:
    """Whether a workflow was carried through for a subject by a day."""
    rows = Proceeding.objects.current().filter(programme=programme, name=name, subject=subject)
    return rows.filter(outcome="done", ended__lte=on).exists()
