"""Proceedings as they stand: their steps with days and verdicts, and what waits for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from bangfu.ledger.access import answers, answers_on_papers, may, opens, rights_of, visible
from bangfu.ledger.actions.proceeding_course import (
    course_of,
    flow_of,
    meaning_of,
    rows_in,
)
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning, NotInForce
from bangfu.ledger.models import Handling, Proceeding, Programme, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.prepared import Question, asked
from bangfu.ledger.proving import Shown, shown
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.claims import Verdict
from bangfu.lists.pages import total_of
from bangfu.programmes.handing_over import HANDOVER, way_of
from bangfu.programmes.issuing import PAPER, way_of_paper
from bangfu.programmes.kinds import Label
from bangfu.programmes.schema import Step, Workflow
from bangfu.programmes.steps import Course, is_appeal
from bangfu.programmes.ways import BUILT_IN, flow_called, flow_title, step_title


def verdict_of(row: Handling, on: dt.date) -> Verdict:
    """How a step stands to its deadline on a day."""
    if row.result in ("free", "lapsed"):
        return "free"
    if row.closed is not None and row.closed <= on:
        return "late" if row.due and row.closed > row.due else "met"
    return "short" if row.due and row.due < on else "open"


def workflows_in(programme: Programme, moment: Moment) -> list[tuple[str, Workflow]]:
    """The workflows of a programme, in the file's order; then those that are built in and used."""
    file = Meaning.of(programme, moment).file
    told = [(n, e) for n, e in file.entries("workflow") if isinstance(e, Workflow)]
    if any(way_of(file, name) == HANDOVER for name, _entry in file.entries("pairing")):
        told.append((HANDOVER, BUILT_IN[HANDOVER]))
    if any(way_of_paper(file, name) == PAPER for name, _entry in file.entries("document")):
        told.append((PAPER, BUILT_IN[PAPER]))
    return told


# ------------------------------------------------------------------ one proceeding


@dataclass(frozen=True)
class Line:
    """One step of a proceeding on its page; without a row it has not been opened yet."""

    name: str
    title: Label
    step: Step
    row: Handling | None
    verdict: Verdict | None
    shown: Shown | None = None
    why: str = ""

    @property
    def appeal(self) -> bool:
        """Whether the step answers an appeal."""
        return is_appeal(self.step)


@dataclass(frozen=True)
class Told:
    """A proceeding with its workflow and everything that was done, in order."""

    held: Proceeding
    meaning: Meaning
    flow: Workflow
    rows: Sequence[Handling]
    on: dt.date

    @classmethod
    def of(cls, held: Proceeding, on: dt.date) -> Told:
        """What is on record of a proceeding, as known now."""
        meaning = meaning_of(held)
        return cls(held, meaning, flow_of(meaning, held.name), rows_in(held), on)

    @property
    def title(self) -> Label:
        """What the workflow is called."""
        return flow_title(self.held.name, self.flow)

    @cached_property
    def course(self) -> Course:
        """How far it has come."""
        return course_of(self.held, self.flow, self.rows)

    @property
    def late(self) -> bool:
        """Whether the whole is past its day."""
        due = self.held.due
        return bool(due and due < (self.held.ended or self.on))

    @cached_property
    def lines(self) -> list[Line]:
        """What was done and is open in the order of opening, then what may still come."""
        found = [self._line(row) for row in self.rows if row.step in self.flow.items]
        if self.held.outcome:
            return found
        standing = self.course.standing
        later = [
            Line(key, self.step_called(key), step, None, None)
            for key, step in self.flow.items.items()
            if key not in standing and not is_appeal(step) and self._may_come(step)
        ]
        return [*found, *later]

    def _may_come(self, step: Step) -> bool:
        asked = step.where or {}
        if step.of is not None:
            return True
        if "urgent" in asked and asked["urgent"] != self.held.urgent:
            return False
        return asked.get("outcome") != "refused"

    def _line(self, row: Handling) -> Line:
        step = self.flow.items[row.step]
        title = self.step_called(row.step)
        subject = self.held.subject
        if step.of is None or subject is None or row.result in ("free", "lapsed"):
            return Line(row.step, title, step, row, verdict_of(row, self.on))
        until = row.closed or self.on
        try:
            told = shown(self.meaning, step, subject, self.held.began, until)
        except Unsayable as why:
            return Line(row.step, title, step, row, verdict_of(row, self.on), why=str(why))
        return Line(row.step, title, step, row, verdict_of(row, self.on), told)

    def step_called(self, name: str) -> Label:
        """The title of a step."""
        return step_title(self.held.name, self.flow, name)


