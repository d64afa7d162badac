"""Files that are offered or being made are let go: by their asker, by time, by an erasure."""

from __future__ import annotations

import functools

from django.db import transaction
from django.db.models import QuerySet

from bangfu.ledger import cabinet, clock
from bangfu.ledger.actions.event import current_act
from bangfu.ledger.models import Download, Work


def going_for(download: Download) -> QuerySet[Work]:
    """The work on a file that waits or is being done."""
    return Work.objects.filter(download=download, state__in=("waiting", "running"))


def empty(rows: QuerySet[Download]) -> None:
    """Let some files go, as part of the action that wants it: also those that are being made."""
    current_act()
    for row in rows.select_for_update():
        going_for(row).update(state="cancelled", to_cancel=True, ended_at=clock.now())
        transaction.on_commit(functools.partial(cabinet.destroy, [*row.pieces, *row.held]))
        row.salt = row.secret = row.asked = None
        row.pieces, row.held, row.ended_at = [], [], clock.now()
        row.save()
