"""The rows of an understood table as values of the ledger's fields, cell by cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from uuid import UUID

from bangfu.intake.addresses import parted
from bangfu.intake.answers import ESSENTIAL, NAMES
from bangfu.intake.asked import another_time, targets
from bangfu.intake.own_numbers import APART, number_and_phone
from bangfu.intake.readers import PLACES, reader, with_year
from bangfu.intake.remarks import AS_THE_LEGEND, gone, legend, remarks_of
from bangfu.ledger import numbers
from bangfu.ledger.codes import CodeError
from bangfu.programmes.kinds import Label
from bangfu.tables.catalogue import Heading
from bangfu.tables.days import Perhaps
from bangfu.tables.grid import Grid, Value, letter
from bangfu.tables.halves import in_one
from bangfu.tables.headings import written
from bangfu.tables.opposite import as_asked
from bangfu.tables.told import BLANK, GONE, Told, WrongValue, as_text, nothing
from bangfu.tables.understood import Column, Table

#: How many members a card lists.
LISTED = "members.listed"
#: How a person decides a doubt: somebody new, or just as it is written.
NEW, AS_IS = "new", "as_is"
#: Without these it is not known whom or what a row means; another cell may be left unread.
NEEDED = frozenset((
    *NAMES, "person.identity", "person.relation", "household.number",
    *(f"place.{level}" for level in PLACES), *ESSENTIAL,
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row is not simply taken: the cell, what is wrong, what would be right.

    ``choices`` are the ways in which a person may decide a doubt, each under its word.
    """

    cell: str
    says: Label
    choices: tuple[tuple[str, Label], ...] = ()


@dataclass(slots=True)
class Row:
    """One row as read: values by target (``person.name``), blank ones left out, and what is wrong.

    ``columns`` are the letters of the columns that answer the targets, the same for all rows;
    ``elsewhere`` are the cells of what does not stand in such a column of the row's own line.
    ``settled`` is how a person decided its doubts: ``new``, ``as_is``, or the key of who is meant.
    ``key`` is the record that the row is, in a workbook that was given out here. ``unread`` are
    cells that say nothing that can be read and are not needed: the rest of the row goes on.
    ``of``: whether it is a person or a household, where a list has rows of both.
    """

    number: int
    columns: Mapping[str, str]
    settled: str = ""
    key: UUID | None = None
    told: dict[str, Told] = field(default_factory=dict)
    wrong: list[Reason] = field(default_factory=list)
    doubts: list[Reason] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)
    unread: list[Reason] = field(default_factory=list)
    of: str = ""
    elsewhere: dict[str, str] = field(default_factory=dict)

    def asks(self, target: str) -> bool:
        """Whether some cell is there for a target, filled or not."""
        return target in self.elsewhere or target in self.columns

    def sure(self, target: str) -> object:
        """The value of a target where the row surely gives one, else ``None``."""
        said = self.told.get(target)
        return said.value if said is not None and said.state == "sure" else None

    def text(self, target: str) -> str:
        """The same as words; an empty text where there are none."""
        said = self.told.get(target)
        if said is None or said.state != "sure":
            return ""
        return said.value if type(said.value) is str else str(said.value or "")


def cell_of(row: Row, target: str) -> str:
    """The cell that gives a target; where none does, the row's first.

    A household is called by its head, so its name stands for the head's.
    """
    for name in (target, *(("household.name",) if target == "person.name" else ())):
        if name in row.elsewhere:
            return row.elsewhere[name]
        if name in row.columns:
            return f"{row.columns[name]}{row.number}"
    first = next(iter(row.columns.values()), "")
    return f"{first}{row.number}" if first else next(iter(row.elsewhere.values()), f"{row.number}")


