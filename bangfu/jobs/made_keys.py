"""The hidden key of a made-up form: what every column means, apart from the form itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from bangfu.jobs.made_questions import Asked


@dataclass(frozen=True, slots=True)
class ColumnKey:
    """What one column of a made form means: the answer that a reader of the form must find.

    On a card ``row`` is the row of the answer; ``says`` names a question that no field answers.
    """

    column: int
    path: tuple[str, ...]
    role: str
    field: str = ""
    party: str = "row"
    level: str = ""
    aggregate: str = ""
    of: str = ""
    classes: tuple[str, ...] = ()
    known: bool = True
    held: bool = True
    says: str = ""
    row: int = 0

    @classmethod
    def of_question(
        cls, one: Asked, column: int, path: tuple[str, ...], *, known: bool, row: int = 0
    ) -> ColumnKey:
        """The key of a question that stands in a column under some headings."""
        role = "value" if one.field or one.aggregate or one.says else "unknown"
        return cls(
            column, path, role, one.field, one.party, one.level, one.aggregate, one.of,
            one.classes, known, one.held, one.says, row,
        )  # fmt: skip


@dataclass(slots=True)
class MadeForm:
    """A blank form and its key."""

    name: str
    title: str
    kind: str
    shape: str
    content: bytes = b""
    suffix: str = ".xlsx"
    header: tuple[int, int] = (0, 0)
    number_row: int | None = None
    body: tuple[int, int] = (0, 0)
    total_row: int | None = None
    columns: list[ColumnKey] = field(default_factory=list)

    def key(self) -> dict[str, Any]:
        """The hidden mapping, as plain data."""
        said = asdict(self)
        del said["content"]
        return said
