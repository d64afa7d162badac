"""A list as xlsx, row by row to whoever downloads it.

The workbook of a ledger is made in memory, or would lie in files on the disk while it is made. A
list may be as long as a county; so its rows go straight into the archive that is being sent, and
nothing of them is kept. All words are inline text, so that none of them is ever a formula.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from bangfu.paper.cleaning import clean
from bangfu.paper.layout import em_width
from bangfu.paper.ledger_page import value_text
from bangfu.paper.pages import LedgerColumn, Value
from bangfu.paper.sheet import LONGEST_TEXT, MOST_ROWS, is_countable, is_exact
from bangfu.tables.grid import letter
from bangfu.tables.own_workbook import FIRST_CHOICE, ROW, SHEET, Kept

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

#: More cells than this are not put into one sheet.
MOST_CELLS = 20_000_000
_AT_ONCE = 500
_DAY_ZERO = dt.date(1899, 12, 30)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
#: What a spreadsheet would read as the code of a character.
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
#: The formats of cells, by their place in the table of styles.
_TITLE, _LINE, _HEADING, _TEXT, _DAY, _WHOLE, _MONEY, _NUMBER = range(1, 9)
#: So far behind each format of a row's cells stands the same for cells that may be edited.
_FREE = 5


@dataclass(frozen=True, slots=True)
class ListSheet:
    """What stands around the rows: title, the lines of the head, columns, and how many rows.

    ``kept`` is what the workbook knows of itself, where it is to be edited and sent back.
    """

    title: str
    head: tuple[str, ...]
    columns: tuple[LedgerColumn, ...]
    count: int
    kept: Kept | None = None


def too_large(count: int, columns: int) -> bool:
    """Whether a list has more rows than a sheet holds, or more cells than are sent at once."""
    return count > MOST_ROWS or count * columns > MOST_CELLS


class _Outlet(io.RawIOBase):
    """Takes what is written until it is handed on; nobody can go back in it."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        part = bytes(data)
        self.parts.append(part)
        return len(part)

    def take(self) -> bytes:
        """What has been written since the last time."""
        taken = b"".join(self.parts)
        self.parts.clear()
        return taken


