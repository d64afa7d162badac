"""What is said of a file that cannot be read, and how much one file may hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from bangfu.programmes.kinds import Label

#: The bytes of a file, of one of its parts when unpacked, and of all its parts together.
MOST_BYTES, MOST_PART, MOST_UNPACKED = 300_000_000, 1_500_000_000, 2_000_000_000
#: Parts of a packed file, columns of a sheet, rows of a sheet, cells of a sheet.
MOST_PARTS, MOST_COLUMNS, MOST_ROWS, MOST_CELLS = 5_000, 1_000, 1_048_576, 40_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read: bytes of a part and of all parts when unpacked, cells of a sheet."""

    part: int = MOST_PART
    unpacked: int = MOST_UNPACKED
    cells: int = MOST_CELLS


#: What a list may hold that is brought in by the server's own operator or in the background.
OF_LISTS = Limits()
#: What a form may hold that is filled; the desk takes less (``desk/form_fill.py``).
OF_FORMS = Limits(part=300_000_000, unpacked=300_000_000)
#: What a document may hold that is kept as it was brought.
OF_FILES = Limits(part=200_000_000, unpacked=200_000_000)
_limits: ContextVar[Limits] = ContextVar("limits", default=OF_LISTS)


def limits() -> Limits:
    """How much of a file is read now."""
    return _limits.get()


@contextmanager
def within(most: Limits) -> Iterator[None]:
    """Read no more of a file than that, as long as this lasts."""
    token = _limits.set(most)
    try:
        yield
    finally:
        _limits.reset(token)


class Unreadable(ValueError):
    """A file cannot be read as tables; ``label`` says what is wrong and what would be right."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.label = Label(zh, en)


def too_wide(columns: int) -> Unreadable:
    """A sheet has more columns than any table that people made."""
    return Unreadable(
        f"工作表有{columns}列，最多读{MOST_COLUMNS}列；请删去右边的空列后再上传",
        f"a sheet has {columns} columns, at most {MOST_COLUMNS} are read; "
        "delete the empty columns on the right",
    )


def too_long(rows: int) -> Unreadable:
    """A sheet has more rows than one upload takes."""
    return Unreadable(
        f"工作表有{rows}行，超过能读的行数；请分成几个文件上传",
        f"a sheet has {rows} rows, more than can be read; split it into several files",
    )


def check_size(rows: int, columns: int) -> None:
    """Refuse a sheet that is too large in any direction; raises :class:`Unreadable`."""
    if columns > MOST_COLUMNS:
        raise too_wide(columns)
    if rows > MOST_ROWS or rows * columns > limits().cells:
        raise too_long(rows)


def check_cells(cells: int) -> None:
    """Refuse a sheet that is written out in too many cells; raises :class:`Unreadable`."""
    if cells > limits().cells:
        raise Unreadable(
            f"工作表有{cells:,}个以上的单元格，最多读{limits().cells:,}个；请删去多余的行列后再上传",
            f"a sheet has more than {cells:,} cells, at most {limits().cells:,} are read; "
            "delete the rows and columns that are not needed",
        )
