"""Messy lists of people who do not exist: one truth, many ways of writing it, every defect counted.

The same seed makes the same files. A defect is told with its file, sheet and cell, what was written
and what is true, so that whoever reads the file can be held against it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import xlsxwriter

from bangfu.jobs.people import Person, Village, people, villages
from bangfu.ledger.codes import EDUCATION, RELATION

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False}
_EPOCH = dt.date(1899, 12, 30)
#: Two cells of a row out of so many hold a defect.
_CLEAN = 50

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the lists: its key, its headings, and how the truth is written in it."""

    key: str
    names: tuple[str, ...]
    true: Callable[[Person, Village], Value]


@dataclass(frozen=True, slots=True)
class Defect:
    """One cell that is not as it should be."""

    sheet: str
    row: int
    column: str
    sort: str
    written: str
    true: str


@dataclass(slots=True)
class MadeWorkbook:
    """A messy list: the file, its layout, and every defect in it."""

    name: str
    content: bytes = b""
    header: tuple[int, int] = (0, 0)
    columns: list[dict[str, Any]] = field(default_factory=list)
    rows: int = 0
    defects: list[Defect] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many defects of each sort there are."""
        found: dict[str, int] = {}
        for one in self.defects:
            found[one.sort] = found.get(one.sort, 0) + 1
        return dict(sorted(found.items()))


_SEX = {"1": "男", "2": "女"}
COLUMNS = (
    Column("town", ("乡镇", "所属乡镇"), lambda p, v: v.town),
    Column("village", ("行政村", "所在村", "村名"), lambda p, v: v.name),
    Column("household", ("户编号", "户号"), lambda p, v: f"{p.household:06d}"),
    Column("name", ("姓名", "成员姓名"), lambda p, v: p.name),
    Column("sex", ("性别",), lambda p, v: _SEX[p.sex]),
    Column("identity", ("身份证号", "证件号码", "公民身份号码"), lambda p, v: p.identity),
    Column("birth", ("出生日期", "生日"), lambda p, v: p.birth.isoformat()),
    Column("relation", ("与户主关系",), lambda p, v: RELATION[p.relation].zh),
    Column("education", ("文化程度", "学历"), lambda p, v: _education(p.education)),
    Column("phone", ("联系电话", "手机号码"), lambda p, v: p.phone),
)


def _education(word: str) -> str:
    return EDUCATION[word].zh if word in EDUCATION else ""


# ------------------------------------------------------------------ defects


def _scientific(value: str, chance: Random) -> Value:
    return float(value[:17] + "0") if value[:17].isdigit() else value


def _lost_digit(value: str, chance: Random) -> Value:
    place = chance.randrange(6, len(value) - 1)
    return value[:place] + value[place + 1 :]


def _wrong_check(value: str, chance: Random) -> Value:
    return value[:-1] + ("0" if value[-1] != "0" else "1")


def _spaced(value: str, chance: Random) -> Value:
    return f"{value[:6]} {value[6:14]} {value[14:]}"


def _full_width(value: str, chance: Random) -> Value:
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() else c for c in value)


def _quoted(value: str, chance: Random) -> Value:
    return f"'{value}"


def _blank(value: str, chance: Random) -> Value:
    return None


def _day(pattern: str) -> Callable[[str, Random], Value]:
    return lambda value, chance: pattern.format(*map(int, value.split("-")))


def _serial(value: str, chance: Random) -> Value:
    return (dt.date.fromisoformat(value) - _EPOCH).days


def _two_digits(value: str, chance: Random) -> Value:
    year, month, day = value.split("-")
    return f"{year[2:]}.{int(month)}.{int(day)}"


#: For each column the ways of writing it otherwise, and whether the truth is lost by it.
DEFECTS: dict[str, dict[str, Callable[[str, Random], Value]]] = {
    "identity": {
        "scientific": _scientific, "lost_digit": _lost_digit, "wrong_check": _wrong_check,
        "spaced": _spaced, "full_width": _full_width, "quoted": _quoted, "blank": _blank,
    },
    "birth": {
        "dotted": _day("{0}.{1}.{2}"), "slashed": _day("{0}/{1}/{2}"),
        "in_words": _day("{0}年{1}月{2}日"), "solid": _day("{0}{1:02d}{2:02d}"),
        "serial": _serial, "two_digit_year": _two_digits, "blank": _blank,
    },
    "sex": {"coded": lambda v, c: 1 if v == "男" else 2, "long": lambda v, c: f"{v}性",
            "wrong": lambda v, c: "女" if v == "男" else "男"},
    "name": {"spaced": lambda v, c: f"{v[0]}  {v[1:]}", "trailing": lambda v, c: f"{v} "},
    "phone": {"lost_digit": _lost_digit, "spaced": lambda v, c: f"{v[:3]} {v[3:7]} {v[7:]}",
              "dashed": lambda v, c: f"{v[:3]}-{v[3:7]}-{v[7:]}"},
    "relation": {"blank": _blank},
    "education": {"blank": _blank},
}  # fmt: skip
#: Defects by which what is true can no longer be read: whoever accepts such a cell is wrong.
LOSING = frozenset(("scientific", "lost_digit", "wrong_check", "blank", "two_digit_year", "wrong"))


# ------------------------------------------------------------------ workbooks


def truth(seed: int, count: int) -> list[tuple[Person, Village]]:
    """The people whom every list is about, each with the village."""
    homes = {one.code: one for one in villages(12)}
    return [(person, homes[person.village]) for person in people(seed, count, list(homes))]


def truth_csv(told: Sequence[tuple[Person, Village]]) -> bytes:
    """The truth as a file that any program reads."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([column.key for column in COLUMNS])
    for person, village in told:
        writer.writerow([column.true(person, village) for column in COLUMNS])
    return target.getvalue().encode("utf-8-sig")