def stream(sheet: ListSheet, rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """The workbook in parts, in the order in which they are sent."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in _frame(sheet).items():
            book.writestr(name, _XML + text)
        with book.open("xl/worksheets/sheet1.xml", "w") as page:
            for part in _sheet(sheet, rows):
                page.write(part.encode())
                if outlet.parts:
                    yield outlet.take()
        if sheet.kept is not None:
            book.writestr("xl/worksheets/sheet2.xml", _XML + _hidden(sheet.kept))
    yield outlet.take()


# ------------------------------------------------------------------ the sheet


def _sheet(sheet: ListSheet, rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    last, top = letter(len(sheet.columns)), len(sheet.head) + 2
    yield (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0"><pane ySplit="{top}" topLeftCell="A{top + 1}" '
        'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        '<sheetFormatPr defaultRowHeight="16.5"/><cols>'
    )
    for place, column in enumerate(sheet.columns, 1):
        hidden = ' hidden="1"' if _is_mark(sheet, place) else ""
        yield f'<col min="{place}" max="{place}" width="{column.width}" customWidth="1"{hidden}/>'
    yield "</cols><sheetData>"
    yield from _head(sheet)
    yield from _rows(sheet, rows, top)
    locked = _LOCKED if sheet.kept else ""
    yield f'</sheetData>{locked}<autoFilter ref="A{top}:{last}{top + sheet.count}"/>'
    if len(sheet.columns) > 1:
        merged = "".join(f'<mergeCell ref="A{n}:{last}{n}"/>' for n in range(1, top))
        yield f'<mergeCells count="{top - 1}">{merged}</mergeCells>'
    if sheet.kept is not None:
        yield _validations(sheet.kept, top, top + sheet.count)
    yield (
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter></worksheet>"
    )


def _head(sheet: ListSheet) -> Iterator[str]:
    width = sum(column.width for column in sheet.columns)
    for number, text in enumerate((sheet.title, *sheet.head), 1):
        height = 26 if number == 1 else 16.5 * _lines(text, width)
        cell = _text(f"A{number}", text, _TITLE if number == 1 else _LINE)
        yield f'<row r="{number}" ht="{height}" customHeight="1">{cell}</row>'
    top = len(sheet.head) + 2
    cells = (
        _text(f"{letter(place)}{top}", column.heading, _HEADING)
        for place, column in enumerate(sheet.columns, 1)
    )
    tallest = max(_lines(column.heading, column.width) for column in sheet.columns)
    height = 16.5 * tallest + 4
    yield f'<row r="{top}" ht="{height}" customHeight="1">{"".join(cells)}</row>'


def _lines(text: str, width: float) -> int:
    """How many lines a text takes; a file cannot leave that to be measured."""
    room = max(width - 1, 1)
    return sum(max(1, -int(-(em_width(line) * 2) // room)) for line in text.split("\n"))


def _rows(sheet: ListSheet, rows: Iterable[Sequence[Value]], top: int) -> Iterator[str]:
    letters = [letter(place) for place in range(1, len(sheet.columns) + 1)]
    free = sheet.kept.free if sheet.kept else frozenset()
    loose = [_FREE if place in free else 0 for place in range(1, len(sheet.columns) + 1)]
    drawn = [_Drawn(column, free) for column, free in zip(sheet.columns, loose, strict=True)]
    told: list[str] = []
    for number, row in enumerate(rows, top + 1):
        cells = [
            f'<c r="{called}{number}"{one[value] if type(value) in _KEPT else one.of(value)}'
            for called, one, value in zip(letters, drawn, row, strict=True)
        ]
        told.append(f'<row r="{number}">{"".join(cells)}</row>')
        if len(told) == _AT_ONCE:
            yield "".join(told)
            told.clear()
    yield "".join(told)


#: Values of which two that are equal are written alike.
_KEPT = frozenset((str, dt.date, type(None)))
#: So many values of one column are kept as they were drawn.
_MOST_KEPT = 5_000


class _Drawn(dict[Value, str]):
    """The cells of a column behind their names, each value that comes again drawn once."""

    def __init__(self, column: LedgerColumn, free: int) -> None:
        super().__init__()
        self.column, self.free = column, free

    def __missing__(self, value: Value) -> str:
        told = self.of(value)
        if len(self) < _MOST_KEPT:
            self[value] = told
        return told

    def of(self, value: Value) -> str:
        """A value as the rest of its cell."""
        free = self.free
        if value is None or value == "":
            return f' s="{_TEXT + free}"/>'
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            if is_countable(value):
                return f' s="{_DAY + free}"><v>{(value - _DAY_ZERO).days}</v></c>'
        elif isinstance(value, int | Decimal) and is_exact(value):
            whole = _WHOLE if value == int(value) else _NUMBER
            style = _MONEY if self.column.kind == "money" else whole
            return f' s="{style + free}"><v>{value:f}</v></c>'
        return _words(value_text(self.column, value), _TEXT + free)


def _text(at: str, text: str, style: int) -> str:
    return f'<c r="{at}"{_words(text, style)}'


def _words(text: str, style: int) -> str:
    plain = clean(text, Counter())
    if len(plain) > LONGEST_TEXT:
        plain = plain[: LONGEST_TEXT - 1] + "…"
    told = escape(_ESCAPED.sub("_x005F_", plain))
    return f' s="{style}" t="inlineStr"><is><t xml:space="preserve">{told}</t></is></c>'


# ------------------------------------------------------------------ what is sent back

#: Nobody changes by mistake what says which record a row is; rows are added and taken away.
_LOCKED = (
    '<sheetProtection sheet="1" formatCells="0" formatColumns="0" formatRows="0" insertRows="0" '
    'deleteRows="0" sort="0" autoFilter="0"/>'
)


def _is_mark(sheet: ListSheet, place: int) -> bool:
    kept = sheet.kept
    return kept is not None and kept.columns[place - 1 : place] == (ROW,)


def _validations(kept: Kept, top: int, last: int) -> str:
    """The drop-down lists of the columns that hold words of a code book."""
    told = [
        f'<dataValidation type="list" allowBlank="1" showErrorMessage="1" '
        f'sqref="{letter(place)}{top + 1}:{letter(place)}{max(last, top + 1)}">'
        f"<formula1>{SHEET}!${letter(place)}${FIRST_CHOICE}:${letter(place)}"
        f"${FIRST_CHOICE + len(words) - 1}</formula1></dataValidation>"
        for place, words in sorted(kept.choices.items())
        if words
    ]
    if not told:
        return ""
    return f'<dataValidations count="{len(told)}">{"".join(told)}</dataValidations>'


def _hidden(kept: Kept) -> str:
    """The sheet that says what the workbook is."""
    rows = "".join(
        f'<row r="{number}">'
        + "".join(
            _text(f"{letter(place)}{number}", text, 0) for place, text in enumerate(row, 1) if text
        )
        + "</row>"
        for number, row in enumerate(kept.rows(), 1)
    )
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'


# ------------------------------------------------------------------ what stands around it


def _frame(sheet: ListSheet) -> dict[str, str]:
    """The other parts of a workbook with one sheet."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = (
        ("/xl/workbook.xml", f"{kind}.sheet.main+xml"),
        ("/xl/worksheets/sheet1.xml", f"{kind}.worksheet+xml"),
        ("/xl/styles.xml", f"{kind}.styles+xml"),
        *((("/xl/worksheets/sheet2.xml", f"{kind}.worksheet+xml"),) if sheet.kept else ()),
    )
    second = ("worksheet", "worksheets/sheet2.xml")
    hidden = f'<sheet name="{SHEET}" sheetId="2" state="veryHidden" r:id="rId3"/>'
    named = "".join(f'<Override PartName="{n}" ContentType="{t}"/>' for n, t in types)
    top = len(sheet.head) + 2
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{named}</Types>'
        ),
        "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": _relations(
            ("worksheet", "worksheets/sheet1.xml"),
            ("styles", "styles.xml"),
            *((second,) if sheet.kept else ()),
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            f'<sheet name="名单" sheetId="1" r:id="rId1"/>{hidden if sheet.kept else ""}</sheets>'
            "<definedNames>"
            '<definedName name="_xlnm.Print_Titles" localSheetId="0">'
            f"名单!${top}:${top}</definedName></definedNames></workbook>"
        ),
        "xl/styles.xml": _styles(),
    }


