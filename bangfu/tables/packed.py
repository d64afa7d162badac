"""Packed files (xlsx, ods, docx) are looked over before anything in them is opened.

Every part is unpacked once, in pieces, and counted: what a bomb or a broken file would do to a
reader it does to nobody. Nothing is executed, and no address is followed.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from lxml import etree

from bangfu.tables.unreadable import (
    MOST_PARTS,
    Unreadable,
    check_cells,
    check_size,
    limits,
)

_PIECE = 1 << 20
_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_FAR_CELL = re.compile(rb'<c [^>]*?r="([A-Z]{3,})[0-9]+"')
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ROW = re.compile(rb'<row [^>]*?r="([0-9]+)"')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")


def look_over(path: Path) -> frozenset[str]:
    """The names of a packed file's parts, all of them sound; raises :class:`Unreadable`."""
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS:
                raise _bomb(path)
            if any(part.flag_bits & 1 for part in parts):
                raise locked(path)
            unpacked = 0
            for part in parts:
                with packed.open(part) as opened:
                    unpacked += _count(path, part.filename, opened)
                if unpacked > limits().unpacked:
                    raise _bomb(path)
            return frozenset(part.filename for part in parts)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as broken:
        raise damaged(path) from broken


def _count(path: Path, name: str, opened: IO[bytes]) -> int:
    """The unpacked bytes of one part; a sheet's rows and columns are looked at on the way."""
    size, before, sheet = 0, b"", bool(_SHEET.fullmatch(name))
    widest, lowest, cells = 0, 0, 0
    while piece := opened.read(_PIECE):
        size += len(piece)
        if size > limits().part:
            raise _bomb(path)
        if not name.endswith((".xml", ".rels")):
            continue
        seen = before + piece
        if size <= 2 * _PIECE and _DOCTYPE.search(seen):
            raise Unreadable(
                f"{path.name} 里夹带了外部实体定义,不打开;请在 Excel 或 WPS 里另存后再上传",
                f"{path.name} declares entities of its own and is not opened; save it anew",
            )
        if sheet:
            widest = max([widest, *(_number(found) for found in _FAR_CELL.findall(seen))])
            lowest = max([lowest, *map(int, _ROW.findall(seen))])
            check_size(lowest, max(widest, 1))
            cells += len(_CELL.findall(piece))
            check_cells(cells)
        before = piece[-200:]
    return size


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def parse(data: IO[bytes], *tags: str) -> Iterator[tuple[str, etree._Element]]:
    """The elements of one part as they end, with nothing resolved and nothing fetched."""
    yield from etree.iterparse(
        data,
        events=("end",),
        tag=tags or None,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )


def damaged(path: Path) -> Unreadable:
    """A file is cut off or broken."""
    return Unreadable(
        f"{path.name} 已损坏,打不开(可能没有传完);请用 Excel 或 WPS 打开检查,另存后再上传",
        f"{path.name} is damaged and cannot be opened; open it in Excel or WPS and save it anew",
    )


def locked(path: Path) -> Unreadable:
    """A file wants a password."""
    return Unreadable(
        f"{path.name} 设有打开密码;请取消密码后再上传",
        f"{path.name} is protected by a password; take the password off first",
    )


def _bomb(path: Path) -> Unreadable:
    return Unreadable(
        f"{path.name} 解压后过大,不像是表格,没有打开;请另存为新文件后再上传",
        f"{path.name} unpacks to far more than a table holds and was not opened; save it anew",
    )
