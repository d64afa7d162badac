"""Posts: who held which post where, from a day to a day."""

from __future__ import annotations

from django.db import models

from bangfu.ledger.models.base import Span, days_in_order, standing


class Post(Span):
    """A post held by a person in an organisation; ``real`` says whether duties go with it."""

    person = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=32, blank=True)
    rank = models.CharField(max_length=24, blank=True)
    real = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = (days_in_order("post"),)
        indexes = (
            models.Index(fields=["fact"], name="post_fact"),
            standing("person", "organisation", name="post_person"),
            standing("organisation", name="post_organisation"),
        )
