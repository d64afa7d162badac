"""A list that lies on its side, each column a record, read as one that stands."""

from __future__ import annotations

from collections import Counter

from bangfu.tables.grid import Grid, Span, Value
from bangfu.tables.page import Knows, Page, is_label
from bangfu.tables.understood import Rows


def lying(grid: Grid, knows: Knows) -> tuple[Rows, int] | None:
    """The rows of the one list of a sheet whose records are columns, and where its labels stand.

    A list may have a title above and notes below, and nothing beside. Cells may be blank in it.
    """
    page = Page(grid, knows)
    first = next((row for row in range(1, page.height + 1) if _answered(page, row)), None)
    if first is None:
        return None
    left = page.own(first)[0][0]
    if _numbered(page, first - 1, left):
        first -= 1
    last = first
    while _goes_on(page, last + 1, left):
        last += 1
    rows = Rows(first, last)
    others = (row for row in range(1, page.height + 1) if row not in rows)
    if any(len(page.own(row)) > 2 for row in others) or not _side_by_side(page, rows):
        return None
    return rows, left


def _answered(page: Page, row: int) -> bool:
    """Whether a row is a label with several answers beside it, which are no labels."""
    own = page.own(row)
    if len(own) < 3 or not is_label(page, own[0][1]):
        return False
    return not any(is_label(page, text) or len(text) > _LONG for _, text in own[1:])


def _numbered(page: Page, row: int, left: int) -> bool:
    """Whether a row counts the records: 序号 1 2 3."""
    own = page.own(row)
    said = [text for _, text in own[1:]]
    return len(own) > 2 and own[0][0] == left and said == [str(n) for n in range(1, len(own))]


def _goes_on(page: Page, row: int, left: int) -> bool:
    """Whether a row begins in the column of the labels, and is no note."""
    own = page.own(row)
    return bool(own) and own[0][0] == left and (len(own) > 1 or is_label(page, own[0][1]))


def _side_by_side(page: Page, rows: Rows) -> bool:
    """Whether most rows are labels with answers, and most columns beside answer most of them."""
    answered = [row for row in rows if _answered(page, row)]
    if len(answered) < 3 or 3 * len(answered) < 2 * len(rows):
        return False
    filled = Counter(column for row in answered for column, _ in page.own(row)[1:])
    return len(filled) > 1 and all(2 * count >= len(answered) for count in filled.values())


#: What is longer answers nothing of a record.
_LONG = 20


def stood_up(grid: Grid, rows: Rows, left: int) -> Grid:
    """The same list with its labels as headings, in the first of its rows, and a row a record.

    What is merged across records means the same of each of them, as it does in a list that stands.
    """
    records = range(left, grid.width + 1)
    made: list[list[Value]] = [list(grid.rows[row - 1]) for row in range(1, rows.first)]
    made += [[grid.value(row, column) for row in rows] for column in records]
    made += [[], *(list(below) for below in grid.rows[rows.last :])]
    spans = (span for span in grid.merged if span.top in rows and span.left >= left)
    return Grid(
        made,
        tuple(
            Span(rows.first + span.left - left, 1 + span.top - rows.first,
                 rows.first + span.right - left, 1 + span.bottom - rows.first)
            for span in spans
        ),
    )  # fmt: skip
