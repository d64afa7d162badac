"""What is done at the start of the server and once a day: what is old goes, terms are looked at.

Nobody is erased here: that is for people to decide.
"""

from __future__ import annotations

import datetime as dt
import logging
from importlib import import_module
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings

from bangfu.ledger import cabinet, clock
from bangfu.ledger.actions.coming import take_away_forsaken
from bangfu.ledger.actions.download import let_old_go
from bangfu.ledger.actions.intake_steps import discard_old
from bangfu.ledger.retention import past_term
from bangfu.lists import readings
from bangfu.programmes.period import add_months

#: Who logged in from where is kept this long: six months, as the Cybersecurity Law asks for logs.
LOG_MONTHS = 6
EVERY = dt.timedelta(days=1)
log = logging.getLogger(__name__)


class Upkeep:
    """Does its work at once, and then once a day."""

    def __init__(self) -> None:
        self.done_at: dt.datetime | None = None

    def when_due(self) -> bool:
        """Do what is due; whether anything was."""
        now = clock.now()
        take_away_forsaken(now)
        if self.done_at is not None and now - self.done_at < EVERY:
            return False
        purge(now)
        readings.forget_old()
        discard_old(now=now)
        let_old_go(now=now)
        cabinet.sweep(now)
        tell_what_is_due(clock.day_of(now))
        self.done_at = now
        return True


def purge(now: dt.datetime) -> int:
    """Delete log-ins past their term, failed ones that no longer count, and ended sessions."""
    day = add_months(clock.day_of(now), -LOG_MONTHS)
    old = dt.datetime.combine(day, dt.time(), tzinfo=clock.ZONE)
    count = sum(m.objects.filter(attempt_time__lt=old).delete()[0] for m in _LOGS)
    forgotten = now - settings.AXES_COOLOFF_TIME
    count += AccessAttempt.objects.filter(attempt_time__lt=forgotten).delete()[0]
    engine: Any = import_module(settings.SESSION_ENGINE)
    engine.SessionStore.clear_expired()
    return int(count)


_LOGS = (AccessLog, AccessFailureLog)


def tell_what_is_due(today: dt.date) -> None:
    """Say in the log how many are past their term, and of nobody who it is."""
    due = {kind: past_term(kind, today=today).count() for kind in ("person", "household")}
    if any(due.values()):
        log.info(
            "past their term: %s persons, %s households; see bangfu retention due",
            due["person"],
            due["household"],
        )
