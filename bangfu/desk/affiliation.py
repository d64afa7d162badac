"""Rosters at the desk: who belongs to a body, in which role, and who left it why."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import Day, ask
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters, filled
from bangfu.desk.page import (
    address_of,
    name_of,
    page_of,
    reader,
    record_or_404,
    said,
    subject_or_404,
)
from bangfu.ledger import clock
from bangfu.ledger.access import visible
from bangfu.ledger.actions import affiliation as affiliations
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Affiliation, Subject
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import added_words
from bangfu.lists.rosters import since_when
from bangfu.programmes.kinds import Field

_KIND = VOCABULARY["affiliation"]
#: So many cards are put on one page to be printed: ten sheets of A4.
PRINTED = 80


class AdmitForm(EntryForm):
    """Which body, as what, with which number and card, from when."""

    organisation = ask("affiliation", "organisation", required=True)
    kind = ask("affiliation", "kind", required=True)
    role = ask("affiliation", "role")
    number = ask("affiliation", "number", max_length=40)
    card = ask("affiliation", "card", max_length=40)
    began = Day(label=gettext_lazy("From the day"))


class CorrectForm(EntryForm):
    """What was entered wrongly."""

    kind = ask("affiliation", "kind", required=True)
    role = ask("affiliation", "role")
    number = ask("affiliation", "number", max_length=40)
    card = ask("affiliation", "card", max_length=40)


class RoleForm(EntryForm):
    """The new role and its first day."""

    role = ask("affiliation", "role", required=True)
    on = Day(label=gettext_lazy("From the day"))


class EndForm(EntryForm):
    """The last day, and why."""

    on = Day(label=gettext_lazy("Last day"))
    reason = ask("affiliation", "end_reason", required=True)


@enters("affiliation.admit")
def admit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts somebody on the roster of a body."""
    kind, row = subject_or_404(request, key, Moment.present())
    if kind.name not in ("person", "household", "organisation"):
        raise Http404
    form = AdmitForm(request, initial={"began": clock.today()})
    back = address_of(kind.name, key)

    def act(by: By, told: dict[str, Any]) -> Affiliation:
        return affiliations.admit(by=by, subject=row, **filled(told))

    done = entered(request, form, act, word=_("Stands on the roster now."), to=back)
    return done or asking(
        request, form, title=_("Put on a roster"), about=name_of(row), back=back,
        hint=_("Only who wishes to belong. Not for the members of a household, nor for the Party."),
    )  # fmt: skip


def _about(row: Affiliation) -> str:
    return f"{name_of(row.subject)} · {name_of(row.organisation)}"


@enters("affiliation.correct")
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Puts right what was entered wrongly."""
    row: Affiliation = record_or_404(request, "affiliation", key)
    held = {name: getattr(row, name) for name in ("kind", "role", "number", "card")}
    form, back = CorrectForm(request, initial=held), address_of("affiliation", key)
    done = entered(
        request, form,
        lambda by, told: affiliations.correct_affiliation(by=by, affiliation=row, **told),
        word=_("The place on the roster is put right."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Put a place on a roster right"), about=_about(row), back=back
    )


@enters("affiliation.change_role")
def change_role(request: HttpRequest, key: UUID) -> HttpResponse:
    """Gives a member another role from a day on."""
    row: Affiliation = record_or_404(request, "affiliation", key)
    form, back = RoleForm(request, initial={"on": clock.today()}), address_of("affiliation", key)
    done = entered(
        request, form, lambda by, told: affiliations.change_role(by=by, affiliation=row, **told),
        word=_("The role is another from that day on."), to=back,
    )  # fmt: skip
    return done or asking(request, form, title=_("Another role"), about=_about(row), back=back)


@enters("affiliation.end")
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lets somebody leave a roster."""
    row: Affiliation = record_or_404(request, "affiliation", key)
    form, back = EndForm(request, initial={"on": clock.today()}), address_of("affiliation", key)
    done = entered(
        request, form, lambda by, told: affiliations.close(by=by, affiliation=row, **told),
        word=_("Leaves the roster on that day."), to=back,
    )  # fmt: skip
    return done or asking(request, form, title=_("Leave a roster"), about=_about(row), back=back)


@enters("affiliation.withdraw")
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back what should not have been entered."""
    row: Affiliation = record_or_404(request, "affiliation", key)
    form = NothingMore(request)
    done = entered(
        request, form, lambda by, told: affiliations.take_back(by=by, affiliation=row),
        word=_("The place on the roster is taken back."), to=address_of("subject", row.subject_id),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Take back a place on a roster"), about=_about(row),
        back=address_of("affiliation", key), button=_("Take back"),
    )  # fmt: skip


@enters("affiliation.admit")
def card(request: HttpRequest, key: UUID) -> HttpResponse:
    """The card of one member, to be printed."""
    row: Affiliation = record_or_404(request, "affiliation", key)
    rows = visible(reader(request), _KIND).filter(pk=row.pk)
    return _cards(request, rows, row.organisation, address_of("affiliation", key))


@enters("affiliation.admit")
def cards(request: HttpRequest, key: UUID) -> HttpResponse:
    """The cards of all members of a body whom the reader opens, to be printed."""
    kind, body = subject_or_404(request, key, Moment.present())
    if kind.name != "organisation":
        raise Http404
    rows = visible(reader(request), _KIND).filter(organisation=key)
    return _cards(request, rows, body, address_of("organisation", key))


def _cards(
    request: HttpRequest, rows: QuerySet[Affiliation], body: Subject, back: str
) -> HttpResponse:
    rows = rows.select_related("subject").order_by("number", "pk")
    page = page_of(request, rows, rows.count(), size=PRINTED)
    since = since_when(row.fact for row in page.object_list)
    told = [(name_of(row.subject), _lines(row, since[row.fact])) for row in page.object_list]
    context = {"body": name_of(body), "cards": told, "page": page, "back": back}
    return render(request, "desk/affiliation_cards.html", context)


def _lines(row: Affiliation, since: dt.date) -> list[tuple[str, str]]:
    """What stands on a card: role, kind, number, card, and since when; no blank lines."""
    fields = [_KIND[name] for name in ("role", "kind", "number", "card")]
    told = [(said(one.label), _on_card(row, one)) for one in fields]
    lines = [*told, (said(_KIND["began"].label), since.isoformat())]
    return [(label, text) for label, text in lines if text]


def _on_card(row: Affiliation, field: Field) -> str:
    held = getattr(row, field.key)
    if field.key == "kind":
        label = {**field.codes, **added_words("affiliation", "kind")}.get(held)
        return said(label) if label else str(held)
    return said(field.codes[held]) if held in field.codes else str(held or "")
