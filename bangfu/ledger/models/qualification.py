"""Qualifications: certificates and licences of a person, and where they are used."""

from __future__ import annotations

from django.db import models

from bangfu.ledger.models.base import Span, days_in_order, grain, standing


class Qualification(Span):
    """A certificate or licence of a person; without a last day it holds for good.

    ``number`` is sealed under the person's key, since it often holds the identity number.
    """

    person = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)
    title = models.CharField(max_length=60, blank=True)
    number = models.BinaryField(null=True, blank=True)
    issuer = models.CharField(max_length=80, blank=True)
    end_reason = models.CharField(max_length=24, blank=True)
    grain = grain()

    personal = ("title", "number", "issuer")
    words = ("title", "issuer")

    class Meta:
        constraints = (days_in_order("qualification"),)
        indexes = (
            models.Index(fields=["fact"], name="qualification_fact"),
            standing("person", "kind", name="qualification_person"),
            standing("ended", name="qualification_ending"),
        )


class Practice(Span):
    """Where somebody is registered to practise: in an organisation, at a site, or both."""

    person = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)
    organisation = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    site = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    main = models.BooleanField(null=True, blank=True)
    sessions = models.CharField(max_length=60, blank=True)
    grain = grain()

    personal = ("sessions",)
    words = ("sessions",)

    class Meta:
        constraints = (
            days_in_order("practice"),
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=False) | models.Q(site__isnull=False),
                name="practice_somewhere",
            ),
        )
        indexes = (
            models.Index(fields=["fact"], name="practice_fact"),
            standing("person", "kind", name="practice_person"),
            standing("organisation", name="practice_organisation"),
            standing("site", name="practice_site"),
        )
