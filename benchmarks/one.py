"""One county on one database, in a process of its own: settings are read once."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import django


@click.command()
@click.option("--people", type=int, required=True)
@click.option("--rounds", type=int, default=30)
@click.option("--filled", is_flag=True, help="The database holds such a county already.")
@click.option("--json", "out", type=click.Path(path_type=Path), required=True)
def main(people: int, rounds: int, filled: bool, out: Path) -> None:
    """Fill the empty database that the settings name, time its pages, write down the results.

    Without rounds it is filled alone, for whoever wants to time it when the machine is quiet.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
    django.setup()
    prepare(new=not filled)
    found = list(_found(people, rounds, filled=filled))
    out.write_text(json.dumps(found, indent=2, ensure_ascii=False), encoding="utf-8")


def prepare(*, new: bool = True) -> None:
    """Make the tables of an installation, and the keys of an empty one."""
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    from bangfu.ledger.keys import Keyring

    setup_test_environment()
    logging.disable(logging.WARNING)
    call_command("migrate", verbosity=0)
    if new:
        Keyring.create(settings.BANGFU_KEYS_FILE)


def _found(people: int, rounds: int, *, filled: bool) -> Iterator[dict[str, Any]]:
    from benchmarks import county, pages
    from benchmarks.timing import WARM_UP

    entered = county.found(people) if filled else county.enter(people, told=say)
    if not filled:
        yield _loaded(entered)
    say(HEAD)
    warm_up = min(WARM_UP, rounds)
    for line in pages.measure(entered, rounds=rounds, warm_up=warm_up) if rounds else ():
        say(row(line))
        yield asdict(line)


def _loaded(entered: Any) -> dict[str, Any]:
    from django.db import connection

    from benchmarks import loading

    bare = loading.bare_rows_a_second()
    say(
        f"{connection.vendor}, {entered.people:,} people: {entered.rows:,} rows in "
        f"{entered.seconds:.0f} s, {entered.rows_a_second:,.0f} a second; "
        f"the bare driver {bare:,.0f}"
    )
    return {
        "database": connection.vendor,
        "people": entered.people,
        "rows": entered.rows,
        "seconds": entered.seconds,
        "rows_a_second": entered.rows_a_second,
        "bare_rows_a_second": bare,
    }


HEAD = (
    f"{'page':24} {'reader':7} {'people':>9} {'queries':>7} {'median':>8} {'p95':>8} {'cpu':>8} "
    f"{'pace':>6} {'bare':>8} {'times':>7} {'cold':>9} {'written':>9}"
)


def row(line: Any) -> str:
    """One line of the table; times in milliseconds."""
    return (
        f"{line.page:24} {line.reader:7} {line.people:9,} {line.queries:7} {line.median_ms:8.1f} "
        f"{line.p95_ms:8.1f} {line.cpu_ms:8.1f} {line.pace_ms:6.1f} {line.bare_ms:8.2f} "
        f"{line.ratio:7.1f} "
        f"{line.cold_ms:9.0f} {line.after_write_ms:9.0f}"
    )


def say(text: str) -> None:
    """Tell the terminal at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
