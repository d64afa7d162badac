"""Duplicates in a made-up county: precision, recall, time beside Splink alone, memory.

``python -m benchmarks.duplicates [--people 20000] [--share 0.02] [--json FILE]``. People are drawn,
a share of them is entered a second time in known ways, and the search looks for them. Beside it
Splink runs alone over the same table with the same model. A million people take some minutes.
"""

from __future__ import annotations

import json
import resource
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import click

from bangfu.analysis.alike import folded, shapes
from bangfu.analysis.backends import in_memory
from bangfu.analysis.linkage import linker_on, pairs_among, table_of
from bangfu.analysis.model import THRESHOLD, Entry
from bangfu.jobs.made_duplicates import doubles
from bangfu.jobs.people import Person, people, villages
from bangfu.ledger.divisions.readings import readings

SEED = 17
#: So many people live in a village on average.
TO_A_VILLAGE = 1500


@click.command()
@click.option("--people", "count", type=click.IntRange(1000), default=20_000, help="How many.")
@click.option("--share", type=float, default=0.02, help="So many of them are entered twice.")
@click.option("--json", "out", type=click.Path(path_type=Path), help="Also write a file.")
def main(count: int, share: float, out: Path | None) -> None:
    """Look for duplicates among made-up people and say how well and how quickly."""
    found = measured(count, share)
    text = json.dumps(found, indent=2, ensure_ascii=False)
    click.echo(text)
    if out is not None:
        out.write_text(text, encoding="utf-8")


def measured(count: int, share: float) -> dict[str, Any]:
    """What the search finds of those entered twice, and what it takes."""
    places = [village.code for village in villages(max(20, count // TO_A_VILLAGE))]
    known = list(people(SEED, count, places))
    twice = doubles(SEED + 1, known, int(count * share), places)
    truth = {(one.of, one.person.serial): one.sort for one in twice}
    began = perf_counter()
    entries = list(_entries([*known, *(one.person for one in twice)]))
    drawn = perf_counter() - began
    del known
    pairs_among(entries[:100])
    began = perf_counter()
    pairs = pairs_among(entries)
    took = perf_counter() - began
    memory = _memory()
    alone = _splink_alone(entries)
    seen = {(pair.one, pair.other) for pair in pairs}
    right = seen & truth.keys()
    return {
        "people": count,
        "entered twice": len(truth),
        "proposed": len(seen),
        "precision": round(len(right) / max(1, len(seen)), 5),
        "recall": round(len(right) / max(1, len(truth)), 5),
        "missed": dict(Counter(truth[both] for both in truth.keys() - seen)),
        "entries made in s": round(drawn, 2),
        "searched in s": round(took, 2),
        "Splink alone in s": round(alone, 2),
        "ratio": round(took / alone, 2),
        "most memory in MB": memory,
    }


def _entries(known: list[Person]) -> Iterator[Entry]:
    """The people as the register hands them over; how a name sounds is held beside it there."""
    from bangfu.jobs.command import stand_up

    stand_up()
    from bangfu.ledger.actions.subject import sort_key_of

    table, sounds = shapes(readings()["alike"]["groups"]), dict[str, str]()
    for one in known:
        name = folded(one.name)
        sound = sounds.get(name) or sounds.setdefault(name, sort_key_of(name, "person"))
        yield Entry(
            one.serial, name, sound, name.translate(table), one.birth, one.sex,
            one.village, one.village[:9], one.identity,
        )  # fmt: skip


def _splink_alone(entries: list[Entry]) -> float:
    """Seconds that Splink takes over the same table with the same model, up to its answer."""
    _keys, table = table_of(entries)
    began = perf_counter()
    with in_memory() as engine:
        linker = linker_on(engine, table)
        told = linker.inference.predict(threshold_match_probability=THRESHOLD, warning_mode="never")
        engine.execute(f"SELECT count(*) FROM {told.physical_name}").fetchall()
    return perf_counter() - began


def _memory() -> int:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
