"""The process that seals the journal shortly after each commit, and keeps its heads outside.

Once a day it clears away old log-ins and kept readings of long ago, and says what is past its term
(:mod:`bangfu.jobs.upkeep`).

It is started by ``bangfu serve`` and ends with it. One works at a time in a data folder; a second
one waits. Ended in the middle of anything, it goes on from there when it is started again.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from bangfu.jobs.beside import alone
from bangfu.jobs.command import stand_up
from bangfu.keeping.room import roomy

EVERY = 1.0
KIND = "bangfu.jobs.sealer"
log = logging.getLogger(KIND)


def run(ended: threading.Event, parent: int) -> None:
    """Seal what is committed every second until told to end or the parent is gone; then once more.

    The parent says its own number: it may be gone before this process has begun.
    """
    from django.conf import settings

    with alone(Path(settings.BANGFU_DATA) / "sealer.lock", ended) as mine:
        if not mine:
            return
        _warn_if_astray()
        upkeep = _upkeep()
        while not ended.wait(EVERY):
            _try(seal_once)
            _try(upkeep)
            if os.getppid() != parent:
                break
        _try(seal_once)


def _upkeep() -> Callable[[], object]:
    from bangfu.jobs.upkeep import Upkeep

    return Upkeep().when_due


def _try(what: Callable[[], object]) -> None:
    """Do something; a database that is away for a while is no reason to end."""
    from django.db import DatabaseError, InterfaceError, close_old_connections, connection

    try:
        what()
    except (DatabaseError, InterfaceError) as trouble:
        log.error("%s, trying again: %s", what.__name__, type(trouble).__name__)
        connection.close()
    except OSError as trouble:
        log.error("%s, trying again: %s", what.__name__, trouble.strerror)
    close_old_connections()


def seal_once() -> int:
    """Seal what awaits it and keep the new heads; returns how many heads were kept."""
    from bangfu.keeping import heads
    from bangfu.ledger.actions import journal
    from bangfu.ledger.models import Event

    if Event.objects.filter(seal__isnull=True).exists():
        journal.seal()
    return heads.keep_new(heads.file())


def _warn_if_astray() -> None:
    from bangfu.keeping import heads

    try:
        head = heads.astray(heads.file())
    except ValueError as unreadable:
        log.error("%s: %s", heads.file(), unreadable)
        return
    if head is not None:
        log.error(
            "the chain in the database does not hold head %s that was kept in %s: "
            "run bangfu journal verify",
            head.number,
            heads.file(),
        )


@roomy
def main() -> None:
    """Run until SIGTERM, SIGINT, or the end of the process that started this one."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    stand_up()
    run(ended, int(sys.argv[1]))


if __name__ == "__main__":
    main()
