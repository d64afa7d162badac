"""Households: one dated sheet for each collection."""

from __future__ import annotations

from typing import Any

from django.db import models

from bangfu.ledger.models.base import Span, days_in_order, grain

#: What the sheet asks besides since it follows the field's own collection form.
_LATER = (
    "monitored_as", "identified", "risks", "farmland", "irrigated", "woodland", "returned_land",
    "orchard", "pasture", "water_surface", "cooperative", "taken_along", "house_area",
    "house_grade", "relocated", "water_supply", "power", "broadcast", "toilet", "hard_road",
    "road_distance", "fuel", "risk_removed", "removed_how",
)  # fmt: skip


def _mu() -> Any:
    """A piece of land, in mu."""
    return models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)


class Household(Span):
    """What was collected about a household; its members point to it from their own sheets.

    ``risks`` are sealed, since they tell of illness: up to five in their order. Land is in mu,
    ``house_area`` in square metres, ``road_distance`` in kilometres.

    ``wiped`` names what erasing emptied, for conditions that ask whether it was known.
    """

    fact: Any = models.ForeignKey(
        "ledger.Subject", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    head = models.ForeignKey(
        "ledger.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    size = models.PositiveSmallIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=24, blank=True)
    group = models.CharField(max_length=30, blank=True)
    monitored_as = models.CharField(max_length=24, blank=True)
    identified = models.DateField(null=True, blank=True)
    risks = models.BinaryField(null=True, blank=True)
    farmland = _mu()
    irrigated = _mu()
    woodland = _mu()
    returned_land = _mu()
    orchard = _mu()
    pasture = _mu()
    water_surface = _mu()
    cooperative = models.BooleanField(null=True, blank=True)
    taken_along = models.BooleanField(null=True, blank=True)
    house_area = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    house_grade = models.CharField(max_length=24, blank=True)
    relocated = models.BooleanField(null=True, blank=True)
    water_supply = models.CharField(max_length=24, blank=True)
    power = models.BooleanField(null=True, blank=True)
    broadcast = models.BooleanField(null=True, blank=True)
    toilet = models.BooleanField(null=True, blank=True)
    hard_road = models.BooleanField(null=True, blank=True)
    road_distance = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    fuel = models.CharField(max_length=24, blank=True)
    risk_removed = models.DateField(null=True, blank=True)
    removed_how = models.CharField(max_length=24, blank=True)
    source = models.CharField(max_length=100, blank=True)
    wiped = models.CharField(max_length=400, blank=True)
    grain = grain()

    personal = ("group", "source", "risks", "monitored_as", "removed_how")
    words = ("source",)
    later = ("wiped", "grain", *_LATER)

    class Meta:
        constraints = (days_in_order("household"),)
        indexes = (models.Index(fields=["fact"], name="household_fact"),)
