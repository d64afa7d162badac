"""On which days what a programme counts or watches must have held or happened."""

from __future__ import annotations

import datetime as dt

from bangfu.ledger.meaning import Meaning
from bangfu.lists.listing import Listing
from bangfu.programmes.names import ROW
from bangfu.programmes.period import Span


def held_since(listing: Listing, first: dt.date) -> Listing:
    """Of records that last, those that held on any day from a first one, the ended ones too."""
    if listing.kind.nature != "state":
        return listing
    on = listing.moment.on
    return listing.over(Span(min(first, on), on))


def dated(listing: Listing, meaning: Meaning) -> Listing:
    """What a programme counts or watches of happenings: from its first day to its last."""
    if listing.kind.nature != "event" or listing.kind.name == "document":
        return listing
    return listing.narrowed({day_of(listing): {"from": meaning.file.from_, "to": meaning.file.to}})


def day_of(listing: Listing) -> str:
    """The day of what happens: its own, of a turn of a duty the one on which it falls due."""
    return "due" if listing.kind.name == ROW else "date"
