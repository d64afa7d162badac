"""A made-up county of some size, taken back afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from benchmarks import county
from benchmarks.county import County

SMALL, LARGER = 300, 1_000


@contextmanager
def made(blocker: Any, count: int) -> Iterator[County]:
    """A county, taken back afterwards."""
    with blocker.unblock():
        frame = transaction.atomic()
        frame.__enter__()
        try:
            entered = county.enter(count)
            if connection.vendor == "postgresql":
                # What a server does by itself after a while, and cannot within one transaction.
                connection.cursor().execute("ANALYZE")
            yield entered
        finally:
            transaction.set_rollback(True)
            frame.__exit__(None, None, None)
