"""The blank cells of a filled form at the desk: why, who can know them, asked for, printed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bangfu.desk.asks import Day
from bangfu.desk.page import address_of, as_file, reader, said
from bangfu.ledger import clock
from bangfu.ledger.access import may
from bangfu.ledger.actions import demand as demands
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Demand, Task, User
from bangfu.lists.demands import still_asked
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.blanks import REASONS, Blank, Gap, blanks_of, by_reason, row_names
from bangfu.paper.forms.companion import companion
from bangfu.paper.forms.fill import FilledForm
from bangfu.paper.forms.knowing import SORTS, Knower, knowers, owners_of

#: So many cells of one column are named; the printed list names all of them.
SHOWN = 40
#: Who is asked has so many days, unless somebody says otherwise.
DAYS = 3
_ASKED = "whom"


@dataclass(frozen=True, slots=True)
class Missing:
    """What a filled form lacks: the cells, what their rows are called, and who can know them."""

    blanks: Sequence[Blank]
    rows: Mapping[tuple[int, int], str]
    knowers: Sequence[Knower]

    @classmethod
    def of(cls, request: Request, done: FilledForm) -> Missing:
        """Found out for one filled form."""
        blanks = list(blanks_of(done.tables))
        told = knowers(request, done.tables, blanks)
        return cls(blanks, row_names(done.tables, request.moment), told)


class AskForm(forms.Form):
    """Until when those who are asked have time."""

    due = Day(future=True, required=False, label=gettext_lazy("Answer by"))


def shown(request: HttpRequest, missing: Missing, demand: Demand | None) -> dict[str, Any]:
    """What the page says of the blank cells."""
    user = reader(request)
    sent = _sent(user, demand)
    return {
        "number": sum(blank.reason != "doubtful" for blank in missing.blanks),
        "reasons": [
            {
                "says": said(REASONS[reason]),
                "number": sum(len(gap.blanks) for gap in gaps),
                "gaps": [_gap(gap, missing) for gap in gaps],
            }
            for reason, gaps in by_reason(missing.blanks).items()
        ],
        "knowers": [_knower(request, one, sent) for one in missing.knowers],
        "may_ask": may(user, "demand.ask"),
        "to_ask": any(one.owner and one.owner not in sent for one in missing.knowers),
        "due": AskForm(initial={"due": clock.today() + dt.timedelta(days=DAYS)})["due"],
    }


def _gap(gap: Gap, missing: Missing) -> dict[str, Any]:
    return {
        "heading": gap.heading,
        "says": said(gap.says),
        "number": len(gap.blanks),
        "cells": gap.cells,
        "rows": [
            (blank.cell, missing.rows[blank.table, blank.row], _address(blank))
            for blank in gap.blanks[:SHOWN]
        ],
        "more": max(0, len(gap.blanks) - SHOWN),
    }


def _address(blank: Blank) -> str:
    """Where the value of a cell would stand; of what is closed nothing is told."""
    return address_of(blank.kind, blank.held) if blank.held and blank.kind else ""


def _knower(request: HttpRequest, one: Knower, sent: Mapping[uuid.UUID, Task]) -> dict[str, Any]:
    number = str(one.owner or "")
    return {
        "sort": said(SORTS[one.sort]),
        "name": one.name,
        "owner": number,
        "id": f"whom-{number}",
        "number": len(one.blanks),
        "asks": one.asks("…").partition("：")[2],
        "sent": sent.get(one.owner) if one.owner else None,
        "ticked": number in request.POST.getlist(_ASKED),
    }


def _sent(user: User, demand: Demand | None) -> Mapping[uuid.UUID, Task]:
    """Who was asked for this form and has not answered yet."""
    return still_asked(user, demand) if demand is not None else {}


def ask(
    request: HttpRequest, key: uuid.UUID | None, missing: Missing, demand: Demand, title: str
) -> str:
    """Send those who were ticked what they can know, each as a task; what is wrong, if anything.

    Raises :class:`Refused` as the action does.
    """
    form = AskForm(request.POST)
    if not form.is_valid():
        return str(form.errors["due"][0])
    ticked = set(request.POST.getlist(_ASKED))
    sent = _sent(reader(request), demand)
    asked = [
        one for one in missing.knowers
        if one.owner and str(one.owner) in ticked and one.owner not in sent
    ]  # fmt: skip
    if not asked:
        return _("Tick who is asked.")
    owners = owners_of(asked)
    due = form.cleaned_data["due"] or clock.today() + dt.timedelta(days=DAYS)
    told = [(owners[one.owner], one.asks(title)) for one in asked if one.owner in owners]
    once = uuid.uuid5(key, "ask" + "".join(sorted(ticked))) if key else None
    demands.ask(by=By(reader(request), "desk", key=once), demand=demand, asked=told, due=due)
    number = sum(len(one.blanks) for one in asked)
    text = ngettext("%(number)s cell was asked for.", "%(number)s cells were asked for.", number)
    messages.success(request, text % {"number": number})
    return ""


def printed(request: HttpRequest, asked: Request, missing: Missing, title: str) -> HttpResponse:
    """The companion sheet as a file."""
    user = reader(request)
    place = asked.place
    done = companion(
        title=title, office=place.name if place else str(user.get_full_name() or user.username),
        on=asked.moment.on, printed_at=clock.now().astimezone(clock.ZONE), blanks=missing.blanks,
        knowers=missing.knowers, rows=missing.rows,
    )  # fmt: skip
    return as_file(
        HttpResponse(done.content, content_type=done.media_type), f"{title}-缺项清单.pdf"
    )
