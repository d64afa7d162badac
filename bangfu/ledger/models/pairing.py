"""Pairings: who answers for whom, in which mode, from a day to a day."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.ledger.models.base import Span, covering, days_in_order, grain, standing


class Pairing(Span):
    """A helper (person or organisation) and a subject, under one of the programme's pairings.

    ``helper_single`` and ``subject_single`` repeat what the programme says (one to one), so that
    the database can refuse a second partner at the same time.
    """

    programme = models.ForeignKey(
        "ledger.Programme", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(max_length=40)
    helper = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    helper_single = models.BooleanField(default=False)
    subject_single = models.BooleanField(default=False)
    end_reason = models.CharField(max_length=100, blank=True)
    grain = grain()

    personal = ("end_reason",)
    words = ("end_reason",)
    later = ("grain",)

    class Meta:
        constraints = (
            days_in_order("pairing"),
            models.CheckConstraint(
                condition=~Q(helper=F("subject")), name="pairing_not_with_oneself"
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="pairing_fact"),
            covering("programme", "name", "helper", "began", "ended", name="pairing_helper"),
            covering("programme", "name", "subject", "began", "ended", name="pairing_subject"),
            standing("began", "id", name="pairing_list"),
            standing("programme", "name", "began", "id", name="pairing_in_order"),
        )
