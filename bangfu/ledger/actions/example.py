"""The records of a worked example are entered as they are drawn; whoever runs it takes them back.

An example may show what an action would refuse (a helper who is not eligible), since it asks what
a list would say of it. It is entered inside a transaction that its runner rolls back.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models

from bangfu.ledger import clock
from bangfu.ledger.access import require
from bangfu.ledger.actions import handover_steps
from bangfu.ledger.actions.event import By, Refused, action, end, insert, rule_of
from bangfu.ledger.actions.place import key_for_code
from bangfu.ledger.actions.subject import new_subject
from bangfu.ledger.conditions import model_of, sheet_of
from bangfu.ledger.models import (
    Fund,
    Handover,
    Measure,
    MeasureNeed,
    Participant,
    Place,
    Programme,
    Subject,
)
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.ledger.vocabulary.stint import PRESENT
from bangfu.programmes.kinds import SUBJECT_KINDS, Field, Kind, Label
from bangfu.programmes.problems import choose

Rows = Sequence[Mapping[str, Any]]
#: What the programme's file opens by itself, so that a drawn row names it and need not draw it.
_OF_THE_FILE: Mapping[str, Any] = {"fund": Fund, "measure": Measure}
#: Since when whatever is drawn without a day has been so.
LONG_AGO = dt.date(1900, 1, 1)


@action("example.enter")
def enter(*, by: By, programme: Programme, given: Mapping[str, tuple[Kind, Rows]]) -> list[str]:
    """Enter drawn records under their drawn names; the names, in the order of their keys.

    ``given`` holds for each heading the kind its rows are of, with the presets of the kind. A name
    that is only mentioned exists with nothing known about it.
    """
    require(by.user, "example.enter")
    drawn = _Drawn(programme)
    things = [name for name, (kind, _) in given.items() if kind.name in SUBJECT_KINDS]
    for heading in (*things, *(name for name in given if name not in things)):
        kind, rows = given[heading]
        if heading in things:
            rows = _one_after_the_other(rows)
        for number, row in enumerate(rows, start=1):
            with _of_a_row(heading, number, row):
                if row.get("later"):
                    drawn.changed(kind, row)
                elif heading in things:
                    drawn.subject(kind, row)
                else:
                    drawn.fact(kind, row)
    return [f"{key}={name}" for name, key in drawn.keys.items()]


def _one_after_the_other(rows: Rows) -> list[dict[str, Any]]:
    """Rows, those of one id each until the day before the next; all but the first are ``later``."""
    told = [dict(row) for row in rows]
    before: dict[str, dict[str, Any]] = {}
    for row in told:
        if "id" not in row or row.get("began") is None:
            continue
        if earlier := before.get(row["id"]):
            row["later"], earlier["until"] = True, row["began"] - dt.timedelta(days=1)
        before[row["id"]] = row
    return told


#: The code of a division: nobody is called so.
_CODE = re.compile(r"\d{12}")


class _NotDrawn(Exception):
    """What a drawn row lacks or names in vain."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.label = Label(zh, en)


@contextmanager
def _of_a_row(heading: str, number: int, row: Mapping[str, Any]) -> Iterator[None]:
    """Refuse a row that cannot be entered under its heading, number and name."""
    try:
        yield
    except (_NotDrawn, IntegrityError) as wrong:
        label = wrong.label if isinstance(wrong, _NotDrawn) else _against_a_rule(wrong)
        name = f"({row['id']})" if row.get("id") else ""
        raise Refused(
            "row_not_entered",
            f"given.{heading}, row {number}{name}: {label.en}",
            zh=f"given.{heading} 第 {number} 行{name}:{label.zh}",
            heading=heading,
        ) from wrong


def _against_a_rule(wrong: IntegrityError) -> Label:
    rule = rule_of(wrong)
    told = str(wrong).splitlines()[0] if rule == "contradiction" else rule
    return Label(f"不合台账的规则 {told}", f"it breaks the ledger's rule {told}")


def _unfilled(made: Any, kind: Kind) -> list[str]:
    """The columns that a record must have filled and that were left out."""
    columns = {one.name: one for one in made._meta.concrete_fields}
    return [
        key
        for key, field in kind.fields.items()
        if (column := columns.get(field.read or key)) is not None
        and not column.null
        and getattr(made, column.attname) is None
    ]


