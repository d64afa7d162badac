"""Workbooks of Excel and WPS, new and old: the values, the merged cells, the drawn frame."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

import python_calamine as calamine
from lxml import etree

from bangfu.tables.grid import Grid, Span, Value, number_of
from bangfu.tables.packed import damaged, locked, parse, pieces
from bangfu.tables.unreadable import MOST_COLUMNS, Unreadable, check_size

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
#: A sheet whose part is larger is a list, not a blank form: its frame is not looked at.
_FORM_BYTES = 20_000_000
_CELL = re.compile(r"([A-Z]+)([0-9]+)")

Raw = tuple[str, Grid, bool]


def read_xlsx(path: Path, parts: frozenset[str]) -> list[Raw]:
    """The sheets of an xlsx that was looked over and has these parts; raises ``Unreadable``."""
    return _sheets(path, _frames(path, parts))


def read_xls(path: Path) -> list[Raw]:
    """The sheets of an xls (or et); raises ``Unreadable``."""
    return _sheets(path, {})


def _sheets(path: Path, frames: Mapping[str, Mapping[str, Any]]) -> list[Raw]:
    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            return [
                (about.name, _grid(book, about.name, frames.get(about.name, {})), _hidden(about))
                for about in book.sheets_metadata
                if about.typ == calamine.SheetTypeEnum.WorkSheet
            ]
    except calamine.PasswordError as wrong:
        raise locked(path) from wrong
    except (calamine.CalamineError, calamine.ZipError, calamine.XmlError) as wrong:
        raise damaged(path) from wrong


def _hidden(about: Any) -> bool:
    return bool(about.visible != calamine.SheetVisibleEnum.Visible)


def _grid(book: Any, name: str, frame: Mapping[str, Any]) -> Grid:
    sheet = book.get_sheet_by_name(name)
    check_size(sheet.total_height, sheet.total_width)
    left: list[Value] = [""] * (sheet.start[1] if sheet.start else 0)
    same: dict[Value, Value] = {}
    # The same words in many cells are kept once: a long list is held in half the memory.
    rows: list[list[Value]] = [left + _kept_once(row, same) for row in sheet.iter_rows()]
    merged = tuple(
        Span(top + 1, left + 1, bottom + 1, right + 1)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )
    return Grid(rows=rows, merged=merged, **frame)


def _kept_once(row: list[Value], same: dict[Value, Value]) -> list[Value]:
    """The cells of a row, each the very object that was read first of those that say the same."""
    if _ALIKE.isdisjoint(map(type, row)):
        return list(map(same.setdefault, row, row))
    return [same.setdefault(value, value) if type(value) is str else value for value in row]


#: Of these a value equals one of another type: 1, 1.0 and yes.
_ALIKE = frozenset((bool, int))


def _frames(path: Path, parts: frozenset[str]) -> dict[str, dict[str, Any]]:
    """What each sheet draws beside its values, by the sheet's name."""
    with zipfile.ZipFile(path) as packed:
        try:
            bordered = _bordered(packed) if "xl/styles.xml" in parts else frozenset()
            return {
                name: _frame(packed, part, bordered)
                for name, part in _parts_of_sheets(packed, parts)
                if part in parts and packed.getinfo(part).file_size <= _FORM_BYTES
            }
        except Unreadable:
            raise
        except (etree.XMLSyntaxError, KeyError, ValueError) as wrong:
            raise damaged(path) from wrong


def _parts_of_sheets(packed: zipfile.ZipFile, parts: frozenset[str]) -> Iterable[tuple[str, str]]:
    targets = {
        each.get("Id", ""): each.get("Target", "")
        for each in _tree(packed, "xl/_rels/workbook.xml.rels")
    }
    for each in _tree(packed, "xl/workbook.xml").iter(f"{_MAIN}sheet", f"{_STRICT}sheet"):
        target = targets.get(each.get(f"{_REL}id") or "", "")
        yield each.get("name", ""), target.lstrip("/") if target[:1] == "/" else f"xl/{target}"


def _tree(packed: zipfile.ZipFile, part: str) -> etree._Element:
    with packed.open(part) as opened:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        return etree.parse(opened, parser).getroot()


