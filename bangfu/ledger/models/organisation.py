"""Organisations: units, offices, groups and villages' own bodies."""

from __future__ import annotations

from typing import Any

from django.db import models

from bangfu.ledger.models.base import Span, days_in_order, standing


class Organisation(Span):
    """What an organisation is; ``parent`` is the body it belongs to."""

    fact: Any = models.ForeignKey(
        "ledger.Subject", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=32, blank=True)
    level = models.CharField(max_length=16, blank=True)
    credit_code = models.CharField(max_length=18, blank=True)
    parent = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = (days_in_order("organisation"),)
        indexes = (
            models.Index(fields=["fact"], name="organisation_fact"),
            standing("kind", name="organisation_kind"),
            standing("parent", name="organisation_parent"),
        )
