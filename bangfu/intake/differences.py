"""What a row says otherwise than the ledger, and what a new household is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bangfu.intake.cells import Row
from bangfu.intake.verdicts import Difference, Verdict
from bangfu.ledger import vault
from bangfu.ledger.masks import mask_number
from bangfu.ledger.models import Person
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Label
from bangfu.tables.told import Told

_SEALED = ("identity", "phone")
#: What a household's sheet takes from a list.
HOME = ("size", "group", "kind")


def changed(
    row: Row, held: Any, kind: str, keys: Iterable[str], verdict: Verdict
) -> Iterator[tuple[str, Any]]:
    """The fields that a row surely says otherwise; a blank says nothing, the mark erases."""
    for key in keys:
        said = row.told.get(f"{kind}.{key}")
        if said is None or said.state not in ("sure", "erased"):
            continue
        old, new = getattr(held, key), _new(key, said)
        if key in _SEALED:
            index = vault.index(key, str(new or ""))
            kept = getattr(held, f"{key}_index")
            if index == (bytes(kept) if kept else None):
                continue
            shown = (mask_number("0" * 11) if old else "", mask_number(str(new or "")))
        elif (old or None) == (new or None):
            continue
        else:
            shown = (_shown(kind, key, old), _shown(kind, key, new))
        label = VOCABULARY[kind][key].label
        verdict.differences.append(Difference(f"{kind}.{key}", label, *shown))
        yield key, new


def _new(key: str, said: Told) -> Any:
    """What a field is to hold; an erased one holds nothing, each column in its own way."""
    if said.state == "erased":
        return None if key in ("birth", "size") else ""
    return said.value


def _shown(kind: str, key: str, value: Any) -> str:
    codes: Mapping[str, Label] = VOCABULARY[kind][key].codes
    return codes[value].zh if value in codes else "" if value is None else str(value)


def home_sheet(row: Row) -> dict[str, Any]:
    return {k: row.sure(f"household.{k}") for k in HOME if row.sure(f"household.{k}")}


def contradicts(held: Person | None, birth: Any, numbered: bool) -> bool:
    """Whether somebody of the same name is surely another: another birth, or another number."""
    if held is None:
        return False
    if birth and held.birth and birth != held.birth:
        return True
    return numbered and held.identity_index is not None
