"""Needs: what somebody asked for or lacks, followed until it is closed and confirmed."""

from __future__ import annotations

from django.db import models

from bangfu.ledger.models.base import Happening, grain, standing


class Need(Happening):
    """A need raised on a day by or for a subject, and how far it is.

    ``text`` and ``evidence`` are in clear when the need is a place's or an organisation's; a
    person's own words, and what was done for that person, are in ``private_text`` and
    ``private_evidence``, sealed under that person's key.
    """

    programme = models.ForeignKey(
        "ledger.Programme", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32, blank=True)
    text = models.CharField(max_length=300, blank=True)
    private_text = models.BinaryField(null=True, blank=True)
    raised_at = models.ForeignKey(
        "ledger.Activity", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due = models.DateField(null=True, blank=True)
    closed = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=300, blank=True)
    private_evidence = models.BinaryField(null=True, blank=True)
    grain = grain()
    confirmed = models.BooleanField(null=True, blank=True)

    personal = ("text", "private_text", "evidence", "private_evidence")
    words = ("text", "evidence")
    later = ("private_evidence", "grain")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(closed__isnull=True) | models.Q(closed__gte=models.F("date")),
                name="need_closed_after_raised",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="need_fact"),
            standing("subject", name="need_subject"),
            standing("programme", "date", name="need_programme"),
            # What nobody was given yet, the oldest first: the first page asks for a few.
            models.Index(
                fields=["date", "id"],
                name="need_unanswered",
                condition=models.Q(
                    superseded_at__isnull=True,
                    closed__isnull=True,
                    due__isnull=True,
                    organisation__isnull=True,
                ),
            ),
        )
