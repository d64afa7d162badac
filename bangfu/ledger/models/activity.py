"""Activities: what was done on a day, where, by whom and for whom."""

from __future__ import annotations

from django.db import models

from bangfu.ledger.models.base import Fact, Happening, grain, standing


class Activity(Happening):
    """A visit, talk, call, meeting, training, clinic day or report.

    ``people`` is the number present as counted on the spot, whoever of them is known by name.
    ``private_note`` is sealed under the key of the one subject it is about; ``note`` and
    ``answers`` are in clear, and go when the only one whom it was for is erased.
    """

    programme = models.ForeignKey(
        "ledger.Programme", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=24)
    topic = models.CharField(max_length=40, blank=True)
    mode = models.CharField(max_length=24, blank=True)
    place = models.ForeignKey(
        "ledger.Place", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    measure = models.ForeignKey(
        "ledger.Measure", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    people = models.PositiveIntegerField(null=True, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    note = models.CharField(max_length=500, blank=True)
    private_note = models.BinaryField(null=True, blank=True)
    grain = grain()

    personal = ("note", "answers", "private_note")
    words = ("note", "topic", "answers")
    later = ("grain",)

    class Meta:
        verbose_name_plural = "activities"
        indexes = (
            models.Index(fields=["fact"], name="activity_fact"),
            standing("programme", "kind", "date", name="activity_programme"),
            standing("place", "date", name="activity_place"),
            standing("organisation", "date", name="activity_organisation"),
            standing("date", name="activity_date"),
        )


class Participant(Fact):
    """A subject's part in an activity: who did it, for whom, who attended, in which role."""

    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=12)
    role = models.CharField(max_length=40, blank=True)

    personal = ("role",)

    @classmethod
    def so_on(cls, on: object) -> models.Q:
        """A part is believed or not; its day is the activity's."""
        return models.Q()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(part__in=("who", "whom", "attendee", "absent")),
                name="participant_part_known",
            ),
            models.UniqueConstraint(
                # The subject first: a subject has few parts, a list may hold many activities.
                fields=["subject", "activity", "part"],
                condition=models.Q(superseded_at__isnull=True),
                name="participant_once",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="participant_fact"),
            models.Index(fields=["activity"], name="participant_activity"),
        )
