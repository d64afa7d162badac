"""How the rows of a table are drawn: nothing that stands in a cell is ever taken for the page."""

from __future__ import annotations

from uuid import UUID

from bangfu.desk.page import Asked
from bangfu.desk.table import Column, Row, Table
from bangfu.desk.templatetags.desk import draw
from bangfu.ledger.moment import Moment
from bangfu.lists.columns import Cell
from tests.village import VISITED

ONE, OTHER = UUID(int=1), UUID(int=2)
DATES = Asked(Moment(VISITED), "2026-03-01", "2026-04-01")


def _drawn(*cells: Cell, label: str = "名称", dates: Asked | str = "") -> str:
    columns = tuple(Column(f"c{place}", label, number=place == 2) for place in range(len(cells)))
    return draw(Table(columns, (Row(ONE, "person", cells),)), dates, {"household"})


def test_what_stands_in_a_cell_or_a_heading_is_text() -> None:
    drawn = _drawn(Cell("", "<b>"), Cell("", '"><script>'), label='a"b')
    assert "<b>" not in drawn
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn
    assert drawn.count('data-label="a&quot;b"') == 2


def test_the_first_cell_opens_the_row_and_pointers_open_their_records() -> None:
    drawn = _drawn(Cell("", ""), Cell(OTHER, "某某", ("household", OTHER)), dates=DATES)
    assert f'<a href="/subjects/{ONE}/?on=2026-03-01&amp;known=2026-04-01">—</a>' in drawn
    assert f'<a href="/subjects/{OTHER}/?on=2026-03-01&amp;known=2026-04-01">某某</a>' in drawn
    assert f'<a href="/subjects/{OTHER}/">某某</a>' in _drawn(
        Cell("", "x"), Cell(OTHER, "某某", ("household", OTHER))
    )


def test_a_pointer_at_what_its_reader_opens_nowhere_is_text() -> None:
    drawn = _drawn(Cell("", "x"), Cell(OTHER, "某某", ("person", OTHER)))
    assert ">某某</td>" in drawn
    assert str(OTHER) not in drawn


def test_cells_say_how_wide_they_are_to_be() -> None:
    drawn = _drawn(Cell("", "x"), Cell("", ""), Cell("", "1"), Cell("", "x" * 19))
    for said in (' class=" none"', 'class="n short"', 'class=" long"'):
        assert said in drawn
