"""Organisations at the desk: registered under their full name, and brought up to date."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import Day, ask
from bangfu.desk.entry import EntryForm, asking, entered, enters, filled, listed
from bangfu.desk.page import address_of, name_of, subject_or_404
from bangfu.ledger import clock
from bangfu.ledger.actions import organisation as organisations
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Subject
from bangfu.ledger.moment import Moment
from bangfu.lists.dossier import sheet_at


class SheetForm(EntryForm):
    """What is known of an organisation, from a day on."""

    on = Day(label=gettext_lazy("From the day"))
    kind = ask("organisation", "kind", required=True)
    level = ask("organisation", "level")
    parent = ask("organisation", "parent")
    credit_code = ask("organisation", "credit_code", max_length=40)


class RegisterForm(SheetForm):
    """Its name and place besides."""

    name = ask("organisation", "name", required=True, max_length=60)
    place = ask("organisation", "place", required=True)
    field_order = ("key", "name", "kind", "place", "on")


@enters("organisation.register")
def register(request: HttpRequest) -> HttpResponse:
    """An organisation that is not on record yet."""
    form = RegisterForm(request, initial={"on": clock.today()})
    done = entered(
        request, form, lambda by, told: organisations.register(by=by, **filled(told)),
        word=_("The organisation is on record."),
        to=lambda made: address_of("organisation", made.fact),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Register an organisation"), back=listed("organisation")
    )


@enters("organisation.update")
def update(request: HttpRequest, key: UUID) -> HttpResponse:
    """What is otherwise with an organisation from a day on."""
    kind, row = subject_or_404(request, key, Moment.present())
    if kind.name != "organisation":
        raise Http404
    back = address_of("organisation", key)
    given = sheet_at(kind, key, Moment.present())
    form = SheetForm(request, initial=given | {"on": clock.today()})

    def act(by: By, told: dict[str, Any]) -> Subject:
        return organisations.update(by=by, subject=row, **filled(told))

    done = entered(request, form, act, word=_("The change is on record."), to=back)
    return done or asking(request, form, title=_("Bring up to date"), about=name_of(row), back=back)
