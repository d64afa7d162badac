"""Projects at the desk: entered in the store, led from state to state, with their parts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import Day, Number, ask, called
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters, filled, listed
from bangfu.desk.page import address_of, reader, record_or_404, said
from bangfu.desk.table import Table, by_key
from bangfu.ledger import clock
from bangfu.ledger.actions import project as projects
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Programme, Project, ProjectPart, ProjectState, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.ledger.vocabulary.project import NEXT, STATES
from bangfu.lists.dossier import opened_or_ended
from bangfu.lists.pages import programmes_of
from bangfu.lists.projects import beside

_SHEET = (
    "title", "kind", "place", "owner", "answerable", "number", "nature", "approval", "estimate",
    "start", "due", "households", "people", "tender", "contractor", "contract", "contract_sum",
)  # fmt: skip


class ProjectForm(EntryForm):
    """What it is, where, whose; its approval, tender and contract are folded away."""

    title = ask("project", "title", required=True, max_length=100)
    kind = ask("project", "kind", required=True)
    place = ask("project", "place", required=True)
    on = Day(label=called(VOCABULARY["project"]["date"].label))
    programme = forms.ChoiceField(required=False, label=gettext_lazy("Programme"))
    owner = ask("project", "owner")
    answerable = ask("project", "answerable")
    number = ask("project", "number", max_length=40)
    nature = ask("project", "nature")
    approval = ask("project", "approval", max_length=60)
    estimate = ask("project", "estimate")
    start = ask("project", "start")
    due = ask("project", "due")
    households = ask("project", "households", whole=True, least=0)
    people = ask("project", "people", whole=True, least=0)
    tender = ask("project", "tender")
    contractor = ask("project", "contractor", max_length=80)
    contract = ask("project", "contract", max_length=60)
    contract_sum = ask("project", "contract_sum")
    folded = (
        "nature", "households", "people", "approval", "tender", "contractor", "contract",
        "contract_sum",
    )  # fmt: skip


class StateForm(EntryForm):
    """Which state, from when, on which paper."""

    state = ask("project_state", "state", required=True)
    on = Day(label=gettext_lazy("From the day"))
    paper = ask("project_state", "paper", max_length=60)


class PartForm(EntryForm):
    """What is to be done where, and how much of it."""

    title = ask("project_part", "title", required=True, max_length=60)
    place = ask("project_part", "place", required=True)
    planned = ask("project_part", "planned", required=True)
    unit = ask("project_part", "unit", required=True, max_length=12)


class PlanForm(PartForm):
    """The same, and when it was planned."""

    on = Day(label=called(VOCABULARY["project_part"]["date"].label))


class ReportForm(EntryForm):
    """How much is done by which day."""

    done = Number(label=called(VOCABULARY["project_part"]["done"].label), least=0)
    on = Day(label=called(VOCABULARY["project_part"]["done_on"].label))


def _offer_programmes(form: EntryForm, user: User) -> dict[str, Programme]:
    """Let one of the programmes that the reader may open be chosen; they are given by name."""
    found = {one.name: one for one in programmes_of(user)}
    form.let_choose("programme", [("", _("none")), *((k, p.title) for k, p in found.items())])
    return found


@enters("project.register")
def register(request: HttpRequest) -> HttpResponse:
    """Enters a project in the store."""
    form = ProjectForm(request, initial={"on": clock.today()})
    offered = _offer_programmes(form, reader(request))

    def act(by: By, told: dict[str, Any]) -> Project:
        programme = offered.get(told.pop("programme"))
        return projects.register(by=by, programme=programme, **filled(told))

    done = entered(
        request, form, act, word=_("The project is on record."),
        to=lambda made: address_of("project", made.fact),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Register a project"), back=listed("project"),
        hint=_("Money allotted, received and paid is entered in its fund, for the project."),
    )  # fmt: skip


@enters("project.correct")
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Fills in what became known of a project, or puts it right."""
    row: Project = record_or_404(request, "project", key)
    held = {name: getattr(row, f"{name}_id", None) or getattr(row, name) for name in _SHEET}
    held |= {"on": row.date, "programme": row.programme.name if row.programme else ""}
    form, back = ProjectForm(request, initial=held), address_of("project", key)
    offered = _offer_programmes(form, reader(request))

    def act(by: By, told: dict[str, Any]) -> Project:
        told |= {"date": told.pop("on"), "programme": offered.get(told["programme"])}
        return projects.correct_project(by=by, project=row, **told)

    done = entered(request, form, act, word=_("The project is brought up to date."), to=back)
    return done or asking(
        request, form, title=_("Fill in or put a project right"), about=row.title, back=back
    )


