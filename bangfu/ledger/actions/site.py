"""Sites are registered."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, action, insert
from bangfu.ledger.actions.subject import new_subject
from bangfu.ledger.models import Place, Site, Subject


@action("site.register")
def register(*, by: By, name: str, kind: str, place: Place, on: dt.date, **sheet: Any) -> Subject:
    """Register a site from the day on which it is there."""
    require(by.user, "site.register", place=place)
    subject = new_subject(kind="site", name=name, place=place, began=on)
    insert(Site(fact=subject, kind=kind, began=on, **sheet))
    require_written(by.user, "site.register", subject.fact)
    return subject
