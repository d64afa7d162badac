"""Statistics are stated with their source, and put right."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, Refused, action, correct, insert
from bangfu.ledger.models import Place, Statistic


@action("statistic.state")
def state(
    *,
    by: By,
    place: Place,
    name: str,
    value: Decimal,
    began: dt.date,
    ended: dt.date,
    source: str,
    as_written: str = "",
) -> Statistic:
    """State a place's number for a period, with its source."""
    require(by.user, "statistic.state", place=place)
    if not source.strip():
        raise Refused("source_missing", "A number that is not counted here needs its source.")
    stated = insert(
        Statistic(
            place=place,
            name=name,
            value=value,
            began=began,
            ended=ended,
            source=source,
            as_written=as_written,
        )
    )
    require_written(by.user, "statistic.state", stated)
    return stated


@action("statistic.correct")
def correct_value(*, by: By, statistic: Statistic, value: Decimal, source: str) -> Statistic:
    """Put a stated number right, with the source of the right one."""
    require(by.user, "statistic.correct", statistic)
    return correct(statistic, value=value, source=source)
