"""Health detail: kept apart, reached only by the roles that treat people."""

from __future__ import annotations

from django.db import models

from bangfu.ledger.models.base import Span, days_in_order, standing


class HealthDetail(Span):
    """What a clinician needs to know of a person; sealed, with the ground on which it is held.

    ``encounter`` is the service with which it was noted.
    """

    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    sort = models.BinaryField()
    detail = models.BinaryField(null=True, blank=True)
    ground = models.CharField(max_length=16)
    purpose = models.CharField(max_length=100)
    encounter = models.ForeignKey(
        "ledger.Encounter", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    personal = ("sort", "detail", "purpose")
    later = ("encounter_id",)

    class Meta:
        constraints = (days_in_order("health_detail"),)
        indexes = (
            models.Index(fields=["fact"], name="health_detail_fact"),
            standing("subject", name="health_detail_subject"),
        )
