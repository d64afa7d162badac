"""Serves the story on this machine out of a data folder of its own, for a browser to look at.

usage: python -m tests.desk.serve tell      (BANGFU_DATA names the folder, which is empty)
       python -m tests.desk.serve PORT      (serves what was told there)

What was told leaves the addresses of its pages by short names, as ``pages.json``. A process of its
own, because a ledger cannot be emptied again: the database refuses to delete.
"""

from __future__ import annotations

import json
import sys

import django
from django.core.management import call_command


def tell() -> None:
    """Migrate, tell, say the addresses."""
    from django.conf import settings

    from bangfu.jobs import statics
    from tests.desk import story
    from tests.desk.addresses import addresses

    call_command("migrate", verbosity=0)
    told = story.tell()
    story.add_successor(told)
    story.add_other_roles(told)
    statics.gather()  # hashed and compressed, as a server serves them
    (settings.BANGFU_DATA / "pages.json").write_text(json.dumps(addresses(told)))


def serve(port: int) -> None:
    """Serve what was told."""
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, use_static_handler=False)


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "tell":
        tell()
    else:
        serve(int(sys.argv[1]))
