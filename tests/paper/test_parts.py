"""What papers set as GB/T 9704 and GB/T 15834 want it, whoever typed it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from bangfu.paper.compose import FOOT_CHARACTERS, composed
from bangfu.paper.docx import to_docx
from bangfu.paper.layout import em_width
from bangfu.paper.pages import Briefing, FigureMark, Paragraph, Verification
from bangfu.paper.parts import full_width, verification_text
from bangfu.paper.pdf import to_pdf


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("“单位”:“甲”,单位:个。", "“单位”：“甲”，单位：个。"),
        ("便民服务:体检,接送(自愿登记)", "便民服务：体检，接送（自愿登记）"),
        ("(日期为2009-03-03)的人数", "（日期为2009-03-03）的人数"),
        ("1,204 户", "1,204 户"),
        ("2009-03-10 08:30", "2009-03-10 08:30"),
        ("f(x)", "f(x)"),
    ],
)
def test_marks_beside_chinese_characters_are_wide(typed: str, set_: str) -> None:
    assert full_width(typed) == set_


def test_who_edited_checked_and_signed_is_not_torn(briefing: Callable[..., Briefing]) -> None:
    long = briefing(editor="党委办公室", reviewer="活动领导小组办公室", signer="局党委书记")
    rows = [row.left for row in composed(long).foot]
    assert "编辑：党委办公室　审核：活动领导小组办公室" in rows and "签发：局党委书记" in rows
    assert all(em_width(row) <= FOOT_CHARACTERS for row in rows)
    short = briefing(editor="甲", reviewer="乙", signer="丙")
    assert "编辑：甲　审核：乙　签发：丙" in [row.left for row in composed(short).foot]


def test_an_address_stands_on_the_paper_only_where_there_is_one() -> None:
    check = Verification(document="一", journal_head="1:0123456789abcdef")
    assert verification_text(check) == "核验：材料编号一，留痕链首1:0123456789abcdef"
    check = Verification(document="一", journal_head="1:0123456789abcdef", address="https://a/")
    assert verification_text(check).endswith("，核验网址https://a/")


def test_no_line_begins_with_the_mark_of_a_note(
    briefing: Callable[..., Briefing], pdf_text: Callable[[bytes], str]
) -> None:
    """Wherever the number falls, its mark stays on its line."""
    for length in range(49, 55):
        runs = ("字" * length, FigureMark("12个", 2), "单位参加，来自", FigureMark("3名", 1), "。")
        paper = briefing(blocks=(Paragraph(runs),))
        text = pdf_text(to_pdf(paper).content)
        assert "[2]" in text and not re.search(r"(?m)^\s*\[\d\]", text), length


def test_word_is_told_that_no_line_begins_with_such_a_mark(
    briefing: Callable[..., Briefing],
) -> None:
    settings = zipfile.ZipFile(BytesIO(to_docx(briefing()).content)).read("word/settings.xml")
    never = re.search(r'<w:noLineBreaksBefore w:lang="zh-CN" w:val="([^"]*)"/>', settings.decode())
    assert never and "[" in never[1] and "。" in never[1]
