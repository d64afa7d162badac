"""Tables as plain text: comma or tab separated, in the encodings that offices still write."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Literal

from bangfu.tables.grid import Grid, Value
from bangfu.tables.unreadable import Unreadable, check_size

Encoding = Literal["utf-8", "utf-16", "gbk", "gb18030"]
_SEPARATORS = ",\t;|"
#: The longest cell: a letter's worth of words.
_LONGEST = 100_000


def read_csv(path: Path) -> tuple[Grid, Encoding]:
    """The one sheet of a csv file and the encoding it was read in; raises ``Unreadable``."""
    text, encoding = decoded(path)
    if "\0" in text:
        raise Unreadable(
            f"{path.name} 不是文本表格（里面有空字符）；请另存为 xlsx 或 csv",
            f"{path.name} is no table of plain text; save it as xlsx or csv",
        )
    csv.field_size_limit(_LONGEST)
    rows: list[list[Value]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)):
            check_size(len(rows) + 1, max(len(cells), 1))
            rows.append([cell or None for cell in cells])
    except csv.Error as wrong:
        raise Unreadable(
            f"{path.name} 第{len(rows) + 1}行读不了（可能少了一个引号）；请改好后再上传",
            f"{path.name}, line {len(rows) + 1} cannot be read (perhaps a quote is missing)",
        ) from wrong
    while rows and not any(rows[-1]):
        rows.pop()
    return Grid(rows=rows), encoding


def decoded(path: Path) -> tuple[str, Encoding]:
    """A file's text and its encoding: UTF-8 first, then what older programs write."""
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), "utf-16"
    encodings: tuple[Encoding, ...] = ("utf-8", "gbk", "gb18030")
    for encoding in encodings:
        try:
            # The mark of Unicode stays where a file was turned into what offices write.
            return data.decode(encoding).removeprefix("\ufeff"), encoding
        except UnicodeDecodeError as wrong:
            line = data[: wrong.start].count(b"\n") + 1
    raise Unreadable(
        f"{path.name} 的文字编码认不出（第{line}行起）；请另存为 UTF-8 编码的 csv 或 xlsx",
        f"the encoding of {path.name} is not known (from line {line}); save it as UTF-8 or xlsx",
    )


def _separator(text: str) -> str:
    """The mark that parts the cells: the one that stands oftenest in the first lines."""
    head = text[:20_000].splitlines()[:50]
    return max(_SEPARATORS, key=lambda mark: sum(line.count(mark) for line in head))