def _relations(*pairs: tuple[str, str]) -> str:
    told = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{sort}" Target="{target}"/>'
        for number, (sort, target) in enumerate(pairs, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'


def _styles() -> str:
    """Fonts, borders and the formats of cells; quoted text stays text when somebody edits it."""
    side = "".join(f'<{s} style="thin"><color rgb="FF999999"/></{s}>'
                   for s in ("left", "right", "top", "bottom"))  # fmt: skip
    wrap = '<alignment vertical="top" wrapText="1"/>'
    forms: tuple[str, ...] = (
        '<xf fontId="0"/>',
        '<xf fontId="2" applyAlignment="1"><alignment vertical="center"/></xf>',
        f'<xf fontId="0" numFmtId="49" applyAlignment="1">{wrap}</xf>',
        '<xf fontId="1" fillId="2" borderId="1" numFmtId="49" applyAlignment="1">'
        '<alignment horizontal="center" vertical="center" wrapText="1"/></xf>',
        f'<xf fontId="0" borderId="1" numFmtId="49" quotePrefix="1" applyAlignment="1">{wrap}</xf>',
        *(f'<xf fontId="0" borderId="1" numFmtId="{n}" applyNumberFormat="1" applyAlignment="1">'
          f'<alignment vertical="top"/></xf>' for n in (164, 3, 4, 0)),
    )  # fmt: skip
    forms += tuple(_unlocked(form) for form in forms[_TEXT:])
    return (
        f'<styleSheet xmlns="{_MAIN}"><numFmts count="1">'
        '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="3">'
        '<font><sz val="10.5"/><name val="宋体"/></font>'
        '<font><b/><sz val="10.5"/><name val="宋体"/></font>'
        '<font><b/><sz val="16"/><name val="宋体"/></font></fonts><fills count="3">'
        '<fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill>'
        '<fill><patternFill patternType="solid"><fgColor rgb="FFF0F2F4"/></patternFill></fill>'
        '</fills><borders count="2"><border><left/><right/><top/><bottom/></border>'
        f'<border>{side}</border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        f'<cellXfs count="{len(forms)}">{"".join(forms)}</cellXfs><cellStyles count="1">'
        '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _unlocked(form: str) -> str:
    """A format of cells that may be edited on a sheet whose other cells may not."""
    begun = form.removesuffix("</xf>").replace("<xf ", '<xf applyProtection="1" ', 1)
    return f'{begun}<protection locked="0"/></xf>'
