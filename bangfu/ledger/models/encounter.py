"""What a body did for somebody's health: when, where, by whom, at what cost; never of what."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.ledger.models.base import Happening, grain, standing


class Encounter(Happening):
    """One service that a person was given on a day: a screening, a treatment, a referral.

    ``sent`` with ``sent_time`` is when somebody was sent there, ``date`` with ``arrived_time`` when
    he or she came; ``minutes`` is what lies between. ``cost`` and ``reimbursed`` are in fen;
    ``own`` is what is left to the person; ``settled`` is the day on which all was paid. Of what
    somebody is ill stands in :class:`HealthDetail` alone.
    """

    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)
    outcome = models.CharField(max_length=24)
    provider = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    doctor = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sender = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    setting = models.CharField(max_length=24, blank=True)
    sent = models.DateField(null=True, blank=True)
    sent_time = models.CharField(max_length=5, blank=True)
    arrived_time = models.CharField(max_length=5, blank=True)
    minutes = models.PositiveIntegerField(null=True, blank=True)
    deposit = models.BooleanField(null=True, blank=True)
    cost = models.BigIntegerField(null=True, blank=True)
    reimbursed = models.BigIntegerField(null=True, blank=True)
    own = models.BigIntegerField(null=True, blank=True)
    settlement = models.CharField(max_length=24, blank=True)
    settled = models.DateField(null=True, blank=True)
    number = models.CharField(max_length=40, blank=True)
    grain = grain()

    personal = ("number",)
    words = ("number",)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(cost__isnull=True, reimbursed__isnull=True, own__isnull=True)
                | Q(cost__gte=0, reimbursed__isnull=True, own__isnull=True)
                | Q(
                    cost__isnull=False,
                    reimbursed__isnull=False,
                    cost__gte=F("reimbursed"),
                    reimbursed__gte=0,
                    own=F("cost") - F("reimbursed"),
                ),
                name="encounter_own_is_the_rest",
            ),
            models.CheckConstraint(
                condition=Q(settled__isnull=True) | Q(settled__gte=F("date")),
                name="encounter_settled_afterwards",
            ),
            models.CheckConstraint(
                condition=Q(sent__isnull=True) | Q(sent__lte=F("date")),
                name="encounter_sent_before",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="encounter_fact"),
            standing("subject", "date", name="encounter_subject"),
            standing("provider", "date", name="encounter_provider"),
            standing("kind", "date", name="encounter_kind"),
        )
