"""The rows of an understood table as values of the ledger's fields, cell by cell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

from bangfu.intake.answers import ESSENTIAL, NAMES, line_of, target_of, told_in_words
from bangfu.intake.kinds import WHOLE, kind_of
from bangfu.ledger import numbers
from bangfu.ledger.codes import ASSURANCE, CodeError, read_several
from bangfu.ledger.vocabulary.household import MORE as HOUSE
from bangfu.ledger.vocabulary.household import RISKS
from bangfu.ledger.vocabulary.person import MORE as MEMBER
from bangfu.programmes.kinds import Label
from bangfu.tables import told, values
from bangfu.tables.catalogue import Heading
from bangfu.tables.days import day
from bangfu.tables.grid import Grid, Value, letter
from bangfu.tables.told import BLANK, Told, WrongValue, as_text, nothing
from bangfu.tables.understood import SURE, Column, Table

#: What a list of persons or households writes: the field, and what is written with it.
PERSON = (
    "name", "identity", "phone", "sex", "birth", "education", "relation", "work_region",
    *(one.key for one in MEMBER),
)  # fmt: skip
HOUSEHOLD = ("name", "size", "group", "kind", *(one.key for one in HOUSE))
#: What is judged of a household, and so becomes a verdict of the day of the list.
ASSURED = tuple(f"{kind}_verdict" for kind in ASSURANCE)
#: How a person decides a doubt: somebody new, or just as it is written.
NEW, AS_IS = "new", "as_is"
PLACES = ("province", "prefecture", "county", "township", "village")
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

    ``columns`` are the letters of the columns that answer the targets, the same for all rows.
    ``settled`` is how a person decided its doubts: ``new``, ``as_is``, or the key of who is meant.
    ``key`` is the record that the row is, in a workbook that was given out here. ``unread`` are
    cells that say nothing that can be read and are not needed: the rest of the row goes on.
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

    def sure(self, target: str) -> object:
        """The value of a target where the row surely gives one, else ``None``."""
        said = self.told.get(target)
        return said.value if said is not None and said.state == "sure" else None

    def text(self, target: str) -> str:
        """The same as words; an empty text where there are none."""
        return str(self.sure(target) or "")


def cell_of(row: Row, target: str) -> str:
    """The cell that gives a target; where none does, the row's first.

    A household is called by its head, so its name stands for the head's.
    """
    letters = row.columns.get(target)
    if letters is None and target == "person.name":
        letters = row.columns.get("household.name")
    if letters is None:
        letters = next(iter(row.columns.values()), "")
    return f"{letters}{row.number}"


def targets(table: Table) -> dict[str, Column]:
    """Which column answers which target; what is not sure or not taken answers none."""
    found: dict[str, Column] = {}
    kind = kind_of(table)
    for column in table.columns:
        if column.role in ("value", "key") and column.confidence >= SURE:
            if target := _target(column, kind):
                found.setdefault(target, column)
    return found if kind != "income" else _without_wholes(found)


def _without_wholes(found: dict[str, Column]) -> dict[str, Column]:
    """Of a sum and its parts in one list the parts alone: nothing is counted twice."""
    above = {heading for column in found.values() for heading in column.path[:-1]}
    return {t: c for t, c in found.items() if "#" not in t or c.heading not in above}


def _target(column: Column, kind: str) -> str:
    if column.party == "place":
        return _place_target(column)
    if column.field is None and not (kind == "income" and column.type == "money"):
        return told_in_words(column.says.zh, kind) if kind not in WHOLE else ""
    if kind == "income" and column.type == "money" and (line := line_of(column.field, column.path)):
        return line
    if kind not in WHOLE:
        return target_of(column.field or "", column.party, kind)
    assert column.field is not None
    of, _, key = column.field.partition(".")
    if column.field == "person.household":
        return "household.number"
    if of == "person" and key in PERSON and column.party in ("row", "head"):
        return column.field
    if (
        of == "household"
        and key in (*HOUSEHOLD, *ASSURED)
        and column.party in ("row", "head", "household")
    ):
        return column.field
    return ""


def _place_target(column: Column) -> str:
    if column.field == "household.group":
        return "household.group"
    level = next((name for name in PLACES if column.says.en.lower().startswith(name)), "")
    return f"place.{level}" if level else ""


def left_out(table: Table) -> Iterator[Reason]:
    """The columns that are not taken: refused, not held, not sure, or of somebody else."""
    taken = {column.index for column in targets(table).values()}
    for column in table.columns:
        if column.role == "serial" or column.index in taken:
            continue
        if column.refused:
            yield Reason(column.letter, column.refused)
        elif column in table.asked():
            yield Reason(column.letter, Label("没认准,先不接收", "not sure; not taken"))
        else:
            says = Label(f"“{column.says.zh}”这次不接收", f"{column.says.en} is not taken here")
            yield Reason(column.letter, says)


def rows(
    table: Table,
    grid: Grid,
    catalogue: Mapping[str, Heading],
    *,
    today: dt.date,
    settled: Mapping[int, str] = MappingProxyType({}),
    keys: Mapping[int, UUID] = MappingProxyType({}),
) -> Iterator[Row]:
    """The records of a table; sums, repeated headings and blank rows are none."""
    readers = [
        _Reading(target, column, catalogue, today) for target, column in targets(table).items()
    ]
    letters = {reading.target: letter(reading.column.index) for reading in readers}
    left_out = {*table.totals, *table.subtotals, *table.repeats}
    above: dict[int, Value] = {}
    for number in table.body:
        if number in left_out or not any(True for _ in grid.filled(number)):
            continue
        row = Row(number, letters, settled.get(number, ""), keys.get(number))
        for reading in readers:
            reading.read(row, _value(grid, number, reading.column.index, table, above))
        if any(said.state != "blank" for said in row.told.values()) or row.wrong or row.unread:
            yield row


def _value(grid: Grid, row: int, column: int, table: Table, above: dict[int, Value]) -> Value:
    """A cell; in a column merged down, a blank one says the same as above."""
    value = grid.value(row, column)
    if column in table.same_as_above:
        value = above[column] = value if value is not None else above.get(column)
    return value


class _Reading:
    """How one column is read; what stands in many of its cells is read once."""

    def __init__(
        self, target: str, column: Column, catalogue: Mapping[str, Heading], today: dt.date
    ) -> None:
        self.target, self.column, self.today = target, column, today
        self.named = target.endswith(".name")
        heading = catalogue.get("income.amount" if "#" in target else target)
        self.heading = replace(heading, unit=column.unit) if heading and column.unit else heading
        self.reader = _money if "#" in target else _READ[target.partition(".")[2]]
        self.known: dict[tuple[type, Value], Told | Label] = {}

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
        try:
            said = self.reader(value, self.heading, self.today)
        except (WrongValue, numbers.NumberError, CodeError) as wrong:
            said = wrong.label
        if len(self.known) < _KEPT:
            self.known[type(value), value] = said
        return said


#: So many values of one column are kept as they were read.
_KEPT = 2_000


_LOOK = Label("请核对", "look at it again")


def _ask(row: Row, target: str, cell: str, said: Told) -> None:
    """A value that could be two things, unless a person decided: right as written, or not known."""
    choices: tuple[tuple[str, Label], ...] = ()
    if said.state == "unknown":
        choices = ((AS_IS, Label("按未知处理,台账不变", "take it as not known; nothing changes")),)
    elif target.endswith(".name"):
        choices = ((AS_IS, Label("写得没错,就叫这个名字", "it is right as written")),)
    if not choices or row.settled != AS_IS:
        row.doubts.append(Reason(cell, said.asks or _LOOK, choices))
    elif said.state == "doubtful":
        row.told[target] = replace(said, state="sure")


_Reader = Callable[[Value, Heading | None, dt.date], Told]


def identity(value: Value, today: dt.date) -> Told:
    """An identity number; one that a spreadsheet has rounded is refused and never guessed."""
    if (said := nothing(value)) is not None:
        return _as_shown(said, value)
    if isinstance(value, float | int) and abs(value) >= 1e15:
        raise WrongValue(
            "号码在表格里存成了数字,末几位已经丢失;请把这一列设为文本格式,照证件重新填写",
            "the number was stored as a figure and has lost its last digits; format the column as "
            "text and type it again from the document",
        )
    return Told(numbers.read_identity(as_text(value), today=today, archive=False))


def _identity(value: Value, heading: Heading | None, today: dt.date) -> Told:
    return identity(value, today)


def _phone(value: Value, heading: Heading | None, today: dt.date) -> Told:
    said = nothing(value)
    return Told(numbers.read_phone(as_text(value))) if said is None else _as_shown(said, value)


def _as_shown(said: Told, value: Value) -> Told:
    """A masked number with what is left of it, to be held against the one on record."""
    return replace(said, value=as_text(value)) if said.state == "unknown" else said


def _code(value: Value, heading: Heading | None, today: dt.date) -> Told:
    return values.code(value, heading.codes if heading else {})


def _birth(value: Value, heading: Heading | None, today: dt.date) -> Told:
    return day(value, today=today)


def _planned(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """A day that may lie ahead: until when something is to be done, or goes on."""
    return day(value, today=today, planned=True)


def _size(value: Value, heading: Heading | None, today: dt.date) -> Told:
    said = values.within(values.number(value), 1, 40, "家庭人口应在1到40之间", "1 to 40 members")
    if said.state == "sure" and not isinstance(said.value, int):
        raise WrongValue("家庭人口应为整数", "members are a whole number")
    return said


def _name(value: Value, heading: Heading | None, today: dt.date) -> Told:
    return told.name(value)


def _words(value: Value, heading: Heading | None, today: dt.date) -> Told:
    return _short(told.words(value), 60)


def _group(value: Value, heading: Heading | None, today: dt.date) -> Told:
    return _short(told.words(value), 30)


def _short(said: Told, most: int) -> Told:
    """Words that fit into their column; what is longer is refused and never cut."""
    if said.state == "sure" and len(str(said.value)) > most:
        raise WrongValue(f"超过{most}个字,请缩短", f"more than {most} characters; shorten it")
    return said


def _flag(value: Value, heading: Heading | None, today: dt.date) -> Told:
    return values.flag(value)


def _money(value: Value, heading: Heading | None, today: dt.date) -> Told:
    told = values.money(value, unit=heading.unit if heading else "元")
    return values.within(told, 0, 10**12, "金额不能是负数", "an amount is not below nothing")


def _months(value: Value, heading: Heading | None, today: dt.date) -> Told:
    said = values.within(values.number(value), 0, 12, "月数应在0到12之间", "0 to 12 months")
    if said.state == "sure" and not isinstance(said.value, int):
        raise WrongValue("月数应为整数", "months are a whole number")
    return said


def _measured(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """A size or a distance, with two decimals."""
    told = values.within(values.number(value), 0, 9_999, "应在0到9999之间", "0 to 9999")
    if told.state == "sure":
        return replace(told, value=Decimal(str(told.value)).quantize(Decimal("0.01")))
    return told


def _disability(value: Value, heading: Heading | None, today: dt.date) -> Told:
    if (said := nothing(value)) is not None:
        return said
    return Told(numbers.read_disability(as_text(value), today=today))


def _risks(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """Up to five risks in one cell, in their order."""
    if (said := nothing(value)) is not None:
        return said
    return Told(read_several("risk", as_text(value), most=RISKS))


def _names(value: Value, heading: Heading | None, today: dt.date) -> Told:
    """One name or several in a cell, parted in one way."""
    if (said := nothing(value)) is not None:
        return said
    read = [told.name(part) for part in _SEVERAL.split(as_text(value)) if part.strip()]
    doubtful = next((one for one in read if one.state != "sure"), None)
    names = "、".join(str(one.value) for one in read)
    return Told(names) if doubtful is None else replace(doubtful, value=names)


_SEVERAL = re.compile(r"[、,,;;//]|\s{2,}")


def _long(value: Value, heading: Heading | None, today: dt.date) -> Told:
    return _short(told.words(value), 500)


def _line(value: Value, heading: Heading | None, today: dt.date) -> Told:
    return _short(told.words(value), 100)


#: How a field of the collection form is read, by its type; what is not so stands by its key.
_BY_TYPE: Mapping[str, _Reader] = {
    "code": _code, "ranked": _code, "flag": _flag, "money": _money, "number": _measured,
    "day": _birth,
}  # fmt: skip
_READ: Mapping[str, _Reader] = {
    **{one.key: _BY_TYPE[one.type] for one in (*MEMBER, *HOUSE) if one.type in _BY_TYPE},
    **dict.fromkeys(ASSURED, _code),
    "work_months": _months, "post_months": _months, "disability": _disability, "risks": _risks,
    "name": _name, "identity": _identity, "phone": _phone, "sex": _code, "birth": _birth,
    "education": _code, "relation": _code, "work_region": _words, "size": _size, "group": _group,
    "kind": _code, "number": _words, **dict.fromkeys(PLACES, _words),
    **dict.fromkeys(("began", "date", "closed", "first_day"), _birth),
    **dict.fromkeys(("ended", "due"), _planned),
    **dict.fromkeys(("note", "text", "evidence", "grounds"), _long),
    **dict.fromkeys(("unit", "end_reason", "item", "topic", "option"), _line),
    "helpers": _names, "mode": _code, "amount": _money,
}  # fmt: skip
