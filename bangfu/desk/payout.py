"""Payouts at the desk: what people were paid is entered, put right, taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.desk.asks import ask
from bangfu.desk.benefit import about, people_or_404
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters, filled
from bangfu.desk.page import address_of, name_of, record_or_404
from bangfu.ledger import clock
from bangfu.ledger.actions import payout as payouts
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Payout


class PayoutForm(EntryForm):
    """Of which benefit, how much, on which day, for what time, by whom."""

    kind = ask("payout", "kind", required=True)
    title = ask("payout", "title", max_length=60)
    amount = ask("payout", "amount", required=True)
    on = ask("payout", "date", required=True)
    since = ask("payout", "first_day")
    account = ask("payout", "account", max_length=40)
    source = ask("payout", "source", max_length=60)
    folded = ("since", "account", "source")


@enters("payout.enter")
def enter(request: HttpRequest, key: UUID) -> HttpResponse:
    """Writes one payout down after the other."""
    row = people_or_404(request, key)
    form = PayoutForm(request, initial={"on": clock.today()})
    done = entered(
        request, form, lambda by, told: payouts.enter(by=by, subject=row, **filled(told)),
        word=_("The payout is on record; here is room for the next."),
        to=reverse("desk:payout_enter", args=[key]),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Enter a payout"), about=name_of(row),
        back=address_of(row.kind, key), button=_("Keep, and write the next"),
        hint=_("Of an account only the last two characters are kept."),
    )  # fmt: skip


@enters("payout.correct")
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts one payout right."""
    row: Payout = record_or_404(request, "payout", key)
    said = about("payout", row)
    held = {name: getattr(row, name) for name in ("kind", "title", "amount", "since")}
    held |= {"on": row.date, "account": row.account, "source": row.source}
    form, back = PayoutForm(request, initial=held), address_of("payout", key)

    def act(by: By, told: dict[str, Any]) -> Payout:
        return payouts.correct_payout(by=by, payout=row, date=told.pop("on"), **told)

    done = entered(request, form, act, word=_("The payout is put right."), to=back)
    return done or asking(request, form, title=_("Put a payout right"), about=said, back=back)


@enters("payout.withdraw")
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back a payout that should not have been entered."""
    row: Payout = record_or_404(request, "payout", key)
    form, home = NothingMore(request), address_of(row.subject.kind, row.subject_id)
    said = about("payout", row)
    done = entered(
        request, form, lambda by, told: payouts.withdraw(by=by, payout=row),
        word=_("The payout is taken back."), to=home,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Take back a payout"), about=said,
        back=address_of("payout", key), button=_("Take back"),
    )  # fmt: skip