# ------------------------------------------------------------------ many of them


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step that waits: of which workflow, what it is called, whether it is late.

    ``beside``: how many more of what was handed over by the same offer wait for the same step.
    """

    row: Handling
    workflow: Label
    title: Label
    late: bool
    beside: int = 0


def steps_waiting(user: User, moment: Moment, *, soon: int, most: int) -> tuple[list[Waiting], int]:
    """The open steps that the account may do, the most pressing first.

    Where there are more, how many steps stand open before it, whose ever they are.
    """

    def open_steps() -> QuerySet[Handling]:
        lasts = Q(programme__ended__isnull=True) | Q(programme__ended__gte=moment.on)
        rows = Handling.objects.at(moment).filter(lasts, closed__isnull=True)
        return opens(user, VOCABULARY["handling"], rows)

    def of() -> QuerySet[Handling]:
        pressing = Q(due__lte=moment.on + dt.timedelta(days=soon)) | Q(due__isnull=True)
        return open_steps().filter(pressing, answers(user, "proceeding.handle"))

    def first(_: object) -> QuerySet[Handling]:
        undated = Case(
            When(due__isnull=True, then=Value(1)), default=Value(0), output_field=IntegerField()
        )
        of_offer = ("proceeding__handover__giver", "proceeding__handover__successor")
        beside = ("proceeding__programme", "subject", "organisation__place", "programme")
        told = of().select_related(*beside, *of_offer)
        return told.order_by(undated, "due", "pk")[:most]

    def of_papers() -> QuerySet[Handling]:
        # Put together anew: what a paper's writer is asked hangs on the account itself.
        rows = open_steps().filter(answers_on_papers(user), document__isnull=False)
        told = rows.select_related("proceeding__programme", "document", "organisation")
        return told.order_by("due", "pk")[:most]

    found = asked(Question(("steps", rights_of(user), moment, soon, most), first))
    papers = list(of_papers()) if _works_on_papers(user) else []
    every = sorted([*found, *papers], key=lambda row: (row.due is None, row.due or moment.on))
    told = [one for several in _together(every[:most]) if (one := _waiting(several, moment))]
    return told, len(told) if len(every) < most else total_of(open_steps())


def _works_on_papers(user: User) -> bool:
    return any(may(user, f"document.{verb}") for verb in ("hand_in", "approve", "sign", "issue"))


def pages_open(user: User, rows: Iterable[Handling]) -> set[UUID]:
    """Of the proceedings and hand-overs on which some steps stand, those open to the account.

    A unit may have a step to do for somebody of whom it sees nothing else.
    """
    keys: dict[str, set[UUID]] = {}
    for row in rows:
        if row.document_id is not None:
            continue  # whoever is asked about a paper opens it
        offer = row.proceeding.handover
        kind, key = ("handover", offer.fact_key) if offer else ("proceeding", row.proceeding_id)
        keys.setdefault(kind, set()).add(key)
    found: set[UUID] = set()
    for kind, asked_for in keys.items():
        open_to = visible(user, VOCABULARY[kind]).filter(fact__in=asked_for)
        found.update(open_to.values_list("fact", flat=True))
    return found


def _together(rows: Iterable[Handling]) -> Iterable[list[Handling]]:
    """The same step of what was offered together is one thing to do."""
    found: dict[tuple[object, str], list[Handling]] = {}
    for row in rows:
        offer = row.proceeding.handover
        found.setdefault((offer.together if offer else row.pk, row.step), []).append(row)
    return found.values()


def _waiting(rows: Sequence[Handling], moment: Moment) -> Waiting | None:
    row, *others = rows
    held = row.proceeding
    try:
        flow = flow_called(meaning_of(held).file, held.name)
    except NotInForce:
        return None
    assert flow is not None
    late = bool(row.due and row.due < moment.on)
    title = step_title(held.name, flow, row.step)
    return Waiting(row, flow_title(held.name, flow), title, late, len(others))


STATES = ("open", "late", "done", "refused", "dropped")


def proceedings_in(
    user: User, programme: Programme, name: str, moment: Moment, *, state: str = "", of: str = ""
) -> QuerySet[Proceeding]:
    """The proceedings of a workflow that the account may open, the latest first.

    ``state``: open, late (a step or the whole is past its day), or an outcome. ``of``: a part of
    the name of whom it is about, or of the title of the paper.
    """
    rows = Proceeding.objects.at(moment).filter(programme=programme, name=name)
    if of:
        rows = rows.filter(Q(subject__name__contains=of) | Q(document__title__contains=of))
    if state in ("open", "late"):
        rows = rows.filter(outcome="")
    elif state in STATES:
        rows = rows.filter(outcome=state)
    if state == "late":
        steps = Handling.objects.current().filter(
            proceeding=OuterRef("fact"), closed__isnull=True, due__lt=moment.on
        )
        rows = rows.filter(Q(Exists(steps)) | Q(due__lt=moment.on))
    told = opens(user, VOCABULARY["proceeding"], rows)
    return told.select_related("subject", "subject__place", "document").order_by("-began", "-pk")


def open_steps(held: Iterable[Proceeding]) -> Mapping[UUID, list[Handling]]:
    """The open steps of some proceedings, in one question."""
    found: dict[UUID, list[Handling]] = {one.fact: [] for one in held}
    rows = Handling.objects.current().filter(proceeding__in=list(found), closed__isnull=True)
    for row in rows.select_related("organisation").order_by("due", "pk"):
        found[row.proceeding_id].append(row)
    return found


def counted(user: User, programme: Programme, moment: Moment) -> dict[str, dict[str, int]]:
    """Of each workflow, how many proceedings that the account may open are open and late."""
    found: dict[str, dict[str, int]] = {}
    for name, _ in workflows_in(programme, moment):
        open_ = proceedings_in(user, programme, name, moment, state="open")
        late = proceedings_in(user, programme, name, moment, state="late")
        found[name] = {"open": total_of(open_), "late": total_of(late)}
    return found


def about(user: User, subject: UUID) -> list[Proceeding]:
    """The proceedings about a subject, what is open first."""
    rows = Proceeding.objects.current().filter(subject=subject)
    ended = Case(When(outcome="", then=Value(0)), default=Value(1), output_field=IntegerField())
    told = opens(user, VOCABULARY["proceeding"], rows).select_related("programme")
    return list(told.order_by(ended, "-began", "pk")[:20])
