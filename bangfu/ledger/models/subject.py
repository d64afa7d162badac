"""Subjects: whatever can be helped, paired, counted or given a class; and the keys of each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.ledger.models.base import ByteOrdered, Span, covering, days_in_order, grain, standing


class Subject(Span):
    """A person, household, place, organisation or site: its kind, name and place stand here once.

    ``sort_key`` is the name in pinyin, since SQLite knows no such order. A place becomes a subject
    when it first takes part in something, under its own key.
    """

    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=60)
    sort_key = ByteOrdered(max_length=120, blank=True)
    place = models.ForeignKey(
        "ledger.Place", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    grain = grain()

    personal = ("name", "sort_key")
    words = ("name",)
    later = ("grain",)

    class Meta:
        constraints = (
            days_in_order("subject"),
            models.CheckConstraint(
                condition=Q(kind__in=("person", "household", "place", "organisation", "site")),
                name="subject_kind_known",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="subject_fact"),
            covering(
                "kind", "sort_key", "id", "fact", "place", "began", "ended", name="subject_list"
            ),
            standing("kind", "place", name="subject_place"),
            standing("kind", "name", name="subject_name"),
        )

    def __str__(self) -> str:
        return self.name


class SubjectKey(models.Model):
    """The salt from which a subject's key is derived: without it nothing sealed can be opened.

    ``reason`` is empty while the key is there; an erased subject keeps this row without its salt.
    """

    subject = models.OneToOneField(
        Subject, primary_key=True, on_delete=models.PROTECT, related_name="key"
    )
    salt = models.BinaryField(max_length=32, null=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(salt__isnull=True, erased_at__isnull=False)
                | Q(salt__isnull=False, erased_at__isnull=True),
                name="subject_key_there_or_erased",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject_id}{' (erased)' if self.erased_at else ''}"
