"""What the names of a started programme mean on a day: its file as it was in force then."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.models import Programme as ProgrammeRow
from bangfu.ledger.models import ProgrammeVersion
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once
from bangfu.ledger.prepared import Question, asked
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Kind, Label
from bangfu.programmes.loader import load
from bangfu.programmes.programme import Programme
from bangfu.programmes.schema import Class, Duty, Organisation, Pairing


class NotInForce(Exception):
    """On that day the programme had no file: it had not begun, or was not yet known."""


@functools.lru_cache(maxsize=64)
def read(text: str, name: str) -> Programme:
    """A programme file, read once for each text; ProgrammeErrors names every fault."""
    return load(text, name=name, vocabulary=VOCABULARY)


@functools.lru_cache(maxsize=64)
def standing(text: str, name: str) -> Programme:
    """A version that was started, as it was understood then, read once for each text."""
    return load(text, name=name, vocabulary=VOCABULARY, standing=True)


def version_at(programme: ProgrammeRow, moment: Moment) -> ProgrammeVersion:
    """The version of the file that was in force; before its first day, the first one."""
    found = _version_at(programme.fact_key, moment)
    if found is None:
        raise NotInForce(f"{programme.name} had no file that was known on that date")
    return found


@once
def _version_at(programme: UUID, moment: Moment) -> ProgrammeVersion | None:
    def of(keys: Sequence[UUID]) -> QuerySet[ProgrammeVersion]:
        return ProgrammeVersion.objects.at(moment).filter(programme__in=keys).order_by("pk")

    found: list[ProgrammeVersion] = asked(Question(("version", moment), of), [programme])
    if found:
        return found[0]
    versions = ProgrammeVersion.objects.known(moment.known_at).filter(programme=programme)
    return versions.order_by("began").first()


@dataclass(frozen=True)
class Meaning:
    """A programme and its file: hands conditions what their names stand for."""

    row: ProgrammeRow
    file: Programme

    @classmethod
    def of(cls, row: ProgrammeRow, moment: Moment | None = None) -> Meaning:
        """The programme as it was decided at a moment."""
        version = version_at(row, moment or Moment.present())
        return cls(row, standing(version.text, row.name))

    def programme_key(self) -> UUID:
        """The programme whose classes, pairings and enrolments are meant."""
        return self.row.fact_key

    def sort_of(self, name: str) -> str:
        """The section in which a name stands, or nothing."""
        return self.file.section_of(name) if name in self.file else ""

    def listed(self, name: str) -> tuple[tuple[str, ...], Mapping[str, Any]]:
        """What a list is of, and the condition it adds."""
        entry: Any = self.file.entry(name)
        if isinstance(entry, Organisation) and entry.of is None:
            return ("organisation",), {"name": entry.title or name}
        return entry.of, entry.where or {}

    def record_of(self, name: str) -> Kind | None:
        """One record of a list or activity as a kind, with the questions that were asked."""
        kind = self.file.names.record(name)
        return kind if kind is not None and kind.name in VOCABULARY else None

    def class_required(self, name: str) -> bool:
        """Whether everybody sorted by a scheme must have a class."""
        entry = self.file.entry(name)
        return isinstance(entry, Class) and (entry.at_least or entry.exactly) is not None

    def class_words(self, name: str) -> tuple[Label, Mapping[str, Label]]:
        """What a way to sort and its options are called; Unsayable if it allows several at once."""
        entry = self.file.entry(name)
        assert isinstance(entry, Class)
        if not self.class_single(name):
            raise Unsayable(f"{name} allows several classes at once, so no record has just one")
        called = self.file.title_of(name)
        options = {k: Label(o.title or k, o.title or k) for k, o in entry.items.items()}
        return Label(called, called), options

    def class_single(self, name: str) -> bool:
        """Whether a scheme allows one class at a time."""
        entry = self.file.entry(name)
        return isinstance(entry, Class) and 1 in (entry.exactly, entry.at_most)

    def pairing(self, name: str) -> Pairing:
        """The pairing entry of a name."""
        entry = self.file.entry(name)
        assert isinstance(entry, Pairing)
        return entry

    def duty(self, name: str) -> Duty:
        """The duty of a name."""
        entry = self.file.entry(name)
        assert isinstance(entry, Duty)
        return entry

    def entry_of(self, name: str) -> Any:
        """A checklist or a workflow as the file says it."""
        return self.file.entry(name)

    def steps_of(self, name: str) -> Iterable[tuple[dt.date, Any]]:
        """A dated value by its first days, oldest first."""
        entry: Any = self.file.entry(name)
        return [(item.from_, item.is_) for item in entry.items]

    def value_on(self, name: str, day: dt.date) -> Any:
        """A dated value on a day; None before its first day."""
        entry: Any = self.file.entry(name)
        found = None
        for item in entry.items:
            if item.from_ <= day:
                found = item.is_
        return found
