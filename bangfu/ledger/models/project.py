"""Projects: what is built or bought for a place, its states over time, and its parts."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bangfu.ledger.models.base import Happening, Span, days_in_order, grain, standing


class Project(Happening):
    """A project of a county's store; ``date`` is the day on which it was entered there.

    ``estimate`` and ``contract_sum`` are in fen. What is planned, received and paid for it are
    entries of funds; how far it is are its states.
    """

    programme = models.ForeignKey(
        "ledger.Programme", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    number = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=100)
    kind = models.CharField(max_length=32)
    nature = models.CharField(max_length=16, blank=True)
    place = models.ForeignKey("ledger.Place", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answerable = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approval = models.CharField(max_length=60, blank=True)
    estimate = models.BigIntegerField(null=True, blank=True)
    tender = models.CharField(max_length=24, blank=True)
    contractor = models.CharField(max_length=80, blank=True)
    contract = models.CharField(max_length=60, blank=True)
    contract_sum = models.BigIntegerField(null=True, blank=True)
    start = models.DateField(null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    households = models.PositiveIntegerField(null=True, blank=True)
    people = models.PositiveIntegerField(null=True, blank=True)
    grain = grain()

    words = ("title", "contractor")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(estimate__isnull=True) | Q(estimate__gt=0),
                name="project_estimate_above_nothing",
            ),
            models.CheckConstraint(
                condition=Q(contract_sum__isnull=True) | Q(contract_sum__gt=0),
                name="project_contract_above_nothing",
            ),
            models.CheckConstraint(
                condition=Q(start__isnull=True) | Q(due__isnull=True) | Q(due__gte=F("start")),
                name="project_days_in_order",
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(superseded_at__isnull=True) & ~Q(number=""),
                name="project_number_once",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="project_fact"),
            standing("place", "date", name="project_place"),
            standing("owner", name="project_owner"),
            standing("answerable", name="project_answerable"),
        )


class ProjectState(Span):
    """How far a project is, from a day on; ``paper`` is what says so (approval, acceptance)."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16)
    paper = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (days_in_order("project_state"),)
        indexes = (
            models.Index(fields=["fact"], name="project_state_fact"),
            standing("project", "began", name="project_state_project"),
        )


class ProjectPart(Happening):
    """What a project is to build or buy at one place: how much, and how much of it is done.

    ``date`` is the day on which it was planned, ``done_on`` that by which ``done`` was done.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("ledger.Place", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=60)
    unit = models.CharField(max_length=12)
    planned = models.DecimalField(max_digits=14, decimal_places=2)
    done = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(planned__gt=0), name="project_part_above_nothing"),
            models.CheckConstraint(
                condition=Q(done__isnull=True, done_on__isnull=True)
                | Q(done__gte=0, done_on__isnull=False),
                name="project_part_done_on_a_day",
            ),
            models.UniqueConstraint(
                fields=["project", "place", "title"],
                condition=Q(superseded_at__isnull=True),
                name="project_part_once",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="project_part_fact"),
            standing("place", name="project_part_place"),
        )
