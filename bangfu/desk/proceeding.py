"""Proceedings at the desk: started, carried out step by step, appealed, given up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from bangfu.desk.acts import acts_on
from bangfu.desk.asks import Day, ask, one_of
from bangfu.desk.entry import EntryForm, asking, entered, enters
from bangfu.desk.evidence import let_choose_file
from bangfu.desk.journal import told
from bangfu.desk.page import (
    Asked,
    address_of,
    asked,
    meaning_at,
    name_of,
    page_of,
    programme_or_404,
    reader,
    record_or_404,
    said,
)
from bangfu.desk.pick import Pick
from bangfu.ledger import clock
from bangfu.ledger.access import allows, answers_for, may
from bangfu.ledger.actions import proceeding as proceedings
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.proceeding import ways_back
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Handling, Need, Proceeding, Programme, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.dossier import events_about, opened_or_ended
from bangfu.lists.handovers import beside
from bangfu.lists.pages import total_of
from bangfu.lists.picking import kinds_for
from bangfu.lists.proceedings import (
    STATES,
    Told,
    open_steps,
    pages_open,
    proceedings_in,
    workflows_in,
)
from bangfu.programmes.schema import Enrol, Workflow
from bangfu.programmes.ways import begins_by_itself, flow_title

#: So many proceedings of a workflow stand on one page.
SIZE = 30


class StartForm(EntryForm):
    """For whom, from when, why, and whether it cannot wait."""

    subject = Pick("person", required=True, label=gettext_lazy("For whom"))
    on = Day(label=gettext_lazy("Accepted on"), initial=clock.today)
    reason = forms.CharField(
        label=gettext_lazy("Why it is started"), required=False, max_length=200,
        help_text=gettext_lazy("In a few words; no illness, no number of anybody."),
    )  # fmt: skip
    urgent = forms.BooleanField(
        label=gettext_lazy("Green channel: help first, papers afterwards"), required=False
    )


RESULTS = (
    ("done", gettext_lazy("Done, agreed")),
    ("refused", gettext_lazy("Not agreed")),
    ("returned", gettext_lazy("Back to an earlier step")),
)


class HandleForm(EntryForm):
    """What became of a step, when, on what evidence, by whom."""

    result = one_of(
        RESULTS,
        required=True,
        label=gettext_lazy("What became of it"),
    )
    back_to = forms.ChoiceField(label=gettext_lazy("Back to which step"), required=False)
    on = Day(label=gettext_lazy("Done on"), initial=clock.today)
    evidence = ask("handling", "evidence", lines=2, max_length=300)
    file = forms.ChoiceField(label=gettext_lazy("File or photo"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why not, or why back"), required=False, max_length=200
    )
    who = Pick("person", required=False, label=gettext_lazy("By whom, if somebody else did it"))
    folded = ("who",)


class AppealForm(EntryForm):
    """Who objects, to what, and when."""

    on = Day(label=gettext_lazy("Objected on"), initial=clock.today)
    asked = forms.CharField(
        label=gettext_lazy("What is objected to, and why"), max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class DropForm(EntryForm):
    """From when on it is not gone on with, and why."""

    on = Day(label=gettext_lazy("Last day"), initial=clock.today)
    reason = forms.CharField(label=gettext_lazy("Why it is given up"), max_length=200)


# ------------------------------------------------------------------ what there is


@dataclass(frozen=True, slots=True)
class FlowTold:
    """One workflow on the page of a programme: its proceedings in the state that is asked."""

    name: str
    called: str
    entry: Workflow
    page: Page[Any]
    lines: Sequence[tuple[Proceeding, Sequence[Handling]]]
    total: int
    adds: bool


@require_GET
def board(request: HttpRequest, name: str) -> HttpResponse:
    """The proceedings of every workflow of a programme, narrowed by state, workflow and name."""
    programme, dates = programme_or_404(request, name), asked(request)
    meaning_at(programme, dates)
    state, of = request.GET.get("state", "open"), request.GET.get("q", "").strip()[:40]
    only = request.GET.get("flow", "")
    flows = workflows_in(programme, dates.moment)
    context = {
        "programme": programme,
        "dates": dates,
        "names": [(key, said(flow_title(key, entry))) for key, entry in flows],
        "heading": _("Proceedings"),
        "entries": [
            _flow_told(request, programme, key, entry, dates, state, of)
            for key, entry in flows
            if only in ("", key)
        ],
        "state": state,
        "states": STATES,
        "q": of,
        "only": only,
        "on": dates.moment.on,
    }
    return render(request, "desk/proceedings.html", context)


def _flow_told(
    request: HttpRequest, programme: Programme, name: str, flow: Workflow, dates: Asked,
    state: str, of: str,
) -> FlowTold:  # fmt: skip
    user = reader(request)
    rows = proceedings_in(
        user, programme, name, dates.moment, state=state if state in STATES else "", of=of
    )
    total = total_of(rows)
    page = page_of(request, rows, total, size=SIZE)
    shown = list(page)
    steps = open_steps(shown)
    return FlowTold(
        name,
        said(flow_title(name, flow)),
        flow,
        page,
        [(one, steps[one.fact]) for one in shown],
        total,
        dates.present
        and not begins_by_itself(flow)
        and allows(user, "proceeding.start", programme=programme),
    )


@require_GET
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One proceeding: its steps in a line, whose they are, by when, and what became of them."""
    user, kind = reader(request), VOCABULARY["proceeding"]
    held: Proceeding | None = opened_or_ended(user, kind, key, Moment.present())
    if held is None:
        raise Http404
    if held.document_id is not None:
        return redirect(address_of("document", held.document_id) + "#steps")
    if held.stint_id is not None:
        return redirect(address_of("stint", held.stint_id) + "#steps")
    of = Told.of(held, clock.today())
    context = {
        "held": held,
        "told": of,
        "programme": held.programme,
        "lines": [(line, _can_do(user, line.row)) for line in of.lines],
        "back": {row.pk: of.step_called(row.back_to) for row in of.rows if row.back_to},
        "acts": acts_on(user, kind, key, held),
        "into": _entries_by(of.meaning, held) if held.outcome == "done" else [],
        "on": clock.today(),
        "events": told(events_about(key)[:50]),
    }
    return render(request, "desk/proceeding.html", context)


