"""Money at the desk: promised, received, paid, and countered; never changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import Day, ask
from bangfu.desk.entry import EntryForm, asking, entered, enters, filled
from bangfu.desk.page import address_of, record_or_404, said
from bangfu.ledger import clock
from bangfu.ledger.actions import fund as funds
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Entry, Fund
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.purse import left_in


class _KindForm(EntryForm):
    """What is promised or comes in: of which kind, out of those that it can be."""

    #: The kinds of money; what is paid out has a form of its own.
    kinds: tuple[str, ...] = ()

    def __init__(self, request: HttpRequest, *, initial: dict[str, Any]) -> None:
        super().__init__(request, initial=initial)
        codes = VOCABULARY["entry"]["kind"].codes
        self.let_choose("kind", [(kind, said(codes[kind])) for kind in self.kinds])


class PromiseForm(_KindForm):
    """What a unit promises; a range keeps both ends."""

    kinds = ("pledge", "budget", "subsidy", "self_raised")

    organisation = ask("entry", "organisation", required=True)
    amount = ask("entry", "amount", required=True)
    amount_most = ask("entry", "amount_most")
    kind = ask("entry", "kind", required=True, initial="pledge")
    use = ask("entry", "use")
    project = ask("entry", "project")
    on = Day(label=gettext_lazy("On the day"))


class ReceiveForm(_KindForm):
    """What came in, from whom, for what."""

    kinds = ("donation", "budget", "subsidy", "self_raised")

    organisation = ask("entry", "organisation")
    amount = ask("entry", "amount", required=True)
    kind = ask("entry", "kind", required=True, initial="donation")
    use = ask("entry", "use")
    project = ask("entry", "project")
    voucher = ask("entry", "voucher", max_length=60)
    on = Day(label=gettext_lazy("On the day"))


class PayForm(EntryForm):
    """What was paid, for what, on which voucher; more than came in, if that is meant."""

    amount = ask("entry", "amount", required=True)
    use = ask("entry", "use", required=True)
    voucher = ask("entry", "voucher", required=True, max_length=60)
    measure = ask("entry", "measure")
    project = ask("entry", "project")
    organisation = ask("entry", "organisation", label=gettext_lazy("To whom"))
    on = Day(label=gettext_lazy("On the day"))
    beyond = forms.BooleanField(
        required=False, label=gettext_lazy("Write it down although more is paid than came in")
    )

    def __init__(self, request: HttpRequest, fund: Fund) -> None:
        super().__init__(request, initial={"on": clock.today()})
        self.left = left_in(fund, Moment.present())
        told = _("The fund holds %(left)s yuan: what came in less what was paid.")
        self.fields["amount"].help_text = told % {"left": f"{self.left / 100:,.2f}"}
        if not self.is_bound:
            del self.fields["beyond"]

    def clean(self) -> dict[str, Any]:
        """More than the fund holds is paid only where somebody says that it is meant."""
        told = super().clean() or {}
        beyond, more = told.pop("beyond", False), (told.get("amount") or 0) - self.left
        if more <= 0:
            del self.fields["beyond"]
        elif not beyond:
            words = _(
                "This is %(more)s yuan more than the fund holds. Look at the amount; where money "
                "was advanced, tick it here."
            )
            self.add_error("beyond", words % {"more": f"{more / 100:,.2f}"})
        return told


class CounterForm(EntryForm):
    """When, and on which voucher, an entry is taken back."""

    voucher = ask("entry", "voucher", required=True, max_length=60)
    on = Day(label=gettext_lazy("On the day"))


def _into(
    request: HttpRequest, fund: Fund, form: EntryForm, act: Callable[..., Entry], title: str
) -> HttpResponse:
    """Write one entry into a fund."""
    back = reverse("desk:programme", args=[fund.programme.name]) + "#money"

    def write(by: By, told: dict[str, Any]) -> Entry:
        return act(by=by, fund=fund, **filled(told))

    if "measure" in form.fields:
        form.let_pick("measure", programme=fund.programme)
    done = entered(
        request, form, write, word=_("The entry is on record."),
        to=lambda made: address_of("entry", made.fact),
    )  # fmt: skip
    about = f"{fund.title} · {fund.programme.title}"
    hint = _("An entry is never changed. What was wrong is countered by a further one.")
    return done or asking(request, form, title=title, about=about, back=back, hint=hint)


@enters("entry.promise")
def promise(request: HttpRequest, key: UUID) -> HttpResponse:
    """Writes down what somebody promised."""
    fund: Fund = record_or_404(request, "fund", key)
    form = PromiseForm(request, initial={"on": clock.today()})
    return _into(request, fund, form, funds.promise, _("Write down a promise"))


@enters("entry.receive")
def receive(request: HttpRequest, key: UUID) -> HttpResponse:
    """Writes down what came in."""
    fund: Fund = record_or_404(request, "fund", key)
    form = ReceiveForm(request, initial={"on": clock.today()})
    return _into(request, fund, form, funds.receive, _("Write down money received"))


@enters("entry.pay")
def pay(request: HttpRequest, key: UUID) -> HttpResponse:
    """Writes down what was paid."""
    fund: Fund = record_or_404(request, "fund", key)
    return _into(request, fund, PayForm(request, fund), funds.pay, _("Write down a payment"))


@enters("entry.counter")
def counter(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes an entry back by a further one below zero."""
    entry: Entry = record_or_404(request, "entry", key)
    form, back = CounterForm(request, initial={"on": clock.today()}), address_of("entry", key)
    done = entered(
        request, form, lambda by, told: funds.counter(by=by, entry=entry, **told),
        word=_("The entry was countered."), to=lambda made: address_of("entry", made.fact),
    )  # fmt: skip
    about = f"{entry.fund.title} · {entry.date:%Y-%m-%d} · {entry.amount / 100:,.2f}"
    return done or asking(request, form, title=_("Counter an entry"), about=about, back=back)
