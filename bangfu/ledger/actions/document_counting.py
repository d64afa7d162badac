"""What a paper's figures were counted as: the shape in which they are frozen.

What a figure is, is not known here: whoever hands in, signs or issues a paper hands in how to count
it, and the counting runs while no other writer can commit, so that the moment is exact.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bangfu.ledger.moment import Moment

#: Up to so many rows, an issued reading keeps their keys as well as their digest, and a table its
#: cells.
FEW = 500


@dataclass(frozen=True, slots=True)
class Tabled:
    """A table as it is kept: its head, and its rows with their cells or, if many, digests alone."""

    head: Mapping[str, Any]
    rows: Sequence[Any] | None
    digests: bytes | None

    @property
    def digest(self) -> str:
        """What stands for the whole of it."""
        kept = self.rows if self.digests is None else self.digests.hex()
        text = json.dumps([self.head, kept], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure as it was counted for a paper: how it was asked, what it was, of which rows."""

    figure: str
    question: Mapping[str, Any]
    words: str
    value: str
    count: int
    rows_digest: str
    rows: Sequence[UUID]
    table: Tabled | None = None

    def in_short(self) -> dict[str, Any]:
        """What a step keeps of it: by these it is known whether it was counted the same again."""
        return {
            "figure": self.figure,
            "value": self.value,
            "count": self.count,
            "rows": self.rows_digest,
            "table": self.table.digest if self.table else "",
        }


Count = Callable[[Moment], Sequence[Counted]]