def _can_do(user: User, row: Handling | None) -> bool:
    """Whether a step waits for this reader."""
    if row is None or row.closed is not None or row.date > clock.today():
        return False
    return may(user, "proceeding.handle") and answers_for(user, "proceeding.handle", row)


def _entries_by(meaning: Meaning, held: Proceeding) -> list[tuple[str, str]]:
    """The entries of the programme that take in whom this workflow was carried through for."""
    return [
        (
            meaning.file.title_of(name),
            reverse("desk:take_in", args=[meaning.row.name, name]) + f"?subjects={held.subject_id}",
        )
        for name, entry in meaning.file.entries("enrol")
        if isinstance(entry, Enrol) and entry.workflow == held.name
    ]


# ------------------------------------------------------------------ what is done


@enters("proceeding.start")
def start(request: HttpRequest, name: str, flow: str) -> HttpResponse:
    """Starts a workflow for somebody."""
    programme = programme_or_404(request, name)
    meaning = Meaning.of(programme, Moment.present())
    entry = meaning.file.entry(flow) if meaning.sort_of(flow) == "workflow" else None
    if not isinstance(entry, Workflow):
        raise Http404
    form = StartForm(request)
    kinds = kinds_for(meaning, "each", flow)
    form.let_pick("subject", kinds=kinds, programme=programme, role="each", name=flow,
                  on=form.day("on"))  # fmt: skip
    if not any((step.where or {}).get("urgent") for step in entry.items.values()):
        del form.fields["urgent"]

    def act(by: By, told: dict[str, Any]) -> Proceeding:
        row = told.pop("subject")
        need = row if isinstance(row, Need) else None
        return proceedings.start(
            by=by, programme=programme, name=flow, subject=need.subject if need else row,
            need=need, **told,
        )  # fmt: skip

    done = entered(
        request, form, act, word=_("It is started; the first steps are open."),
        to=lambda held: address_of("proceeding", held.fact),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Start: %(flow)s") % {"flow": entry.title or flow},
        about=programme.title, back=reverse("desk:proceedings", args=[name]),
        button=_("Start it"), programme=programme,
    )  # fmt: skip


