"""A Word form filled: the tables and sentences of its body, in their own faces; nothing else."""

from __future__ import annotations

import copy
import datetime as dt
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lxml import etree

from bangfu.paper.cleaning import clean
from bangfu.paper.forms.boxes import BOX, TICKED, Ticked, offers
from bangfu.paper.forms.cells import Percent, Value
from bangfu.paper.forms.filling import Block, Filled, SheetFill
from bangfu.paper.forms.package import NoWorkbook, Package
from bangfu.paper.forms.sentences import fill_sentences
from bangfu.tables.marked import LINES_ABOVE

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_PART = "word/document.xml"


def fill_document(content: bytes, tables: Mapping[str, SheetFill]) -> Filled:
    """Fill a document's tables, by the names under which they are read (表1, 表2 …).

    Cells of a card in which words of the form stand are left; they are told of as ``kept``.
    """
    package = Package.of(content)
    if _PART not in package:
        raise NoWorkbook(
            "文件不是 Word 文档；请另存为 docx 后再试",
            "the file is no Word document; save it as docx",
        )
    removed: Counter[str] = Counter()
    kept: list[tuple[str, int, int]] = []
    try:
        for name, table, above in _tables(package.root(_PART)):
            if name in tables:
                kept += [(name, *at) for at in _fill(table, above, tables[name], removed)]
        fill_sentences(package.root(_PART).find(f"{_W}body"), tables, _words)
    except NoWorkbook:
        raise
    except (ValueError, TypeError, AttributeError, IndexError) as wrong:
        # Not put together as a document is: refused, not guessed at.
        raise NoWorkbook(
            "文档的内部结构不合规，不能照原样填；请用 Word 或 WPS 另存后再试",
            "the document is not put together as it should be; save it anew with Word or WPS",
        ) from wrong
    package.keep(_PART)
    notes: tuple[str, ...] = ()
    if removed:
        notes = (f"已去掉{removed.total()}个不能打印的字符",)
    return Filled(package.content(), tuple(kept), (), notes)


def _tables(root: Any) -> list[tuple[str, Any, int]]:
    """The tables of the body: their names, and how many lines above count as rows of theirs."""
    found: list[tuple[str, Any, int]] = []
    above = 0
    for element in root.find(f"{_W}body"):
        if element.tag == f"{_W}p":
            above = min(LINES_ABOVE, above + bool(_text(element)))
        elif element.tag == f"{_W}tbl":
            found.append((f"表{len(found) + 1}", element, above))
            above = 0
    return found


def _text(element: Any) -> str:
    return "".join(part.text or "" for part in element.iter(f"{_W}t")).strip()


def _fill(table: Any, above: int, fill: SheetFill, removed: Counter[str]) -> list[tuple[int, int]]:
    for block in reversed(fill.in_order):
        _add_rows(table, above, block)
    rows = table.findall(f"{_W}tr")
    for block in fill.in_order:
        top = fill.top(block) - above - 1
        for place, values in enumerate(block.rows):
            for column, value in values.items():
                cell = _cell(rows[top + place], column)
                if cell is not None and isinstance(value, Ticked) and offers(_text(cell)):
                    _tick(cell, value.number)
                else:
                    _put(cell, value, removed)
    kept = []
    for (row, column), value in fill.cells.items():
        at = fill.moved(row)
        cell = _cell(rows[at - above - 1], column) if 0 < at - above <= len(rows) else None
        if cell is not None and isinstance(value, Ticked):
            _tick(cell, value.number)
        elif cell is not None and _text(cell):
            kept.append((at, column))
        else:
            _put(cell, value, removed)
    return kept


def _tick(cell: Any, number: int) -> None:
    """Tick one of the boxes in a cell, and leave everything else there as it stands."""
    before = 0
    for part in cell.iter(f"{_W}t"):
        text = part.text or ""
        boxes = [found.start() for found in BOX.finditer(text)]
        if number - before < len(boxes):
            place = boxes[number - before]
            part.text = text[:place] + TICKED + text[place + 1 :]
            return
        before += len(boxes)


def _add_rows(table: Any, above: int, block: Block) -> None:
    by, rows = block.insertion, table.findall(f"{_W}tr")
    # Below a table that has nothing but headings there is no row yet.
    missing = max(0, block.last - above - len(rows)) if block.rows else 0
    template = rows[min(by.template - above, len(rows)) - 1]
    for _ in range(by.more + missing):
        added = copy.deepcopy(template)
        for mark in list(added.iter(f"{_W}tblHeader")):
            mark.getparent().remove(mark)
        for cell in added.findall(f"{_W}tc"):
            _empty(cell)
        template.addnext(added)


def _empty(cell: Any) -> None:
    """Leave one paragraph with its looks, and no words."""
    first, *rest = cell.findall(f"{_W}p")
    for paragraph in rest:
        cell.remove(paragraph)
    for child in list(first):
        if child.tag != f"{_W}pPr":
            first.remove(child)


def _cell(row: Any, column: int) -> Any | None:
    """The cell of a row that begins at a column of the grid."""
    at = 1
    for cell in row.findall(f"{_W}tc"):
        if at == column:
            return cell
        span = cell.find(f"{_W}tcPr/{_W}gridSpan")
        at += int(span.get(f"{_W}val", "1")) if span is not None else 1
    return None


def _put(cell: Any | None, value: Value, removed: Counter[str]) -> None:
    """Write a value as text, in the face that the cell has."""
    if cell is None or value is None:
        return
    face = _face(cell)
    _empty(cell)
    run = etree.SubElement(cell.find(f"{_W}p"), f"{_W}r")
    if face is not None:
        run.append(face)
    text = etree.SubElement(run, f"{_W}t")
    text.text = clean(_words(value), removed).replace("\n", " ")
    text.set(_SPACE, "preserve")


def _face(cell: Any) -> Any | None:
    """The face of the words in a cell, else that of its empty paragraph."""
    for path in (f"{_W}p/{_W}r/{_W}rPr", f"{_W}p/{_W}pPr/{_W}rPr"):
        found = cell.find(path)
        if found is not None:
            return copy.deepcopy(found)
    return None


def _words(value: Value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, Percent):
        return str(value)
    if isinstance(value, Decimal):
        plain = f"{value:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return str(value)
