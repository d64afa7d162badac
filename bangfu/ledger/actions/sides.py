"""The two sides of a pairing or an agreement: who may stand on one."""

from __future__ import annotations

import datetime as dt

from bangfu.ledger.actions.event import Refused
from bangfu.ledger.conditions import may_belong
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Subject
from bangfu.programmes.entries import Side


def require_belongs(meaning: Meaning, side: Side, who: Subject, on: dt.date) -> None:
    """Refuse whoever does not possibly belong to the list that the side names."""
    if may_belong(who.fact, side.of, side.where or {}, meaning, on):
        return
    raise Refused(
        "not_eligible",
        "%(who)s is not on the list %(list)s on %(on)s.",
        who=who.name,
        list="、".join(meaning.file.title_of(n) for n in side.of),
        on=on,
    )
