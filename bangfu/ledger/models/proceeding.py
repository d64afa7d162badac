"""Proceedings: a workflow of a programme carried out for one subject or paper, step by step."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.ledger.models.base import Happening, Span, days_in_order, grain, standing

OUTCOMES = ("", "done", "refused", "dropped")
RESULTS = ("", "done", "refused", "returned", "free", "lapsed")
ASKS = ("text", "review", "signature", "issue")
_ABOUT_ONE = Q(subject__isnull=False, document__isnull=True) | Q(
    subject__isnull=True, document__isnull=False
)
#: Leave belongs to no programme, everything else to one.
_OF_ONE_PROGRAMME = Q(programme__isnull=False, stint__isnull=True) | Q(
    programme__isnull=True, stint__isnull=False, document__isnull=True
)


class Proceeding(Span):
    """A workflow that was started for a subject, perhaps for one of its needs; or that of a paper.

    ``document``: it is the way of that paper from draft to issue, and about no subject.
    ``handover``: it is the way on which somebody who helps the subject hands over. ``stint``: it is
    the way on which leave of the subject is approved, and of no programme. ``urgent``: it goes
    through the green channel, where help comes before papers. ``due`` is the last day of the whole;
    ``outcome`` what it came to, once it has ended.
    """

    programme = models.ForeignKey(
        "ledger.Programme", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=60)
    subject = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    document = models.ForeignKey(
        "ledger.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    need = models.ForeignKey(
        "ledger.Need", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    handover = models.ForeignKey(
        "ledger.Handover", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    stint = models.ForeignKey(
        "ledger.Stint", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    urgent = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    due = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=8, blank=True)
    grain = grain()

    personal = ("reason",)
    words = ("reason",)
    later = ("handover_id", "document_id", "stint_id")

    @classmethod
    def so_on(cls, on: object) -> Q:
        """Begun by that day, and perhaps ended since."""
        return Q(began__lte=on)

    class Meta:
        constraints = (
            days_in_order("proceeding"),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=OUTCOMES[1:], ended__isnull=False),
                name="proceeding_outcome_known",
            ),
            models.UniqueConstraint(
                fields=["handover"],
                condition=Q(superseded_at__isnull=True, handover__isnull=False),
                name="proceeding_handed_over_once",
            ),
            models.CheckConstraint(condition=_ABOUT_ONE, name="proceeding_about_one"),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(superseded_at__isnull=True, document__isnull=False),
                name="proceeding_of_paper_once",
            ),
            models.CheckConstraint(condition=_OF_ONE_PROGRAMME, name="proceeding_of_one_programme"),
            models.UniqueConstraint(
                fields=["stint"],
                condition=Q(superseded_at__isnull=True, stint__isnull=False),
                name="proceeding_of_leave_once",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="proceeding_fact"),
            standing("subject", name="proceeding_subject"),
            standing("programme", "name", "began", name="proceeding_programme"),
        )


class Handling(Happening):
    """One step of a proceeding: opened on ``date``, to be done by ``due``, and what became of it.

    ``organisation`` is the unit whose step it is; ``party`` whoever is asked by name, as is the
    successor of a hand-over, and the writer of a paper. ``stint``: the leave that is to be approved
    there. ``asks``: what is asked of a paper there (a
    text, a review, a signature, its issue). ``result`` is empty while the step is open; of one that
    was returned ``back_to`` names the step to which the proceeding went back. ``until``: how long
    the step stands (a public notice) before what comes after it may be done. ``again``: a return
    or a change of the text opened it, so what came after it before no longer counts.
    """

    proceeding = models.ForeignKey("ledger.Proceeding", on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(
        "ledger.Programme", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    subject = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    document = models.ForeignKey(
        "ledger.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    stint = models.ForeignKey(
        "ledger.Stint", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asks = models.CharField(max_length=12, blank=True)
    step = models.CharField(max_length=60)
    organisation = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    party = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due = models.DateField(null=True, blank=True)
    again = models.BooleanField(default=False)
    asked = models.CharField(max_length=300, blank=True)
    closed = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    result = models.CharField(max_length=8, blank=True)
    who = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    evidence = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    back_to = models.CharField(max_length=60, blank=True)
    file = models.ForeignKey(
        "ledger.File", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    grain = grain()

    personal = ("asked", "evidence", "reason")
    words = ("asked", "evidence", "reason")
    later = ("party_id", "document_id", "asks", "stint_id")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(result="", closed__isnull=True)
                | Q(result__in=RESULTS[1:], closed__isnull=False, closed__gte=F("date")),
                name="handling_closed_with_its_day",
            ),
            models.CheckConstraint(
                condition=Q(result="returned") & ~Q(back_to="") | ~Q(result="returned"),
                name="handling_returned_somewhere",
            ),
            models.UniqueConstraint(
                fields=["proceeding", "step"],
                condition=Q(superseded_at__isnull=True, closed__isnull=True),
                name="handling_open_once",
            ),
            models.CheckConstraint(
                condition=_ABOUT_ONE
                & (Q(document__isnull=True, asks="") | Q(document__isnull=False, asks__in=ASKS)),
                name="handling_about_one",
            ),
            models.CheckConstraint(condition=_OF_ONE_PROGRAMME, name="handling_of_one_programme"),
        )
        indexes = (
            models.Index(fields=["fact"], name="handling_fact"),
            standing("proceeding", name="handling_proceeding"),
            standing("subject", name="handling_subject"),
            standing("programme", "due", name="handling_programme"),
            standing("organisation", "due", name="handling_organisation"),
            standing("document", name="handling_document"),
            standing("stint", name="handling_stint"),
        )
