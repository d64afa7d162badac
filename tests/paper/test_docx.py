"""What a docx is made of: the measures of GB/T 9704, faces by name, heads that repeat."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.paper.cleaning import cleaned
from bangfu.paper.docx import to_docx
from bangfu.paper.pages import Briefing, LedgerSheet, OfficialLetter, Paragraph, TableBlock

DocxDocument = Any


def _opened(content: bytes) -> DocxDocument:
    return docx.Document(io.BytesIO(content))


def _all_text(document: DocxDocument) -> str:
    texts = document.element.body.iter(qn("w:t"), qn("w:br"))
    return "".join("\n" if item.tag == qn("w:br") else item.text or "" for item in texts)


@pytest.fixture(scope="module")
def document(briefing: Callable[..., Briefing]) -> DocxDocument:
    return _opened(to_docx(briefing()).content)


def _paragraph(document: DocxDocument, text: str) -> Any:
    return next(item for item in document.paragraphs if text in item.text)


def _chinese_face(item: Any) -> str:
    """The Chinese face of the first run: its own, else the one of its style."""
    for properties in (item.runs[0]._r.rPr, item.style.element.rPr):
        fonts = properties.find(qn("w:rFonts")) if properties is not None else None
        if fonts is not None and fonts.get(qn("w:eastAsia")):
            return str(fonts.get(qn("w:eastAsia")))
    raise AssertionError(f"no face: {item.text}")


def test_the_page_has_the_margins_of_the_standard(document: DocxDocument) -> None:
    section = document.sections[0]
    sizes = (section.page_width, section.page_height)
    margins = (
        section.top_margin,
        section.bottom_margin,
        section.left_margin,
        section.right_margin,
    )
    for found, wanted in zip((*sizes, *margins), map(Mm, (210, 297, 37, 35, 28, 26)), strict=True):
        assert abs(found - wanted) < Mm(0.05)


def test_twenty_two_lines_of_three_hao_fangsong_stand_on_a_page(document: DocxDocument) -> None:
    normal = document.styles["Normal"]
    assert normal.font.size == Pt(16)
    assert normal.paragraph_format.line_spacing.pt == pytest.approx(28.95)
    assert Mm(225) / Pt(28.95) >= 22
    grid = document.sections[0]._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")


@pytest.mark.parametrize(
    ("text", "face", "style"),
    [
        ("健康帮扶工作简报", "方正小标宋简体", "Normal"),
        ("首月进展情况", "方正小标宋简体", "Title"),
        ("一、摸清底数", "黑体", "Heading 1"),
        ("（一）逐户走访", "楷体_GB2312", "Heading 2"),
        ("1.走访内容", "仿宋_GB2312", "Heading 3"),
        ("（1）注意事项", "仿宋_GB2312", "Heading 4"),
        ("不增加群众负担", "仿宋_GB2312", "Normal"),
    ],
)
def test_each_part_has_its_face(document: DocxDocument, text: str, face: str, style: str) -> None:
    item = _paragraph(document, text)
    assert item.style.name == style
    assert _chinese_face(item) == face


def test_the_masthead_is_red_and_a_red_rule_follows_the_issuer(document: DocxDocument) -> None:
    mark = _paragraph(document, "健康帮扶工作简报")
    assert str(mark.runs[0].font.color.rgb) == "E60012"
    rule = _paragraph(document, "安和县卫生局办公室\t")._p.getnext()
    border = rule.find(f"{qn('w:pPr')}/{qn('w:pBdr')}/{qn('w:bottom')}")
    assert border.get(qn("w:color")) == "E60012"


def test_paragraphs_are_indented_by_two_characters(document: DocxDocument) -> None:
    indent = _paragraph(document, "不增加群众负担")._p.pPr.find(qn("w:ind"))
    assert indent.get(qn("w:firstLineChars")) == "200"


def test_quotation_marks_are_told_to_be_chinese(document: DocxDocument) -> None:
    run = _paragraph(document, "首次走访").runs[0]
    assert run._r.rPr.find(qn("w:rFonts")).get(qn("w:hint")) == "eastAsia"


def test_a_counted_number_carries_the_number_of_its_note(document: DocxDocument) -> None:
    runs = _paragraph(document, "名职工与").runs
    assert [run.text for run in runs[:3]] == ["已有", "612", "[1]"]
    assert runs[2].font.superscript


def test_the_notes_say_what_was_counted(document: DocxDocument) -> None:
    rows = [[cell.text for cell in row.cells] for row in document.tables[1].rows]
    assert rows[0] == ["注", "数值", "统计内容", "截至日期", "查知时间", "行数", "摘要"]
    assert rows[2] == [
        "2",
        "1,204",
        "有效结对的家庭户数",
        "2009-03-09",
        "2009-03-10 09:30",
        "1,204",
        "7c1e09a2",
    ]


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages(document: DocxDocument) -> None:
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    for footer, side in ((section.footer, "RIGHT"), (section.even_page_footer, "LEFT")):
        item = footer.paragraphs[0]
        assert item.text.replace("1", "") == "—  —"
        assert item.alignment.name == side
        fields = [code.text.strip() for code in item._p.iter(qn("w:instrText"))]
        assert fields == ["PAGE"]


def test_the_foot_floats_at_the_bottom_of_the_last_page(document: DocxDocument) -> None:
    foot = document.tables[-1]
    place = foot._tbl.tblPr.find(qn("w:tblpPr"))
    assert (place.get(qn("w:vertAnchor")), place.get(qn("w:tblpYSpec"))) == ("margin", "bottom")
    assert foot.rows[0].cells[0].text == "报：市卫生局，县委办公室。"
    edges = [
        row._tr.find(f".//{qn('w:tcBorders')}/{qn('w:top')}").get(qn("w:sz")) for row in foot.rows
    ]
    assert edges == ["8", *["6"] * (len(edges) - 1)]


def test_a_table_of_two_hundred_rows_repeats_its_head_and_tears_no_row(
    ledger: Callable[..., LedgerSheet],
) -> None:
    table = _opened(to_docx(ledger(200)).content).tables[0]
    rows = table._tbl.tr_lst
    assert len(rows) == 202
    heads = [row.trPr.find(qn("w:tblHeader")) is not None for row in rows]
    assert heads == [True] + [False] * 201
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    assert table.style.name == "帮扶表格"


def test_two_tables_do_not_grow_together(briefing: Callable[..., Briefing]) -> None:
    blocks = briefing().blocks
    table = next(block for block in blocks if isinstance(block, TableBlock))
    bare = TableBlock(columns=table.columns, rows=table.rows)
    paper = briefing(blocks=(bare, bare), notes=())
    body = _opened(to_docx(paper).content).element.body
    tables = body.findall(qn("w:tbl"))
    assert all(table.getnext().tag == qn("w:p") for table in tables)


def test_only_a_draft_says_so(briefing: Callable[..., Briefing]) -> None:
    for state, marked in (("draft", True), ("issued", False)):
        header = _opened(to_docx(briefing(state=state)).content).sections[0].header
        assert ("草稿 未经签发" in header.paragraphs[0].text) is marked
        assert ("草稿" in header._element.xml and "textpath" in header._element.xml) is marked


def test_a_letter_has_its_parts_in_order(letter: Callable[..., OfficialLetter]) -> None:
    text = _all_text(_opened(to_docx(letter()).content))
    parts = (
        "特急",
        "安和县卫生局文件",
        "安卫发〔2009〕5号",
        "的通知",
        "局属各单位，各乡镇卫生院：",
        "请认真贯彻执行。",
        "附件：1.实施方案",
        "2.结对名单",
        "安和县卫生局",
        "2009年2月16日",
        "附件1",
        "一、工作目标",
        "抄送：县委办公室。",
        "2009年2月16日印发",
    )
    place = 0
    for part in parts:
        place = text.index(part, place)


SEQUENCES = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr pBdr shd tabs "
    "overflowPunct autoSpaceDE autoSpaceDN snapToGrid spacing ind jc outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs color spacing sz szCs u vertAlign lang",
    "tblPr": "tblStyle tblpPr tblOverlap tblW jc tblInd tblBorders tblLayout tblCellMar tblLook",
    "trPr": "cantSplit tblHeader",
    "tcPr": "tcW tcBorders vAlign",
    "sectPr": "headerReference type pgSz pgMar cols titlePg docGrid",
}
"""The order in which the schema wants properties; Word calls a file broken that has another."""


@pytest.mark.parametrize("state", ["draft", "issued"])
def test_properties_stand_in_the_order_of_the_schema(
    briefing: Callable[..., Briefing],
    letter: Callable[..., OfficialLetter],
    ledger: Callable[..., LedgerSheet],
    state: str,
) -> None:
    for paper in (briefing(state=state), letter(state=state), ledger(state=state)):
        opened = _opened(to_docx(paper).content)
        section = opened.sections[0]
        own = [opened.styles[name].element for name in ("Normal", "Heading 1", "Title", "Footer")]
        parts = (opened.element, section.footer._element, section.header._element, *own)
        for properties in (item for part in parts for item in part.iter()):
            name = str(properties.tag).split("}")[-1]
            if name in SEQUENCES and properties.tag.startswith(qn("w:p")[:-1]):
                found = [str(child.tag).split("}")[-1] for child in properties]
                found = ["headerReference" if "Reference" in tag else tag for tag in found]
                assert found == sorted(found, key=SEQUENCES[name].split().index), found


def test_equal_papers_are_equal_files_without_a_foreign_thumbnail(
    briefing: Callable[..., Briefing],
) -> None:
    first = to_docx(briefing()).content
    assert first == to_docx(briefing()).content
    assert not [name for name in zipfile.ZipFile(io.BytesIO(first)).namelist() if "thumb" in name]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_text_survives_or_is_named(prose: Callable[[str], Briefing], text: str) -> None:
    paper, notes = cleaned(prose(text))
    printed = to_docx(prose(text))
    assert printed.notes == notes
    block = paper.blocks[0]
    assert isinstance(block, Paragraph)
    assert str(block.runs[0]) in _all_text(_opened(printed.content))
