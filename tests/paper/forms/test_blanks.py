"""Forms drawn by hand are understood column by column, and filled without touching the rest."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bangfu.ledger.moment import Moment
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.fill import fill, plan
from tests.paper.forms.blanks import blanks, county_blanks, drawn, more_blanks
from tests.paper.forms.reading import source_in_words
from tests.village import Village

JUNE = Request(Moment(dt.date(2026, 6, 30)))


@pytest.mark.parametrize("blank", blanks(), ids=lambda blank: blank["name"])
def test_every_column_is_answered_from_where_it_should_be(
    db: None, tmp_path: Path, blank: dict[str, Any]
) -> None:
    _, tables = plan(drawn(blank, tmp_path), JUNE)
    told = [
        f"{t.shape} {t.kind}: " + " ".join(source_in_words(c) for c in t.columns) for t in tables
    ]
    assert told == blank["means"].strip().split("\n")


@pytest.mark.parametrize("blank", more_blanks(), ids=lambda blank: blank["name"])
def test_no_column_is_answered_from_elsewhere(
    db: None, tmp_path: Path, blank: dict[str, Any]
) -> None:
    """What is right of these was written down before any of them was read."""
    _, tables = plan(drawn(blank, tmp_path), JUNE)
    (table,) = tables
    about, means = blank["means"].split(": ")
    assert f"{table.shape} {table.kind}" == about
    told = [source_in_words(column) for column in table.columns]
    wanted = means.split()
    assert len(told) == len(wanted)
    wrong = [(one, want) for one, want in zip(told, wanted, strict=True) if not fits(one, want)]
    assert wrong == []


@pytest.mark.parametrize("blank", county_blanks(), ids=lambda blank: blank["name"])
def test_forms_of_county_offices_are_answered_as_they_were_looked_at(
    db: None, tmp_path: Path, blank: dict[str, Any]
) -> None:
    asked = Request(Moment(dt.date(2026, 11, 27)))
    _, tables = plan(drawn(blank, tmp_path), asked)
    wanted = blank["means"].strip().split("\n")
    assert len(tables) == len(wanted)
    for table, line in zip(tables, wanted, strict=True):
        about, _, means = line.partition(": ")
        assert f"{table.shape} {table.kind}" == about
        told, want = list(map(source_in_words, table.columns)), means.split(" | ")
        assert len(told) == len(want)
        wrong = [pair for pair in zip(told, want, strict=True) if not fits(*pair)]
        assert wrong == []


def fits(told: str, wanted: str) -> bool:
    """Whether a column is answered as wanted: ``x?`` may be left, ``.`` must be, ``*`` is any."""
    if wanted == ".":
        return told in "-?"
    if wanted.endswith("?") and told in "-?":
        return True
    before, star, after = wanted.removesuffix("?").partition("*")
    return told.startswith(before) and told.endswith(after) if star else told == before


def test_a_list_that_goes_on_at_the_right_is_filled_on_there(
    village: Village, tmp_path: Path
) -> None:
    """Half of the list stands left and half right, numbered through; nobody stands in both."""
    blank = next(one for one in blanks() if one["name"] == "08-peixun-qiandao")
    blank = {**blank, "above": ["人员名册"], "body": 1}
    done = fill(drawn(blank, tmp_path), JUNE)
    (tmp_path / "done.xlsx").write_bytes(done.content)
    sheet = openpyxl.load_workbook(tmp_path / "done.xlsx").active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    left = [(row[0], row[1]) for row in rows if row[1]]
    right = [(row[6], row[7]) for row in rows if row[7]]
    assert [number for number, _ in left + right] == list(range(1, len(left + right) + 1))
    assert len(left) - len(right) in (0, 1) and len(right) > 0
    names = [name for _, name in left + right]
    assert sorted(names) == sorted(set(names))


def test_a_title_that_narrows_to_people_whom_the_ledger_cannot_tell_gets_nobody(
    village: Village, tmp_path: Path
) -> None:
    blank = next(one for one in blanks() if one["name"] == "18-cun-yisheng")
    (table,) = fill(drawn(blank, tmp_path), JUNE).tables
    assert table.rows == 0 and table.rows_choices
    assert any("乡村医生" in one.zh or "卫生室" in one.zh for one in table.remarks)


def test_whose_work_a_summary_sums_up_does_not_narrow_whom_it_counts(
    village: Village, tmp_path: Path
) -> None:
    """驻村帮扶工作月报表 counts everybody in the village, not the resident team."""
    blank = next(one for one in blanks() if one["name"] == "11-yuebao-cun")
    (table,) = plan(drawn(blank, tmp_path), JUNE)[1]
    people = next(c for c in table.columns if c.column.path == ("农户总数", "人口"))
    assert people.source.figure is not None and people.source.figure.listing.where == {}


def test_a_summary_by_unit_is_named_by_the_units_of_the_programme(
    village: Village, tmp_path: Path
) -> None:
    blank = next(one for one in blanks() if one["name"] == "12-jibao-danwei")
    path = drawn(blank, tmp_path)
    asked = Request(Moment(dt.date(2026, 6, 30)), programme=village.programme)
    done = fill(path, asked)
    (tmp_path / "done.xlsx").write_bytes(done.content)
    sheet = openpyxl.load_workbook(tmp_path / "done.xlsx").active
    assert sheet is not None
    units = [row[1] for row in sheet.iter_rows(min_row=4, values_only=True) if row[0] and row[1]]
    assert "县人民医院" in units or village.hospital.name in units
    assert units == sorted(set(units), key=units.index)
    (table,) = done.tables
    # What the people of a unit do as helpers is the unit's: one cadre each, and whom they help.
    told = {sheet.cell(3, column).value: column for column in range(1, 8)}
    counted = {
        row[told["单位"] - 1]: row[told["帮扶干部人数"] - 1]
        for row in sheet.iter_rows(min_row=4, values_only=True)
    }
    assert (counted["县人民医院"], counted["县中医院"]) == (1, 1)
    (without,) = fill(path, JUNE).tables
    assert without.rows == 0
