"""What became of every figure of a programme's source: counted, quoted, damaged, or not held."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.db.models import Max, Min
from django.db.models.functions import Coalesce

from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Document, Programme
from bangfu.ledger.moment import Moment
from bangfu.lists.figure import figure_of
from bangfu.lists.measures import progress
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
    """One figure of the source: its row, what it says, its state, and what the ledger has of it."""

    row: str
    says: str
    status: Status
    name: str
    value: str
    counted: str
    why: str

    @property
    def agrees(self) -> bool:
        """Whether the ledger has what the source says; only what records cannot carry is let pass.

        A counted line without a value is compared with nothing, and so does not agree.
        """
        if self.status != "counted" and not self.name and not self.value:
            return True
        return bool(self.value) and self.counted == self.value


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
            counted=_read(status, programme, name, day) if name else "",
            why=entry.get("why", ""),
        )


def _read(status: Status, programme: Programme, name: str, day: dt.date) -> str:
    return (_held if status == "damaged" else _counted)(programme, name, day)


def _held(programme: Programme, name: str, day: dt.date) -> str:
    """How what was damaged in the source is on record: a range of amounts, or the days read."""
    moment = Moment(day)
    if Meaning.of(programme, moment).sort_of(name) == "measure":
        return next(p.planned.zh for p in progress(programme, moment) if p.measure.name == name)
    figure = figure_of(programme, name, moment)
    if figure.kind.name == "entry":
        most = Coalesce("amount_most", "amount")
        ends = figure.rows().aggregate(least=Min("amount"), most=Max(most))
        return f"{_yuan(ends['least'])}至{_yuan(ends['most'])}元"
    days = figure.rows().order_by("date").values_list("date", flat=True).distinct()
    return "、".join(one.isoformat() for one in days)


def _yuan(fen: int) -> str:
    return f"{Decimal(fen) / 100:f}".removesuffix(".00")


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
