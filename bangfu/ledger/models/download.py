"""Large lists that were asked for as a file, made in the background and fetched by their asker."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models

from bangfu.ledger.clock import new_id


class Download(models.Model):
    """One list that somebody asked for as a workbook, until it is let go.

    Who asked, for what and how often it was fetched stands in the journal; this row is where page
    and worker meet. ``asked`` is the question with all that the maker must know, ``pieces`` and
    ``held`` are the digests of the sealed bytes of the file and of the keys of its rows. They lie
    under ``secret``, a key of its own sealed under the master key and ``salt``; all of it is
    emptied when the file is let go, at the latest after its term.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("ledger.User", null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    kind = models.CharField(max_length=32)
    programme = models.ForeignKey(
        "ledger.Programme", null=True, on_delete=models.PROTECT, related_name="+"
    )
    entry = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=200)
    rows = models.PositiveIntegerField()
    asked = models.BinaryField(null=True)
    salt = models.BinaryField(max_length=32, null=True)
    secret = models.BinaryField(null=True)
    pieces: Any = models.JSONField(default=list)
    held: Any = models.JSONField(default=list)
    size = models.PositiveBigIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, salt__isnull=False)
                | models.Q(salt__isnull=True, secret__isnull=True, asked__isnull=True),
                name="download_ended_is_empty",
            ),
        )
        indexes = (models.Index(fields=["user", "asked_at"], name="download_user"),)

    def __str__(self) -> str:
        return f"{self.kind}, {self.rows}"
