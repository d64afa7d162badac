"""Hand-overs at the desk: offered by the clerk or lead, answered by the successor, seen by both."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_GET

from bangfu.desk.acts import Offered
from bangfu.desk.asks import Day, Ticks
from bangfu.desk.entry import EntryForm, asking, entered, enters, subject_for
from bangfu.desk.journal import told
from bangfu.desk.page import address_of, name_of, reader, record_or_404
from bangfu.desk.pairing import about_pairing, limit, rule_of
from bangfu.desk.pick import Pick
from bangfu.ledger import clock
from bangfu.ledger.access import allows
from bangfu.ledger.actions import handover as handovers
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Handover, Pairing
from bangfu.ledger.moment import Moment
from bangfu.lists.handovers import (
    Batch,
    batch_of,
    events_of,
    offerable,
    open_offer_of,
    steps_of,
    steps_to_come,
    what_is_open,
)
from bangfu.lists.pages import reachable
from bangfu.lists.picking import kinds_for


class OfferForm(EntryForm):
    """Whom, to whom, from when, why, and what was promised to each by word."""

    pairings = Ticks(label=gettext_lazy("Who is handed over"))
    to = Pick("person", label=gettext_lazy("Who helps from then on"), required=False)
    unit = Pick(
        "organisation", label=gettext_lazy("Or the unit, whose lead names who takes over"),
        required=False,
    )  # fmt: skip
    on = Day(label=gettext_lazy("From the day"), future=True)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=100)
    paper = forms.CharField(
        label=gettext_lazy("Accepted on which paper, of which day"), max_length=100, required=False,
        help_text=gettext_lazy(
            "Only for a successor without an account, or a unit: name the paper on which it was "
            "accepted. It is handed over at once, or as soon as those have agreed whom the "
            "programme asks before. Everybody else is asked on the first page."
        ),
    )  # fmt: skip
    folded = ("paper",)

    def __init__(
        self, request: HttpRequest, pairings: list[Pairing], *, initial: dict[str, Any]
    ) -> None:
        super().__init__(request, initial=initial)
        self.let_choose("pairings", ((str(p.fact), _called(p)) for p in pairings))
        self.promised = {p.fact: f"promised_{number}" for number, p in enumerate(pairings)}
        for pairing in pairings:
            word = self.promised[pairing.fact]
            self.fields[word] = forms.CharField(
                label=_("Promised to %(who)s by word") % {"who": name_of(pairing.subject)},
                max_length=200, required=False,
            )  # fmt: skip
            if self.looking:
                self.initial[word] = request.POST.get(word, "")
        self.order_fields(
            ["key", "pairings", *self.promised.values(), "to", "unit", "on", "reason"]
        )

    def clean(self) -> dict[str, Any]:
        """Somebody is asked, or a unit: not both."""
        told = super().clean() or {}
        if bool(told.get("to")) == bool(told.get("unit")) and "to" not in self.errors:
            self.add_error("to", _("Say who helps from then on, or which unit is asked."))
        return told


def _called(pairing: Pairing) -> str:
    place = pairing.subject.place
    return f"{name_of(pairing.subject)} · {place}" if place else name_of(pairing.subject)


class AnswerForm(EntryForm):
    """Whom one takes over, and why not the others."""

    take = Ticks(
        label=gettext_lazy("Whom I take over"), required=False,
        help_text=gettext_lazy("Whoever is not ticked is refused and goes back to who offered."),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Why not the others"), required=False, max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class UnitAnswerForm(AnswerForm):
    """Which of its people a unit names for whom; the others wait, or are refused."""

    who = Pick(
        "person", required=False, label=gettext_lazy("Who of the unit takes them over"),
        help_text=gettext_lazy("For those that are ticked. Others are named for the rest next."),
    )  # fmt: skip
    rest_refused = forms.BooleanField(
        label=gettext_lazy("Refuse those that are not ticked"), required=False,
        help_text=gettext_lazy("Else they stay open, and you answer for them later."),
    )  # fmt: skip

    def __init__(self, request: HttpRequest, batch: Batch, *, initial: dict[str, Any]) -> None:
        super().__init__(request, initial=initial)
        self.fields["take"].label = _("Whom the unit takes over")
        self.fields["take"].help_text = ""
        paired, day = batch.first.pairing, batch.first.from_day
        meaning, _found = rule_of(paired.programme, paired.name, day)
        if "person" in kinds_for(meaning, "helper", paired.name):
            self.let_pick(
                "who", kinds=("person",), programme=meaning.row, role="helper", name=paired.name,
                on=day,
            )  # fmt: skip
        else:
            del self.fields["who"]
        self.order_fields(["key", "take", "who", "rest_refused", "reason"])


class TakeBackForm(EntryForm):
    """Why an offer is taken back or put away."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200)


def _batch_or_404(request: HttpRequest, key: UUID) -> Batch:
    found = batch_of(reader(request), key)
    if found is None:
        raise Http404
    return found


@require_GET
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """What was offered, what is open on each, and what became of it; the same for both sides."""
    batch, user = _batch_or_404(request, key), reader(request)
    context = {
        "batch": batch,
        "first": batch.first,
        "on": clock.today(),
        "reach": reachable(user, [one.subject_id for one in batch.offers]),
        "lines": what_is_open(user, batch.offers, Moment.present()),
        "steps": steps_of(user, batch, clock.today()),
        "to_come": steps_to_come(batch, clock.today()),
        "acts": _acts(request, batch),
        "asked_now": batch.asks,
        "for_unit": batch.first.successor_id != user.person_id,
        "events": told(events_of(batch.offers)[:50]),
        "title": _title(batch),
    }
    return render(request, "desk/handover.html", context)


