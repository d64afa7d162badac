"""Places: a dated tree from province to village, and what lies in it without a code of its own."""

from __future__ import annotations

from django.db import models

from bangfu.ledger.models.base import ByteOrdered, Span, days_in_order, standing


class Place(Span):
    """A division or a body with a place in the tree, from a day to a day.

    ``path`` is the chain of steps from the root (codes without their trailing zeros, short keys
    where there is no code), each followed by a slash, so that "everything inside" is a range of an
    index. ``code`` is the statistical code (12 digits), blank for bodies
    that have none. ``initials`` are the pinyin initials, for searching.
    """

    name = models.CharField(max_length=60)
    level = models.CharField(max_length=16)
    kind = models.CharField(max_length=24, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    code = ByteOrdered(max_length=14, blank=True)
    path = ByteOrdered(max_length=400)
    initials = models.CharField(max_length=40, blank=True)
    key = models.BooleanField(default=False)

    class Meta:
        constraints = (days_in_order("place"),)
        indexes = (
            models.Index(fields=["fact"], name="place_fact"),
            standing("path", name="place_path"),
            standing("code", name="place_code"),
            standing("name", name="place_name"),
            standing("initials", name="place_initials"),
            standing("parent", name="place_parent"),
        )

    def __str__(self) -> str:
        return self.name


class PlaceAlias(Span):
    """Another name or code by which a place was or is known: former, short, or misspelt."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="aliases")
    sort = models.CharField(max_length=16)
    text = models.CharField(max_length=60)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (days_in_order("place_alias"),)
        indexes = (
            models.Index(fields=["fact"], name="place_alias_fact"),
            standing("text", name="place_alias_text"),
        )
