"""Health detail: kept apart, reached only by the roles that treat people."""

from __future__ import annotations

from django.db import models

from bangfu.ledger.models.base import Span, days_in_order, standing


class HealthDetail(Span):
    """What a clinician needs to know of a person; sealed, with the ground on which it is held."""

    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    sort = models.BinaryField()
    detail = models.BinaryField(null=True, blank=True)
    ground = models.CharField(max_length=16)
    purpose = models.CharField(max_length=100)

    personal = ("sort", "detail", "purpose")

    class Meta:
        constraints = (days_in_order("health_detail"),)
        indexes = (
            models.Index(fields=["fact"], name="health_detail_fact"),
            standing("subject", name="health_detail_subject"),
        )
