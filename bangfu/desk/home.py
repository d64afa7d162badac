"""The first page after log-in: programmes, what needs looking at, and what lists there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from bangfu.desk.listing import groups_of, kinds_seen
from bangfu.desk.page import asked, reader
from bangfu.desk.programme import unclear_of
from bangfu.ledger.access import ROLES, grants_of
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning, NotInForce
from bangfu.ledger.models import Programme
from bangfu.ledger.moment import Moment
from bangfu.lists.alerts import alerts_of
from bangfu.lists.measures import progress
from bangfu.lists.pages import programmes_of
from bangfu.lists.papers import recent_papers
from bangfu.lists.readings import reading


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that needs looking at, in words, and where."""

    text: str
    address: str
    programme: str


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Where a reader begins."""
    user, moment = reader(request), asked(request).moment
    programmes = list(programmes_of(user).select_related("area", "owner"))
    running = [p for p in programmes if p.began <= moment.on <= (p.ended or moment.on)]
    seen = kinds_seen(request)
    context = {
        "running": running,
        "others": [p for p in programmes if p not in running],
        "notices": list(_notices(running, moment)),
        "papers": recent_papers(user, programmes, 8) if "document" in seen else [],
        "groups": groups_of(seen),
        "grants": [(ROLES[g.role], g) for g in grants_of(user)],
    }
    return render(request, "desk/home.html", context)


def _notices(programmes: Sequence[Programme], moment: Moment) -> Iterator[Notice]:
    for programme in programmes:
        try:
            meaning = Meaning.of(programme, moment)
        except NotInForce:
            continue
        yield from _alerts(programme, moment)
        yield from _late(programme, moment)
        if count := len(list(unclear_of(meaning))):
            text = ngettext(
                "%(count)d point of its notice is still to be made clear",
                "%(count)d points of its notice are still to be made clear",
                count,
            )
            address = reverse("desk:programme", args=[programme.name]) + "#unclear"
            yield Notice(text % {"count": count}, address, programme.title)


def _alerts(programme: Programme, moment: Moment) -> Iterator[Notice]:
    """The watched lists that are not empty."""
    for figure in alerts_of(programme, moment):
        try:
            now, _true_for = reading(figure)
        except Unsayable:
            continue
        if now.low:
            address = reverse("desk:alert", args=[programme.name, figure.name])
            text = _("%(what)s: %(count)s") % {"what": figure.title, "count": now.low}
            yield Notice(text, address, programme.title)


def _late(programme: Programme, moment: Moment) -> Iterator[Notice]:
    """The measures that are past their window and not done."""
    for one in progress(programme, moment):
        if one.state == "late":
            address = reverse("desk:programme", args=[programme.name]) + "#measures"
            text = _("Measure past its time: %(title)s") % {"title": one.measure.title}
            yield Notice(text, address, programme.title)