def left_out(table: Table, closed: Mapping[str, Label]) -> Iterator[Reason]:
    """The columns that are not taken: refused, closed, not held, not sure, or of somebody else.

    ``closed``: what whoever takes the list in may not write, and why.
    """
    taken = {index for one in targets(table).values() for index in (one.index, one.rest)}
    for target, column in targets(table).items():
        if target in closed:
            yield Reason(column.letter, closed[target])
    for column in table.columns:
        if column.role == "serial" or column.index in taken:
            continue
        if column.refused:
            yield Reason(column.letter, column.refused)
        elif another_time(column, table):
            yield Reason(column.letter, _ANOTHER_TIME)
        elif column in table.asked():
            yield Reason(column.letter, Label("没认准，先不接收", "not sure; not taken"))
        else:
            says = Label(f"“{column.says.zh}”这次不接收", f"{column.says.en} is not taken here")
            yield Reason(column.letter, says)


_ANOTHER_TIME = Label("说的是另一段时间，与标题不同，不接收", "of another time than the title's")


def rows(
    table: Table,
    grid: Grid,
    catalogue: Mapping[str, Heading],
    *,
    today: dt.date,
    settled: Mapping[int, str] = MappingProxyType({}),
    keys: Mapping[int, UUID] = MappingProxyType({}),
    closed: Mapping[str, Label] = MappingProxyType({}),
) -> Iterator[Row]:
    """The records of a table; sums, repeated headings and blank rows are none."""
    readings = [
        Reading(target, _with_unit(column, table), catalogue, today)
        for target, column in targets(table).items() if target not in closed
    ]  # fmt: skip
    looked = [(one.at, one.target, one.plain, one) for one in readings]
    letters = {reading.target: letter(reading.column.index) for reading in readings}
    left_out = {*table.totals, *table.subtotals, *table.repeats}
    above, remarks, marks = _tops(grid, table), remarks_of(table), legend(table)
    for number in table.body:
        if number in left_out or not any(True for _ in grid.filled(number)):
            continue
        row = Row(number, letters, settled.get(number, ""), keys.get(number))
        cells = grid.rows[number - 1]
        width = len(cells)
        for at, target, plain, reading in looked:
            value = cells[at] if at < width else None
            if reading.column.rest:
                value = in_one(reading.column, value, cells)
            # Most cells say what another one of the column said: these are told at once.
            if type(value) is str and row.key is None and (said := plain.get(value)) is not None:
                row.told[target] = said
                continue
            if value is None or value == "":
                value = None
                if above and (top := above.get((number, reading.column.index))) is not None:
                    value = grid.value(top, reading.column.index)
            elif type(value) is str and value.strip() in _DITTO:
                if (same := _above(grid, number, reading.column.index, table)) is not None:
                    value = same
                    row.notes.append(Reason(cell_of(row, reading.target), _AS_ABOVE))
            if value is None and row.key is None:
                continue
            if marks and reading.coded and (word := marks.get(as_text(value))):
                value = word
                row.notes.append(Reason(cell_of(row, reading.target), AS_THE_LEGEND))
            if reading.happened and (dated := with_year(value, table.period)):
                value = dated
                row.notes.append(Reason(cell_of(row, reading.target), _OF_THE_TITLE))
            if reading.target == "person.identity" and (both := number_and_phone(value, today)):
                value = both[0]
                _beside(row, both[1], closed)
            reading.read(row, value)
        _part_the_group(row)
        _part_the_place(row)
        hold_against_number(row)
        if row.settled != AS_IS:
            row.doubts += (Reason(*said, _STILL) for said in gone(number, remarks, grid))
        if any(said.state != "blank" for said in row.told.values()) or row.wrong or row.unread:
            yield row


#: Days on which something happened; without a year they lie in the time that the title names.
_HAPPENED = frozenset(
    "move.date visit.date need.date report.date entry.date payout.date award.date encounter.date "
    "encounter.discharged stint.began stint.ended".split()
)
_OF_THE_TITLE = Label("年份按标题补上", "the year is the title's")


