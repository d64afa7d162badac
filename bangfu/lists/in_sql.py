"""A question as the database reads it, with what tells it from all others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class InSql:
    """A question with what tells it from others, so that it is answered once within a page."""

    sql: str
    parameters: str
    values: Sequence[Any] = field(compare=False, repr=False)
    of: QuerySet[Any] = field(compare=False, repr=False)

    @classmethod
    def by(cls, rows: QuerySet[Any]) -> InSql | None:
        """The question for some rows; None where there can be none."""
        try:
            sql, values = rows.query.sql_with_params()
        except EmptyResultSet:
            return None
        return cls(sql, repr(values), values, rows)
