"""Where the tables of a sheet stand: titles, headings, body, totals, notes, and cards."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import islice

from bangfu.tables.below import of_members
from bangfu.tables.grid import Grid
from bangfu.tables.headings import unit_in, units_of_line
from bangfu.tables.heads import (
    SUBTOTAL,
    TOTAL,
    depth,
    edges_of,
    heads_a_part,
    is_header,
    is_number_row,
    paths_of,
)
from bangfu.tables.page import Knows, Page, card_row, is_card, one_a_column, pairs
from bangfu.tables.panels import parted_columns
from bangfu.tables.understood import Line, Rows

_NOTE = re.compile(
    r"^(?:注|备注|说明|填表说明|填报说明|填报要求|填表人|制表人?|审核人?|复核人?|审批人?|核算人|单位负责人|负责人|经办人|"
    r"填报人|填报单位|联系人|分管领导|主要领导|领导签字|户主签字|签字|盖章|.{0,4}单位.{0,4}章|日期|填报日期|"
    r"填报时间|年月日|※|\*|[1-9][.、])"
)
#: How far down a sheet the first headings are looked for.
_HEAD_WITHIN = 60
#: How many blank rows a form may have above its total.
_BLANKS = 60


@dataclass(slots=True)
class Block:
    """One table as it lies on the sheet; ``paths`` are the headings of each column.

    ``continues``: the list at its left goes on in it.
    """

    layout: str
    above: list[Line] = field(default_factory=list)
    header: Rows | None = None
    paths: dict[int, tuple[str, ...]] = field(default_factory=dict)
    number_row: int | None = None
    body: Rows = Rows(1, 0)
    totals: list[int] = field(default_factory=list)
    subtotals: list[int] = field(default_factory=list)
    repeats: list[int] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    pairs: list[tuple[int, int, int, int, str]] = field(default_factory=list)
    of_card: int | None = None
    continues: bool = False


def blocks(grid: Grid, knows: Knows) -> list[Block]:
    """The tables of a sheet from top to bottom."""
    page = Page(grid, knows)
    found: list[Block] = []
    row, above = 1, list[Line]()
    card: int | None = None
    last_card: int | None = None
    while row <= page.height and (found or row <= _HEAD_WITHIN):
        if one_a_column(page, row):
            block, row = _on_its_side(page, row)
            block.above, above = above, []
            found.append(block)
        elif is_card(page, row):
            block, row = _card(page, row)
            block.above, above = above, []
            card = last_card = len(found)
            found.append(block)
        elif is_header(page, row):
            block, row = _listed(page, row)
            block.of_card = last_card if of_members(above) else card if not above else None
            block.above, above = above, []
            found += _going_on(found[-1] if found else None, block)
        else:
            own = page.own(row)
            if not own and not page.drawn(row) and not above:
                card = None
            above += [Line(row, column, text) for column, text in own]
            row += 1
    if found and above:
        found[-1].notes += above
    return found or _headless(page)


#: A title that says that the table above goes on.
_CONTINUED = re.compile(
    r"^[(（]?(?:续表?|续上表|接上表)[)）]?[一二三四五六七八九十0-9]*$|[(（]续表?[)）]$"
)


def _going_on(before: Block | None, block: Block) -> list[Block]:
    """The tables of a block; below 续表 the list above goes on, under the same headings."""
    found = parted(block)
    told = any(_CONTINUED.search("".join(line.text.split())) for line in block.above)
    if before is None or not told or _leaves(before) != _leaves(found[0]):
        return found
    first, *others = (replace(one, above=before.above) for one in found)
    return [replace(first, continues=True), *others]


def _on_its_side(page: Page, first: int) -> tuple[Block, int]:
    """A list whose records are columns: it has no headings to go by, and nothing is taken of it."""
    row = first
    while row <= page.height and page.own(row):
        row += 1
    block = Block("rows", body=Rows(first, row - 1))
    block.paths = {column: () for column, _ in page.own(first)}
    return block, row


def _leaves(block: Block) -> list[tuple[str, ...]]:
    return [path[-1:] for path in block.paths.values()]


def parted(block: Block) -> list[Block]:
    """The tables that stand side by side under one row of headings."""
    panels = parted_columns(block.paths)
    if len(panels) < 2:
        return [block]
    found: list[Block] = []
    for panel in panels:
        left, right = min(panel), max(panel)
        above = [line for line in block.above if _over(line, panels, left, right)]
        if block.header and (title := _over_all(panel)):
            above.append(Line(block.header.first, left, title))
            panel = {column: path[1:] for column, path in panel.items()}
        one = replace(block, paths=panel, above=above)
        again = bool(found) and _leaves(one) == _leaves(found[-1])
        found.append(replace(one, continues=again))
    return found


def _over_all(panel: dict[int, tuple[str, ...]]) -> str:
    """The words over all columns of one of the tables that stand side by side: its title."""
    tops = {path[0] for path in panel.values() if len(path) > 1}
    return tops.pop() if len(tops) == 1 and all(len(p) > 1 for p in panel.values()) else ""


def _over(line: Line, panels: list[dict[int, tuple[str, ...]]], left: int, right: int) -> bool:
    """Whether a line stands over some columns, or over all that stand side by side."""
    starts = [column for panel in panels[1:] for column in (min(panel),)]
    own = any(line.column in range(start, start + 3) for start in starts)
    return left <= line.column <= right if own else True


def _headless(page: Page) -> list[Block]:
    """Rows without any headings: their meaning is left to the values."""
    rows = [row for row in range(1, page.height + 1) if len(list(page.grid.filled(row))) > 1]
    if len(rows) < 2:
        return []
    block = Block("rows", body=Rows(rows[0], rows[-1]))
    block.paths = {column: () for column in range(1, page.width + 1)}
    block.above = [Line(r, c, t) for r in range(1, rows[0]) for c, t in page.own(r)]
    return [block]


def _listed(page: Page, first: int) -> tuple[Block, int]:
    """A table of rows under headings, and the row after it."""
    block = Block("rows")
    last, side = depth(page, first)
    block.header = Rows(first, last)
    left, right = edges_of(page, first, last)
    left = max([left, *(span.right + 1 for span in side)])
    block.paths = paths_of(page, first, last, left, right)
    row = last + 1
    if is_number_row(page, row):
        block.number_row = row
        row += 1
    return block, _body(page, block, row)


# ── body ──────────────────────────────────────────────────────────────────────────────────────


def _body(page: Page, block: Block, start: int) -> int:
    """Find where a table's rows end; totals and notes on the way. The row after it."""
    assert block.header is not None
    heads = [page.text(block.header.last, column) for column in block.paths]
    row, end = start, start - 1
    drawn_below = page.drawn(start)
    while row <= page.height:
        if _plainly_a_record(page, row, list(islice(page.begins(row), 3))):
            end, row = row, row + 1
            continue
        own = page.own(row)
        if not own and not page.drawn(row) and not _within_span(page, row):
            if not drawn_below and (total := _total_below(page, row)):
                row = total
                continue
            if drawn_below or _ends_here(page, row):
                break
            row += 1
            continue
        if own and _outside(page, row, own, drawn_below) and _goes_on(page, block, row + 1):
            block.notes += [Line(row, column, text) for column, text in own]
            block.repeats.append(row)
            end, row = row, row + 1
            continue
        if own and (_outside(page, row, own, drawn_below) or _titles_next(page, row, own)):
            break
        if [page.text(row, column) for column in block.paths] == heads:
            block.repeats.append(row)
        elif len(own) > 1 and row > start and _new_table(page, row, own):
            break
        elif heads_a_part(page, row, len(block.paths)):
            block.subtotals.append(row)
        else:
            _sum_row(page, block, row)
        end = row
        row += 1
    while start < end and _is_example(page, start):
        start += 1
    block.body = _trimmed(block, start, max(end, start))
    return _notes(page, block, row)


