"""A filled workbook differs from the blank one in what was filled, and in nothing else."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import zipfile
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break

from bangfu.paper.forms.cells import Value
from bangfu.paper.forms.filling import Block, Filled, SheetFill, fill_workbook
from bangfu.paper.forms.package import NoWorkbook
from bangfu.tables.unreadable import Limits, within

SHEET = "人员名单"
FIRST, LAST, TOTAL = 5, 8, 9


def form(*, last: int = LAST) -> bytes:
    """A blank form with one of everything that openpyxl can write."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    sheet["A1"], sheet["A3"], sheet["B3"], sheet["C3"] = "帮扶对象一览表", "序号", "姓名", "类型"
    sheet["D3"], sheet["E3"], sheet["F3"] = "金额", "日期", "占比"
    sheet.merge_cells("A1:F1")
    thin = Side(style="thin")
    total = last + 1
    for row in range(FIRST, total + 1):
        sheet.row_dimensions[row].height = 21
        for column in "ABCDEFG":
            cell = sheet[f"{column}{row}"]
            cell.border, cell.font = Border(thin, thin, thin, thin), Font(name="仿宋", size=11)
        sheet[f"D{row}"].number_format = "#,##0.00"
        sheet[f"E{row}"].number_format = 'yyyy"年"m"月"d"日"'
        sheet.merge_cells(f"G{row}:H{row}")
    for row in range(FIRST, total):
        sheet[f"F{row}"] = f"=D{row}/SUM(D${FIRST}:D${last})"
    sheet[f"A{total}"], sheet[f"D{total}"] = "合计", f"=SUM(D{FIRST}:D{last})"
    sheet[f"A{total + 1}"] = "填表说明：金额以元计。"
    sheet.merge_cells(f"A{total + 1}:H{total + 1}")
    sheet[f"A{total + 1}"].comment = Comment("不得空缺", "县办")
    choices = DataValidation(type="list", formula1="类型表", allow_blank=True)
    choices.add(f"C{FIRST}:C{last}")
    sheet.add_data_validation(choices)
    red = PatternFill(bgColor="FFFF0000")
    rule = CellIsRule(operator="greaterThan", formula=[f"$D${total}/2"], fill=red)
    sheet.conditional_formatting.add(f"D{FIRST}:D{last}", rule)
    sheet.print_area = f"A1:H{total + 1}"
    sheet.print_title_rows = "3:4"
    sheet.freeze_panes = "B5"
    sheet.auto_filter.ref = f"A4:H{last}"
    sheet.row_breaks.append(Break(id=total))
    other = book.create_sheet("汇总")
    other["A1"] = f"={SHEET}!D{total}"
    other["A2"], other["A3"] = "脱贫户", "监测户"
    book.defined_names["类型表"] = DefinedName("类型表", attr_text="汇总!$A$2:$A$3")
    return saved(book)


def saved(book: Any) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def filled(rows: list[dict[int, Value]], content: bytes | None = None, **cells: Any) -> Filled:
    fill = SheetFill(cells.get("cells", {}), [Block(FIRST, LAST, rows)])
    return fill_workbook(content or form(), {SHEET: fill})


def people(count: int) -> list[dict[int, Value]]:
    return [
        {1: n, 2: f"青禾甲{n}", 3: "脱贫户", 4: Decimal("10.50"), 5: dt.date(2026, 1, n % 28 + 1)}
        for n in range(1, count + 1)
    ]


def test_where_no_row_is_added_only_the_sheet_differs() -> None:
    blank = form()
    before, after = parts(blank), parts(filled(people(3), blank).content)
    assert list(before) == list(after)
    different = {name for name in before if before[name] != after[name]}
    assert different == {"xl/worksheets/sheet1.xml"}


