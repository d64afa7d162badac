"""How much of forms that nobody has seen is understood: made-up blanks held against their keys.

``python -m benchmarks.forms [--forms 60] [--seeds 101,102] [--json FILE]``. Three readings:
headings that the product knows by name; headings that a seeded split took out of its names; and
wordings of the field that never were among them. It runs in the empty installation that
``BANGFU_DATA`` names. Printed are the share of columns that are
understood rightly, the share of cells that the ledger can answer filled without a question, and how
many columns would be filled from elsewhere than the key says, which must be none.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click
import django


@click.command()
@click.option("--forms", "count", default=60, show_default=True)
@click.option("--seeds", default="101,102", show_default=True)
@click.option("--json", "out", type=click.Path(path_type=Path), help="Also write a file.")
def main(count: int, seeds: str, out: Path | None) -> None:
    """Make blank forms, read them and print what was understood."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
    django.setup()
    from benchmarks.headings import HELD_BACK, tallies
    from benchmarks.one import prepare

    prepare()
    listed = [int(seed) for seed in seeds.split(",")]
    readings: dict[str, Any] = {
        "known": tallies(listed, count, share=0.0, back=0.0)["known"].as_data(),
        "split": tallies(listed, count, share=HELD_BACK, back=1.0)["held back"].as_data(),
        "field": tallies(listed, count, share=0.0, back=1.0)["held back"].as_data(),
    }
    for name, said in readings.items():
        click.echo(f"{name:8} " + "  ".join(f"{word} {number}" for word, number in said.items()))
    if out is not None:
        out.write_text(json.dumps(readings, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
