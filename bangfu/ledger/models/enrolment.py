"""Enrolments: whom a programme has taken in, under which heading, and why."""

from __future__ import annotations

from django.db import models

from bangfu.ledger.models.base import Span, covering, days_in_order, standing


class Enrolment(Span):
    """A subject taken in under one of the programme's enrol entries (``name``).

    ``grounds`` is sealed under the subject's key when the subject is a person.
    """

    programme = models.ForeignKey(
        "ledger.Programme", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(max_length=40)
    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    grounds = models.BinaryField(null=True, blank=True)
    end_reason = models.CharField(max_length=24, blank=True)

    personal = ("grounds",)

    class Meta:
        constraints = (days_in_order("enrolment"),)
        indexes = (
            models.Index(fields=["fact"], name="enrolment_fact"),
            covering("programme", "name", "subject", "began", "ended", name="enrolment_held"),
            standing("began", "id", name="enrolment_list"),
            standing("programme", "name", "began", "id", name="enrolment_in_order"),
        )
