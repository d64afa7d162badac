"""Where the tables of a sheet stand: titles, headings, body, totals, notes, and cards."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bangfu.tables.grid import Grid, Span
from bangfu.tables.headings import label_like, units_of_line
from bangfu.tables.page import Knows, Page, card_row, is_card, pairs
from bangfu.tables.understood import Line, Rows

TOTAL = re.compile(
    r"^(?:合计|总计|总数|共计|累计|全[县区市镇乡村省]?合?计|[^0-9]{0,8}合计|计)[::]?$"
)
SUBTOTAL = re.compile(r"^(?:小计|.{0,12}小计|其中[::]?.{0,8}小计)[::]?$")
_NOTE = re.compile(
    r"^(?:注|备注|说明|填表说明|填报说明|填报要求|填表人|制表人?|审核人?|核算人|单位负责人|负责人|经办人|"
    r"填报人|填报单位|联系人|分管领导|主要领导|领导签字|户主签字|签字|盖章|单位.{0,4}章|日期|填报日期|"
    r"填报时间|年月日|※|\*|[1-9][.、])"
)
_NUMBERS = "甲乙丙丁戊己庚辛"
#: How many levels headings have at most, and how far down a sheet the first are looked for.
_LEVELS, _HEAD_WITHIN = 4, 60


@dataclass(slots=True)
class Block:
    """One table as it lies on the sheet; ``paths`` are the headings of each column."""

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


def blocks(grid: Grid, knows: Knows) -> list[Block]:
    """The tables of a sheet from top to bottom."""
    page = Page(grid, knows)
    found: list[Block] = []
    row, above = 1, list[Line]()
    card: int | None = None
    while row <= page.height and (found or row <= _HEAD_WITHIN):
        if is_card(page, row):
            block, row = _card(page, row)
            block.above, above, card = above, [], len(found)
            found.append(block)
        elif _is_header(page, row):
            block, row = _listed(page, row)
            joined = card is not None and not above
            block.of_card = card if joined else None
            block.above, above = above, []
            found.append(block)
        else:
            own = page.own(row)
            if not own and not page.drawn(row) and not above:
                card = None
            above += [Line(row, column, text) for column, text in own]
            row += 1
    if found and above:
        found[-1].notes += above
    return found or _headless(page)


def _headless(page: Page) -> list[Block]:
    """Rows without any headings: their meaning is left to the values."""
    rows = [row for row in range(1, page.height + 1) if len(list(page.grid.filled(row))) > 1]
    if len(rows) < 2:
        return []
    block = Block("rows", body=Rows(rows[0], rows[-1]))
    block.paths = {column: () for column in range(1, page.width + 1)}
    block.above = [Line(r, c, t) for r in range(1, rows[0]) for c, t in page.own(r)]
    return [block]


# ── headings ──────────────────────────────────────────────────────────────────────────────────


def _is_header(page: Page, row: int) -> bool:
    """Whether a table's headings begin in a row: several labels that cover its width."""
    own = page.own(row)
    if len(own) < 2 or is_number_row(page, row):
        return False
    labels = [text for _, text in own if label_like(text) and not _said_line(text)]
    if len(labels) < 2 or len(labels) < 0.8 * len(own):
        return False
    known = sum(map(page.knows, labels))
    left, right = page.edges(row)
    reach = sum(page.right(row, column) - column + 1 for column, _ in own)
    wide = reach >= 0.5 * (right - left + 1)
    if page.grid.drawn and not page.drawn(row):
        return wide and known >= max(2, 0.5 * len(labels)) and not page.drawn(row + 1)
    if any(span.bottom > row or span.right > span.left for span in page.by_top.get(row, ())):
        return wide and (page.drawn(row) or known >= 1 or _names_below(page, row))
    return wide and (known >= 2 or known >= 0.3 * len(labels) or _unlike_below(page, row))


def _names_below(page: Page, row: int) -> bool:
    """Whether the row below holds known headings, so that this one holds their groups."""
    return sum(page.knows(text) for _, text in page.own(row + 1)) >= 2


def _said_line(text: str) -> bool:
    """Words such as ``填报单位:`` or ``单位:元``, which stand beside a table."""
    tight = text.replace(" ", "")
    return tight.endswith((":", "：")) or bool(units_of_line(text)) or "年月日" in tight


def _unlike_below(page: Page, row: int) -> bool:
    """Whether numbers or blanks stand below the words of a row: so it may be headings."""
    below = [page.text(row + 1, column) for column, _ in page.own(row)]
    filled = [text for text in below if text]
    labels = [text for text in filled if label_like(text)]
    return len(labels) < 0.6 * len(below)