def _plainly_a_record(page: Page, row: int, first: list[tuple[int, str]]) -> bool:
    """Whether a row cannot be anything but a record, by the first three of its cells.

    Most rows of a long list are.
    """
    if len(first) < 3:
        return False
    words = [text for _, text in first if not text.isdecimal()]
    if any(TOTAL.match(one) or SUBTOTAL.match(one) or _NOTE.match(one) for one in words):
        return False
    # Of a row with somebody's number the first word tells enough: the row of a card begins with
    # a label.
    return not any(map(page.knows, words[:1] if _numbered(page, row) else words))


def _numbered(page: Page, row: int) -> bool:
    """Whether what looks like an identity number stands in a row."""
    cells = page.grid.rows[row - 1] if row <= len(page.grid.rows) else ()
    return any(type(one) is str and len(one) == 18 and one[:17].isdecimal() for one in cells)


def _within_span(page: Page, row: int) -> bool:
    return any((row, column) in page.covered for column in range(1, min(page.width, 5) + 1))


def _total_below(page: Page, row: int) -> int:
    """The row of a total below blank ones, where no border shows how far a form goes; else 0."""
    for below in range(row + 1, min(row + _BLANKS, page.height) + 1):
        if own := page.own(below):
            tight = "".join(own[0][1].split())
            return below if TOTAL.match(tight) or SUBTOTAL.match(tight) else 0
    return 0


def _ends_here(page: Page, row: int) -> bool:
    """Whether a blank row ends the table: two of them, or other words than rows below."""
    below = row + 1
    if below > page.height:
        return True
    own = page.own(below)
    return not own or len(own) == 1 or is_header(page, below)


