"""What a person or household is entitled to, and what was paid out to them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.ledger.models.base import Happening, Span, days_in_order, grain, standing


class Benefit(Span):
    """What a person or household is given under a policy, from its first day to its last.

    ``amount`` is in fen for each ``per`` (once, a month, a quarter, a year); ``account`` is the
    number of the account or certificate as it may be shown, and never the whole of it.
    """

    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)
    title = models.CharField(max_length=60, blank=True)
    amount = models.BigIntegerField(null=True, blank=True)
    per = models.CharField(max_length=12, blank=True)
    account = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=60, blank=True)
    end_reason = models.CharField(max_length=100, blank=True)
    grain = grain()

    personal = ("title", "account", "source", "end_reason")
    words = ("title", "account", "source", "end_reason")

    class Meta:
        constraints = (
            days_in_order("benefit"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True, per="") | Q(amount__gt=0) & ~Q(per=""),
                name="benefit_amount_per_something",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="benefit_fact"),
            standing("subject", "kind", "began", name="benefit_subject"),
            standing("kind", "began", name="benefit_kind"),
        )


class Payout(Happening):
    """Money that was paid out to a person or household on a day, in fen.

    ``since`` is the first day of the time it was for where that is known; ``account`` as above.
    """

    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)
    title = models.CharField(max_length=60, blank=True)
    amount = models.BigIntegerField()
    since = models.DateField(null=True, blank=True)
    account = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=60, blank=True)
    grain = grain()

    personal = ("title", "account", "source")
    words = ("title", "account", "source")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="payout_above_nothing"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(since__lte=F("date")),
                name="payout_days_in_order",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="payout_fact"),
            standing("subject", "date", name="payout_subject"),
            standing("kind", "date", name="payout_kind"),
        )
