"""What does the work in the background: beside the server, or as processes of their own.

``bangfu serve`` starts one and ends it with itself. ``bangfu work`` runs one more in the
foreground, on PostgreSQL as many as one likes; on SQLite one at a time works, and others wait.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import click

from bangfu.jobs.beside import alone, stand_by
from bangfu.jobs.command import stand_up
from bangfu.jobs.console import Verb, tell
from bangfu.keeping.room import roomy

KIND = "bangfu.jobs.worker"
#: Pages go first: by so much a worker beside them is less urgent. On SQLite others wait for what it
#: writes, so it is not to be kept from it for long.
_LATER = {"sqlite": 5, "postgresql": 15}


def run(ended: threading.Event) -> None:
    """Work until told to end."""
    from django.conf import settings
    from django.db import connection

    from bangfu.keeping import work

    if connection.vendor != "sqlite":
        work.run(ended)
        return
    with alone(Path(settings.BANGFU_DATA) / "worker.lock", ended) as mine:
        if mine:
            work.run(ended)


@click.command(cls=Verb)
def work() -> None:
    """Do the work that waits in the background, until SIGTERM or SIGINT.

    A server has one worker of its own; this is one more, on this machine or another (PostgreSQL).
    """
    ended = _told_to_end()
    tell("正在等待后台任务", "Waiting for work")
    run(ended)


@roomy
def main() -> None:
    """Run until SIGTERM, SIGINT, or the end of the process that started this one."""
    from django.db import connection

    ended = _told_to_end()
    stand_up()
    os.nice(_LATER[connection.vendor])
    stand_by(int(sys.argv[1]), ended)
    run(ended)


def _told_to_end() -> threading.Event:
    """What is set when a signal asks this process to end."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    return ended


if __name__ == "__main__":
    main()
