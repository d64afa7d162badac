"""How far a piece of work is: counted by who does it, written down beside, stopped from outside."""

from __future__ import annotations

import threading
from types import TracebackType

from django.db import DatabaseError, InterfaceError, connection

from bangfu.ledger.actions import work as works
from bangfu.ledger.models import Work

#: How often the worker gives a sign of life, in seconds.
EVERY = 1.0


class Cancelled(Exception):
    """Somebody asked that the work be stopped, or another worker has taken it up."""


class Interrupted(Exception):
    """The worker is told to end; the work is put back for the next one."""


class Progress:
    """Counts what is done. A thread of its own writes it down: the work may read one state of the
    database from first to last, and nothing can be written in the middle of that.
    """

    def __init__(self, work: Work, ended: threading.Event | None = None) -> None:
        self.work, self.ended = work, ended or threading.Event()
        self.stopped, self.through = False, threading.Event()
        self.thread = threading.Thread(target=self._beating, daemon=True)

    def expect(self, of: int) -> None:
        """Say how much there is to do."""
        self.work.of = of

    def add(self, count: int) -> None:
        """So much more is done; raises where the work is to stop."""
        self.work.done += count
        if self.stopped:
            raise Cancelled
        if self.ended.is_set():
            raise Interrupted

    def beat(self) -> None:
        """Write down how far it is, and look whether it is to stop."""
        self.stopped = self.stopped or not works.beat(self.work)

    def _beating(self) -> None:
        try:
            while not self.through.wait(EVERY):
                try:
                    self.beat()
                except (DatabaseError, InterfaceError):
                    connection.close()  # away for a while: the next beat tries anew
        finally:
            connection.close()

    def __enter__(self) -> Progress:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.through.set()
        self.thread.join()
