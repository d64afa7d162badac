"""Agreements: what two parties signed, for which term, and which one it goes on from."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.ledger.models.base import Span, days_in_order, grain, standing


class Agreement(Span):
    """Two parties under one of the programme's agreements, from its first day to its last.

    ``signed`` is the day under the signatures, ``renews`` the agreement that this one goes on
    from. What each side owes stands in the programme's file.
    """

    programme = models.ForeignKey("ledger.Programme", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    helper = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    signed = models.DateField()
    number = models.CharField(max_length=60, blank=True)
    renews = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    end_reason = models.CharField(max_length=100, blank=True)
    grain = grain()

    personal = ("end_reason", "number")
    words = ("end_reason", "number")

    class Meta:
        constraints = (
            days_in_order("agreement"),
            models.CheckConstraint(
                condition=~Q(helper=F("subject")), name="agreement_not_with_oneself"
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="agreement_fact"),
            standing("programme", "name", "began", name="agreement_programme"),
            standing("helper", "began", name="agreement_helper"),
            standing("subject", "began", name="agreement_subject"),
        )