def workbooks(seed: int, told: Sequence[tuple[Person, Village]], count: int) -> list[MadeWorkbook]:
    """So many lists of the same people, each in a layout and with defects of its own."""
    return [_workbook(Random(f"{seed}/{n}"), f"list-{n:02d}", told) for n in range(1, count + 1)]


def _workbook(chance: Random, name: str, told: Sequence[tuple[Person, Village]]) -> MadeWorkbook:
    kept = [c for c in COLUMNS if c.key in ("name", "identity") or chance.random() < 0.8]
    rows = [list(one) for one in told]
    if chance.random() < 0.5:
        chance.shuffle(rows)
    as_csv = chance.random() < 0.25
    made = MadeWorkbook(f"{name}.{'csv' if as_csv else 'xlsx'}")
    headings = [chance.choice(column.names) for column in kept]
    top = 0 if as_csv else chance.randint(0, 3)
    sheet = "csv" if as_csv else chance.choice(("Sheet1", "名单", "花名册"))
    grid = _grid(chance, made, kept, rows, sheet, top + 2)
    made.header, made.rows = (top + 1, top + 1), len(grid)
    made.columns = [
        {"column": place, "heading": heading, "key": column.key}
        for place, (heading, column) in enumerate(zip(headings, kept, strict=True), start=1)
    ]
    made.content = (
        _as_csv(chance, headings, grid) if as_csv else _as_xlsx(chance, headings, grid, sheet, top)
    )
    return made


def _grid(
    chance: Random,
    made: MadeWorkbook,
    kept: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    sheet: str,
    first: int,
) -> list[list[Value]]:
    grid: list[list[Value]] = []
    for person, village in rows:
        cells: list[Value] = []
        for place, column in enumerate(kept, start=1):
            true = column.true(person, village)
            cells.append(_cell(chance, made, column, true, (sheet, first + len(grid), place)))
        grid.append(cells)
        if chance.randrange(_CLEAN * 4) == 0:
            spot = Defect(sheet, first + len(grid), "", "same_row_again", "", "")
            made.defects.append(spot)
            grid.append(list(cells))
    return grid


def _cell(
    chance: Random, made: MadeWorkbook, column: Column, true: Value, at: tuple[str, int, int]
) -> Value:
    sorts = DEFECTS.get(column.key, {})
    if not sorts or not true or chance.randrange(_CLEAN) >= 2:
        return true
    sort = chance.choice(sorted(sorts))
    written = sorts[sort](str(true), chance)
    if written == true:
        return true
    sheet, row, place = at
    cell = f"{chr(64 + place)}{row}"
    said = "" if written is None else str(written)
    made.defects.append(Defect(sheet, row, cell, f"{column.key}.{sort}", said, str(true)))
    return written


def _as_csv(chance: Random, headings: Sequence[str], grid: Sequence[Sequence[Value]]) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(headings)
    writer.writerows(["" if v is None else v for v in row] for row in grid)
    return target.getvalue().encode(chance.choice(("gb18030", "utf-8-sig", "utf-8")))


def _as_xlsx(
    chance: Random,
    headings: Sequence[str],
    grid: Sequence[Sequence[Value]],
    name: str,
    top: int,
) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, _OPTIONS)
    sheet = book.add_worksheet(name)
    title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    lines = ("人员信息登记表", "填报单位:青禾县", "说明:以身份证为准")
    for row in range(top):
        sheet.merge_range(row, 0, row, len(headings) - 1, lines[row], title)
    for column, heading in enumerate(headings):
        sheet.write_string(top, column, heading)
    for row, cells in enumerate(grid, start=top + 1):
        for column, value in enumerate(cells):
            if isinstance(value, str):
                sheet.write_string(row, column, value)
            elif value is not None:
                sheet.write_number(row, column, value)
    if chance.random() < 0.4:
        sheet.write_string(top + 1 + len(grid), 0, "填表人:            审核人:")
    book.close()
    return target.getvalue()
