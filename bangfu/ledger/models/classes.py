"""Classes: how a subject is sorted under a programme's scheme, from a day, on what grounds."""

from __future__ import annotations

from django.db import models

from bangfu.ledger.models.base import Span, covering, days_in_order, standing


class Class(Span):
    """One class (``option``) of one scheme (``name``) given to a subject.

    ``single`` repeats whether the scheme allows one class at a time, so that the database can
    refuse a second one.
    """

    programme = models.ForeignKey(
        "ledger.Programme", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(max_length=40)
    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    option = models.CharField(max_length=40)
    grounds = models.BinaryField(null=True, blank=True)
    single = models.BooleanField(default=False)

    personal = ("grounds",)

    class Meta:
        constraints = (days_in_order("class"),)
        indexes = (
            models.Index(fields=["fact"], name="class_fact"),
            covering("programme", "name", "subject", "option", "began", "ended", name="class_of"),
            covering("programme", "name", "option", "began", "ended", name="class_option"),
            standing("began", "id", name="class_list"),
            standing("programme", "name", "began", "id", name="class_in_order"),
        )
