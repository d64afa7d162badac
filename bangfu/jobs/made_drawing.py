"""A made list being drawn: titles, units, headings in levels, sums, merged cells, notes."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from random import Random
from typing import Any

import docx
import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from bangfu.jobs.made_ways import Cell

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False}
_GROUPS = ("基本信息", "基本情况", "有关情况", "其他情况")
_COUNT = "一二三四五六七八九"


class Drawing:
    """The cells of a list row by row, with what is merged; ``told`` names what makes it ugly.

    ``plain``: a file without merged cells and days of its own. ``titled``: its title never lacks.
    """

    def __init__(self, chance: Random, title: str, *, plain: bool, titled: bool) -> None:
        self.chance, self.title, self.plain, self.titled = chance, title, plain, titled
        self.cells: list[list[Cell]] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.told: list[str] = []
        self.header = (0, 0)
        self.width = self.first = 1
        self.serial = self.village_merged = False
        self.since: tuple[str, int] = ("", 0)
        self.columns: Sequence[str] = ()
        self.number = self.of_village = 0
        self.unit_said = ""
        self.sums = chance.random() < 0.4
        self.unit_of_money = chance.choice(("元", "元", "万元"))
        self.unit_in_heading = chance.random() < 0.5

    def _says(self, what: str) -> None:
        if what not in self.told:
            self.told.append(what)

    # ── above the rows ────────────────────────────────────────────────────────────────────────

    def unit(self, sort: str) -> str:
        """The unit in which a column of amounts stands."""
        return self.unit_of_money if sort == "money" else ""

    def with_unit(self, heading: str, unit: str) -> str:
        """A heading with its unit, where the list says it there and not in a line above."""
        if not unit:
            return heading
        bare = heading.replace("(元)", "").replace("（元）", "")
        if self.unit_in_heading:
            self._says("unit_in_heading")
            return f"{bare}({unit})"
        self.unit_said = unit
        return bare

    def head(self, words: Sequence[str], targets: Sequence[str]) -> int:
        """Draw everything above the rows; the number of the first column that asks something."""
        self.serial = self.chance.random() < 0.7
        leaves = [*(["序号"] if self.serial else []), *words]
        self.width, self.first = len(leaves), 2 if self.serial else 1
        self.columns = [*(["serial"] if self.serial else []), *targets]
        self._lines()
        levels = self._levels(leaves)
        top = len(self.cells) + 1
        self.cells += levels
        self.header = (top, len(self.cells))
        if self.chance.random() < 0.25:
            self._says("number_row")
            chinese = self.chance.random() < 0.5
            self.cells.append([
                "甲乙丙丁"[n] if chinese and n < 2 else str(n - 1 if chinese else n + 1)
                for n in range(self.width)
            ])  # fmt: skip
        if self.sums and self.chance.random() < 0.3:
            self._sum_row("合计")
            self._says("total_on_top")
        self.village_merged = not self.plain and self.chance.random() < 0.4
        return self.first

    def _lines(self) -> None:
        if not self.plain or self.titled or self.chance.random() < 0.7 or self.unit_said:
            self._line(self.title)
            self._says("title")
        if self.chance.random() < 0.4:
            self._says("unit_line")
            self._line("填报单位:青禾县松坪镇人民政府      填报日期:2026年10月30日")
        if self.unit_said:
            self._says("money_unit_line")
            self._line(f"单位:{self.unit_said}")

    def _line(self, text: str) -> None:
        self.cells.append([text, *[None] * (self.width - 1)])
        if self.width > 1:
            self.merged.append((len(self.cells), 1, len(self.cells), self.width))

    def _levels(self, leaves: Sequence[str]) -> list[list[Cell]]:
        """The headings in one to three levels: neighbours under a common one, the rest merged."""
        count = 1 if self.plain else self.chance.choice((1, 1, 2, 2, 3))
        free = len(leaves) - 2
        if count == 1 or free < 3:
            return [list(leaves)]
        self._says(f"{count}_levels")
        top, size = len(self.cells) + 1, self.chance.randint(2, free)
        begin = len(leaves) - size
        last = top + count - 1
        rows: list[list[Cell]] = [[None] * len(leaves) for _ in range(count)]
        for column, leaf in enumerate(leaves):
            inside = column >= begin
            rows[count - 1 if inside else 0][column] = leaf
            if not inside:
                self.merged.append((top, column + 1, last, column + 1))
        words = self.chance.sample(_GROUPS, 2)
        rows[0][begin] = words[0]
        self.merged.append((top, begin + 1, top, len(leaves)))
        if count == 3:
            half = begin + max(1, size // 2)
            for left, right, word in ((begin, half, "第一部分"), (half, len(leaves), "第二部分")):
                rows[1][left] = word
                if right - left > 1:
                    self.merged.append((top + 1, left + 1, top + 1, right))
        return rows

    # ── rows ──────────────────────────────────────────────────────────────────────────────────

    def next_row(self, village: str) -> int:
        """The number of the next row; where a village ends, its sum comes before."""
        if self.since[0] != village:
            self._close_village()
            self.since = (village, len(self.cells) + 1)
        self.number += 1
        self.of_village += 1
        return len(self.cells) + 1

    def _close_village(self) -> None:
        village, first = self.since
        last = len(self.cells)
        if village and self.village_merged and last > first:
            for column, target in enumerate(self.columns, start=1):
                held = {str(self.cells[row - 1][column - 1]) for row in range(first, last + 1)}
                if target in ("place.village", "place.township") and len(held) == 1:
                    self._says("same_as_above")
                    self.merged.append((first, column, last, column))
                    for row in range(first + 1, last + 1):
                        self.cells[row - 1][column - 1] = None
        if village and self.sums:
            self._says("subtotals")
            self._sum_row(self.chance.choice(("小计", f"{village}小计")))
        self.of_village = 0

    def _sum_row(self, word: str) -> None:
        row: list[Cell] = [None] * self.width
        row[0] = word
        for column, target in enumerate(self.columns[1:], start=1):
            if target.endswith("name") and self.of_village:
                row[column] = f"{self.of_village}人"
            elif target.endswith(("pay", "size")) or "#" in target:
                row[column] = self.chance.randint(20, 9_000)
        self.cells.append(row)

    def write(self, cells: Sequence[Cell]) -> None:
        """Lay the cells of the next row, its running number before them."""
        self.cells.append([*([self.number] if self.serial else []), *cells])

    def position(self, row: int, column: int) -> str:
        """A cell by its letters and row."""
        return str(xl_rowcol_to_cell(row - 1, column - 1))

    def finish(self) -> None:
        """The last sums, notes and names below."""
        self._close_village()
        if self.sums and "total_on_top" not in self.told:
            self._says("total_below")
            self._sum_row(self.chance.choice(("合计", "总计")))
        if self.chance.random() < 0.4:
            self._says("signatures")
            self.cells.append(["填表人:            审核人:", *[None] * (self.width - 1)])
        if self.chance.random() < 0.25:
            self._says("note")
            self.cells.append(["注:以身份证为准,本表一式两份。", *[None] * (self.width - 1)])


# ── files ─────────────────────────────────────────────────────────────────────────────────────


def _in_words(cell: Cell) -> str:
    """A cell as a file of plain text holds it; a large number as a spreadsheet writes it there."""
    if cell is None:
        return ""
    if isinstance(cell, float) and abs(cell) >= 1e11:
        return f"{cell:.5E}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def as_csv(drawing: Drawing, sheet: str) -> bytes:
    """The list as plain text, in one of the usual encodings."""
    target = io.StringIO()
    csv.writer(target).writerows([_in_words(cell) for cell in row] for row in drawing.cells)
    encoding = drawing.chance.choice(("gb18030", "utf-8-sig", "utf-8"))
    drawing.told.append(encoding)
    return target.getvalue().encode(encoding)


def as_docx(drawing: Drawing, sheet: str) -> bytes:
    """The list as the table of a document."""
    document = docx.Document()
    table = document.add_table(len(drawing.cells), drawing.width, style="Table Grid")
    cells = iter(table._cells)
    for row in drawing.cells:
        for value in row:
            next(cells).text = _in_words(value)
    for top, left, bottom, right in drawing.merged:
        text = table.cell(top - 1, left - 1).text
        table.cell(top - 1, left - 1).merge(table.cell(bottom - 1, right - 1)).text = text
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def as_xlsx(drawing: Drawing, name: str) -> bytes:
    """The list as a workbook, perhaps behind a sheet that says what it is."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, _OPTIONS)
    if drawing.chance.random() < 0.2:
        drawing.told.append("cover")
        book.add_worksheet("封面").write_string(0, 0, f"{drawing.title}(汇编)")
    sheet = book.add_worksheet(name)
    border = {"border": 1} if drawing.chance.random() < 0.6 else {}
    plain = book.add_format(border)
    day = book.add_format({**border, "num_format": "yyyy-mm-dd"})
    whole = book.add_format({**border, "align": "center"})
    for top, left, bottom, right in drawing.merged:
        sheet.merge_range(top - 1, left - 1, bottom - 1, right - 1, "", whole)
    for row, cells in enumerate(drawing.cells):
        for column, value in enumerate(cells):
            _put(sheet, row, column, value, plain, day)
    book.close()
    return target.getvalue()


def _put(sheet: Any, row: int, column: int, value: Cell, plain: Any, day: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value, plain)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), day)
    elif value is not None:
        sheet.write_number(row, column, value, plain)
