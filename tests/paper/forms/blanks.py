"""Blank forms drawn by hand, as county offices send them: layouts unlike one another."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import xlsxwriter

#: ``<`` in a grid is what the cell at its left covers, ``^`` what the one above covers.
_COVERED = frozenset("<^")


def blanks() -> list[dict[str, Any]]:
    """Every form: its name, the lines above, its grid of headings and what each column is."""
    text = (Path(__file__).parent / "blanks.toml").read_text(encoding="utf-8")
    listed: list[dict[str, Any]] = tomllib.loads(text)["blank"]
    return listed


def more_blanks() -> list[dict[str, Any]]:
    """Twenty more, with what is right written down before any of them was read."""
    text = (Path(__file__).parent / "more_blanks.toml").read_text(encoding="utf-8")
    listed: list[dict[str, Any]] = tomllib.loads(text)["blank"]
    return listed


def county_blanks() -> list[dict[str, Any]]:
    """Fifty more in the manner of county offices, looked at column by column when filled."""
    text = (Path(__file__).parent / "county_blanks.toml").read_text(encoding="utf-8")
    listed: list[dict[str, Any]] = tomllib.loads(text)["blank"]
    return listed


def drawn(blank: dict[str, Any], folder: Path) -> Path:
    """The form as a file."""
    made = _document(blank) if blank.get("docx") else _workbook(blank)
    path = folder / f"{blank['name']}{'.docx' if blank.get('docx') else '.xlsx'}"
    path.write_bytes(made)
    return path


def _grid(blank: dict[str, Any]) -> list[list[str]]:
    return [line.split("|") for line in blank["grid"].strip("\n").split("\n")]


def _cells(grid: list[list[str]]) -> Iterator[tuple[int, int, int, int, str]]:
    """The cells of a grid: first row and column, last row and column, words."""
    for row, line in enumerate(grid):
        for column, text in enumerate(line):
            if text in _COVERED:
                continue
            right = column
            while right + 1 < len(line) and line[right + 1] == "<":
                right += 1
            down = row
            while down + 1 < len(grid) and grid[down + 1][column : column + 1] == ["^"]:
                down += 1
            yield row, column, down, right, text.strip()


def _document(blank: dict[str, Any]) -> bytes:
    document, grid = docx.Document(), _grid(blank)
    for line in blank["above"]:
        document.add_paragraph(line)
    rows = len(grid) + blank.get("body", 0)
    table = document.add_table(rows, max(map(len, grid)), style="Table Grid")
    for row, column, down, right, text in _cells(grid):
        cell = table.cell(row, column)
        if (down, right) != (row, column):
            cell = cell.merge(table.cell(down, right))
        cell.text = text
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _workbook(blank: dict[str, Any]) -> bytes:
    target, grid = io.BytesIO(), _grid(blank)
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("Sheet1")
    boxed = book.add_format({"border": 1, "text_wrap": True, "align": "center"})
    wide, top = max(map(len, grid)), 0
    for line in blank["above"]:
        sheet.merge_range(top, 0, top, wide - 1, line)
        top += 1
    if "line" in blank:
        for column, text in enumerate(blank["line"].split("|")):
            sheet.write(top, column, text or None)
        top += 1
    for row, column, down, right, text in _cells(grid):
        if (down, right) == (row, column):
            sheet.write(top + row, column, text or None, boxed)
        else:
            sheet.merge_range(top + row, column, top + down, right, text, boxed)
    top += len(grid)
    for row in range(top, top + blank.get("body", 0)):
        for column in range(wide):
            sheet.write_blank(row, column, None, boxed)
    top += blank.get("body", 0)
    if "total" in blank:
        sheet.write_string(top, 0, blank["total"], boxed)
        for column in range(1, wide):
            sheet.write_blank(top, column, None, boxed)
    for line in blank.get("below", ()):
        top += 1
        sheet.write_string(top, 0, line)
    book.close()
    return target.getvalue()
