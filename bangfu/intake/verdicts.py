"""What becomes of each row of a list, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bangfu.intake.cells import Reason
from bangfu.intake.under import Under
from bangfu.ledger.actions.intake import Accepted
from bangfu.ledger.actions.intake_changes import Change
from bangfu.ledger.actions.intake_new import NewHome, NewPerson
from bangfu.ledger.actions.intake_rows import NewRecord
from bangfu.programmes.kinds import Label
from bangfu.tables.understood import Table

Sort = Literal["new", "changes", "unchanged", "doubtful", "refused", "left"]
SORTS: Mapping[str, Label] = {
    "new": Label("新增", "new"),
    "changes": Label("有变化", "changes"),
    "unchanged": Label("没有变化", "unchanged"),
    "doubtful": Label("存疑", "doubtful"),
    "refused": Label("不予接收", "refused"),
    "left": Label("不收此行", "left out"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that a row says otherwise: as shown to people, numbers masked."""

    field: str
    label: Label
    old: str
    new: str


#: What all verdicts share that find nothing, and nothing is put into.
_NOTHING: Any = ()


@dataclass(slots=True)
class Verdict:
    """What becomes of one row, why, and what accepting it would write.

    ``unread`` are cells that could not be read; they are left as they are, the row goes on.
    """

    row: int
    sort: Sort
    name: str = ""
    place: str = ""
    reasons: list[Reason] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    home: NewHome | None = None
    person: NewPerson | None = None
    changes: list[Change] = field(default_factory=list)
    records: list[NewRecord] = field(default_factory=list)
    unread: list[Reason] = field(default_factory=list)

    def slim(self) -> None:
        """Share what holds nothing with all others: of a long list that is much memory.

        What comes when the rest of the list was looked at is put into lists of its own.
        """
        for name in ("reasons", "notes", "differences", "changes", "records", "unread"):
            if not getattr(self, name):
                setattr(self, name, _NOTHING)

    @property
    def good(self) -> bool:
        """Whether it may be accepted without asking anybody."""
        return self.sort in ("new", "changes")


@dataclass(frozen=True, slots=True)
class Judged:
    """A table's rows with their verdicts; ``left`` names columns that are not taken, and why."""

    sheet: str
    kind: str
    verdicts: tuple[Verdict, ...]
    left: tuple[Reason, ...]
    under: Under | None = None
    table: Table | None = None

    def stood(self, cell: str) -> str:
        """A cell as it is called in the file that was brought."""
        return self.table.stood(cell) if self.table else cell

    def counts(self) -> dict[str, int]:
        """How many rows of each sort, every sort named; left ones where somebody left any."""
        found: Counter[str] = Counter(verdict.sort for verdict in self.verdicts)
        return {sort: found[sort] for sort in SORTS if sort != "left" or found[sort]}

    def accepted(self) -> Accepted:
        """What accepting the good rows writes; a household once, though several rows name it."""
        good = [verdict for verdict in self.verdicts if verdict.good]
        return Accepted(
            homes=tuple({v.home.key: v.home for v in good if v.home}.values()),
            persons=tuple(v.person for v in good if v.person),
            changes=tuple(change for v in good for change in v.changes),
            records=tuple(record for v in good for record in v.records),
        )
