"""How a household stands: the two assurances, the three guarantees and drinking water."""

from __future__ import annotations

from django.db import models

from bangfu.ledger.models.base import Happening, grain, standing


class Assurance(Happening):
    """What a check of one assurance came to on a day: verdict, on what evidence, who judged."""

    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    verdict = models.CharField(max_length=24)
    evidence = models.CharField(max_length=200, blank=True)
    judge = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    grain = grain()

    personal = ("evidence",)
    words = ("evidence",)

    class Meta:
        indexes = (
            models.Index(fields=["fact"], name="assurance_fact"),
            standing("subject", "kind", "date", name="assurance_subject"),
        )
