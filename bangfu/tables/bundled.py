"""Several files in one archive, as villages send them: each is read by itself, a bad one is said.

Archives inside are not opened. Names are read as Chinese systems write them. All files together
unpack to no more than one file may.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

from bangfu.programmes.kinds import Label
from bangfu.tables.grid import Grid
from bangfu.tables.packed import BROKEN, bomb, damaged, pieces
from bangfu.tables.unreadable import MOST_BYTES, Unreadable, check_cells, limits

Sheets = tuple[tuple[str, Grid, bool], ...]
#: So many files of one archive are read.
MOST_FILES = 200
#: What packed files of offices have: whoever has none of these is an archive of files.
_OWN = frozenset(("[Content_Types].xml", "mimetype", "content.xml"))
_TABLES = frozenset((".xlsx", ".xls", ".et", ".ods", ".csv", ".docx", ".xlsm"))
_ARCHIVES = frozenset((".zip", ".rar", ".7z", ".gz", ".tar"))
#: What systems lay beside files without being asked.
_NOBODYS = re.compile(
    r"(^|/)(__MACOSX/|\.[^./][^/]*$|~\$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE
)
_UTF_8 = 0x800


def is_bundle(path: Path) -> bool:
    """Whether a packed file is an archive of files, and no workbook or document itself."""
    try:
        with zipfile.ZipFile(path) as packed:
            return _OWN.isdisjoint(packed.namelist())
    except BROKEN:
        return False


def read_bundle(path: Path, read: Callable[[Path], Sheets]) -> tuple[Sheets, tuple[Label, ...]]:
    """The sheets of every file of an archive, called after it, and what is said of the others.

    ``read`` reads one file. Raises :class:`Unreadable` where none can be read.
    """
    sheets: list[tuple[str, Grid, bool]] = []
    said: list[Label] = []
    try:
        with zipfile.ZipFile(path) as packed, tempfile.TemporaryDirectory() as folder:
            members = list(_members(packed))
            _not_too_much(path, members)
            unpacked = cells = 0
            for number, (name, part) in enumerate(members):
                try:
                    file = _taken_out(packed, part, name, Path(folder) / str(number))
                    unpacked += _unpacks_to(file)
                    found = read(file) if unpacked <= limits().unpacked else ()
                except Unreadable as wrong:
                    said.append(wrong.label)
                    continue
                if not found:
                    raise _TooMuch
                cells += sum(len(row) for _, grid, _ in found for row in grid.rows)
                check_cells(cells)
                sheets += _called(name, found)
                file.unlink()
    except _TooMuch:
        raise bomb(path) from None
    except Unreadable:
        raise
    except BROKEN as broken:
        raise damaged(path) from broken
    if not sheets:
        raise _nothing(path, said)
    return tuple(sheets), tuple(said)


class _TooMuch(Exception):
    """All files together unpack to more than is read."""


def _members(packed: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    for part in packed.infolist():
        name = _name(part)
        if not part.is_dir() and not name.endswith("/") and not _NOBODYS.search(name):
            yield name, part


def _name(part: zipfile.ZipInfo) -> str:
    """A file's name; without the mark of UTF-8 it is in the code of Chinese systems."""
    name = part.filename
    if not part.flag_bits & _UTF_8:
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            pass
    return name.replace("\\", "/")


def _not_too_much(path: Path, members: list[tuple[str, zipfile.ZipInfo]]) -> None:
    if len(members) > MOST_FILES:
        raise Unreadable(
            f"{path.name} 里有{len(members)}个文件，一次最多读{MOST_FILES}个；请分成几个压缩包",
            f"{path.name} has {len(members)} files, at most {MOST_FILES} are read; split it",
        )
    sizes = [part.file_size for _, part in members]
    if sum(sizes) > limits().unpacked or max(sizes, default=0) > MOST_BYTES:
        raise bomb(path)


def _taken_out(packed: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, folder: Path) -> Path:
    """One file in a folder of its own, no larger than it says of itself."""
    suffix = PurePosixPath(name).suffix.casefold()
    if suffix in _ARCHIVES:
        raise _left(name, "是压缩包里的压缩包，没有打开；请解开后和其他文件放在一起",
                    "an archive in the archive, not opened; unpack it first")  # fmt: skip
    if suffix not in _TABLES:
        raise _left(name, "不是表格或文档，没有读", "no table or document; left")
    if part.flag_bits & 1:
        raise _left(name, "加了密码，没有读；请去掉密码", "has a password; take it off")
    folder.mkdir()
    file = folder / (re.sub(r"[\x00-\x1f/:*?\"<>|]", "_", PurePosixPath(name).name)[-80:] or "_")
    size = 0
    try:
        with file.open("wb") as target:
            for piece in pieces(packed, part):
                size += len(piece)
                if size > part.file_size:
                    raise bomb(file)
                target.write(piece)
    except Unreadable:
        raise
    except BROKEN as broken:
        raise _left(name, "已损坏，没有读；请重新发送", "damaged; have it sent anew") from broken
    return file


def _unpacks_to(file: Path) -> int:
    """How much a file unpacks to by its own word; one that is not packed, its size."""
    try:
        with zipfile.ZipFile(file) as packed:
            return sum(part.file_size for part in packed.infolist())
    except BROKEN:
        return file.stat().st_size


def _called(name: str, sheets: Sheets) -> Iterator[tuple[str, Grid, bool]]:
    """The sheets of one file, called after it."""
    stem = PurePosixPath(name).name
    for sheet, grid, hidden in sheets:
        yield (stem if len(sheets) == 1 else f"{stem}·{sheet}"), grid, hidden


def _left(name: str, zh: str, en: str) -> Unreadable:
    """Why one file of an archive is left."""
    shown = PurePosixPath(name).name
    return Unreadable(f"{shown} {zh}", f"{shown}: {en}")


def _nothing(path: Path, said: Iterable[Label]) -> Unreadable:
    listed = list(said)[:5]
    zh = ";".join(one.zh for one in listed) or "里面没有文件"
    en = "; ".join(one.en for one in listed) or "there are no files in it"
    return Unreadable(
        f"{path.name} 里没有能读的表格：{zh}", f"nothing in {path.name} is read: {en}"
    )
