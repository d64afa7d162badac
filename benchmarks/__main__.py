"""How long the pages of a county take, beside the bare query of the same rows in the same run.

``python -m benchmarks [--people 3000,30000,300000] [--million] [--database sqlite|postgres|both]
[--no-places] [--json FILE]``. First the whole national table of places is loaded. Each size gets
an empty database of its own, removed afterwards; PostgreSQL is a private server started for the
run. See docs/manual/speed.md.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parent.parent
DATABASES = ("sqlite", "postgres")
MILLION = 1_000_000


@click.command()
@click.option("--people", "sizes", default="3000,30000,300000", help="Sizes, parted by commas.")
@click.option("--million", is_flag=True, help="A million people besides; takes half an hour.")
@click.option("--database", type=click.Choice([*DATABASES, "both"]), default="both")
@click.option("--places/--no-places", default=True, help="Load the table of divisions too.")
@click.option("--rounds", type=int, default=30, help="Requests of which the median is taken.")
@click.option("--json", "out", type=click.Path(path_type=Path), help="Also write a file.")
def main(
    sizes: str, million: bool, database: str, places: bool, rounds: int, out: Path | None
) -> None:
    """Load the places, fill a county of each size on each database and time its pages."""
    found: list[dict[str, Any]] = []
    counts = [int(size) for size in sizes.split(",") if size.strip()]
    asked = [["benchmarks.places"]] if places else []
    asked += [
        ["benchmarks.one", "--people", str(count), "--rounds", str(rounds)]
        for count in [*counts, *([MILLION] if million else [])]
    ]
    for sort in DATABASES if database == "both" else (database,):
        for module, *words in asked:
            found += run(sort, module, words)
            if out is not None:
                out.write_text(json.dumps(found, indent=2, ensure_ascii=False), encoding="utf-8")


def run(sort: str, module: str, words: list[str]) -> list[dict[str, Any]]:
    """What one module finds in an empty installation of its own."""
    with tempfile.TemporaryDirectory(prefix="bangfu-bench-") as name, _database(sort, name) as url:
        folder = Path(name)
        said = {
            "BANGFU_DATA": str(folder / "data"),
            "BANGFU_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "bangfu.config.settings",
        }
        subprocess.run(
            [sys.executable, "-m", module, *words, "--json", str(folder / "found")],
            check=True,
            cwd=ROOT,
            env=os.environ | said,
        )
        found: list[dict[str, Any]] = json.loads((folder / "found").read_text("utf-8"))
        return found


@contextmanager
def _database(sort: str, folder: str) -> Iterator[str]:
    """The address of an empty database; SQLite's lies in the data folder by itself."""
    if sort == "sqlite":
        yield ""
        return
    script = str(ROOT / "scripts" / "postgres.sh")
    env = os.environ | {"POSTGRES_STATE": f"{folder}/postgres"}
    started = subprocess.run([script, "start"], check=True, env=env, capture_output=True, text=True)
    try:
        yield started.stdout.split()[-1]
    finally:
        subprocess.run([script, "stop"], check=True, env=env)


if __name__ == "__main__":
    main()
