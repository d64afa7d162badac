"""Affiliations: who stands on the roster of an association, a co-operative or a team."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.ledger.models.base import Span, days_in_order, grain, standing


class Affiliation(Span):
    """A person or organisation on the roster of a body, with the number and card it was given."""

    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    role = models.CharField(max_length=24, blank=True)
    number = models.CharField(max_length=40, blank=True)
    card = models.CharField(max_length=40, blank=True)
    end_reason = models.CharField(max_length=24, blank=True)
    grain = grain()

    personal = ("number", "card")
    words = ("number", "card")

    class Meta:
        constraints = (
            days_in_order("affiliation"),
            models.CheckConstraint(
                condition=~Q(subject=F("organisation")), name="affiliation_not_with_oneself"
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="affiliation_fact"),
            standing("subject", name="affiliation_subject"),
            standing("organisation", "kind", name="affiliation_organisation"),
            standing("organisation", "number", name="affiliation_number"),
        )
