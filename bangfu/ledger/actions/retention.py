"""What is past its term is erased, and the journal says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from bangfu.ledger.access import require
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import Subject
from bangfu.ledger.retention import past_term

REASON = "term"


def erase_due(
    *, by: By, today: dt.date, most: int = 1000, told: Callable[[int], None] = lambda count: None
) -> list[Subject]:
    """Erase those past their term, each as an event of its own; the ones that were erased.

    Stops after ``most``, so that a first run over an old ledger can be watched and gone on with.
    ``told`` hears of each and may stop it by raising.
    """
    require(by.user, "subject.erase")
    erased: list[Subject] = []
    for kind in ("person", "household"):
        for subject in past_term(kind, today=today)[: most - len(erased)]:
            try:
                erased.append(subjects.erase(by=by, subject=subject, reason=REASON))
            except Refused:
                continue  # somebody else erased it meanwhile
            finally:
                told(1)
    return erased
