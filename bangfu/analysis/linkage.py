"""Who may be the same person, over a whole county: Splink on an engine in memory."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from splink import DuckDBAPI, Linker, SettingsCreator

from bangfu.analysis.backends import MEMORY, in_memory
from bangfu.analysis.model import BLOCKS, COMPARISONS, PRIOR, THRESHOLD, Comparison, Entry, Pair


def pairs_among(
    entries: Iterable[Entry],
    *,
    threshold: float = THRESHOLD,
    memory: str = MEMORY,
    told: Callable[[int], None] = lambda done: None,
) -> list[Pair]:
    """The pairs among some entries that are at least that sure, the surest first.

    ``told`` hears after each of the model's ``STEPS`` that one more is done, and may raise to
    stop. The numbers of the entries stay in this process's memory.
    """
    keys, table = table_of(entries)
    told(1)
    if len(keys) < 2:
        return []
    with in_memory(memory=memory) as engine:
        linker = linker_on(engine, table)
        told(1)
        found = linker.inference.predict(
            threshold_match_probability=threshold, warning_mode="never"
        )
        told(1)
        rows = engine.execute(f"SELECT {_ASKED} FROM {found.physical_name}").fetchall()
        told(1)
    made = [_pair(row, keys) for row in rows]
    return sorted(made, key=lambda pair: (-pair.sure, str(pair.one), str(pair.other)))


_ASKED = ", ".join(
    ("unique_id_l", "unique_id_r", "match_probability", *(f"gamma_{c.name}" for c in COMPARISONS))
)
_TEXT = ("name", "sound", "shape", "number", "place", "town", "sex")


def table_of(entries: Iterable[Entry]) -> tuple[list[Any], pa.Table]:
    """The entries as columns, each under its number; an empty text is nothing known."""
    keys: list[Any] = []
    births: list[Any] = []
    letters: list[str | None] = []
    columns: dict[str, list[str | None]] = {name: [] for name in _TEXT}
    name, sound, shape, number, place, town, sex = (columns[n].append for n in _TEXT)
    sorted_of = _Letters()
    for entry in entries:
        keys.append(entry.key)
        births.append(entry.birth)
        letters.append(sorted_of[entry.name])
        name(entry.name or None)
        sound(entry.sound or None)
        shape(entry.shape or None)
        number(entry.number or None)
        place(entry.place or None)
        town(entry.town or None)
        sex(entry.sex or None)
    told = {each: pa.array(column, pa.string()) for each, column in columns.items()}
    told["letters"] = pa.array(letters, pa.string())
    ids = pa.array(range(len(keys)), pa.int64())
    return keys, pa.table({"unique_id": ids, **told, **_derived(births, told["number"])})


class _Letters(dict[str, str | None]):
    """The characters of a name in one order; of names that many bear, once."""

    def __missing__(self, name: str) -> str | None:
        found = self[name] = "".join(sorted(name)) or None
        return found


def _derived(births: Sequence[Any], number: pa.Array) -> dict[str, pa.Array]:
    """What is told from a birth and a number, made by columns: ``19800105`` as year and day."""
    born = pc.replace_substring(pa.array(births, pa.date32()).cast(pa.string()), "-", "")
    sequence = pc.utf8_slice_codeunits(number, 14, 17)
    return {
        "born": born,
        "year": pc.utf8_slice_codeunits(born, 0, 4),
        "day": pc.utf8_slice_codeunits(born, 4, 8),
        "sequence": pc.if_else(pc.equal(sequence, ""), None, sequence),
    }


def linker_on(engine: Any, table: pa.Table) -> Linker:
    """Splink with the fixed model over a table of entries."""
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(one) for one in COMPARISONS],
        blocking_rules_to_generate_predictions=[{"blocking_rule": rule} for rule in BLOCKS],
        probability_two_random_records_match=PRIOR,
        # Without the columns Splink leaves out how they agree, too.
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=False,
    )
    linker = Linker(DuckDBAPI(connection=engine).register(table), settings)
    # It speaks on its own about each step; ours are told of by who asked.
    logging.getLogger("splink").setLevel(logging.WARNING)
    return linker


def _comparison(one: Comparison) -> dict[str, Any]:
    """A comparison as Splink takes it, with its parameters given."""
    known = [
        {
            "sql_condition": level.sql,
            "label_for_charts": level.code,
            "m_probability": level.m,
            "u_probability": level.u,
        }
        for level in one.levels
    ]
    null = {"sql_condition": one.unknown, "label_for_charts": "unknown", "is_null_level": True}
    return {"output_column_name": one.name, "comparison_levels": [null, *known]}


def _pair(row: tuple[Any, ...], keys: Sequence[Any]) -> Pair:
    left, right, sure, *gammas = row
    one, other = sorted((left, right))
    return Pair(keys[one], keys[other], float(sure), tuple(_codes(gammas)))


def _codes(gammas: Iterable[int]) -> Iterator[str]:
    """Splink numbers the levels from the last, which is 0; an unknown one is -1."""
    for comparison, gamma in zip(COMPARISONS, gammas, strict=True):
        if gamma >= 0:
            yield comparison.levels[len(comparison.levels) - 1 - gamma].code
