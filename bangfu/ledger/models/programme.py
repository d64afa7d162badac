"""Programmes: the notice as a file, and every version of that file from its day on."""

from __future__ import annotations

from typing import Any

from django.db import models

from bangfu.ledger.models.base import Span, days_in_order, standing


class Programme(Span):
    """A programme that was started: its short name, its title and the office that runs it."""

    name = models.CharField(max_length=40)
    title = models.CharField(max_length=100)
    owner = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    area = models.ForeignKey("ledger.Place", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            days_in_order("programme"),
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(superseded_at__isnull=True),
                name="programme_name_once",
            ),
        )
        indexes = (models.Index(fields=["fact"], name="programme_fact"),)

    def __str__(self) -> str:
        return self.title


class ProgrammeVersion(Span):
    """The text of a programme file, in force from ``began`` until the next version."""

    programme: Any = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    papers = models.JSONField(default=dict)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            days_in_order("programme_version"),
            models.UniqueConstraint(
                fields=["programme", "number"],
                condition=models.Q(superseded_at__isnull=True),
                name="programme_version_once",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="programme_version_fact"),
            standing("programme", name="programme_version_of"),
        )