#: What in a cell means the value above it.
_DITTO = frozenset(("同上", "同 上", "同前", "〃", "″", "〞", "''", '"', "“", "”", "〝"))
_AS_ABOVE = Label("“同上”按上一行读取", "read as the cell above")


def _above(grid: Grid, row: int, column: int, table: Table) -> Value:
    """The value that a word for the same means: the next one above that says something.

    A sum ends a group: what is above it may be another village's.
    """
    for number in range(row - 1, table.body.first - 1, -1):
        if number in table.totals or number in table.subtotals:
            return None
        value = grid.value(number, column)
        said = number not in table.repeats and value not in (None, "")
        if said and str(value).strip() not in _DITTO:
            return value
    return None


def _beside(row: Row, phone: str, closed: Collection[str]) -> None:
    """A phone in the cell of an identity number; a column of its own says more."""
    cell = cell_of(row, "person.identity")
    row.notes.append(Reason(cell, APART))
    if "person.phone" not in closed:
        row.told.setdefault("person.phone", Told(phone))
        row.elsewhere.update({} if row.asks("person.phone") else {"person.phone": cell})


def _part_the_group(row: Row) -> None:
    """A group that is written with its village (前岫村二组) tells the village too."""
    said = row.text("household.group")
    if said and not any(target.startswith("place.") for target in row.told):
        for target, part in parted(said):
            row.told[target] = Told(part)
            row.elsewhere[target] = cell_of(row, "household.group")


def _part_the_place(row: Row) -> None:
    """Where a project is, written in one piece, where no columns name the divisions."""
    said = row.text("project.place")
    if said and not any(target.startswith("place.") for target in row.told):
        named = [one for one in parted(said) if one[0].startswith("place.")]
        for target, part in named or [("place.village", said)]:
            row.told[target] = Told(part)
            row.elsewhere[target] = cell_of(row, "project.place")


def hold_against_number(row: Row) -> None:
    """What an identity number carries (birth, sex) and a cell beside it says otherwise is asked.

    So is the number inside a disability certificate.
    """
    number = row.text("person.identity")
    if not number or row.settled == AS_IS:
        return
    try:
        carried = {"person.birth": numbers.birth_of(number), "person.sex": numbers.sex_of(number)}
    except ValueError:
        return
    if _says_less(row, "person.birth", carried["person.birth"]):
        row.doubts = [one for one in row.doubts if one.cell != cell_of(row, "person.birth")]
        del row.told["person.birth"]
    for target, meant in carried.items():
        said = row.sure(target)
        if said not in (None, "", "0", "9", meant):
            row.doubts.append(Reason(cell_of(row, target), _UNLIKE_NUMBER, _AS_WRITTEN))
    certificate = row.text("person.disability")
    if certificate and certificate[: len(number)] != number:
        row.doubts.append(
            Reason(cell_of(row, "person.disability"), _OTHER_CERTIFICATE, _AS_WRITTEN)
        )


def _says_less(row: Row, target: str, carried: object) -> bool:
    """Whether a day is told in part (its month, two digits of its year) and fits the known one."""
    said = row.told.get(target)
    if said is None or said.state != "doubtful" or not isinstance(carried, dt.date):
        return False
    if isinstance(said.value, Perhaps):
        return said.value.fits(carried)
    return isinstance(said.value, dt.date) and carried.replace(day=1) == said.value


_UNLIKE_NUMBER = Label(
    "与身份证号里的不一致，请核对是哪一个写错了",
    "unlike what the identity number carries; which is wrong",
)
_OTHER_CERTIFICATE = Label(
    "残疾证号里的身份证号与这一行的不一致", "the certificate carries another identity number"
)
_STILL = ((AS_IS, Label("仍然登记", "register them all the same")),)
_AS_WRITTEN = ((AS_IS, Label("都没写错，照写的接收", "neither is wrong; take them as written")),)


