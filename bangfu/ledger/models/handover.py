"""Hand-overs: whom a helper's successor is asked to help, and what the successor answered."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.ledger.models.base import Happening, grain, standing


class Handover(Happening):
    """One pairing offered to a successor, from a day on; nothing changes before it is accepted.

    ``together`` is the same in all that was offered at once. ``promised`` says what was promised by
    word and stands nowhere else; ``paper`` by which paper somebody accepted who has no account.
    ``taken_by`` is whom a unit named that was asked as successor. Who was asked when stands in the
    steps of the proceeding on which it goes.
    """

    programme = models.ForeignKey("ledger.Programme", on_delete=models.PROTECT, related_name="+")
    pairing = models.ForeignKey("ledger.Pairing", on_delete=models.PROTECT, related_name="+")
    giver = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    from_day = models.DateField()
    reason = models.CharField(max_length=100)
    promised = models.CharField(max_length=200, blank=True)
    together = models.UUIDField()
    offered_by = models.ForeignKey(
        "ledger.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=12, default="open")
    answered = models.DateField(null=True, blank=True)
    answer_reason = models.CharField(max_length=200, blank=True)
    paper = models.CharField(max_length=100, blank=True)
    taken_by = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    grain = grain()

    personal = ("reason", "promised", "answer_reason", "paper")
    words = ("reason", "promised", "answer_reason", "paper")
    later = ("taken_by_id",)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("open", "accepted", "refused", "withdrawn", "lapsed")),
                name="handover_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(giver=F("successor")), name="handover_not_to_oneself"
            ),
            models.UniqueConstraint(
                fields=["pairing"],
                condition=Q(superseded_at__isnull=True, state="open"),
                name="handover_open_once",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="handover_fact"),
            standing("together", name="handover_together"),
            standing("successor", "state", name="handover_successor"),
            standing("giver", "state", name="handover_giver"),
            standing("programme", "state", name="handover_programme"),
        )
