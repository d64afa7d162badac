"""What a paper refuses, and how headings are numbered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.paper.cleaning import clean, cleaned
from bangfu.paper.pages import (
    Briefing,
    FigureMark,
    Heading,
    LedgerSheet,
    OfficialLetter,
    Paragraph,
    TableBlock,
    TableColumn,
    chinese_numeral,
    numbered,
)
from bangfu.paper.parts import TITLE_CHARACTERS, title_lines


def test_a_counted_number_without_its_note_is_refused(briefing: Callable[..., Briefing]) -> None:
    with pytest.raises(ValueError, match=r"numbers without a note: \[9\]"):
        briefing(blocks=(Paragraph((FigureMark("5", 9),)),), notes=())


def test_a_note_without_its_number_is_refused(briefing: Callable[..., Briefing]) -> None:
    with pytest.raises(ValueError, match=r"notes without a number: \[1, 2\]"):
        briefing(blocks=(Paragraph(("没有数。",)),))


def test_an_issued_briefing_has_a_number_a_signer_and_a_verification(
    briefing: Callable[..., Briefing],
) -> None:
    with pytest.raises(ValueError, match="lacks: issue, signer, verification"):
        briefing(issue=None, signer="", verification=None)
    briefing(issue=None, signer="", verification=None, state="draft")


def test_an_issued_letter_has_its_reference(letter: Callable[..., OfficialLetter]) -> None:
    with pytest.raises(ValueError, match="lacks: reference"):
        letter(reference="")


def test_a_row_of_another_length_is_named(ledger: Callable[..., LedgerSheet]) -> None:
    with pytest.raises(ValueError, match="total row: 2 cells, 6 columns"):
        ledger(totals=("合计", None))
    with pytest.raises(ValueError, match="row 2: 1 cells, 2 columns"):
        TableBlock(columns=(TableColumn("甲"), TableColumn("乙")), rows=(("1", "2"), ("3",)))


def test_headings_count_anew_under_each_higher_one() -> None:
    levels = (1, 2, 3, 3, 4, 2, 3, 1, 2)
    done = numbered(Heading(level, "题") for level in levels)
    assert [block.text for block in done if isinstance(block, Heading)] == [
        "一、题",
        "（一）题",
        "1.题",
        "2.题",
        "（1）题",
        "（二）题",
        "1.题",
        "二、题",
        "（一）题",
    ]


@pytest.mark.parametrize(
    ("number", "word"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五"), (99, "九十九")],
)
def test_chinese_numerals(number: int, word: str) -> None:
    assert chinese_numeral(number) == word


def test_a_long_title_tears_no_word() -> None:
    assert title_lines("全县卫生系统结对帮扶返乡农民工活动首月工作进展情况") == [
        "全县卫生系统结对帮扶返乡",
        "农民工活动首月工作进展情况",
    ]
    assert title_lines("自己\n分的行") == ["自己", "分的行"]


@given(st.text(alphabet="县卫生的、2009《》关于活动", max_size=90))
def test_a_title_loses_nothing_and_no_line_is_too_long(text: str) -> None:
    lines = title_lines(text)
    assert "".join(lines) == text
    assert all(len(line) <= TITLE_CHARACTERS + 12 for line in lines)


@given(st.text())
def test_cleaning_counts_each_character_that_it_takes_out(text: str) -> None:
    removed: Counter[str] = Counter()
    kept = clean(text, removed)
    assert len(kept) + removed.total() == len(text.replace("\r\n", "\n"))
    kept.encode("utf-8")
    assert clean(kept, Counter()) == kept


def test_cleaning_names_what_it_took_out(briefing: Callable[..., Briefing]) -> None:
    paper, notes = cleaned(briefing(source="县卫生局\x07办公室\u202e供稿"))
    assert paper.source == "县卫生局办公室供稿"
    assert notes == ("已去掉2个不能打印的字符：U+0007、U+202E",)
