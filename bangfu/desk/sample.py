"""Samples of rounds at the desk: drawn, dealt out, called on, replaced."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.activity import AnswerForm, as_kept
from bangfu.desk.asks import Day, ask
from bangfu.desk.entry import EntryForm, asking, entered, enters
from bangfu.desk.page import address_of, name_of, reader, record_or_404
from bangfu.desk.pick import Pick, PickSeveral
from bangfu.ledger import clock
from bangfu.ledger.access import may_reach, own_person
from bangfu.ledger.actions import sample as samples
from bangfu.ledger.actions import sheet as sheets
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.sheet import FEWEST, Questionnaire, questionnaire_of
from bangfu.ledger.models import Round, Sample
from bangfu.lists.samples import frame_of


class DrawForm(EntryForm):
    """By which seed, and who calls on those who are drawn."""

    inspectors = PickSeveral(
        "person", required=False, label=gettext_lazy("Who calls on them"),
        help_text=gettext_lazy(
            "Neighbours are dealt to the same one; nobody calls where he or she helps or serves."
        ),
    )  # fmt: skip
    seed = forms.CharField(
        label=gettext_lazy("Seed"), required=False, max_length=64,
        help_text=gettext_lazy(
            "Digits thrown in the presence of others. Left blank, one is made by chance. It is "
            "printed with the sample, so that anybody can draw the same again."
        ),
    )  # fmt: skip
    on = Day(label=gettext_lazy("Drawn on"), initial=clock.today)
    folded = ("seed",)


class MeetForm(AnswerForm):
    """The day on which somebody was met; who agrees is asked the questionnaire."""

    agreed = forms.BooleanField(
        label=gettext_lazy("Told what it is for; agrees to be asked"), required=False,
        help_text=gettext_lazy("Ask this first. Without it nothing that was answered is kept."),
    )  # fmt: skip
    on = ask("sample", "closed", required=True, initial=clock.today)

    def ask_questionnaire(self, questionnaire: Questionnaire | None) -> None:
        """Put the questions of a questionnaire after the consent; without one nobody is asked."""
        if questionnaire is None:
            del self.fields["agreed"]
            return
        self.ask_all(questionnaire.asked, {})
        for key in questionnaire.asked:
            self.fields[f"q_{key}"].help_text = questionnaire.entry.items[key].purpose or ""
        self.order_fields(["agreed", *(f"q_{key}" for key in questionnaire.asked), "on"])


class ReplaceForm(EntryForm):
    """Why somebody could not be met."""

    why = ask("sample", "why", required=True)
    reason = ask("sample", "reason")
    on = ask("sample", "closed", required=True, initial=clock.today)


class CountForm(EntryForm):
    """The day on which the sheets are counted."""

    on = Day(label=gettext_lazy("Counted on"), initial=clock.today)


class AssignForm(EntryForm):
    """Who calls."""

    inspector = Pick("person", label=gettext_lazy("Inspector"))


@enters("round.draw")
def draw(request: HttpRequest, key: UUID) -> HttpResponse:
    """Draws the sample of a round."""
    held: Round = record_or_404(request, "round", key)
    person = own_person(reader(request))
    mine = [person] if person and may_reach(reader(request), person) else []
    form, back = DrawForm(request, initial={"inspectors": mine}), address_of("round", key)
    done = entered(
        request, form, lambda by, told: samples.draw(by=by, round=held, frame=frame_of, **told),
        word=_("The sample is drawn."), to=back + "#sample",
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Draw the sample"), about=_round(held), back=back,
        button=_("Draw the sample"),
        hint=_("It is drawn once and stands. Who cannot be met is replaced by the next lot."),
    )  # fmt: skip


@enters("sample.meet")
def meet(request: HttpRequest, key: UUID) -> HttpResponse:
    """Says that somebody who was drawn was met."""
    sample: Sample = record_or_404(request, "sample", key)
    form, back, questionnaire = MeetForm(request), _round_of(sample), questionnaire_of(sample.round)
    form.ask_questionnaire(questionnaire)

    def act(by: By, told: dict[str, Any]) -> Sample:
        answers = {
            key: as_kept(told[f"q_{key}"]) for key in (questionnaire.asked if questionnaire else ())
        }
        given = {key: value for key, value in answers.items() if value not in (None, "", [])}
        return samples.meet(
            by=by, sample=sample, on=told["on"], agreed=told.get("agreed", False), answers=given
        )

    done = entered(request, form, act, word=_("The call is on record."), to=back)
    return done or asking(
        request, form, title=_("Called on: %(who)s") % {"who": name_of(sample.subject)},
        about=_about(sample), back=back, button=_("It was done"), hint=_asked_how(questionnaire),
    )  # fmt: skip


def _asked_how(questionnaire: Questionnaire | None) -> str:
    """What is said to whoever is asked, before anything is asked."""
    if questionnaire is None:
        return ""
    if questionnaire.anonymous:
        return _(
            "“%(title)s” names nobody: the sheet goes into a box that is opened when all are in, "
            "and of fewer than %(few)s none is read. Answering is free; nothing follows from it."
        ) % {"title": questionnaire.title, "few": FEWEST}
    return _(
        "“%(title)s”: who helps and the unit under review do not see what was answered. Answering "
        "is free; nothing follows from it."
    ) % {"title": questionnaire.title}


@enters("round.count_sheets")
def count_sheets(request: HttpRequest, key: UUID) -> HttpResponse:
    """Opens the box of a round: all sheets that name nobody go on record together."""
    held: Round = record_or_404(request, "round", key)
    form, back = CountForm(request), address_of("round", key)
    done = entered(
        request, form, lambda by, told: sheets.count_sheets(by=by, round=held, **told),
        word=_("The sheets are counted."), to=back + "#sample",
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Count the sheets"), about=_round(held), back=back,
        button=_("Count the sheets"),
        hint=_("All are opened together; of fewer than %(few)s none is read.") % {"few": FEWEST},
    )  # fmt: skip


@enters("sample.replace")
def replace(request: HttpRequest, key: UUID) -> HttpResponse:
    """Says why somebody could not be met; the next lot is drawn instead."""
    sample: Sample = record_or_404(request, "sample", key)
    form, back = ReplaceForm(request), _round_of(sample)

    def act(by: By, told: dict[str, Any]) -> Sample:
        return samples.replace(by=by, sample=sample, frame=frame_of, **told)

    done = entered(
        request, form, act, to=back,
        word=_("It is on record; where somebody is left, the next lot was drawn."),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Could not be met: %(who)s") % {"who": name_of(sample.subject)},
        about=_about(sample), back=back, button=_("Draw the next lot"),
        hint=_("Nothing follows for anybody who does not want to be called on."),
    )  # fmt: skip


@enters("sample.assign")
def assign(request: HttpRequest, key: UUID) -> HttpResponse:
    """Says who calls on somebody who was drawn."""
    sample: Sample = record_or_404(request, "sample", key)
    form, back = AssignForm(request), _round_of(sample)
    done = entered(
        request, form, lambda by, told: samples.assign(by=by, sample=sample, **told),
        word=_("Who calls is on record."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Who calls on %(who)s") % {"who": name_of(sample.subject)},
        about=_about(sample), back=back,
    )  # fmt: skip


def _round_of(sample: Sample) -> str:
    return reverse("desk:round", args=[sample.round_id]) + "#sample"


def _round(held: Round) -> str:
    return f"{name_of(held.subject)} · {held.began:%Y-%m-%d} – {held.ended:%Y-%m-%d}"


def _about(sample: Sample) -> str:
    place = sample.subject.place.name if sample.subject.place else ""
    number = _("no. %(number)s") % {"number": sample.number}
    return " · ".join(filter(None, (place, sample.programme.title, number)))
