"""Projects are entered in the store, led from state to state, and measured by their parts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, Refused, action, correct, end, insert
from bangfu.ledger.actions.event import withdraw as withdraw_row
from bangfu.ledger.actions.terms import a_word_of
from bangfu.ledger.models import (
    Entry,
    Place,
    Programme,
    Project,
    ProjectPart,
    ProjectState,
    Subject,
)
from bangfu.ledger.vocabulary.project import NATURES, NEXT, PROJECT_KINDS, STATES, TENDERS
from bangfu.programmes.kinds import Label


@action("project.register")
def register(
    *,
    by: By,
    on: dt.date,
    title: str,
    kind: str,
    place: Place,
    programme: Programme | None = None,
    owner: Subject | None = None,
    **told: Any,
) -> Project:
    """Enter a project in the store; money is in fen. Its first state begins on that day."""
    require(by.user, "project.register", place=place, organisation=owner, programme=programme)
    row = Project(date=on, title=title.strip(), kind=kind, place=place, **told)
    row.programme, row.owner = programme, owner
    _check(row)
    insert(row)
    insert(ProjectState(project=row, state="stored", began=on))
    require_written(by.user, "project.register", row)
    return row


@action("project.correct")
def correct_project(*, by: By, project: Project, **changes: Any) -> Project:
    """Put right or fill in what is said of a project; what was believed before stays on record."""
    require(by.user, "project.correct", project)
    for name, value in changes.items():
        setattr(project, name, value)
    _check(project)
    first = _states(project).order_by("began").first()
    if first is not None and first.state == "stored" and first.began != project.date:
        _begin(first, project.date)
    correct(project, **changes)
    require_written(by.user, "project.correct", project)
    return project


@action("project.withdraw")
def withdraw(*, by: By, project: Project) -> Project:
    """Take back a project that should not have been entered; one with money on record stays."""
    require(by.user, "project.withdraw", project)
    if Entry.objects.current().filter(project=project).exists():
        raise Refused(
            "project_has_money",
            "Money is on record for this project; let it be dropped instead of taking it back.",
        )
    for row in (*_states(project), *ProjectPart.objects.current().filter(project=project)):
        withdraw_row(row)
    return withdraw_row(project)


@action("project_state.enter")
def enter_state(
    *, by: By, project: Project, state: str, on: dt.date, paper: str = ""
) -> ProjectState:
    """Lead a project into its next state from a day on; the state before ends the day before."""
    require(by.user, "project_state.enter", project)
    a_word_of(STATES, state)
    _not_to_come(on)
    last = _states(project).order_by("-began").first()
    if last is not None and on <= last.began:
        raise Refused(
            "state_before_the_last",
            "Its last state began on %(began)s; the next begins on a later day. Put the last one "
            "right if it is wrong.",
            began=last.began,
        )
    _follows(last.state if last else "", state)
    if last is not None:
        end(last, on - dt.timedelta(days=1))
    row = insert(ProjectState(project=project, state=state, began=on, paper=paper.strip()))
    require_written(by.user, "project_state.enter", row)
    return row


@action("project_state.correct")
def correct_state(
    *, by: By, project_state: ProjectState, state: str, on: dt.date, paper: str = ""
) -> ProjectState:
    """Put a state right that was entered wrongly; the one before it ends the day before."""
    row = project_state
    row.refresh_from_db()  # a list was rehearsed with it, which changed what it says here alone
    require(by.user, "project_state.correct", row)
    a_word_of(STATES, state)
    _not_to_come(on)
    before, after = _beside(row)
    if (before is not None and on <= before.began) or (row.ended is not None and on > row.ended):
        raise Refused(
            "state_out_of_order",
            "It would begin on %(on)s, which is not between the states before and after it.",
            on=on,
        )
    _follows(before.state if before else "", state)
    if after is not None:
        _follows(state, after.state)
    if before is None:
        correct(row.project, date=on)
    elif on > row.began:
        _begin(row, on)
    if before is not None:
        end(before, on - dt.timedelta(days=1))
    return correct(row, state=state, began=on, paper=paper.strip())


@action("project_state.withdraw")
def withdraw_state(*, by: By, project_state: ProjectState) -> ProjectState:
    """Take back the last state of a project; the one before it goes on."""
    row = project_state
    require(by.user, "project_state.withdraw", row)
    before, after = _beside(row)
    if after is not None or before is None:
        raise Refused(
            "not_the_last_state", "Only the last state is taken back, and the first one stays."
        )
    withdraw_row(row)
    correct(before, ended=None)
    return row


@action("project_part.plan")
def plan(
    *, by: By, project: Project, on: dt.date, place: Place, title: str, planned: Decimal, unit: str
) -> ProjectPart:
    """Say how much of what a project is to build or buy at a place."""
    require(by.user, "project_part.plan", project, place=place)
    row = ProjectPart(project=project, date=on, place=place, title=title.strip())
    row.planned, row.unit = planned, unit.strip()
    _check_part(row)
    insert(row)
    require_written(by.user, "project_part.plan", row)
    return row


@action("project_part.report")
def report(*, by: By, project_part: ProjectPart, on: dt.date, done: Decimal) -> ProjectPart:
    """Say how much of a part is done by a day, all that was done before included."""
    require(by.user, "project_part.report", project_part)
    _not_to_come(on)
    if done < 0:
        raise Refused("less_than_nothing", "What is done is nothing or more.")
    held = project_part.done_on
    if held is not None and on < held:
        raise Refused(
            "reported_later",
            "What was done by %(held)s is on record already; a report of an earlier day is left "
            "out.",
            held=held,
        )
    return correct(project_part, done=done, done_on=on)


@action("project_part.correct")
def correct_part(*, by: By, project_part: ProjectPart, **changes: Any) -> ProjectPart:
    """Put a part right that was entered wrongly."""
    row = project_part
    require(by.user, "project_part.correct", row)
    for name, value in changes.items():
        setattr(row, name, value)
    _check_part(row)
    correct(row, **changes)
    require_written(by.user, "project_part.correct", row)
    return row


@action("project_part.withdraw")
def withdraw_part(*, by: By, project_part: ProjectPart) -> ProjectPart:
    """Take back a part that should not have been entered."""
    require(by.user, "project_part.withdraw", project_part)
    return withdraw_row(project_part)


def _check(row: Project) -> None:
    if not row.title.strip():
        raise Refused("title_missing", "Say what the project is called.")
    for words, word in ((PROJECT_KINDS, row.kind), (NATURES, row.nature), (TENDERS, row.tender)):
        if word:
            a_word_of(words, word)
    if not row.kind:
        raise Refused("kind_missing", "Say of which kind the project is.")
    _not_to_come(row.date)
    if any(amount is not None and amount <= 0 for amount in (row.estimate, row.contract_sum)):
        raise Refused("no_amount", "Write an amount above nothing, or leave it open.")
    if row.start and row.due and row.due < row.start:
        raise Refused("days_in_order", "The first day lies after the last day.")


def _check_part(row: ProjectPart) -> None:
    if not row.title.strip() or not row.unit.strip():
        raise Refused("part_incomplete", "Say what is to be done, and in which unit it is counted.")
    _not_to_come(row.date)
    if row.planned <= 0:
        raise Refused("no_quantity", "Write a quantity above nothing.")


def _not_to_come(on: dt.date) -> None:
    if on > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=on)


def _follows(before: str, after: str) -> None:
    """Refuse a state that does not come after another, naming those that do."""
    if after in NEXT[before]:
        return
    last, wanted = STATES[before] if before else _NOTHING, STATES[after]
    allowed = [STATES[state] for state in NEXT[before]] or [_NOTHING]
    raise Refused(
        "no_such_step",
        f"From “{last.en}” a project does not go to “{wanted.en}”; it may go to: "
        f"{', '.join(one.en for one in allowed)}.",
        zh=f"“{last.zh}”之后不能是“{wanted.zh}”，可以是：{'、'.join(one.zh for one in allowed)}。",
    )


_NOTHING = Label("无", "nothing")


def states_of(project: Project) -> list[ProjectState]:
    """The states of a project, the earliest first."""
    return list(_states(project).order_by("began"))


def _states(project: Project) -> QuerySet[ProjectState]:
    return ProjectState.objects.current().filter(project=project.fact)


def _beside(row: ProjectState) -> tuple[ProjectState | None, ProjectState | None]:
    """The states of the same project before and after one."""
    others = _states(row.project)
    return (
        others.filter(began__lt=row.began).order_by("-began").first(),
        others.filter(began__gt=row.began).order_by("began").first(),
    )


def _begin(row: ProjectState, on: dt.date) -> None:
    """Let a state begin on another day, before the one before it is made longer."""
    if row.ended is not None and on > row.ended:
        raise Refused(
            "state_out_of_order",
            "It would begin on %(on)s, which is not between the states before and after it.",
            on=on,
        )
    correct(row, began=on)
