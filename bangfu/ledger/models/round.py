"""Rounds: a review of one unit or place over one period, and the lines of its score sheet."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.ledger.models.base import Happening, Span, days_in_order, grain, standing


class Round(Span):
    """A review of the file held for one unit or place; its days are the period that is reviewed.

    ``issued`` is the day on which its result was handed out; from then on its lines stand.
    ``drawn``: the day on which its sample was drawn, by which ``seed``, out of how many
    (``frame``); ``frame_digest`` stands for that list. ``sheets``: how many that name nobody were
    counted.
    """

    programme = models.ForeignKey("ledger.Programme", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    opened = models.DateField()
    issued = models.DateField(null=True, blank=True)
    points = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    most = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    drawn = models.DateField(null=True, blank=True)
    seed = models.CharField(max_length=64, blank=True)
    frame = models.PositiveIntegerField(null=True, blank=True)
    frame_digest = models.CharField(max_length=64, blank=True)
    sheets = models.PositiveIntegerField(null=True, blank=True)

    later = ("drawn", "seed", "frame", "frame_digest", "sheets")

    @classmethod
    def so_on(cls, on: object) -> Q:
        """Opened by that day, whichever days it reviews."""
        return Q(opened__lte=on)

    class Meta:
        constraints = (days_in_order("round"),)
        indexes = (
            models.Index(fields=["fact"], name="round_fact"),
            standing("programme", "name", "began", name="round_programme"),
            standing("subject", name="round_subject"),
        )


class Score(Happening):
    """One line of a round: judged by the inspectors, or as it was counted when it was issued.

    ``counted``: the points came from records; ``low`` and ``high`` are then what was read. Of a
    veto that people judge ``grade`` is set where it was found; ``evidence`` and ``file`` show it.
    """

    round = models.ForeignKey("ledger.Round", on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey("ledger.Programme", on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=120)
    points = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    grade = models.CharField(max_length=60, blank=True)
    counted = models.BooleanField(default=False)
    low = models.CharField(max_length=40, blank=True)
    high = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    evidence = models.CharField(max_length=300, blank=True)
    file = models.ForeignKey(
        "ledger.File", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    grain = grain()

    words = ("reason", "evidence")
    later = ("evidence", "file_id")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["round", "item"],
                condition=Q(superseded_at__isnull=True),
                name="score_once",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="score_fact"),
            standing("round", name="score_round"),
            standing("subject", name="score_subject"),
        )
