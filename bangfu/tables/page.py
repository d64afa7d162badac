"""A sheet that is being looked at: its cells, what covers what, labels with their answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bangfu.tables.grid import Grid, Span
from bangfu.tables.headings import label_like
from bangfu.tables.unreadable import check_cells

Knows = Callable[[str], bool]
#: A cell into which something is to be written: blank, a line, a date without its numbers, boxes.
ROOM = re.compile(
    r"[\s_]*|[\s_]*年[\s_]*月(?:[\s_]*日)?|[□○☐].*|[\s_]*(?:元|万元|亩|人|岁|户|平方米)"
)
_RUNNING = re.compile(r"序号?|顺序号|项次|行次|no\.?", re.IGNORECASE)


class Page:
    """A sheet that is being looked at: its cells, and what covers what.

    Raises ``Unreadable`` where merged cells cover more than a sheet may have.
    """

    def __init__(self, grid: Grid, knows: Knows) -> None:
        self.grid, self.knows = grid, knows
        self.height, self.width = grid.height, grid.width
        self.covered: dict[tuple[int, int], Span] = {}
        self.by_top: dict[int, list[Span]] = {}
        merged = 0
        for span in grid.merged:
            merged += (min(span.bottom - span.top, 200) + 1) * (
                min(span.right - span.left, 200) + 1
            )
            check_cells(merged)
            self.by_top.setdefault(span.top, []).append(span)
            for row in range(span.top, min(span.bottom, span.top + 200) + 1):
                for column in range(span.left, min(span.right, span.left + 200) + 1):
                    self.covered[row, column] = span

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        """The cell whose words stand in a cell."""
        span = self.covered.get((row, column))
        return (span.top, span.left) if span else (row, column)

    def text(self, row: int, column: int) -> str:
        """The words in a cell, also where a merged one covers it; in one line."""
        return "".join(self.grid.text(*self.anchor(row, column)).split("\n")).strip()

    def own(self, row: int) -> list[tuple[int, str]]:
        """The columns in which something of a row's own begins, with the words."""
        return list(self.begins(row))

    def begins(self, row: int) -> Iterator[tuple[int, str]]:
        """The same from the left, one after another."""
        for column in self.grid.filled(row):
            if self.anchor(row, column)[0] == row and (text := self.text(row, column)):
                yield column, text

    def right(self, row: int, column: int) -> int:
        """The last column of a cell."""
        span = self.covered.get((row, column))
        return span.right if span else column

    def bottom(self, row: int, column: int) -> int:
        """The last row of a cell."""
        span = self.covered.get((row, column))
        return span.bottom if span else row

    def drawn(self, row: int) -> bool:
        """Whether a row has a border."""
        return row in self.grid.drawn

    def edges(self, row: int) -> tuple[int, int]:
        """The first and last column of a row, by its borders or by what stands in it."""
        if row in self.grid.drawn:
            return self.grid.drawn[row]
        cells = [c for c in self.grid.filled(row)]
        spans = [s for s in self.by_top.get(row, ())]
        lefts, rights = [*cells, *(s.left for s in spans)], [*cells, *(s.right for s in spans)]
        return (min(lefts, default=1), max(rights, default=0))


def cells(page: Page, row: int) -> Iterator[tuple[int, int, str]]:
    """The cells of a row from left to right: first and last column, words."""
    left, right = page.edges(row)
    column, right = left, right if row in page.grid.drawn else max(right, page.width)
    while column <= right:
        end = max(page.right(row, column), column)
        yield column, end, page.text(row, column)
        column = end + 1


def pairs(page: Page, row: int) -> list[tuple[int, int, int, int, str]]:
    """The labels of a row that have an answer (or room for one) at their right."""
    laid = list(cells(page, row))
    found, place = [], 0
    while place + 1 < len(laid):
        (start, _, text), (value, _, beside) = laid[place], laid[place + 1]
        if _beside(page, row, start, value) and _asks(page, text, beside):
            found.append((row, start, row, value, text))
            place += 1
        place += 1
    return found


def _beside(page: Page, row: int, start: int, value: int) -> bool:
    """Whether two cells begin in a row and end in the same."""
    if page.anchor(row, start)[0] != row or page.anchor(row, value)[0] != row:
        return False
    return page.bottom(row, start) == page.bottom(row, value)


