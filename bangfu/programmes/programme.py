"""A programme that was read and found right: its entries by name, and what they stand for."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from bangfu.programmes.entries import Counted, Listed
from bangfu.programmes.kinds import Kind, Vocabulary
from bangfu.programmes.names import KEPT, LISTS, ROW, ROWS, Condition, Names, basic
from bangfu.programmes.period import Span
from bangfu.programmes.positions import Positions
from bangfu.programmes.schema import (
    Agreement,
    Duty,
    Enrol,
    Entry,
    Organisation,
    Pairing,
    ProgrammeFile,
    Target,
    word_of,
)


@dataclass(frozen=True)
class Programme:
    """A programme file that holds no error. ``file`` is the file as typed words."""

    name: str
    file: ProgrammeFile
    names: Names
    positions: Positions

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary against which the file was read."""
        return self.names.vocabulary

    @property
    def title(self) -> str:
        """What the programme is called."""
        return self.file.title

    @property
    def from_(self) -> dt.date:
        """The programme's first day."""
        return self.file.from_

    @property
    def to(self) -> dt.date:
        """The programme's last day."""
        return self.file.to

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def entry(self, name: str) -> Entry:
        """The entry of a name; a name that is not in the file is a KeyError."""
        return self.names.entry(name)

    def section_of(self, name: str) -> str:
        """The section in which a name stands."""
        return self.names.section(name)

    def entries(self, *sections: str) -> Iterator[tuple[str, Entry]]:
        """Names and entries of some sections (of all, if none is named), in the file's order."""
        for name, (section, entry) in self.names.entries.items():
            if not sections or section in sections:
                yield name, entry

    def judged(self, name: str) -> Span | None:
        """The days on which a duty, target or pairing is judged: until another takes its place.

        None where that one took its place before it began. Nothing takes that of an agreement.
        """
        entry = self.entry(name)
        if isinstance(entry, Agreement):
            return Span(self.from_, self.to)
        assert isinstance(entry, Duty | Target | Pairing)
        ended = entry.to or self.to
        for _, other in self.entries(self.section_of(name)):
            assert isinstance(other, Duty | Target | Pairing)
            if other.from_ and name in (other.after or ()):
                ended = min(ended, other.from_ - dt.timedelta(days=1))
        began = entry.from_ or self.from_
        return Span(began, ended) if began <= ended else None

    def record(self, name: str) -> Kind:
        """One record of a name as a kind, with the questions that an activity asks of it."""
        kind = self.names.record(name)
        if kind is None:
            raise KeyError(f"{name} does not stand for records")
        return kind

    def kind_of(self, name: str) -> str:
        """The kind of record that a list, activity, pairing or other name finally is of."""
        return self.record(name).name

    def title_of(self, name: str) -> str:
        """What the screen calls an entry: its title, else its name."""
        return self.entry(name).title or name

    def conditions(self, name: str) -> tuple[Condition, ...]:
        """What must hold for a record to be of a name: kind and condition, from the base up.

        Kinds are the basic ones that hold records; a preset ("a visit is an activity of the kind
        visit") stands as the first condition. Several names in ``of`` become one ``any``. An
        enrolment gives those enrolled; who may be is ``candidates``.
        """
        if name in self.vocabulary:
            kind = self.vocabulary[name]
            return ((basic(kind), kind.preset),)
        section, entry = self.names.entries[name]
        if section == "enrol":
            return ((basic(self.record(name)), {"enrolment": {"name": name}}),)
        if section in KEPT:
            return ((KEPT[section], {"name": name}),)
        if section in ROWS:
            return ((ROW, {"name": name}),)
        if isinstance(entry, Organisation) and entry.of is None:
            return (("organisation", {"name": entry.title or name}),)
        if section in LISTS or section == "alert":
            return self.candidates(name)
        raise KeyError(f"{name} does not stand for records")

    def candidates(self, name: str) -> tuple[Condition, ...]:
        """What an entry's own ``of`` and ``where`` ask: for an enrolment, who may be taken in."""
        entry = self.entry(name)
        assert isinstance(entry, Listed)
        return self.selected(entry.of or (), entry.where)

    def selected(
        self, of: tuple[str, ...], where: Mapping[str, Any] | None
    ) -> tuple[Condition, ...]:
        """What a list on the spot asks of a record, in the shape of ``conditions``."""
        base = self.conditions(of[0]) if len(of) == 1 else self._either(of)
        return (*base, (base[-1][0], where)) if where else base

    def _either(self, of: tuple[str, ...]) -> tuple[Condition, ...]:
        kind = self.names.common(of)
        assert kind is not None
        groups = tuple(
            {**self.vocabulary[name].preset} if name in self.vocabulary else {name: True}
            for name in of
        )
        return ((basic(kind), {"any": groups} if all(groups) else {}),)

    def is_enrolment(self, name: str) -> bool:
        """Whether a name stands for those whom the programme has taken in."""
        return name in self.names and isinstance(self.entry(name), Enrol)

    def in_fen(self, name: str) -> bool:
        """Whether a figure or claim reads an amount of money: in fen, while the file says yuan."""
        entry = self.entry(name)
        if not isinstance(entry, Counted) or not self._sums_money(entry.of, entry.sum):
            return False
        whole = entry.out_of
        return whole is None or not self._sums_money(whole.of, whole.sum)

    def _sums_money(self, of: tuple[str, ...] | None, path: str | None) -> bool:
        kinds = [self.names.common(of)] if of and path else []
        for step in path.split(".") if path else ():
            one = next((kind[step] for kind in kinds if kind and step in kind), None)
            if one is None or one.type == "money":
                return one is not None
            kinds = list(self.names.targets(one))
        return False

    @cached_property
    def functions(self) -> tuple[str, ...]:
        """What stands anywhere in the file as the name of a function, in order."""
        return tuple(sorted(set(_functions_of(plain(self.file)))))

    @cached_property
    def digest(self) -> str:
        """A fingerprint of what the file says: the order of lines counts, that of words does not.

        Two files have the same fingerprint just when ``difference`` finds nothing between them.
        """
        text = json.dumps(_canonical(plain(self.file)), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def plain(value: object) -> Any:
    """A word, line or entry as plain tables under the words of the file, without what is unsaid."""
    if isinstance(value, BaseModel):
        model = type(value)
        return {
            word_of(key, model): plain(getattr(value, key))
            for key in model.model_fields
            if getattr(value, key) is not None
        }
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def _functions_of(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if isinstance(name := value.get("function"), str):
            yield name
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _functions_of(inner)


def _canonical(value: Any, word: str = "") -> Any:
    """Tables sorted by key, except lines, which stand in the file's order."""
    if isinstance(value, dict):
        pairs = [[key, _canonical(inner, key)] for key, inner in value.items()]
        return pairs if word == "items" else sorted(pairs, key=lambda pair: str(pair[0]))
    if isinstance(value, list):
        return [_canonical(inner) for inner in value]
    return value
