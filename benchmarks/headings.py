"""Made-up forms held against their keys: which columns are understood, and which rightly."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bangfu.jobs.made_forms import ColumnKey, MadeForm, forms
from bangfu.jobs.made_questions import means, split
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.fill import plan
from bangfu.paper.forms.told import ColumnTold, TableTold
from bangfu.tables.catalogue import Catalogue
from bangfu.tables.grid import number_of
from bangfu.tables.headings import canonical, plain
from bangfu.tables.understood import Column

#: A household is called after its head.
_NAMES = frozenset(("household.name", "person.name"))
#: So large a share of the aliases is taken away.
HELD_BACK = 0.35
_CELL = re.compile(r"!([A-Z]+)([0-9]+)$")


@dataclass(frozen=True, slots=True)
class Judged:
    """A column's key, what was understood of it, and whether the ledger holds its answer."""

    key: ColumnKey
    told: ColumnTold | None
    held: bool

    @property
    def answered(self) -> bool:
        """Whether its cells would be filled without a question."""
        return self.told is not None and self.told.answered

    @property
    def right(self) -> bool:
        """Whether it is understood as its key says."""
        return self.told is not None and _right(self.key, self.told)


@dataclass(slots=True)
class Tally:
    """Columns and cells, and what became of them; ``known``: headings that a reader was taught."""

    columns: int = 0
    right: int = 0
    held: int = 0
    filled: int = 0
    wrong: int = 0

    def add(self, one: Judged) -> None:
        """One column more."""
        self.columns += 1
        self.right += one.right
        self.held += one.held
        self.filled += one.held and one.right and one.answered
        self.wrong += one.answered and not one.right

    def as_data(self) -> dict[str, float]:
        """The shares, as printed."""
        return {
            "columns": self.columns,
            "right": round(self.right / max(1, self.columns), 4),
            "answerable": self.held,
            "filled": round(self.filled / max(1, self.held), 4),
            "wrong": self.wrong,
        }


def judged(form: MadeForm, folder: Path, reader: Catalogue | None = None) -> Iterator[Judged]:
    """Every column of a form beside its key, as it is understood with a reader's names."""
    path = folder / f"{form.name}{form.suffix}"
    path.write_bytes(form.content)
    _, tables = plan(path, Request(Moment(dt.date(2026, 6, 30))), reader)
    card = form.shape == "single"
    found = _by_place(tables, card=card)
    for key in form.columns:
        held = key.held and key.role == "value" and form.kind in VOCABULARY.kinds
        yield Judged(key, found.get((key.row if card else 0, key.column)), held)


def _by_place(tables: list[TableTold], *, card: bool) -> dict[tuple[int, int], ColumnTold]:
    """Columns by where they stand; the answers of a card by row and column."""
    found = {}
    for column in (column for table in tables for column in table.columns):
        place = _CELL.search(column.spot)
        assert place is not None, column.spot
        letters, row = place.groups()
        found[int(row) if card else 0, number_of(letters)] = column
    return found


def _right(key: ColumnKey, told: ColumnTold) -> bool:
    column, source = told.column, told.source
    if key.role in ("serial", "stub"):
        return column.role == key.role
    if key.level:
        lives = key.level == "village" and (column.field or "").endswith(".place")
        return source.level == key.level or column.field == "place.name" or lives
    if key.aggregate:
        narrowed = {word.rstrip("户人") for word in column.classes}
        same = (column.aggregate, column.of) == (key.aggregate, key.of)
        return same and narrowed >= {word.rstrip("户人") for word in key.classes}
    if key.role == "unknown":
        return column.field is None
    if key.party == "unit" and column.field in ("pairing.helper", "organisation.name"):
        return True
    if key.says.startswith("户主") and source.target == "head":
        return True
    return bool(_meant(key) & _understood(key, column))


def _meant(key: ColumnKey) -> set[str]:
    """Everything that the words of a heading may ask for, its own key first."""
    own = key.field or key.says
    name = canonical(plain(key.path[-1]))
    return {word for meant in (own, *means().get(name, ())) for word in _same(meant)}


def _understood(key: ColumnKey, column: Column) -> set[str]:
    """What was understood, by its field and by the names of that field."""
    if column.field is None:
        return {column.says.zh, column.says.zh.rpartition("·")[2]}
    found = set(_same(column.field))
    kind, _, field = column.field.partition(".")
    if kind in VOCABULARY and field in VOCABULARY[kind]:
        found |= {VOCABULARY[kind][field].label.zh, *VOCABULARY[kind][field].aliases}
    if column.field == "pairing.helper" and key.party == "helper":
        found.add("person.name")
    return found


def _same(meant: str) -> set[str]:
    """A field under every kind that shares it."""
    kind, _, key = meant.partition(".")
    if meant in _NAMES:
        return set(_NAMES)
    return {f"visit.{key}", f"activity.{key}"} if kind in ("visit", "activity") else {meant}


def tallies(seeds: list[int], count: int, *, share: float, back: float) -> dict[str, Tally]:
    """Forms of some seeds read with so large a share of the aliases taken away."""
    found: dict[str, Tally] = defaultdict(Tally)
    with tempfile.TemporaryDirectory() as name:
        for seed in seeds:
            reader = split(seed, share) if share else None
            for form in forms(seed, count, held_back=back, reader=reader):
                for one in judged(form, Path(name), reader):
                    found["known" if one.key.known else "held back"].add(one)
    return found