def _outside(page: Page, row: int, own: list[tuple[int, str]], drawn_below: bool) -> bool:
    """Whether the words of a row stand below the table: notes, signatures, another title."""
    tight = "".join(own[0][1].split())
    sums = TOTAL.match(tight) or SUBTOTAL.match(tight)
    if len(own) == 1 and units_of_line(tight):
        return True
    if drawn_below and not page.drawn(row):
        return not sums and (len(own) <= 3 or bool(_NOTE.match(tight)))
    return (
        len(own) <= 4
        and not sums
        and bool(_NOTE.match(tight))
        and not tight.isdecimal()
        and (len(own) == 1 or any(mark in text for _, text in own for mark in ":："))
    )


def _goes_on(page: Page, block: Block, row: int) -> bool:
    """Whether the records of a table go on below a note that stands between them."""
    said = {column for column, text in page.own(row)} & block.paths.keys()
    if len(said) < max(3, 0.5 * len(block.paths)) or is_header(page, row):
        return False
    return not is_card(page, row) and not any(page.knows(text) for _, text in page.own(row))


def _titles_next(page: Page, row: int, own: list[tuple[int, str]]) -> bool:
    """Whether a row is one cell across the table, and the headings of another one stand below."""
    (column, text), *others = own
    left, right = page.edges(row)
    across = not others and page.right(row, column) - column >= max(2, 0.8 * (right - left))
    if not across or TOTAL.match(text) or SUBTOTAL.match(text) or not is_header(page, row + 1):
        return False
    return sum(page.knows(heading) for _, heading in page.own(row + 1)) > 1


def _new_table(page: Page, row: int, own: list[tuple[int, str]]) -> bool:
    """Whether other headings, or the labels of a card, begin inside what is drawn as one.

    A unit (户, 人) beside the words of an indicator is no label.
    """
    own = [(column, text) for column, text in own if not unit_in(text)]
    known = sum(page.knows(text) for _, text in own)
    return known >= 3 and known >= 0.8 * len(own) or (is_card(page, row) and known >= 2)


def _sum_row(page: Page, block: Block, row: int) -> None:
    for column in list(block.paths)[:4]:
        text = "".join(page.grid.text(row, column).split())
        if not text or text.isdecimal():
            continue
        if (part := SUBTOTAL.match(text)) or TOTAL.match(text):
            (block.subtotals if part else block.totals).append(row)
            return


def _is_example(page: Page, row: int) -> bool:
    """Whether a row shows how the others are to be filled in."""
    said = ["".join(text.split()) for _, text in page.own(row)]
    return any(_EXAMPLE.match(text) for text in said[:2] + said[-1:])


#: What a row says that is an example.
_EXAMPLE = re.compile(r"^[(（]?(?:填写|填报)?(?:示例|样例|范例|举例|例)[一二三0-9]*[)）]?[:：]?$")


def _trimmed(block: Block, first: int, last: int) -> Rows:
    """The rows of records: without the sums above and below them."""
    sums = {*block.totals, *block.subtotals, *block.repeats}
    while first <= last and first in sums:
        first += 1
    while last >= first and last in sums:
        last -= 1
    return Rows(first, last)


def _notes(page: Page, block: Block, row: int) -> int:
    """The notes and signatures right below a table; the row after them."""
    while row <= page.height:
        own = page.own(row)
        if not own:
            if row + 1 > page.height or page.drawn(row) or page.drawn(row + 1):
                return row
            following = page.own(row + 1)
            if not following or not _NOTE.match("".join(following[0][1].split())):
                return row
        elif _signatures(own):
            pass
        elif page.drawn(row) and len(own) > 1 or is_header(page, row) or is_card(page, row):
            return row
        elif not _NOTE.match("".join(own[0][1].split())) and not any(
            mark in text for _, text in own for mark in ":：。"
        ):
            return row
        block.notes += [Line(row, column, text) for column, text in own]
        row += 1
    return row


def _signatures(own: list[tuple[int, str]]) -> bool:
    """Whether a row asks for hands alone: 制表： 复核： 分管领导：."""
    said = ["".join(text.split()) for _, text in own]
    return all(text.endswith((":", "：")) and _NOTE.match(text) for text in said)


# ── cards ─────────────────────────────────────────────────────────────────────────────────────


def _card(page: Page, row: int) -> tuple[Block, int]:
    """A card of labels and values, and the row after it."""
    block, first = Block("card"), row
    while row <= page.height:
        if not page.own(row) and not page.drawn(row):
            break
        if not card_row(page, row) and is_header(page, row):
            break
        if row > first and page.grid.drawn and not page.drawn(row):
            break
        block.pairs += pairs(page, row)
        row += 1
    block.body = Rows(first, row - 1)
    return block, row
