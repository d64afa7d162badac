"""Understand any table: the one call that ``intake`` and ``paper`` stand on."""

from __future__ import annotations

from pathlib import Path

from bangfu.programmes.kinds import Label
from bangfu.tables.catalogue import Catalogue
from bangfu.tables.understood import Book


class Unreadable(ValueError):
    """A file cannot be read as tables; ``label`` says what is wrong and what would be right."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.label = Label(zh, en)


def understand(path: Path, catalogue: Catalogue) -> Book:
    """Every table of a file, with what its rows and columns are; raises :class:`Unreadable`."""
    raise Unreadable(
        f"{path.name}:这种文件读不了;请另存为 xlsx、xls、ods、csv 或 docx 后再上传",
        f"{path.name} is no table that can be read; save it as xlsx, xls, ods, csv or docx",
    )
