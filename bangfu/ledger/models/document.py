"""Documents: papers in draft, and issued papers with the readings they froze."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bangfu.ledger.clock import new_id
from bangfu.ledger.models.base import Happening, grain, standing


class Document(Happening):
    """A paper of a programme. Once issued it is never changed: a correction is a new paper.

    ``body`` holds the prose with its figure marks; ``date`` is the day it speaks of (``on``) and
    ``known_at`` when it was issued. ``head`` is the journal's head printed on it, ``signature``
    what was kept of it when it was signed.
    """

    programme = models.ForeignKey("ledger.Programme", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    status = models.CharField(max_length=12, default="draft")
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)
    known_at = models.DateTimeField(null=True, blank=True)
    body = models.JSONField(default=dict)
    issued_by = models.ForeignKey(
        "ledger.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    head = models.CharField(max_length=90, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    signature = models.ForeignKey(
        "ledger.DocumentStep", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    grain = grain()

    words = ("title", "body")
    later = ("grain", "signature_id")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(status="draft", number__isnull=True)
                | Q(status="issued", number__isnull=False, known_at__isnull=False),
                name="document_issued_whole",
            ),
            models.UniqueConstraint(
                fields=["programme", "name", "year", "number"],
                condition=Q(superseded_at__isnull=True, status="issued"),
                name="document_number_once",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="document_fact"),
            standing("programme", "name", name="document_programme"),
        )


class DocumentStep(Happening):
    """What a step of a paper keeps of its text: the figures it was handed in with, or who signed.

    The steps themselves are handlings; this is their imprint, to which an issued paper points. It
    holds for the text that stood when it was made. Versions before 0.3 wrote returns and approvals
    here too, with their reasons. ``known_at`` and ``readings`` are there where the figures of the
    text were frozen: each with its value, how many rows, and the digests of these and of its table.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=12)
    reason = models.CharField(max_length=300, blank=True)
    signer = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    post = models.CharField(max_length=120, blank=True)
    known_at = models.DateTimeField(null=True, blank=True)
    readings = models.JSONField(null=True, blank=True)
    grain = grain()

    words = ("reason", "post")
    later = ("known_at", "readings")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(step__in=("handed_in", "returned", "approved"), signer__isnull=True)
                | Q(step="signed", signer__isnull=False),
                name="document_step_known",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="document_step_fact"),
            standing("document", "recorded_at", name="document_step_of"),
        )


class FrozenReading(models.Model):
    """A figure as an issued paper gave it: how it was asked, what it was, and of which rows.

    ``rows`` holds the keys of the rows themselves while they are few; ``rows_digest`` always
    stands for all of them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="readings")
    event = models.ForeignKey("ledger.Event", on_delete=models.PROTECT, related_name="+")
    place_in_text = models.PositiveSmallIntegerField()
    figure = models.CharField(max_length=40)
    question = models.JSONField()
    words = models.CharField(max_length=400)
    on = models.DateField()
    known_at = models.DateTimeField()
    value = models.CharField(max_length=60)
    count = models.PositiveIntegerField()
    rows_digest = models.CharField(max_length=64)
    rows = models.JSONField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["document", "place_in_text"], name="frozen_reading_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.figure}: {self.value}"


class FrozenTable(models.Model):
    """The table that a frozen reading was printed as, cell by cell.

    ``head`` holds the caption, the columns and the words of the total. While rows are few, ``rows``
    holds of each its key, a digest of its cells as printed, and the cells: a plain value in clear,
    but of a cell that tells of persons only their keys, so that erasing leaves no name in it.
    Of many rows ``digests`` holds a run of 32-byte records, 16 of the key and 16 of the digest.
    Rows stand in the order in which they were printed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reading = models.OneToOneField(FrozenReading, on_delete=models.PROTECT, related_name="table")
    event = models.ForeignKey("ledger.Event", on_delete=models.PROTECT, related_name="+")
    head = models.JSONField()
    rows = models.JSONField(null=True)
    digests = models.BinaryField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(rows__isnull=False, digests__isnull=True)
                | Q(rows__isnull=True, digests__isnull=False),
                name="frozen_table_whole_or_digested",
            ),
        )

    def __str__(self) -> str:
        return f"table of {self.reading}"
