"""The words of a rule of data quality: what makes a record wrong, doubtful or incomplete.

Rules stand in files of their own, beside the programmes and in the same language: a rule is a list
(``of`` and ``where``) and what is wrong with a record of it (``wrong``), with the sentence that
says so, the form that mends it, who is asked to, the paper it follows, and worked cases.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import Field

from bangfu.programmes.drawing import Row
from bangfu.programmes.entries import Said, Word
from bangfu.programmes.kinds import Kind, Label
from bangfu.programmes.literals import Day, Name, Names, Text, Texts, Where
from bangfu.programmes.names import Names as Known
from bangfu.programmes.schema import Dated, Entry, List, Paper, Value, words_of

Severity = Literal["wrong", "doubtful", "missing"]
SEVERITIES: Final[Mapping[str, Label]] = {
    "wrong": Label("错误", "Wrong"),
    "doubtful": Label("存疑", "Doubtful"),
    "missing": Label("缺项", "Missing"),
}

#: A field of the record, to be filled into the sentence of a rule.
BLANK: Final = re.compile(r"\{([^{}]*)\}")


class Both(Word):
    """A sentence in both languages."""

    zh: Text
    en: Text

    @property
    def label(self) -> Label:
        """The same as a label."""
        return Label(self.zh, self.en)


class Fix(Both):
    """What is to be done, and the form in which it is done, by the verb that writes it.

    ``on`` is the field that points to the record whose form it is, if it is not the rule's own.
    """

    form: Text
    on: Name | None = None


class RuleCase(Word):
    """Drawn records on a day: which of those that the rule looks at are wrong, which are right."""

    title: Text
    on: Day
    given: Mapping[str, Any]
    wrong: Texts = ()
    right: Texts = ()


class RuleEntry(Word):
    """One rule as it is written."""

    of: Name
    title: Both
    severity: Severity
    where: Where | None = None
    wrong: Where
    message: Both
    fix: Fix
    source: Names
    owner: Names
    from_: Day | None = Field(None, alias="from")
    to: Day | None = None
    unclear: Texts | None = None
    case: tuple[RuleCase, ...]


class Regional(Word):
    """What a value is in one region."""

    items: tuple[Dated, ...]


class Parameter(Value):
    """A number that changes by date, and in some regions is another; regions by division code."""

    area: Mapping[str, Regional] = Field(default_factory=dict)


class RulesHead(Said):
    """What stands at the top of a file of rules."""

    title: Text


SECTIONS: Final[Mapping[str, type[Entry]]] = {"paper": Paper, "value": Parameter, "list": List}
HEAD: Final = words_of(RulesHead)


@dataclass(frozen=True, slots=True)
class Case:
    """A worked case, its drawn rows read."""

    title: str
    on: dt.date
    given: Mapping[str, tuple[Row, ...]]
    wrong: tuple[str, ...]
    right: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A rule that was read: its key, what stands in the file, and the names of that file."""

    key: str
    file: str
    line: int
    entry: RuleEntry
    names: Known
    kind: Kind
    cases: tuple[Case, ...]

    @property
    def title(self) -> Label:
        """What the rule is called."""
        return self.entry.title.label

    @property
    def blanks(self) -> tuple[str, ...]:
        """The fields that the message names, in either language, once each."""
        told = (self.entry.message.zh, self.entry.message.en)
        return tuple(dict.fromkeys(one for text in told for one in BLANK.findall(text)))

    def sources(self) -> Iterator[str]:
        """The papers that the rule follows, as they are called."""
        for name in self.entry.source:
            yield self.names.entry(name).title or name

    def holds_on(self, day: dt.date) -> bool:
        """Whether the rule is in force on a day."""
        first, last = self.entry.from_ or dt.date.min, self.entry.to or dt.date.max
        return first <= day <= last

    def parameters(self) -> tuple[str, ...]:
        """The dated values that its conditions name, also through the lists that they stand on."""
        found: list[str] = []
        waiting: list[Any] = [self.entry.of, self.entry.where, self.entry.wrong]
        seen: set[str] = set()
        while waiting:
            for word in _words(waiting.pop()):
                if word in seen or word not in self.names.entries:
                    continue
                seen.add(word)
                section, entry = self.names.entries[word]
                if section == "value":
                    found.append(word)
                elif isinstance(entry, List):
                    waiting += [entry.of, entry.where]
        return tuple(sorted(found))

    @property
    def compares_records(self) -> bool:
        """Whether a record is held against others that are not tied to it."""
        lists = (e.where for s, e in self.names.entries.values() if isinstance(e, List))
        return any("twin" in _words(one) for one in (self.entry.where, self.entry.wrong, *lists))

    def areas(self) -> tuple[str, ...]:
        """The regions for which one of its values is another, by their codes."""
        entries = (self.names.entry(name) for name in self.parameters())
        told = {code for one in entries if isinstance(one, Parameter) for code in one.area}
        return tuple(sorted(told))


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from _words(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _words(inner)
