"""What taking in a made list would write, held against what is true of the people it is about."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from bangfu.intake.answers import plainly
from bangfu.intake.asked import target_in, targets
from bangfu.intake.card_sheets import together
from bangfu.intake.judging import judge
from bangfu.intake.kinds import kind_of
from bangfu.intake.under import under_of
from bangfu.intake.verdicts import Judged, Verdict
from bangfu.jobs.made_lists import COLLECTED, HARDSHIP, World
from bangfu.jobs.made_questions import means
from bangfu.jobs.made_workbooks import ListColumn, ListRow, MadeWorkbook
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.intake_rows import NewRecord
from bangfu.ledger.models import Place, Subject
from bangfu.tables.catalogue import Catalogue
from bangfu.tables.headings import canonical, plain
from bangfu.tables.understand import understand
from bangfu.tables.understood import Column, Sheet, Table

BY = By(None, "command")
_WHOLE = ("person", "household", "measure")
#: Whoever a row is about, by the headings under which lists name them.
_WHOM = frozenset(("subject.name", "household.name", "person.name"))
#: What the actions of records are told, and the target that it answers.
_TOLD: Mapping[str, Mapping[str, str]] = {
    "pairing.make": {"helper": "helper.helpers", "on": "pairing.began"},
    "activity.visit": {"on": "visit.date", "who": "helper.helpers", "note": "visit.note",
                       "mode": "visit.mode", "raised": "need.text"},
    "need.raise_": {"on": "need.date", "text": "need.text", "kind": "need.kind",
                    "due": "need.due", "closed": "need.closed", "organisation": "helper.unit"},
    "enrolment.take_in": {"on": "enrolment.began", "grounds": "enrolment.grounds"},
    "class.give": {"option": "class.option", "on": "class.began", "grounds": "class.grounds"},
    "measure.progress": {"measure": "measure.title", "amount": "report.amount",
                         "on": "report.date", "note": "report.note"},
}  # fmt: skip
#: Days that stand for a row that gives none: the list's own.
_OF_THE_LIST = ("pairing.began", "need.date", "enrolment.began", "class.began", "report.date")
#: Words in which a break of lines says nothing.
_LONG = (".note", ".text", ".grounds")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A value that would be written and is not true."""

    file: str
    row: int
    target: str
    written: str
    true: str


@dataclass(slots=True)
class Tally:
    """Columns and rows, and what became of them."""

    lists: int = 0
    kinds: int = 0
    columns: Counter[bool] = field(default_factory=Counter)
    right: Counter[bool] = field(default_factory=Counter)
    unasked: Counter[bool] = field(default_factory=Counter)
    elsewhere: int = 0
    rows: Counter[bool] = field(default_factory=Counter)
    good: Counter[bool] = field(default_factory=Counter)
    defects: int = 0
    losing: int = 0
    values: int = 0
    wrong: list[Wrong] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """The shares, as printed; of rows those that hold no defect beside those that do."""
        said: dict[str, Any] = {"lists": self.lists, "kinds": self.kinds}
        for known, name in ((True, "known"), (False, "held_back")):
            count = max(1, self.columns[known])
            said[f"{name}_columns"] = self.columns[known]
            said[f"{name}_right"] = round(self.right[known] / count, 4)
            said[f"{name}_unasked"] = round(self.unasked[known] / count, 4)
        said["elsewhere"] = self.elsewhere
        for clean, name in ((True, "clean"), (False, "spoilt")):
            said[f"{name}_rows"] = self.rows[clean]
            said[f"{name}_taken"] = round(self.good[clean] / max(1, self.rows[clean]), 4)
        return said | {"defects": self.defects, "losing": self.losing, "values": self.values,
                       "wrong": len(self.wrong)}  # fmt: skip


@dataclass(frozen=True)
class Ledger:
    """The world as far as it is on record: who of it, by serial, and who helps, by name."""

    world: World
    persons: Mapping[int, UUID]
    homes: Mapping[int, UUID]
    helpers: Mapping[str, UUID]


def hold(made: MadeWorkbook, path: Path, ledger: Ledger, tally: Tally, reader: Catalogue) -> None:
    """Take a list through understanding and judging, and count what is right of it."""
    path.write_bytes(made.content)
    tally.lists += 1
    tally.defects += len(made.defects)
    tally.losing += sum(one.losing for one in made.defects)
    tables = list(together(understand(path, reader)).tables())
    sheet, table = max(tables, key=lambda one: len(one[1].body), default=(None, None))
    if sheet is None or table is None:
        tally.columns.update(one.known for one in made.columns)
        return
    tally.kinds += kind_of(table) == made.kind
    _columns(made, table, tally)
    judged = _judged(made, sheet, table)
    if judged is not None:
        _rows(made, judged, ledger, tally)


def _judged(made: MadeWorkbook, sheet: Sheet, table: Table) -> Judged | None:
    under = under_of(None, kind_of(table), COLLECTED, made.under)
    return judge(by=BY, sheet=sheet, table=table, on=COLLECTED, under=under, source=made.name)


def _columns(made: MadeWorkbook, table: Table, tally: Tally) -> None:
    taken = {column.index: target for target, column in targets(table).items()}
    meant = {column.index: _meant(column, made.kind) for column in table.columns}
    for key in made.columns:
        said = taken.get(key.column, "")
        tally.columns[key.known] += 1
        tally.right[key.known] += _same(key, said or meant.get(key.column, ""))
        tally.unasked[key.known] += _same(key, said)
        tally.elsewhere += bool(said) and not _same(key, said)


