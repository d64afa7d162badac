"""Income and spending of a household, line by line, and what was reckoned from the lines."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.ledger.models.base import Happening, grain, standing


class Income(Happening):
    """One amount that a household, or one of its members, had or spent from a day to a day.

    ``date`` is the last day of the time it was for, ``since`` the first; ``amount`` is in fen.
    ``evidence`` says how it is shown. Totals are never typed: see :class:`Reckoning`.
    """

    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=24)
    item = models.CharField(max_length=60)
    amount = models.BigIntegerField()
    since = models.DateField()
    evidence = models.CharField(max_length=200, blank=True)
    grain = grain()

    personal = ("item", "evidence")
    words = ("item", "evidence")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="income_above_nothing"),
            models.CheckConstraint(condition=Q(since__lte=F("date")), name="income_days_in_order"),
        )
        indexes = (
            models.Index(fields=["fact"], name="income_fact"),
            standing("subject", "date", name="income_subject"),
        )


class Reckoning(Happening):
    """What a household's lines came to in a window, on the day on which it was reckoned.

    All amounts are in fen. ``persons`` is how many shared the income that day, ``counted_from``
    says whether they were counted from the members on record or from the household's sheet.
    ``net`` is wages, business, property and transfers less costs; ``per_head`` is rounded half up,
    ``per_head_after`` the same with insurance payments and without approved own spending.
    """

    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    persons = models.PositiveSmallIntegerField()
    counted_from = models.CharField(max_length=12)
    lines = models.PositiveSmallIntegerField()
    wages = models.BigIntegerField()
    business = models.BigIntegerField()
    assets = models.BigIntegerField()
    transfer = models.BigIntegerField()
    cost = models.BigIntegerField()
    claim = models.BigIntegerField()
    self_paid = models.BigIntegerField()
    net = models.BigIntegerField()
    per_head = models.BigIntegerField()
    per_head_after = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(persons__gt=0), name="reckoning_counts_somebody"),
            models.CheckConstraint(
                condition=Q(since__lte=F("until"), until__lte=F("date")),
                name="reckoning_days_in_order",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="reckoning_fact"),
            standing("subject", "date", name="reckoning_subject"),
        )
