"""What one table of a form puts into its sheet."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.paper.forms.cells import Value
from bangfu.paper.forms.filling import Block
from bangfu.paper.forms.told import TableTold


@dataclass(slots=True)
class Part:
    """What was told of a table, and the rows or single cells that come into its sheet."""

    told: TableTold
    block: Block | None = None
    cells: dict[tuple[int, int], Value] | None = None