class _Drawn:
    """What was entered so far, by its drawn name."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.keys: dict[str, UUID] = {}
        self.rows: dict[str, Any] = {}

    def subject(self, kind: Kind, row: Mapping[str, Any]) -> Any:
        """A drawn thing, with a sheet of what is drawn of it."""
        name = str(row["id"])
        if name in self.rows:
            return self.rows[name]
        began = row.get("began") or LONG_AGO
        if kind.name == "place":
            made: Any = self._place(name, row, began)
        else:
            place = self._place_of(row.get("place"))
            called = str(row.get("name") or name)
            made = new_subject(kind=kind.name, name=called, place=place, began=began)
            self._sheet(kind, made, row, began)
            self._ended(made, row)
        self.keys[name], self.rows[name] = made.fact, made
        return made

    def changed(self, kind: Kind, row: Mapping[str, Any]) -> None:
        """What a thing that was drawn is from a later day on."""
        made = self.rows[str(row["id"])]
        self._sheet(kind, made, row, row["began"])
        self._ended(made, row)

    @staticmethod
    def _ended(made: Subject, row: Mapping[str, Any]) -> None:
        if row.get("ended"):
            end(made, row["ended"])

    def _place(self, name: str, row: Mapping[str, Any], began: dt.date) -> Place:
        code = name if name.isdigit() else ""
        key = key_for_code(code.ljust(12, "0")) if code else clock.new_id()
        there = Place.objects.filter(pk=key).first()
        if there is not None:
            return there
        parent = self._place_of(row.get("parent")) if row.get("parent") else self.programme.area
        assert parent is not None
        place = Place(
            id=key,
            name=str(row.get("name") or name),
            level=row.get("level") or "",
            kind=row.get("kind") or "",
            key=bool(row.get("key")),
            code=code,
            parent=parent,
            path=f"{parent.path}{code or key.hex}/",
            began=began,
            ended=row.get("ended"),
        )
        return insert(place)

    def _place_of(self, name: str | None) -> Place | None:
        """A drawn place; whatever is drawn without one lies in the programme's area."""
        if not name:
            return self.programme.area
        found: Place = self.subject(VOCABULARY["place"], {"id": name})
        return found

    def _sheet(self, kind: Kind, subject: Subject, row: Mapping[str, Any], began: dt.date) -> None:
        ended = row.get("until") or row.get("ended")
        sheet = sheet_of(kind)(fact=subject, began=began, ended=ended)
        for key, value in row.items():
            field = kind.fields.get(key)
            if field is not None and field.read.startswith("sheet."):
                self._set(sheet, field.read.removeprefix("sheet."), field, value)
        insert(sheet)

    def fact(self, kind: Kind, row: Mapping[str, Any]) -> None:
        """A drawn record of any other kind."""
        made = model_of(kind)(**kind.preset)
        if "programme" in {f.name for f in made._meta.get_fields()}:
            made.programme = self.programme
        for field in kind.fields.values():
            if field.is_answer:
                if (value := _as_answer(row.get(field.key))) is not None:
                    made.answers[field.key] = value
            elif field.key in row and self._is_column(field):
                self._set(made, field.read or field.key, field, row[field.key])
        _complete(made, self)
        try:
            insert(made)
        except IntegrityError as wrong:
            if blank := _unfilled(made, kind):
                raise _NotDrawn(
                    f"要写明 {'、'.join(blank)}", f"it needs {', '.join(blank)}"
                ) from wrong
            raise
        name = str(row.get("id") or made.pk)
        self.keys[name], self.rows[name] = made.fact, made
        if isinstance(made, Handover) and made.state == "open":
            handover_steps.begin(made)
        for part, people in self._parts(kind, row):
            insert(Participant(activity=made, subject=people, part=part))
        for number in range(int(row.get("measures") or 0) if kind.name == "need" else 0):
            self._answer(made, number)

    @staticmethod
    def _is_column(field: Field) -> bool:
        return field.type != "many" and field.compute is None and not field.is_attached

    def _parts(self, kind: Kind, row: Mapping[str, Any]) -> Iterator[tuple[str, Subject]]:
        for field in kind.fields.values():
            for name in row.get(field.key) or () if field.type == "many" else ():
                yield field.read, self._pointed(field, name)

    def _answer(self, need: Any, number: int) -> None:
        measure = Measure(programme=self.programme, name=f"m{number}_{need.pk.hex}", title="…")
        measure.began = LONG_AGO
        insert(measure)
        insert(MeasureNeed(measure=measure, need=need))

    def _set(self, row: Any, column: str, field: Field, value: Any) -> None:
        if value is None or value == "":
            return
        if field.type == "one":
            value = self._pointed(field, value)
        elif isinstance(value, Fraction):
            value = Decimal(value.numerator) / Decimal(value.denominator)
        elif isinstance(row._meta.get_field(column), models.BinaryField):
            if field.index:
                told = hashlib.blake2b(str(value).encode(), digest_size=16).digest()
                setattr(row, field.index.removeprefix("sheet."), told)
            value = str(value).encode()
        setattr(row, column, value)

    def _pointed(self, field: Field, name: str) -> Any:
        if name in self.rows:
            found = self.rows[name]
            if field.to != "place":
                return self._as_subject(found)
            if isinstance(found, Place):
                return found
            raise _NotDrawn(
                f"“{name}”前面画成了别的，不是地方，先画 given.place",
                f"{name} was drawn before as something else than a place: draw given.place first",
            )
        if field.to in _OF_THE_FILE:
            return self._of_the_file(field, name)
        if field.to == "place":
            return self._place_of(name)
        if field.to == "subject" and _CODE.fullmatch(name):
            return self._as_subject(self._place_of(name))
        kind = "person" if field.to == "subject" else field.to
        if kind not in SUBJECT_KINDS:
            raise _NotDrawn(
                f"“{field.label.zh}”里的“{name}”前面没有画出,先画 given.{kind}",
                f"{name} in “{field.label.en}” is not drawn before: draw given.{kind} first",
            )
        return self.subject(VOCABULARY[kind], {"id": name})

    def _of_the_file(self, field: Field, name: str) -> Any:
        """A fund or measure, which the file itself opens, by its name there."""
        rows = _OF_THE_FILE[field.to].objects.current().filter(programme=self.programme)
        if found := rows.filter(name=name).first():
            return found
        known = list(rows.order_by("name").values_list("name", flat=True))
        cure = choose(name, known)
        raise _NotDrawn(
            f"文件的 [{field.to}] 里没有“{name}”。{cure.zh}",
            f"the file has no [{field.to}] called {name}. {cure.en}",
        )

    def _as_subject(self, found: Any) -> Any:
        if not isinstance(found, Place):
            return found
        there = Subject.objects.filter(pk=found.pk).first()
        return there or new_subject(
            kind="place", name=found.name, place=found, began=found.began, key=found.pk
        )


