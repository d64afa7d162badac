"""Somebody else at work: a visit is recorded each half second until told to stop.

``python -m benchmarks.beside FILE``, beside a ledger that something else is written into. Ends when
its standard input does, and writes into the file how long each visit took, in seconds.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter

#: From the end of one visit to the next.
PAUSE = 0.5


@contextmanager
def writer(file: Path) -> Iterator[None]:
    """Let somebody record visits meanwhile, in a process of their own."""
    command = [sys.executable, "-m", "benchmarks.beside", str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout and other.stdin
        other.stdout.readline()
        yield
        other.stdin.close()
        other.wait()


def waits(file: Path) -> list[float]:
    """How long each visit took, in seconds."""
    found: list[float] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _record(file: Path) -> None:
    import django

    django.setup()
    from django.db import OperationalError

    from bangfu.ledger import clock
    from bangfu.ledger.actions import activity as activities
    from bangfu.ledger.actions.event import By
    from bangfu.ledger.models import Subject

    whom, took = Subject.objects.filter(kind="person").first(), list[float]()
    assert whom is not None
    print(flush=True)
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        began = perf_counter()
        # Who is locked out waited so long too.
        with suppress(OperationalError):
            activities.visit(
                by=By(None, "command"), kind="visit", on=clock.today(), subject=whom, note="走访"
            )
        took.append(perf_counter() - began)
    file.write_text(json.dumps(took), encoding="utf-8")


if __name__ == "__main__":
    _record(Path(sys.argv[1]))
