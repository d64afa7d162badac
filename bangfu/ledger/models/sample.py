"""Samples: who was drawn to be called on in a round of a review; sheets that name nobody."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from bangfu.ledger.models.base import Happening, grain, standing

STATES = ("open", "met", "missed")


class Sample(Happening):
    """Somebody who was drawn for a round on ``date``, and what became of the call.

    ``number`` is the order in which it was drawn, ``stratum`` the group that it was drawn in.
    ``instead_of`` names whom it replaces, who could not be met: ``why`` says the sort, ``reason``
    the words. ``sheet`` are the answers, where the questionnaire names who answered.
    """

    round = models.ForeignKey("ledger.Round", on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey("ledger.Programme", on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    stratum = models.CharField(max_length=60, blank=True)
    inspector = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=8, default="open")
    closed = models.DateField(null=True, blank=True)
    why = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    instead_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sheet = models.ForeignKey(
        "ledger.Activity", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    grain = grain()

    personal = ("why", "reason")
    words = ("reason",)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state="open", closed__isnull=True)
                | Q(state__in=STATES[1:], closed__isnull=False, closed__gte=F("date")),
                name="sample_closed_with_its_day",
            ),
            models.UniqueConstraint(
                fields=["round", "subject"],
                condition=Q(superseded_at__isnull=True),
                name="sample_once",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="sample_fact"),
            standing("inspector", "state", name="sample_inspector"),
            standing("subject", name="sample_subject"),
            standing("programme", "date", name="sample_programme"),
        )


class Ballot(models.Model):
    """A sheet that names nobody, sealed until all sheets of its round are counted together.

    Its key says nothing of when it came, and no event names it; once the sheets are counted it is
    gone with the salt that opens it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey("ledger.Round", on_delete=models.PROTECT, related_name="+")
    salt = models.BinaryField(max_length=32)
    sealed = models.BinaryField()

    objects: ClassVar[models.Manager[Self]] = models.Manager()

    def __str__(self) -> str:
        return str(self.pk)
