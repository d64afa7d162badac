"""Worked examples beside a programme file: small drawn tables that an official can read and sign.

This module reads them and compares readings with what was expected. To run a case, its records
are entered into a ledger and its names are read on its day; that is not done here. Amounts of
money are drawn in yuan and come out in whole fen, those given as well as those expected.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from bangfu.programmes.drawing import Drawing, Row, drawn_table
from bangfu.programmes.literals import is_day, is_number, shown
from bangfu.programmes.loader import parse
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import ProgrammeErrors, Report, both, choose
from bangfu.programmes.programme import Programme

CASES: Final = "cases.toml"
_WORDS: Final = ("title", "on", "given", "expect", "row")
_READING: Final = re.compile(r"(-?\d+(?:\.\d+)?(?:/\d+)?)(?:\.\.(-?\d+(?:\.\d+)?(?:/\d+)?|))?")

#: The columns of a drawn table that are amounts where the entry reads money.
_AMOUNTS: Final = ("reading", "bound", "baseline")


@dataclass(frozen=True, slots=True)
class Reading:
    """A number that is sure from ``low`` and possible up to ``high`` (None: no upper end)."""

    low: Fraction
    high: Fraction | None

    def text(self) -> str:
        """As it is written in a case: 3, 2/3, 0..1, 2.."""
        if self.high is None:
            return f"{self.low}.."
        return str(self.low) if self.low == self.high else f"{self.low}..{self.high}"

    def over(self, scale: int) -> Reading:
        """The same in larger units: fen in yuan."""
        return Reading(self.low / scale, None if self.high is None else self.high / scale)


@dataclass(frozen=True, slots=True)
class ExpectNumber:
    """A figure or count must read this; money is in fen, ``scale`` of them in what was drawn."""

    reading: Reading
    scale: int = 1


@dataclass(frozen=True, slots=True)
class ExpectRows:
    """A list must hold exactly these records, in any order."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExpectTable:
    """These rows must appear; columns that are not drawn may hold anything."""

    rows: tuple[Mapping[str, str], ...]
    scale: int = 1

    def drawn(self, rows: Iterable[Mapping[str, object]]) -> str:
        """Rows as they are drawn, one a line, blanks left out and money in yuan."""
        lines = (((key, self._cell(key, value)) for key, value in row.items()) for row in rows)
        return "\n".join(", ".join(f"{k}={v}" for k, v in line if v) for line in lines)

    def _cell(self, column: str, value: object) -> str:
        if value is None:
            return ""
        if column not in _AMOUNTS or not _READING.fullmatch(_plain(value)):
            return _plain(value)
        return read(_plain(value)).over(self.scale).text()


Expectation = ExpectNumber | ExpectRows | ExpectTable


@dataclass(frozen=True, slots=True)
class Case:
    """One worked example: the records there are, the day, and what each name must read.

    ``row``: which rows of the source's table of requirements it works out; ``lines``: where each
    drawn table stands.
    """

    title: str
    on: dt.date
    given: Mapping[str, tuple[Row, ...]]
    expect: Mapping[str, Expectation]
    line: int = 1
    row: tuple[str, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)


def load_cases(text: str, *, programme: Programme) -> tuple[Case, ...]:
    """Read the cases of a programme; raises ProgrammeErrors with every problem."""
    file = f"{programme.name}/{CASES}"
    raw, places = parse(text, file=file)
    report = Report(file, places)
    for key in raw:
        if key != "case":
            report.add(
                (key,),
                both(f"没有“{key}”这个词", f"There is no word “{key}”"),
                both("每例以 [[case]] 开头", "Each case begins with [[case]]"),
            )
    reader = _CaseReader(programme, report, Drawing(programme, report))
    tables = raw.get("case", ())
    cases = [reader.case(("case", number), one) for number, one in enumerate(tables)]
    if report.problems:
        raise ProgrammeErrors(report.problems)
    return tuple(case for case in cases if case is not None)


