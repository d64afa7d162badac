"""A Word form differs from the blank one in the cells that were filled, and in nothing else."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import docx
import pytest
from docx.shared import Pt

from bangfu.ledger.actions import household as households
from bangfu.ledger.moment import Moment
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.document import fill_document
from bangfu.paper.forms.fill import fill_any
from bangfu.paper.forms.filling import Block, SheetFill
from bangfu.paper.forms.package import NoWorkbook
from bangfu.tables.sentences import sentences_in
from tests.village import OPERATOR, VISITED, Village


def form() -> bytes:
    """A title, a card of one row and a table of two blank rows with a line below."""
    paper = docx.Document()
    paper.add_heading("帮扶对象登记表")
    card = paper.add_table(1, 4, style="Table Grid")
    card.cell(0, 0).text, card.cell(0, 2).text = "姓名", "日期"
    card.cell(0, 3).text = "  年  月  日"
    paper.add_paragraph("家庭成员")
    table = paper.add_table(4, 3, style="Table Grid")
    for place, word in enumerate(("序号", "姓名", "年龄")):
        table.cell(0, place).text = word
    table.cell(3, 0).merge(table.cell(3, 1)).text = "合计"
    run = table.cell(1, 1).paragraphs[0].add_run(" ")
    run.font.size, run.bold = Pt(15), True
    paper.add_paragraph("填表人:")
    target = io.BytesIO()
    paper.save(target)
    return target.getvalue()


def tables(content: bytes) -> list[list[list[str]]]:
    paper = docx.Document(io.BytesIO(content))
    return [[[c.text for c in row.cells] for row in table.rows] for table in paper.tables]


def test_a_table_of_headings_alone_gets_its_rows() -> None:
    paper, target = docx.Document(), io.BytesIO()
    table = paper.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "序号", "姓名"
    paper.save(target)
    for count in (1, 3):
        rows = [{1: n, 2: f"青禾甲{n}"} for n in range(1, count + 1)]
        done = fill_document(target.getvalue(), {"表1": SheetFill({}, [Block(2, 2, rows)])})
        (made,) = tables(done.content)
        assert made == [["序号", "姓名"], *([str(n), f"青禾甲{n}"] for n in range(1, count + 1))]


def test_a_document_that_is_not_put_together_as_one_is_refused_with_a_word() -> None:
    source, target = zipfile.ZipFile(io.BytesIO(form())), io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            text = source.read(name)
            if name == "word/document.xml":
                text = text.replace(b"<w:tc>", b"<w:tc><w:x>").replace(b"</w:tc>", b"</w:x></w:tc>")
            made.writestr(name, text)
    with pytest.raises(NoWorkbook, match="不合规"):
        fill_document(target.getvalue(), {"表2": SheetFill({}, [Block(3, 4, [{1: "赵大山"}])])})


def test_a_card_and_a_table_are_filled_and_rows_added() -> None:
    rows = [{1: n, 2: f"青禾甲{n}", 3: Decimal("40.0")} for n in range(1, 5)]
    fills = {
        "表1": SheetFill({(2, 2): "赵大山", (2, 4): dt.date(2026, 11, 20)}),
        "表2": SheetFill({(5, 3): 160}, [Block(3, 4, rows)]),
    }
    done = fill_document(form(), fills)
    card, table = tables(done.content)
    assert card == [["姓名", "赵大山", "日期", "  年  月  日"]]
    assert done.kept == (("表1", 2, 4),)
    assert table == [
        ["序号", "姓名", "年龄"],
        *[[str(n), f"青禾甲{n}", "40"] for n in range(1, 5)],
        ["合计", "合计", "160"],
    ]
    paper = docx.Document(io.BytesIO(done.content))
    assert [p.text for p in paper.paragraphs] == ["帮扶对象登记表", "家庭成员", "填表人:"]
    run = paper.tables[1].cell(1, 1).paragraphs[0].runs[0]
    assert (run.font.size, run.bold) == (Pt(15), True)


def test_only_the_text_of_the_document_differs() -> None:
    done = fill_document(form(), {"表1": SheetFill({(2, 2): "赵大山"})})
    before, after = (zipfile.ZipFile(io.BytesIO(c)) for c in (form(), done.content))
    assert before.namelist() == after.namelist()
    different = {n for n in before.namelist() if before.read(n) != after.read(n)}
    assert different - {"docProps/core.xml"} == {"word/document.xml"}


def test_what_is_no_document_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<a/>")
    with pytest.raises(NoWorkbook, match="docx"):
        fill_document(target.getvalue(), {})


def test_a_word_form_of_known_people(village: Village, tmp_path: Path) -> None:
    paper = docx.Document()
    paper.add_paragraph("结对帮扶花名册")
    table = paper.add_table(2, 4, style="Table Grid")
    for place, word in enumerate(("序号", "姓名", "身份证号", "帮扶责任人")):
        table.cell(0, place).text = word
    path = tmp_path / "花名册.docx"
    paper.save(str(path))
    done = fill_any(path, Request(Moment(dt.date(2009, 3, 10)), place=village.county))
    assert done.suffix == ".docx"
    (rows,) = tables(done.content)
    assert rows[1:] == [
        ["1", "赵大山", "****************10", "李建国"],
        ["2", "钱二河", "", "周敏"],
    ]


def test_a_sentence_is_filled_as_the_same_words_in_a_table_would_be(
    village: Village, tmp_path: Path
) -> None:
    households.update(by=OPERATOR, subject=village.zhao_home, kind="poor", on=VISITED)
    paper = docx.Document()
    paper.add_paragraph("前岫村基本情况")
    line = paper.add_paragraph("全村共")
    for words, drawn in (
        ("      ", True), ("户", False), ("   ", True),
        ("人，其中脱贫户____户____人，监测户", False), ("  ", False),
        ("户。村集体经济收入", False), ("    ", True), ("万元，党员____名。", False),
    ):  # fmt: skip
        line.add_run(words).underline = drawn or None
    paper.add_paragraph("负  责  人：          填表人：      户主：")
    path = tmp_path / "村情.docx"
    paper.save(str(path))
    done = fill_any(path, Request(Moment(dt.date(2009, 3, 10)), place=village.village))
    _, told, signed = docx.Document(io.BytesIO(done.content)).paragraphs
    assert told.text == (
        "全村共  1   户 2 人，其中脱贫户_1__户_2__人，监测户0 户。"
        "村集体经济收入    万元，党员____名。"
    )
    assert [run.underline for run in told.runs] == [run.underline for run in line.runs]
    assert signed.text == paper.paragraphs[2].text
    (table,) = done.tables
    assert (table.sheet, table.filled) == ("第2段", 5)
    left = [c.column.path[-1] for c in table.columns if not c.answered]
    assert left == ["村集体经济收入", "党员人数"]
    # Of the county it would be another number: what is said of a village is left.
    other = fill_any(path, Request(Moment(dt.date(2009, 3, 10)), place=village.county))
    assert docx.Document(io.BytesIO(other.content)).paragraphs[1].text == line.text


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("截至2025年底，云岫镇辖____个村民小组，__户__人。", ["村民小组数", "总户数", "总人口"]),
        ("低保户（__户，__人），其中男__人。", ["低保户户数", "低保户人数", "其中:男性人数"]),
        ("全县现有__户脱贫户、__名党员；耕地__亩", ["脱贫户户数", "党员人数", "耕地"]),
        ("填表人：____  所在单位：____  2026年__月__日", []),
        ("户  主  姓  名    人  均  收  入", []),
    ],
)
def test_what_the_blanks_of_a_sentence_ask(text: str, asks: list[str]) -> None:
    paper = docx.Document()
    paper.add_paragraph(text)
    found = [one for told in sentences_in(paper.element.body) for one in told.blanks]
    assert [one.asks for one in found] == asks
