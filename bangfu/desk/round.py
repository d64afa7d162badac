"""Rounds of reviews at the desk: opened, judged, followed up, their result issued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from bangfu.desk.acts import acts_on
from bangfu.desk.asks import Day, Number, ask
from bangfu.desk.behind import rows_page
from bangfu.desk.duties import turns_page
from bangfu.desk.entry import EntryForm, asking, entered, enters, subject_for
from bangfu.desk.evidence import let_choose_file
from bangfu.desk.journal import told
from bangfu.desk.page import (
    address_of,
    asked,
    meaning_at,
    name_of,
    page_of,
    programme_or_404,
    reader,
    record_or_404,
)
from bangfu.desk.pick import Pick
from bangfu.ledger import clock
from bangfu.ledger.access import allows, may
from bangfu.ledger.actions import round as rounds
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.round import sheet_of
from bangfu.ledger.actions.sheet import FEWEST
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Round, Score, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.dossier import events_about, opened_or_ended
from bangfu.lists.pages import total_of
from bangfu.lists.picking import kinds_for
from bangfu.lists.rounds import (
    count,
    findings_of,
    of_units,
    reviews_in,
    rounds_in,
    rows_behind,
    sheet,
    totals,
    turns_of,
    whole,
)
from bangfu.lists.samples import draw_again, progress, samples_of
from bangfu.programmes.schema import Review
from bangfu.programmes.scoring import judged, lines_of

#: The columns of a sample that is taken along: whom to call on, where, by whom, and how it went.
TAKEN_ALONG = ("number", "subject", "lives_in", "inspector", "state", "closed", "why", "instead_of")
#: So many rounds of a review stand on one page.
SIZE = 30


class OpenForm(EntryForm):
    """Which unit or place, and a day of the period that is reviewed."""

    subject = Pick("organisation", required=True, label=gettext_lazy("Unit or place"))
    period = Day(
        label=gettext_lazy("A day of the period"), initial=clock.today,
        help_text=gettext_lazy("The whole period that holds this day is reviewed."),
    )  # fmt: skip
    on = Day(label=gettext_lazy("Opened on"), initial=clock.today)


class ScoreForm(EntryForm):
    """How many points, and why."""

    points = Number(label=gettext_lazy("Points"))
    reason = forms.CharField(label=gettext_lazy("Why so many"), max_length=200)
    evidence = ask("score", "evidence", lines=2, max_length=300)
    file = forms.ChoiceField(label=gettext_lazy("File or photo"), required=False)
    on = Day(label=gettext_lazy("Judged on"), initial=clock.today)


class VetoForm(EntryForm):
    """Whether what decides about the whole was found, what it was, and what shows it."""

    vetoed = forms.ChoiceField(
        label=gettext_lazy("Was it found?"),
        choices=[("", "—"), ("no", gettext_lazy("no")), ("yes", gettext_lazy("yes"))],
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("What it was, in a few words"), max_length=200, required=False
    )
    evidence = ask("score", "evidence", lines=2, max_length=300)
    file = forms.ChoiceField(label=gettext_lazy("File or photo"), required=False)
    on = Day(label=gettext_lazy("Judged on"), initial=clock.today)


class FindForm(EntryForm):
    """What was found, who puts it right, by when."""

    text = ask("task", "text", required=True, lines=2, max_length=300)
    owner = Pick("person", "organisation", label=gettext_lazy("Who answers"))
    due = ask("task", "due", required=True)
    on = Day(label=gettext_lazy("Found on"), initial=clock.today)


class IssueForm(EntryForm):
    """The day on which the result is issued."""

    on = Day(label=gettext_lazy("Issued on"), initial=clock.today)


@dataclass(frozen=True, slots=True)
class ReviewTold:
    """One review of a programme with its rounds."""

    name: str
    entry: Review
    units: bool
    page: Any
    lines: Sequence[Round]
    adds: bool


@require_GET
def board(request: HttpRequest, name: str) -> HttpResponse:
    """Every review of a programme with its rounds, by period and name."""
    programme, dates, user = programme_or_404(request, name), asked(request), reader(request)
    meaning = meaning_at(programme, dates)
    found = []
    for key, entry in reviews_in(programme, dates.moment):
        units = of_units(meaning, entry)
        rows = rounds_in(user, programme, key)
        page = page_of(request, rows, total_of(rows), size=SIZE)
        adds = units and dates.present and allows(user, "round.open", programme=programme)
        found.append(ReviewTold(key, entry, units, page, list(page), adds))
    context = {"programme": programme, "dates": dates, "heading": _("Reviews"), "entries": found}
    return render(request, "desk/reviews.html", context)


@require_GET
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One round: its score sheet with the rows behind, what it found, its result."""
    user, kind = reader(request), VOCABULARY["round"]
    held: Round | None = opened_or_ended(user, kind, key, Moment.present())
    if held is None:
        raise Http404
    lines = sheet(held, Moment.present())
    given, most, missing = totals(lines)
    meaning, tasks = Meaning.of(held.programme, Moment(held.opened)), findings_of(user, held)
    parts = {one.score: one.title for one in lines if one.score} | {t.fact: t.text for t in tasks}
    context = {
        "held": held,
        "title": meaning.file.title_of(held.name),
        "programme": held.programme,
        "lines": lines,
        "given": held.points if held.issued else given,
        "most": held.most if held.issued else most,
        "missing": missing,
        "whole": whole(held, lines),
        "judges": held.issued is None and allows(user, "round.score", held),
        "tasks": tasks,
        **_sampled(request, user, held),
        "acts": acts_on(user, kind, key, held),
        "on": clock.today(),
        "events": told(events_about(key, parts=parts)[:50], parts=parts),
    }
    return render(request, "desk/round.html", context)


