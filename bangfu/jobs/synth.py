"""Made-up material at the command line: people, messy lists of them, blank forms with keys."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from bangfu.jobs.console import Noun, answer, words
from bangfu.jobs.made_forms import forms as made_forms
from bangfu.jobs.made_lists import truth_csv, world
from bangfu.jobs.made_ways import LOSING
from bangfu.jobs.made_workbooks import workbooks as made_workbooks

HELD_BACK = click.option(
    "--held-back",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Share of headings that are among no aliases.",
)
SEED = click.option("--seed", default=1, show_default=True, help="The same seed, the same files.")
OUT = click.option(
    "-o", "--out", type=click.Path(path_type=Path), required=True, help="Where it is written."
)
COUNT = click.argument("count", type=click.IntRange(1, 2_000_000))


@click.group(cls=Noun)
def synth() -> None:
    """Make up people, messy lists and blank forms, for trials.

    Nobody of them exists: identity numbers lie in division 990001, phones begin with 110.
    """


@synth.command()
@COUNT
@SEED
@OUT
def people(count: int, seed: int, out: Path) -> None:
    """So many people in households, as one CSV file: the truth that lists are made of."""
    told = world(seed, count)
    out.write_bytes(truth_csv(told))
    homes = len(told.homes)
    answer(
        {"file": str(out), "people": count, "households": homes, "seed": seed},
        words(
            "{n} 人、{h} 户，写入 {f}", "{n} people, {h} households: {f}", n=count, h=homes, f=out
        ),
    )


@synth.command()
@COUNT
@click.option("--files", default=9, show_default=True, type=click.IntRange(1, 500))
@HELD_BACK
@SEED
@OUT
def workbooks(count: int, files: int, held_back: float, seed: int, out: Path) -> None:
    """Messy lists of the same people, with the truth and every defect beside them.

    In turn persons, households, pairings, visits, needs, enrolments, classes, income, measures.
    """
    out.mkdir(parents=True, exist_ok=True)
    told = world(seed, count)
    (out / "truth.csv").write_bytes(truth_csv(told))
    made = made_workbooks(seed, told, files, held_back=held_back)
    for one in made:
        (out / one.name).write_bytes(one.content)
    key: dict[str, Any] = {
        "seed": seed,
        "losing": sorted(LOSING),
        "files": [{**asdict(one), "content": None, "counts": one.counts()} for one in made],
    }
    _write(out / "defects.json", key)
    total = sum(len(one.defects) for one in made)
    answer(
        {"folder": str(out), "files": [one.name for one in made], "defects": total},
        words("{n} 份，{d} 处毛病：{f}", "{n} lists, {d} defects: {f}", n=files, d=total, f=out),
    )


@synth.command()
@COUNT
@HELD_BACK
@SEED
@OUT
def forms(count: int, held_back: float, seed: int, out: Path) -> None:
    """Blank forms in many layouts, each with the meaning of its columns beside it."""
    out.mkdir(parents=True, exist_ok=True)
    for one in made_forms(seed, count, held_back=held_back):
        (out / f"{one.name}{one.suffix}").write_bytes(one.content)
        _write(out / f"{one.name}.key.json", one.key())
    answer(
        {"folder": str(out), "forms": count, "seed": seed, "held_back": held_back},
        words("{n} 张空白表：{f}", "{n} blank forms: {f}", n=count, f=out),
    )


def _write(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
