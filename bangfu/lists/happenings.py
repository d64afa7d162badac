"""The journal, asked by pages: its latest events, what is unsealed, the heads of its chain."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from bangfu.ledger.models import Event, Seal


@dataclass(frozen=True, slots=True)
class Head:
    """One link of the chain as it is kept outside: its number, its time, its digest."""

    seal: Seal
    text: str


def latest_events(verb: str = "") -> QuerySet[Event]:
    """Events, the latest first; of one verb, if one is named."""
    rows = Event.objects.select_related("by").order_by("-at", "-id")
    return rows.filter(verb=verb) if verb else rows


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
