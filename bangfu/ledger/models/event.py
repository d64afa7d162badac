"""The journal: one event for each action, sealed into a chain shortly after it is committed."""

from __future__ import annotations

from django.db import models

from bangfu.ledger.clock import new_id


class Seal(models.Model):
    """A link of the chain: the digest of a batch of events and of the link before it."""

    number = models.BigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    events = models.PositiveIntegerField()
    head = models.BinaryField(max_length=32)
    suite = models.CharField(max_length=4)
    proof = models.BinaryField(max_length=16)

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number}:{bytes(self.head).hex()}"


class Event(models.Model):
    """Who did what, when, through which door, for what purpose; no personal value stands here.

    ``id`` is the key that the client may choose: the same key again changes nothing.
    ``fields`` names what changed, by table; ``outcome`` holds keys, so that a repeated action can
    answer as the first did. ``asked`` binds what was asked under the client's key, by a salt that
    is kept apart; without such a key it is empty. ``suite`` names the hash of its own digest and
    of its rows' digests. ``proof`` is keyed bytes over it and its rows, which nobody writes who
    has only the database.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    by = models.ForeignKey("ledger.User", null=True, on_delete=models.PROTECT, related_name="+")
    door = models.CharField(max_length=16)
    verb = models.CharField(max_length=64)
    about_kind = models.CharField(max_length=24, blank=True)
    about = models.UUIDField(null=True)
    purpose = models.CharField(max_length=200, blank=True)
    fields = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    asked = models.BinaryField(max_length=32)
    suite = models.CharField(max_length=4)
    proof = models.BinaryField(max_length=16)
    seal = models.ForeignKey(Seal, null=True, on_delete=models.PROTECT, related_name="members")

    class Meta:
        indexes = (
            models.Index(fields=["about", "at"], name="event_about"),
            models.Index(fields=["at"], name="event_at"),
            models.Index(
                fields=["at", "id"], name="event_unsealed", condition=models.Q(seal__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d %H:%M:%S}"


class AskedSalt(models.Model):
    """The salt of what an event was asked under a client's key.

    It goes when somebody is erased of whom the event told: then nobody can check a guess any more.
    """

    event = models.OneToOneField(
        Event, primary_key=True, on_delete=models.PROTECT, related_name="asked_salt"
    )
    salt = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return str(self.event_id)


class EventRows(models.Model):
    """The rows of one table that an event wrote: for each, its key and its digest afterwards.

    ``rows`` is a run of 32-byte records, 16 bytes of the row's key and 16 of its digest, in the
    order of the keys; a bulk upload of 100,000 rows is one such record of 3.2 MB.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="rows")
    table = models.CharField(max_length=32)
    at = models.DateTimeField()
    rows = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["event", "table"], name="event_rows_one_per_table"),
        )
        indexes = (models.Index(fields=["table", "at"], name="event_rows_latest"),)

    def __str__(self) -> str:
        return f"{self.table}: {len(bytes(self.rows)) // 32}"
