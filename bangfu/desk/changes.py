"""What changed about a subject between two days, beside the event and the source of each change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from bangfu.desk.journal import told
from bangfu.desk.page import (
    address_of,
    asked,
    day_of,
    language,
    name_of,
    reader,
    subject_or_404,
)
from bangfu.ledger.models import User
from bangfu.ledger.moment import Moment
from bangfu.lists.changes import Between, Change, changes
from bangfu.lists.doorstep import home_of, visits_to
from bangfu.programmes.kinds import Kind

#: Where nobody came yet, what changed within so many days is shown first.
RECENT = 30
#: How many fields tell which record it is.
FEW = 5
MARKS: Mapping[str, Any] = {
    "changed": gettext_lazy("changed"),
    "began": gettext_lazy("began"),
    "ended": gettext_lazy("ended"),
    "on": gettext_lazy("was done"),
    "closed": gettext_lazy("closed"),
    "late": gettext_lazy("recorded late"),
    "corrected": gettext_lazy("put right or added to"),
    "gone": gettext_lazy("taken back"),
}


@require_GET
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """What changed about a subject between two days."""
    dates = asked(request)
    kind, row = subject_or_404(request, key, dates.moment)
    user = reader(request)
    quick = list(_quick(user, kind, key, dates.moment))
    typed = request.GET.get("since", "").strip()
    since = day_of(typed) or quick[0][0]
    between = Between(min(since, dates.moment.on), dates.moment)
    found = changes(user, kind, key, between, language())
    context = {
        "kind": kind,
        "key": key,
        "title": name_of(row),
        "dates": dates,
        "since": between.since,
        "wrong": list(_wrong(typed, since, dates.moment)),
        "quick": quick,
        "happened": [_said(one, key) for one in found.happened],
        "learnt": [_said(one, key) for one in found.learnt],
        "cut": found.cut,
    }
    return render(request, "desk/changes.html", context)


def _quick(user: User, kind: Kind, key: UUID, moment: Moment) -> Iterator[tuple[dt.date, str]]:
    """Days from which one would want to know what changed, the likeliest first."""
    household, members = home_of(kind, key, moment)
    home = list(dict.fromkeys([key, *members, *([household] if household else [])]))
    for last in visits_to(user, home, moment, most=1):
        yield last.activity.date, _("Since the last visit")
    yield moment.on - dt.timedelta(days=RECENT), _("The last 30 days")
    yield moment.on.replace(month=1, day=1) - dt.timedelta(days=1), _("This year")
    year = moment.on.year - 1
    yield dt.date(year, 12, 31).replace(year=year - 1), _("This year and the last")


def _wrong(typed: str, since: dt.date, moment: Moment) -> Iterator[str]:
    if typed and day_of(typed) is None:
        yield _("“%(text)s” is not a day; write it as 2026-11-22.") % {"text": typed}
    if since > moment.on:
        yield _("The first day lies after the second; nothing can have changed between them.")


def _said(change: Change, subject: UUID) -> dict[str, Any]:
    """A change as the page draws it: what it is about, how, and who wrote it down when."""
    sheet = change.fact == subject
    return {
        "change": change,
        "mark": MARKS[change.how],
        "address": "" if sheet else address_of(change.kind.name, change.fact),
        "text": "" if sheet else " · ".join(_telling(change, subject)),
        "written": told([change.event])[0],
    }


def _telling(change: Change, subject: UUID) -> list[str]:
    """A record in a few words: its values without its days and without the subject itself."""
    shown = [
        cell.text
        for of, cell in change.cells
        if cell.text
        and of.column
        and of.type not in ("day", "flag")
        and of.sensitivity != "sealed"
        and not (cell.to and cell.to[1] == subject)
    ]
    return shown[:FEW]