def _asks(page: Page, text: str, beside: str) -> bool:
    """Whether words ask for what stands (or may be written) beside them."""
    if is_label(page, text):
        return not is_label(page, beside)
    return label_like(text) and bool(ROOM.fullmatch(beside))


def is_label(page: Page, text: str) -> bool:
    """Whether words are the label of an answer on a card."""
    tight = "".join(text.split())
    return bool(tight) and (page.knows(tight) or (tight.endswith((":", "：")) and len(tight) > 2))


def is_card(page: Page, row: int) -> bool:
    """Whether rows of label and value begin: two of them, with no two labels side by side."""
    if not card_row(page, row) or _numbers_records(page, row) or _heads_blank_rows(page, row):
        return False
    if _heads_groups(page, row):
        return False
    if len(_known_pairs(page, row)) >= 3 and not _blank_below(page, row):
        return True
    below = next((r for r in range(row + 1, row + 3) if page.own(r)), row + 1)
    return _plainly(page, row) and card_row(page, below) and _plainly(page, below)


def _numbers_records(page: Page, row: int) -> bool:
    """Whether a row begins with the heading of a running number: lists have one, cards do not."""
    own = page.own(row)
    return bool(own) and bool(_RUNNING.fullmatch("".join(own[0][1].split())))


def _heads_blank_rows(page: Page, row: int) -> bool:
    """Whether words stand in every cell of a row, and below them in the first of each row alone.

    So tables begin whose rows say what they count: no card has such rows.
    """
    above = list(cells(page, row))
    if len(above) < 3 or not all(text for *_, text in above):
        return False
    rows = [list(cells(page, below)) for below in (row + 1, row + 2)]
    return all(
        [cell[:2] for cell in below] == [cell[:2] for cell in above]
        and bool(below[0][2])
        and not any(text for *_, text in below[1:])
        for below in rows
    )


def _heads_groups(page: Page, row: int) -> bool:
    """Whether words over several columns have words below each, and all others go on downwards."""
    laid = list(cells(page, row))
    below = page.own(row + 1)
    wide = [(first, last) for first, last, text in laid if last > first and text]
    parts = [column for column, _ in below]
    rest = [first for first, last, _ in laid if (first, last) not in wide]
    return (
        len(wide) > 1
        and all(page.bottom(row, first) == row for first, _ in wide)
        and all(page.bottom(row, first) > row for first in rest)
        and all(sum(first <= at <= last for at in parts) > 1 for first, last in wide)
    )


def one_a_column(page: Page, row: int) -> bool:
    """Whether each column from the second on is a record, under labels in the first (a list that
    lies on its side): several rows of one label with several words beside it, in the same columns.
    """
    found = []
    for below in range(row, row + 3):
        own = page.own(below)
        if len(own) < 3 or not is_label(page, own[0][1]):
            return False
        if any(is_label(page, text) or len(text) > 20 for _, text in own[1:]):
            return False
        found.append([column for column, _ in own])
    return found[0] == found[1] == found[2]


def _plainly(page: Page, row: int) -> bool:
    """Whether a row surely is one of a card: it has a known label, or several with room beside."""
    return bool(_known_pairs(page, row)) or len(pairs(page, row)) > 1


def _known_pairs(page: Page, row: int) -> list[str]:
    return [text for *_, text in pairs(page, row) if is_label(page, text)]


def _blank_below(page: Page, row: int) -> bool:
    """Whether room for records begins below a row: nothing, a running number, or 甲 1 2 3."""
    below = page.own(row + 1)
    if page.grid.drawn and not page.drawn(row + 1):
        return False
    return row < page.height and all(text.isdecimal() or text in "甲乙丙丁" for _, text in below)


def card_row(page: Page, row: int) -> bool:
    """Whether a row holds labels with their answers, and hardly two labels side by side."""
    if page.grid.drawn and not page.drawn(row):
        return False
    labels = [text for _, _, text in cells(page, row) if is_label(page, text)]
    answered = pairs(page, row)
    return bool(answered) and 0.6 * len(labels) <= len(answered) <= 8
