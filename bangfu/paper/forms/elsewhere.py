"""What points at a sheet from other parts of a workbook, after rows were added to it."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from bangfu.paper.forms.references import Insertion, moved_area, moved_cell, shifted
from bangfu.paper.forms.workbook import Workbook

_ANCHORED = re.compile(rb"(<x:Anchor>)([^<]*)(</x:Anchor>)")
_NOTED = re.compile(rb"(<x:Row>)(\d+)(</x:Row>)")


def move_elsewhere(book: Workbook, sheet: str, by: Insertion) -> None:
    """Move what other parts say of the rows of a sheet."""
    _move_names(book, sheet, by)
    for name, part in book.sheets.items():
        if name != sheet:
            _move_formulas_of(book, part, name, sheet, by)
    for part in book.package.related(book.sheets[sheet]).values():
        if part in book.package:
            _move_part(book, part, sheet, by)
    for part in list(book.package.names()):
        if part.startswith("xl/charts/chart"):
            _move_formulas_of(book, part, "", sheet, by)


def _move_names(book: Workbook, sheet: str, by: Insertion) -> None:
    """Names that are defined: print areas, print titles, lists of choices."""
    changed = False
    for name in book.root.iterfind(f"{book.space}definedNames/{book.space}definedName"):
        if name.text:
            text = shifted(name.text, by, sheet=sheet, home="")
            changed |= text != name.text
            name.text = text
    if changed:
        book.package.keep(book.part)


def _move_formulas_of(book: Workbook, part: str, home: str, sheet: str, by: Insertion) -> None:
    """Formulas of another sheet, or of a chart."""
    if b"!" not in book.package.read(part):
        return
    changed = False
    for element in book.package.root(part).iter(etree.Element):
        if etree.QName(element).localname in ("f", "formula", "formula1", "formula2"):
            text = element.text or ""
            moved = shifted(text, by, sheet=sheet, home=home) if text else text
            if moved != text:
                element.text, changed = moved, True
    if changed:
        book.package.keep(part)


def _move_part(book: Workbook, part: str, sheet: str, by: Insertion) -> None:
    if part.endswith(".vml"):
        content = book.package.read(part)
        content = _ANCHORED.sub(lambda found: _moved_anchor(found, by), content)
        content = _NOTED.sub(lambda found: _moved_note(found, by), content)
        book.package.changed[part] = content
    elif "/tables/" in part:
        _move_references(book.package.root(part), by)
        book.package.keep(part)
    elif "comments" in part.lower():
        _move_comments(book.package.root(part), by)
        book.package.keep(part)
    elif "/drawings/" in part and part.endswith(".xml"):
        _move_drawing(book.package.root(part), by)
        book.package.keep(part)


def _moved_anchor(found: re.Match[bytes], by: Insertion) -> bytes:
    numbers = [piece.strip() for piece in found[2].split(b",")]
    if len(numbers) == 8 and all(n.lstrip(b"-").isdigit() for n in numbers):
        for place in (2, 6):
            numbers[place] = b"%d" % (by.row(int(numbers[place]) + 1) - 1)
    return found[1] + b", ".join(numbers) + found[3]


def _moved_note(found: re.Match[bytes], by: Insertion) -> bytes:
    return found[1] + b"%d" % (by.row(int(found[2]) + 1) - 1) + found[3]


def _move_references(root: Any, by: Insertion) -> None:
    for element in root.iter(etree.Element):
        if element.get("ref"):
            element.set("ref", moved_area(element.get("ref"), by))


def _move_comments(root: Any, by: Insertion) -> None:
    for element in root.iter(etree.Element):
        if element.get("ref"):
            element.set("ref", moved_cell(element.get("ref"), by))


def _move_drawing(root: Any, by: Insertion) -> None:
    """Pictures and shapes: what moves with cells moves, what also grows with them grows."""
    for anchor in root.iterchildren():
        rows = [
            end.find("{*}row") for name in ("from", "to") for end in anchor.findall(f"{{*}}{name}")
        ]
        if anchor.get("editAs") == "absolute" or not rows:
            continue
        before = [int(row.text) + 1 for row in rows]
        after = [by.row(row) for row in before]
        if anchor.get("editAs") == "oneCell" and len(rows) == 2:
            after[1] = before[1] + after[0] - before[0]
        for row, number in zip(rows, after, strict=True):
            row.text = str(number - 1)
