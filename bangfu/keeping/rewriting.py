"""What was erased leaves PostgreSQL's files when its tables are written anew.

SQLite overwrites what it deletes. PostgreSQL keeps old rows in its tables until those are written
anew, and in its write-ahead log until the segments are used again (docs/manual/operate.md).
"""

from __future__ import annotations

import contextlib
import time

from django.db import OperationalError, connection

from bangfu.ledger.actions import erasing
from bangfu.ledger.actions import work as works
from bangfu.ledger.actions.event import By, Refused

#: How long to wait for those who still read what was there before, and for a table.
_PATIENCE, _STEP = 10.0, 0.2


def rewrite() -> bool:
    """Write every table anew in which something of somebody stood; whether no old row is left.

    Each is closed while that lasts. On SQLite there is nothing to do.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return True
    alone = _nobody_reads_the_old()
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = %s", [f"{_PATIENCE:.0f}s"])
        try:
            for table in erasing.tables():
                cursor.execute(f'VACUUM (FULL, ANALYZE) "{table}"')
            # Common values of a column are kept there too, and the old ones, which went just now,
            # until it is rewritten.
            alone = _nobody_reads_the_old() and alone
            cursor.execute("VACUUM (FULL) pg_statistic")
        except OperationalError:
            alone = False
        finally:
            cursor.execute("RESET lock_timeout")
    return alone


def in_background() -> None:
    """Ask a worker for it, in the name of the server; on SQLite there is nothing to do."""
    if connection.vendor == "postgresql":
        with contextlib.suppress(Refused):  # it waits already
            works.ask(by=By(None, "desk"), kind="rewrite")


def _nobody_reads_the_old() -> bool:
    """Wait until nobody sees a state of before now; False when it takes long.

    Whoever writes, in another database of the server too, holds back what all may see. Asked twice:
    while the list is read somebody may begin behind the reader, held back by one who then ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::xid::text")
        now = cursor.fetchone()
        assert now is not None
        until = time.monotonic() + _PATIENCE
        before = False
        while time.monotonic() < until:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                "AND (age(backend_xid) > age(%s::xid) "
                "OR datname = current_database() AND age(backend_xmin) > age(%s::xid))",
                [now[0], now[0]],
            )
            nobody = cursor.fetchone() == (0,)
            if nobody and before:
                return True
            before = nobody
            if not nobody:
                time.sleep(_STEP)
    return False
