"""What a pdf says: the same as the docx, in faces that have every character."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.paper.docx import to_docx
from bangfu.paper.fonts import Faces
from bangfu.paper.pages import Briefing, LedgerSheet, OfficialLetter, Paragraph
from bangfu.paper.pdf import breakable, to_pdf

Reader = Callable[[bytes], str]
Squeeze = Callable[[str], str]


def test_the_pdf_says_what_the_docx_says(
    briefing: Callable[..., Briefing],
    pdf_text: Reader,
    through_office: Callable[[bytes], bytes],
    squeezed: Squeeze,
) -> None:
    paper = briefing()
    ours = squeezed(pdf_text(to_pdf(paper).content))
    office = squeezed(pdf_text(through_office(to_docx(paper).content)))
    assert Counter(ours) == Counter(office)


def test_prose_reads_in_the_same_order_in_both(
    prose: Callable[[str], Briefing],
    pdf_text: Reader,
    through_office: Callable[[bytes], bytes],
    squeezed: Squeeze,
) -> None:
    text = "各单位要“摸清底数”——逐户走访，于2009年3月15日前报送（一式2份）。" * 30
    ours = squeezed(pdf_text(to_pdf(prose(text)).content))
    office = squeezed(pdf_text(through_office(to_docx(prose(text)).content)))
    assert squeezed(text) in ours
    assert squeezed(text) in office


def test_a_page_holds_twenty_two_lines_of_twenty_eight_characters(
    briefing: Callable[..., Briefing], pdf_text: Reader, carried: Faces
) -> None:
    full = briefing(blocks=(Paragraph(("帮" * 28 * 60,), indented=False),), notes=())
    second = pdf_text(to_pdf(full, carried).content).split("\f")[1]
    lines = [line for line in second.splitlines() if "帮" in line]
    assert lines == ["帮" * 28] * 22


def test_page_numbers_stand_between_dashes(
    prose: Callable[[str], Briefing], pdf_text: Reader
) -> None:
    pages = pdf_text(to_pdf(prose("帮扶" * 700)).content).replace(" ", "").split("\f")[:-1]
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert f"\n—{number}—\n" in page


def test_two_hundred_rows_repeat_their_head_on_each_page(
    ledger: Callable[..., LedgerSheet], pdf_text: Reader
) -> None:
    pages = pdf_text(to_pdf(ledger(200)).content).split("\f")[:-1]
    assert len(pages) > 3
    numbers = [line for page in pages for line in page.splitlines() if line.startswith("9900")]
    assert len(numbers) == 200
    for place, page in enumerate(pages, start=1):
        assert f"第{place}页 共{len(pages)}页" in page
        assert ("户编号" in page) is ("9900" in page or "合计" in page)


def test_only_a_draft_says_so(briefing: Callable[..., Briefing], pdf_text: Reader) -> None:
    assert "草稿 未经签发" in pdf_text(to_pdf(briefing(state="draft")).content)
    assert "草稿" not in pdf_text(to_pdf(briefing()).content)


def test_a_letter_prints(letter: Callable[..., OfficialLetter], pdf_text: Reader) -> None:
    text = pdf_text(to_pdf(letter()).content)
    assert "安卫发〔2009〕5号" in text
    assert "附件：1.实施方案" in text


@pytest.mark.parametrize("name", ["喆", "昇", "珺", "祎", "堃", "䶮"])
def test_a_rare_name_prints_on_a_machine_without_faces(
    prose: Callable[[str], Briefing], pdf_text: Reader, carried: Faces, name: str
) -> None:
    printed = to_pdf(prose(f"王{name}"), carried)
    assert f"王{name}" in pdf_text(printed.content)
    assert not [note for note in printed.notes if "缺" in note]


def test_replaced_faces_are_named_in_the_notes(
    briefing: Callable[..., Briefing], carried: Faces
) -> None:
    (note,) = to_pdf(briefing(), carried).notes
    assert "仿宋_GB2312以LXGW WenKai代" in note
    assert "方正小标宋简体以LXGW WenKai代" in note


def test_a_character_that_no_face_has_is_shown_and_named(
    prose: Callable[[str], Briefing], pdf_text: Reader, carried: Faces
) -> None:
    printed = to_pdf(prose("王\U00012000生"), carried)
    assert "王〓生" in pdf_text(printed.content)
    assert "本机字体缺1个字，印作〓：U+12000" in printed.notes


def test_equal_papers_are_equal_files(briefing: Callable[..., Briefing], carried: Faces) -> None:
    assert to_pdf(briefing(), carried).content == to_pdf(briefing(), carried).content


def test_markup_in_a_text_is_only_text(
    prose: Callable[[str], Briefing], pdf_text: Reader, squeezed: Squeeze
) -> None:
    text = r"#import *粗* _斜_ $x$ \ <a> @b [c] {d} // e ~ -- `f` \u{41} \"g\""
    assert squeezed(text) in squeezed(pdf_text(to_pdf(prose(text)).content))


def test_a_word_wider_than_its_cell_may_be_broken() -> None:
    assert breakable("abcd", 3) == "abcd"
    assert breakable("abcdefgh", 3) == "\u200b".join("abcdefgh")


CHARACTERS = st.characters(
    codec="gbk", exclude_categories=("Cc", "Cs", "Cf", "Co", "Zs", "Mn", "Lm", "Sk")
)


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet=CHARACTERS, min_size=1, max_size=40))
def test_any_text_survives_or_is_named(
    prose: Callable[[str], Briefing],
    pdf_text: Reader,
    squeezed: Squeeze,
    carried: Faces,
    text: str,
) -> None:
    printed = to_pdf(prose(text), carried)
    shown = text
    for char in carried.missing(text):
        shown = shown.replace(char, "〓")
        assert f"U+{ord(char):04X}" in printed.notes[-1]
    assert Counter(squeezed(shown)) <= Counter(squeezed(pdf_text(printed.content)))
