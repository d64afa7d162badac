"""Forms at the command line: explained, filled, reported, and refused with a word."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Border, Side

from bangfu.ledger.models import Event
from tests.jobs.conftest import Call
from tests.village import IDENTITY, Village

Ask = Callable[..., Any]


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """A blank form as a county's office sends it, with three levels of headings and a total row."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "附表"
    sheet["A1"] = "结对帮扶花名册"
    sheet.merge_cells("A1:G1")
    sheet["A2"], sheet["E2"] = "填报单位:", "单位:人、元"
    for name, word in {
        "A3": "序号", "B3": "帮扶对象", "B4": "姓名", "C4": "身份证号码", "D4": "所在村",
        "E3": "帮扶责任人", "E4": "姓名", "F4": "工作单位", "G3": "备注",
    }.items():  # fmt: skip
        sheet[name] = word
    for area in ("A3:A4", "B3:D3", "E3:F3", "G3:G4"):
        sheet.merge_cells(area)
    thin = Side(style="thin")
    for row in range(3, 7):
        for cell in sheet[f"A{row}:G{row}"][0]:
            cell.border = Border(thin, thin, thin, thin)
    sheet["A7"] = "填表人:            审核人:"
    path = tmp_path / "花名册.xlsx"
    book.save(path)
    return path


def test_a_form_is_explained_column_by_column(ask: Ask, village: Village, form: Path) -> None:
    said = ask("fill", form, "--explain")
    (table,) = said["tables"]
    assert table["header"] == [3, 4] and table["kind"] == "person"
    found = {column["at"]: column for column in table["columns"]}
    assert found["附表!C5"]["path"] == ["帮扶对象", "身份证号码"]
    assert found["附表!C5"]["source"] == "person.identity"
    assert found["附表!F5"]["source"] == "unit: organisation.name"
    assert found["附表!G5"]["answered_by"] is None
    assert [p.name for p in form.parent.iterdir()] == [form.name]


def test_a_form_comes_back_filled_in_its_layout_with_a_report(
    ask: Ask, call: Call, village: Village, form: Path
) -> None:
    out = form.with_name("filled.xlsx")
    said = ask(
        "fill", form, "-o", out, "--place", "990001", "--programme", "returnees",
        "--on", "2009-03-10", "--answer", "附表!5=returnees",
    )  # fmt: skip
    sheet = openpyxl.load_workbook(out)["附表"]
    assert [[c.value for c in row] for row in sheet["A5:G6"]] == [
        [1, "赵大山", "****************10", "前岫村", "李建国", "县人民医院", None],
        [2, "钱二河", None, "后岫村", "周敏", "县中医院", None],
    ]
    assert sheet["A7"].value == "填表人:            审核人:"
    report = json.loads((form.parent / "filled.json").read_text(encoding="utf-8"))
    assert report["filled"] == said["filled"] == 11
    cells = {one["cell"]: one for one in report["tables"][0]["cells"]}
    assert cells["B5"]["records"] == [str(village.zhao.fact)]
    assert cells["C6"]["blank"] is True
    assert "赵大山" not in json.dumps(report, ensure_ascii=False)
    people = call("--lang", "zh", "fill", form, "-o", out, "--place", "990001")
    assert "已填" in people.stdout and "帮扶对象›姓名" in people.stdout


def test_a_purpose_shows_the_whole_number_as_text(ask: Ask, village: Village, form: Path) -> None:
    out = form.with_name("filled.xlsx")
    ask("fill", form, "-o", out, "--on", "2009-03-10", "--purpose", "社保核对")
    cells = [c for c in openpyxl.load_workbook(out)["附表"]["C"] if c.value == IDENTITY]
    assert [c.data_type for c in cells] == ["s"]


def test_only_what_an_account_may_see_comes_into_it(ask: Ask, village: Village, form: Path) -> None:
    village.account("han", "village_officer", place=village.next_village)
    out = form.with_name("filled.xlsx")
    words = ("fill", form, "-o", out, "--on", "2009-03-10", "--as", "han")
    ask(*words, "--purpose", "上报县里", "--masked")
    assert [c.value for c in openpyxl.load_workbook(out)["附表"]["B"][4:6]] == ["钱二河", None]


def test_what_an_account_hands_out_is_written_down(
    ask: Ask, call: Call, village: Village, form: Path
) -> None:
    han = village.account("han", "village_officer", place=village.next_village)
    out, before = form.with_name("filled.xlsx"), Event.objects.count()
    words = ("fill", form, "-o", out, "--on", "2009-03-10", "--as", "han")
    said = call(*words)
    assert said.exit_code == 1 and "--purpose" in said.stderr and not out.exists()
    ask(*words, "--purpose", "上报县里")
    event, noted = list(Event.objects.order_by("at"))[before:]
    assert (event.verb, event.by, event.door) == ("list.download", han, "command")
    assert (noted.verb, noted.by) == ("demand.note", han)
    assert event.purpose == "上报县里" and event.outcome["value"] == 1
    assert "name" in event.fields["person"] and "钱二河" not in str(event.fields)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--place", "990009"), "no place"),
        (("--programme", "none"), "No programme none"),
        (("--as", "nobody"), "no account nobody"),
        (("--subject", "查无此人"), "was not found"),
        (("--answer", "C5"), "is no answer"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    call: Call, village: Village, form: Path, words: tuple[str, str], says: str
) -> None:
    said = call("fill", form, *words)
    assert said.exit_code in (1, 2) and says in said.stderr
    assert "Traceback" not in said.stderr


def test_the_blank_form_is_never_written_over(call: Call, village: Village, form: Path) -> None:
    before = form.read_bytes()
    assert "not written over" in call("fill", form, "-o", form).stderr
    assert form.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"a,b"]
)
def test_what_is_no_form_is_refused(
    call: Call, village: Village, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(content)
    said = call("fill", path, "-o", tmp_path / "out.xlsx")
    assert said.exit_code == 1 and said.stderr and "Error" not in said.stderr
    assert not (tmp_path / "out.xlsx").exists()


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_an_old_xls_is_converted_and_that_is_said(
    call: Call, village: Village, form: Path, tmp_path: Path
) -> None:
    plain = tmp_path / "plain.xlsx"
    plain.write_bytes(form.read_bytes())
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    words = ["soffice", "--headless", profile, "--convert-to", "xls", "--outdir", str(tmp_path)]
    subprocess.run([*words, str(plain)], check=True, capture_output=True, timeout=120)
    old = plain.with_suffix(".xls").rename(form.with_suffix(".xls"))
    out = tmp_path / "filled.xlsx"
    said = call("fill", old, "-o", out, "--on", "2009-03-10")
    assert "LibreOffice" in said.stderr and said.exit_code == 0
    assert zipfile.is_zipfile(out)


def test_why_cells_are_blank_is_said_in_one_list(
    call: Call, ask: Ask, village: Village, form: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.xlsx"
    said = ask("fill", form, "-o", out, "--place", "990001", "--on", "2009-03-10")
    report = json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))
    assert said["blank"] == report["blank"]
    reasons = {(one["reason"], one["heading"]) for one in report["blank"]}
    assert ("not_held", "备注") in reasons
    assert all(one["number"] and one["cells"] for one in report["blank"])
    told = call("fill", form, "-o", out, "--place", "990001", "--lang", "zh").output
    assert "留空的格，按原因：" in told and "系统没有这一项" in told and "备注" in told
