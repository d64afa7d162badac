"""What became of a form: of every table, column and cell, from where it was filled and why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from bangfu.ledger.models import Programme
from bangfu.paper.forms.sources import Source
from bangfu.programmes.kinds import Label
from bangfu.tables.grid import position
from bangfu.tables.understood import Column

#: So many rows are shown of a filled table.
SAMPLE = 8


@dataclass(slots=True)
class ColumnTold:
    """A column, or the slot of a card: what was understood, and how many of its cells came of it.

    ``blank``: cells for which the ledger holds nothing. ``doubtful``: cells with a figure that
    may be higher, as far as is known. ``masked``: cells that do not show the whole number.
    ``withheld``: cells whose records the account may not open. ``choices``: fields or lists that
    may be meant, where it was not understood, with what they are called. ``typed``: cells that
    somebody typed for this form alone. ``row``: where the slot of a card stands.
    """

    spot: str
    column: Column
    source: Source
    row: int = 0
    filled: int = 0
    blank: int = 0
    doubtful: int = 0
    masked: int = 0
    withheld: int = 0
    typed: int = 0
    choices: Sequence[tuple[str, Label]] = ()

    @property
    def answered(self) -> bool:
        """Whether its cells are filled from somewhere."""
        return self.source.sort != "none"

    def as_data(self) -> dict[str, Any]:
        """As plain data."""
        column, source = self.column, self.source
        return {
            "at": self.spot,
            "path": list(column.path),
            "role": column.role,
            "says": column.says.zh,
            "field": column.field,
            "party": column.party,
            "aggregate": column.aggregate,
            "of": column.of,
            "classes": list(column.classes),
            "period": column.period.text if column.period else None,
            "unit": column.unit,
            "confidence": round(column.confidence, 3),
            "reason": column.reason.zh,
            "answered_by": source.sort if self.answered else None,
            "source": source.path or (source.figure.as_data() if source.figure else None),
            "as_of": str(source.year or source.then or "") or None,
            "why_blank": None if self.answered else source.why.zh,
            "choices": [{"answer": word, "says": label.zh} for word, label in self.choices],
            "filled": self.filled,
            "blank": self.blank,
            "doubtful": self.doubtful,
            "masked": self.masked,
            "withheld": self.withheld,
            "typed": self.typed,
        }


@dataclass(slots=True)
class CellTold:
    """One cell: the records it was read from, or the figure and what may be added to it.

    ``why`` says of a blank one by a word of ``blanks.REASONS`` why it is so; ``nobody``: whom the
    column is about is not on record. ``typed``: somebody typed it for this form alone. ``worked``:
    the cells of the form, by row and column, that it was worked out from.
    """

    row: int
    column: int
    kind: str = ""
    keys: tuple[UUID, ...] = ()
    figure: Mapping[str, Any] | None = None
    doubt: str = ""
    blank: bool = False
    why: str = ""
    nobody: bool = False
    typed: bool = False
    worked: tuple[tuple[int, int], ...] = ()

    def as_data(self) -> dict[str, Any]:
        """As plain data, by the cell's name."""
        said: dict[str, Any] = {"cell": position(self.row, self.column)}
        if self.kind:
            said["kind"] = self.kind
        if self.keys:
            said["records"] = [str(key) for key in self.keys]
        if self.figure is not None:
            said["figure"] = self.figure
        if self.worked:
            said["worked_out_from"] = [position(*at) for at in self.worked]
        if self.doubt:
            said["doubt"] = self.doubt
        if self.blank:
            said["blank"] = True
            said["why"] = self.why
        if self.typed:
            said["typed"] = True
        return said


@dataclass(slots=True)
class TableTold:
    """A table of the form: which records came into it, and its columns and cells.

    ``rows_kind``: of which kind the records are that came into it or that were counted, and
    ``rows_entry`` the programme's list of them, where it is one (``rows_programme``: of which, if
    the form was not filled under it). ``values`` are its rows as
    they were filled, by column, from row ``top`` on; ``usual`` is what columns of words say
    most often. ``about`` are the records of its rows and ``called`` what its rows are called,
    where the form says so. ``taken`` are the cells, by their place among the rows and their
    column, in which something stood before, and ``computed`` the columns of formulas. ``numbers``
    are those of a table of indicators, by the row and column of the form as it was filled.
    """

    sheet: str
    title: str
    shape: str
    kind: str
    header: tuple[int, int] | None
    confidence: float
    reason: Label
    rows_are: Label = field(default_factory=lambda: Label("", ""))
    rows_spot: str = ""
    rows_choices: Sequence[tuple[str, Label]] = ()
    rows_kind: str = ""
    rows_entry: str = ""
    rows_programme: Programme | None = None
    rows: int = 0
    columns: list[ColumnTold] = field(default_factory=list)
    cells: list[CellTold] = field(default_factory=list)
    remarks: list[Label] = field(default_factory=list)
    values: Sequence[Mapping[int, Any]] = ()
    usual: Mapping[int, Sequence[str]] = field(default_factory=dict)
    top: int = 0
    about: Sequence[UUID | None] = ()
    called: Sequence[str] = ()
    taken: frozenset[tuple[int, int]] = frozenset()
    computed: frozenset[int] = frozenset()
    numbers: Mapping[tuple[int, int], Any] = field(default_factory=dict)

    @property
    def sample(self) -> Sequence[Mapping[int, Any]]:
        """Its first rows as they were filled."""
        return self.values[:SAMPLE]

    @property
    def to_ask(self) -> list[ColumnTold]:
        """The columns about which a person could say more."""
        return [c for c in self.columns if not c.answered and c.choices]

    @property
    def kept(self) -> int:
        """How many cells somebody typed for this form alone."""
        return sum(column.typed for column in self.columns)

    @property
    def filled(self) -> int:
        """How many cells were filled."""
        return sum(column.filled for column in self.columns)

    def as_data(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "sheet": self.sheet,
            "title": self.title,
            "shape": self.shape,
            "kind": self.kind,
            "header": list(self.header) if self.header else None,
            "confidence": round(self.confidence, 3),
            "reason": self.reason.zh,
            "rows_are": self.rows_are.zh,
            "rows": self.rows,
            "columns": [column.as_data() for column in self.columns],
            "cells": [cell.as_data() for cell in self.cells],
            "remarks": [remark.zh for remark in self.remarks],
        }
