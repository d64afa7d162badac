"""Messy lists held against their keys: which columns are read rightly, which untrue values taken.

``python -m benchmarks.workbooks [--lists 90] [--people 400] [--seeds 201,202] [--json FILE]``. The
lists go through the product's own understanding and judging, into a ledger that holds every other
household of their people. Two readings: headings that the product knows by name; and those that a
seeded split took out of its names, with wordings that never were among them. Of each are printed
the share of columns read rightly, and so without a question, how many are taken for something
else, the share of rows that may be taken, with and without a defect, and how many values would be
written that are not true, which must be none. It runs in the empty installation
that ``BANGFU_DATA`` names.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click
import django

if TYPE_CHECKING:
    from benchmarks.accepted import Tally


@click.command()
@click.option("--lists", "count", default=90, show_default=True)
@click.option("--people", default=400, show_default=True)
@click.option("--seeds", default="201,202", show_default=True)
@click.option("--tell/--no-tell", default=True, help="Name the values that are not true.")
@click.option("--json", "out", type=click.Path(path_type=Path), help="Also write a file.")
def main(count: int, people: int, seeds: str, tell: bool, out: Path | None) -> None:
    """Make messy lists, judge them and print what was understood and what would be written."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
    django.setup()
    from benchmarks.one import prepare

    prepare()
    listed = [int(seed) for seed in seeds.split(",")]
    found = measured(listed, count, people)
    for name, tally in found.items():
        said = tally.as_data()
        click.echo(f"{name:8} " + "  ".join(f"{word} {number}" for word, number in said.items()))
        for one in tally.wrong[:40] if tell else ():
            click.echo(f"  {one.file} row {one.row} {one.target}: {one.written} for {one.true}")
    if out is not None:
        told = {name: tally.as_data() for name, tally in found.items()}
        out.write_text(json.dumps(told, indent=2), encoding="utf-8")


def measured(seeds: list[int], count: int, people: int) -> dict[str, Tally]:
    """Both readings of the lists of some seeds, each seed into a ledger of its own people."""
    from django.db import transaction

    from bangfu.jobs.made_lists import world
    from bangfu.jobs.made_questions import split
    from bangfu.jobs.made_workbooks import workbooks
    from bangfu.lists.headings import catalogue
    from benchmarks.accepted import Tally, hold
    from benchmarks.headings import HELD_BACK
    from benchmarks.listed import enter

    found = {"known": Tally(), "split": Tally()}
    with tempfile.TemporaryDirectory() as name:
        for seed in seeds:
            with transaction.atomic():
                ledger = enter(world(seed, people))
                readers = {"known": (catalogue(), 0.0), "split": (split(seed, HELD_BACK), 1.0)}
                for reading, (reader, back) in readers.items():
                    made = workbooks(seed, ledger.world, count, held_back=back, reader=reader)
                    for one in made:
                        path = Path(name) / f"{seed}-{reading}-{one.name}"
                        hold(one, path, ledger, found[reading], reader)
                transaction.set_rollback(True)
    return found


if __name__ == "__main__":
    main()
