"""Consents are given and withdrawn."""

from __future__ import annotations

import datetime as dt
import hashlib

from bangfu.ledger.access import require
from bangfu.ledger.actions.event import By, action, end, insert
from bangfu.ledger.models import Consent, Subject


@action("consent.give")
def give(
    *, by: By, subject: Subject, purpose: str, on: dt.date, text: str, given_by: str = "self"
) -> Consent:
    """Write down a person's consent to one purpose, and which wording was read out."""
    require(by.user, "consent.give", subject.fact)
    return written(subject, purpose, on, text=text, given_by=given_by)


def written(
    subject: Subject, purpose: str, on: dt.date, *, text: str, given_by: str = "self"
) -> Consent:
    """Write a consent; for the actions that ask for one."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return insert(
        Consent(subject=subject, purpose=purpose, given_by=given_by, text_digest=digest, began=on)
    )


def standing(subject: Subject, purpose: str, on: dt.date) -> Consent | None:
    """The consent to a purpose that stands on a day and has not ended since."""
    rows = Consent.objects.current().filter(subject=subject.fact, purpose=purpose)
    return rows.filter(began__lte=on, ended__isnull=True).first()


@action("consent.withdraw")
def take_back(*, by: By, consent: Consent, on: dt.date) -> Consent:
    """Let a consent end, as the person wishes; ``on`` is its last day."""
    require(by.user, "consent.withdraw", consent.subject_id)
    return end(consent, on)
