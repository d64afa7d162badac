"""What is asked of a form that is to be filled: for whom, of which day and place, out of what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from bangfu.ledger.models import Place, Programme, User
from bangfu.ledger.moment import Moment
from bangfu.tables.grid import position
from bangfu.tables.understood import Column, Slot, Table
from bangfu.tables.unreadable import OF_FORMS, Limits

#: More rows than this are no form that somebody reads.
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Request:
    """Who fills, of which moment, under which place and programme, and what was answered.

    ``user`` is ``None`` for the server's own operator. ``subject`` is whom a card is about.
    ``purpose`` opens sealed numbers, one by one, each written into the journal; without one they
    are masked. ``answers`` say what columns mean, by their spots: a field (``person.phone``) or
    ``-`` for leaving it blank; and which records come into a table: a name of the programme.
    ``kept``: what was typed for cells that no record can hold, by :func:`spot_of_cell`.
    ``limits``: how large the form may be.
    """

    moment: Moment
    user: User | None = None
    place: Place | None = None
    programme: Programme | None = None
    subject: UUID | None = None
    purpose: str = ""
    door: str = "command"
    most: int = MOST
    answers: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = OF_FORMS


def spot_of(sheet: str, table: Table, column: Column) -> str:
    """The address of a column's question: its sheet and the first cell that it would fill."""
    return f"{sheet}!{position(table.body.first, column.index)}"


def spot_of_slot(sheet: str, slot: Slot) -> str:
    """The address of a card's question: its sheet and the cell that it would fill."""
    return f"{sheet}!{position(slot.row, slot.column.index)}"


def spot_of_cell(column: str, about: UUID | None, row: int) -> str:
    """How a cell is told from every other, also when rows come to stand otherwise.

    ``column`` is the spot of its column, ``about`` the record of its row; without one, its number.
    """
    return f"{column}@{about or row}"


def spot_of_rows(sheet: str, table: Table) -> str:
    """The address of the question which records come into a table."""
    return f"{sheet}!{table.body.first}"
