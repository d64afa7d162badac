"""Work that goes on in the background: asked for, taken up by a worker, followed, ended."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models

from bangfu.ledger.clock import new_id


class Work(models.Model):
    """One piece of work. Who asked for it and how it ended stand in the journal; this row is where
    worker and page meet, and what it says on the way is no fact.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=32)
    #: The list that it is about; None for what concerns the whole installation.
    about = models.ForeignKey(
        "ledger.Intake", null=True, on_delete=models.CASCADE, related_name="works"
    )
    #: The file that it makes; None for any other work.
    download = models.ForeignKey(
        "ledger.Download", null=True, on_delete=models.CASCADE, related_name="works"
    )
    by = models.ForeignKey("ledger.User", null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=12, default="waiting")
    done = models.PositiveBigIntegerField(default=0)
    of = models.PositiveBigIntegerField(null=True)
    #: What it says of itself, in both languages.
    message: Any = models.JSONField(default=dict)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    #: When its worker last gave a sign of life.
    beat_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=80, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    to_cancel = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=("waiting", "running", "done", "failed", "cancelled")),
                name="work_state_known",
            ),
            # The same is asked for once at a time; two at the same moment are one.
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(
                    state__in=("waiting", "running"), about__isnull=True, download__isnull=True
                ),
                name="work_once_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["download"],
                condition=models.Q(state__in=("waiting", "running")),
                name="work_once_for_a_file",
            ),
            models.UniqueConstraint(
                fields=["about"],
                condition=models.Q(state__in=("waiting", "running")),
                name="work_once_for_a_list",
            ),
        )
        indexes = (models.Index(fields=["state", "asked_at"], name="work_state"),)

    def __str__(self) -> str:
        return f"{self.kind}, {self.state}"
