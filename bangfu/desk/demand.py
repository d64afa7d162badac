"""Demands for forms at the desk: who asks for how much, and forms that were handed up."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bangfu.desk.asks import Day
from bangfu.desk.entry import EntryForm, asking, entered, enters
from bangfu.desk.kinds import kinds_seen
from bangfu.desk.page import address_of, reader, record_or_404
from bangfu.ledger import clock
from bangfu.ledger.access import visible
from bangfu.ledger.actions import demand as demands
from bangfu.ledger.models import Demand
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.demands import burden

#: Forms of the burden meter's page: of the last so many days.
DAYS = 365


class HandUpForm(EntryForm):
    """When it was handed up, and what had to be typed."""

    on = Day(label=gettext_lazy("Handed up on"))
    typed = forms.IntegerField(
        min_value=0, label=gettext_lazy("Cells that were typed by hand"),
        help_text=gettext_lazy("What the system left blank and somebody filled in before it went."),
    )  # fmt: skip


@enters("demand.hand_up")
def hand_up(request: HttpRequest, key: UUID) -> HttpResponse:
    """Says that a filled form was handed up."""
    held: Demand = record_or_404(request, "demand", key)
    form = HandUpForm(request, initial={"on": clock.today(), "typed": held.left})
    back = address_of("demand", key)
    done = entered(
        request, form, lambda by, told: demands.hand_up(by=by, demand=held, **told),
        word=_("It is on record that the form was handed up."), to=back,
    )  # fmt: skip
    return done or asking(request, form, title=_("Handed up"), about=held.title, back=back)


@require_safe
def meter(request: HttpRequest) -> HttpResponse:
    """The burden meter: how many forms were asked for in a year, by whom, and what they took."""
    user, kind = reader(request), VOCABULARY["demand"]
    if kind.name not in kinds_seen(request):
        raise Http404
    until = clock.today()
    since = until - dt.timedelta(days=DAYS)
    rows = visible(user, kind).filter(date__gte=since, date__lte=until)
    whole, askers = burden(rows.defer("columns"))
    context = {
        "title": _("Burden meter"),
        "whole": whole,
        "askers": askers,
        "days": DAYS,
        "since": since,
        "until": until,
        "kinds": len(whole.layouts),
    }
    return render(request, "desk/burden.html", context)
