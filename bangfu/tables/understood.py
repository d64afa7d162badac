"""What was understood of a file: its tables, what a row is about, and what each column asks.

Rows and columns are counted from 1, as a spreadsheet counts them. Every judgement carries a
confidence from 0 to 1 and its reason in both languages; nothing here is a value of a person.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from bangfu.programmes.kinds import Label
from bangfu.tables.grid import Grid, letter, number_of

#: serial: a running number. stub: what a summary's row is called (a place, a unit, a class).
#: key: finds the record (an identity number, a code). value: a field to read or to fill.
#: derived: computed from other columns or cells, never typed. forbidden: nobody may ask for it.
#: unknown: not understood, to be asked.
Role = Literal["serial", "stub", "key", "value", "derived", "forbidden", "unknown"]

#: Whose the value is. row: of the row's own subject; the others as the upper headings, the
#: neighbours or the heading itself say: the head of the row's household, that household, who
#: helps, the unit that helps or sends, its leader, a guardian or another relative, whoever applies
#: or receives, a division above, who filled the form.
Party = Literal[
    "row",
    "head",
    "household",
    "helper",
    "unit",
    "leader",
    "relative",
    "applicant",
    "place",
    "recorder",
    "other",
]

#: What the cells of a summary count. rank is shown and never filled: persons are not ranked.
Aggregate = Literal["count", "sum", "share", "average", "least", "most", "rank"]

#: Which time a column or a table speaks of. to_date: from the beginning; as_of: on one day.
Unit = Literal["day", "week", "month", "quarter", "half", "year", "span", "to_date", "as_of"]

#: How a table is laid out: rows under headings; or cards of label and value for one subject.
Layout = Literal["rows", "card"]

#: What the rows are: records of one kind; or the numbers of one place, unit or class each.
Shape = Literal["records", "summary", "single"]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows from ``first`` to ``last``, both included."""

    first: int
    last: int

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first, self.last + 1))

    def __len__(self) -> int:
        return max(0, self.last - self.first + 1)

    def __contains__(self, row: object) -> bool:
        return isinstance(row, int) and self.first <= row <= self.last


@dataclass(frozen=True, slots=True)
class Line:
    """Words that stand above, below or beside a table, at a row and column."""

    row: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Period:
    """The time that a column or a table speaks of, as far as its words say.

    ``first`` and ``last`` are given where the words name them; ``unit`` says what is asked where
    they do not ("本月": a month, which one is asked). ``as_of`` is a state on one day.
    """

    unit: Unit
    text: str
    first: dt.date | None = None
    last: dt.date | None = None

    @property
    def known(self) -> bool:
        """Whether the words name the days themselves."""
        return self.last is not None


@dataclass(frozen=True, slots=True)
class Meaning:
    """One way of understanding a heading.

    ``field`` is ``kind.field`` of the vocabulary; without one, ``says`` still names what is asked,
    in the words of the field, and the ledger does not hold it.
    """

    field: str | None
    says: Label
    confidence: float
    reason: Label
    party: Party = "row"


@dataclass(frozen=True, slots=True)
class Terms:
    """How a number is worked out from two others of its row, by their columns.

    difference: ``of`` less ``against``; growth: that, in per cent of ``against``; share: ``of`` in
    per cent of ``against``.
    """

    how: Literal["difference", "growth", "share"]
    of: int
    against: int


@dataclass(frozen=True, slots=True)
class Column:
    """One leaf column: where it stands, what it asks, and how sure that is.

    ``path`` are its headings from the top level down. For a summary ``aggregate`` says what is
    counted, ``of`` the kind that is counted, ``classes`` the words that narrow it (from the upper
    headings and from its own), ``base`` the words of the whole that a share is of.
    ``refused`` says why nobody may ask for it. ``parts``: a heading that asks for several things at
    once (单位及职务) as one column for each, all of them understood; some may not be held.
    ``terms``: from which other columns a derived one is worked out, where that is sure.
    ``rest``: the column in which a number goes on that begins here, or in which the no of a
    question is ticked.
    """

    index: int
    path: tuple[str, ...]
    role: Role
    field: str | None
    says: Label
    confidence: float
    reason: Label
    party: Party = "row"
    type: str = "text"
    unit: str = ""
    period: Period | None = None
    aggregate: Aggregate | None = None
    of: str | None = None
    classes: tuple[str, ...] = ()
    base: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    alternatives: tuple[Meaning, ...] = ()
    parts: tuple[Column, ...] = ()
    refused: Label | None = None
    terms: Terms | None = None
    rest: int = 0

    @property
    def letter(self) -> str:
        """The column as a spreadsheet calls it."""
        return letter(self.index)

    @property
    def heading(self) -> str:
        """Its own heading, the lowest level."""
        return self.path[-1] if self.path else ""


