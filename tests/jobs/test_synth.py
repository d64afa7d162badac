"""Made-up material: the same for the same seed, true to its own key, and read as it was meant."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import docx
import openpyxl
import pytest

from bangfu.jobs.made_forms import forms
from bangfu.jobs.made_keys import MadeForm
from bangfu.jobs.made_lists import SORTS, world
from bangfu.jobs.made_ways import WAYS
from bangfu.jobs.made_workbooks import workbooks
from bangfu.ledger.numbers import read_identity
from benchmarks.headings import HELD_BACK, tallies
from benchmarks.workbooks import measured
from tests.jobs.conftest import Call


def test_the_same_seed_makes_the_same_forms_and_lists() -> None:
    one, same, other = (list(forms(seed, 4)) for seed in (3, 3, 4))
    assert [f.key() for f in one] == [f.key() for f in same] != [f.key() for f in other]
    told = world(3, 50)
    assert told.told == world(3, 50).told
    first, again = (workbooks(3, told, 9) for _ in range(2))
    assert [(w.defects, w.rows) for w in first] == [(w.defects, w.rows) for w in again]
    assert [w.kind for w in first] == [sort.kind for sort in SORTS]


def test_a_forms_key_is_what_stands_in_the_form() -> None:
    made = list(forms(11, 40, held_back=0.3))
    assert {form.suffix for form in made} == {".xlsx", ".docx"}
    assert {form.shape for form in made} == {"records", "summary", "single"}
    for form in made:
        texts = _texts(form)
        for column in form.columns:
            if form.shape == "single":
                said = texts[column.row - 1][column.column - 2]
                assert said.rstrip(":") == column.path[-1]
                assert texts[column.row - 1][column.column - 1] == ""
            else:
                above = [row[column.column - 1] for row in texts[: form.header[1]]]
                assert column.path[-1] in above
        if form.total_row:
            assert texts[form.total_row - 1][0] == "合计"


def _texts(form: MadeForm) -> list[list[str]]:
    """The cells of a form, row by row; the title of a document is its first row."""
    if form.suffix == ".docx":
        table = docx.Document(io.BytesIO(form.content)).tables[0]
        width = len(table.columns)
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        return [[form.title, *[""] * (width - 1)], *rows]
    sheet = openpyxl.load_workbook(io.BytesIO(form.content)).active
    assert sheet is not None
    return [[str(v or "") for v in row] for row in sheet.iter_rows(values_only=True)]


def test_every_defect_is_where_it_is_said_to_be() -> None:
    told = world(5, 300)
    sorts: set[str] = set()
    for made in workbooks(5, told, 36):
        sorts |= {one.sort for one in made.defects}
        if not made.name.endswith(".xlsx"):
            continue
        sheet = openpyxl.load_workbook(io.BytesIO(made.content))[made.sheet]
        for one in made.defects:
            if one.column:
                found = sheet[one.column].value
                if isinstance(found, dt.datetime):
                    found = found.date()
                assert one.written == ("" if found is None else str(found)) or float(
                    one.written
                ) == pytest.approx(found)
                assert one.written != one.true
    assert len(sorts) > 60 and {one.partition(".")[0] for one in sorts} == {*WAYS, "row"}


def test_the_key_of_a_list_is_what_stands_in_it() -> None:
    """What a clean cell shows is what its key says is true, and headings stand where it says."""
    told = world(6, 300)
    drawn: set[str] = set()
    for made in workbooks(6, told, 54):
        drawn |= set(made.drawn)
        if not made.name.endswith(".xlsx"):
            continue
        sheet = openpyxl.load_workbook(io.BytesIO(made.content))[made.sheet]
        spoilt = {one.row for one in made.defects}
        for column in made.columns:
            heads = [sheet.cell(row, column.column).value for row in range(*_rows(made.header))]
            assert column.heading in heads
            if column.target in ("person.name", "household.name", "visit.note"):
                for row in made.rows:
                    shown = sheet.cell(row.row, column.column).value
                    assert row.row in spoilt or shown == row.true[column.target]
    assert {"2_levels", "3_levels", "number_row", "subtotals", "same_as_above", "cover",
            "total_on_top", "total_below", "unit_in_heading", "money_unit_line", "gb18030",
            "signatures", "note"} <= drawn  # fmt: skip


def _rows(header: tuple[int, int]) -> tuple[int, int]:
    return header[0], header[1] + 1


def test_the_truth_is_of_nobody() -> None:
    told = [one.person for one in world(5, 200).told]
    for person in told:
        assert read_identity(person.identity, today=dt.date(2026, 1, 1)) == person.identity
    assert {person.identity[:6] for person in told} == {"990001"}
    assert {person.phone[:3] for person in told if person.phone} == {"110"}


@pytest.mark.long_on_postgres
@pytest.mark.parametrize(
    ("share", "back", "right", "filled"),
    [(0.0, 0.0, 0.99, 0.95), (HELD_BACK, 1.0, 0.9, 0.85), (0.0, 1.0, 0.9, 0.85)],
    ids=["known by name", "taken out by a split", "never taught"],
)
def test_made_forms_are_understood_and_nothing_wrong_is_answered(
    db: None, share: float, back: float, right: float, filled: float
) -> None:
    """Not one column is answered from elsewhere than its key says; most are understood."""
    told = tallies([7, 8, 9], 60, share=share, back=back)[
        "held back" if back else "known"
    ].as_data()
    assert told["columns"] > 500
    assert told["wrong"] == 0
    assert told["right"] >= right
    assert told["filled"] >= filled


@pytest.mark.long_on_postgres
def test_messy_lists_are_understood_and_nothing_untrue_is_taken(keyring: None, db: None) -> None:
    """Of lists of nine kinds with hundreds of defects not one value is taken that is not true."""
    found = measured([301], 18, 200)
    known, back = (found[name].as_data() for name in ("known", "split"))
    assert known["known_columns"] > 100 and back["held_back_columns"] > 60
    assert known["known_right"] >= 0.99
    assert back["held_back_right"] >= 0.85, "of so few lists; of many it is more than 0.9"
    assert known["losing"] > 40 and known["values"] > 800
    assert found["known"].wrong == found["split"].wrong == []
    assert known["elsewhere"] == 0
    assert known["clean_taken"] > 0.85, "what is clean is taken without a question"


def test_the_commands_write_what_they_say(call: Call, tmp_path: Path) -> None:
    said = json.loads(call("synth", "people", 40, "-o", tmp_path / "p.csv", "--json").stdout)
    assert said["people"] == 40
    text = (tmp_path / "p.csv").read_text(encoding="utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(text)))) == 40
    folder = tmp_path / "lists"
    said = json.loads(call("synth", "workbooks", 60, "--files", 3, "-o", folder, "--json").stdout)
    key = json.loads((folder / "defects.json").read_text(encoding="utf-8"))
    assert sum(len(f["defects"]) for f in key["files"]) == said["defects"]
    assert {p.name for p in folder.iterdir()} == {*said["files"], "truth.csv", "defects.json"}
    assert key["files"][0]["columns"] and key["files"][0]["rows"][0]["true"]
    assert call("synth", "forms", 2, "-o", tmp_path / "forms").exit_code == 0
    assert len(list((tmp_path / "forms").iterdir())) == 4
