"""Made-up forms drawn as sheets: titles, merged headings, blank bodies, totals, notes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from random import Random
from typing import Any

import xlsxwriter

from bangfu.jobs.made_keys import ColumnKey, MadeForm
from bangfu.jobs.made_questions import Asked

_A4 = 9
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False}


class _Page:
    """A sheet being drawn: borders, faces, and where the next row goes."""

    def __init__(self, chance: Random) -> None:
        self.target = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.target, _OPTIONS)
        self.sheet = self.book.add_worksheet(chance.choice(("Sheet1", "附表", "汇总表")))
        face = chance.choice(("宋体", "仿宋", "微软雅黑"))
        plain = {"font_name": face, "font_size": 11, "valign": "vcenter"}
        boxed = {**plain, "border": 1, "align": "center", "text_wrap": True}
        self.plain = self.book.add_format(plain)
        self.right = self.book.add_format({**plain, "align": "right"})
        self.title = self.book.add_format(
            {**plain, "font_size": 18, "bold": True, "align": "center"}
        )
        self.head = self.book.add_format({**boxed, "bold": chance.random() < 0.5})
        self.cell = self.book.add_format({**plain, "border": 1})
        self.row = 0

    def merge(self, top: int, left: int, bottom: int, right: int, text: str, look: Any) -> None:
        """A cell, merged where it is more than one."""
        if (top, left) == (bottom, right):
            self.sheet.write_string(top, left, text, look)
        else:
            self.sheet.merge_range(top, left, bottom, right, text, look)


def draw(
    chance: Random, made: MadeForm, questions: Sequence[Asked], labels: Sequence[tuple[str, bool]]
) -> None:
    page = _Page(chance)
    groups = [chance.choice(one.group) if one.group else "" for one in questions]
    groups = _one_word_a_group(questions, groups)
    first = _leading(chance, made)
    width = len(first) + len(questions)
    _draw_top(chance, page, made, width)
    _draw_heads(chance, page, made, first, list(zip(questions, labels, groups, strict=True)))
    _draw_body(chance, page, made, first, questions, width)
    page.sheet.set_landscape()
    page.sheet.set_paper(_A4)
    page.sheet.fit_to_pages(1, 0)
    page.book.close()
    made.content = page.target.getvalue()


def _one_word_a_group(questions: Sequence[Asked], words: Sequence[str]) -> list[str]:
    """Neighbours of one group stand under one heading."""
    told: list[str] = []
    for place, (one, word) in enumerate(zip(questions, words, strict=True)):
        same = place and questions[place - 1].group == one.group and one.group
        told.append(told[-1] if same else word)
    return told


def _leading(chance: Random, made: MadeForm) -> list[tuple[str, ColumnKey]]:
    """The serial column, and the stub of a summary."""
    found = []
    if made.shape == "records" or chance.random() < 0.6:
        found.append(("序号", ColumnKey(1, ("序号",), "serial")))
    if made.shape == "summary":
        word = chance.choice(("村名", "行政村"))
        key = ColumnKey(len(found) + 1, (word,), "stub", "place.name", level="village")
        found.append((word, key))
    return found


def _draw_top(chance: Random, page: _Page, made: MadeForm, width: int) -> None:
    if chance.random() < 0.4:
        page.sheet.write_string(page.row, 0, f"附件{chance.randint(1, 9)}", page.plain)
        page.row += 1
    page.sheet.set_row(page.row, 30)
    page.merge(page.row, 0, page.row, width - 1, made.title, page.title)
    page.row += 1
    if chance.random() < 0.7:
        page.sheet.write_string(page.row, 0, "填报单位:", page.plain)
        page.sheet.write_string(page.row, width - 1, "填报日期:", page.right)
        page.row += 1


def _draw_heads(
    chance: Random,
    page: _Page,
    made: MadeForm,
    first: Sequence[tuple[str, ColumnKey]],
    columns: Sequence[tuple[Asked, tuple[str, bool], str]],
) -> None:
    grouped = any(group for _, _, group in columns)
    over = grouped and chance.random() < 0.25
    top, levels = page.row, 1 + grouped + over
    bottom = top + levels - 1
    for place, (word, key) in enumerate(first):
        page.merge(top, place, bottom, place, word, page.head)
        made.columns.append(key)
    start = len(first)
    if over:
        last = start + len(columns) - 1
        page.merge(top, start, top, last, f"{made.title[:4]}信息", page.head)
    run = start
    for place, (one, (word, known), group) in enumerate(columns, start=start):
        if group:
            if place == run or columns[place - start - 1][2] != group:
                run = place
            end = place - start + 1
            if end == len(columns) or columns[end][2] != group:
                page.merge(bottom - 1, run, bottom - 1, place, group, page.head)
            page.sheet.write_string(bottom, place, word, page.head)
        else:
            page.merge(top + over, place, bottom, place, word, page.head)
            run = place + 1
        path = tuple(w for w in (f"{made.title[:4]}信息" if over else "", group, word) if w)
        made.columns.append(ColumnKey.of_question(one, place + 1, path, known=known))
    made.header = top + 1, bottom + 1
    page.row = bottom + 1
    if chance.random() < 0.2:
        words = ["甲", *map(str, range(1, start + len(columns)))]
        for place, word in enumerate(words):
            page.sheet.write_string(page.row, place, word, page.head)
        page.row += 1
        made.number_row = page.row


def _draw_body(
    chance: Random,
    page: _Page,
    made: MadeForm,
    first: Sequence[Any],
    questions: Sequence[Asked],
    width: int,
) -> None:
    rows = chance.randint(1, 12)
    place = chance.choice(("", "below", "above")) if made.shape == "summary" else ""
    if place == "above":
        made.total_row = page.row + 1
        page.row += 1
    top = page.row
    made.body = top + 1, top + rows
    for row in range(top, top + rows):
        for column in range(width):
            page.sheet.write_blank(row, column, None, page.cell)
        if first and first[0][0] == "序号" and chance.random() < 0.6:
            page.sheet.write_number(row, 0, row - top + 1, page.cell)
    page.row = top + rows
    if place == "below":
        made.total_row = page.row + 1
        page.row += 1
    if made.total_row:
        _draw_total(chance, page, made, first, width)
    for column, one in enumerate(questions, start=len(first)):
        if one.choices:
            said = {"validate": "list", "source": list(one.choices)}
            page.sheet.data_validation(top, column, top + rows - 1, column, said)
        page.sheet.set_column(column, column, 18 if one.field.endswith("identity") else 11)
    if chance.random() < 0.6:
        page.sheet.write_string(page.row, 0, "填表人:        审核人:        联系电话:", page.plain)


def _draw_total(
    chance: Random, page: _Page, made: MadeForm, first: Sequence[Any], width: int
) -> None:
    assert made.total_row is not None
    row = made.total_row - 1
    page.sheet.write_string(row, 0, "合计", page.head)
    formulas = chance.random() < 0.5
    for column in range(1, width):
        if formulas and column >= len(first):
            letter = chr(65 + column)
            area = f"{letter}{made.body[0]}:{letter}{made.body[1]}"
            page.sheet.write_formula(row, column, f"=SUM({area})", page.cell)
        else:
            page.sheet.write_blank(row, column, None, page.cell)