def _sampled(request: HttpRequest, user: User, held: Round) -> dict[str, Any]:
    """The sample of a round: how far the calls are, who was drawn, whether it comes out again."""
    if held.drawn is None:
        return {"samples_said": sheet_of(held).of is not None}
    drawn = samples_of(user, held)
    return {
        "samples_said": True,
        "progress": progress(held),
        "samples": page_of(request, drawn, total_of(drawn), size=SIZE),
        "again": draw_again(held) if "again" in request.GET else None,
        "inspects": may(user, "sample.meet"),
        "taken_along": TAKEN_ALONG,
        "few_sheets": held.sheets is not None and held.sheets < FEWEST,
    }


@require_GET
def rows(request: HttpRequest, key: UUID, item: str) -> HttpResponse:
    """The records that were counted for one line."""
    held: Round = record_or_404(request, "round", key)
    line = dict(lines_of(rounds.sheet_of(held))).get(item)
    if line is None:
        raise Http404
    try:
        behind = turns_of(held, item, Moment.present())
        if behind is not None:
            return turns_page(
                request, behind, asked(request), title=line.title or item, about=_about(held),
                back=address_of("round", key),
            )  # fmt: skip
        listing, facts = rows_behind(held, item, Moment.present())
    except Unsayable as why:
        raise Http404 from why
    return rows_page(
        request, listing, facts, programme=held.programme, title=line.title or item,
        about=_about(held), back=address_of("round", key),
    )  # fmt: skip


@enters("round.open")
def open_(request: HttpRequest, name: str, entry: str) -> HttpResponse:
    """Opens a round for a unit or place."""
    programme = programme_or_404(request, name)
    meaning = Meaning.of(programme, Moment.present())
    review = meaning.file.entry(entry) if meaning.sort_of(entry) == "review" else None
    if not isinstance(review, Review) or not of_units(meaning, review):
        raise Http404
    form = OpenForm(request)
    kinds = kinds_for(meaning, "each", entry)
    form.let_pick("subject", kinds=kinds, programme=programme, role="each", name=entry,
                  on=form.day("on"))  # fmt: skip

    def act(by: By, told: dict[str, Any]) -> Round:
        subject, day = subject_for(by, told.pop("subject")), told.pop("period")
        return rounds.open_(
            by=by, programme=programme, name=entry, subject=subject, day=day, **told
        )

    done = entered(
        request, form, act, word=_("The round is open."),
        to=lambda held: address_of("round", held.fact),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Open a round: %(review)s") % {"review": review.title or entry},
        about=programme.title, back=reverse("desk:reviews", args=[name]), programme=programme,
        button=_("Open it"),
    )  # fmt: skip


@enters("round.score")
def score(request: HttpRequest, key: UUID, item: str) -> HttpResponse:
    """Judges one line that no record shows."""
    held: Round = record_or_404(request, "round", key)
    line = dict(lines_of(rounds.sheet_of(held))).get(item)
    if line is None or not judged(line):
        raise Http404
    form, back = VetoForm(request) if line.is_ else ScoreForm(request), address_of("round", key)
    file_of = let_choose_file(request, form, VOCABULARY[held.subject.kind], held.subject_id)

    def act(by: By, told: dict[str, Any]) -> Score:
        told["file"] = file_of(told["file"])
        if "vetoed" in told:
            told["vetoed"] = told["vetoed"] == "yes"
        return rounds.score(by=by, round=held, item=item, **told)

    hint = _("At most %(most)s points.") % {"most": line.points or 0}
    if line.is_:
        hint = _("If it was found, the whole is %(grade)s at best.") % {"grade": line.is_}
    done = entered(request, form, act, word=_("The line is judged."), to=back)
    return done or asking(
        request, form, title=line.title or item, about=_about(held), back=back, hint=hint,
        template="desk/score.html", line=line, add=reverse("desk:file_add", args=[held.subject_id]),
        programme=held.programme,
    )  # fmt: skip


@enters("round.find")
def find(request: HttpRequest, key: UUID) -> HttpResponse:
    """Writes down what a round found; it becomes a task."""
    held: Round = record_or_404(request, "round", key)
    unit = held.subject.fact if held.subject.kind == "organisation" else None
    form, back = FindForm(request, initial={"owner": unit}), address_of("round", key)
    done = entered(
        request, form, lambda by, told: rounds.find(by=by, round=held, **told),
        word=_("The finding is on record, and a task for who answers."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Write down a finding"), about=_about(held), back=back
    )


@enters("round.issue")
def issue(request: HttpRequest, key: UUID) -> HttpResponse:
    """Issues the result of a round."""
    held: Round = record_or_404(request, "round", key)
    form, back = IssueForm(request), address_of("round", key)
    done = entered(
        request, form, lambda by, told: rounds.issue(by=by, round=held, count=count, **told),
        word=_("The result is issued and stands."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Issue the result"), about=_about(held), back=back,
        button=_("Issue the result"),
        hint=_("Every counted line is written down as it stands; afterwards nothing changes."),
    )  # fmt: skip


def _about(held: Round) -> str:
    return f"{name_of(held.subject)} · {held.began:%Y-%m-%d} – {held.ended:%Y-%m-%d}"
