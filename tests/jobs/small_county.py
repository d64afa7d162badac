"""The known people in an installation of its own, and afterwards what its ledger holds.

usage: python -m tests.jobs.small_county make|tell, with the settings of that installation. Prints
one line of JSON. A process of its own, because settings are read once.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django

CLERK = "fang"


def make() -> dict[str, Any]:
    """Prepare everything, enter the people and a clerk; what a client needs to know of them."""
    from bangfu.jobs import installation
    from tests import village

    installation.prepare()
    told = village.build()
    told.account(CLERK, "clerk", place=told.county)
    return {
        "password": f"{CLERK}-一个很长的口令-7",
        "programme": told.programme.name,
        "person": str(told.zhao.fact),
        "signer": str(told.li.fact),
        "on": village.VISITED.isoformat(),
    }


def tell() -> dict[str, Any]:
    """What the ledger holds, and whatever its journal finds wrong against the heads kept."""
    from bangfu.keeping import heads
    from bangfu.ledger.actions import journal
    from bangfu.ledger.models import Document, Event, FrozenReading

    journal.seal()
    papers = Document.objects.current()
    return {
        "papers": {
            str(p.fact): {"title": p.title, "status": p.status, "number": p.number} for p in papers
        },
        "readings": sorted(map(str, FrozenReading.objects.values_list("document", flat=True))),
        "events": [[e.verb, str(e.about), e.purpose] for e in Event.objects.filter(door="desk")],
        "faults": [str(f) for f in journal.verify(kept=heads.read(heads.file())).faults],
    }


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps({"make": make, "tell": tell}[sys.argv[1]]()) + "\n")