def _bordered(packed: zipfile.ZipFile) -> frozenset[int]:
    """The numbers of the cell styles that draw a line."""
    root = _tree(packed, "xl/styles.xml")
    space = _STRICT if root.tag.startswith(_STRICT) else _MAIN
    lined = [
        any(side.get("style") not in (None, "none") for side in border)
        for border in root.iterfind(f"{space}borders/{space}border")
    ]
    styles = root.iterfind(f"{space}cellXfs/{space}xf")
    return frozenset(
        number
        for number, style in enumerate(styles)
        if (drawn := int(style.get("borderId", "0"))) < len(lined) and lined[drawn]
    )


def _frame(packed: zipfile.ZipFile, part: str, bordered: frozenset[int]) -> dict[str, Any]:
    if not bordered and _bare(packed, part):
        return {}
    with packed.open(part) as opened:
        drawn, formulas, choices = _look_at(opened, bordered)
    framed = (max(drawn, default=0), max((last for _, last in drawn.values()), default=0))
    return {"framed": framed, "formulas": formulas, "choices": choices, "drawn": drawn}


#: The elements beside values that are looked for: what computes a cell, and what may be chosen;
#: and how long the beginning of a tag may be.
_TAG = 4096
_BESIDE = tuple(map(re.compile, (rb"<f[\s/>]", rb":f[\s/>]", rb"dataValidation", rb"\0")))


def _bare(packed: zipfile.ZipFile, part: str) -> bool:
    """Whether a sheet surely holds values alone, as most exported lists do; it is not parsed."""
    before = b""
    for piece in pieces(packed, packed.getinfo(part)):
        text = before + piece
        if any(beside.search(text) for beside in _BESIDE):
            return False
        # No tag is looked at in two halves.
        before = text[max(text.rfind(b"<"), len(text) - _TAG) :]
    return True


def _look_at(
    opened: IO[bytes], bordered: frozenset[int]
) -> tuple[dict[int, tuple[int, int]], frozenset[tuple[int, int]], dict[int, tuple[str, ...]]]:
    drawn: dict[int, tuple[int, int]] = {}
    formulas: set[tuple[int, int]] = set()
    choices: dict[int, tuple[str, ...]] = {}
    rows = (f"{_MAIN}row", f"{_STRICT}row")
    for _, element in parse(opened, *rows, f"{_MAIN}dataValidation", f"{_STRICT}dataValidation"):
        if element.tag in rows:
            _row(element, bordered, drawn, formulas)
            element.clear()
        else:
            _choices(element, choices)
    return drawn, frozenset(formulas), choices


_FORMULAS = frozenset((f"{_MAIN}f", f"{_STRICT}f"))


def _row(
    element: etree._Element,
    bordered: frozenset[int],
    drawn: dict[int, tuple[int, int]],
    formulas: set[tuple[int, int]],
) -> None:
    computed = next(element.iter(*_FORMULAS), None) is not None
    if not bordered and not computed:
        return  # as most rows of a long list
    for cell in element:
        lined = bordered and int(cell.get("s", "0")) in bordered
        counts = computed and any(part.tag in _FORMULAS for part in cell)
        # Most cells of a long list are neither, and need not be located.
        found = _CELL.fullmatch(cell.get("r") or "") if lined or counts else None
        if not found:
            continue
        row, column = int(found[2]), number_of(found[1])
        if lined:
            first, last = drawn.get(row, (column, column))
            drawn[row] = (min(first, column), max(last, column))
        if counts:
            formulas.add((row, column))


def _choices(element: etree._Element, choices: dict[int, tuple[str, ...]]) -> None:
    """The words of a drop-down list that stand in the rule itself."""
    words = "".join(
        part.text or "" for part in element.iter() if str(part.tag).endswith("}formula1")
    )
    if element.get("type") != "list" or not words.startswith('"'):
        return
    listed = tuple(word.strip() for word in words.strip('"').split(",") if word.strip())
    for reach in (element.get("sqref") or "").split():
        ends = [number_of(letters) for letters, _ in _CELL.findall(reach)]
        for column in range(min(ends, default=1), min(max(ends, default=0), MOST_COLUMNS) + 1):
            choices.setdefault(column, listed)
