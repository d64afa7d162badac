"""Files of every sort are read, and what is no table, broken or too large says so in words."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from docx import Document

from bangfu.tables import packed, reading, unreadable
from bangfu.tables.grid import Grid, Span, letter, position
from bangfu.tables.layout import blocks
from bangfu.tables.reading import read
from bangfu.tables.unreadable import Unreadable
from bangfu.tables.workbook import _bare
from tests.tables.workbooks import workbook

HEAD = ["序号", "姓名", "联系电话"]
ROW = [1, "张三", "11012345678"]


def _refused(path: Path, word: str) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        read(path)
    assert word in refused.value.label.zh
    assert refused.value.label.en
    return refused.value


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _only(path: Path) -> Grid:
    ((_, grid, _),) = read(path).sheets
    return grid


def test_a_cell_is_called_as_a_spreadsheet_calls_it() -> None:
    assert [letter(n) for n in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert position(12, 28) == "AB12"


def test_a_workbook_keeps_values_merges_and_frame(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["名单"], HEAD, ROW], merged=["A1:C1"], drawn="A2:C9")
    grid = _only(path)
    assert grid.text(3, 2) == "张三"
    assert grid.merged == (Span(1, 1, 1, 3),)
    assert (grid.framed, grid.height) == ((9, 3), 9)
    assert grid.value(9, 1) is None


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("gbk", "GBK"),
        ("gb18030", "GB18030"),
        ("utf-16", "UTF-16"),
    ],
)
def test_a_csv_is_read_in_every_encoding_that_offices_write(
    tmp_path: Path, encoding: str, said: str
) -> None:
    name = "㐂四" if encoding == "gb18030" else "张三"
    path = _written(tmp_path / "a.csv", f"姓名,电话\r\n{name},110\r\n".encode(encoding))
    found = read(path)
    assert found.format == "csv"
    assert found.sheets[0][1].text(2, 1) == name
    assert [said in remark.zh for remark in found.remarks] == ([True] if said else [])


def test_the_mark_of_unicode_is_no_part_of_a_heading(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.csv", "\ufeff村,电话\r\n前岫村,110\r\n".encode("gb18030"))
    assert read(path).sheets[0][1].text(1, 1) == "村"


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_a_csv_is_parted_by_the_mark_that_it_uses(tmp_path: Path, mark: str) -> None:
    path = _written(tmp_path / "a.csv", mark.join(HEAD).encode() + b"\n")
    assert [_only(path).text(1, n) for n in (1, 2, 3)] == HEAD


def test_a_word_table_is_read_with_the_lines_above_it(tmp_path: Path) -> None:
    paper = Document()
    paper.add_paragraph("走访登记表")
    table = paper.add_table(rows=3, cols=3)
    for column, text in enumerate(HEAD):
        table.cell(0, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0)).text = "同上"
    table.cell(1, 1).merge(table.cell(1, 2)).text = "并列"
    paper.save(str(tmp_path / "a.docx"))
    grid = _only(tmp_path / "a.docx")
    assert [grid.text(1, 1), grid.text(2, 3), grid.text(3, 1)] == ["走访登记表", "联系电话", "同上"]
    assert Span(3, 1, 4, 1) in grid.merged
    assert Span(3, 2, 3, 3) in grid.merged


def test_a_word_cell_merged_both_ways_covers_all_that_it_covers(tmp_path: Path) -> None:
    paper = Document()
    table = paper.add_table(rows=3, cols=3)
    table.cell(0, 0).merge(table.cell(1, 1)).text = "基本情况"
    paper.save(str(tmp_path / "a.docx"))
    assert _only(tmp_path / "a.docx").merged[-1] == Span(1, 1, 2, 2)


def test_a_web_page_under_the_name_of_a_workbook_is_read(tmp_path: Path) -> None:
    page = (
        "<html><table><tr><td colspan=2>名单</td></tr><tr><td>姓名</td><td>电话</td></tr></table>"
    )
    path = _written(tmp_path / "a.xls", page.encode())
    assert read(path).format == "html"
    assert _only(path).text(2, 2) == "电话"
    assert _only(path).merged == (Span(1, 1, 1, 2),)


def _ods(path: Path, rows: str) -> Path:
    names = " ".join(
        f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
        for n in ("office", "table", "text")
    )
    content = (
        f"<office:document-content {names}><office:body><office:spreadsheet>"
        f'<table:table table:name="名单">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml", content)
    return path


def test_an_open_document_is_read_and_its_empty_rest_is_not(tmp_path: Path) -> None:
    path = _ods(
        tmp_path / "a.ods",
        '<table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>姓名</text:p>'
        '</table:table-cell><table:covered-table-cell/><table:table-cell office:value-type="float"'
        ' office:value="3"/><table:table-cell table:number-columns-repeated="16000"/>'
        '</table:table-row><table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>',
    )
    assert read(path).format == "ods"
    grid = _only(path)
    assert (grid.height, grid.width, grid.text(1, 3)) == (1, 3, "3")
    assert grid.merged == (Span(1, 1, 1, 2),)


def test_an_open_document_that_repeats_without_end_is_refused(tmp_path: Path) -> None:
    name = "table:table-cell"
    cell = f'<{name} table:number-columns-repeated="16384"><text:p>甲</text:p></{name}>'
    _refused(_ods(tmp_path / "a.ods", f"<table:table-row>{cell}</table:table-row>"), "16384列")


def test_an_open_document_whose_numbers_are_none_says_so(tmp_path: Path) -> None:
    row = '<table:table-row table:number-rows-repeated="x"/>'
    _refused(_ods(tmp_path / "a.ods", row), "已损坏")


def test_a_file_that_was_cut_off_says_so(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "a.xlsx", [HEAD, ROW]).read_bytes()
    for part in (len(whole) // 3, len(whole) // 2, len(whole) - 30):
        _refused(_written(tmp_path / "b.xlsx", whole[:part]), "已损坏")


def test_a_file_with_a_flipped_byte_says_so(tmp_path: Path) -> None:
    data = bytearray(workbook(tmp_path / "a.xlsx", [HEAD, ROW] * 200).read_bytes())
    with zipfile.ZipFile(tmp_path / "a.xlsx") as made:
        at = made.getinfo("xl/worksheets/sheet1.xml").header_offset + 200
    data[at] ^= 0xFF
    _refused(_written(tmp_path / "b.xlsx", bytes(data)), "已损坏")


def test_a_bomb_is_counted_while_it_is_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", b" " * 6_000_000)
    assert (tmp_path / "a.xlsx").stat().st_size < 10_000
    with unreadable.within(unreadable.Limits(part=5_000_000)):
        _refused(tmp_path / "a.xlsx", "解压后过大")


def test_a_file_of_very_many_parts_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as made:
        for number in range(unreadable.MOST_PARTS + 1):
            made.writestr(f"{number}.bin", b"")
    _refused(tmp_path / "a.xlsx", "解压后过大")


def _with_sheet(path: Path, sheet: str) -> Path:
    """A sound workbook whose sheet is replaced by other markup."""
    base = workbook(path.with_name("base.xlsx"), [HEAD, ROW])
    with zipfile.ZipFile(base) as source, zipfile.ZipFile(path, "w") as made:
        for name in source.namelist():
            data = source.read(name)
            made.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else data)
    return path


_SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{}</sheetData></worksheet>"
)


def test_cells_far_away_do_not_fill_the_memory(tmp_path: Path) -> None:
    far = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'
    _refused(_with_sheet(tmp_path / "a.xlsx", _SHEET.format(far)), "16384列")
    low = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2000000"><c r="B2000000"/></row>'
    _refused(_with_sheet(tmp_path / "b.xlsx", _SHEET.format(low)), "2000000行")


@pytest.mark.parametrize(
    "rows",
    [
        '<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>'
        '<x:row r="1000000"><x:c r="XFD1000000"><x:v>1</x:v></x:c></x:row>',
        "<row r='1'><c r='A1'><v>1</v></c></row>"
        "<row r='1000000'><c s='1>' r='XFD1000000'><v>1</v></c></row>",
        '<row r="1"><c r="a1"><v>1</v></c></row><row r="2"><c r="xfd1000000"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row><c r="ALK1000000"><v>1</v></c></row>',
        '<row r="1"><c r="ALK1"><v>1</v></c></row><row r="1000000"><c><v>1</v></c></row>',
        f'<row r="1"><c r="A1"><v>1</v></c><c {" " * 300}r="XFD1000000"><v>1</v></c></row>',
    ],
)
def test_cells_far_away_are_found_however_they_are_written(tmp_path: Path, rows: str) -> None:
    sheet = _SHEET.format(rows)
    if "<x:" in rows:
        sheet = sheet.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:x:", "<x:")
        sheet = sheet.replace("</x:x:", "</x:").replace("xmlns=", "xmlns:x=")
    with pytest.raises(Unreadable, match="columns|rows"):
        read(_with_sheet(tmp_path / "a.xlsx", sheet))


def test_empty_cells_far_away_are_no_harm(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="ZZ1" s="0"/></row>'
    rows += '<row r="1000000"><c r="T1000000" s="0"/></row>'
    with unreadable.within(unreadable.Limits(cells=1_100_000)):
        assert _only(_with_sheet(tmp_path / "a.xlsx", _SHEET.format(rows))).text(1, 1) == "1"


def test_cells_that_do_not_say_where_they_stand_are_read(tmp_path: Path) -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"
    grid = _only(_with_sheet(tmp_path / "a.xlsx", _SHEET.format(rows)))
    assert [grid.text(1, 2), grid.text(2, 1)] == ["2", "3"]


def test_merged_cells_without_end_do_not_fill_the_memory() -> None:
    merged = tuple(Span(top, 1, top + 199, 200) for top in range(1, 1_000_000, 200))
    with unreadable.within(unreadable.Limits(cells=1_100_000)), pytest.raises(Unreadable):
        blocks(Grid([HEAD, ROW], merged), lambda words: False)


def test_a_drop_down_list_reaches_no_further_than_a_sheet(tmp_path: Path) -> None:
    rule = (
        '</sheetData><dataValidations><dataValidation type="list" sqref="A1:ZZZZZZZ9">'
        '<formula1>"是,否"</formula1></dataValidation></dataValidations></worksheet>'
    )
    sheet = _SHEET.format('<row r="1"><c r="A1"><v>1</v></c></row>')
    sheet = sheet.replace("</sheetData></worksheet>", rule)
    assert len(_only(_with_sheet(tmp_path / "a.xlsx", sheet)).choices) == unreadable.MOST_COLUMNS


def test_a_part_packed_in_a_way_that_breaks_says_so(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_LZMA) as made:
        made.writestr("xl/workbook.xml", b"<workbook/>" * 500)
        at = made.getinfo("xl/workbook.xml").header_offset + 60
    data = bytearray((tmp_path / "a.xlsx").read_bytes())
    data[at : at + 8] = b"\xff" * 8
    _refused(_written(tmp_path / "b.xlsx", bytes(data)), "已损坏")


def test_entities_of_its_own_are_not_resolved(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + _SHEET.format("")
    _refused(_with_sheet(tmp_path / "a.xlsx", bomb), "外部实体")


def test_a_formula_is_read_as_its_kept_result_and_never_computed(tmp_path: Path) -> None:
    row = '<row r="1"><c r="A1"><f>1/0+cmd</f><v>7</v></c></row>'
    path = _with_sheet(tmp_path / "a.xlsx", _SHEET.format(row))
    assert _only(path).text(1, 1) == "7"
    assert _only(path).formulas == {(1, 1)}
    assert "公式没有重新计算" in read(path).remarks[0].zh


def test_what_computes_is_seen_wherever_a_sheet_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"<f>1</f>": False, "<x:f t='shared'/>": False, "<v>f</v>": True}
    for number, (cell, bare) in enumerate(said.items()):
        sheet = _SHEET.format(f'<row r="1"><c r="A1">{cell}</c></row>')
        with zipfile.ZipFile(_with_sheet(tmp_path / f"{number}.xlsx", sheet)) as opened:
            part = next(name for name in opened.namelist() if "sheet1" in name)
            for size in (1, 2, 3, 5, 1000):
                monkeypatch.setattr(packed, "_PIECE", size)
                assert _bare(opened, part) == bare, (cell, size)


def test_a_million_columns_of_text_are_refused(tmp_path: Path) -> None:
    _refused(_written(tmp_path / "a.csv", b"1," * 1_000_000), "列")


def test_a_file_of_two_gigabytes_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with path.open("wb") as opened:
        opened.truncate(2_000_000_000)
    _refused(path, "2000MB")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "空文件"),
        (b"  \n", "空文件"),
        (b"%PDF-1.7\n\0\0", "请向发来的人要 Excel"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "是图片"),
        (b"\1\0\2\0", "不是能读的表格"),
        ("姓名,电话\n".encode() + b"\xff\xff\xff,1\n", "第2行起"),
        (b'a,"' + b"x" * 200_000, "第1行"),
    ],
)
def test_what_is_no_table_says_what_would_be_right(tmp_path: Path, data: bytes, word: str) -> None:
    _refused(_written(tmp_path / "a.xlsx", data), word)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("a.txt", "x")
    _refused(tmp_path / "a.zip", "不是能读的表格")


def test_a_locked_workbook_asks_for_the_password_to_be_taken_off(tmp_path: Path) -> None:
    data = reading._OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
    _refused(_written(tmp_path / "a.xlsx", data), "密码")
    _refused(_written(tmp_path / "b.xls", reading._OLE + b"\0" * 600), "已损坏")
