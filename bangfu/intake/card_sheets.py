"""Cards of label and value for one household or person each, as one table of all of them.

A file may hold one card a sheet, several on one, or both. They are laid together below one another
on one sheet, so that a row and a cell mean one thing in all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bangfu.programmes.kinds import Label
from bangfu.tables.grid import Grid, Span, Value, position
from bangfu.tables.understand import layout_key
from bangfu.tables.understood import Book, Column, Rows, Sheet, Slot, Subject, Table

#: Whose cards are taken in.
_OF = ("household", "person")
#: Which answers name the one whom a card is about: where one comes again, another card begins.
_NAMES = ("household.name", "person.name")


@dataclass(frozen=True, slots=True)
class Card:
    """One card: on which sheet it stood and from which row, its answers, its lists of members.

    ``layouts``: of each label the layout under which its meaning is remembered.
    """

    sheet: str
    above: int
    rows: Rows
    slots: tuple[Slot, ...]
    members: tuple[Table, ...] = ()
    layouts: Mapping[tuple[str, ...], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards(Table):
    """All cards of a file as one table."""

    each: tuple[Card, ...] = field(default=())

    def stood(self, cell: str) -> str:
        """A cell as it is called in the file that was brought, on the sheet where it stood."""
        found = re.fullmatch(r"([A-Z]*)(\d+)", cell)
        card = self._at(int(found[2])) if found else None
        if found is None or card is None or len({one.sheet for one in self.each}) == 1:
            return cell
        return f"{card.sheet}!{found[1]}{int(found[2]) - card.above}"

    def label_at(self, cell: str) -> str:
        """The label to which a cell answers; in a list of members its heading."""
        found = re.fullmatch(r"([A-Z]+)(\d+)", cell)
        card = self._at(int(found[2])) if found else None
        if found is None or card is None:
            return ""
        for slot in card.slots:
            if position(slot.row, slot.column.index) == cell:
                return " › ".join(slot.column.path)
        of = (c for table in card.members if int(found[2]) in table.body for c in table.columns)
        return next((" › ".join(c.path) for c in of if c.letter == found[1]), "")

    def layouts_of(self, column: Column, *, alone: bool) -> tuple[str, ...]:
        """The layouts in which a label of cards stands, or a heading of the lists in them."""
        found: list[str] = []
        for card in self.each:
            if alone and column.path in card.layouts:
                found.append(card.layouts[column.path])
            for table in () if alone else card.members:
                if any(one.path == column.path for one in table.columns):
                    found.append(layout_key({one.index: one.path for one in table.columns}))
        return tuple(dict.fromkeys(found))

    def _at(self, row: int) -> Card | None:
        return next((card for card in self.each if row in card.rows), None)

    def answers(self) -> Iterator[tuple[str, Column]]:
        """Every answer once, whatever number of cards asks it, with a cell that gives it."""
        seen: set[tuple[bool, tuple[str, ...]]] = set()
        for card in self.each:
            slots = [(position(s.row, s.column.index), s.column, True) for s in card.slots]
            listed = [(c.letter, c, False) for table in card.members for c in table.columns]
            for at, column, alone in (*slots, *listed):
                if (alone, column.path) not in seen:
                    seen.add((alone, column.path))
                    yield at, column


# ------------------------------------------------------------------ laid together


def together(book: Book) -> Book:
    """A file with its cards as one table, on one sheet where they stood on several."""
    found = {number: _cards(sheet) for number, sheet in enumerate(book.sheets) if not sheet.hidden}
    found = {number: cards for number, cards in found.items() if cards}
    if not found:
        return book
    bare = {n: _without(book.sheets[n]) for n in found}
    if len(found) == 1:
        ((number, cards),) = found.items()
        one = replace(bare[number], tables=(_as_table(cards), *bare[number].tables))
        return replace(book, sheets=_put(book, {number: one}))
    laid = _laid(book, found)
    kept = {n: sheet if sheet.tables else None for n, sheet in bare.items()}
    return replace(book, sheets=(laid, *_put(book, kept)))


def _put(book: Book, instead: Mapping[int, Sheet | None]) -> tuple[Sheet, ...]:
    sheets = (instead.get(n, sheet) for n, sheet in enumerate(book.sheets))
    return tuple(sheet for sheet in sheets if sheet is not None)


def _without(sheet: Sheet) -> Sheet:
    """A sheet without its cards and what stands in them."""
    left = (t for t in sheet.tables if not _is_card(t) and t.of_card is None)
    return replace(sheet, tables=tuple(left))


def _is_card(table: Table) -> bool:
    return table.layout == "card" and table.subject.kind in _OF


def _cards(sheet: Sheet) -> list[Card]:
    """The cards of a sheet; one that names nobody goes on with the one above."""
    found: list[Card] = []
    for table in sheet.tables:
        if _is_card(table):
            named = any(slot.column.field in _NAMES for slot in table.slots)
            if named or not found:
                first = min((slot.row for slot in table.slots), default=table.body.first)
                found.append(Card(sheet.name, 0, Rows(first, first), ()))
            found[-1] = replace(
                found[-1],
                slots=(*found[-1].slots, *table.slots),
                layouts={**found[-1].layouts, **_layouts(table)},
            )
        elif table.of_card is not None and found:
            found[-1] = replace(found[-1], members=(*found[-1].members, table))
    firsts = [card.rows.first for card in found]
    ends = [*(first - 1 for first in firsts), sheet.grid.height][1:]
    return [
        replace(card, rows=Rows(card.rows.first, end))
        for card, end in zip(found, ends, strict=True)
    ]


def _layouts(table: Table) -> dict[tuple[str, ...], str]:
    """Of each label of a card the layout in which it stands."""
    paths = {number: slot.column.path for number, slot in enumerate(table.slots)}
    return dict.fromkeys(paths.values(), layout_key(paths))


def _as_table(cards: Sequence[Card]) -> Cards:
    kinds = [slot.column.field for card in cards for slot in card.slots]
    of = "household" if "household.name" in kinds else "person"
    reason = Label("标签和填写格成对", "labels with room for their answers")
    return Cards(
        layout="card", subject=Subject("single", of, 0.9, reason), columns=(),
        body=Rows(cards[0].rows.first, cards[-1].rows.last),
        slots=tuple(slot for card in cards for slot in card.slots), each=tuple(cards),
    )  # fmt: skip


def _laid(book: Book, found: Mapping[int, Sequence[Card]]) -> Sheet:
    """The sheets of the cards below one another."""
    lines: list[Sequence[Value]] = []
    merged: list[Span] = []
    cards: list[Card] = []
    for number, theirs in found.items():
        grid, above = book.sheets[number].grid, len(lines)
        lines += [*grid.rows, *([()] * (grid.height - len(grid.rows) + 1))]
        merged += [Span(s.top + above, s.left, s.bottom + above, s.right) for s in grid.merged]
        cards += [_lowered(card, above) for card in theirs]
    name = f"{len(cards)}张卡片"
    return Sheet(name, (_as_table(cards),), Grid(lines, tuple(merged)))


def _lowered(card: Card, by: int) -> Card:
    """A card so many rows further down."""
    slots = (replace(s, label_row=s.label_row + by, row=s.row + by) for s in card.slots)
    members = tuple(
        replace(
            t,
            body=_down(t.body, by),
            header=_down(t.header, by) if t.header else None,
            totals=_all(t.totals, by),
            subtotals=_all(t.subtotals, by),
            repeats=_all(t.repeats, by),
        )  # fmt: skip
        for t in card.members
    )
    rows = _down(card.rows, by)
    return Card(card.sheet, by, rows, tuple(slots), members, card.layouts)


def _down(rows: Rows, by: int) -> Rows:
    return Rows(rows.first + by, rows.last + by)


def _all(numbers: Sequence[int], by: int) -> tuple[int, ...]:
    return tuple(number + by for number in numbers)