def page_of_step(row: Handling, opened: Collection[UUID]) -> str:
    """Where a step stands: on its paper, hand-over or proceeding; by itself where that is shut."""
    if row.document_id is not None:
        return address_of("document", row.document_id)
    offer = row.proceeding.handover
    kind, key = ("handover", offer.fact_key) if offer else ("proceeding", row.proceeding_id)
    return address_of(kind, key) if key in opened else address_of("handling", row.fact)


@enters("proceeding.handle")
def handle(request: HttpRequest, key: UUID) -> HttpResponse:
    """Says what became of a step."""
    row: Handling = record_or_404(request, "handling", key)
    if row.stint_id is not None:
        raise Http404  # leave is answered on its own page
    of = Told.of(row.proceeding, clock.today())
    back = page_of_step(row, pages_open(reader(request), [row]))
    step = of.flow.items.get(row.step)
    if step is None or row.party_id is not None or row.subject is None:
        raise Http404
    # A photo shows one of them, so of others the step is done by itself.
    others = beside(reader(request), row) if step.proof != "photo" else []
    form = HandleForm(request)
    _fit(form, [(one, said(of.step_called(one))) for one in ways_back(of.held, of.flow, row.step)])
    file_of = let_choose_file(request, form, VOCABULARY[row.subject.kind], row.subject.fact)
    if others:
        del form.fields["file"]

    def act(by: By, told: dict[str, Any]) -> Handling:
        told["file"] = file_of(told["file"]) if "file" in told else None
        told["back_to"] = told.get("back_to", "") if told["result"] == "returned" else ""
        return proceedings.handle(by=by, handling=row, beside=others, **told)

    done = entered(request, form, act, word=_("The step is on record."), to=back)
    whom = _(", ").join(name_of(one.subject) for one in (row, *others))
    return done or asking(
        request, form, title=said(of.step_called(row.step)), about=f"{said(of.title)} · {whom}",
        back=back, template="desk/handle.html", told=of, row=row,
        line=next(one for one in of.lines if one.row is not None and one.row.pk == row.pk),
        on=clock.today(), add=reverse("desk:file_add", args=[row.subject.fact]),
    )  # fmt: skip


def _fit(form: HandleForm, before: Sequence[tuple[str, str]]) -> None:
    """A step with nothing before it cannot go back."""
    if before:
        form.let_choose("back_to", [("", _("none")), *before])
        return
    del form.fields["back_to"]
    form.let_choose("result", RESULTS[:2])


@enters("proceeding.appeal")
def appeal(request: HttpRequest, key: UUID) -> HttpResponse:
    """Writes down an objection."""
    held: Proceeding = record_or_404(request, "proceeding", key)
    form, back = AppealForm(request), address_of("proceeding", key)
    done = entered(
        request, form, lambda by, told: proceedings.appeal(by=by, proceeding=held, **told),
        word=_("The objection is on record; the step that answers it is open."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Write down an objection"), about=_about(held), back=back
    )


@enters("proceeding.drop")
def drop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Gives a proceeding up."""
    held: Proceeding = record_or_404(request, "proceeding", key)
    form, back = DropForm(request), address_of("proceeding", key)
    done = entered(
        request, form, lambda by, told: proceedings.drop(by=by, proceeding=held, **told),
        word=_("It is given up; what was done stays on record."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Give it up"), about=_about(held), back=back,
        button=_("Give it up"),
    )  # fmt: skip


def _about(held: Proceeding) -> str:
    return f"{said(Told.of(held, clock.today()).title)} · {name_of(held.subject)}"