def is_number_row(page: Page, row: int) -> bool:
    """Whether a row numbers the columns: 甲 乙 1 2 3."""
    said = [text for _, text in page.own(row)]
    if said and said[0] in ("栏次", "列次", "序号", "代码"):
        said = said[1:]
    if len(said) < 3:
        return False
    letters = [text for text in said if text in _NUMBERS]
    numbers = [text.strip("()（）①") for text in said if text not in _NUMBERS]
    if not all(number.isdecimal() for number in numbers):
        return False
    values = [int(number) for number in numbers]
    steps = [b - a for a, b in zip(values, values[1:], strict=False)]
    in_order = all(step == 1 for step in steps) and (not values or values[0] in (0, 1, 2))
    return in_order and (bool(letters) or len(values) >= 4)


def _listed(page: Page, first: int) -> tuple[Block, int]:
    """A table of rows under headings, and the row after it."""
    block = Block("rows")
    last, side = _depth(page, first)
    block.header = Rows(first, last)
    left, right = _edges(page, first, last)
    left = max([left, *(span.right + 1 for span in side)])
    block.paths = _paths(page, first, last, left, right)
    row = last + 1
    if is_number_row(page, row):
        block.number_row = row
        row += 1
    return block, _body(page, block, row)


def _edges(page: Page, first: int, last: int) -> tuple[int, int]:
    """How far headings reach to either side."""
    edges = [page.edges(row) for row in range(first, last + 1)]
    left = min((e[0] for e in edges if e[1]), default=1)
    right = max((e[1] for e in edges), default=0)
    return left, right


def _depth(page: Page, first: int) -> tuple[int, list[Span]]:
    """The last row of headings, and the labels at the side that go on down the body."""
    last, side = first, list[Span]()
    while last - first + 1 < _LEVELS:
        spans = [s for row in range(first, last + 1) for s in page.by_top.get(row, ())]
        side = [s for s in spans if s.bottom >= first + _LEVELS or _at_the_side(page, first, s)]
        deep = max((s.bottom for s in spans if s not in side), default=last)
        if deep > last:
            last = deep
        elif _has_children(page, first, last, side):
            last += 1
        else:
            break
    return last, side


def _at_the_side(page: Page, first: int, span: Span) -> bool:
    """Whether the one cell that goes on downwards is the label of a block at its left."""
    left, _ = page.edges(first)
    if span.left != left or span.bottom == span.top:
        return False
    others = [column for column, _ in page.own(first) if column != span.left]
    return bool(others) and all(
        page.bottom(first, column) == first and page.right(first, column) == column
        for column in others
    )


def _has_children(page: Page, first: int, last: int, side: list[Span]) -> bool:
    """Whether the row below names parts of the headings above it."""
    below = last + 1
    own = page.own(below)
    if not own or is_number_row(page, below) or not all(label_like(t) for _, t in own):
        return False
    if any(TOTAL.match(text.replace(" ", "")) for _, text in own[:1]) and len(own) == 1:
        return False
    sides = {column for s in side for column in range(s.left, s.right + 1)}
    wide = {
        column
        for start, _ in page.own(last)
        if page.right(last, start) > start
        for column in range(start, page.right(last, start) + 1)
    } - sides
    under = [column for column, _ in own if column in wide]
    if under and len(under) >= 0.5 * len(own):
        return True
    if page.grid.merged:
        return False
    return _fills_gaps(page, last, own)


def _fills_gaps(page: Page, last: int, own: list[tuple[int, str]]) -> bool:
    """Where nothing is merged (csv): labels below the gaps of a row of group headings."""
    above = {column for column, _ in page.own(last)}
    gaps = [text for column, text in own if column not in above]
    known = sum(page.knows(text) for _, text in own)
    return bool(gaps) and known >= 0.5 * len(own) and len(own) > 1


def _paths(page: Page, first: int, last: int, left: int, right: int) -> dict[int, tuple[str, ...]]:
    """The headings of each column from the top down; a heading over several rows counts once."""
    paths: dict[int, tuple[str, ...]] = {}
    for column in range(left, right + 1):
        path: list[str] = []
        seen: set[tuple[int, int]] = set()
        for row in range(first, last + 1):
            at = page.anchor(row, column)
            text = page.text(row, column)
            if not text and row < last and not page.grid.merged:
                at, text = _to_the_left(page, row, column, left)
            if text and at not in seen:
                seen.add(at)
                path.append("".join(text.split()))
        if not path and not _anything_below(page, last, column):
            continue
        if _is_leaf(page, last, column):
            paths[column] = tuple(path)
    return paths


