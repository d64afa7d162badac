"""Needs at the desk: raised, given to a unit, closed on evidence, confirmed by who raised them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import ask, one_of
from bangfu.desk.entry import EntryForm, asking, entered, enters, subject_for
from bangfu.desk.page import (
    address_of,
    name_of,
    reader,
    record_or_404,
    said,
    subject_or_404,
)
from bangfu.desk.pick import Pick
from bangfu.ledger import clock
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Need
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.pages import programmes_about, programmes_of

#: So many programmes are offered besides those that concern the subject.
OTHERS = 20


class RaiseForm(EntryForm):
    """A need in words, of what kind, who is to see to it and by when."""

    text = ask("need", "text", required=True, lines=3, max_length=300)
    kind = ask("need", "kind", required=True)
    on = ask("need", "date", required=True, initial=clock.today)
    programme = forms.ChoiceField(required=False, label=gettext_lazy("Programme"))
    organisation = ask("need", "organisation")
    due = ask("need", "due")
    folded = ("programme", "organisation", "due")


class AssignForm(EntryForm):
    """Which unit answers for a need, and by when."""

    to = Pick("organisation", required=True, label=gettext_lazy("Unit that answers"))
    due = ask("need", "due", required=True)


class CloseForm(EntryForm):
    """When a need was met, and by what that is shown."""

    on = ask("need", "closed", required=True, initial=clock.today)
    evidence = ask("need", "evidence", required=True, lines=3, max_length=300)


class ConfirmForm(EntryForm):
    """What the one who raised a need says of it."""

    confirmed = one_of(
        [
            ("yes", gettext_lazy("It was met")),
            ("no", gettext_lazy("It was not met; the need opens again")),
        ],
        required=True,
        label=gettext_lazy("What the one who raised it says"),
    )


@enters("need.raise_")
def raise_(request: HttpRequest, key: UUID) -> HttpResponse:
    """A need of a person, household, unit, place or site, as it was said."""
    kind, row = subject_or_404(request, key, Moment.present())
    concerned = programmes_about(reader(request), key)
    form = RaiseForm(request, initial={"programme": concerned[0].name if concerned else ""})
    others = [p for p in programmes_of(reader(request))[:OTHERS] if p not in concerned]
    first, then = ([(p.name, p.title) for p in some] for some in (concerned, others))
    form.let_choose("programme", [*first, ("", _("none of them")), *then])

    def act(by: By, told: dict[str, Any]) -> Need:
        name = told.pop("programme")
        told["programme"] = next((p for p in (*concerned, *others) if p.name == name), None)
        return needs.raise_(by=by, subject=subject_for(by, row), **told)

    done = entered(
        request, form, act,
        word=_("The need is on record."),
        to=lambda need: address_of("need", need.fact),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Raise a need"), about=name_of(row), back=address_of(kind.name, key)
    )


def _about(need: Need) -> str:
    told = [
        need.subject.name,
        said(VOCABULARY["need"]["kind"].codes[need.kind]) if need.kind else "",
    ]
    return " · ".join(part for part in (*told, need.text, need.date.isoformat()) if part)


@enters("need.assign")
def assign(request: HttpRequest, key: UUID) -> HttpResponse:
    """Gives a need to a unit, with a day by which it is to be met."""
    need = record_or_404(request, "need", key)
    form = AssignForm(request, initial={"to": need.organisation_id, "due": need.due})
    back = address_of("need", key)
    done = entered(
        request, form, lambda by, told: needs.assign(by=by, need=need, **told),
        word=_("The need has a unit that answers for it."), to=back,
    )  # fmt: skip
    return done or asking(request, form, title=_("Give to a unit"), about=_about(need), back=back)


@enters("need.close")
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Closes a need on evidence."""
    need, back = record_or_404(request, "need", key), address_of("need", key)
    form = CloseForm(request)
    done = entered(
        request, form, lambda by, told: needs.close(by=by, need=need, **told),
        word=_("The need is closed; whoever raised it is still to be asked."),
        to=back,
    )  # fmt: skip
    return done or asking(request, form, title=_("Close a need"), about=_about(need), back=back)


@enters("need.confirm")
def confirm(request: HttpRequest, key: UUID) -> HttpResponse:
    """Writes down what the one who raised a need says of it."""
    need, back = record_or_404(request, "need", key), address_of("need", key)
    form = ConfirmForm(request)
    done = entered(
        request, form,
        lambda by, told: needs.confirm(by=by, need=need, confirmed=told["confirmed"] == "yes"),
        word=_("What was said of the need is on record."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Ask who raised it"), about=_about(need), back=back
    )
