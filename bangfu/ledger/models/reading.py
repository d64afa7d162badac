"""Cached readings of large lists: never the truth, only a figure with the time it is true for."""

from __future__ import annotations

from django.db import models


class Reading(models.Model):
    """A figure once counted. It is used while no later event touched a table it reads."""

    question = models.CharField(max_length=64, primary_key=True)
    counted_at = models.DateTimeField()
    seen = models.CharField(max_length=64)
    answer = models.JSONField()

    def __str__(self) -> str:
        return self.question
