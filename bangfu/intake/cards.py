"""What cards say, as rows: each card one, and each member that it lists another."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from bangfu.intake.addresses import parted
from bangfu.intake.asked import target_in
from bangfu.intake.card_sheets import Card, Cards
from bangfu.intake.cells import LISTED, Reading, Reason, Row, cell_of, hold_against_number, rows
from bangfu.programmes.kinds import Label
from bangfu.tables.catalogue import Heading
from bangfu.tables.grid import Grid, position
from bangfu.tables.told import Told, as_text
from bangfu.tables.understood import SURE, Column, Slot, Table

#: What stands below a list of members and is none of them.
_BELOW = re.compile(
    r"(填表|填报|审核|审批|负责|调查|采集|记录|核实|入户)(人|员|单位|日期|时间)|签(字|名|章)|盖章|意见|"
    r"^(备注|说明|注|日期|其他.*|合计|小计|总计)[:：]?$|^[^:：]{2,8}[:：]"
)
#: Without any of these a card is about nobody yet.
_WHOSE = ("household.name", "person.name", "person.identity", "person.phone", "place.village")
#: What the card says for all whom it lists.
_SHARED = ("household.name", "household.number")
_SAYS_OTHERWISE = Label("卡片和成员表里写的不一样", "the card and its list of members differ")


def rows_of(
    cards: Cards,
    grid: Grid,
    catalogue: Mapping[str, Heading],
    *,
    today: dt.date,
    settled: Mapping[int, str] = MappingProxyType({}),
) -> Iterator[Row]:
    """Each card as a row, and the members that it lists each as another; blank cards are none."""
    for card in cards.each:
        first = card.rows.first
        row = Row(first, {}, settled.get(first, ""), of=cards.subject.kind)
        for slot in card.slots:
            _answer(row, slot, grid, catalogue, today)
        _placed(row, card, grid)
        hold_against_number(row)
        listed = [
            member
            for table in card.members
            for member in _members(table, grid, catalogue, today, settled)
        ]
        if not listed and not row.wrong and not any(row.text(target) for target in _WHOSE):
            continue  # a blank card, though something may be printed in it
        yield from _as_one(row, listed) if row.of == "household" else (row,)


def _answer(
    row: Row, slot: Slot, grid: Grid, catalogue: Mapping[str, Heading], today: dt.date
) -> None:
    column = slot.column
    if column.confidence < SURE or column.role not in ("value", "key"):
        return
    target = target_in(column, row.of)
    held = row.told.get(target)
    if target and (held is None or held.state == "blank"):
        value = grid.value(slot.row, column.index)
        row.elsewhere[target] = position(slot.row, column.index)
        Reading(target, column, catalogue, today).read(row, value)


def _placed(row: Row, card: Card, grid: Grid) -> None:
    """The village and the group of a card that tells them in an address."""
    if any(target.startswith("place.") and said.value for target, said in row.told.items()):
        return
    for slot in card.slots:
        if is_address(slot.column):
            cell = position(slot.row, slot.column.index)
            for target, part in parted(as_text(grid.value(slot.row, slot.column.index))):
                if target not in row.told:
                    row.told[target], row.elsewhere[target] = Told(part), cell
            return


def is_address(column: Column) -> bool:
    """Whether a label asks where somebody lives in one piece."""
    return "住址" in column.heading or "地址" in column.heading


def _members(
    table: Table, grid: Grid, catalogue: Mapping[str, Heading], today: dt.date,
    settled: Mapping[int, str],
) -> Iterator[Row]:  # fmt: skip
    """The rows of a list of members, up to what stands below it."""
    for row in rows(table, grid, catalogue, today=today, settled=settled):
        words = (grid.text(row.number, column) for column in grid.filled(row.number))
        if any(_BELOW.search("".join(text.split())) for text in list(words)[:2]):
            return
        if row.text("person.name") or row.wrong or row.doubts:
            row.of = "person"
            yield row


def _as_one(row: Row, listed: Sequence[Row]) -> Iterator[Row]:
    """A household's row with what the list of members says of its head, then the others."""
    name = row.text("household.name")
    if not name and (head := next((m for m in listed if _is_head(m)), None)):
        row.told["household.name"] = head.told["person.name"]
        row.elsewhere["household.name"] = cell_of(head, "person.name")
        name = row.text("household.name")
    heads = [m for m in listed if _is_head(m) or (name and m.text("person.name") == name)]
    if heads:
        _take_over(row, heads[0])
    row.told["person.relation"] = Told("head")
    if listed:
        row.told[LISTED] = Told(len(listed))
    yield row
    for member in listed:
        if heads and member is heads[0]:
            continue
        for target, said in row.told.items():
            if target in _SHARED or target.startswith("place."):
                member.told[target] = said
                member.elsewhere[target] = cell_of(row, target)
        yield member


def _is_head(member: Row) -> bool:
    return member.sure("person.relation") == "head"


def _take_over(row: Row, head: Row) -> None:
    """What the head's line says where the card is silent; where both speak they say the same."""
    for target, said in head.told.items():
        if target == "person.relation":
            continue
        at = "household.name" if target == "person.name" else target
        held = row.told.get(at)
        if held is None or held.state == "blank":
            row.told[at], row.elsewhere[at] = said, cell_of(head, target)
        elif said.state == held.state == "sure" and said.value != held.value:
            row.doubts.append(Reason(cell_of(head, target), _SAYS_OTHERWISE))
    for mine, theirs in ((row.wrong, head.wrong), (row.doubts, head.doubts),
                         (row.notes, head.notes), (row.unread, head.unread)):  # fmt: skip
        mine += theirs


def left_of(cards: Cards) -> Iterator[Reason]:
    """What cards say that is not taken, and why."""
    for at, column in cards.answers():
        if column.role == "serial" or answer_of(cards, at, column):
            continue
        if column.refused:
            yield Reason(at, column.refused)
        elif column.confidence < SURE:
            yield Reason(at, Label("没认准，先不接收", "not sure; not taken"))
        else:
            says = Label(f"“{column.says.zh}”这次不接收", f"{column.says.en} is not taken here")
            yield Reason(at, says)


def answer_of(cards: Cards, at: str, column: Column) -> str:
    """What a label of cards, or a heading of a list in them, answers; empty for what is left."""
    if is_address(column):
        return "place.village"
    if column.confidence < SURE or column.role not in ("value", "key"):
        return ""
    return target_in(column, "person" if at == column.letter else cards.subject.kind)
