"""Qualifications at the desk: certificates, where their holders practise, numbers opened once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bangfu.desk.asks import Day, ask
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters, filled
from bangfu.desk.errors import says_who_may
from bangfu.desk.page import (
    address_of,
    name_of,
    reader,
    record_or_404,
    refusal,
    said,
    subject_or_404,
    unkept,
)
from bangfu.ledger import clock
from bangfu.ledger.actions import qualification as qualifications
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.keys import Erased
from bangfu.ledger.models import Qualification
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY

_KIND = VOCABULARY["qualification"]


class EnterForm(EntryForm):
    """Which certificate, its number, who gave it, and its days."""

    kind = ask("qualification", "kind", required=True)
    title = ask("qualification", "title", max_length=60)
    number = ask("qualification", "number", max_length=qualifications.LONGEST)
    issuer = ask("qualification", "issuer", max_length=80)
    began = Day(label=gettext_lazy("From the day"))
    ended = Day(label=gettext_lazy("Last day"), required=False, future=True)


class RenewForm(EntryForm):
    """The last day of the new term, and the number where it is another."""

    ended = Day(label=gettext_lazy("Last day"), required=False, future=True)
    number = ask("qualification", "number", max_length=qualifications.LONGEST)


class EndForm(EntryForm):
    """The last day, and why."""

    on = Day(label=gettext_lazy("Last day"))
    reason = ask("qualification", "end_reason", required=True)


@enters("qualification.enter")
def enter(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts a certificate of a person on record."""
    kind, row = subject_or_404(request, key, Moment.present())
    if kind.name != "person":
        raise Http404
    form, back = EnterForm(request), address_of("person", key)

    def act(by: By, told: dict[str, Any]) -> Qualification:
        return qualifications.enter(by=by, person=row, **filled(told))

    done = entered(
        request, form, act, word=_("The qualification is on record."),
        to=lambda made: address_of("qualification", made.fact),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Register a qualification"), about=name_of(row), back=back,
        hint=_("The number is sealed. A last day left open means that it holds for good."),
    )  # fmt: skip


def _about(row: Qualification) -> str:
    return f"{name_of(row.person)} · {said(_KIND['kind'].codes[row.kind])}"


@enters("qualification.correct")
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts right what was entered wrongly."""
    row: Qualification = record_or_404(request, "qualification", key)
    held = {name: getattr(row, name) for name in ("kind", "title", "issuer", "began", "ended")}
    form, back = EnterForm(request, initial=held), address_of("qualification", key)
    done = entered(
        request, form,
        lambda by, told: qualifications.correct_qualification(by=by, qualification=row, **told),
        word=_("The qualification is put right."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Put a qualification right"), about=_about(row), back=back,
        hint=_("A number left blank stays as it is."),
    )  # fmt: skip


@enters("qualification.renew")
def renew(request: HttpRequest, key: UUID) -> HttpResponse:
    """Goes on from the last day."""
    row: Qualification = record_or_404(request, "qualification", key)
    form, back = RenewForm(request), address_of("qualification", key)
    done = entered(
        request, form,
        lambda by, told: qualifications.renew(by=by, qualification=row, **filled(told)),
        word=_("The qualification goes on."),
        to=lambda made: address_of("qualification", made.fact),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Renew a qualification"), about=_about(row), back=back,
        hint=_("It begins on the day after the last. Without a number the old one goes on."),
    )  # fmt: skip


@enters("qualification.end")
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ends a qualification before its time."""
    row: Qualification = record_or_404(request, "qualification", key)
    form = EndForm(request, initial={"on": clock.today()})
    back = address_of("qualification", key)
    done = entered(
        request, form, lambda by, told: qualifications.close(by=by, qualification=row, **told),
        word=_("The qualification ends on that day."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("End a qualification"), about=_about(row), back=back
    )


@enters("qualification.withdraw")
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back what should not have been entered."""
    row: Qualification = record_or_404(request, "qualification", key)
    form = NothingMore(request)
    done = entered(
        request, form, lambda by, told: qualifications.take_back(by=by, qualification=row),
        word=_("The qualification is taken back."), to=address_of("person", row.person_id),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Take back a qualification"), about=_about(row),
        back=address_of("qualification", key), button=_("Take back"),
    )  # fmt: skip


@never_cache
@require_POST
@says_who_may
def reveal(request: HttpRequest, key: UUID) -> HttpResponse:
    """Opens the number of a certificate for a stated purpose; shown once, written down."""
    row: Qualification = record_or_404(request, "qualification", key)
    purpose, back = request.POST.get("purpose", "").strip(), address_of("qualification", key)
    by = By(reader(request), "desk", purpose=purpose[:200])
    try:
        clear = qualifications.reveal(by=by, qualification=row)
    except Refused as refused:
        messages.error(request, refusal(refused))
        return redirect(back)
    except Erased:
        messages.error(request, _("This person was erased; nothing can be opened any more."))
        return redirect(back)
    context = {"title": name_of(row.person), "back": back, "field": _KIND["number"],
               "clear": clear, "purpose": purpose}  # fmt: skip
    return unkept(render(request, "desk/reveal.html", context))
