"""Measures: what was promised to be done, by whom, in which window, with what budget."""

from __future__ import annotations

from django.db import models

from bangfu.ledger.models.base import Fact, Span, days_in_order, standing


class Measure(Span):
    """A planned deed. Its quantity is a range, its window may be open, its budget is in fen."""

    programme = models.ForeignKey("ledger.Programme", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    title = models.CharField(max_length=100)
    owner = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    planned_least = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    planned_most = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(max_length=12, blank=True)
    window_from = models.DateField(null=True, blank=True)
    window_to = models.DateField(null=True, blank=True)
    budget = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = (
            days_in_order("measure"),
            models.UniqueConstraint(
                fields=["programme", "name"],
                condition=models.Q(superseded_at__isnull=True),
                name="measure_once",
            ),
        )
        indexes = (models.Index(fields=["fact"], name="measure_fact"),)


class MeasureNeed(Fact):
    """The link by which a measure answers a need."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    need = models.ForeignKey("ledger.Need", on_delete=models.PROTECT, related_name="+")

    @classmethod
    def so_on(cls, on: object) -> models.Q:
        """A link holds as long as it is believed."""
        return models.Q()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["measure", "need"],
                condition=models.Q(superseded_at__isnull=True),
                name="measure_need_once",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="measure_need_fact"),
            standing("need", name="measure_need_need"),
        )
