"""Read any file into sheets of cells, by what it is and not by what it is called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bangfu.programmes.kinds import Label
from bangfu.tables import marked, opendocument, plain, workbook
from bangfu.tables.bundled import is_bundle, read_bundle
from bangfu.tables.grid import Grid
from bangfu.tables.packed import damaged, locked, look_over
from bangfu.tables.unreadable import MOST_BYTES, Unreadable

Format = Literal["xlsx", "xls", "ods", "csv", "docx", "html", "zip"]
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: How files begin that show a table and hold none.
_PRINTED = {b"%PDF": "PDF", b"\x89PNG": "图片", b"\xff\xd8\xff": "图片", b"{\\rtf": "RTF"}
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Read:
    """A file as cells: ``sheets`` are name, cells and whether hidden; ``remarks`` for people."""

    format: Format
    sheets: tuple[tuple[str, Grid, bool], ...]
    remarks: tuple[Label, ...] = ()


def read(path: Path, *, bundles: bool = False) -> Read:
    """The sheets of a file; raises :class:`Unreadable` in words for people.

    ``bundles``: several files in one archive are read as the sheets of one.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise Unreadable(
            f"{path.name} 有{size // 1_000_000}MB，最多读{MOST_BYTES // 1_000_000}MB；"
            "请分成几个文件",
            f"{path.name} has {size // 1_000_000} MB, at most {MOST_BYTES // 1_000_000} are read; "
            "split it into several files",
        )
    with path.open("rb") as opened:
        head = opened.read(2_000)
    if not head.strip():
        raise Unreadable(f"{path.name} 是空文件", f"{path.name} is empty")
    if printed := next((name for mark, name in _PRINTED.items() if head.startswith(mark)), ""):
        raise Unreadable(
            f"{path.name} 是{printed}，里面没有可读的表格；请向发来的人要 Excel 或 Word 原件"
            "（PDF 也可在 WPS 里转成 Excel，核对后再上传）",
            f"{path.name} is made for looking at ({printed}) and holds no table that is read; ask "
            "whoever sent it for the Excel or Word file",
        )
    if bundles and head.startswith(b"PK") and is_bundle(path):
        sheets, said = read_bundle(path, lambda file: read(file).sheets)
        return Read("zip", sheets, said)
    if head.startswith(b"PK"):
        return _packed(path)
    if head.startswith(_OLE):
        return _old(path)
    if b"<table" in (low := head.lower()) or b"<html" in low or b"<!doctype html" in low:
        return Read("html", tuple(marked.read_html(path)))
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _no_table(path)
    return _text(path)


def _packed(path: Path) -> Read:
    parts = look_over(path)
    try:
        return _sheets(path, parts)
    except Unreadable:
        raise
    except ValueError as wrong:
        # A number of the markup is none.
        raise damaged(path) from wrong


def _sheets(path: Path, parts: frozenset[str]) -> Read:
    if "xl/workbook.xml" in parts:
        sheets = tuple(workbook.read_xlsx(path, parts))
        return Read("xlsx", sheets, tuple(_remarks(parts, sheets)))
    if "word/document.xml" in parts:
        return Read("docx", tuple(marked.read_docx(path)))
    if "content.xml" in parts:
        return Read("ods", tuple(opendocument.read_ods(path)))
    raise _no_table(path)


def _remarks(parts: frozenset[str], sheets: tuple[workbook.Raw, ...]) -> Iterator[Label]:
    if any(part.startswith("xl/externalLinks/") for part in parts):
        yield Label("链接到其他文件的内容没有打开", "links to other files were left alone")
    if any(part.endswith("vbaProject.bin") for part in parts):
        yield Label("文件里的宏没有运行", "macros were not run")
    if any(grid.formulas for _, grid, _ in sheets):
        yield Label(
            "公式没有重新计算，读的是文件里存着的结果", "formulas were not computed: kept results"
        )


def _old(path: Path) -> Read:
    with path.open("rb") as opened:
        if _ENCRYPTED in opened.read(1_000_000):
            raise locked(path)
    return Read("xls", tuple(workbook.read_xls(path)))


def _text(path: Path) -> Read:
    grid, encoding = plain.read_csv(path)
    remarks = (
        ()
        if encoding == "utf-8"
        else (Label(f"文字编码按 {encoding.upper()} 读取", f"read as {encoding.upper()}"),)
    )
    return Read("csv", ((path.stem, grid, False),), remarks)


def _no_table(path: Path) -> Unreadable:
    return Unreadable(
        f"{path.name} 不是能读的表格；请另存为 xlsx、xls、ods、csv 或 docx 后再上传",
        f"{path.name} is no table that can be read; save it as xlsx, xls, ods, csv or docx",
    )
