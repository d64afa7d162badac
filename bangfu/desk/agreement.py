"""Agreements at the desk: signed, renewed, ended, taken back; what both sides owe by each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import Day, ask, called
from bangfu.desk.duties import mark_of
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters, filled, subject_for
from bangfu.desk.page import address_of, name_of, programme_or_404, record_or_404, said
from bangfu.desk.pick import Pick
from bangfu.ledger import clock
from bangfu.ledger.actions import agreement as agreements
from bangfu.ledger.actions.event import By
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Agreement
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.agreements import Obliged, Party, obligations
from bangfu.lists.duty_words import asked_text, number_text
from bangfu.lists.picking import kinds_for
from bangfu.programmes.names import VERDICTS
from bangfu.programmes.readback import entry_readback
from bangfu.programmes.schema import Agreement as Rule

KIND = VOCABULARY["agreement"]
SIDES: tuple[Party, ...] = ("helper", "subject")


class SignForm(EntryForm):
    """Which two parties signed, when, and for which days."""

    helper = Pick("organisation", label=called(KIND["helper"].label))
    subject = Pick("person", label=called(KIND["subject"].label))
    signed = ask("agreement", "signed", required=True, initial=clock.today)
    began = Day(label=gettext_lazy("From the day"), future=True, required=False)
    ended = Day(label=gettext_lazy("Last day"), future=True, required=False)
    number = ask("agreement", "number", max_length=60)
    folded = ("began", "ended")


class RenewForm(EntryForm):
    """When it was signed anew, and until when."""

    signed = ask("agreement", "signed", required=True, initial=clock.today)
    ended = Day(label=gettext_lazy("Last day"), future=True, required=False)
    number = ask("agreement", "number", max_length=60)


class EndForm(EntryForm):
    """The last day, and why it is."""

    on = Day(label=gettext_lazy("Last day"), future=True)
    reason = ask("agreement", "end_reason", required=True, max_length=100)


def _rule(meaning: Meaning, entry: str) -> Rule:
    if meaning.sort_of(entry) != "agreement":
        raise Http404
    found = meaning.file.entry(entry)
    assert isinstance(found, Rule)
    return found


@enters("agreement.sign")
def sign(request: HttpRequest, name: str, entry: str) -> HttpResponse:
    """Puts a signed agreement on record."""
    programme = programme_or_404(request, name)
    meaning = Meaning.of(programme, Moment.present())
    _rule(meaning, entry)
    form = SignForm(request)
    for side in SIDES:
        form.let_pick(
            side, kinds=kinds_for(meaning, side, entry), programme=programme, role=side, name=entry,
            on=form.day("signed"),
        )  # fmt: skip

    def act(by: By, told: dict[str, Any]) -> Agreement:
        helper, subject = subject_for(by, told.pop("helper")), subject_for(by, told.pop("subject"))
        return agreements.sign(
            by=by, programme=programme, name=entry, helper=helper, subject=subject, **filled(told)
        )

    done = entered(
        request, form, act, word=_("The agreement is on record."),
        to=lambda made: address_of("agreement", made.fact),
    )  # fmt: skip
    told = said(entry_readback(meaning.file, "agreement", entry).text)
    return done or asking(
        request, form, title=_("Sign: %(entry)s") % {"entry": meaning.file.title_of(entry)},
        about=programme.title, back=reverse("desk:programme_list", args=[name, entry]),
        programme=programme, hint=told,
    )  # fmt: skip


def _about(held: Agreement) -> str:
    """Both parties, and the day of the signatures."""
    return f"{name_of(held.helper)} — {name_of(held.subject)} · {held.signed:%Y-%m-%d}"


@enters("agreement.renew")
def renew(request: HttpRequest, key: UUID) -> HttpResponse:
    """Goes on from an agreement that has a last day."""
    held: Agreement = record_or_404(request, "agreement", key)
    form = RenewForm(request)
    done = entered(
        request, form, lambda by, told: agreements.renew(by=by, agreement=held, **filled(told)),
        word=_("The renewal is on record."), to=lambda made: address_of("agreement", made.fact),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Renew an agreement"), about=_about(held),
        back=address_of("agreement", key),
        hint=_("The new one begins on the day after the last day of the old one."),
    )  # fmt: skip


@enters("agreement.end")
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ends an agreement before its time, for a reason."""
    held: Agreement = record_or_404(request, "agreement", key)
    form, back = EndForm(request, initial={"on": clock.today()}), address_of("agreement", key)
    done = entered(
        request, form, lambda by, told: agreements.close(by=by, agreement=held, **told),
        word=_("The agreement ends on that day."), to=back,
    )  # fmt: skip
    return done or asking(request, form, title=_("End an agreement"), about=_about(held), back=back)


@enters("agreement.withdraw")
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back an agreement that was put on record by mistake."""
    held: Agreement = record_or_404(request, "agreement", key)
    form = NothingMore(request)
    done = entered(
        request, form, lambda by, _told: agreements.take_back(by=by, agreement=held),
        word=_("It was taken back; what was believed before stays on record."),
        to=reverse("desk:list", args=["agreement"]),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Take back"), about=_about(held),
        back=address_of("agreement", key), button=_("Take back"),
        hint=_("Only for what was entered by mistake. What was so until now is ended, with a day."),
    )  # fmt: skip


def owed_by(held: Agreement, moment: Moment) -> list[dict[str, Any]]:
    """What both sides owe by an agreement, a line for each turn, in words."""
    return [line for one in obligations(held, moment) for line in _lines(one, held)]


def _lines(one: Obliged, held: Agreement) -> list[dict[str, Any]]:
    told = {"title": one.title, "party": said(KIND[one.party].label)}
    if one.owed is None:
        why = _("said in the agreement, not counted") if not one.why else one.why
        return [{**told, "words": why}]
    return [
        {
            **told,
            "began": max(owed.turn.asked.began, held.began),
            "ended": min(owed.ended, held.ended or owed.ended),
            "done": number_text(line.reading, line.sort, line.high),
            "wanted": said(asked_text(line.bounds, line.sort, line.unit)),
            "verdict": said(VERDICTS[owed.verdict]),
            "mark": mark_of(owed.verdict),
        }
        for owed in reversed(one.owed)
        for line in owed.lines[:1]
        if owed.verdict != "free"
    ]
