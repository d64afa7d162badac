"""Consents: what a person agreed to, for which purpose, from a day until it was withdrawn."""

from __future__ import annotations

from django.db import models

from bangfu.ledger.models.base import Span, days_in_order, grain, standing


class Consent(Span):
    """A consent to one purpose; ``text_digest`` stands for the wording that was read out."""

    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=100)
    given_by = models.CharField(max_length=16, default="self")
    text_digest = models.CharField(max_length=64, blank=True)
    grain = grain()

    personal = ("text_digest",)
    words = ("purpose", "text_digest")
    later = ("grain",)

    class Meta:
        constraints = (days_in_order("consent"),)
        indexes = (
            models.Index(fields=["fact"], name="consent_fact"),
            standing("subject", name="consent_subject"),
        )
