"""The first page after log-in: what waits for the reader today, then programmes and lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from bangfu.desk.kinds import daily, kinds_seen
from bangfu.desk.page import asked, reader
from bangfu.desk.programme import unclear_of
from bangfu.desk.tour import tour_for
from bangfu.desk.waiting import waiting
from bangfu.keeping.health import Finding, pressing
from bangfu.ledger.access import ROLES, allows, grants_of, may, roles_of
from bangfu.ledger.accounts import keeps_installation
from bangfu.ledger.meaning import Meaning, NotInForce
from bangfu.ledger.models import Programme, User
from bangfu.ledger.moment import Moment
from bangfu.lists import today
from bangfu.lists.checklists import lacking_for
from bangfu.lists.defects import MANY
from bangfu.lists.defects import waiting as defects_waiting
from bangfu.lists.duplicates import waiting as duplicates_waiting
from bangfu.lists.handovers import Batch, handovers_waiting
from bangfu.lists.intakes import lists_staged
from bangfu.lists.my_duties import NEAR
from bangfu.lists.pages import programmes_of
from bangfu.lists.papers import recent_papers, with_stages
from bangfu.lists.proposals import proposals_waiting
from bangfu.lists.samples import calls_waiting
from bangfu.lists.villages import my_villages

#: What waits for somebody: without any of these the page says that nothing does.
WAITS = tuple(
    "handovers first calls called_on lacking drafts defects watched notices proposed staged twice"
    " pressing villages".split()
)
#: So many people to be called on stand open, each with what can be done; the rest is a touch away.
CALLS = 2
#: So many of those whom the reader helps, longest unvisited first.
MINE = 5


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that needs looking at, in words, and where."""

    text: str
    address: str
    programme: str


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Where a reader begins: first what is owed, then what there is."""
    user, moment = reader(request), asked(request).moment
    programmes = list(programmes_of(user).select_related("area", "owner"))
    running = [p for p in programmes if p.began <= moment.on <= (p.ended or moment.on)]
    seen, mine = kinds_seen(request), today.my_people(user, moment)
    context = {
        "moment": moment,
        "tour": tour_for(request),
        "running": [(p, allows(user, "activity.record", programme=p)) for p in running],
        "several": len(running) > 1,
        "others": [p for p in programmes if p not in running],
        "mine": mine[:MINE],
        "mine_rest": mine[MINE:],
        "helps": "helper" in roles_of(user),
        **(_villages(user, running, moment) if "need" in seen else {}),
        "papers": with_stages(recent_papers(user, programmes, 8)) if "document" in seen else [],
        "daily": daily(user),
        "starts": may(user, "programme.start"),
        "takes": may(user, "intake.stage"),
        "grants": [(ROLES[g.role], g) for g in grants_of(user)],
        **_waiting(request, running, moment, seen),
    }
    context["quiet"] = not any(context.get(word) for word in WAITS)
    return render(request, "desk/home.html", context)


def _waiting(
    request: HttpRequest, running: Sequence[Programme], moment: Moment, seen: set[str]
) -> dict[str, object]:
    """What waits for the reader, each sort with as many lines as one looks through."""
    user = reader(request)
    calls, calls_all = calls_waiting(user, moment, most=today.MOST) if "sample" in seen else ([], 0)
    # Who calls on samples from day to day has them at hand; to others it is said that they wait.
    calls_on = any(name == "sample" for name, _label in daily(user))
    handovers, handovers_all = _handovers(user, moment) if "handover" in seen else ([], 0)
    line = waiting(user, running, moment, seen)
    return {
        "handovers": handovers,
        "handovers_all": handovers_all,
        "first": line.first,
        "rest": line.rest,
        "further": line.more,
        "calls": calls[:CALLS] if calls_on else [],
        "calls_rest": calls[CALLS:] if calls_on else [],
        "calls_all": calls_all,
        "called_on": 0 if calls_on else calls_all,
        "calls_more": calls_all > len(calls),
        "lacking": lacking_for(user, running, moment) if "tick" in seen else [],
        "drafts": today.drafts_of(user, running) if "document" in seen else [],
        "proposed": proposals_waiting(user, running),
        "staged": lists_staged(user),
        "defects": defects_waiting(user) if "defect" in seen else 0,
        "many": MANY,
        "twice": duplicates_waiting(user),
        "watched": today.watched(user, running, moment),
        "pressing": _pressing(user),
        "notices": list(_notices(running, moment)) if may(user, "programme.replace") else [],
    }


def _villages(user: User, running: Sequence[Programme], moment: Moment) -> dict[str, object]:
    """The villages that the reader looks after, and until when something is soon due."""
    found, whole = my_villages(user, running, moment)
    return {
        "villages": [one for one in found if one.waits],
        "still": [one for one in found if not one.waits],
        "villages_shown": len(found),
        "villages_all": whole,
        "yesterday": moment.on - dt.timedelta(days=1),
        "soon": moment.on + NEAR,
    }


def _pressing(user: User) -> list[Finding]:
    """What is not well with the installation, for who keeps it all."""
    keeps = may(user, "work.ask") and keeps_installation(user, "work.ask")
    return pressing() if keeps else []


def _handovers(user: User, moment: Moment) -> tuple[list[tuple[Batch, bool]], int]:
    """What was offered, and whether it is the reader who is asked; how many there are."""
    found, whole = handovers_waiting(user, moment)
    return [(batch, batch.asks) for batch in found], whole


def _notices(programmes: Sequence[Programme], moment: Moment) -> Iterator[Notice]:
    """What the notices of running programmes leave open, for those who can ask."""
    for programme in programmes:
        try:
            meaning = Meaning.of(programme, moment)
        except NotInForce:
            continue
        if count := len(list(unclear_of(meaning))):
            text = ngettext(
                "%(count)d point of its notice is still to be made clear",
                "%(count)d points of its notice are still to be made clear",
                count,
            )
            address = reverse("desk:programme", args=[programme.name]) + "#unclear"
            yield Notice(text % {"count": count}, address, programme.title)
