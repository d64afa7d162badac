"""For whom a target or an alert is read, as an account may see them by name."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from bangfu.ledger.conditions import basic, lasting
from bangfu.ledger.models import User
from bangfu.lists.belonging import Counting
from bangfu.lists.listing import Listing
from bangfu.lists.own_work import of_own_work
from bangfu.lists.turn_rows import OfTurns


def named_to(
    user: User, each: Listing, counting: Counting, keys: Iterable[UUID]
) -> frozenset[UUID]:
    """Of the records for each of which something is counted those that an account may be told of.

    Its number says of a record whether what is counted holds there, so it is told to whom that may
    be named; a place or a unit stands for many. What people owed and did at work is for them and
    the leads of their units, as on every board.
    """
    stands_for_many = basic(each.kind) in ("place", "organisation")
    if not stands_for_many and not counting.listing.may_name(user):
        return frozenset()
    rows = lasting(each.kind, each.moment).filter(fact__in=list(keys))
    of_work = isinstance(counting, OfTurns) or "person" in counting.kind.doer
    if each.kind.name == "pairing" or of_work:
        rows = of_own_work(user, each.kind, rows, each.moment)
    return frozenset(each.opened(user, rows).values_list("fact", flat=True))
