"""Serves the story on this machine out of a data folder of its own, for a browser to look at.

usage: python -m tests.desk.serve PORT      (BANGFU_DATA names the folder; made if it is empty)

The first line that it prints is JSON: the addresses of the pages by short names. A process of its
own, because a ledger cannot be emptied again: the database refuses to delete.
"""

from __future__ import annotations

import json
import sys

import django
from django.core.management import call_command


def main(port: int) -> None:
    """Migrate, tell, say the addresses, serve."""
    django.setup()
    from bangfu.jobs import statics
    from tests.desk.addresses import addresses
    from tests.desk.story import add_other_roles, add_successor, tell

    call_command("migrate", verbosity=0)
    story = tell()
    add_successor(story)
    add_other_roles(story)
    sys.stdout.write(json.dumps(addresses(story)) + "\n")
    sys.stdout.flush()
    statics.gather()  # hashed and compressed, as a server serves them
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, use_static_handler=False)


if __name__ == "__main__":
    main(int(sys.argv[1]))
