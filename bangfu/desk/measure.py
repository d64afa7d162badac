"""Measures at the desk: how much was done, which unit answers, which needs they meet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import Day, Number
from bangfu.desk.entry import EntryForm, asking, entered, enters
from bangfu.desk.page import address_of, record_or_404, said, words_of
from bangfu.desk.pick import Pick
from bangfu.ledger import clock
from bangfu.ledger.actions import measure as measures
from bangfu.ledger.models import Measure
from bangfu.ledger.moment import Moment
from bangfu.lists.measures import progress_of
from bangfu.programmes.units import unit_called


class ProgressForm(EntryForm):
    """How much was done on a day."""

    amount = Number(label=gettext_lazy("How much was done"))
    on = Day(label=gettext_lazy("On the day"))
    note = forms.CharField(
        label=gettext_lazy("What was done"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class OwnerForm(EntryForm):
    """Which unit answers."""

    owner = Pick("organisation", label=gettext_lazy("Unit that answers"))


class LinkForm(EntryForm):
    """Which need it meets."""

    need = Pick("need", label=gettext_lazy("The need that it meets"))


def _asked(
    request: HttpRequest, key: UUID, form: EntryForm, measure: Measure, act: Any, *,
    title: str, word: str, hint: str = "",
) -> HttpResponse:  # fmt: skip
    back = address_of("measure", key)
    done = entered(request, form, act, word=word, to=back)
    about = f"{measure.title} · {measure.programme.title}"
    return done or asking(request, form, title=title, about=about, back=back, hint=hint)


@enters("measure.progress")
def progress(request: HttpRequest, key: UUID) -> HttpResponse:
    """Reports how much of a measure was done."""
    measure: Measure = record_or_404(request, "measure", key)
    form = ProgressForm(request, initial={"on": clock.today()})
    if measure.unit:
        form.fields["amount"].help_text = said(unit_called(measure.unit))
    return _asked(
        request, key, form, measure,
        lambda by, told: measures.progress(by=by, measure=measure, **told),
        title=_("Report progress"), word=_("The progress is on record."), hint=_counted(measure),
    )  # fmt: skip


def _counted(measure: Measure) -> str:
    """That a report does not move what is counted from records, and from which."""
    told = progress_of(measure, Moment.present())
    if told is None or told.figure is None:
        return ""
    text = _("What is done is counted: %(what)s. A report does not change that number.")
    return text % {"what": said(words_of(told.figure))}


@enters("measure.set_owner")
def set_owner(request: HttpRequest, key: UUID) -> HttpResponse:
    """Says which unit answers for a measure."""
    measure: Measure = record_or_404(request, "measure", key)
    form = OwnerForm(request, initial={"owner": measure.owner_id})
    return _asked(
        request, key, form, measure,
        lambda by, told: measures.set_owner(by=by, measure=measure, owner=told["owner"]),
        title=_("Name the unit"), word=_("The measure has a unit that answers for it."),
    )  # fmt: skip


@enters("measure.link")
def link(request: HttpRequest, key: UUID) -> HttpResponse:
    """Says that a measure meets a need."""
    measure: Measure = record_or_404(request, "measure", key)
    form = LinkForm(request)
    form.let_pick("need", programme=measure.programme)
    return _asked(
        request, key, form, measure,
        lambda by, told: measures.link(by=by, measure=measure, need=told["need"]),
        title=_("Link to a need"), word=_("The measure and the need are linked."),
    )  # fmt: skip
