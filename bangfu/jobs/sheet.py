"""What became of every figure of a programme's source: counted, quoted, damaged, or not held."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Document, Programme
from bangfu.ledger.moment import Moment
from bangfu.lists.figure import figure_of
from bangfu.lists.wording import groups_called, in_book_order, number_text, paper_text
from bangfu.programmes.loader import library_text

Status = Literal["counted", "quoted", "damaged", "not_held"]
STATUSES: dict[Status, str] = {
    "counted": "由记录数出",
    "quoted": "照原文引用",
    "damaged": "原文缺损",
    "not_held": "有意不保存",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of the source: its row, what it says, its state, and what was counted."""

    row: str
    says: str
    status: Status
    name: str
    value: str
    counted: str
    why: str

    @property
    def agrees(self) -> bool:
        """Whether what was counted is what the source says; nothing to compare agrees."""
        return self.status != "counted" or not self.value or self.counted == self.value


def sheet(programme: Programme, *, on: dt.date) -> Iterator[Line]:
    """Every figure of the programme's source, the counted ones counted now from the ledger."""
    raw = tomllib.loads(library_text(programme.name, "sheet.toml"))
    for entry in raw["figure"]:
        status: Status = entry["status"]
        name = entry.get("name", "")
        day = entry.get("on", on)
        yield Line(
            row=entry["row"],
            says=entry["says"],
            status=status,
            name=name,
            value=entry.get("value", ""),
            counted=_counted(programme, name, day) if status == "counted" else "",
            why=entry.get("why", ""),
        )


def _counted(programme: Programme, name: str, day: dt.date) -> str:
    moment = Moment(day)
    if Meaning.of(programme, moment).sort_of(name) == "document":
        issued = Document.objects.at(moment).filter(programme=programme, name=name)
        return str(issued.filter(status="issued").count())
    figure = figure_of(programme, name, moment)
    if figure.by:
        groups = in_book_order(figure, figure.groups())
        called = groups_called(figure, groups)
        return "、".join(
            f"{' · '.join(one.zh for one in words)}{number_text(figure, group.reading.low or 0)}"
            for words, group in zip(called, groups, strict=True)
        )
    return paper_text(figure)[0]
