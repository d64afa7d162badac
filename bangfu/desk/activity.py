"""Work at the desk: meetings, trainings, talks and the rest, recorded, put right, taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import ask
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
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.ledger.vocabulary.activity import ACTIVITY_KINDS
from bangfu.programmes.schema import Activity as Entry

#: Subjects to whom something is done.
HELPED = ("person", "household", "organisation", "site", "place")


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


class CorrectForm(EntryForm):
    """What can be put right of an activity."""

    on = ask("activity", "date", required=True)
    note = ask("activity", "note", lines=3, max_length=500)
    people = ask("activity", "people", whole=True)
    place = ask("activity", "place")
    mode = ask("activity", "mode")


def _sorts(meaning: Meaning) -> dict[str, tuple[str, dict[str, Any]]]:
    """What can be recorded for a programme: its own kinds of work first, then the basic ones."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for name, entry in meaning.file.entries("activity"):
        assert isinstance(entry, Entry)
        where = entry.where or {}
        preset = {k: where[k] for k in ("topic", "mode") if isinstance(where.get(k), str)}
        kind = meaning.file.kind_of(name)
        if kind in ACTIVITY_KINDS and set(where) <= {"topic", "mode"}:
            found[name] = (entry.title or name, {"kind": kind, **preset})
    for kind, label in ACTIVITY_KINDS.items():
        if kind != "report":
            found[f"-{kind}"] = (said(label), {"kind": kind})
    return found


@enters("activity.record")
def record(request: HttpRequest, name: str) -> HttpResponse:
    """Records work that was done for a programme."""
    programme = programme_or_404(request, name)
    sorts = _sorts(Meaning.of(programme, Moment.present()))
    person = reader(request).person_id
    form = RecordForm(request, initial={"who": [person] if person else []})
    form.let_choose("sort", ((key, title) for key, (title, _preset) in sorts.items()))
    form.let_pick("measure", programme=programme)
    back = listed("activity")

    def act(by: By, told: dict[str, Any]) -> Activity:
        _title, preset = sorts[told.pop("sort")]
        told["whom"] = [subject_for(by, row) for row in told["whom"]]
        return activities.record(by=by, programme=programme, **preset, **filled(told))

    done = entered(
        request, form, act, word=_("The work is on record."),
        to=lambda made: address_of("activity", made.fact),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Record work"), about=programme.title, back=back,
        programme=programme,
    )  # fmt: skip


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
