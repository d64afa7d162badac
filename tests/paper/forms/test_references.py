"""Where references point once rows were added: at the same cells as before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.paper.forms.references import (
    Insertion,
    TooManyRows,
    bounds,
    column_number,
    copied_across,
    copied_down,
    moved_area,
    shifted,
)
from bangfu.tables.grid import letter

BLOCK = Insertion(6, 13, 10)
ONE_ROW = Insertion(6, 6, 10)
SHEET = "人员 名单"


def moved(formula: str, by: Insertion = BLOCK, *, home: str = SHEET, row: int | None = None) -> str:
    return shifted(formula, by, sheet=SHEET, home=home, row=row)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SUM(C6:C13)", "SUM(C6:C23)"),
        ("C6+C12", "C6+C12"),
        ("C13+$C$14", "C23+$C$24"),
        ("SUM($C$6:$C$13)/2", "SUM($C$6:$C$23)/2"),
        ("SUM(6:13)", "SUM(6:23)"),
        ("SUM(C:C)", "SUM(C:C)"),
        ('IF(C14="C14","C14",1)', 'IF(C24="C14","C14",1)'),
        ("LOG10(C14)", "LOG10(C24)"),
        ("'人员 名单'!C14", "'人员 名单'!C24"),
        ("Sheet2!C14", "Sheet2!C14"),
        ("[1]Sheet1!C14", "[1]Sheet1!C14"),
        ("表[C14]+C14", "表[C14]+C24"),
        ("TAX2024A14+C14", "TAX2024A14+C24"),
        ("C14.x", "C14.x"),
        ("SUM(C6,C14)", "SUM(C6,C24)"),
        ("SUM(C13:C6)", "SUM(C6:C23)"),
    ],
)
def test_a_formula_goes_on_meaning_the_same(before: str, after: str) -> None:
    assert moved(before) == after


def test_a_formula_of_another_sheet_moves_only_where_it_names_this_one() -> None:
    assert moved("C14+'人员 名单'!C14", home="汇总") == "C14+'人员 名单'!C24"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SUM(C6:C6)", "SUM(C6:C16)"),
        ("SUM(C6)", "SUM(C6:C16)"),
        ("C6", "C6"),
        ("SUM(C5:C6)", "SUM(C5:C16)"),
        ("COUNTA(B6:F6)", "COUNTA(B6:F16)"),
        ("C7", "C17"),
    ],
)
def test_a_block_of_one_row_grows_with_what_sums_it(before: str, after: str) -> None:
    assert moved(before, ONE_ROW, row=7) == after


def test_a_row_that_sums_itself_goes_on_summing_itself() -> None:
    assert moved("SUM(C6:F6)", ONE_ROW, row=6) == "SUM(C6:F6)"
    assert moved("C6/SUM(C$6:C$6)", ONE_ROW, row=6) == "C6/SUM(C$6:C$16)"
    assert moved("SUM(C$6:C13)", row=13) == "SUM(C$6:C23)"


def test_filling_down_and_across_moves_what_is_relative() -> None:
    assert copied_down("J6/G$6+$K6", 3) == "J9/G$6+$K9"
    assert copied_across("J6/$G6+K$6:L7", 2) == "L6/$G6+M$6:N7"


def test_a_sheet_has_an_end() -> None:
    with pytest.raises(TooManyRows):
        moved("C1048570")


def test_areas_beside_formulas() -> None:
    assert moved_area("B6:C13", BLOCK) == "B6:C23"
    assert moved_area("B6", ONE_ROW) == "B6:B16"
    assert moved_area("A:C", BLOCK) == "A:C"
    assert moved_area("14:20", BLOCK) == "24:30"


@given(st.integers(1, 16_384))
def test_columns_have_letters(number: int) -> None:
    assert column_number(letter(number)) == number


rows = st.integers(1, 40)


@st.composite
def insertions(draw: st.DrawFn) -> Insertion:
    first, last = sorted((draw(rows), draw(rows)))
    return Insertion(first, last, draw(st.integers(0, 30)))


@given(insertions(), rows, rows)
def test_an_area_holds_the_rows_that_it_held_and_no_other(by: Insertion, a: int, b: int) -> None:
    first, last = min(a, b), max(a, b)
    top, _, bottom, _ = bounds(moved_area(f"B{first}:D{last}", by))
    before = {row for row in range(1, 41) if first <= row <= last}
    after = {row for row in range(1, 41) if top <= by.row(row) <= bottom}
    assert after == before


@given(insertions(), rows)
def test_a_cell_stays_the_same_cell(by: Insertion, row: int) -> None:
    assert moved(f"C{row}", by) == f"C{by.row(row)}"


@given(insertions())
def test_what_spans_the_block_spans_what_was_added(by: Insertion) -> None:
    top, _, bottom, _ = bounds(moved_area(f"B{by.first}:B{by.last}", by))
    assert (top, bottom) == (by.first, by.last + by.more)
