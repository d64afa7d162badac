"""Whether something is so of a row: yes or no where it is known; boxes and examples in rows."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import openpyxl
import pytest

from bangfu.ledger.actions import household as households
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.blanks import blanks_of
from bangfu.paper.forms.fill import fill_any
from bangfu.paper.forms.values import flag_word
from bangfu.paper.forms.whether import question_in, verdict
from tests.paper.forms.test_strange import asked, form
from tests.village import OPERATOR, VISITED, Village


@pytest.mark.parametrize(
    ("heading", "row", "said", "answer"),
    [
        ("是否脱贫户", "household", ("脱贫户", None), True),
        ("是否脱贫户", "household", ("一般户", None), False),
        ("是否脱贫户", "household", ("监测户", "脱贫不稳定户"), True),
        ("是否脱贫户", "household", ("监测户", "边缘易致贫户"), False),
        ("是否脱贫户", "household", ("监测户", "突发严重困难户"), None),
        ("是否脱贫户", "household", ("低收入户", None), None),
        ("是否脱贫户", "household", (None, None), None),
        ("是否建档立卡脱贫人口", "person", ("脱贫户", None), True),
        ("是否监测对象", "person", ("监测户", "脱贫不稳定户"), True),
        ("是否监测对象", "person", ("监测户", "风险已消除"), None),
        ("是否为监测户", "household", ("脱贫户", None), False),
        ("风险是否消除", "household", ("监测户", "脱贫不稳定户", None), False),
        ("是否消除风险", "household", ("监测户", None, "2026-03-01"), True),
        ("是否享受低保", "person", ("农村低保",), True),
        ("是否低保", "person", ("不享受",), False),
        ("低保(是/否)", "person", (None,), None),
        ("是否有劳动能力", "person", ("弱劳动力或半劳动力",), None),
        ("是否务工", "person", ("公益性岗位",), None),
        ("是否外出务工", "person", ("本地务工",), False),
        ("是否残疾", "person", ("患有大病、残疾", None), True),
        ("是否残疾人", "person", ("健康", None), False),
        ("是否参加医保", "person", ("否", "是"), True),
        ("是否参加医保", "person", ("否", None), None),
        ("是否参加医保", "person", ("否", "否"), False),
        ("是否危房", "household", ("未鉴定",), None),
        ("问题是否解决", "need", (None,), False),
    ],
)
def test_yes_and_no_are_said_where_they_are_known(
    heading: str, row: str, said: tuple[str | None, ...], answer: bool | None
) -> None:
    question = question_in(heading, VOCABULARY[row])
    assert question is not None
    assert verdict(question, said) is answer


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        ("是否党员", "person"),
        ("是否低保户", "household"),
        ("脱贫户", "household"),
        ("是否务工", "household"),
        ("是否参加城乡居民医保", "person"),
    ],
)
def test_what_is_not_asked_or_not_held_is_no_question(heading: str, row: str) -> None:
    assert question_in(heading, VOCABULARY[row]) is None


def test_a_code_is_no_answer_to_whether(db: None, tmp_path: Path) -> None:
    heads = ("序号", "户主姓名", "是否享受低保", "是否易地搬迁户")
    (table,) = asked(tmp_path, ("农户情况表",), heads, ("",) * 4, ("",) * 4)
    assert [c.source.sort for c in table.columns[2:]] == ["none", "field"]


@pytest.fixture
def three(village: Village) -> Village:
    """Three households of which one is lifted out, one ordinary and of one nothing is known."""
    for name, kind in (("甲户", "poor"), ("乙户", "ordinary"), ("丙户", "")):
        sheet = {"kind": kind} if kind else {}
        households.register(
            by=OPERATOR, name=name, place=village.far_village, on=VISITED, source="入户", **sheet
        )
    return village


@pytest.mark.parametrize(
    ("value", "choices", "word"),
    [
        (True, (), "是"),
        (True, ("A.是", "B.否"), "A.是"),
        (False, ("1、有", "2、无"), "2、无"),
        (False, ("√", "×"), "×"),
        (True, ("达标", "不达标"), None),
    ],
)
def test_yes_and_no_are_said_in_the_words_of_a_drop_down(
    value: bool, choices: tuple[str, ...], word: str | None
) -> None:
    assert flag_word(value, choices) == word


HEADS = ("序号", "户名", "是否脱贫户", "户类型")
BOXES = ("□是 □否", "□一般户 □脱贫户")


def test_unknown_is_not_no_and_boxes_are_ticked_in_every_row(
    three: Village, tmp_path: Path
) -> None:
    rows = [("农户情况表",), HEADS, ("1", "", *BOXES), ("2", "", *BOXES)]
    done = fill_any(form(tmp_path, rows), Request(Moment(VISITED), place=three.far_village))
    sheet = openpyxl.load_workbook(io.BytesIO(done.content)).active
    assert sheet is not None
    said = {row[1]: row[2:4] for row in sheet.iter_rows(min_row=3, values_only=True)}
    assert said["甲户"] == ("☑是 □否", "□一般户 ☑脱贫户")
    assert said["乙户"] == ("□是 ☑否", "☑一般户 □脱贫户")
    assert said["丙户"] == BOXES, "also in a row that was added"


def test_an_answer_that_is_none_of_the_boxes_of_a_row_is_left_and_said(
    three: Village, tmp_path: Path
) -> None:
    rows = [
        ("农户情况表",),
        HEADS,
        ("1", "", "", "□一般户 □监测户"),
        ("2", "", "", "□一般户 □监测户"),
    ]
    done = fill_any(form(tmp_path, rows), Request(Moment(VISITED), place=three.far_village))
    sheet = openpyxl.load_workbook(io.BytesIO(done.content)).active
    assert sheet is not None
    said = {row[1]: row[3] for row in sheet.iter_rows(min_row=3, values_only=True)}
    assert said["甲户"] == "□一般户 □监测户"
    unclear = [b for b in blanks_of(done.tables) if b.reason == "unclear" and b.heading == "户类型"]
    assert len(unclear) == 1


def test_boxes_in_the_rows_of_a_word_table_are_ticked(three: Village, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("农户情况表")
    table = document.add_table(rows=3, cols=4)
    for row, texts in enumerate((HEADS, ("1", "", *BOXES), ("2", "", *BOXES))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    path = tmp_path / "form.docx"
    document.save(str(path))
    done = fill_any(path, Request(Moment(VISITED), place=three.far_village))
    (filled,) = docx.Document(io.BytesIO(done.content)).tables
    said = {row.cells[1].text: row.cells[2].text for row in filled.rows}
    assert (said["甲户"], said["乙户"]) == ("☑是 □否", "□是 ☑否")


def test_a_row_that_is_an_example_stays_and_filling_begins_below(
    three: Village, tmp_path: Path
) -> None:
    example = ("示例", "张三", "是", "脱贫户")
    rows = [("农户情况表",), HEADS, example, ("",) * 4, ("",) * 4]
    done = fill_any(form(tmp_path, rows), Request(Moment(VISITED), place=three.far_village))
    sheet = openpyxl.load_workbook(io.BytesIO(done.content)).active
    assert sheet is not None
    lines = list(sheet.iter_rows(min_row=3, values_only=True))
    assert lines[0] == example
    assert [line[0] for line in lines[1:4]] == [1, 2, 3]
    assert {line[1] for line in lines[1:4]} == {"甲户", "乙户", "丙户"}
