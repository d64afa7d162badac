"""Small drawn tables, read against the vocabulary: the records that a worked example gives."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, Protocol

from bangfu.programmes.amount import fen
from bangfu.programmes.kinds import SUBJECT_KINDS, Field, Kind, Label, Vocabulary
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both, choose

_YES: Final = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}

Row = dict[str, Any]


class Drawable(Protocol):
    """The file whose records are drawn: its kinds, and the activities that it adds to them."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The kinds there are."""

    def entries(self, *sections: str) -> Iterator[tuple[str, Any]]:
        """The names and entries of some sections."""

    def record(self, name: str) -> Kind:
        """What one record of a name is."""


@dataclass(slots=True)
class Table:
    """A drawn table: its columns, and its rows as they are written."""

    columns: tuple[str, ...] = ()
    rows: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Drawing:
    """Reads drawn tables; what is wrong in one is reported where it stands."""

    file: Drawable
    report: Report

    def given(self, route: Route, raw: Any) -> dict[str, tuple[Row, ...]]:
        """The drawn tables by their headings, each row by the keys of its fields."""
        found = {}
        for name, drawn in raw.items() if isinstance(raw, Mapping) else ():
            here = (*route, name)
            kind = self._kind(here, name)
            if kind is None or not isinstance(drawn, str):
                continue
            table = drawn_table(drawn)
            self.columns(here, table, ("id", *kind.fields, *_days_of(kind)))
            found[name] = tuple(self._row(here, row, kind) for row in table.rows)
        return found

    def _kind(self, route: Route, name: str) -> Kind | None:
        known = [
            *self.file.vocabulary,
            *(name for name, _ in self.file.entries("activity")),
        ]
        if name not in known:
            self.report.add(
                route,
                both(f"没有“{name}”这种记录", f"There is no kind of record “{name}”"),
                choose(name, known),
            )
            return None
        return self.file.record(name)

    def columns(self, route: Route, table: Table, allowed: Sequence[str]) -> None:
        """Check that the columns are allowed, and that each row has as many cells."""
        for column in table.columns:
            if column not in allowed:
                self.report.add(
                    route,
                    both(f"没有“{column}”这一栏", f"There is no column “{column}”"),
                    choose(column, allowed),
                )
        for number, row in enumerate(table.rows, start=1):
            if len(row) != len(table.columns):
                self.report.add(
                    route,
                    both(
                        f"第 {number} 行的格数和表头不一样",
                        f"Row {number} has not as many cells as the head",
                    ),
                    both("每一行都用 | 隔成同样多的格", "Draw as many cells with | in every row"),
                )

    def _row(self, route: Route, drawn: Mapping[str, str], kind: Kind) -> Row:
        row: Row = {}
        for column, text in drawn.items():
            if column == "id":
                row[column] = text
            elif one := kind.fields.get(column) or _days_of(kind).get(column):
                row[column] = self._cell(route, text, one)
        return row

    def _cell(self, route: Route, text: str, one: Field) -> Any:
        """A cell as a value; a blank one is a blank."""
        if not text:
            return () if one.type == "many" else None
        parts = tuple(part.strip() for part in re.split("[,,、]", text) if part.strip())
        if one.type == "many":
            return parts
        try:
            return tuple(_value(part, one) for part in parts) if one.several else _value(text, one)
        except ValueError:
            self.report.add(
                route,
                both(f"“{one.label.zh}”不能是“{text}”", f"“{one.label.en}” cannot be “{text}”"),
                both(_EXAMPLES[one.type]) if one.type in _EXAMPLES else choose(text, one.codes),
            )
            return None


#: From when to when what a row draws of a person, household, unit or site is so.
_DAYS: Final = {
    "began": Field("began", Label("起始日期", "from"), "day"),
    "ended": Field("ended", Label("截止日期", "until"), "day", planned=True),
}


def _days_of(kind: Kind) -> Mapping[str, Field]:
    """The columns of days that the rows of things have beside their fields."""
    return _DAYS if kind.name in SUBJECT_KINDS else {}


_EXAMPLES: Final = {"day": "2018-12-31", "number": "12", "money": "2000.00", "flag": "yes / no"}


def _value(text: str, one: Field) -> Any:
    if one.type == "day":
        return dt.date.fromisoformat(text)
    if one.type == "money":
        return fen(text)
    if one.type == "number":
        return int(text) if re.fullmatch(r"-?\d+", text) else Fraction(text)
    if one.type == "flag":
        if text not in _YES:
            raise ValueError(text)
        return _YES[text]
    if one.codes and text not in one.codes:
        raise ValueError(text)
    return text


def drawn_table(text: str) -> Table:
    """A drawn table: the first line is the head, cells stand between bars, blank lines are skipped.

    A text of one line without bars is a single record of that id.
    """
    lines = [line for line in text.strip("\n").splitlines() if line.strip()]
    if len(lines) == 1 and "|" not in text:
        return Table(("id",), [{"id": lines[0].strip()}])
    columns = tuple(cell.strip() for cell in lines[0].split("|")) if lines else ()
    rows = []
    for line in lines[1:]:
        cells = [cell.strip() for cell in line.split("|")]
        rows.append(
            dict(zip(columns, cells, strict=False))
            if len(cells) <= len(columns)
            else {**dict(zip(columns, cells, strict=False)), "…": "…"}
        )
    return Table(columns, rows)
