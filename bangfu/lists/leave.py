"""The steps in which leave was and is to be approved, for the page of the leave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bangfu.ledger.models import Handling, Stint
from bangfu.lists.claims import Verdict
from bangfu.lists.proceedings import verdict_of
from bangfu.programmes.kinds import Label
from bangfu.programmes.leaving import BUILT_IN, LEAVE
from bangfu.programmes.ways import step_title


@dataclass(frozen=True, slots=True)
class Step:
    """One step of some leave: what it is called, what became of it, whether it is late."""

    row: Handling
    title: Label
    verdict: Verdict


def steps_of(stint: Stint, on: dt.date) -> Sequence[Step]:
    """What was asked of some leave and what the answers were, in the order of asking."""
    rows = Handling.objects.current().filter(stint=stint.fact_key).order_by("pk")
    return [
        Step(row, step_title(LEAVE, BUILT_IN, row.step), verdict_of(row, on))
        for row in rows.select_related("who")
    ]
