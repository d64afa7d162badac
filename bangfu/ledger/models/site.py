"""Sites: a clinic, a well, a members' home."""

from __future__ import annotations

from typing import Any

from django.db import models

from bangfu.ledger.models.base import Span, days_in_order


class Site(Span):
    """What a site is and who runs it."""

    fact: Any = models.ForeignKey(
        "ledger.Subject", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=32, blank=True)
    organisation = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    area = models.DecimalField(max_digits=9, decimal_places=1, null=True, blank=True)

    class Meta:
        constraints = (days_in_order("site"),)
        indexes = (models.Index(fields=["fact"], name="site_fact"),)
