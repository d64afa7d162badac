"""Proposals: a class that somebody, or the programme's own condition, proposes for a subject."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.ledger.models.base import Happening, grain, standing


class Proposal(Happening):
    """A class (``option`` of the scheme ``name``) proposed from a day on; no class before that.

    ``by_rule``: the condition of the programme's file proposed it, and ``proposed_by`` let it look.
    """

    programme = models.ForeignKey("ledger.Programme", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    option = models.CharField(max_length=40)
    from_day = models.DateField()
    grounds = models.BinaryField(null=True, blank=True)
    by_rule = models.BooleanField(default=False)
    proposed_by = models.ForeignKey(
        "ledger.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=12, default="open")
    answered = models.DateField(null=True, blank=True)
    answer_reason = models.CharField(max_length=200, blank=True)
    grain = grain()

    personal = ("grounds", "answer_reason")
    words = ("answer_reason",)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state="open", answered__isnull=True)
                | Q(state__in=("confirmed", "declined"), answered__isnull=False),
                name="proposal_answered_whole",
            ),
            models.UniqueConstraint(
                fields=["programme", "name", "subject", "option"],
                condition=Q(superseded_at__isnull=True, state="open"),
                name="proposal_open_once",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="proposal_fact"),
            standing("programme", "state", "date", name="proposal_programme"),
            standing("subject", name="proposal_subject"),
        )
