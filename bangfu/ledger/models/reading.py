"""Cached readings of large lists: never the truth, only a figure with the time it is true for."""

from __future__ import annotations

from django.db import models


class Reading(models.Model):
    """A figure once counted. It is used while no later event touched a table it reads.

    One whose ``proof`` does not fit was written past the program, and is not used. ``wanted_at``:
    since when a page wants a newer one.
    """

    question = models.CharField(max_length=64, primary_key=True)
    counted_at = models.DateTimeField()
    seen = models.CharField(max_length=64)
    answer = models.JSONField()
    proof = models.BinaryField(max_length=16)
    wanted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["wanted_at"],
                condition=models.Q(wanted_at__isnull=False),
                name="reading_wanted",
            ),
        )

    def __str__(self) -> str:
        return self.question