def test_in_the_sheet_only_the_filled_cells_differ() -> None:
    part = "xl/worksheets/sheet1.xml"
    trees = [etree.fromstring(parts(c)[part]) for c in (form(), filled(people(3)).content)]
    touched = {f"{c}{r}" for r in range(FIRST, FIRST + 3) for c in "ABCDE"}
    for tree in trees:
        for cell in tree.iter("{*}c"):
            if cell.get("r") in touched:
                cell.attrib.pop("t", None)
            if cell.get("r") in touched or cell.find("{*}f") is not None:
                for told in [*cell.findall("{*}v"), *cell.findall("{*}is")]:
                    cell.remove(told)
    assert etree.tostring(trees[0], method="c14n") == etree.tostring(trees[1], method="c14n")


def test_rows_are_added_as_the_form_has_them() -> None:
    sheet = opened(filled(people(7)).content)[SHEET]
    assert [sheet[f"B{r}"].value for r in range(FIRST, FIRST + 7)] == [
        f"青禾甲{n}" for n in range(1, 8)
    ]
    for row in range(FIRST, FIRST + 7):
        assert sheet.row_dimensions[row].height == 21
        assert sheet[f"B{row}"].border.left.style == "thin"
        assert sheet[f"B{row}"].font.name == "仿宋"
        assert sheet[f"D{row}"].number_format == "#,##0.00"
        assert sheet[f"E{row}"].value == dt.datetime(2026, 1, row - FIRST + 2)
        assert sheet[f"F{row}"].value == f"=D{row}/SUM(D$5:D$11)"
        assert f"G{row}:H{row}" in {str(m) for m in sheet.merged_cells.ranges}


def test_what_stood_below_moved_with_all_that_points_there() -> None:
    book = opened(filled(people(7)).content)
    sheet, total = book[SHEET], TOTAL + 3
    assert sheet[f"A{total}"].value == "合计"
    assert sheet[f"D{total}"].value == "=SUM(D5:D11)"
    assert sheet[f"A{total + 1}"].comment.text == "不得空缺"
    assert f"A{total + 1}:H{total + 1}" in {str(m) for m in sheet.merged_cells.ranges}
    assert [str(d.sqref) for d in sheet.data_validations.dataValidation] == ["C5:C11"]
    (area,) = list(sheet.conditional_formatting)
    assert str(area.sqref) == "D5:D11" and area.rules[0].formula == ["$D$12/2"]
    assert sheet.print_area == f"'{SHEET}'!$A$1:$H$13"
    assert sheet.print_title_rows == "$3:$4"
    assert sheet.auto_filter.ref == "A4:H11"
    assert [b.id for b in sheet.row_breaks.brk] == [total]
    assert sheet.freeze_panes == "B5"
    assert book["汇总"]["A1"].value == f"={SHEET}!D12"
    assert book.defined_names["类型表"].attr_text == "汇总!$A$2:$A$3"
    assert sheet.dimensions == "A1:H13"


def test_cells_are_named_as_the_form_has_them() -> None:
    sheet = opened(filled(people(7), cells={(TOTAL, 2): "七人", (2, 1): "青禾县"}).content)[SHEET]
    assert sheet["B12"].value == "七人"
    assert sheet["A2"].value == "青禾县"


def test_text_never_becomes_a_formula_or_a_number() -> None:
    rows: list[dict[int, Value]] = [{2: "=1+1", 3: "990001199001011238"}, {2: "+8", 3: "00123"}]
    sheet = opened(filled(rows).content)[SHEET]
    for cell in (sheet["B5"], sheet["C5"], sheet["B6"], sheet["C6"]):
        assert cell.data_type == "s" or cell.value is None
    assert [sheet["B5"].value, sheet["C5"].value, sheet["C6"].value] == [
        "=1+1",
        "990001199001011238",
        "00123",
    ]
    raw = parts(filled(rows).content)["xl/worksheets/sheet1.xml"].decode()
    assert "<f>=1+1</f>" not in raw and "<f>1+1</f>" not in raw


