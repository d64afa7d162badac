"""Tasks: decided by a meeting, found by a review, asked for a form; done by a day or dropped."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.ledger.models.base import Happening, grain, standing


class Task(Happening):
    """One decision or finding: what, who answers (a person or a unit), by when; what became of it.

    It comes from a meeting (``decided_at``), from the ``round`` of a review, or from the
    ``demand`` for a form of which somebody is asked for cells.

    ``reason`` says why the day was moved last, or why it was dropped; ``evidence`` how it was done.
    """

    programme = models.ForeignKey(
        "ledger.Programme", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.ForeignKey(
        "ledger.Activity", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    round = models.ForeignKey(
        "ledger.Round", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    demand = models.ForeignKey(
        "ledger.Demand", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.CharField(max_length=300)
    owner = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    due = models.DateField()
    state = models.CharField(max_length=12, default="open")
    closed = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    grain = grain()

    words = ("text", "evidence", "reason")
    later = ("round_id", "demand_id")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state="open", closed__isnull=True)
                | Q(state__in=("done", "dropped"), closed__isnull=False, closed__gte=F("date")),
                name="task_closed_with_its_day",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=False, round__isnull=True, demand__isnull=True)
                | Q(decided_at__isnull=True, round__isnull=False, demand__isnull=True)
                | Q(decided_at__isnull=True, round__isnull=True, demand__isnull=False),
                name="task_comes_from_somewhere",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="task_fact"),
            standing("owner", "state", "due", name="task_owner"),
            standing("programme", "date", name="task_programme"),
            standing("decided_at", name="task_decided_at"),
            standing("round", name="task_round"),
            standing("demand", name="task_demand"),
        )
