"""Made-up forms drawn as cards of label and value, and as tables of a Word document."""

from __future__ import annotations

import io
from collections.abc import Sequence
from random import Random

import docx
import xlsxwriter

from bangfu.jobs.made_keys import ColumnKey, MadeForm
from bangfu.jobs.made_questions import Asked

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False}
_Labels = Sequence[tuple[str, bool]]


def draw_card(chance: Random, made: MadeForm, asked: Sequence[Asked], labels: _Labels) -> None:
    """A sheet about one: some labels a row, each with room for its answer at its right."""
    across, colon = chance.choice((2, 2, 3)), chance.choice(("", "", ":"))
    if chance.random() < 0.4:
        _card_document(made, asked, labels, across, colon)
        return
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, _OPTIONS)
    sheet = book.add_worksheet("登记表")
    boxed = book.add_format({"border": 1, "text_wrap": True, "align": "center"})
    big = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    wide = chance.choice((1, 1, 2))
    sheet.merge_range(0, 0, 0, across * (1 + wide) - 1, made.title, big)
    for place, (one, (word, known)) in enumerate(zip(asked, labels, strict=True)):
        row, column = 2 + place // across, (place % across) * (1 + wide)
        sheet.write_string(row, column, word + colon, boxed)
        if wide > 1:
            sheet.merge_range(row, column + 1, row, column + wide, "", boxed)
        else:
            sheet.write_blank(row, column + 1, None, boxed)
        key = ColumnKey.of_question(one, column + 2, (word,), known=known, row=row + 1)
        made.columns.append(key)
    book.close()
    made.content = target.getvalue()


def _card_document(
    made: MadeForm, asked: Sequence[Asked], labels: _Labels, across: int, colon: str
) -> None:
    document = docx.Document()
    document.add_paragraph(made.title)
    rows = -(-len(asked) // across)
    table = document.add_table(rows, across * 2, style="Table Grid")
    for place, (one, (word, known)) in enumerate(zip(asked, labels, strict=True)):
        row, column = place // across, (place % across) * 2
        table.cell(row, column).text = word + colon
        key = ColumnKey.of_question(one, column + 2, (word,), known=known, row=row + 2)
        made.columns.append(key)
    _saved(made, document)


def draw_document(chance: Random, made: MadeForm, asked: Sequence[Asked], labels: _Labels) -> None:
    """A list in a Word document: a line of title, a row of headings, blank rows."""
    document = docx.Document()
    document.add_paragraph(made.title)
    blank = chance.randint(2, 8)
    table = document.add_table(1 + blank, 1 + len(asked), style="Table Grid")
    table.cell(0, 0).text = "序号"
    made.columns.append(ColumnKey(1, ("序号",), "serial"))
    for place, (one, (word, known)) in enumerate(zip(asked, labels, strict=True), start=1):
        table.cell(0, place).text = word
        made.columns.append(ColumnKey.of_question(one, place + 1, (word,), known=known))
    made.header, made.body = (2, 2), (3, 2 + blank)
    _saved(made, document)


def _saved(made: MadeForm, document: docx.document.Document) -> None:
    target = io.BytesIO()
    document.save(target)
    made.content, made.suffix = target.getvalue(), ".docx"
