"""Made-up material: the same for the same seed, true to its own key, and read as it was meant."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import openpyxl
import pytest

from bangfu.jobs.made_forms import ColumnKey, MadeForm, forms
from bangfu.jobs.made_workbooks import truth, workbooks
from bangfu.ledger.moment import Moment
from bangfu.ledger.numbers import read_identity
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.fill import plan
from bangfu.paper.forms.sources import Source
from tests.jobs.conftest import Call

JUNE = Request(Moment(dt.date(2026, 6, 30)))


def test_the_same_seed_makes_the_same_forms_and_lists() -> None:
    one, same, other = (list(forms(seed, 4)) for seed in (3, 3, 4))
    assert [f.key() for f in one] == [f.key() for f in same] != [f.key() for f in other]
    told = truth(3, 50)
    assert told == truth(3, 50)
    first, again = (workbooks(3, told, 3) for _ in range(2))
    assert [w.defects for w in first] == [w.defects for w in again]


def test_a_forms_key_is_what_stands_in_the_form() -> None:
    for form in forms(11, 25, held_back=0.3):
        sheet = openpyxl.load_workbook(io.BytesIO(form.content)).active
        assert sheet is not None
        for column in form.columns:
            said = [sheet.cell(r, column.column).value for r in range(1, form.header[1] + 1)]
            assert column.path[-1] in said
        for row in range(form.body[0], form.body[1] + 1):
            assert sheet.cell(row, len(form.columns)).border.left.style == "thin"
        if form.total_row:
            assert sheet.cell(form.total_row, 1).value == "合计"


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


def _is(key: ColumnKey, source: Source) -> bool:
    """Whether a column is answered from where its key says."""
    if key.role in ("serial", "stub"):
        return source.sort == key.role
    if key.level:
        return (source.sort, source.level) == ("place", key.level)
    if key.aggregate:
        return source.figure is not None and source.figure.kind.name == key.of
    helper = (key.field, key.party) in (("person.name", "helper"), ("activity.who", "row"))
    if helper and source.path in ("pairing.helper", "helper: person.name"):
        return True
    own = key.field.partition(".")[2]
    return source.field is not None and source.field.key == own and key.held


def _judged(form: MadeForm, path: Path) -> list[tuple[bool, bool]]:
    """Of every column that the ledger holds: whether it is answered, and whether rightly."""
    path.write_bytes(form.content)
    _, tables = plan(path, JUNE)
    told = {c.column.index: c.source for table in tables for c in table.columns}
    wrong = [k for k in form.columns if (s := told.get(k.column)) and s.sort != "none"
             and not _is(k, s)]  # fmt: skip
    assert not wrong, f"{form.name} {form.title}: {wrong}"
    answered = (k.column in told and told[k.column].sort != "none" for k in form.columns if k.held)
    return [(done, done) for done in answered]


@pytest.mark.parametrize(("held_back", "least"), [(0.0, 0.98), (1.0, 0.55)])
def test_made_forms_are_understood_and_nothing_wrong_is_answered(
    db: None, tmp_path: Path, held_back: float, least: float
) -> None:
    """Not one column is answered from elsewhere than its key says; most are answered."""
    found = [
        one
        for form in forms(7, 40, held_back=held_back)
        for one in _judged(form, tmp_path / f"{form.name}.xlsx")
    ]
    assert sum(answered for answered, _ in found) / len(found) >= least


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
