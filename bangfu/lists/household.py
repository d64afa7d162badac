"""What stands beside a household's sheet: verdicts, lines of income, what they came to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from uuid import UUID

from bangfu.ledger.models import Assurance


def latest_verdicts(
    households: Iterable[UUID | None], on: dt.date
) -> Iterator[tuple[UUID, str, str]]:
    """The latest verdict of each assurance of some households up to a day, in one query."""
    rows = Assurance.objects.current().filter(subject__in=[*filter(None, households)])
    told: dict[tuple[UUID, str], str] = {}
    for key, kind, verdict in (
        rows.filter(date__lte=on).order_by("date").values_list("subject", "kind", "verdict")
    ):
        told[key, kind] = verdict
    for (key, kind), verdict in told.items():
        yield key, kind, verdict
