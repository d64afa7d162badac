"""Tables side by side: one list folded into several, and rows that two of them share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Self
from uuid import UUID

from bangfu.paper.forms.cells import Value
from bangfu.paper.forms.filling import Block
from bangfu.tables.understood import Table


@dataclass(frozen=True, slots=True)
class Fold:
    """Which part of a list a table takes that goes on in the tables at its right."""

    number: int = 0
    of: int = 1

    @classmethod
    def of_table(cls, tables: Sequence[Table], place: int) -> Self:
        """The part of the table at a place among those of its sheet."""
        first = place
        while tables[first].continues:
            first -= 1
        last = place
        while last + 1 < len(tables) and tables[last + 1].continues:
            last += 1
        return cls(place - first, last - first + 1)

    def part(self, keys: Sequence[UUID | None], rows: int) -> tuple[list[UUID | None], int]:
        """The keys that stand in this table, which has so many rows, and how many before them."""
        height = max(rows, -(-len(keys) // self.of))
        before = self.number * height
        return list(keys[before : before + height]), before


def beside(blocks: Sequence[Block], block: Block | None) -> list[Block]:
    """The blocks with one more; one in the same rows as another shares them."""
    if block is None:
        return list(blocks)
    found = []
    for other in blocks:
        if (other.first, other.last) == (block.first, block.last):
            nothing: Mapping[int, Value] = {}
            rows = zip_longest(other.rows, block.rows, fillvalue=nothing)
            block = Block(block.first, block.last, [{**one, **two} for one, two in rows])
        else:
            found.append(other)
    return [*found, block]
