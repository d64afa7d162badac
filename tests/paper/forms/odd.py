"""Files that are called forms and are none, or none that anybody drew."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl


def bomb(path: Path) -> None:
    """Eighty million bytes in some thousand."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 80_000_000)


def password(path: Path) -> None:
    """A workbook that is locked."""
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))


def empty(path: Path) -> None:
    """Two sheets in which nothing stands."""
    book = openpyxl.Workbook()
    book.create_sheet("空表")
    book.save(path)


def wide(path: Path) -> None:
    """Headings in the first and in the last column that there is."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A2"], sheet["XFD2"] = "花名册", "姓名", "性别"
    book.save(path)


def sparse(path: Path) -> None:
    """Something in the last row that there is."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A2"], sheet["B2"], sheet["B1048576"] = "花名册", "姓名", "性别", "完"
    book.save(path)


def other(path: Path) -> None:
    """No workbook at all."""
    path.write_text("姓名,性别\n", encoding="utf-8")


ODD = (bomb, password, empty, wide, sparse, other)
