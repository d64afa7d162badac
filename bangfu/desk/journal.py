"""The journal as a page: who did what, when, through which door; and the heads of its chain."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bangfu.desk.page import address_of, day_of, page_of, reader, said
from bangfu.desk.verbs import DOORS, VERBS
from bangfu.desk.work import STATES, of_kind
from bangfu.keeping.work import KINDS, LIST_KINDS
from bangfu.ledger.access import holds, kinds_of
from bangfu.ledger.accounts import keeps_installation
from bangfu.ledger.actions.erasing import REASONS
from bangfu.ledger.models import Event
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.accounts import NAMED, accounts_in
from bangfu.lists.happenings import Sought, how_many, latest_events, latest_seals, unsealed
from bangfu.programmes.kinds import Label

#: The roles that read the whole journal.
READERS = frozenset(("inspector", "administrator"))

#: Actions by which rows are handed out, whose number the journal tells.
HANDS_OUT = ("list.download", "list.fetch", "dossier.take")


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """The latest events in words."""
    if not holds(reader(request), READERS):
        raise Http404
    sought = _sought(request)
    rows = latest_events(sought)
    page = page_of(request, rows, how_many(rows))
    context = {
        "page": page,
        "events": _linked(told(page.object_list), kinds_of(reader(request))),
        "seals": latest_seals(5),
        "unsealed": unsealed(),
        "verbs": VERBS.items(),
        "sought": sought,
        "keeps": keeps_installation(reader(request), "work.ask"),
        "verified": of_kind("verify"),
        "asked": request.GET,
    }
    return render(request, "desk/journal.html", context)


def _sought(request: HttpRequest) -> Sought:
    """What the address asks for; what makes no sense is not asked."""
    asked = request.GET
    verb = asked.get("verb", "")
    try:
        about = UUID(asked["about"].strip()) if asked.get("about") else None
    except ValueError:
        about = None
    return Sought(
        verb if verb in VERBS else "",
        asked.get("who", "").replace("\0", "").strip()[:60],
        day_of(asked.get("since")),
        day_of(asked.get("until")),
        about,
    )


def told(
    events: Iterable[Event], *, parts: Mapping[UUID, str] = MappingProxyType({})
) -> list[dict[str, Any]]:
    """Events as a page shows them: no value of anybody stands in one.

    ``parts``: what the parts of the record at hand are called, where events are about them.
    """
    events = list(events)
    whose = accounts_in(events)
    return [
        {
            "event": event,
            "verb": VERBS.get(event.verb, Label(event.verb, event.verb)),
            "door": DOORS.get(event.door, Label(event.door, event.door)),
            "about": _about(event),
            "part": parts.get(event.about) if event.about else None,
            "whose": whose.get(event.pk),
            "address": _address(event),
            "changed": _changed(event),
            "purpose": _purpose(event),
            "rows": event.outcome.get("value") if event.verb in HANDS_OUT else None,
            "question": event.fields.get("question", []),
        }
        for event in events
    ]


def _linked(lines: list[dict[str, Any]], seen: Collection[str]) -> list[dict[str, Any]]:
    """Lines that lead to records of such kinds alone as some role opens to the reader."""
    for line in lines:
        kind = line["event"].about_kind
        if kind in VOCABULARY and kind not in seen:
            line["address"] = ""
    return lines


def _purpose(event: Event) -> str:
    """For what purpose; why somebody was erased is one of a few reasons."""
    if event.verb == "subject.erase" and event.purpose in REASONS:
        return said(REASONS[event.purpose])
    if event.verb.startswith("user.") and (told := NAMED.match(event.purpose)):
        return event.purpose[told.end() :].strip()
    if event.verb.startswith("work."):
        kind, _colon, state = event.purpose.partition(": ")
        known = {**KINDS, **LIST_KINDS}
        label = said(known[kind].label) if kind in known else kind
        return f"{label} · {said(STATES[state])}" if state in STATES else label
    return event.purpose


def _about(event: Event) -> Label | None:
    return VOCABULARY[event.about_kind].label if event.about_kind in VOCABULARY else None


def _address(event: Event) -> str:
    """The page of what an event is about; it opens only to those who may open the record."""
    if event.about is None:
        return ""
    if event.about_kind == "subject" or event.about_kind in VOCABULARY:
        return address_of(event.about_kind, event.about)
    return ""


def _changed(event: Event) -> list[Label]:
    """The fields that changed, as the vocabulary calls them."""
    found: dict[str, Label] = {}
    for table, names in event.fields.items():
        kind = VOCABULARY[table] if table in VOCABULARY else None
        for name in names:
            for field in kind.fields.values() if kind else ():
                if name == (field.read or field.key).removeprefix("sheet."):
                    found.setdefault(field.label.zh, field.label)
    return list(found.values())
