"""What an issued paper keeps of its tables, how it is printed again, and what differs by now.

A cell in clear is kept as it was printed. A cell that tells of persons is kept as their keys and
read again at both dates of the paper, so that erasing a person takes the name out of it too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any, Literal, TypeVar, cast
from uuid import UUID

from bangfu.ledger import vault
from bangfu.ledger.actions.document_counting import FEW, Tabled
from bangfu.ledger.digests import ROW_BYTES, row_digest
from bangfu.ledger.keys import Suite
from bangfu.ledger.models import Document, FrozenReading, FrozenTable, SubjectKey
from bangfu.ledger.moment import Moment
from bangfu.lists.columns import ERASED
from bangfu.paper.pages import Value
from bangfu.paper.tables import Cell, Column, Row, Table, rows_again, table_of

K = TypeVar("K", "Row", "_Line")
_RECORD = 16 + ROW_BYTES
#: So many rows are digested at once.
_AT_ONCE = 1_000


def moment_of(reading: FrozenReading) -> Moment:
    """Both dates of the paper."""
    return Moment(reading.on, reading.known_at)


def table_kept(reading: FrozenReading) -> FrozenTable | None:
    """The table of a frozen reading; papers issued before tables were frozen have none."""
    return getattr(reading, "table", None)


# ------------------------------------------------------------------ freezing


def tabled(table: Table) -> Tabled:
    """A table as it is kept: cells while rows are few, else a digest of each."""
    suite = vault.keyring().suite
    head = {
        "kind": table.kind,
        "caption": table.caption,
        "total": table.total,
        "total_at": table.total_at,
        "columns": [asdict(column) for column in table.columns],
    }
    digests = _digests(table, table.rows, suite)
    if len(table.rows) > FEW:
        return Tabled(head, None, b"".join(UUID(k).bytes + d for k, d in digests.items()))
    rows = [
        [row.key, digests[row.key].hex(), [_kept(cell) for cell in row.cells]] for row in table.rows
    ]
    return Tabled(head, rows, None)


def _kept(cell: Cell) -> Any:
    """One cell as plain data: nothing, text, a day, a number, or of whom it tells."""
    if cell.value is None or cell.value == "":
        return None
    if cell.of:
        return {"of": [str(key) for key in cell.of]}
    if isinstance(cell.value, dt.date):
        return {"day": cell.value.isoformat()}
    return cell.value if isinstance(cell.value, str) else {"number": str(cell.value)}


def _digests(table: Table, rows: Sequence[Row], suite: Suite) -> dict[str, bytes]:
    """A digest of the printed cells of each row, which nobody can guess at once one is erased."""
    found = {}
    for first in range(0, len(rows), _AT_ONCE):
        some = rows[first : first + _AT_ONCE]
        salts = _salts(key for row in some for key in row.told_of)
        for row in some:
            said = {"key": row.key, "cells": table.texts(row)}
            salt = b"".join(salts.get(key, b"") for key in sorted(row.told_of))
            found[row.key] = row_digest("ledger_frozentable", said, salt=salt, suite=suite)
    return found


def _salts(keys: Iterable[UUID]) -> dict[UUID, bytes]:
    held = SubjectKey.objects.filter(subject__in=set(keys), salt__isnull=False)
    return {subject: bytes(salt or b"") for subject, salt in held.values_list("subject_id", "salt")}


# ------------------------------------------------------------------ printing it again


@dataclass(frozen=True, slots=True)
class _Line:
    """A row as it was kept: its key, its digest, and its cells where these were kept."""

    key: str
    digest: bytes
    cells: Sequence[Any] | None

    @property
    def in_clear(self) -> bool:
        """Whether nothing of it must be read again."""
        return self.cells is not None and not any(_of(cell) for cell in self.cells)


def printed(
    document: Document,
    reading: FrozenReading,
    *,
    only: Collection[str] | None = None,
) -> Table | None:
    """The table of an issued paper as it was printed, or only some of its rows."""
    kept = table_kept(reading)
    if kept is None:
        whole = table_of(document, reading.figure, moment_of(reading))
        return whole and replace(whole, rows=_chosen(whole.rows, only))
    chosen = _chosen(_lines(kept), only)
    unclear = [line.key for line in chosen if not line.in_clear]
    found = rows_again(document, reading.figure, moment_of(reading), unclear)
    again = {row.key: row for row in found}
    table = _head(kept)
    rows = tuple(_row(line, again.get(line.key), len(table.columns)) for line in chosen)
    drawn = replace(table, rows=rows)
    return replace(drawn, astray=_astray(drawn, chosen, again, cast("Suite", kept.event.suite)))


def _chosen(rows: Iterable[K], only: Collection[str] | None) -> tuple[K, ...]:
    return tuple(row for row in rows if only is None or row.key in only)


def _lines(kept: FrozenTable) -> Iterator[_Line]:
    if kept.rows is not None:
        return (_Line(key, bytes.fromhex(digest), cells) for key, digest, cells in kept.rows)
    return (_Line(key, digest, None) for key, digest in _run(kept).items())


def _run(kept: FrozenTable) -> dict[str, bytes]:
    """The digests of a table of many rows, by their keys and in their order."""
    run = bytes(kept.digests or b"")
    records = (run[at : at + _RECORD] for at in range(0, len(run), _RECORD))
    return {str(UUID(bytes=record[:16])): record[16:] for record in records}


def _head(kept: FrozenTable) -> Table:
    head = {**kept.head}
    columns = tuple(Column(**column) for column in head.pop("columns"))
    return Table(columns, (), **head)


def _row(line: _Line, again: Row | None, width: int) -> Row:
    if line.cells is None:
        return again or Row(line.key, (Cell(ERASED.zh), *(Cell(None) for _ in range(width - 1))))
    found = again.cells if again else [None] * width
    return Row(line.key, tuple(map(_cell, line.cells, found)))


def _cell(kept: Any, again: Cell | None) -> Cell:
    if of := _of(kept):
        return Cell(again.value if again and again.value else ERASED.zh, of)
    return Cell(_value(kept))


def _of(kept: Any) -> tuple[UUID, ...]:
    named = kept.get("of", ()) if isinstance(kept, Mapping) else ()
    return tuple(UUID(key) for key in named)


def _value(kept: Any) -> Value:
    if not isinstance(kept, Mapping):
        return cast("str | None", kept)
    return dt.date.fromisoformat(kept["day"]) if "day" in kept else Decimal(kept["number"])


def _astray(table: Table, chosen: Sequence[_Line], again: Mapping[str, Row], suite: Suite) -> int:
    """How many rows that were read again are not as they were printed, though nobody was erased."""
    told = [_told(row, again[row.key]) for row in table.rows if row.key in again]
    digests = _digests(table, told, suite)
    erased = _erased(key for row in told for key in row.told_of)
    excused = {row.key for row in told if row.told_of & erased}
    unclear = (line for line in chosen if not line.in_clear and line.key not in excused)
    return sum(digests.get(line.key) != line.digest for line in unclear)


def _told(row: Row, again: Row) -> Row:
    """A printed row with all of whom it tells, also where nothing stood about them."""
    cells = zip(row.cells, again.cells, strict=True)
    return Row(row.key, tuple(Cell(cell.value, found.of) for cell, found in cells))


def _erased(keys: Iterable[UUID]) -> set[UUID]:
    gone = SubjectKey.objects.filter(subject__in=set(keys), salt__isnull=True)
    return set(gone.values_list("subject_id", flat=True))


# ------------------------------------------------------------------ what differs by now


@dataclass(frozen=True, slots=True)
class CellNow:
    """A cell that is another by now."""

    heading: str
    printed: str
    now: str


@dataclass(frozen=True, slots=True)
class RowNow:
    """A row of a printed table that is another by now: it came, went, or has other cells."""

    key: str
    sort: Literal["came", "gone", "changed"]
    called: str
    cells: tuple[CellNow, ...] = ()


def differences(document: Document, reading: FrozenReading) -> list[RowNow]:
    """Which rows of a printed table would be printed otherwise today, for the same day."""
    now = table_of(document, reading.figure, Moment(reading.on))
    kept = table_kept(reading)
    if kept is not None and kept.digests is not None and now is not None:
        return _among(document, reading, _suspects(kept, now), now)
    return _among(document, reading, None, now)


def _suspects(kept: FrozenTable, now: Table) -> set[str]:
    """The keys of rows whose digests differ: only these must be read as they were printed."""
    then, digests = _run(kept), _digests(now, now.rows, cast("Suite", kept.event.suite))
    return {key for key in {*then, *digests} if then.get(key) != digests.get(key)}


def _among(
    document: Document, reading: FrozenReading, only: Collection[str] | None, now: Table | None
) -> list[RowNow]:
    then = printed(document, reading, only=only)
    if then is None or now is None:
        return []
    before = {row.key: then.texts(row) for row in then.rows}
    after = {r.key: now.texts(r) for r in now.rows if only is None or r.key in only}
    found = [_compared(key, texts, after.get(key), then) for key, texts in before.items()]
    came = [RowNow(key, "came", texts[0]) for key, texts in after.items() if key not in before]
    return [row for row in found if row is not None] + came


def _compared(key: str, before: list[str], after: list[str] | None, then: Table) -> RowNow | None:
    if after is None:
        return RowNow(key, "gone", before[0])
    cells = tuple(
        CellNow(column.heading, old, new)
        for column, old, new in zip(then.columns, before, after, strict=False)
        if old != new
    )
    return RowNow(key, "changed", before[0], cells) if cells else None
