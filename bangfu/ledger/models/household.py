"""Households: one dated sheet for each collection."""

from __future__ import annotations

from typing import Any

from django.db import models

from bangfu.ledger.models.base import Span, days_in_order, grain


class Household(Span):
    """What was collected about a household; its members point to it from their own sheets.

    ``wiped`` names what erasing emptied, for conditions that ask whether it was known.
    """

    fact: Any = models.ForeignKey(
        "ledger.Subject", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    head = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    size = models.PositiveSmallIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=24, blank=True)
    group = models.CharField(max_length=30, blank=True)
    source = models.CharField(max_length=100, blank=True)
    wiped = models.CharField(max_length=40, blank=True)
    grain = grain()

    personal = ("group", "source")
    words = ("source",)
    later = ("wiped", "grain")

    class Meta:
        constraints = (days_in_order("household"),)
        indexes = (models.Index(fields=["fact"], name="household_fact"),)
