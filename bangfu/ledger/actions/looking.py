"""Whether somebody looked at what is sealed today: the first look of a day is written down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from bangfu.ledger import clock
from bangfu.ledger.models import Event, User


def looked_today(user: User | None, verb: str, subjects: Iterable[UUID]) -> set[UUID]:
    """At which of some subjects an account looked today, by the events of a verb."""
    before = clock.end_of(clock.today() - dt.timedelta(days=1))
    looks = Event.objects.filter(verb=verb, by=user, about__in=list(subjects), at__gt=before)
    return {key for key in looks.values_list("about", flat=True) if key is not None}
