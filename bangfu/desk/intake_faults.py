"""Rows of a list with the same fault together: one sentence, one place to mend them all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bangfu.intake.mends import Mends, is_cell

#: What differs from row to row in a sentence that says the same of all.
_OWN = re.compile(r"“[^”]*”|\d+(?:[-.]\d+)*")
#: So many of the texts that stand in the cells of a fault are told beside its sentence.
TOLD = 3
_FAULT, _FAULT_LEFT = "fault:", "fault-left:"


@dataclass(slots=True)
class Fault:
    """What is wrong with some rows of a page, in one sentence.

    ``same``: the sentence is that of every row. ``choices`` are the ways in which all of them may
    be decided at once; ``options`` the words that their cells may hold; ``alike`` the same
    wrong values of it, wherever in the list.
    """

    number: int
    column: str
    heading: str
    says: Mapping[str, str]
    same: bool
    rows: list[Mapping[str, Any]] = field(default_factory=list)
    choices: list[Mapping[str, str]] = field(default_factory=list)
    options: Sequence[Mapping[str, str]] = ()
    alike: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """The first few that stand in its cells and not in the sentence: by them one finds it."""
        found = [str(row["reasons"][0].get("text", "")) for row in self.rows]
        return [one for one in dict.fromkeys(found) if one and one not in self.says["zh"]][:TOLD]

    @property
    def apart(self) -> bool:
        """Whether every row says something of its own, as names do; one value is not theirs."""
        texts = [row["reasons"][0].get("text", "") for row in self.rows]
        return all(texts) and len(set(texts)) == len(texts)


def faults(rows: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """The faults of a page's rows, the one of most rows first; a row counts by its first one."""
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["reasons"]:
            first = row["reasons"][0]
            found.setdefault((first["column"], _OWN.sub("…", first["zh"])), []).append(row)
    listed = sorted(found.values(), key=len, reverse=True)
    return [_fault(number, theirs) for number, theirs in enumerate(listed)]


def with_alike(found: list[Fault], alike: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Lay what is mended at once in the whole list beside its fault; what is left has none here."""
    told = {(one.column, _OWN.sub("…", one.says["zh"])): one for one in found}
    left: list[Mapping[str, Any]] = []
    for one in alike:
        fault = told.get((one.get("column", ""), _OWN.sub("…", one["zh"])))
        (fault.alike if fault is not None and "text" in one else left).append(one)
    return left


def _fault(number: int, rows: list[Mapping[str, Any]]) -> Fault:
    reasons = [row["reasons"][0] for row in rows]
    first, same = reasons[0], len({one["zh"] for one in reasons}) == 1
    said = {word: first[word] if same else _OWN.sub("…", first[word]) for word in ("zh", "en")}
    words = set.intersection(*({c["word"] for c in one["choices"]} for one in reasons))
    choices = [one for one in first["choices"] if one["word"] in words]
    return Fault(
        number, first["column"], first.get("heading", ""), said, same, rows, choices,
        first.get("options", ()),
    )  # fmt: skip


def mended_at_once(
    told: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], mends: Mends
) -> Mends:
    """What was said once for all rows of a fault: a value, a decision, that they are left out."""
    for one in faults(rows):
        numbers = {row["row"] for row in one.rows}
        said = str(told.get(f"{_FAULT}{one.number}", "")).strip()
        if said and one.choices:
            mends = mends.and_settled(dict.fromkeys(numbers, said))
        elif said:
            mends = mends.and_cells(dict.fromkeys(_cells(one), said))
        if f"{_FAULT_LEFT}{one.number}" in told:
            mends = mends.without(numbers)
    return mends


def _cells(fault: Fault) -> Iterator[str]:
    cells = (row["reasons"][0]["cell"] for row in fault.rows)
    return (cell for cell in cells if is_cell(cell))