def test_days_are_days_in_the_columns_format_or_else_in_ours() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title, sheet["B5"].number_format = SHEET, "@"
    day = dt.date(2026, 11, 22)
    content = fill_workbook(saved(book), {SHEET: SheetFill({(5, 1): day, (5, 2): day})}).content
    page = opened(content)[SHEET]
    assert page["A5"].value == dt.datetime(2026, 11, 22)
    assert page["A5"].number_format == "yyyy-mm-dd"
    assert page["B5"].value == "2026-11-22"


def test_rows_grow_with_their_text_unless_their_height_was_set_by_hand() -> None:
    """It wraps, and is otherwise drawn as it was; rows that are added grow each by itself."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title, long = SHEET, "村里没有医疗点，看病要走到镇上，来回二十里路"
    bold = Font(name="仿宋", size=12, bold=True)
    for row in (2, 3, 4):
        for column in "ABCD":
            sheet[f"{column}{row}"].font = bold
    sheet.merge_cells("C2:D2")
    sheet.merge_cells("A4:A5")
    sheet.column_dimensions["D"].width = 80
    sheet["B3"].alignment = Alignment(shrink_to_fit=True)
    sheet.row_dimensions[4].height = 20
    rows: list[dict[int, Value]] = [{1: long, 2: "短", 3: long}, {2: long}, {2: long}]
    whole = SheetFill(blocks=[Block(2, 4, rows)])
    page = opened(fill_workbook(saved(book), {SHEET: whole}).content)[SHEET]
    assert page["A2"].alignment.wrap_text and page["A2"].font.b and page["A2"].font.sz == 12
    assert not page["B2"].alignment.wrap_text and not page["C2"].alignment.wrap_text
    heights = [page.row_dimensions[row].height for row in (2, 3, 4)]
    assert heights[0] > 60 and heights[1:] == [None, 20]
    added = [{2: "短"}, {2: "短"}, {2: long}, {2: "短"}, {2: long}]
    one = SheetFill(blocks=[Block(2, 2, added)])
    page = opened(fill_workbook(saved(book), {SHEET: one}).content)[SHEET]
    assert [page.row_dimensions[row].height is not None for row in range(2, 7)] == [
        False, False, True, False, True,
    ]  # fmt: skip
    assert [bool(page.cell(row, 2).alignment.wrap_text) for row in range(2, 7)] == [
        False, False, True, False, True,
    ]  # fmt: skip


def test_a_formula_of_the_form_stays_and_is_told_of() -> None:
    done = filled([{4: 5, 6: 99}] * 6)
    assert set(done.kept) == {(SHEET, row, 6) for row in range(FIRST, FIRST + 6)}
    assert opened(done.content)[SHEET]["F7"].value == "=D7/SUM(D$5:D$10)"


def test_a_cell_under_a_merged_one_is_told_of() -> None:
    done = filled([{7: "看得见", 8: "看不见"}] * 6)
    assert set(done.hidden) == {(SHEET, row, 8) for row in range(FIRST, FIRST + 6)}


def test_a_long_number_and_what_cannot_be_printed() -> None:
    done = filled([{2: "甲\x07乙", 3: 10**17, 4: True}])
    sheet = opened(done.content)[SHEET]
    assert (sheet["B5"].value, sheet["C5"].value) == ("甲乙", str(10**17))
    assert done.notes == ("已去掉1个不能打印的字符：U+0007",)


def test_pictures_charts_and_notes_move_and_are_otherwise_the_same() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet(SHEET)
    for row in range(FIRST - 1, LAST):
        sheet.write_row(row, 0, [row, row * 2])
    sheet.write_formula(LAST, 1, f"=SUM(B{FIRST}:B{LAST})", None, 99)
    sheet.write_comment(LAST, 0, "合计要核对", {"visible": True})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"='{SHEET}'!$B${FIRST}:$B${LAST}"})
    sheet.insert_chart(LAST + 2, 3, chart)
    sheet.insert_image(LAST + 20, 0, "章.png", {"image_data": io.BytesIO(_PICTURE)})
    sheet.add_table(LAST + 30, 0, LAST + 33, 1, {"name": "附表"})
    book.close()
    before, after = parts(target.getvalue()), parts(filled([{1: 1}] * 9, target.getvalue()).content)
    assert list(before) == list(after)
    assert after["xl/media/image1.png"] == before["xl/media/image1.png"]
    assert after["xl/styles.xml"] == before["xl/styles.xml"]
    assert "$B$5:$B$13" in after["xl/charts/chart1.xml"].decode()
    assert 'ref="A14"' in after["xl/comments1.xml"].decode()
    assert "<x:Row>13</x:Row>" in after["xl/drawings/vmlDrawing1.vml"].decode()
    assert 'ref="A44:B47"' in after["xl/tables/table1.xml"].decode()
    was, now = (_anchors(p["xl/drawings/drawing1.xml"]) for p in (before, after))
    assert now == [row + 5 for row in was]
    assert b"<v>99</v>" not in after["xl/worksheets/sheet1.xml"]


_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


def _anchors(drawing: bytes) -> list[int]:
    return [int(row.text) for row in etree.fromstring(drawing).iter("{*}row")]


def test_a_shared_formula_is_each_rows_own() -> None:
    content = parts(form())
    part = "xl/worksheets/sheet1.xml"
    text = content[part].decode()
    text = text.replace("<f>D5/SUM(D$5:D$8)</f>", '<f t="shared" ref="F5:F8" si="0">D5/D$9</f>')
    for row in (6, 7, 8):
        text = text.replace(f"<f>D{row}/SUM(D$5:D$8)</f>", '<f t="shared" si="0"/>')
    content[part] = text.encode()
    sheet = opened(filled(people(6), _zipped(content)).content)[SHEET]
    assert [sheet[f"F{r}"].value for r in range(5, 11)] == [f"=D{r}/D$11" for r in range(5, 11)]


def _zipped(content: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return target.getvalue()


def test_a_prefixed_workbook_is_filled_too() -> None:
    content = parts(form())
    part = "xl/worksheets/sheet1.xml"
    root = etree.fromstring(content[part])
    space = etree.QName(root).namespace
    anew = etree.Element(root.tag, nsmap={"x": space})
    anew.extend(list(root))
    etree.cleanup_namespaces(anew)
    content[part] = etree.tostring(anew)
    assert content[part].startswith(b"<x:worksheet")
    sheet = opened(filled(people(7), _zipped(content)).content)[SHEET]
    assert sheet["B11"].value == "青禾甲7" and sheet["D12"].value == "=SUM(D5:D11)"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "xlsx"),
        (b"PK\x03\x04rubbish", "xlsx"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "xls"),
        (_zipped({"a.txt": b"a"}), "xlsx"),
        (_zipped({"[Content_Types].xml": b"<a/>", "_rels/.rels": b"<a"}), "_rels/.rels"),
    ],
)
def test_what_is_no_workbook_is_refused_with_a_word(content: bytes, says: str) -> None:
    with pytest.raises(NoWorkbook, match=says):
        fill_workbook(content, {})


def test_a_part_that_names_entities_is_refused() -> None:
    content = parts(form())
    bomb = '<!DOCTYPE a [<!ENTITY b "x">]>'
    part = "xl/worksheets/sheet1.xml"
    content[part] = bomb.encode() + content[part]
    with pytest.raises(NoWorkbook, match="外部定义"):
        filled(people(1), _zipped(content))


def test_a_file_that_would_unpack_too_large_is_refused() -> None:
    with within(Limits(unpacked=1000)), pytest.raises(NoWorkbook, match="超过 1,000"):
        filled(people(1))


def test_a_part_that_is_spoilt_is_refused_with_a_word() -> None:
    content = bytearray(form())
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        at = packed.getinfo("xl/worksheets/sheet1.xml").header_offset
    content[at + 80 : at + 120] = b"\xff" * 40
    with pytest.raises(NoWorkbook, match="损坏"):
        filled(people(1), bytes(content))


def test_the_same_filling_gives_the_same_bytes() -> None:
    blank = form()
    assert filled(people(9), blank).content == filled(people(9), blank).content


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 12), st.integers(1, 6), st.integers(0, 3))
def test_any_number_of_rows_in_any_block(count: int, height: int, skipped: int) -> None:
    """Every row lands in its place, every other row of the form is there once and in order."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    first, last = 3 + skipped, 2 + skipped + height
    labels = {row: f"第{row}行" for row in range(1, last + 5) if not first <= row <= last}
    for row, label in labels.items():
        sheet[f"A{row}"] = label
    sheet.merge_cells(f"A{last + 1}:C{last + 1}")
    sheet[f"D{last + 2}"] = f"=SUM(B{first}:B{last})"
    rows: list[dict[int, Value]] = [{1: f"新{n}", 2: n} for n in range(count)]
    done = fill_workbook(saved(book), {SHEET: SheetFill({}, [Block(first, last, rows)])})
    page = opened(done.content)[SHEET]
    more = max(0, count - height)
    written = [page[f"A{row}"].value for row in range(1, page.max_row + 1)]
    assert written[first - 1 : first - 1 + count] == [f"新{n}" for n in range(count)]
    assert [text for text in written if text and text.startswith("第")] == list(labels.values())
    assert page[f"D{last + 2 + more}"].value == f"=SUM(B{first}:B{last + more})"
    assert [str(m) for m in page.merged_cells.ranges] == [f"A{last + 1 + more}:C{last + 1 + more}"]