def _to_the_left(page: Page, row: int, column: int, left: int) -> tuple[tuple[int, int], str]:
    """A group heading of an unmerged row goes on to the right until the next one."""
    if page.text(row + 1, column):
        for other in range(column - 1, left - 1, -1):
            if text := page.text(row, other):
                return ((row, other), text) if page.text(row + 1, other) else ((row, column), "")
    return (row, column), ""


def _anything_below(page: Page, last: int, column: int) -> bool:
    reach = range(last + 1, min(last + 30, page.height) + 1)
    return any(page.grid.text(row, column) for row in reach)


def _is_leaf(page: Page, last: int, column: int) -> bool:
    """The further columns of a heading that was merged for its width only are none."""
    return page.anchor(last, column)[1] == column


# ── body ──────────────────────────────────────────────────────────────────────────────────────


def _body(page: Page, block: Block, start: int) -> int:
    """Find where a table's rows end; totals and notes on the way. The row after it."""
    assert block.header is not None
    heads = [page.text(block.header.last, column) for column in block.paths]
    row, end = start, start - 1
    drawn_below = page.drawn(start)
    while row <= page.height:
        own = page.own(row)
        if len(own) > 2 and _plainly_a_record(page, own):
            end, row = row, row + 1
            continue
        if not own and not page.drawn(row) and not _within_span(page, row):
            if drawn_below or _ends_here(page, row):
                break
            row += 1
            continue
        if own and _outside(page, row, own, drawn_below):
            break
        if [page.text(row, column) for column in block.paths] == heads:
            block.repeats.append(row)
        elif len(own) > 1 and row > start and _new_table(page, row, own):
            break
        else:
            _sum_row(page, block, row)
        end = row
        row += 1
    block.body = _trimmed(block, start, max(end, start))
    return _notes(page, block, row)


def _plainly_a_record(page: Page, own: list[tuple[int, str]]) -> bool:
    """Whether a row cannot be anything but a record: most rows of a long list are."""
    for _, text in own[:3]:
        if text.isdecimal():
            continue
        if TOTAL.match(text) or SUBTOTAL.match(text) or _NOTE.match(text) or page.knows(text):
            return False
    return True


def _within_span(page: Page, row: int) -> bool:
    return any((row, column) in page.covered for column in range(1, min(page.width, 5) + 1))


def _ends_here(page: Page, row: int) -> bool:
    """Whether a blank row ends the table: two of them, or other words than rows below."""
    below = row + 1
    if below > page.height:
        return True
    own = page.own(below)
    return not own or len(own) == 1 or _is_header(page, below)


def _outside(page: Page, row: int, own: list[tuple[int, str]], drawn_below: bool) -> bool:
    """Whether the words of a row stand below the table: notes, signatures, another title."""
    tight = "".join(own[0][1].split())
    sums = TOTAL.match(tight) or SUBTOTAL.match(tight)
    if drawn_below and not page.drawn(row):
        return not sums and (len(own) <= 3 or bool(_NOTE.match(tight)))
    return (
        len(own) <= 4
        and not sums
        and bool(_NOTE.match(tight))
        and not tight.isdecimal()
        and (len(own) == 1 or any(mark in text for _, text in own for mark in ":："))
    )


def _new_table(page: Page, row: int, own: list[tuple[int, str]]) -> bool:
    """Whether other headings, or the labels of a card, begin inside what is drawn as one."""
    known = sum(page.knows(text) for _, text in own)
    return known >= 3 and known >= 0.8 * len(own) or (is_card(page, row) and known >= 2)


def _sum_row(page: Page, block: Block, row: int) -> None:
    for column in list(block.paths)[:4]:
        text = "".join(page.grid.text(row, column).split())
        if not text or text.isdecimal():
            continue
        if SUBTOTAL.match(text):
            block.subtotals.append(row)
            return
        if TOTAL.match(text):
            block.totals.append(row)
            return


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
        elif page.drawn(row) and len(own) > 1 or _is_header(page, row) or is_card(page, row):
            return row
        elif not _NOTE.match("".join(own[0][1].split())) and not any(
            mark in text for _, text in own for mark in ":：。"
        ):
            return row
        block.notes += [Line(row, column, text) for column, text in own]
        row += 1
    return row


# ── cards ─────────────────────────────────────────────────────────────────────────────────────


def _card(page: Page, row: int) -> tuple[Block, int]:
    """A card of labels and values, and the row after it."""
    block, first = Block("card"), row
    while row <= page.height:
        if not page.own(row) and not page.drawn(row):
            break
        if not card_row(page, row) and _is_header(page, row):
            break
        if row > first and page.grid.drawn and not page.drawn(row):
            break
        block.pairs += pairs(page, row)
        row += 1
    block.body = Rows(first, row - 1)
    return block, row
