"""Work at the desk: meetings, trainings, talks and the rest, recorded, put right, taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import ask, ask_of
from bangfu.desk.entry import (
    EntryForm,
    NothingMore,
    asking,
    entered,
    enters,
    filled,
    listed,
    subject_for,
)
from bangfu.desk.page import address_of, programme_or_404, reader, record_or_404, said
from bangfu.desk.pick import PickSeveral
from bangfu.ledger import clock
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions.event import By
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Activity
from bangfu.ledger.moment import Moment
from bangfu.ledger.questions import questions_of
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.ledger.vocabulary.activity import ACTIVITY_KINDS
from bangfu.programmes.kinds import Field
from bangfu.programmes.schema import Activity as Entry

#: Subjects to whom something is done.
HELPED = ("person", "household", "organisation", "site", "place")
#: One of these says what the work was.
TELLING = ("note", "people", "place", "organisation", "whom", "attendees", "measure")


class RecordForm(EntryForm):
    """What was done, when, where, by whom and for whom."""

    sort = forms.ChoiceField(label=gettext_lazy("What it was"))
    on = ask("activity", "date", required=True, initial=clock.today)
    note = ask("activity", "note", lines=3, max_length=500)
    people = ask("activity", "people", whole=True)
    place = ask("activity", "place")
    organisation = ask("activity", "organisation")
    who = PickSeveral("person", required=False, label=gettext_lazy("Who did it"))
    whom = PickSeveral(*HELPED, required=False, label=gettext_lazy("For whom"))
    attendees = PickSeveral("person", required=False, label=gettext_lazy("Who attended"))
    measure = ask("activity", "measure")
    private_note = ask("activity", "private_note", lines=3, max_length=500)
    folded = ("whom", "attendees", "measure", "private_note")

    def clean(self) -> dict[str, Any]:
        """What was filled in; a day by itself says nothing, and would be counted."""
        told: dict[str, Any] = super().clean() or {}
        if not any(told.get(name) for name in TELLING):
            self.add_error(
                "note", _("Say what was done, where or with whom: one of them at least.")
            )
        return told


class AnswerForm(EntryForm):
    """The questions that the programme asks of this kind of work."""

    def ask_all(self, asked: Mapping[str, Field], answers: Mapping[str, Any]) -> None:
        """Put every question into the form, with what was answered before."""
        for key, one in asked.items():
            self.fields[f"q_{key}"] = ask_of(one)
            if key in answers:
                self.initial.setdefault(f"q_{key}", _as_typed(one, answers[key]))


def _as_typed(one: Field, value: Any) -> Any:
    if one.type == "flag":
        return "yes" if value else "no"
    return dt.date.fromisoformat(value) if one.type == "day" else value


def as_kept(value: Any) -> Any:
    """An answer as it is kept: days written out, whole numbers whole."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral() else float(value)
    return value


class CorrectForm(EntryForm):
    """What can be put right of an activity."""

    on = ask("activity", "date", required=True)
    note = ask("activity", "note", lines=3, max_length=500)
    people = ask("activity", "people", whole=True)
    place = ask("activity", "place")
    mode = ask("activity", "mode")


#: A sort of work: what it is called, and what follows for the record from its choice.
Sort = tuple[str, dict[str, Any]]


def own_sorts(meaning: Meaning) -> dict[str, Sort]:
    """The programme's own kinds of work that can be recorded as such."""
    found: dict[str, Sort] = {}
    for name, entry in meaning.file.entries("activity"):
        assert isinstance(entry, Entry)
        where = entry.where or {}
        preset = {k: where[k] for k in ("topic", "mode") if isinstance(where.get(k), str)}
        kind = meaning.file.kind_of(name)
        if kind in ACTIVITY_KINDS and kind != "questionnaire" and set(where) <= {"topic", "mode"}:
            found[name] = (entry.title or name, {"kind": kind, **preset})
    return found


