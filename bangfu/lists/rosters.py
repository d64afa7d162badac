"""Members of bodies: since when each is on the roster, whatever the role was since then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Min

from bangfu.ledger.models import Affiliation


def since_when(facts: Iterable[UUID]) -> Mapping[UUID, dt.date]:
    """The first day of some places on rosters; a new role begins a row of its own."""
    rows = Affiliation.objects.current().filter(fact__in=list(facts))
    return dict(rows.order_by().values_list("fact").annotate(first=Min("began")))
