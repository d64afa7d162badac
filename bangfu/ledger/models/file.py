"""Files: photos and papers that show or prove something about a subject."""

from __future__ import annotations

from django.db import models

from bangfu.ledger.models.base import Happening, grain, standing


class File(Happening):
    """A photo, or a paper as it was brought, about one subject; ``date`` is the day it tells of.

    What is in it lies in the data folder, sealed under a key of its own; that key is ``secret``,
    sealed under the subject's. ``digest`` and ``small_digest`` stand for the sealed bytes of the
    whole and of its thumbnail, and name them. ``people`` says whether a photo shows persons, and
    on what ground: "agreed" with a ``consent``, "unasked" until they are blurred, then "blurred".
    ``size`` is in bytes, ``width`` and ``height`` in pixels.
    """

    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    activity = models.ForeignKey(
        "ledger.Activity", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    need = models.ForeignKey(
        "ledger.Need", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(max_length=100, blank=True)
    form = models.CharField(max_length=8)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    people = models.CharField(max_length=8, default="none")
    consent = models.ForeignKey(
        "ledger.Consent", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    secret = models.BinaryField(null=True, blank=True)
    digest = models.CharField(max_length=64)
    small_digest = models.CharField(max_length=64, blank=True)
    grain = grain()

    personal = ("title", "secret")
    words = ("title",)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(people="agreed", consent__isnull=False)
                | models.Q(people__in=("none", "unasked", "blurred"), consent__isnull=True),
                name="file_people_agreed",
            ),
            models.CheckConstraint(
                condition=models.Q(form__in=("photo", "pdf", "docx", "xlsx")),
                name="file_form_known",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="file_fact"),
            standing("subject", "date", name="file_subject"),
            standing("activity", name="file_activity"),
            standing("need", name="file_need"),
        )
