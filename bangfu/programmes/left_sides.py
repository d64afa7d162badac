"""What the left side of a line of a condition means.

It is a field, or a name that stands for records tied to this one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bangfu.programmes.kinds import Field, Kind
from bangfu.programmes.names import Names, same

Sort = Literal["field", "link", "tied", "member", "class", "verdict"]


@dataclass(frozen=True, slots=True)
class Left:
    """What the left side of a line means; ``kinds`` are those of the records it leads to."""

    sort: Sort
    name: str
    field: Field | None = None
    kinds: tuple[Kind, ...] = ()
    ties: tuple[str, ...] = ()


def meaning(names: Names, left: str, kinds: Sequence[Kind], value: object = None) -> Left | None:
    """What the left side of a line means for records of these kinds; None if nothing."""
    for kind in kinds:
        if left in kind:
            one = kind[left]
            if one.type in ("one", "many"):
                return Left("link", left, one, names.targets(one))
            return Left("field", left, one)
    if left in names and left not in names.broken:
        section = names.section(left)
        if section == "class" and not isinstance(value, Mapping):
            return Left("class", left)
        if section in ("checklist", "workflow") and not isinstance(value, Mapping):
            return Left("verdict", left)
    record = names.record(left)
    if record is None:
        return None
    if left in names and any(same(record, kind) for kind in kinds):
        return Left("member", left, kinds=(record,))
    ties = tuple(dict.fromkeys(tie for kind in kinds for tie in names.ties(of=record, to=kind)))
    return Left("tied", left, kinds=(record,), ties=ties)


def tied_to(record: Kind, kinds: Sequence[Kind], chosen: object) -> Sequence[Kind]:
    """Those of some kinds to which records may belong, by the chosen field if there is one."""
    found = [
        kind
        for kind in kinds
        if chosen in (ties := record.ties.get(kind.name, ())) or (ties and chosen is None)
    ]
    return found or kinds
