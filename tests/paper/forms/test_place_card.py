"""A card about a village says what is so of the village, and nothing of a household in it."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import openpyxl
import pytest

from bangfu.ledger.models import Place
from bangfu.ledger.moment import Moment
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.fill import fill
from bangfu.paper.forms.place_card import WHICH
from bangfu.paper.forms.told import TableTold
from tests.paper.forms.test_strange import form
from tests.village import VISITED, Village

CARD = (
    ("村情简介",),
    ("村名", "", "所属乡镇", ""),
    ("总户数", "", "总人口", ""),
    ("监测户数", "", "党员人数", ""),
    ("耕地面积(亩)", "", "村支部书记", ""),
    ("派驻单位", "", "联系电话", ""),
)


def filled(folder: Path, place: Place, village: Village) -> tuple[TableTold, dict[object, object]]:
    request = Request(Moment(VISITED), place=place, subject=village.zhao_home.pk)
    done = fill(form(folder, CARD), request)
    sheet = openpyxl.load_workbook(io.BytesIO(done.content)).active
    assert sheet is not None
    said = {}
    for row in sheet.iter_rows(min_row=2, values_only=True):
        said |= {row[0]: row[1], row[2]: row[3]}
    return done.tables[0], said


def test_a_card_of_a_village_counts_who_lives_there(village: Village, tmp_path: Path) -> None:
    table, said = filled(tmp_path, village.village, village)
    assert (table.shape, table.kind) == ("single", "place")
    assert said["村名"] == village.village.name and said["所属乡镇"] == village.town.name
    assert isinstance(said["总户数"], int) and said["总户数"] > 0
    assert isinstance(said["总人口"], int) and said["总人口"] > 0
    for left in ("党员人数", "耕地面积(亩)", "村支部书记", "派驻单位", "联系电话"):
        assert said[left] is None, left
    cell = next(one for one in table.cells if one.figure)
    assert cell.as_data()["figure"]["listing"]


@pytest.mark.parametrize("level", ["county", "town"])
def test_a_card_of_a_village_is_not_filled_with_a_town(
    village: Village, tmp_path: Path, level: str
) -> None:
    table, said = filled(tmp_path, getattr(village, level), village)
    assert WHICH in table.remarks
    assert not any(said.values())


def test_a_card_of_an_earlier_year_says_what_was_so_then_or_nothing(
    village: Village, tmp_path: Path
) -> None:
    """Of 1999 nothing is on record, and in 2009 nobody had said of what kind households are."""
    for year, known in (("1999年", False), ("2009年", True)):
        rows = [(f"{year}村情简介",), *CARD[1:4]]
        request = Request(Moment(dt.date(2010, 6, 30)), place=village.village)
        done = fill(form(tmp_path, rows), request)
        sheet = openpyxl.load_workbook(io.BytesIO(done.content)).active
        assert sheet is not None
        assert (sheet["B3"].value is not None) is known, year
        assert sheet["B4"].value is None, year
