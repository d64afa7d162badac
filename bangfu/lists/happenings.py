"""The journal, asked by pages: its latest events, what is unsealed, the heads of its chain."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from bangfu.ledger import clock
from bangfu.ledger.models import Event, Seal


@dataclass(frozen=True, slots=True)
class Head:
    """One link of the chain as it is kept outside: its number, its time, its digest."""

    seal: Seal
    text: str


@dataclass(frozen=True, slots=True)
class Sought:
    """Which events are looked for: of a verb, by somebody, from a day to a day, of a record."""

    verb: str = ""
    who: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    about: UUID | None = None


def latest_events(sought: Sought) -> QuerySet[Event]:
    """Events, the latest first, of those that are looked for."""
    rows = Event.objects.select_related("by").order_by("-at", "-id")
    if sought.verb:
        rows = rows.filter(verb=sought.verb)
    if sought.who:
        named = Q(by__username__iexact=sought.who) | Q(by__display_name__icontains=sought.who)
        rows = rows.filter(named)
    if sought.since:
        rows = rows.filter(at__gt=clock.end_of(sought.since - dt.timedelta(days=1)))
    if sought.until:
        rows = rows.filter(at__lte=clock.end_of(sought.until))
    return rows.filter(about=sought.about) if sought.about else rows


def how_many(events: QuerySet[Event]) -> int:
    """How many events there are."""
    return events.order_by().count()


def latest_seals(count: int) -> list[Head]:
    """The last links of the chain, the latest first."""
    rows = Seal.objects.order_by("-number")[:count]
    return [Head(row, bytes(row.head).hex()) for row in rows]


def unsealed() -> int:
    """How many events are not yet bound into the chain."""
    return Event.objects.filter(seal__isnull=True).count()
