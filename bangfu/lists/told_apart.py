"""The days, weeks or months of happenings that are told apart, read by the database."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.db.models.functions import TruncMonth, TruncWeek


def period_column(field: str) -> Any:
    """The day of a happening, or the first day of its week or month."""
    return {"day": F, "week": TruncWeek, "month": TruncMonth}[field]("date")
