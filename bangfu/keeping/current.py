"""What is worked out of the rows is kept up with them, beside the pages that show it."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import suppress
from time import perf_counter

from django.db import connection

from bangfu.keeping.planner import look_at_new_tables
from bangfu.ledger import clock
from bangfu.ledger.actions.event import By
from bangfu.lists.checking import Rests, check
from bangfu.lists.freshening import freshen
from bangfu.lists.marks import marks_now

#: After so long all rules are asked whether they are to be asked anew.
AGAIN = dt.timedelta(minutes=2)
#: After each piece so many times as long as it took is left to those who wait for a page. The more
#: they ask for, the longer a piece takes, and the longer the rest.
REST = 3


class _Ended(Exception):
    """The worker is told to end: what it is at is left for another time."""


class Keeping:
    """Counts anew what pages wanted newer, and holds what was written since against the rules.

    Asks first whether anything was written. Before the rules PostgreSQL looks at tables that are
    new to it, so that neither they nor pages are planned as if these were empty. What takes long
    in a large county waits up to a minute, so the rules are asked again after that.
    """

    def __init__(self) -> None:
        self.seen: tuple[object, ...] = ()
        self.until = clock.now()

    def go_on(self, ended: threading.Event) -> None:
        """One look, until told to end."""
        _on_one_core()
        began = perf_counter()

        def rest(took: float) -> None:
            nonlocal began
            if ended.wait(took * REST):
                raise _Ended
            began = perf_counter()

        with suppress(_Ended):
            for _ in self._pieces(rest):
                rest(perf_counter() - began)

    def _pieces(self, rest: Rests) -> Iterator[None]:
        """A figure or a rule at a time; figures go first, since somebody looks at them.

        A rule that finds much rests between the events that it writes.
        """
        yield from freshen()
        if clock.now() < self.until and self.seen == self._now():
            return
        look_at_new_tables()
        for _ in check(by=By(None, "command"), rest=rest):
            yield
            yield from freshen()
        self.seen, self.until = self._now(), clock.now() + AGAIN

    def _now(self) -> tuple[object, ...]:
        return clock.today(), marks_now()


def _on_one_core() -> None:
    """Let PostgreSQL not share what is counted here out over all cores, which the pages need."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0")
