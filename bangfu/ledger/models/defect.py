"""Defects: records that a rule of data quality found wrong, until they are mended or accepted."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.ledger.models.base import Happening, covering, grain, standing


class Defect(Happening):
    """One record that a rule found wrong on a day (``date``), and what became of it.

    ``record`` is the key of the record, of the kind ``about``; ``subject`` whom it is about and
    ``place`` where it lies. It leaves (``left``) when the rule does not find it any more. Somebody
    may accept it as true, with a reason and perhaps until a day; it opens again when the day has
    passed or the record says something else.
    """

    rule = models.CharField(max_length=60)
    about = models.CharField(max_length=24)
    record = models.UUIDField()
    subject = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    place = models.ForeignKey(
        "ledger.Place", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    severity = models.CharField(max_length=12)
    state = models.CharField(max_length=12, default="open")
    left = models.DateField(null=True, blank=True)
    accepted = models.DateField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        "ledger.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)
    until = models.DateField(null=True, blank=True)
    grain = grain()

    personal = ("reason",)
    words = ("reason",)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("open", "accepted"), left__isnull=True)
                | Q(state="left", left__isnull=False, left__gte=F("date")),
                name="defect_left_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", accepted__isnull=False)
                | Q(state__in=("open", "left")),
                name="defect_accepted_on_a_day",
            ),
            models.UniqueConstraint(
                fields=["record", "rule"],
                condition=Q(superseded_at__isnull=True) & ~Q(state="left"),
                name="defect_once",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="defect_fact"),
            standing("subject", "state", name="defect_subject"),
            covering("rule", "state", "place", name="defect_rule"),
            covering("state", "place", "severity", name="defect_place"),
            standing("date", name="defect_date"),
        )
