"""Awards: who was honoured for what, by whom, and whether it may be shown."""

from __future__ import annotations

from django.db import models

from bangfu.ledger.models.base import Happening, grain, standing


class Award(Happening):
    """An honour that was given on a day; ``shown`` says whether its holder lets it be shown."""

    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    level = models.CharField(max_length=16, blank=True)
    issuer = models.CharField(max_length=80, blank=True)
    paper = models.CharField(max_length=60, blank=True)
    shown = models.BooleanField(null=True, blank=True)
    grain = grain()

    personal = ("title", "issuer", "paper")
    words = ("title", "issuer", "paper")

    class Meta:
        indexes = (
            models.Index(fields=["fact"], name="award_fact"),
            standing("subject", "date", name="award_subject"),
        )
