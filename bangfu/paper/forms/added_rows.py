"""Rows that are added to a sheet, and what they look like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Added:
    """Rows that were added: where they begin, how many, and the row that they look like."""

    start: int
    count: int
    template: Any
    lines: dict[int, str] = field(default_factory=dict)

    def in_order(self) -> Iterator[str]:
        """The rows; one that nothing was written into is as bare as its like."""
        return (self.lines[row] for row in range(self.start, self.start + self.count))


@dataclass(frozen=True, slots=True)
class Like:
    """A cell of the row that added rows look like."""

    column: int
    letters: str
    style: int
    formula: str | None
