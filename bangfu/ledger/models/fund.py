"""Funds and the entries in them: whole fen, never changed, only countered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.ledger.models.base import Happening, Span, days_in_order, standing


class Fund(Span):
    """A purse of a programme."""

    programme = models.ForeignKey("ledger.Programme", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    title = models.CharField(max_length=100)

    class Meta:
        constraints = (
            days_in_order("fund"),
            models.UniqueConstraint(
                fields=["programme", "name"],
                condition=Q(superseded_at__isnull=True),
                name="fund_once",
            ),
        )
        indexes = (models.Index(fields=["fact"], name="fund_fact"),)


class Entry(Happening):
    """Money promised, received or paid, in fen. A mistake is countered by a further entry.

    A promise may be a range: ``amount`` is its lower end and ``amount_most`` its upper. What is
    promised for a ``project`` is its budget, by fund and by who gives it.
    """

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="+")
    direction = models.CharField(max_length=12)
    kind = models.CharField(max_length=24)
    use = models.CharField(max_length=32, blank=True)
    organisation = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    measure = models.ForeignKey(
        "ledger.Measure", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    project = models.ForeignKey(
        "ledger.Project", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    amount = models.BigIntegerField()
    amount_most = models.BigIntegerField(null=True, blank=True)
    voucher = models.CharField(max_length=60, blank=True)
    counters = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    later = ("project_id",)

    class Meta:
        verbose_name_plural = "entries"
        constraints = (
            models.CheckConstraint(
                condition=Q(direction__in=("promised", "in", "out")),
                name="entry_direction_known",
            ),
            models.CheckConstraint(
                condition=Q(counters__isnull=False, amount__lt=0)
                | Q(counters__isnull=True, amount__gt=0),
                name="entry_negative_only_to_counter",
            ),
            models.CheckConstraint(
                condition=Q(amount_most__isnull=True)
                | Q(amount_most__gte=models.F("amount"), direction="promised"),
                name="entry_range_only_promised",
            ),
            models.UniqueConstraint(fields=["counters"], name="entry_countered_once"),
        )
        indexes = (
            models.Index(fields=["fact"], name="entry_fact"),
            standing("fund", "direction", "date", name="entry_fund"),
            standing("organisation", name="entry_organisation"),
            standing("project", "direction", name="entry_project"),
        )