def _tops(grid: Grid, table: Table) -> dict[tuple[int, int], int]:
    """Of every cell that lies in one merged down a column the row in which that one begins.

    A blank cell beside such ones says nothing.
    """
    return {
        (row, span.left): span.top
        for span in grid.merged
        if span.left in table.same_as_above and span.top in table.body
        for row in range(span.top + 1, span.bottom + 1)
    }


def _with_unit(column: Column, table: Table) -> Column:
    """A column with its unit of money, which one that was not understood as such has not yet."""
    if column.unit or column.type == "money":
        return column
    said = (written(column.path[-1]).unit if column.path else "", *table.unit.split("、"))
    return replace(column, unit=next((one for one in said if one in _MONEY), ""))


_MONEY = ("元", "千元", "万元", "亿元")


class Reading:
    """How one column is read; what stands in many of its cells is read once."""

    def __init__(
        self, target: str, column: Column, catalogue: Mapping[str, Heading], today: dt.date
    ) -> None:
        self.target, self.column, self.today = target, column, today
        self.at = column.index - 1
        self.named, self.happened = target.endswith(".name"), target in _HAPPENED
        heading = catalogue.get("income.amount" if "#" in target else target)
        self.coded = heading is not None and bool(heading.codes)
        counts = heading is not None and heading.type == "money" and column.unit
        self.heading = replace(heading, unit=column.unit) if heading and counts else heading
        self.reader = reader(target)
        self.known: dict[tuple[type, Value], Told | Label] = {}
        #: Of these the words that say one thing and ask nothing, whatever row they stand in.
        self.plain: dict[str, Told] = {}

    def read(self, row: Row, value: Value) -> None:
        """Lay a cell's value into its row, or why it cannot be read."""
        if row.key is not None and self.named:
            # By its mark it is known who is meant; what stands there says whether that was changed.
            row.told[self.target] = nothing(value) or Told(as_text(value))
            return
        said = self.known.get((type(value), value)) or self._look(value)
        if isinstance(said, Label):
            reasons = row.wrong if self.target in NEEDED else row.unread
            reasons.append(Reason(cell_of(row, self.target), said))
            return
        if said is BLANK:
            return
        row.told[self.target] = said
        if said.notes:
            row.notes += [Reason(cell_of(row, self.target), note) for note in said.notes]
        if said.asks:
            _ask(row, self.target, cell_of(row, self.target), said)

    def _look(self, value: Value) -> Told | Label:
        said: Told | Label
        written = value
        try:
            if self.heading is not None:
                value = as_asked(self.column.heading, self.heading, value)
            said = self.reader(value, self.heading, self.today)
        except (WrongValue, numbers.NumberError, CodeError) as wrong:
            said = wrong.label
        if len(self.known) < _KEPT:
            self.known[type(written), written] = said
            if isinstance(said, Told) and isinstance(written, str) and self._plainly(said):
                self.plain[written] = said
        return said

    def _plainly(self, said: Told) -> bool:
        """Whether nothing is to be noted or asked beside what a cell says."""
        return not (said is BLANK or said.notes or said.asks or self.happened)


#: So many values of one column are kept as they were read.
_KEPT = 2_000


_LOOK = Label("请核对", "look at it again")


def _ask(row: Row, target: str, cell: str, said: Told) -> None:
    """A value that could be two things, unless a person decided: right as written, or not known."""
    choices: tuple[tuple[str, Label], ...] = ()
    if said.state == "unknown":
        choices = ((AS_IS, Label("按未知处理，台账不变", "take it as not known; nothing changes")),)
    elif said.asks is GONE:
        choices = _STILL
    elif target.endswith(".name"):
        choices = ((AS_IS, Label("写得没错，就叫这个名字", "it is right as written")),)
    elif isinstance(said.value, int):
        choices = ((AS_IS, Label("写得没错，就是这么多", "it is right as written")),)
    if not choices or row.settled != AS_IS:
        row.doubts.append(Reason(cell, said.asks or _LOOK, choices))
    elif said.state == "doubtful":
        row.told[target] = replace(said, state="sure")
