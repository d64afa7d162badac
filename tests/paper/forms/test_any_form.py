"""Whatever somebody sends as a form, it is filled or refused in words, and nothing is executed."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.datavalidation import DataValidation

from bangfu.ledger.moment import Moment
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.blanks import blanks_of, by_reason
from bangfu.paper.forms.converting import CannotConvert
from bangfu.paper.forms.fill import FilledForm, fill_any
from bangfu.paper.forms.package import NoWorkbook
from bangfu.paper.forms.references import TooManyRows
from bangfu.tables.unreadable import Limits, Unreadable
from tests.paper.forms.blanks import blanks, drawn
from tests.paper.forms.odd import ODD, bomb, other, password
from tests.village import VISITED, Village

REFUSED = (Unreadable, NoWorkbook, CannotConvert, TooManyRows)
LIMITS = Limits(part=50_000_000, unpacked=50_000_000, cells=1_100_000)
FEW = settings(
    max_examples=20, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
#: What is put where something else stood in a part of a workbook.
SCRAPS = st.sampled_from(
    ['r="XFD1048576"', 'r="A0"', 'r="-1"', 's="999999"', 't="s"', "<f>1+1</f>", "<v>99999</v>",
     '<mergeCell ref="A1:XFD1048576"/>', "<row/>", "<c/>", "</row>", "&#1;", 'ref="A1:A1"', ""]
)  # fmt: skip


def filled(path: Path) -> FilledForm | None:
    """The filled form, read again by another reader; nothing where it was refused in words."""
    try:
        done = fill_any(path, Request(Moment(VISITED), limits=LIMITS))
    except TooManyRows:
        return None
    except (Unreadable, NoWorkbook, CannotConvert) as refused:
        assert refused.label.zh and refused.label.en
        return None
    by_reason(blanks_of(done.tables))
    return done


@pytest.fixture(scope="module")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The layouts that are workbooks."""
    folder = tmp_path_factory.mktemp("layouts")
    return [drawn(blank, folder) for blank in blanks() if not blank.get("docx")]


@FEW
@given(which=st.integers(0, 99), at=st.integers(0, 9_999), scrap=SCRAPS, part=st.integers(0, 9))
def test_a_layout_that_was_changed_inside_is_filled_or_refused_in_words(
    village: Village,
    layouts: list[Path],
    tmp_path: Path,
    which: int,
    at: int,
    scrap: str,
    part: int,
) -> None:
    path = layouts[which % len(layouts)]
    target = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        names = [name for name in old.namelist() if name.endswith(".xml")]
        for name in old.namelist():
            content = old.read(name)
            if name == names[part % len(names)] or name.endswith("sheet1.xml"):
                places = [n for n, byte in enumerate(content) if byte in b"<> "]
                here = places[at % len(places)]
                content = content[:here] + scrap.encode() + content[here + at % 7 :]
            new.writestr(name, content)
    broken = tmp_path / "a.xlsx"
    broken.write_bytes(target.getvalue())
    filled(broken)


@FEW
@given(which=st.integers(0, 99), at=st.integers(0, 99_999), byte=st.integers(0, 255),
       cut=st.booleans(), suffix=st.sampled_from([".xlsx", ".docx"]))  # fmt: skip
def test_a_layout_with_a_wrong_byte_cut_off_or_wrongly_called_is_no_failure(
    village: Village, layouts: list[Path], tmp_path: Path, which: int, at: int, byte: int,
    cut: bool, suffix: str,
) -> None:  # fmt: skip
    data = bytearray(layouts[which % len(layouts)].read_bytes())
    at %= len(data)
    data[at] = byte
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data[:at] if cut else data)
    filled(path)


@pytest.mark.parametrize("made", ODD)
@pytest.mark.parametrize("suffix", [".xlsx", ".docx"])
def test_what_is_no_form_is_refused_or_left_alone_at_once(
    village: Village, tmp_path: Path, made: Callable[[Path], None], suffix: str
) -> None:
    path = tmp_path / f"a{suffix}"
    made(path)
    began = time.process_time()
    done = filled(path)
    assert time.process_time() - began < 20
    assert done is None or made not in (bomb, password, other)


def test_formulas_links_lists_and_hidden_sheets_stay_and_no_value_becomes_a_formula(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody is called as a formula is written; a link of the form is not followed."""
    from bangfu.ledger.actions import subject as subjects
    from tests.village import OPERATOR

    subjects.rename(by=OPERATOR, subject=village.zhao, name='=HYPERLINK("x")', on=VISITED)
    monkeypatch.setattr("socket.socket.connect", _no_line)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "附表"
    sheet["A1"] = "人员花名册"
    for column, heading in enumerate(("序号", "姓名", "性别", "年龄加一", "备注"), start=1):
        sheet.cell(2, column, heading)
    sheet["D3"] = "=A3+1"
    sheet["E3"] = '=WEBSERVICE("http://example.invalid/")'
    listed = DataValidation(type="list", formula1='"男,女"')
    listed.add("C3:C20")
    sheet.add_data_validation(listed)
    hidden = book.create_sheet("隐藏")
    hidden.sheet_state = "hidden"
    hidden["A1"] = "=附表!B3"
    path = tmp_path / "a.xlsx"
    book.save(path)
    done = filled(path)
    assert done is not None
    back = openpyxl.load_workbook(io.BytesIO(done.content))
    names = [cell for cell in back["附表"]["B"] if cell.value == '=HYPERLINK("x")']
    assert names and all(cell.data_type in ("s", "inlineStr") for cell in names)
    formulas = [c.value for row in back["附表"].iter_rows() for c in row if c.data_type == "f"]
    assert set(formulas) <= {
        *(f"=A{row}+1" for row in range(3, 40)), '=WEBSERVICE("http://example.invalid/")',
    }  # fmt: skip
    assert back["隐藏"].sheet_state == "hidden" and back["隐藏"]["A1"].value == "=附表!B3"
    assert back["附表"].data_validations.dataValidation[0].formula1 == '"男,女"'


def _no_line(*args: object) -> None:
    raise AssertionError("a form is filled without a line to anywhere")
