"""How a proceeding goes on: which of its steps open on record, whose they are, and when it ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bangfu.ledger.actions.event import Refused, correct, current_act, insert
from bangfu.ledger.conditions import Scope, rows_of, select
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Handling, Proceeding, Subject
from bangfu.ledger.moment import Moment
from bangfu.ledger.proving import surely
from bangfu.ledger.readers import units_served
from bangfu.ledger.workdays import working_days
from bangfu.programmes.handing_over import SUCCESSOR
from bangfu.programmes.issuing import asks_of, named_at
from bangfu.programmes.schema import Document as Entry
from bangfu.programmes.schema import Step, Workflow
from bangfu.programmes.steps import Course, Opening, Pass, earlier, subject_words
from bangfu.programmes.ways import flow_called


def meaning_of(held: Proceeding) -> Meaning:
    """The programme's file by which a proceeding goes: that of the day on which it was started.

    A paper goes by the file of the day of which it speaks, like its figures.
    """
    assert held.programme is not None, "leave goes by no file"
    day = held.document.date if held.document is not None else held.began
    return Meaning.of(held.programme, Moment(day))


def flow_of(meaning: Meaning, name: str) -> Workflow:
    """The workflow of a name in a programme's file, or the one that is built in."""
    entry = flow_called(meaning.file, name)
    if entry is None:
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


def go_on(held: Proceeding, meaning: Meaning, flow: Workflow) -> None:
    """Open every step whose turn has come, pass those that are spared, and see whether it ends."""
    off, rows = _left_out(held, meaning, flow), rows_in(held)
    while True:
        told = course_of(held, flow, rows)
        course = Course(flow, held.began, told.workdays, held.urgent, told.passes, off)
        opened = [
            open_step(held, meaning, flow, one, spared=_spared(held, meaning, flow.items[one.step]))
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
    if about is None:
        return frozenset()
    return frozenset(
        key
        for key, step in flow.items.items()
        if (words := subject_words(step))
        and not surely(meaning, (flow.each,), words, about, held.began)
    )


def _spared(held: Proceeding, meaning: Meaning, step: Step) -> bool:
    off = step.except_
    if off is None or not off.of or held.subject_id is None:
        return False
    return surely(meaning, off.of, off.where or {}, held.subject_id, held.began)


def open_step(
    held: Proceeding,
    meaning: Meaning,
    flow: Workflow,
    opening: Opening,
    *,
    spared: bool = False,
    again: bool = False,
    asked: str = "",
) -> Handling:
    """Write down that a step is open, whose it is and by when.

    A successor answers before the hand-over takes effect, if the file sets no other day.
    """
    step, offer = flow.items[opening.step], held.handover
    owners = _owners(held, meaning, step)
    answers = offer is not None and step.owner == (SUCCESSOR,)
    due = opening.due
    if offer is not None and answers and due is None:
        due = max(offer.from_day, opening.day)
    row = Handling(
        proceeding=held,
        programme=held.programme,
        subject=held.subject,
        document=held.document,
        asks=asks_of(step) if held.document else "",
        step=opening.step,
        date=opening.day,
        due=due,
        again=again,
        asked=asked,
        organisation=None if answers else _unit(held, meaning, owners, opening.day),
        party=_party(held, step),
    )
    if spared:
        row.closed, row.result = opening.day, "free"
    return insert(row)


def _owners(held: Proceeding, meaning: Meaning, step: Step) -> Sequence[str]:
    """The names of those whose step it is; of a paper's those whom its own entry names."""
    if held.document is None:
        return step.owner or ()
    name = held.document.name
    entry = meaning.file.entry(name) if name in meaning.file else None
    return named_at(step, entry if isinstance(entry, Entry) else None)


def _party(held: Proceeding, step: Step) -> Subject | None:
    """Who is asked by name: the successor of a hand-over, the writer of a paper."""
    if held.handover is not None and step.owner == (SUCCESSOR,):
        return held.handover.successor
    if held.document is not None and asks_of(step) == "text":
        act = current_act().event
        # On PostgreSQL the event under way is written last.
        written = act if held.document.event_id == act.id else held.document.event
        return written.by.person if written.by else None
    return None


def _unit(held: Proceeding, meaning: Meaning, owner: Iterable[str], on: dt.date) -> Subject | None:
    """Of the units that a step names the one whose it is; None if that is unclear.

    Of a hand-over that of who hands over, if it is among them; of a paper the only one that is
    named; else the one that is nearest to the subject: its place is the smallest that holds the
    subject's.
    """
    units = list(_units(meaning, owner, on))
    if held.subject is None:
        return units[0] if len(units) == 1 else None
    if held.handover is not None:
        giver = held.handover.giver_id
        own = [unit for unit in units if unit.fact in (giver, *units_served(giver))]
        if len(own) == 1:
            return own[0]
    found: dict[int, list[Subject]] = {}
    there = held.subject.place.path if held.subject.place else ""
    for unit in units:
        path = unit.place.path if unit.place else ""
        if there.startswith(path):
            found.setdefault(len(path), []).append(unit)
    nearest = found[max(found)] if found else []
    return nearest[0] if len(nearest) == 1 else None


def _units(meaning: Meaning, owner: Iterable[str], on: dt.date) -> Iterator[Subject]:
    for name in owner:
        scope = Scope(meaning, None, on, on)
        kind, verdict = select(name, scope)
        if kind.name != "organisation":
            continue
        yield from rows_of(kind, Scope.at(Moment(on), meaning, kind)).filter(verdict.sure)


def go_back(
    held: Proceeding, meaning: Meaning, flow: Workflow, row: Handling, back_to: str
) -> None:
    """Open the step to which a proceeding goes back; what came after it no longer waits."""
    assert row.closed is not None
    for one in rows_in(held):
        if one.closed is None and back_to in (one.step, *earlier(flow, one.step)):
            correct(one, closed=max(row.closed, one.date), result="lapsed")
    opening = course_of(held, flow, ()).opening(back_to, row.closed)
    open_step(held, meaning, flow, opening, again=True, asked=row.reason)


def given_up(held: Proceeding, on: dt.date, reason: str) -> Proceeding:
    """End a proceeding whose open steps nobody is to do any more."""
    for one in rows_in(held):
        if one.closed is None:
            correct(one, closed=max(on, one.date), result="lapsed", reason=reason)
    return correct(held, ended=on, outcome="dropped")
