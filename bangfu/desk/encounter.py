"""Health services at the desk: recorded, put right, settled, taken back; no diagnosis is shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import ask
from bangfu.desk.benefit import about
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters, filled
from bangfu.desk.page import address_of, name_of, reader, record_or_404, subject_or_404
from bangfu.ledger import clock
from bangfu.ledger.access import allows
from bangfu.ledger.actions import encounter as encounters
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Encounter
from bangfu.ledger.moment import Moment

#: What a form holds of a record, by the names of its columns.
_HELD = (
    "kind", "outcome", "setting", "sent", "sent_time", "arrived_time", "deposit", "cost",
    "reimbursed", "settlement", "settled", "number",
)  # fmt: skip


def _at(key: str) -> Any:
    """A time of the day, as a browser asks it."""
    return ask(
        "encounter",
        key,
        max_length=5,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )


class EncounterForm(EntryForm):
    """What was done, when, by which body, and as far as it is known how it is paid."""

    kind = ask("encounter", "kind", required=True)
    on = ask("encounter", "date", required=True)
    provider = ask("encounter", "provider", required=True, kinds=encounters.BODIES)
    outcome = ask("encounter", "outcome", required=True, initial="done")
    doctor = ask("encounter", "doctor")
    setting = ask("encounter", "setting")
    sender = ask("encounter", "sender", kinds=encounters.BODIES)
    sent = ask("encounter", "sent")
    sent_time = _at("sent_time")
    arrived_time = _at("arrived_time")
    deposit = ask("encounter", "deposit")
    cost = ask("encounter", "cost", least=0)
    reimbursed = ask("encounter", "reimbursed", least=0)
    settlement = ask("encounter", "settlement")
    settled = ask("encounter", "settled")
    number = ask("encounter", "number", max_length=40)
    folded = (
        "doctor", "setting", "sender", "sent", "sent_time", "arrived_time", "deposit", "cost",
        "reimbursed", "settlement", "settled", "number",
    )  # fmt: skip


class RecordForm(EncounterForm):
    """The same, with the diagnosis for those who note health detail; it is kept apart."""

    diagnosis = forms.CharField(
        label=gettext_lazy("Diagnosis (kept apart, sealed)"), required=False, max_length=200
    )
    diagnosis.sealed = True  # type: ignore[attr-defined]  # kept out of drafts


class SettleForm(EntryForm):
    """On which day all was paid, what it cost and what was reimbursed."""

    on = ask("encounter", "settled", required=True)
    cost = ask("encounter", "cost", required=True, least=0)
    reimbursed = ask("encounter", "reimbursed", required=True, least=0)
    settlement = ask("encounter", "settlement", required=True)


@enters("encounter.record")
def record(request: HttpRequest, key: UUID) -> HttpResponse:
    """Records a service that somebody was given."""
    kind, row = subject_or_404(request, key, Moment.present())
    if kind.name != "person":
        raise Http404
    form = RecordForm(request, initial={"on": clock.today()})
    if not allows(reader(request), "health.note", key):
        del form.fields["diagnosis"]
    back = address_of("person", key)
    done = entered(
        request, form, lambda by, told: encounters.record(by=by, subject=row, **filled(told)),
        word=_("The service is on record."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Record a health service"), about=name_of(row), back=back,
        hint=_("Write no illness here: a diagnosis is noted by those who treat, and kept apart."),
    )  # fmt: skip


@enters("encounter.correct")
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts one service right."""
    row: Encounter = record_or_404(request, "encounter", key)
    said = about("encounter", row)
    held = {name: getattr(row, name) for name in _HELD}
    held |= {"on": row.date, "provider": row.provider_id, "doctor": row.doctor_id,
             "sender": row.sender_id}  # fmt: skip
    form, back = EncounterForm(request, initial=held), address_of("encounter", key)

    def act(by: By, told: dict[str, Any]) -> Encounter:
        return encounters.correct_encounter(by=by, encounter=row, date=told.pop("on"), **told)

    done = entered(request, form, act, word=_("The service is put right."), to=back)
    return done or asking(request, form, title=_("Put a service right"), about=said, back=back)


@enters("encounter.settle")
def settle(request: HttpRequest, key: UUID) -> HttpResponse:
    """Writes down that a service was settled."""
    row: Encounter = record_or_404(request, "encounter", key)
    held = {"on": row.settled or clock.today(), "cost": row.cost, "reimbursed": row.reimbursed,
            "settlement": row.settlement}  # fmt: skip
    form, back = SettleForm(request, initial=held), address_of("encounter", key)
    done = entered(
        request, form, lambda by, told: encounters.settle(by=by, encounter=row, **told),
        word=_("It is settled."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Settle a service"), about=about("encounter", row), back=back
    )


@enters("encounter.withdraw")
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back a service that should not have been recorded."""
    row: Encounter = record_or_404(request, "encounter", key)
    form, home = NothingMore(request), address_of("person", row.subject_id)
    said = about("encounter", row)
    done = entered(
        request, form, lambda by, told: encounters.withdraw(by=by, encounter=row),
        word=_("The service is taken back."), to=home,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Take back a service"), about=said,
        back=address_of("encounter", key), button=_("Take back"),
    )  # fmt: skip
