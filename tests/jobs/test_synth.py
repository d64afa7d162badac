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
from bangfu.jobs.made_workbooks import truth, workbooks
from bangfu.ledger.numbers import read_identity
from benchmarks.headings import HELD_BACK, tallies
from tests.jobs.conftest import Call


def test_the_same_seed_makes_the_same_forms_and_lists() -> None:
    one, same, other = (list(forms(seed, 4)) for seed in (3, 3, 4))
    assert [f.key() for f in one] == [f.key() for f in same] != [f.key() for f in other]
    told = truth(3, 50)
    assert told == truth(3, 50)
    first, again = (workbooks(3, told, 3) for _ in range(2))
    assert [w.defects for w in first] == [w.defects for w in again]


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
    told = truth(5, 400)
    for made in workbooks(5, told, 4):
        assert made.defects
        if made.name.endswith(".csv"):
            continue
        book = openpyxl.load_workbook(io.BytesIO(made.content))
        for one in made.defects:
            if one.column:
                found = book[one.sheet][one.column].value
                assert one.written == ("" if found is None else str(found)) or float(
                    one.written
                ) == pytest.approx(found)
                assert one.written != one.true


def test_the_truth_is_of_nobody() -> None:
    told = truth(5, 200)
    for person, _ in told:
        assert read_identity(person.identity, today=dt.date(2026, 1, 1)) == person.identity
    assert {person.identity[:6] for person, _ in told} == {"990001"}
    assert {person.phone[:3] for person, _ in told if person.phone} == {"110"}


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
    assert call("synth", "forms", 2, "-o", tmp_path / "forms").exit_code == 0
    assert len(list((tmp_path / "forms").iterdir())) == 4