@dataclass(slots=True)
class _CaseReader:
    programme: Programme
    report: Report
    drawing: Drawing

    def case(self, route: Route, raw: Any) -> Case | None:
        """One case, or None if it has no title or day."""
        if not isinstance(raw, Mapping):
            return None
        for key in raw:
            if key not in _WORDS:
                self.report.add(
                    (*route, key),
                    both(f"没有“{key}”这个词", f"There is no word “{key}”"),
                    choose(key, _WORDS),
                )
        for key, zh, en in (("title", "没有标题", "no title"), ("on", "没有日期", "no day")):
            if key not in raw:
                self.report.add(
                    route,
                    both(f"这一例{zh}", f"This case has {en}"),
                    both(f"加上 {key} = …", f"Add {key} = …"),
                )
        on = raw.get("on")
        if on is not None and not is_day(on):
            self.report.add(
                (*route, "on"),
                both(f"{shown(on)} 不是日期", f"{shown(on)} is not a day"),
                both("例如 on = 2018-12-31", "For example on = 2018-12-31"),
            )
            on = None
        given = self.drawing.given((*route, "given"), raw.get("given", {}))
        expect = self._expect((*route, "expect"), raw.get("expect", {}))
        title = raw.get("title")
        if not isinstance(title, str) or on is None:
            return None
        rows = self._source_rows((*route, "row"), raw.get("row", ()))
        line, of = self.report.positions.of(route).line, self.report.positions.of
        lines = {name: of((*route, "given", name)).line for name in given}
        return Case(title, on, given, expect, line, rows, lines)

    def _source_rows(self, route: Route, raw: object) -> tuple[str, ...]:
        rows = (raw,) if isinstance(raw, str) else raw
        if isinstance(rows, tuple) and all(isinstance(one, str) for one in rows):
            return rows
        self.report.add(
            route,
            both(f"{shown(raw)} 不是来源的行号", f"{shown(raw)} is not a row of the source"),
            both('例如 row = ["S4-27", "S4-29"]', 'For example row = ["S4-27", "S4-29"]'),
        )
        return ()

    def _expect(self, route: Route, raw: Any) -> dict[str, Expectation]:
        found: dict[str, Expectation] = {}
        if not isinstance(raw, Mapping) or not raw:
            self.report.add(
                route,
                both("没有写应当读出什么", "It does not say what is expected"),
                both("加上 expect.名称 = …", "Add expect.name = …"),
            )
            return found
        for name, value in raw.items():
            if name not in self.programme:
                allowed = [name for name, _ in self.programme.entries()]
                self.report.add(
                    (*route, name),
                    both(f"没有“{name}”这个名称", f"There is no name “{name}”"),
                    choose(name, allowed),
                )
            elif (expectation := self._expectation((*route, name), value)) is not None:
                found[name] = expectation
        return found

    def _expectation(self, route: Route, value: Any) -> Expectation | None:
        scale = 100 if self.programme.in_fen(str(route[-1])) else 1
        if is_number(value):
            return ExpectNumber(read(str(value), scale=scale), scale)
        if isinstance(value, tuple) and all(isinstance(one, str) for one in value):
            return ExpectRows(value)
        if isinstance(value, str) and _READING.fullmatch(value):
            return ExpectNumber(read(value, scale=scale), scale)
        if isinstance(value, str) and "\n" in value:
            table = drawn_table(value)
            self.drawing.columns(route, table, table.columns)
            return ExpectTable(tuple(_scaled(row, scale) for row in table.rows), scale)
        self.report.add(
            route,
            both(f"看不懂 {shown(value)}", f"{shown(value)} is not an expectation"),
            both(
                '写数（3、"2/3"、"0..1"）、名单（["甲"]）或一张表',
                'Write a number (3, "2/3", "0..1"), records (["甲"]) or a table',
            ),
        )
        return None


def read(text: str, *, scale: int = 1) -> Reading:
    """A reading as it is written: "3", "2/3", "0..1"; "2.." has no upper end."""
    found = _READING.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not a reading such as 3, 2/3 or 0..1")
    low = Fraction(found[1]) * scale
    if found[2] is None:
        return Reading(low, low)
    return Reading(low, Fraction(found[2]) * scale if found[2] else None)


def _plain(value: object) -> str:
    return value.text() if isinstance(value, Reading) else str(value)


def _scaled(row: Mapping[str, str], scale: int) -> Mapping[str, str]:
    """A row with its amounts in fen, where they are money."""
    return {
        column: read(text, scale=scale).text()
        if scale != 1 and column in _AMOUNTS and _READING.fullmatch(text)
        else text
        for column, text in row.items()
    }


def met_by_number(expected: ExpectNumber, low: Fraction | int, high: Fraction | int | None) -> bool:
    """Whether a reading is what a case expects."""
    wanted = expected.reading
    return wanted.low == low and wanted.high == high


def met_by_rows(expected: ExpectRows, ids: Iterable[str]) -> bool:
    """Whether a list holds exactly the records that a case expects."""
    return sorted(expected.ids) == sorted(ids)


def missing_rows(
    expected: ExpectTable, rows: Iterable[Mapping[str, object]]
) -> tuple[Mapping[str, str], ...]:
    """The expected rows that don't appear; readings are compared as numbers, all else as text."""
    there = list(rows)
    return tuple(row for row in expected.rows if not any(_matches(row, found) for found in there))


def _matches(expected: Mapping[str, str], found: Mapping[str, object]) -> bool:
    return all(_same(text, found.get(column)) for column, text in expected.items())


def _same(text: str, value: object) -> bool:
    if isinstance(value, Reading):
        return bool(_READING.fullmatch(text)) and read(text) == value
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return bool(_READING.fullmatch(text)) and read(text) == Reading(
            Fraction(value), Fraction(value)
        )
    if isinstance(value, dt.date):
        return text == value.isoformat()
    return text == ("" if value is None else str(value))
