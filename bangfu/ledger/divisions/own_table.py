"""A county's own table of divisions, from a CSV file: what is newer or finer than the national one.

Columns 统计用区划代码 and 名称 are needed, 上级 and 级别 may be there; see HEADINGS for the other
words that offices use. UTF-8, UTF-16 with a mark, or GB 18030; commas, tabs or semicolons; rows
of titles above the headings are passed over.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from os.path import commonprefix
from pathlib import Path
from typing import Final

from bangfu.ledger.divisions.codes import (
    LEVELS,
    CodeError,
    Level,
    full_code,
    level_of,
    parent_code,
)
from bangfu.ledger.divisions.packed import Division, read_codes
from bangfu.ledger.divisions.readings import initials_of
from bangfu.programmes.kinds import Label
from bangfu.programmes.problems import Problem

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": (
        "统计用区划代码", "区划代码", "行政区划代码", "统计区划代码", "地区代码", "代码", "编码",
        "code",
    ),
    "name": ("名称", "区划名称", "行政区划名称", "地区名称", "单位名称", "地名", "name"),
    "parent": (
        "上级代码", "上级", "上级区划代码", "上级区划", "父级代码", "所属代码", "parent",
    ),
    "level": ("级别", "层级", "行政级别", "区划级别", "level"),
}  # fmt: skip
LEVEL_WORDS: Final[Mapping[Level, tuple[str, ...]]] = {
    "province": ("省级", "省", "1"),
    "prefecture": ("地级", "市级", "地市级", "市", "2"),
    "county": ("县级", "县", "区县", "3"),
    "township": ("乡级", "乡镇级", "乡镇", "乡", "镇", "4"),
    "village": ("村级", "村", "社区", "5"),
    "group": ("组级", "组", "村民小组", "自然村", "6"),
}
LONGEST_NAME: Final = 60
ROWS_ABOVE: Final = 10
_ROUNDED: Final = re.compile(r"[0-9.]+[eE]\+?[0-9]+")


class OwnTableErrors(Exception):
    """Everything that is wrong with a table of one's own, at once, by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: (one.line, one.column)))
        super().__init__(self.text("en"))

    def text(self, language: str = "zh") -> str:
        """All problems, one a line."""
        return "\n".join(problem.text(language) for problem in self.problems)


@dataclass(slots=True)
class _Row:
    """One row as it stands in the file, by its columns' keys."""

    line: int
    cells: Mapping[str, str]
    code: str = ""
    parent: str = ""


@dataclass(slots=True)
class _Table:
    """The file while it is read: where the columns are, and what has been found wrong."""

    file: str
    columns: dict[str, int] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, line: int, key: str, message: Label, cure: Label) -> None:
        """Note what is wrong with a cell."""
        column = self.columns.get(key, 0) + 1
        heading = self.headings.get(key, key)
        self.problems.append(Problem(self.file, line, column, heading, message, cure))


def read_own_table(path: Path) -> tuple[Division, ...]:
    """The divisions of a CSV file, each after what it lies in; OwnTableErrors names every fault.

    A parent that is not given follows from the code. What a division lies in must be in the file
    or in the national table; only a province lies in nothing.
    """
    table = _Table(path.name)
    rows = [row for row in _rows(path, table) if _check_code(row, table)]
    _check_repeated(rows, table)
    named: dict[str, list[str]] = {}
    for row in rows:
        named.setdefault(row.cells["name"], []).append(row.code)
    for row in rows:
        _check_name(row, table)
        _check_level(row, table)
        _find_parent(row, named, table)
    _check_parents(rows, table)
    if table.problems:
        raise OwnTableErrors(table.problems)
    return tuple(sorted(map(_division, rows), key=lambda d: (LEVELS.index(d.level), d.code)))


def _division(row: _Row) -> Division:
    name = row.cells["name"]
    return Division(row.code, name, level_of(row.code), row.parent, initials_of(name))