def _meant(column: Column, kind: str) -> str:
    """What a column is taken to ask, though it may be asked first whether that is so."""
    return plainly(column.heading, kind) or target_in(column, kind)


def _same(key: ListColumn, said: str) -> bool:
    if said == key.target or {said, key.target} <= _WHOM:
        return True
    name = canonical(plain(key.heading))
    return not key.known and bool(said) and said in means().get(name, ())


# ── rows ──────────────────────────────────────────────────────────────────────────────────────


def _rows(made: MadeWorkbook, judged: Judged, ledger: Ledger, tally: Tally) -> None:
    spoilt = {one.row for one in made.defects}
    verdicts = {verdict.row: verdict for verdict in judged.verdicts}
    keys = {row.row: row for row in made.rows}
    for key in made.rows:
        if made.kind not in _WHOLE and key.serial not in ledger.persons:
            continue  # about somebody who is not on record, and refused for that
        verdict = verdicts.get(key.row)
        tally.rows[key.row not in spoilt] += 1
        fine = verdict is not None and verdict.sort in ("new", "changes", "unchanged")
        tally.good[key.row not in spoilt] += fine
    homes: dict[UUID, set[int]] = {}
    for verdict in judged.verdicts:
        if not verdict.good:
            continue
        if verdict.row not in keys:
            tally.wrong.append(Wrong(made.name, verdict.row, "row", verdict.name, "no record"))
            continue
        said = list(_written(verdict))
        tally.values += len(said)
        tally.wrong += _untrue(made, keys[verdict.row], said, ledger)
        if verdict.home is not None:
            home = _person(ledger.world, keys[verdict.row].serial).household
            homes.setdefault(verdict.home.key, set()).add(home)
    mixed = [numbers for numbers in homes.values() if len(numbers) > 1]
    tally.wrong += [Wrong(made.name, 0, "household", "one", f"{numbers}") for numbers in mixed]


def _untrue(
    made: MadeWorkbook, key: ListRow, said: list[tuple[str, Any]], ledger: Ledger
) -> Iterator[Wrong]:
    for target, value in said:
        true = _true(made, key, target, ledger)
        if target.endswith(_LONG):
            value, true = "".join(str(value).split()), "".join(str(true).split())
        fits = value in true if isinstance(true, tuple) else value == true
        by_default = target in _OF_THE_LIST and value == COLLECTED
        if not fits and not by_default and value not in ("", None, ()):
            yield Wrong(made.name, key.row, target, repr(value), repr(true))


def _person(world: World, serial: int) -> Any:
    return world.told[serial - 1].person


def _true(made: MadeWorkbook, key: ListRow, target: str, ledger: Ledger) -> Any:
    """What is true under a target; several, where either may be written."""
    world = ledger.world
    about = world.told[key.serial - 1]
    person = about.person
    home = world.homes[person.household]
    if target == "subject":
        held = (ledger.persons.get(person.serial), ledger.homes.get(person.household))
        heads = ledger.persons.get(home[0].person.serial)
        return (*held, heads)
    if target == "place":
        return about.village.code
    if target == "helper.helpers":
        return ledger.helpers.get(key.true.get("helper.helpers", ""))
    if target == "household.name":
        return home[0].person.name
    own = {"person.name": person.name, "person.sex": person.sex, "person.birth": person.birth,
           "person.identity": person.identity, "person.phone": person.phone,
           "person.relation": person.relation, "person.education": person.education}  # fmt: skip
    return own[target] if target in own else key.true.get(target)


def _written(verdict: Verdict) -> Iterator[tuple[str, Any]]:
    """Everything that accepting a row writes, each under its target."""
    if verdict.person is not None:
        yield "person.name", verdict.person.name
        yield "place", _code_of(verdict.person.place)
        yield from ((f"person.{key}", value) for key, value in verdict.person.sheet.items())
    if verdict.home is not None:
        yield "household.name", verdict.home.name
        yield "place", _code_of(verdict.home.place)
        yield from ((f"household.{key}", value) for key, value in verdict.home.sheet.items())
        yield from ((f"household.{key}_verdict", v) for key, v in verdict.home.verdicts.items())
    for change in verdict.changes:
        yield "subject", change.subject
        kind, tail = ("household", "_verdict") if change.kind == "assurance" else (change.kind, "")
        yield from ((f"{kind}.{key}{tail}", value) for key, value in change.sheet.items())
    for record in verdict.records:
        yield from _of_record(record)


def _of_record(record: NewRecord) -> Iterator[tuple[str, Any]]:
    told = dict(record.told)
    if isinstance(told.get("subject"), Subject):
        yield "subject", told["subject"].fact
    if record.verb == "income.enter":
        yield f"income.{told['kind']}#{told['item']}", told["amount"]
    for name, target in _TOLD.get(record.verb, {}).items():
        value = told.get(name)
        for one in value if isinstance(value, tuple | list) else (value,):
            yield target, _plain(target, one)


def _plain(target: str, value: Any) -> Any:
    if isinstance(value, tuple):
        return value[1]
    if target == "helper.helpers":
        return getattr(value, "fact", None)
    if target == "class.option":
        return HARDSHIP.get(value, value)
    if target == "measure.title":
        return getattr(value, "title", value)
    if target == "helper.unit":
        return getattr(value, "name", value)
    return value if isinstance(value, dt.date) else value


def _code_of(place: Place | None) -> str:
    return place.code if place is not None else ""
