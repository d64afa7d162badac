"""Possible duplicates: two subjects that may be one, and what somebody decided about them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.ledger.models.base import Happening, standing

STATES = ("open", "different", "same")


class Duplicate(Happening):
    """Two persons, or two households, that may be one; proposed on ``date``.

    ``one`` is the one whose key comes first. ``sure`` is how sure the model is, in parts of ten
    thousand; ``reasons`` are its codes, parted by spaces. ``kept``: of two that are the same, the
    one that goes on; ``decided``: since which day.
    """

    kind = models.CharField(max_length=16)
    one = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    sure = models.PositiveSmallIntegerField(default=0)
    reasons = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, default="open")
    kept = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided = models.DateField(null=True, blank=True)

    personal = ("reasons",)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=("person", "household")), name="duplicate_kind_known"
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="duplicate_state_known"),
            models.CheckConstraint(condition=~Q(one=F("other")), name="duplicate_of_another"),
            models.CheckConstraint(
                condition=Q(state="same", decided__isnull=False, kept__isnull=False)
                & (Q(kept=F("one")) | Q(kept=F("other")))
                | ~Q(state="same") & Q(kept__isnull=True),
                name="duplicate_kept_one_of_both",
            ),
            models.UniqueConstraint(
                fields=["one", "other"],
                condition=Q(superseded_at__isnull=True),
                name="duplicate_once",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="duplicate_fact"),
            standing("state", "sure", name="duplicate_list"),
            standing("one", name="duplicate_one"),
            standing("other", name="duplicate_other"),
            standing("kept", name="duplicate_kept"),
        )