@dataclass(frozen=True, slots=True)
class Slot:
    """One answer of a card, or one number of a table of indicators: where its label and its value
    stand, what it asks.

    ``column`` carries the meaning as a column's does; its ``index`` is the value's column.
    ``otherwise``: what it asks as well, where it may be a part of what stands above it or not.
    """

    label_row: int
    label_column: int
    row: int
    column: Column
    otherwise: Column | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a row is about: a kind of the vocabulary, ``"summary"`` of ``of``, and how sure.

    ``kind`` is ``person``, ``household``, ``visit``, ``pairing``, ``need``, ``measure``,
    ``organisation``, ``place`` and so on; for a summary it is the kind of its stub (``place``,
    ``organisation``, ``person``), or ``"class"`` where the stub names classes.
    """

    shape: Shape
    kind: str
    confidence: float
    reason: Label


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a sheet. A table of indicators, a summary whose rows say what is counted, has a
    slot for each of its numbers. A card has ``slots`` and may have a table of members below, which
    is a table of its own with ``of_card`` set to the card's number among the sheet's tables.

    ``body`` are the rows for records, filled or blank; ``totals`` and ``subtotals`` rows that
    sum (they may stand above the body, inside or below it); ``number_row`` the row 甲 乙 1 2 3.
    ``repeats`` are rows that print the headings again, or a note between the records.
    ``same_as_above`` are columns whose merged cells repeat the one above. ``continues``: the list
    of the table at its left goes on in it.
    """

    layout: Layout
    subject: Subject
    columns: tuple[Column, ...]
    body: Rows
    title: tuple[Line, ...] = ()
    notes: tuple[Line, ...] = ()
    unit: str = ""
    unit_line: Line | None = None
    period: Period | None = None
    header: Rows | None = None
    number_row: int | None = None
    totals: tuple[int, ...] = ()
    subtotals: tuple[int, ...] = ()
    repeats: tuple[int, ...] = ()
    same_as_above: tuple[int, ...] = ()
    slots: tuple[Slot, ...] = ()
    of_card: int | None = None
    continues: bool = False

    def column(self, index: int) -> Column:
        """The column at a place; raises :class:`KeyError`."""
        for column in self.columns:
            if column.index == index:
                return column
        raise KeyError(index)

    def stood(self, cell: str) -> str:
        """A cell, a row or a column as it is called in the file that was brought."""
        return cell

    def asked(self) -> tuple[Column, ...]:
        """The columns about which a person must be asked before anything is done with them."""
        every = (*self.columns, *(slot.column for slot in self.slots))
        return tuple(c for c in every if c.role == "unknown" or c.confidence < SURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned(Table):
    """A list that lay on its side: its labels stood in one column from ``top`` on, at ``left``."""

    top: int
    left: int

    def stood(self, cell: str) -> str:
        """A cell as it is called in the file that was brought; what is a row here is a column."""
        found = re.fullmatch(r"([A-Z]*)([0-9]*)", cell)
        if found is None or (found[2] and int(found[2]) < self.top):
            return cell
        row = str(self.top + number_of(found[1]) - 1) if found[1] else ""
        return f"{letter(self.left + int(found[2]) - self.top) if found[2] else ''}{row}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a file; ``grid`` holds its cells, ``hidden`` says that it is not shown."""

    name: str
    tables: tuple[Table, ...]
    grid: Grid = field(repr=False)
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """A file that was read; ``remarks`` are words about the file as a whole (formulas not
    computed, links left alone, an encoding that was guessed).
    """

    name: str
    format: Literal["xlsx", "xls", "ods", "csv", "docx", "html", "zip"]
    sheets: tuple[Sheet, ...]
    remarks: tuple[Label, ...] = ()

    def tables(self) -> Iterator[tuple[Sheet, Table]]:
        """Every table with its sheet, in the order of the file."""
        for sheet in self.sheets:
            for table in sheet.tables:
                yield sheet, table


#: From this confidence on a meaning is taken without asking.
SURE = 0.8
