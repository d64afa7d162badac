"""On SQLite no index is bounded from above by a day, since SQLite before 3.42 then counts wrongly.

Where a column of an index is asked for with IN and the next one only for at most some value, the
planner of these versions may step through the index past that value (``OP_SeekScan``, once
``ANALYZE`` was run), and rows come out that the condition excludes: who was taken in in May is
counted in April. Every question about a day has this shape. A plus before the column keeps the
condition and keeps it out of the search; what it would save is little, since most rows began
before the day that is asked about. A range with both of its ends is walked rightly and stays a
bound: what happened in a month is found by its days. See decision 0029.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual


class _FromAbove:
    """``column <= day``: the column is no bound."""

    def as_sqlite(self: Any, compiler: Any, connection: Any) -> tuple[str, Any]:
        """The comparison with a plus before its left side."""
        sql, params = self.as_sql(compiler, connection)
        return f"+{sql}", params


class _FromBelow:
    """``other >= column`` says the same from the other side."""

    def as_sqlite(self: Any, compiler: Any, connection: Any) -> tuple[str, Any]:
        """The comparison with a plus before its right side."""
        left, said = self.process_lhs(compiler, connection)
        right, asked = self.process_rhs(compiler, connection)
        sign = self.get_rhs_op(connection, f"+{right}")
        return f"{left} {sign}", [*said, *asked]


_SIDES: tuple[tuple[type, type], ...] = (
    (_FromAbove, LessThanOrEqual),
    (_FromAbove, LessThan),
    (_FromBelow, GreaterThanOrEqual),
    (_FromBelow, GreaterThan),
)


def keep_out_of_indexes() -> None:
    """Let days and instants be compared like that everywhere."""
    for side, lookup in _SIDES:
        models.DateField.register_lookup(type(lookup.__name__, (side, lookup), {}))