def _as_answer(value: Any) -> Any:
    """A drawn answer as it is kept: days written out, several words in a row."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    return list(value) if isinstance(value, tuple) else value


def _complete_stint(row: Any) -> None:
    """What follows from the kind and the days of somebody's days there or leave."""
    row.present = row.kind in PRESENT if row.present is None else row.present
    row.noted, row.days = row.began, row.ended and (row.ended - row.began).days + 1


def _complete(row: Any, drawn: _Drawn) -> None:
    """Fill in what the table needs but a drawing leaves out."""
    names = {f.name for f in row._meta.get_fields()}
    if "began" in names and row.began is None:
        row.began = LONG_AGO
    if "signed" in names and row.signed is None:
        row.signed = row.began
    if (
        "place" in names
        and row.place_id is None
        and row._meta.model_name in ("activity", "statistic")
    ):
        row.place = drawn.programme.area
    if row._meta.model_name == "need" and row.subject_id is None:
        row.subject = drawn._as_subject(drawn.programme.area)
    if row._meta.model_name == "post" and row.organisation_id is None:
        row.organisation = drawn.subject(VOCABULARY["organisation"], {"id": "…"})
    if row._meta.model_name == "stint":
        _complete_stint(row)
    if row._meta.model_name == "entry" and row.fund_id is None:
        row.fund = Fund.objects.current().filter(programme=drawn.programme).first()
    if row._meta.model_name == "handover" and row.together is None:
        row.together = clock.new_id()
    if row._meta.model_name == "document" and row.status == "issued" and row.known_at is None:
        row.known_at = clock.now()
    if row._meta.model_name == "statistic" and not row.source:
        row.source = "…"
