"""A table of records filled: a row for each, every cell from the ledger and from where it says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.access import NotAllowed, kind_for, opens
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.saved_list import PEOPLE
from bangfu.ledger.conditions import all_of
from bangfu.ledger.models import Pairing, Subject
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import Cell as Read
from bangfu.lists.columns import lines
from bangfu.lists.listing import Listing
from bangfu.lists.pages import names_of
from bangfu.lists.related import Led, Related
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.built import PARTS, parts_built
from bangfu.paper.forms.cells import Value
from bangfu.paper.forms.joining import EMPTY, Cell, asked_in, joined, side_by_side, yes_or_no
from bangfu.paper.forms.members import MEMBERS, SIZE, counted_members
from bangfu.paper.forms.reckoned import reckoned_in
from bangfu.paper.forms.sources import Source
from bangfu.paper.forms.told import CellTold, ColumnTold
from bangfu.paper.forms.values import value_for
from bangfu.programmes.kinds import SUBJECT_KINDS, Field, Kind

#: So many records are read at once.
_AT_ONCE = 500
#: Numbers of which a sum says nothing.
_NEVER_SUMMED = frozenset(("age",))


@dataclass
class Reader:
    """Reads what columns ask about some records of a kind, as far as the account may see it."""

    request: Request
    kind: Kind
    unit: str = ""
    related: Related = field(init=False)

    def __post_init__(self) -> None:
        self.related = Related(self.request.moment, self.request.programme)

    def read(
        self, keys: Sequence[UUID], columns: Sequence[ColumnTold]
    ) -> dict[UUID, dict[int, Cell]]:
        """The cells of every record, by the place of the column among those given."""
        parts = [
            (number, replace(column, column=part, source=source))
            for number, column in enumerate(columns)
            for part, source in zip(asked_in(column), column.source.parts, strict=False)
        ]
        if parts:
            return self._read_parts(keys, columns, parts)
        found: dict[UUID, dict[int, Cell]] = {key: {} for key in keys}
        for day in {column.source.then for column in columns}:
            asked = [(n, c) for n, c in enumerate(columns) if c.source.then == day]
            self._on_day(day)._read_now(keys, asked, found)
        return found

    def _on_day(self, day: dt.date | None) -> Reader:
        """The same as things stood on an earlier day, which a column names."""
        if day is None:
            return self
        moment = self.request.moment.on_day(day)
        return Reader(replace(self.request, moment=moment), self.kind, self.unit)

    def _read_now(
        self,
        keys: Sequence[UUID],
        asked: Sequence[tuple[int, ColumnTold]],
        found: dict[UUID, dict[int, Cell]],
    ) -> None:
        targets = {c.source.target for _, c in asked if c.source.sort in ("field", "place")}
        for target in sorted(targets):
            wanted = [(n, c) for n, c in asked if c.source.target == target]
            if target == MEMBERS:
                cells = counted_members(self.request, keys, wanted)
            else:
                cells = self._read_target(self.related.to(self.kind, keys, target), wanted)
            for number, told in cells:
                for key in keys:
                    if key in told:
                        found[key][number] = told[key]
            if target == "head":
                self._called_by_head(keys, wanted, found)
            if target == "person" and self.kind.name in ("payout", "benefit"):
                self._of_whom_it_is_not(keys, wanted, found)

    def _of_whom_it_is_not(
        self,
        keys: Sequence[UUID],
        wanted: Sequence[tuple[int, ColumnTold]],
        found: dict[UUID, dict[int, Cell]],
    ) -> None:
        """What was given to a household, beside the name of its head: that is said."""
        given = self.related.subjects_of(self.kind, keys)
        kinds = self.related.kinds_of([to for ends in given.values() for to in ends])
        for key, ends in given.items():
            if any(kinds.get(to) == "household" for to in ends):
                for number, _ in wanted:
                    if number in found[key] and found[key][number].values:
                        found[key][number].doubt = "发给户的；写的是户主"

    def _read_parts(
        self,
        keys: Sequence[UUID],
        columns: Sequence[ColumnTold],
        parts: Sequence[tuple[int, ColumnTold]],
    ) -> dict[UUID, dict[int, Cell]]:
        """The same where columns ask for several things: each is read, then they are joined."""
        plain = [replace(column, source=replace(column.source, parts=())) for column in columns]
        read = self.read(keys, [*plain, *(part for _, part in parts)])
        places: dict[int, list[int]] = {}
        for place, (number, _) in enumerate(parts, start=len(columns)):
            places.setdefault(number, []).append(place)
        for cells in read.values():
            for number, own in places.items():
                told = [cells.pop(place, EMPTY) for place in own]
                question = columns[number].source.whether
                join = yes_or_no if question else side_by_side
                cells[number] = join(told, columns[number])
        return read

    def _called_by_head(
        self,
        keys: Sequence[UUID],
        wanted: Sequence[tuple[int, ColumnTold]],
        found: dict[UUID, dict[int, Cell]],
    ) -> None:
        """A household bears its head's name: taken where nobody is registered, and said to be so.

        What is called after a family (赵家) names no head.
        """
        for number, column in wanted:
            if column.source.field is None or column.source.field.key != "name":
                continue
            rest = [
                key for key in keys if number not in found[key] or not found[key][number].values
            ]
            led = self.related.to(self.kind, rest, "household")
            homes_led = list(dict.fromkeys(home for homes in led.values() for home in homes))
            opened = self._opened(VOCABULARY["household"], homes_led)
            names = names_of(opened, self.request.moment)
            for key, homes in led.items():
                for home in homes:
                    if (name := names.get(home, "")) and not name.endswith(("家", "户")):
                        found[key][number] = Cell((name,), (home,), doubt="户名；户主未登记")

    def _read_target(
        self, led: Led, wanted: Sequence[tuple[int, ColumnTold]]
    ) -> Iterator[tuple[int, Mapping[UUID, Cell]]]:
        ends = list(dict.fromkeys(end for keys in led.values() for end in keys))
        for number, told in self._values(wanted, ends):
            yield (
                number,
                {key: joined([told[e] for e in keys if e in told]) for key, keys in led.items()},
            )

    def _values(
        self, wanted: Sequence[tuple[int, ColumnTold]], keys: Sequence[UUID]
    ) -> Iterator[tuple[int, Mapping[UUID, Cell]]]:
        """What columns ask of some records; fields of one kind are read together."""
        fields: dict[str, list[tuple[int, ColumnTold]]] = {}
        for number, column in wanted:
            named = self._of_name(column.source, keys)
            if column.source.target == PARTS:
                yield number, parts_built(self.request, keys)
            elif column.source.year:
                yield number, reckoned_in(self.request, keys, column, self.unit)
            elif named is not None:
                yield number, named
            else:
                assert column.source.kind is not None
                fields.setdefault(column.source.kind.name, []).append((number, column))
        for columns in fields.values():
            yield from self._fields(columns, keys)

    def _of_name(self, source: Source, keys: Sequence[UUID]) -> Mapping[UUID, Cell] | None:
        """What is called by its name: a place, a subject; nothing for any other field."""
        if source.sort == "place":
            tops = self.related.above(keys, source.level)
            return {key: Cell((top.name,), (top.fact_key,)) for key, top in tops.items()}
        assert source.field is not None and source.kind is not None
        if source.field.key == "name" and source.kind.name in SUBJECT_KINDS:
            kinds = self.related.kinds_of(keys)
            same = [key for key in keys if kinds.get(key, "place") == source.kind.name]
            return self._named(source.kind, same)
        return None

    def _named(self, kind: Kind, keys: Sequence[UUID]) -> Mapping[UUID, Cell]:
        """The names of some subjects; of people only whom a record tells that is open."""
        opened = set(keys) if kind.name not in PEOPLE else self.told_of(kind, keys)
        names = names_of(opened, self.request.moment)
        found = {key: Cell((name,), (key,)) for key, name in names.items() if name}
        shut = {key: Cell((), (), withheld=True) for key in self._shut(kind, keys, opened)}
        return {**found, **shut}

    def _fields(
        self, columns: Sequence[tuple[int, ColumnTold]], keys: Sequence[UUID]
    ) -> Iterator[tuple[int, Mapping[UUID, Cell]]]:
        """The values of fields of one kind; what the account may not read is told as withheld."""
        kind = columns[0][1].source.kind
        assert kind is not None
        open_ = [
            (number, column, column.source.field) for number, column in columns
            if column.source.field is not None and self._may_read(kind, column.source.field)
        ]  # fmt: skip
        found: dict[int, dict[UUID, Cell]] = {number: {} for number, _ in columns}
        listing = Listing((kind.name,), self.request.moment, programme=None)
        for first in range(0, len(keys) if open_ else 0, _AT_ONCE):
            rows = all_of(kind, self.request.moment).filter(fact__in=keys[first : first + _AT_ONCE])
            for line in lines(listing, self._open(kind, rows), [one for *_, one in open_]):
                for (number, column, _), cell in zip(open_, line.cells, strict=True):
                    found[number][line.fact] = self._cell(column, line.fact, cell)
        shut: dict[bool, dict[UUID, Cell]] = {}
        for number, cells in found.items():
            if (known := bool(cells)) not in shut:
                out = Cell((), (), withheld=True)
                shut[known] = dict.fromkeys(self._shut(kind, keys, cells), out)
            yield number, {**cells, **shut[known]}

    def _may_read(self, kind: Kind, one: Field) -> bool:
        """Whether the account that fills reads a field of a kind at all."""
        return self.request.user is None or one.key in kind_for(self.request.user, kind)

    def _open(self, kind: Kind, rows: QuerySet[Any]) -> QuerySet[Any]:
        user = self.request.user
        return rows if user is None else opens(user, kind, rows)

    def told_of(self, kind: Kind, keys: Sequence[UUID]) -> set[UUID]:
        """Of some people whom the account may open, or of whose helping it may open the record."""
        found = self._opened(kind, keys)
        rest = [key for key in keys if key not in found]
        for first in range(0, len(rest), _AT_ONCE):
            pairings = Pairing.objects.at(self.request.moment).filter(
                helper__in=rest[first : first + _AT_ONCE]
            )
            open_ = self._open(VOCABULARY["pairing"], pairings)
            found.update(open_.values_list("helper", flat=True))
        return found

    def _opened(self, kind: Kind, keys: Sequence[UUID]) -> set[UUID]:
        """Of the keys of some records of a kind those that are open to the account."""
        found: set[UUID] = set()
        for first in range(0, len(keys), _AT_ONCE):
            rows = all_of(kind, self.request.moment).filter(fact__in=keys[first : first + _AT_ONCE])
            found.update(self._open(kind, rows).values_list("fact", flat=True))
        return found

    def _shut(self, kind: Kind, keys: Sequence[UUID], found: Container[UUID]) -> list[UUID]:
        """Of some keys those of records of a kind that are there and not open to the account."""
        rest = [key for key in keys if key not in found]
        if self.request.user is None or not rest:
            return []
        rows = all_of(kind, self.request.moment).filter(fact__in=rest)
        return list(rows.values_list("fact", flat=True))

    def _cell(self, column: ColumnTold, key: UUID, cell: Read) -> Cell:
        one = column.source.field
        assert one is not None
        if one.sensitivity == "sealed" and cell.text:
            clear = self._revealed(key, one.key) if self.request.purpose else None
            if clear is None:
                return Cell((cell.text,), (key,), masked=True)
            cell = Read(clear, one.codes[clear].zh if clear in one.codes else clear)
        value = value_for(one, cell, column.column, self.unit)
        return Cell(() if value is None else (value,), (key,))

    def _revealed(self, key: UUID, name: str) -> str | None:
        """A sealed number of one person in clear, written into the journal; None if not allowed."""
        if name not in persons.SEALED:
            return None
        request = self.request
        by = By(request.user, request.door, purpose=request.purpose)
        subject = Subject.objects.current().filter(pk=key, kind="person").first()
        try:
            return persons.reveal(by=by, subject=subject, field=name) if subject else None
        except NotAllowed:
            return None


# ------------------------------------------------------------------ rows of a table


def filled_rows(
    reader: Reader,
    keys: Sequence[UUID | None],
    columns: Sequence[ColumnTold],
    first: int,
    before: int = 0,
) -> tuple[list[dict[int, Value]], list[CellTold]]:
    """The rows of a block from row ``first`` on, and of every cell where it came from.

    A key that is ``None`` leaves its row as it is; ``before``: rows of the same list elsewhere.
    """
    rows: list[dict[int, Value]] = []
    told: list[CellTold] = []
    there = [key for key in keys if key is not None]
    for start in range(0, len(there), _AT_ONCE) or (0,):
        read = reader.read(there[start : start + _AT_ONCE], columns)
        for key in keys[len(rows) :]:
            if key is not None and key not in read:
                break
            cells = read.get(key, {}) if key is not None else {}
            values: dict[int, Value] = {}
            for number, column in enumerate(columns):
                at = first + len(rows), column.column.index
                value = _one(
                    column, cells.get(number, EMPTY), before + len(rows) + 1, key, at, told
                )
                if value is not None:
                    values[at[1]] = value
            rows.append(values)
    return rows, told


def _one(
    column: ColumnTold,
    cell: Cell,
    number: int,
    key: UUID | None,
    at: tuple[int, int],
    told: list[CellTold],
) -> Value:
    if column.source.sort == "serial":
        column.filled += 1
        return number
    if column.source.sort not in ("field", "place") or key is None:
        return None
    value = cell.value
    kind = column.source.kind.name if column.source.kind else "place"
    if value is None:
        column.blank += 1
        column.withheld += cell.withheld
        told.append(blank_cell(at, kind, cell, key))
        return None
    column.filled += 1
    column.masked += cell.masked
    column.doubtful += bool(cell.doubt)
    told.append(CellTold(*at, kind=kind, keys=cell.keys, doubt=cell.doubt))
    return value


def blank_cell(at: tuple[int, int], kind: str, cell: Cell, key: UUID) -> CellTold:
    """What is told of a cell for which the ledger answers nothing, in the row of a record."""
    keys, nobody = cell.keys, not cell.keys and not cell.withheld
    return CellTold(
        *at, kind=kind if keys else "", keys=keys or (key,), blank=True, why=cell.why,
        nobody=nobody,
    )  # fmt: skip


def totals(rows: Sequence[Mapping[int, Value]], columns: Sequence[ColumnTold]) -> dict[int, Value]:
    """The sums of what can be added up, for a total row."""
    found: dict[int, Value] = {}
    for column in columns:
        one = column.source.field
        if column.source.target == MEMBERS:
            one = SIZE
        if one is None or one.type not in ("number", "money") or one.key in _NEVER_SUMMED:
            continue
        if column.source.target == "benefit":
            # What each is entitled to is a rate, and no payment.
            continue
        said = [row[column.column.index] for row in rows if column.column.index in row]
        numbers = [Decimal(v) for v in said if isinstance(v, int | Decimal)]
        if numbers:
            found[column.column.index] = sum(numbers, Decimal(0))
    return found
