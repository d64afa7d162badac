"""The national table of places, loaded as an installation loads it, beside the bare driver."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import django

from benchmarks.one import prepare, say


@click.command()
@click.option("--under", default="", help="Only this division, to try the program out.")
@click.option("--json", "out", type=click.Path(path_type=Path), required=True)
def main(under: str, out: Path) -> None:
    """Load the table into the empty database that the settings name; write down how long it took.

    The bare driver writes the same rows without index, digest or event, in the same run.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
    django.setup()
    prepare()
    found = _measured(["--under", under] if under else [])
    say(
        f"{found['database']}, {found['places']:,} places in {found['seconds']:.0f} s, "
        f"{found['rows_a_second']:,.0f} a second; the bare driver "
        f"{found['bare_rows_a_second']:,.0f}, {found['times']:.1f} times as many"
    )
    out.write_text(json.dumps([found], indent=2, ensure_ascii=False), encoding="utf-8")


def _measured(words: list[str]) -> dict[str, Any]:
    """Call ``bangfu places load``, and the bare driver afterwards."""
    from django.db import connection

    from bangfu.ledger.models import Place
    from benchmarks.loading import bare_rows_a_second

    line = [sys.executable, "-m", "bangfu.jobs", "places", "load", "--json", *words]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout)
    rate, bare = told["added"] / told["seconds"], bare_rows_a_second([Place])
    return {
        "database": connection.vendor,
        "places": told["added"],
        "seconds": told["seconds"],
        "rows_a_second": rate,
        "bare_rows_a_second": bare,
        "times": bare / rate,
    }


if __name__ == "__main__":
    main()
