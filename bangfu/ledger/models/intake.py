"""Lists that were brought in, and what people said that columns of such lists ask."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models

from bangfu.ledger.clock import new_id
from bangfu.ledger.models.base import Happening


class Intake(models.Model):
    """One file that somebody brings as a list, staged until it is accepted or let go.

    Who brought, accepted and took it back stands in the journal; this row is where the page and
    the worker meet. What is in the file, what was read in it and what was mended lies sealed under
    ``secret``, a key of its own, which is sealed under the master key and ``salt``: both are
    emptied when the list is accepted or discarded, at the latest after its term. ``pieces`` are
    the digests of the sealed bytes. ``chosen`` says which table of the file is meant; ``counts``
    how many rows have which verdict, ``digest`` stands for all verdicts. ``entry`` names a
    programme and its entry by which records are made. ``whole`` is the list that the file was
    brought as, where this is another table of it. ``event`` is the event by which it was accepted.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("ledger.User", null=True, on_delete=models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()
    name = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    kind = models.CharField(max_length=32, blank=True)
    place = models.ForeignKey("ledger.Place", null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    entry = models.CharField(max_length=120, blank=True)
    purpose = models.CharField(max_length=200)
    ground = models.CharField(max_length=16)
    paper = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=12, default="waiting")
    chosen = models.PositiveSmallIntegerField(null=True)
    counts: Any = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    #: What stands against reading it, in both languages.
    trouble: Any = models.JSONField(default=dict)
    whole = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    salt = models.BinaryField(max_length=32, null=True)
    secret = models.BinaryField(null=True)
    pieces: Any = models.JSONField(default=list)
    mended = models.BinaryField(null=True)
    ended_at = models.DateTimeField(null=True)
    event = models.ForeignKey("ledger.Event", null=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(
                    state__in=("waiting", "judged", "failed", "accepted", "discarded", "undone")
                ),
                name="intake_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("waiting", "judged", "failed"), salt__isnull=False)
                | models.Q(salt__isnull=True, secret__isnull=True, mended__isnull=True),
                name="intake_ended_is_empty",
            ),
        )
        indexes = (models.Index(fields=["user", "brought_at"], name="intake_user"),)

    def __str__(self) -> str:
        return f"{self.name}, {self.state}"

    @property
    def open(self) -> bool:
        """Whether it is still to be accepted or discarded."""
        return self.state in ("waiting", "judged", "failed")


class IntakePart(models.Model):
    """A page of what was read in a list: rows of one verdict, sealed under the list's own key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="parts")
    sort = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["intake", "sort", "number"], name="intake_part_once"),
        )

    def __str__(self) -> str:
        return f"{self.sort} {self.number}"


class Coming(models.Model):
    """A list whose rows are being committed in portions on SQLite: nobody sees them until it goes.

    ``event`` is the key of the event by which it will be accepted, and which is not there yet.
    ``alive_at`` is when the last portion was written; who has ``given_up`` a list may write no more
    of it, and its rows are taken away.
    """

    event = models.UUIDField(primary_key=True, editable=False)
    alive_at = models.DateTimeField()
    given_up = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[Self]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.event}{' (given up)' if self.given_up else ''}"


class ColumnMeaning(Happening):
    """What somebody said that a column asks, in tables whose headings are just these.

    ``layout`` is the digest of all headings, ``digest`` that of the column's own from the top level
    down: a file's words may name somebody and are not kept. ``meaning`` is a field, a level of
    division, a kind (of what a row is about), or a dash for a column that is left.
    """

    user = models.ForeignKey("ledger.User", null=True, on_delete=models.PROTECT, related_name="+")
    layout = models.CharField(max_length=32)
    digest = models.CharField(max_length=32)
    meaning = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["layout", "digest"],
                condition=models.Q(superseded_at__isnull=True),
                name="column_meaning_once",
            ),
        )
        indexes = (models.Index(fields=["fact"], name="column_meaning_fact"),)

    def __str__(self) -> str:
        return self.meaning
