"""Benefits at the desk: what people are entitled to is entered, put right, ended, taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bangfu.desk.asks import ask
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters, filled
from bangfu.desk.page import address_of, name_of, reader, record_or_404, subject_or_404
from bangfu.desk.table import by_key, in_words
from bangfu.ledger import clock
from bangfu.ledger.actions import benefit as benefits
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Benefit, Subject
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.dossier import opened_or_ended


class BenefitForm(EntryForm):
    """Which benefit, what it is called, how much for each what, from when to when, since when."""

    kind = ask("benefit", "kind", required=True)
    title = ask("benefit", "title", max_length=60)
    amount = ask("benefit", "amount")
    per = ask("benefit", "per")
    began = ask("benefit", "began", required=True)
    ended = ask("benefit", "ended")
    account = ask("benefit", "account", max_length=40)
    source = ask("benefit", "source", max_length=60)
    folded = ("account", "source")


class EndForm(EntryForm):
    """The last day and the reason."""

    on = ask("benefit", "ended", required=True)
    reason = ask("benefit", "end_reason", required=True, max_length=100)


def people_or_404(request: HttpRequest, key: UUID) -> Subject:
    """A person or household that the reader may open."""
    kind, row = subject_or_404(request, key, Moment.present())
    if kind.name not in ("person", "household"):
        raise Http404
    assert isinstance(row, Subject)
    return row


@enters("benefit.enter")
def enter(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts a benefit on record."""
    row = people_or_404(request, key)
    form = BenefitForm(request, initial={"began": clock.today()})
    back = address_of(row.kind, key)
    done = entered(
        request, form, lambda by, told: benefits.enter(by=by, subject=row, **filled(told)),
        word=_("The benefit is on record."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Enter a benefit"), about=name_of(row), back=back,
        hint=_("Of an account only the last two characters are kept."),
    )  # fmt: skip


def about(kind: str, row: Any) -> str:
    """Whose a benefit or payout is and what it says, in one line."""
    last: dt.date | None = getattr(row, "ended", None)
    moment = Moment(last) if last and last < clock.today() else Moment.present()
    drawn = by_key(VOCABULARY[kind], {row.fact}, moment)
    said = "".join(in_words(VOCABULARY[kind], one, without=row.subject_id) for one in drawn.rows)
    return f"{name_of(row.subject)} · {said}"


def _held_or_404(request: HttpRequest, key: UUID) -> Benefit:
    """A benefit that the reader may open, also one that has ended."""
    row = opened_or_ended(reader(request), VOCABULARY["benefit"], key, Moment.present())
    if row is None:
        raise Http404
    assert isinstance(row, Benefit)
    return row


@enters("benefit.correct")
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts one benefit right."""
    row = _held_or_404(request, key)
    said = about("benefit", row)
    names = ("kind", "title", "amount", "per", "began", "ended", "account", "source")
    form = BenefitForm(request, initial={name: getattr(row, name) for name in names})
    back = address_of("benefit", key)

    def act(by: By, told: dict[str, Any]) -> Benefit:
        return benefits.correct_benefit(by=by, benefit=row, **told)

    done = entered(request, form, act, word=_("The benefit is put right."), to=back)
    return done or asking(request, form, title=_("Put a benefit right"), about=said, back=back)


@enters("benefit.end")
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lets a benefit end."""
    row: Benefit = record_or_404(request, "benefit", key)
    form, back = EndForm(request, initial={"on": clock.today()}), address_of("benefit", key)
    done = entered(
        request, form, lambda by, told: benefits.close(by=by, benefit=row, **told),
        word=_("The benefit ends on the day that was named."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("End a benefit"), about=about("benefit", row), back=back
    )


@enters("benefit.withdraw")
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back a benefit that should not have been entered."""
    row = _held_or_404(request, key)
    form, home = NothingMore(request), address_of(row.subject.kind, row.subject_id)
    said = about("benefit", row)
    done = entered(
        request, form, lambda by, told: benefits.withdraw(by=by, benefit=row),
        word=_("The benefit is taken back."), to=home,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Take back a benefit"), about=said,
        back=address_of("benefit", key), button=_("Take back"),
    )  # fmt: skip