def _rows(path: Path, table: _Table) -> Iterator[_Row]:
    """The rows that say anything, below the headings."""
    text = _decoded(path, table)
    delimiter = max(",\t;", key=text.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    if not _find_headings(reader, table):
        return
    for cells in _whole(reader, table):
        found = {
            key: _cleaned(cells[place]) if place < len(cells) else ""
            for key, place in table.columns.items()
        }
        if any(found.values()):
            yield _Row(reader.line_num, found)


def _whole(reader: Iterator[list[str]], table: _Table) -> Iterator[list[str]]:
    """The rows of the file as far as it can be read."""
    try:
        yield from reader
    except csv.Error as error:
        table.refuse(
            1,
            "",
            Label("文件读到一半就读不下去了", f"the file cannot be read to its end ({error})"),
            Label(
                "检查引号是否成对，再另存一次", "See whether quotes come in pairs, save it again"
            ),
        )


def _decoded(path: Path, table: _Table) -> str:
    data = path.read_bytes()
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    table.refuse(
        1,
        "",
        Label("文件不是 UTF-8，也不是 GB 18030 编码", "the file is neither UTF-8 nor GB 18030"),
        Label("请另存为“CSV UTF-8（逗号分隔）”", "Save it as CSV UTF-8 (comma delimited)"),
    )
    return ""


def _find_headings(reader: Iterator[list[str]], table: _Table) -> bool:
    """Note where the columns are; the headings may stand below some rows of titles."""
    for cells in islice(reader, ROWS_ABOVE):
        places = {_cleaned(cell).lower(): i for i, cell in reversed(list(enumerate(cells)))}
        for key, words in HEADINGS.items():
            if word := next((word for word in words if word in places), None):
                table.columns[key], table.headings[key] = places[word], word
        if {"code", "name"} <= table.columns.keys():
            return True
        table.columns.clear()
    if not table.problems:
        table.refuse(
            1,
            "",
            Label("前十行中找不到表头", "no headings in the first ten rows"),
            Label(
                "表头要有“统计用区划代码”和“名称”两列",
                "The headings need a column 统计用区划代码 and a column 名称",
            ),
        )
    return False


def _cleaned(cell: str) -> str:
    """A cell without what spreadsheets add: spaces, an apostrophe, full-width digits."""
    return unicodedata.normalize("NFKC", cell).strip().removeprefix("'").strip()


def _check_code(row: _Row, table: _Table) -> bool:
    """Fill in the row's code, or say why it is none."""
    written = row.cells["code"]
    try:
        row.code = full_code(written.removesuffix(".0"))
        return True
    except CodeError as error:
        table.refuse(row.line, "code", _why(written, error), _cure(written))
        return False


def _why(written: str, error: CodeError) -> Label:
    if not written:
        return Label("没有代码", "there is no code")
    return Label(f"“{written}”不是区划代码", str(error))


def _cure(written: str) -> Label:
    if _ROUNDED.fullmatch(written):
        return Label(
            "表格软件把数字四舍五入了：把该列设为文本后重新填写",
            "A spreadsheet has rounded it: make the column text and fill it in again",
        )
    return Label(
        "应为 12 位数字（村民小组 14 位），省 2 位、地 4 位、县 6 位、乡 9 位也可",
        "Write 12 digits (14 for a group); 2, 4, 6 or 9 will do above a village",
    )


def _check_name(row: _Row, table: _Table) -> None:
    name = row.cells["name"]
    if 0 < len(name) <= LONGEST_NAME and not name.isdigit():
        return
    wrong = Label(f"“{name}”不是名称", f"{name!r} is no name")
    missing = Label("没有名称", "there is no name")
    cure = Label(f"应为 1 至 {LONGEST_NAME} 个字", f"Write 1 to {LONGEST_NAME} characters")
    table.refuse(row.line, "name", wrong if name else missing, cure)


def _check_repeated(rows: list[_Row], table: _Table) -> None:
    first: dict[str, _Row] = {}
    for row in rows:
        earlier = first.setdefault(row.code, row)
        if earlier is not row:
            said = earlier.cells["name"]
            table.refuse(
                row.line,
                "code",
                Label(
                    f"代码 {row.code} 在第 {earlier.line} 行已是“{said}”",
                    f"code {row.code} is already {said} on line {earlier.line}",
                ),
                Label("删去一行，或改正代码", "Remove one of the rows or correct the code"),
            )


def _check_level(row: _Row, table: _Table) -> None:
    """A level that is given must be the level of the code."""
    written, level = row.cells.get("level", "").lower(), level_of(row.code)
    if not written or written == level or written in LEVEL_WORDS[level]:
        return
    word = LEVEL_WORDS[level][0]
    table.refuse(
        row.line,
        "level",
        Label(f"写的是“{written}”，而代码 {row.code} 是{word}", f"{row.code} is a {level} by code"),
        Label(f"写“{word}”，或改正代码", f"Write {word} or correct the code"),
    )


def _find_parent(row: _Row, named: Mapping[str, list[str]], table: _Table) -> None:
    """Fill in what the row lies in: as given by code or by name, or as its own code says."""
    by_code = parent_code(row.code)
    written = row.cells.get("parent", "").removesuffix(".0")
    if not written.strip("0"):
        row.parent = by_code
    elif any(map(str.isdigit, written)):
        row.parent = _parent_by_code(row, written, by_code, table)
    else:
        row.parent = _parent_by_name(row, written, by_code, named, table)


def _parent_by_code(row: _Row, written: str, by_code: str, table: _Table) -> str:
    try:
        given = full_code(written)
    except CodeError as error:
        table.refuse(row.line, "parent", _why(written, error), _cure(written))
        return ""
    if _is_above(given, row.code):
        return given
    table.refuse(
        row.line,
        "parent",
        Label(f"上级 {given} 的级别不高于 {row.code}", f"{given} is not above {row.code}"),
        Label(f"按代码应为 {by_code or '空'}", f"By its code it is {by_code or 'blank'}"),
    )
    return ""


def _parent_by_name(
    row: _Row, written: str, by_code: str, named: Mapping[str, list[str]], table: _Table
) -> str:
    found = [code for code in named.get(written, ()) if _is_above(code, row.code)]
    if by_code in found or len(found) == 1:
        return by_code if by_code in found else found[0]
    table.refuse(
        row.line,
        "parent",
        Label(
            f"本表中有 {len(found)} 个上级叫“{written}”",
            f"{len(found)} rows above it are called {written}",
        ),
        Label(f"写上级的代码，例如 {by_code}", f"Write its code, such as {by_code}"),
    )
    return ""


def _is_above(upper: str, lower: str) -> bool:
    return LEVELS.index(level_of(upper)) < LEVELS.index(level_of(lower))


def _check_parents(rows: list[_Row], table: _Table) -> None:
    """What a row lies in must be known, from the file or from the national table."""
    here = {row.code for row in rows}
    asked = {row.parent for row in rows if row.parent} - here
    known = asked.intersection(read_codes(commonprefix(list(asked)))) if asked else asked
    for row in rows:
        if row.parent and row.parent not in here and row.parent not in known:
            table.refuse(
                row.line,
                "parent" if row.cells.get("parent") else "code",
                Label(
                    f"上级 {row.parent} 不在本表，也不在全国代码表",
                    f"what it lies in, {row.parent}, is neither here nor in the national table",
                ),
                Label(
                    f"为 {row.parent} 加一行，或改正代码",
                    f"Add a row for {row.parent} or correct the code",
                ),
            )