def _basic_sorts() -> dict[str, Sort]:
    return {
        f"-{kind}": (said(label), {"kind": kind})
        for kind, label in ACTIVITY_KINDS.items()
        if kind not in ("report", "questionnaire")
    }


def _to_choose(own: Mapping[str, Sort], basic: Mapping[str, Sort]) -> list[tuple[str, Any]]:
    """The sorts to choose from: the programme's own under a word of their own, before the rest."""
    told = [[(key, title) for key, (title, _preset) in some.items()] for some in (own, basic)]
    if not own:
        return list(told[1])
    return [(_("Of this programme"), told[0]), (_("Other work"), told[1])]


@enters("activity.record")
def record(request: HttpRequest, name: str) -> HttpResponse:
    """Records work that was done for a programme."""
    programme = programme_or_404(request, name)
    own, basic = own_sorts(Meaning.of(programme, Moment.present())), _basic_sorts()
    person = reader(request).person_id
    form = RecordForm(request, initial={"who": [person] if person else []})
    form.let_choose("sort", _to_choose(own, basic))
    form.let_pick("measure", programme=programme)
    back = listed("activity")

    def act(by: By, told: dict[str, Any]) -> Activity:
        _title, preset = (own | basic)[told.pop("sort")]
        told["whom"] = [subject_for(by, row) for row in told["whom"]]
        return activities.record(by=by, programme=programme, **preset, **filled(told))

    done = entered(
        request, form, act, word=_("The work is on record."),
        to=_after_recording,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Record work"), about=programme.title, back=back,
        programme=programme,
    )  # fmt: skip


def _after_recording(made: Activity) -> str:
    """Where one goes on: to the questions of that kind of work, if it asks any."""
    if questions_of(made):
        return reverse("desk:activity_answer", args=[made.fact])
    return address_of("activity", made.fact)


@enters("activity.correct")
def answer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Answers the questions that the programme asks of a piece of work, or puts answers right."""
    held: Activity = record_or_404(request, "activity", key)
    asked, back = questions_of(held), address_of("activity", key)
    form = AnswerForm(request)
    form.ask_all(asked, held.answers)

    def act(by: By, told: dict[str, Any]) -> Activity:
        answers = {k: as_kept(told[f"q_{k}"]) for k in asked}
        return activities.correct_record(by=by, activity=held, answers=answers)

    done = entered(request, form, act, to=back, word=_("The answers are on record."))
    hint = "" if asked else _("The programme asks nothing of this kind of work.")
    return done or asking(
        request, form, title=_("Answer the questions"), about=_about(held), back=back, hint=hint
    )


def _about(held: Activity) -> str:
    codes = VOCABULARY["activity"]["kind"].codes
    return f"{said(codes[held.kind])} · {held.date:%Y-%m-%d} · {held.note}"


@enters("activity.correct")
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts right what was recorded wrongly."""
    held: Activity = record_or_404(request, "activity", key)
    given = {"on": held.date, "note": held.note, "people": held.people, "place": held.place_id,
             "mode": held.mode}  # fmt: skip
    form, back = CorrectForm(request, initial=given), address_of("activity", key)

    def act(by: By, told: dict[str, Any]) -> Activity:
        return activities.correct_record(by=by, activity=held, date=told.pop("on"), **told)

    done = entered(
        request, form, act, to=back,
        word=_("The record was put right; what was believed before stays on record."),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Put a record right"), about=_about(held), back=back
    )


@enters("activity.withdraw")
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back a record that should not have been made."""
    held: Activity = record_or_404(request, "activity", key)
    form, back = NothingMore(request), address_of("activity", key)
    done = entered(
        request, form, lambda by, _told: activities.take_back(by=by, activity=held),
        word=_("It was taken back; what was believed before stays on record."),
        to=listed("activity"),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Take back"), about=_about(held), back=back, button=_("Take back"),
        hint=_("Only for what did not happen. What happened otherwise is put right."),
    )  # fmt: skip