def test_two_blocks_of_one_sheet_do_not_disturb_each_other() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    for row in range(1, 13):
        sheet[f"A{row}"] = f"第{row}行"
    fill = SheetFill(
        {(12, 1): "末行"},
        [
            Block(8, 9, [{1: f"下{n}"} for n in range(4)]),
            Block(2, 3, [{1: f"上{n}"} for n in range(5)]),
        ],
    )
    page = opened(fill_workbook(saved(book), {SHEET: fill}).content)[SHEET]
    assert [page[f"A{row}"].value for row in range(1, 18)] == [
        "第1行", *(f"上{n}" for n in range(5)), "第4行", "第5行", "第6行", "第7行",
        *(f"下{n}" for n in range(4)), "第10行", "第11行", "末行",
    ]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_form_is_filled_or_refused_with_a_word(data: st.DataObject) -> None:
    """Whatever is cut out of a part or put into it, nobody sees the inside of the program."""
    content = parts(form())
    part = data.draw(st.sampled_from([n for n in content if n.endswith((".xml", ".rels"))]))
    whole = content[part]
    start = data.draw(st.integers(0, len(whole)))
    length = data.draw(st.integers(0, 40))
    put = data.draw(st.sampled_from([b"", b"0", b"-1", b"A", b'"', b"<c/>", b'r="x"']))
    content[part] = whole[:start] + put + whole[start + length :]
    with contextlib.suppress(NoWorkbook, KeyError):
        filled(people(7), _zipped(content))


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (b"<sheetData>", b"<sheetDate>"),
        (b'<row r="5"', b'<row r="five"'),
        (b'<mergeCell ref="A1:F1"', b'<mergeCell ref="-1:F1"'),
        (b'r="A5"', b'r="55"'),
        (b'r="A5"', b'r="-5"'),
    ],
)
def test_a_sheet_that_is_put_together_wrongly_is_named(was: bytes, now: bytes) -> None:
    content = parts(form())
    part = "xl/worksheets/sheet1.xml"
    assert was in content[part]
    content[part] = content[part].replace(was, now)
    content[part] = content[part].replace(
        b"</sheetData>", b"</sheetDate>" if b"Date>" in now else b"</sheetData>"
    )
    with pytest.raises(NoWorkbook, match=f"{SHEET}|sheet1"):
        filled(people(7), _zipped(content))
