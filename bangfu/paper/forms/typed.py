"""What somebody types for blank cells: which of it a record can hold, and how it gets there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from bangfu.ledger import vault
from bangfu.ledger.access import allowed_among
from bangfu.ledger.actions import assurance as assurances
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.codes import ASSURANCE
from bangfu.ledger.models import Subject, User
from bangfu.paper.forms.blanks import Blank
from bangfu.programmes.kinds import Label

#: In which cells something may be typed: nobody answers for what is closed or may not be asked.
TYPED = ("unrecorded", "not_held", "unclear")
_VERDICT = "_verdict"
#: These are records or subjects of their own and not a word on a sheet.
_NOT_HERE = frozenset(("household", "head", "living_place"))
_HELD: Mapping[str, frozenset[str]] = {
    "person": frozenset((*persons.PLAIN, *persons.SEALED)) - _NOT_HERE,
    "household": frozenset((*households.PLAIN, *households.SEALED)) - _NOT_HERE - {"source"}
    | {f"{kind}{_VERDICT}" for kind in ASSURANCE},
}
#: Why something that is typed stays in the form alone.
NO_FIELD = Label("系统没有这一项，只写进这张表", "not held here: it stands in this form only")
SEVERAL = Label(
    "一格要填几项，只写进这张表", "one cell asks for several things: it stands in this form only"
)
NO_RECORD = Label(
    "要先登记这个人、户或单位，只写进这张表", "there is no record yet: it stands in this form only"
)
NOT_YOURS = Label(
    "您不能改这条记录，只写进这张表", "you may not change the record: it stands in this form only"
)
ELSEWHERE = Label(
    "要在它自己的页面上登记，只写进这张表", "entered on its own page: it stands in this form only"
)


@dataclass(frozen=True, slots=True)
class Target:
    """The field of a record in which a value comes to stand."""

    kind: str
    record: UUID
    field: str

    @property
    def verb(self) -> str:
        """The action that writes it."""
        return "assurance.judge" if self.field.endswith(_VERDICT) else f"{self.kind}.update"


def target_of(blank: Blank) -> Target | Label:
    """Where the value of a blank cell would be kept on record; else why in the form alone."""
    source = blank.column.source
    one = source.field
    if source.parts:
        return SEVERAL
    if source.then or source.year:
        # What was so at an earlier time is no fact of today.
        return ELSEWHERE
    if blank.reason != "unrecorded" or one is None:
        return NO_FIELD
    if blank.held is None:
        return NO_RECORD
    if one.key not in _HELD.get(blank.kind, ()):
        return ELSEWHERE
    return Target(blank.kind, blank.held, one.key)


def once_each(blanks: Iterable[Blank], user: User | None) -> list[tuple[Blank, Target | Label]]:
    """The cells in which something may be typed; one field of one record is asked for once."""
    cells = [(blank, target_of(blank)) for blank in blanks if blank.reason in TYPED]
    allowed = _allowed((target for _, target in cells if isinstance(target, Target)), user)
    found: list[tuple[Blank, Target | Label]] = []
    seen: set[Target] = set()
    for blank, target in cells:
        if isinstance(target, Target):
            if target in seen:
                continue
            seen.add(target)
            if allowed is not None and (target.verb, target.record) not in allowed:
                target = NOT_YOURS
        found.append((blank, target))
    return found


def _allowed(targets: Iterable[Target], user: User | None) -> set[tuple[str, UUID]] | None:
    """Which records the account may write to, by action; everything for the operator."""
    if user is None:
        return None
    asked: dict[tuple[str, str], set[UUID]] = {}
    for target in targets:
        asked.setdefault((target.verb, target.kind), set()).add(target.record)
    return {
        (verb, key)
        for (verb, kind), keys in asked.items()
        for key in allowed_among(user, verb, kind, keys)
    }


@dataclass(slots=True)
class Written:
    """What became of typed values: the targets on record, and those refused, with the reason."""

    taken: list[Target] = field(default_factory=list)
    refused: dict[Target, Refused] = field(default_factory=dict)


def write(*, by: By, told: Mapping[Target, Any], on: dt.date, source: str) -> Written:
    """Write typed values through the actions, record by record; one that is refused stops no other.

    Each record's values are one event, collected on a day from a source. The same values sent
    again under the same key change nothing.
    """
    together: dict[tuple[str, UUID], dict[Target, Any]] = {}
    for target, value in told.items():
        together.setdefault((target.verb, target.record), {})[target] = value
    done = Written()
    subjects = Subject.objects.in_bulk([record for _verb, record in together])
    for (verb, record), values in together.items():
        sheet = {target.field: value for target, value in values.items()}
        said = f"{verb} {record} {on} {sorted(sheet.items(), key=lambda pair: pair[0])!r}"
        once = replace(by, key=_key_of(by.key, said) if by.key else None)
        try:
            _WRITES[verb](once, subjects[record], on, source, sheet)
        except Refused as refused:
            done.refused |= dict.fromkeys(values, refused)
        else:
            done.taken += values
    return done


def _key_of(key: UUID, said: str) -> UUID:
    """The key of one record's values; what was typed cannot be guessed from it."""
    return UUID(bytes=vault.keyring().prove("typed", key.bytes + said.encode())[:16], version=5)


def _judge(by: By, subject: Subject, on: dt.date, source: str, sheet: Mapping[str, Any]) -> None:
    verdicts = {key.removesuffix(_VERDICT): value for key, value in sheet.items()}
    assurances.judge(by=by, subject=subject, on=on, verdicts=verdicts, evidence=source)


def _person(by: By, subject: Subject, on: dt.date, source: str, sheet: Mapping[str, Any]) -> None:
    persons.update(by=by, subject=subject, on=on, source=source, **sheet)


def _home(by: By, subject: Subject, on: dt.date, source: str, sheet: Mapping[str, Any]) -> None:
    households.update(by=by, subject=subject, on=on, source=source, **sheet)


_WRITES: Mapping[str, Callable[[By, Subject, dt.date, str, Mapping[str, Any]], None]] = {
    "assurance.judge": _judge,
    "person.update": _person,
    "household.update": _home,
}
