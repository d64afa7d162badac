"""Tables inside documents: Word files, and the web pages that old systems save as ``.xls``."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree, html

from bangfu.tables.grid import Grid, Span, Value
from bangfu.tables.packed import damaged
from bangfu.tables.plain import decoded
from bangfu.tables.sentences import sentences_in
from bangfu.tables.unreadable import MOST_COLUMNS, check_size, too_wide
from bangfu.tables.workbook import Raw

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: Paragraphs before a table that are taken as its title and unit lines.
LINES_ABOVE = 4


class _Cells:
    """A table being laid out, with what spans several rows or columns."""

    def __init__(self) -> None:
        self.rows: list[list[Value]] = []
        self.merged: list[Span] = []

    def put(self, row: int, column: int, text: str, down: int = 1, right: int = 1) -> None:
        """One cell with what it covers."""
        check_size(row + down - 1, column + right - 1)
        while len(self.rows) < row:
            self.rows.append([])
        cells = self.rows[row - 1]
        cells.extend([None] * (column - len(cells)))
        cells[column - 1] = text or None
        if down > 1 or right > 1:
            self.merged.append(Span(row, column, row + down - 1, column + right - 1))

    def grid(self) -> Grid:
        """The sheet, drawn as far as the table goes."""
        wide = max((len(row) for row in self.rows), default=0)
        wide = max([wide, *(span.right for span in self.merged)])
        return Grid(self.rows, tuple(self.merged), framed=(len(self.rows), wide))


def read_docx(path: Path) -> list[Raw]:
    """The tables of a Word document that was looked over, each a sheet with the lines above it.

    Below them each paragraph that leaves room for numbers, as a table of what it asks.
    """
    try:
        with zipfile.ZipFile(path) as packed, packed.open("word/document.xml") as opened:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            body = etree.parse(opened, parser).getroot().find(f"{_W}body")
    except (KeyError, etree.XMLSyntaxError) as wrong:
        raise damaged(path) from wrong
    found: list[Raw] = []
    above: list[str] = []
    for element in body if body is not None else ():
        if element.tag == f"{_W}p":
            above = [*above, words][-LINES_ABOVE:] if (words := _words(element)) else above
        elif element.tag == f"{_W}tbl":
            found.append((f"表{len(found) + 1}", _word_table(element, above), False))
            above = []
    sentences = sentences_in(body) if body is not None else ()
    return found + [(one.name, one.grid(), False) for one in sentences]


def _words(element: etree._Element) -> str:
    return "".join(part.text or "" for part in element.iter(f"{_W}t")).strip()


def _word_table(table: etree._Element, above: list[str]) -> Grid:
    laid = _Cells()
    wide = max((sum(_right(cell) for cell in row) for row in _word_rows(table)), default=1)
    for number, line in enumerate(above, start=1):
        laid.put(number, 1, line, right=wide)
    open_above: dict[int, tuple[int, int, int, str]] = {}
    for number, cells in enumerate(_word_rows(table), start=len(above) + 1):
        column = 1
        for cell in cells:
            right, going_on = _right(cell), _goes_on(cell)
            if going_on and column in open_above:
                top, _, wide, text = open_above[column]
                open_above[column] = (top, number, wide, text)
            else:
                _close(laid, column, open_above)
                text = "\n".join(filter(None, map(_words, cell.iterchildren(f"{_W}p"))))
                open_above[column] = (number, number, right, text)
                laid.put(number, column, text, right=right)
            column += right
    for column in list(open_above):
        _close(laid, column, open_above)
    return laid.grid()


def _close(laid: _Cells, column: int, open_above: dict[int, tuple[int, int, int, str]]) -> None:
    """A cell that spanned rows above this column ends here."""
    top, bottom, right, text = open_above.pop(column, (0, 0, 1, ""))
    if bottom > top:
        laid.put(top, column, text, down=bottom - top + 1, right=right)


def _word_rows(table: etree._Element) -> Iterator[list[etree._Element]]:
    for row in table.iterchildren(f"{_W}tr"):
        yield list(row.iterchildren(f"{_W}tc"))


def _right(cell: etree._Element) -> int:
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    wide = int(span.get(f"{_W}val", "1")) if span is not None else 1
    if wide > MOST_COLUMNS:
        raise too_wide(wide)
    return wide


def _goes_on(cell: etree._Element) -> bool:
    merge = cell.find(f"{_W}tcPr/{_W}vMerge")
    return merge is not None and merge.get(f"{_W}val", "continue") == "continue"


def read_html(path: Path) -> list[Raw]:
    """The tables of a web page, as old systems save them under the name of a workbook."""
    parser = html.HTMLParser(no_network=True, encoding="utf-8")
    try:
        root = html.document_fromstring(decoded(path)[0].encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as wrong:
        raise damaged(path) from wrong
    return [
        (f"表{number}", _page_table(table), False)
        for number, table in enumerate(root.iter("table"), start=1)
    ]


def _page_table(table: html.HtmlElement) -> Grid:
    laid, taken = _Cells(), set[tuple[int, int]]()
    for number, row in enumerate(table.iter("tr"), start=1):
        column = 1
        for cell in row.iterchildren("td", "th"):
            while (number, column) in taken:
                column += 1
            right, down = _span(cell, "colspan"), _span(cell, "rowspan")
            laid.put(number, column, " ".join(cell.text_content().split()), down, right)
            if down > 1:
                taken |= {
                    (below, beside)
                    for below in range(number + 1, number + down)
                    for beside in range(column, column + right)
                }
            column += right
    return laid.grid()


def _span(cell: html.HtmlElement, name: str) -> int:
    written = (cell.get(name) or "1").strip()
    wide = int(written) if written.isdecimal() else 1
    if wide > MOST_COLUMNS:
        raise too_wide(wide)
    return max(1, wide)
