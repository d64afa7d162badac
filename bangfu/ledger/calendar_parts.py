"""The year, the month and the day of a date, and the days between two, read by the database itself.

On SQLite Django reads them with a function of its own in Python, ten times as long: a rule about
ages asks that of everybody several times over.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Func, IntegerField
from django.db.models.functions import ExtractDay, ExtractMonth, ExtractYear


class _Cut:
    """A part of a date, which SQLite keeps as YYYY-MM-DD."""

    #: The place of the first digit, and how many there are.
    digits: ClassVar[tuple[int, int]]
    lhs: Any

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Cut out of the text."""
        sql, parameters = compiler.compile(self.lhs)
        first, many = self.digits
        return f"CAST(substr({sql}, {first}, {many}) AS integer)", parameters


class YearOf(_Cut, ExtractYear):
    """The year of a date."""

    digits = 1, 4


class MonthOf(_Cut, ExtractMonth):
    """The month of a date."""

    digits = 6, 2


class DayOf(_Cut, ExtractDay):
    """The day of a date in its month."""

    digits = 9, 2


class DaysBetween(Func):
    """How many days lie between an earlier date and a later one, which comes first."""

    arity = 2
    arg_joiner = " - "
    template = "(%(expressions)s)"
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """By the numbers of the days, which end in a half."""
        later, earlier = (compiler.compile(one) for one in self.source_expressions)
        sql = f"CAST(julianday({later[0]}) - julianday({earlier[0]}) AS integer)"
        return sql, (*later[1], *earlier[1])
