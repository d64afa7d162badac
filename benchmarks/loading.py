"""The driver's own bulk path for the same rows: no index, no digest, nothing sealed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

from django.db import connection, models, transaction

from bangfu.ledger.models import Class, Enrolment, Household, Person, Subject

#: The tables that hold most of a county, and how many rows of each are written again.
TABLES: tuple[type[models.Model], ...] = (Subject, Person, Household, Enrolment, Class)
MOST = 50_000


def bare_rows_a_second(
    tables: Sequence[type[models.Model]] = TABLES, clock: Callable[[], float] = perf_counter
) -> float:
    """How many rows of some tables, a county's own, the bare driver writes in a second."""
    written, seconds = 0, 0.0
    for model in tables:
        count, took = again(model._meta.db_table, clock)
        written, seconds = written + count, seconds + took
    return written / seconds if seconds else 0.0


def again(
    table: str, clock: Callable[[], float], *, where: str = f"TRUE LIMIT {MOST}"
) -> tuple[int, float]:
    """Write the rows of a table into an empty one without any index: how many, in what time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE again AS SELECT * FROM {table} LIMIT 0")
        cursor.execute(f"SELECT * FROM {table} WHERE {where}")
        rows: list[Any] = cursor.fetchall()
        began = clock()
        if connection.vendor == "postgresql":
            with cursor.copy("COPY again FROM STDIN") as into:
                for row in rows:
                    into.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(rows[0])) if rows else ""
            if rows:
                cursor.executemany(f"INSERT INTO again VALUES ({marks})", rows)
        took = clock() - began
        cursor.execute("DROP TABLE again")
    return len(rows), took