@enters("project.withdraw")
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back a project that should not have been entered."""
    row: Project = record_or_404(request, "project", key)
    form = NothingMore(request)
    done = entered(
        request, form, lambda by, told: projects.withdraw(by=by, project=row),
        word=_("The project is taken back."), to=listed("project"),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Take back a project"), about=row.title,
        back=address_of("project", key), button=_("Take back"),
    )  # fmt: skip


def _let_follow(form: EntryForm, before: str, *held: str) -> None:
    """Let a state be chosen that may come after another, or the one that stands."""
    words = [word for word in STATES if word in (*NEXT[before], *held)]
    form.let_choose("state", [(word, said(STATES[word])) for word in words])


@enters("project_state.enter")
def enter_state(request: HttpRequest, key: UUID) -> HttpResponse:
    """Leads a project into its next state."""
    row: Project = record_or_404(request, "project", key)
    form, back = StateForm(request, initial={"on": clock.today()}), address_of("project", key)
    states = projects.states_of(row)
    _let_follow(form, states[-1].state if states else "")
    done = entered(
        request, form, lambda by, told: projects.enter_state(by=by, project=row, **told),
        word=_("The state is on record."), to=back,
    )  # fmt: skip
    return done or asking(request, form, title=_("Next state"), about=row.title, back=back)


def _state_or_404(request: HttpRequest, key: UUID) -> ProjectState:
    """A state that the reader may open, also one that is over."""
    row = opened_or_ended(reader(request), VOCABULARY["project_state"], key, Moment.present())
    if row is None:
        raise Http404
    assert isinstance(row, ProjectState)
    return row


@enters("project_state.correct")
def correct_state(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts a state right that was entered wrongly."""
    row = _state_or_404(request, key)
    held = {"state": row.state, "on": row.began, "paper": row.paper}
    form, back = StateForm(request, initial=held), address_of("project", row.project_id)
    before = [one.state for one in projects.states_of(row.project) if one.began < row.began]
    _let_follow(form, before[-1] if before else "", row.state)

    def act(by: By, told: dict[str, Any]) -> ProjectState:
        return projects.correct_state(by=by, project_state=row, **told)

    done = entered(request, form, act, word=_("The state is put right."), to=back)
    return done or asking(
        request, form, title=_("Put a state right"), about=row.project.title, back=back
    )


@enters("project_state.withdraw")
def take_back_state(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back the last state of a project."""
    row = _state_or_404(request, key)
    form, back = NothingMore(request), address_of("project", row.project_id)
    done = entered(
        request, form, lambda by, told: projects.withdraw_state(by=by, project_state=row),
        word=_("The state is taken back; the one before it goes on."), to=back,
    )  # fmt: skip
    about = f"{row.project.title} · {said(STATES[row.state])} · {row.began:%Y-%m-%d}"
    return done or asking(
        request, form, title=_("Take back a state"), about=about, back=back, button=_("Take back")
    )


@enters("project_part.plan")
def plan(request: HttpRequest, key: UUID) -> HttpResponse:
    """Says how much of what a project is to build or buy at a place."""
    row: Project = record_or_404(request, "project", key)
    given = {"on": clock.today(), "place": row.place_id}
    form, back = PlanForm(request, initial=given), address_of("project", key)
    done = entered(
        request, form, lambda by, told: projects.plan(by=by, project=row, **told),
        word=_("The part is on record."), to=back,
    )  # fmt: skip
    return done or asking(request, form, title=_("Add a part"), about=row.title, back=back)


def _about(row: ProjectPart) -> str:
    return f"{row.project.title} · {row.title} · {row.planned.normalize():f} {row.unit}"


@enters("project_part.report")
def report(request: HttpRequest, key: UUID) -> HttpResponse:
    """Says how much of a part is done."""
    row: ProjectPart = record_or_404(request, "project_part", key)
    form = ReportForm(request, initial={"on": clock.today(), "done": row.done})
    back = address_of("project", row.project_id)
    done = entered(
        request, form, lambda by, told: projects.report(by=by, project_part=row, **told),
        word=_("What is done is on record."), to=back,
    )  # fmt: skip
    return done or asking(request, form, title=_("Say what is done"), about=_about(row), back=back)


@enters("project_part.correct")
def correct_part(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts a part right that was entered wrongly."""
    row: ProjectPart = record_or_404(request, "project_part", key)
    held = {"title": row.title, "place": row.place_id, "planned": row.planned, "unit": row.unit}
    form, back = PartForm(request, initial=held), address_of("project", row.project_id)

    def act(by: By, told: dict[str, Any]) -> ProjectPart:
        return projects.correct_part(by=by, project_part=row, **told)

    done = entered(request, form, act, word=_("The part is put right."), to=back)
    return done or asking(request, form, title=_("Put a part right"), about=_about(row), back=back)


@enters("project_part.withdraw")
def take_back_part(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back a part that should not have been entered."""
    row: ProjectPart = record_or_404(request, "project_part", key)
    form, back = NothingMore(request), address_of("project", row.project_id)
    done = entered(
        request, form, lambda by, told: projects.withdraw_part(by=by, project_part=row),
        word=_("The part is taken back."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Take back a part"), about=_about(row), back=back,
        button=_("Take back"),
    )  # fmt: skip


def beside_of(user: User, project: Project, moment: Moment) -> list[tuple[str, Table]]:
    """The states, parts and money of a project that the reader may open, as tables."""
    found = beside(user, project, moment)
    return [
        (said(kind.label), by_key(kind, keys, moment).filled(but=project.fact))
        for kind, keys in found
    ]
