"""Tables of a layout, and the foot of a paper, as tables of a docx."""

from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.table import Table, _Cell, _Row

from bangfu.paper.docx_lines import write_line
from bangfu.paper.layout import MM, SIZE_4, Face, FootRow, Grid, Line, Setup, Spans, Spread, plain
from bangfu.paper.ooxml import borders, element

TABLE_STYLE = "帮扶表格"
THICK = round(0.35 * MM * 8)
THIN = round(0.25 * MM * 8)
EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")


def add_table_style(styles: Any) -> None:
    """Add the style of all tables: thin lines all round, narrow cell margins."""
    style = styles.add_style(TABLE_STYLE, WD_STYLE_TYPE.TABLE)
    properties = element("tblPr")
    properties.append(borders("tblBorders", **dict.fromkeys(EDGES, ("single", 4))))
    properties.append(_cell_margins(top=2, left=3, bottom=2, right=3))
    style.element.append(properties)


def write_grid(document: Document, grid: Grid, setup: Setup) -> None:
    """Write a table; its heading row is repeated on each page and no row is torn."""
    below: list[tuple[tuple[Spans, ...], Face]] = [(cells, "fang") for cells in grid.rows]
    if grid.total:
        below.append((grid.total, "hei"))
    widths = [share * setup.measure for share in grid.shares]
    head, *rows = _new_rows(document, widths, 1 + len(below), TABLE_STYLE)
    _keep_row(head, header=True)
    for cell, words in zip(head.cells, grid.heads, strict=True):
        _write_cell(cell, plain(words), "hei", "center", grid, True, setup)
    for place, (row, (cells, face)) in enumerate(zip(rows, below, strict=True), start=1):
        held = place < len(rows) and (grid.whole or place >= len(rows) - 2)
        _keep_row(row)
        for cell, spans, align in zip(row.cells, cells, grid.aligns, strict=True):
            _write_cell(cell, spans, face, align, grid, held, setup)
    _space(document, grid.after, setup)


def write_foot(document: Document, rows: tuple[FootRow, ...], setup: Setup) -> None:
    """Write the 版记 at the bottom of the last page: thick lines outside, thin ones between."""
    places = _new_rows(document, [setup.measure], len(rows))
    _float_to_bottom(places[0].table, setup)
    for number, (place, row) in enumerate(zip(places, rows, strict=True), start=1):
        last = number == len(rows)
        edges = {
            "top": ("single", THICK if number == 1 else THIN),
            "bottom": ("single", THICK if last else THIN),
        }
        cell = place.cells[0]
        cell._tc.get_or_add_tcPr().append(borders("tcBorders", **edges))
        _keep_row(place)
        _write_foot_line(cell, row, held=not last, setup=setup)
    _space(document, 1, setup)


def _write_foot_line(cell: _Cell, row: FootRow, *, held: bool, setup: Setup) -> None:
    hanging = 0 if row.right else 2
    line = Line(
        spans=plain(row.left),
        far=plain(row.right),
        size=SIZE_4,
        pitch=22,
        spread="apart" if row.right else "both",
        left=1 + hanging,
        first=-hanging,
        right=1,
        keep=held,
    )
    write_line(cell.paragraphs[0], line, setup)


def _new_rows(
    document: Document, widths: list[float], count: int, style: str | None = None
) -> list[_Row]:
    table: Table = document.add_table(rows=count, cols=len(widths), style=style)
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    properties = table._tbl.tblPr
    for former in properties.findall(qn("w:tblW")):
        properties.remove(former)
    properties.insert_element_before(
        element("tblW", w=round(sum(widths) * 20), type="dxa"), "w:jc", "w:tblLayout", "w:tblLook"
    )
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Pt(width)
    rows = list(table.rows)
    for row in rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Pt(width)
    return rows


def _write_cell(
    cell: _Cell, spans: Spans, face: Face, spread: Spread, grid: Grid, held: bool, setup: Setup
) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    line = Line(spans=spans, face=face, size=grid.size, pitch=grid.pitch, spread=spread, keep=held)
    write_line(cell.paragraphs[0], line, setup)


def _keep_row(row: _Row, *, header: bool = False) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(element("cantSplit"))
    if header:
        properties.append(element("tblHeader"))


def _cell_margins(**points: float) -> Any:
    made = element("tblCellMar")
    for side, width in points.items():
        made.append(element(side, w=round(width * 20), type="dxa"))
    return made


def _float_to_bottom(table: Table, setup: Setup) -> None:
    """Anchored to the edge of the page, since LibreOffice does not float it between margins."""
    properties = table._tbl.tblPr
    place = element(
        "tblpPr",
        leftFromText=0,
        rightFromText=0,
        topFromText=400,
        vertAnchor="margin",
        horzAnchor="page",
        tblpX=round(setup.left * MM * 20),
        tblpYSpec="bottom",
    )
    properties.insert_element_before(
        place, "w:tblOverlap", "w:tblW", "w:jc", "w:tblLayout", "w:tblLook"
    )
    margins = _cell_margins(top=2, left=0, bottom=2, right=0)
    properties.insert_element_before(margins, "w:tblLook")


def _space(document: Document, points: float, setup: Setup) -> None:
    """A thin empty line, which also keeps two tables from growing together."""
    line = Line(spans=(), size=1, pitch=max(points, 1), spread="left")
    write_line(document.add_paragraph(), line, setup)
