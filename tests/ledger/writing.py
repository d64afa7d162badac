"""Processes that write until they are killed, noting on disk what they were told was kept.

usage: python -m tests.ledger.writing, with the settings of a database in use. Each line on standard
input names a log; for each a writer is forked, and its process number is printed. A writer notes
each key before it is sent and again, after a sync, when the action has come back.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import sys
import uuid
from collections.abc import Callable
from typing import Any

ON = dt.date(2009, 3, 3)


def main() -> None:
    """Fork writers as told, until nobody tells any more."""
    import django

    django.setup()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        writer = os.fork()
        if writer == 0:
            write(line.strip())
        sys.stdout.write(f"{writer}\n")
        sys.stdout.flush()


def write(log: str) -> None:
    """Write for ever."""
    chance = random.Random(os.getpid())
    acts = list(_acts().values())
    with open(log, "a", encoding="ascii", buffering=1) as out:
        while True:
            key = uuid.uuid4()
            act = chance.randrange(len(acts))
            _note(out, f"sent {key} {act}")
            acts[act](key)
            if chance.random() < 0.2:
                acts[act](key)  # a client that did not hear the answer asks again
            _note(out, f"kept {key} {act}")


def _note(out: Any, line: str) -> None:
    out.write(line + "\n")
    out.flush()
    os.fsync(out.fileno())


def _acts() -> dict[str, Callable[[uuid.UUID], Any]]:
    from bangfu.ledger.actions import activity as activities
    from bangfu.ledger.actions import fund as funds
    from bangfu.ledger.actions import need as needs
    from bangfu.ledger.actions.event import By
    from bangfu.ledger.models import Fund, Place, Subject

    zhao, sun = (Subject.objects.get(name=name) for name in ("赵大山", "孙秀英"))
    li, unit = Subject.objects.get(name="李建国"), Subject.objects.get(name="县人民医院")
    place, fund = Place.objects.get(code="990001101201"), Fund.objects.get()

    def by(key: uuid.UUID) -> By:
        return By(None, "test", key)

    return {
        "visit": lambda key: activities.record(
            by=by(key), kind="visit", on=ON, place=place, who=[li], whom=[zhao, sun]
        ),
        "need": lambda key: needs.raise_(by=by(key), subject=zhao, on=ON, text="腰疼,要看病"),
        "entry": lambda key: funds.receive(
            by=by(key), fund=fund, organisation=unit, on=ON, amount=100
        ),
    }


#: What each sort of act leaves: rows by table.
LEFT = (
    {"ledger_activity": 1, "ledger_participant": 3},
    {"ledger_need": 1},
    {"ledger_entry": 1},
)

if __name__ == "__main__":
    main()
