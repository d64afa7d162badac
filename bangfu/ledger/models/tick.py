"""Ticks: an item of a checklist that somebody saw to be so, where no record says it."""

from __future__ import annotations

from django.db import models

from bangfu.ledger.models.base import Happening, grain, standing


class Tick(Happening):
    """An item of a programme's checklist, ticked by hand for one subject on a day, on evidence."""

    programme = models.ForeignKey("ledger.Programme", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    item = models.CharField(max_length=60)
    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    evidence = models.CharField(max_length=300, blank=True)
    file = models.ForeignKey(
        "ledger.File", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    grain = grain()

    personal = ("evidence",)
    words = ("evidence",)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "name", "subject", "date", "item"],
                condition=models.Q(superseded_at__isnull=True),
                name="tick_once_a_day",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="tick_fact"),
            standing("programme", "name", "subject", name="tick_programme"),
            standing("subject", name="tick_subject"),
        )
