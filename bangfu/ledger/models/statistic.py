"""Statistics: a number of a village, county or unit for a period, with its source."""

from __future__ import annotations

from django.db import models

from bangfu.ledger.models.base import Span, days_in_order, standing


class Statistic(Span):
    """A number that was reported, not counted from rows; ``source`` says by whom.

    ``as_written`` keeps the source's own text where it was damaged or rounded.
    """

    place = models.ForeignKey("ledger.Place", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    value = models.DecimalField(max_digits=18, decimal_places=4)
    source = models.CharField(max_length=200)
    as_written = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = (days_in_order("statistic"),)
        indexes = (
            models.Index(fields=["fact"], name="statistic_fact"),
            standing("place", "name", "began", name="statistic_place"),
        )
