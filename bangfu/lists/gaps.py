"""Where a pairing does not reach: who on either side of its rule has nobody on a day.

As rows that the reader may open, to be counted and leafed through by the database; how many
somebody should have, and since when there were too few, is worked out in ``coverage``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Pairing, User
from bangfu.ledger.moment import Moment
from bangfu.lists.duty_board import open_by_name
from bangfu.lists.listing import Listing
from bangfu.lists.pages import total_of
from bangfu.lists.sweep import SIDES, SideName, meant
from bangfu.programmes.kinds import Kind


@dataclass(frozen=True)
class Gap:
    """One side of a pairing on a day: all whom the rule means, and those of them without a partner.

    Both only as far as the account may open them. ``named``: those without a partner whom it may
    see by name.
    """

    entry: str
    side: SideName
    listing: Listing
    everybody: QuerySet[Any]
    alone: QuerySet[Any]
    named: QuerySet[Any]

    @property
    def kind(self) -> Kind:
        """The kind of record that stands on this side."""
        return self.listing.kind

    @property
    def whole(self) -> int:
        """How many there are on this side."""
        return total_of(self.everybody)

    @property
    def count(self) -> int:
        """How many of them have nobody."""
        return total_of(self.alone)


def gap(user: User, meaning: Meaning, entry: str, side: SideName, moment: Moment) -> Gap:
    """One side of one pairing of a programme."""
    listing = meant(meaning, entry, side, moment)
    everybody = listing.opened(user, listing.sure())
    standing = Pairing.objects.at(moment).filter(programme=meaning.row, name=entry)
    alone = everybody.exclude(fact__in=standing.values(side))
    named = open_by_name(user, side, listing.kind, alone, moment)
    return Gap(entry, side, listing, everybody, alone, named)


def gaps(user: User, meaning: Meaning, moment: Moment) -> Iterator[Gap]:
    """Both sides of every pairing of the programme that is judged on the day."""
    for name, _entry in meaning.file.entries("pairing"):
        judged = meaning.file.judged(name)
        if judged is not None and moment.on in judged:
            for side in reversed(SIDES):
                yield gap(user, meaning, name, side, moment)
