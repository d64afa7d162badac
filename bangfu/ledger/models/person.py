"""Persons: one dated sheet for each collection."""

from __future__ import annotations

from typing import Any

from django.db import models

from bangfu.ledger.models.base import Span, days_in_order, grain, standing

#: What the sheet asks besides since it follows the field's own collection form.
_LATER = (
    "school", "labour", "work_kind", "work_months", "monthly_pay", "public_post", "post_months",
    "resident_insured", "employee_insured", "illness_insured", "resident_pension",
    "employee_pension", "allowance", "destitute", "health", "disability", "came", "gone",
    "unschooled", "work_began", "work_ended", "employer", "industry", "work_channel",
    "point_to_point",
)  # fmt: skip


class Person(Span):
    """What was collected about a person. Name and registered place stand on the subject.

    Identity number and phone are sealed under the person's own key; their indexes serve exact
    search. ``wishes`` is what the person says in his or her own words (wishes and barriers), also
    sealed, as are ``health``, a class and never a diagnosis, and the disability certificate.
    ``work_region`` is the self-reported workplace, by county at the finest; ``monthly_pay`` is in
    fen.
    ``wiped`` names what erasing emptied, for conditions that ask whether it was known.
    """

    fact: Any = models.ForeignKey(
        "ledger.Subject", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sex = models.CharField(max_length=1, blank=True)
    birth = models.DateField(null=True, blank=True)
    education = models.CharField(max_length=24, blank=True)
    household = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    relation = models.CharField(max_length=24, blank=True)
    living_place = models.ForeignKey(
        "ledger.Place", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    work_region = models.CharField(max_length=60, blank=True)
    work_reported = models.DateField(null=True, blank=True)
    identity = models.BinaryField(null=True, blank=True)
    identity_index = models.BinaryField(max_length=16, null=True, blank=True)
    phone = models.BinaryField(null=True, blank=True)
    phone_index = models.BinaryField(max_length=16, null=True, blank=True)
    wishes = models.BinaryField(null=True, blank=True)
    school = models.CharField(max_length=24, blank=True)
    labour = models.CharField(max_length=24, blank=True)
    work_kind = models.CharField(max_length=24, blank=True)
    work_months = models.PositiveSmallIntegerField(null=True, blank=True)
    monthly_pay = models.BigIntegerField(null=True, blank=True)
    public_post = models.CharField(max_length=24, blank=True)
    post_months = models.PositiveSmallIntegerField(null=True, blank=True)
    resident_insured = models.BooleanField(null=True, blank=True)
    employee_insured = models.BooleanField(null=True, blank=True)
    illness_insured = models.BooleanField(null=True, blank=True)
    resident_pension = models.BooleanField(null=True, blank=True)
    employee_pension = models.BooleanField(null=True, blank=True)
    allowance = models.CharField(max_length=24, blank=True)
    destitute = models.CharField(max_length=24, blank=True)
    health = models.BinaryField(null=True, blank=True)
    disability = models.BinaryField(null=True, blank=True)
    came = models.CharField(max_length=24, blank=True)
    gone = models.CharField(max_length=24, blank=True)
    unschooled = models.CharField(max_length=24, blank=True)
    work_began = models.DateField(null=True, blank=True)
    work_ended = models.DateField(null=True, blank=True)
    employer = models.CharField(max_length=60, blank=True)
    industry = models.CharField(max_length=40, blank=True)
    work_channel = models.CharField(max_length=24, blank=True)
    point_to_point = models.BooleanField(null=True, blank=True)
    source = models.CharField(max_length=100, blank=True)
    wiped = models.CharField(max_length=600, blank=True)
    grain = grain()

    personal = (
        "sex",
        "birth",
        "education",
        "relation",
        "work_region",
        "identity",
        "identity_index",
        "phone",
        "phone_index",
        "wishes",
        "source",
        *_LATER,
    )
    words = ("source",)
    later = ("wiped", "grain", *_LATER)

    class Meta:
        constraints = (days_in_order("person"),)
        indexes = (
            models.Index(fields=["fact"], name="person_fact"),
            standing("identity_index", name="person_identity"),
            standing("phone_index", name="person_phone"),
            standing("household", name="person_household"),
        )
