"""Health detail is noted by those who treat people, on a stated ground, and read by them alone."""

from __future__ import annotations

import datetime as dt

from bangfu.ledger import vault
from bangfu.ledger.access import NotAllowed, health_of, require
from bangfu.ledger.actions.event import By, Refused, action, current_act, insert
from bangfu.ledger.actions.subject import say_what_for
from bangfu.ledger.models import Consent, Encounter, HealthDetail, Subject
from bangfu.ledger.moment import Moment


@action("health.note")
def note(
    *,
    by: By,
    subject: Subject,
    on: dt.date,
    sort: str,
    detail: str,
    ground: str,
    purpose: str,
    encounter: Encounter | None = None,
) -> HealthDetail:
    """Note a person's health detail; on the ground of a consent, the consent must stand."""
    require(by.user, "health.note", subject.fact)
    if ground not in ("duty", "consent"):
        raise Refused("no_such_ground", "The ground is a duty by law or a consent.")
    if ground == "consent":
        standing = Consent.objects.at(Moment(on)).filter(subject=subject, purpose=purpose)
        if not standing.exists():
            raise Refused(
                "consent_missing",
                "No consent to the purpose %(purpose)s stands on %(on)s.",
                purpose=purpose,
                on=on,
            )
    key = vault.key_of(subject)
    row = HealthDetail(
        subject=subject, began=on, ground=ground, purpose=purpose, encounter=encounter
    )
    row.sort = key.seal("sort", sort)
    row.detail = key.seal("detail", detail) if detail else None
    return insert(row)


@action("health.look")
def look(*, by: By, subject: Subject) -> list[dict[str, str]]:
    """Read a person's health detail; the reading itself is written into the journal."""
    if by.user is None:
        raise NotAllowed("health.look")
    say_what_for(by, subject)
    event = current_act().event
    event.about_kind, event.about = "person", subject.fact
    rows = list(health_of(by.user, subject.fact))
    if not rows:
        return []
    key = vault.key_of(subject)
    return [
        {
            "began": row.began.isoformat(),
            "sort": key.open("sort", row.sort),
            "detail": key.open("detail", row.detail) if row.detail else "",
        }
        for row in rows
    ]
