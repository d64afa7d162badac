"""Packed files (xlsx, ods, docx) are looked over before anything in them is opened.

Every part is unpacked once, in pieces, and counted: what a bomb or a broken file would do to a
reader it does to nobody. Nothing is executed, and no address is followed.
"""

from __future__ import annotations

import lzma
import re
import string
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from lxml import etree

from bangfu.tables.grid import number_of
from bangfu.tables.unreadable import (
    MOST_PARTS,
    Limits,
    Unreadable,
    check_cells,
    check_size,
    limits,
)

#: What a broken archive raises when it is opened or read: an encrypted part is a RuntimeError, an
#: unknown way of packing one of its kinds, a name that is no text a ValueError.
BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError,
)  # fmt: skip
_PIECE = 1 << 20
_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_CELL = re.compile(rb"<(?:[^\s<>/!?]*:)?c[\s/>]")
#: What there is of cells beside ``<c `` alone; each is looked for in a fraction of the time.
_OTHER_CELLS = (re.compile(rb"<c[\t\n\v\f\r/>]"), re.compile(rb":c[\s/>]"))
#: A cell as spreadsheets write it, and one that holds anything.
_PLAIN_CELL, _FILLED_CELL = (
    re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"[^<>"]*+(?:"[^<>"]*+"[^<>"]*+)*+' + end)
    for end in (b">", b"(?<!/)>")
)
_LETTERS, _DIGITS = string.ascii_uppercase.encode(), string.digits.encode()
_ROW = re.compile(rb'<row [^>]*?r="([0-9]+)"')
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff|[\s\0])*<")


def look_over(path: Path) -> frozenset[str]:
    """The names of a packed file's parts, all of them sound; raises :class:`Unreadable`."""
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            if too_large(packed, limits()):
                raise bomb(path)
            if any(part.flag_bits & 1 for part in parts):
                raise locked(path)
            unpacked = 0
            for part in parts:
                unpacked += _looked_at(path, packed, part)
                if unpacked > limits().unpacked:
                    raise bomb(path)
            return frozenset(part.filename for part in parts)
    except Unreadable:
        raise
    except (*BROKEN, etree.XMLSyntaxError) as broken:
        raise damaged(path) from broken


def pieces(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part in pieces, so that no more of it is unpacked than it says of itself."""
    with packed.open(part) as opened:
        while piece := opened.read(_PIECE):
            yield piece


def too_large(packed: zipfile.ZipFile, most: Limits) -> bool:
    """Whether an archive unpacks to more by its own word, or has more parts, than is read."""
    parts = packed.infolist()
    return len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > most.unpacked


def _looked_at(path: Path, packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """The unpacked bytes of one part; where it has cells, how far they reach is looked at."""
    size, rest, seen = 0, b"", _Seen()
    markup = True
    for piece in pieces(packed, part):
        markup = markup if size else bool(_MARKUP.match(piece))
        size += len(piece)
        if size > limits().part:
            raise bomb(path)
        if not markup:
            continue
        text = rest + piece
        if part.filename.endswith((".xml", ".rels")):
            _no_entities(path, text, size)
        # No tag is looked at in two halves.
        cut = max(text.rfind(b"<"), len(text) - _PIECE, 0)
        seen.look(text[:cut])
        rest = text[cut:]
    seen.look(rest)
    if not seen.plain:
        with packed.open(part) as opened:
            _measure(opened)
    return size


def _no_entities(path: Path, text: bytes, size: int) -> None:
    if size <= 2 * _PIECE and _DOCTYPE.search(text):
        raise Unreadable(
            f"{path.name} 里夹带了外部实体定义，不打开；请在 Excel 或 WPS 里另存后再上传",
            f"{path.name} declares entities of its own and is not opened; save it anew",
        )


class _Seen:
    """How far the cells of a part reach, as far as they are written as spreadsheets write them.

    ``plain`` is false once a cell is written in any other way: then the part is parsed.
    """

    def __init__(self) -> None:
        self.cells, self.lowest, self.widest, self.plain = 0, 0, 0, True

    def look(self, text: bytes) -> None:
        """Go on with a part; raises :class:`Unreadable` where it reaches too far."""
        found = _PLAIN_CELL.findall(text)
        cells = _cells_in(text)
        self.plain = self.plain and cells == len(found) and b"\0" not in text
        self.cells += cells
        check_cells(self.cells)
        if numbers := _ROW.findall(text):
            check_size(max(map(int, numbers)), 1)
        lowest, widest = _reach(_FILLED_CELL.findall(text) if b"/>" in text else found)
        self.lowest, self.widest = max(self.lowest, lowest), max(self.widest, widest)
        check_size(self.lowest, self.widest)


def _reach(found: Sequence[bytes]) -> tuple[int, int]:
    """The last row and column of some cells, given as they are called; nothing of none."""
    if not found:
        return 0, 0
    called = b" ".join(found)
    columns = set(called.translate(None, _DIGITS).split(b" "))
    return (
        max(map(int, set(called.translate(None, _LETTERS).split(b" ")))),
        max(number_of(column.decode()) for column in columns),
    )


def _cells_in(text: bytes) -> int:
    """How many cells begin in a part, however they are written."""
    if any(other.search(text) for other in _OTHER_CELLS):
        return len(_CELL.findall(text))
    return text.count(b"<c ")


def _measure(opened: IO[bytes]) -> None:
    """Look at every cell of a part in turn; raises :class:`Unreadable` where one is too far."""
    row = column = lowest = widest = cells = 0
    for event, element in parse(opened, "{*}row", "{*}c", events=("start", "end")):
        if event == "end":
            element.clear()
        elif etree.QName(element).localname == "row":
            row, column = int(element.get("r") or row + 1), 0
        else:
            letters = (element.get("r") or "").rstrip("0123456789")
            column = number_of(letters) if letters else column + 1
            row = int((element.get("r") or "")[len(letters) :] or row)
            lowest, widest, cells = max(lowest, row), max(widest, column), cells + 1
            check_size(lowest, widest)
            check_cells(cells)


def parse(
    data: IO[bytes], *tags: str, events: tuple[str, ...] = ("end",)
) -> Iterator[tuple[str, etree._Element]]:
    """The elements of one part as they end, with nothing resolved and nothing fetched."""
    yield from etree.iterparse(
        data,
        events=events,
        tag=tags or None,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )


def damaged(path: Path) -> Unreadable:
    """A file is cut off or broken."""
    return Unreadable(
        f"{path.name} 已损坏，打不开（可能没有传完）；请用 Excel 或 WPS 打开检查，另存后再上传",
        f"{path.name} is damaged and cannot be opened; open it in Excel or WPS and save it anew",
    )


def locked(path: Path) -> Unreadable:
    """A file wants a password."""
    return Unreadable(
        f"{path.name} 设有打开密码；请取消密码后再上传",
        f"{path.name} is protected by a password; take the password off first",
    )


def bomb(path: Path) -> Unreadable:
    """A file unpacks to more than is read."""
    return Unreadable(
        f"{path.name} 解压后过大，不像是表格，没有打开；请另存为新文件后再上传",
        f"{path.name} unpacks to far more than a table holds and was not opened; save it anew",
    )
