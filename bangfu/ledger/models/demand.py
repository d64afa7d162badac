"""Demands: forms that others want filled, who wants them and on what paper, and what it cost."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.ledger.models.base import Happening, standing


class Demand(Happening):
    """A form of others that was filled and given out on a day; ``place``: of what it asked.

    ``layout`` is the digest of its headings and ``columns`` are these headings: by them it is known
    again. ``filled`` cells came from the ledger, ``left`` were left blank, ``entered`` were typed
    here for it, ``typed`` were filled by hand before it was handed up.
    """

    place = models.ForeignKey("ledger.Place", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    asker = models.CharField(max_length=100, blank=True)
    paper = models.CharField(max_length=100, blank=True)
    layout = models.CharField(max_length=64)
    columns = models.JSONField(default=list)
    rows = models.IntegerField()
    filled = models.IntegerField()
    left = models.IntegerField()
    entered = models.IntegerField(default=0)
    typed = models.IntegerField(null=True, blank=True)
    handed_up = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(
        "ledger.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    later = ("entered",)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(handed_up__isnull=True, typed__isnull=True)
                | Q(
                    handed_up__isnull=False,
                    typed__isnull=False,
                    handed_up__gte=F("date"),
                    typed__gte=0,
                ),
                name="demand_handed_up_with_its_number",
            ),
            models.CheckConstraint(
                condition=Q(rows__gte=0, filled__gte=0, left__gte=0, entered__gte=0),
                name="demand_counts",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="demand_fact"),
            standing("place", "date", name="demand_place"),
            standing("layout", "date", name="demand_layout"),
        )