def _title(batch: Batch) -> str:
    first = batch.first
    return f"{name_of(first.giver)} → {name_of(first.successor)}"


def _acts(request: HttpRequest, batch: Batch) -> list[Offered]:
    user, key = reader(request), batch.first.fact
    found = []
    if batch.asks:
        address = reverse("desk:handover_answer", args=[key])
        found.append(Offered(gettext_noop("Answer"), "check", address, True))
    standing = batch.in_state("open", "refused")
    if standing and allows(user, "handover.withdraw", *standing):
        for one in batch.in_state("refused")[:1]:
            address = reverse("desk:handover_offer", args=[one.pairing_id])
            found.append(Offered(gettext_noop("Offer to somebody else"), "users", address, True))
        word = gettext_noop("Take back") if batch.in_state("open") else gettext_noop("Put away")
        address = reverse("desk:handover_withdraw", args=[key])
        found.append(Offered(word, "arrow-back-up", address, False))
    return found


@enters("handover.offer", "handover.on_paper")
def offer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Offers whom somebody helps to a successor; what was accepted on paper passes at once."""
    pairing: Pairing = record_or_404(request, "pairing", key)
    if request.method == "GET" and (standing := open_offer_of(pairing)):
        return redirect(address_of("handover", standing.fact))
    beside = offerable(reader(request), pairing)
    given = {"pairings": [str(p.fact) for p in beside], "on": clock.today()}
    form, back = OfferForm(request, beside, initial=given), address_of("pairing", key)
    meaning, _found = rule_of(pairing.programme, pairing.name, form.day("on"))
    limit(form, "to", meaning, "helper", pairing.name)
    form.let_pick("to", but=pairing.helper_id)

    def act(by: By, said: dict[str, Any]) -> list[Handover]:
        ticked = [p for p in beside if str(p.fact) in said["pairings"]]
        words: dict[str, Any] = {
            "by": by, "pairings": ticked, "to": subject_for(by, said["to"] or said["unit"]),
            "on": said["on"], "reason": said["reason"],
            "promised": {p.fact: said[form.promised[p.fact]] for p in ticked},
        }  # fmt: skip
        if said["paper"]:
            return handovers.on_paper(paper=said["paper"], **words)
        return handovers.offer(**words)

    word = _("It is on record; its steps stand below.")
    done = entered(
        request, form, act, word=word, to=lambda made: address_of("handover", made[0].fact)
    )
    return done or asking(
        request, form, title=_("Hand over"), about=about_pairing(pairing), back=back,
        button=_("Ask the successor"),
        hint=_(
            "Nothing changes before the successor has accepted, then from the day named. Whom the "
            "programme asks before the successor is asked first."
        ),
    )  # fmt: skip


def _answer_form(request: HttpRequest, batch: Batch, offers: list[Handover]) -> AnswerForm:
    given = {"take": [str(one.fact) for one in offers]}
    of_unit = batch.first.successor.kind == "organisation"
    form = (
        UnitAnswerForm(request, batch, initial=given)
        if of_unit
        else AnswerForm(request, initial=given)
    )
    form.let_choose("take", ((str(one.fact), name_of(one.subject)) for one in offers))
    return form


@enters("handover.answer")
def answer(request: HttpRequest, key: UUID) -> HttpResponse:
    """The successor, or who leads the unit, accepts or refuses, all or some."""
    batch = _batch_or_404(request, key)
    if not batch.asks:
        raise Http404
    offers, back = batch.in_state("open"), address_of("handover", key)
    form = _answer_form(request, batch, offers)

    def act(by: By, said: dict[str, Any]) -> list[Handover]:
        accepted = [one for one in offers if str(one.fact) in said["take"]]
        rest = [one for one in offers if one not in accepted]
        refused = rest if said.get("rest_refused", True) else []
        return handovers.answer(
            by=by, accepted=accepted, refused=refused, reason=said["reason"],
            taken_by=subject_for(by, said["who"]) if said.get("who") else None,
        )  # fmt: skip

    done = entered(request, form, act, word=_("Your answer is on record."), to=back)
    about = _("In the place of %(giver)s, from %(day)s on: %(reason)s") % {
        "giver": name_of(batch.first.giver),
        "day": batch.first.from_day,
        "reason": batch.first.reason,
    }
    return done or asking(
        request, form, title=_("Answer a hand-over"), about=about, back=back, button=_("Answer"),
        template="desk/handover_answer.html", on=clock.today(),
        lines=what_is_open(reader(request), offers, Moment.present()),
    )  # fmt: skip


@enters("handover.withdraw")
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back what is not answered yet, or puts away what was refused."""
    batch = _batch_or_404(request, key)
    offers = batch.in_state("open", "refused")
    form, back = TakeBackForm(request), address_of("handover", key)
    if not offers:
        raise Http404
    done = entered(
        request, form, lambda by, said: handovers.take_back(by=by, offers=offers, **said),
        word=_("The offer was taken back; the pairings stay as they are."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Take back a hand-over"), about=_title(batch), back=back,
        button=_("Take back"),
    )  # fmt: skip
