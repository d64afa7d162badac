"""What a summary may tell an account: numbers of what it may open, and of whom it may know them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from bangfu.ledger.access import NotAllowed, kind_for, opens, require_seen
from bangfu.ledger.conditions import all_of
from bangfu.ledger.models import Place, User
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.figure import Figure
from bangfu.lists.listing import Listing
from bangfu.lists.own_work import people_in, units_led
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.sources import Source, nothing
from bangfu.programmes.kinds import Kind, Label

CLOSED = Label("这类记录不在您的权限内", "records of this kind are closed to you")
ONLY_OPEN = Label(
    "除活动自己的指标外，只数了您能看到的记录",
    "but for the programme's own figures, only records open to you are counted",
)


@dataclass(frozen=True)
class OpenListing(Listing):
    """The records of a list that an account may open."""

    reader: User | None = None

    def _told(self, told: Q) -> QuerySet[Any]:
        rows = super()._told(told)
        return rows if self.reader is None else self.opened(self.reader, rows)


def opened_source(user: User | None, source: Source, *, of_programme: bool) -> Source:
    """A figure as an account may have it: the programme's own whole, any other of what is open."""
    if user is None or source.figure is None:
        return source
    if not _seen(user, source.figure.kind) or not _reads(user, source.figure):
        return nothing(CLOSED)
    return source if of_programme else replace(source, figure=_opened(user, source.figure))


def _seen(user: User, kind: Kind) -> bool:
    """Whether the account, and who looks with it, has a role that opens records of a kind."""
    try:
        for one in filter(None, (user, user.seen_by)):
            require_seen(one, "list.download", kind)
    except NotAllowed:
        return False
    return True


def _reads(user: User, figure: Figure) -> bool:
    """Whether the account reads the field that a figure adds up at all."""
    return figure.field not in figure.kind or figure.field in kind_for(user, figure.kind)


def _opened(user: User, figure: Figure) -> Figure:
    listing = figure.listing
    said = {one.name: getattr(listing, one.name) for one in fields(Listing)}
    share = _opened(user, figure.share) if figure.share else None
    return replace(figure, listing=OpenListing(**said, reader=user), share=share)


def places_open(request: Request, places: Iterable[Place]) -> set[UUID]:
    """Of some places the rows that the account that fills may open."""
    keys = {place.pk for place in places}
    if request.user is None:
        return keys
    allowed = opens(request.user, VOCABULARY["place"], Place.objects.filter(pk__in=keys))
    return set(allowed.values_list("pk", flat=True))


def place_is_open(request: Request, place: Place) -> bool:
    """Whether the account that fills may open a place."""
    return bool(places_open(request, [place]))


def told_of(request: Request, people: Iterable[UUID]) -> set[UUID]:
    """Of some people those whose numbers the account may know: itself and those whom it leads."""
    user, keys = request.user, set(people)
    if user is None:
        return keys
    keys &= {user.person_id, *people_in(units_led(user), request.moment)}
    rows = all_of(VOCABULARY["person"], request.moment).filter(fact__in=keys)
    return set(opens(user, VOCABULARY["person"], rows).values_list("fact", flat=True))
