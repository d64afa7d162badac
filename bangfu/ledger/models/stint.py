"""Stints: days in one piece that somebody lives in a village, is away on duty, or is on leave."""

from __future__ import annotations

from django.db import models

from bangfu.ledger.models.base import Span, days_in_order, standing


class Stint(Span):
    """Some days of one person of one sort; nobody is in two on one day.

    ``present``: whether they count as being there. ``approver`` and ``approved`` say who let
    somebody be away, and when; ``refused`` when somebody did not. Why somebody is away is not kept.
    ``noted``: from when it is on record, its first day or that on which it was asked for
    beforehand. ``days``: how many they are, unknown while they go on.
    """

    person = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    noted = models.DateField()
    days = models.PositiveIntegerField(null=True, blank=True)
    place = models.ForeignKey(
        "ledger.Place", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    present = models.BooleanField()
    approver = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved = models.DateField(null=True, blank=True)
    refused = models.DateField(null=True, blank=True)

    personal = ("kind",)
    later = ("refused",)

    @classmethod
    def so_on(cls, on: object) -> models.Q:
        """On record by that day: begun, over, or asked for."""
        return models.Q(noted__lte=on)

    class Meta:
        constraints = (
            days_in_order("stint"),
            models.CheckConstraint(
                condition=models.Q(approved__isnull=True) | models.Q(refused__isnull=True),
                name="stint_answered_one_way",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="stint_fact"),
            standing("person", "began", name="stint_person"),
            standing("place", "began", name="stint_place"),
        )
