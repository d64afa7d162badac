"""How a kind of record declares itself: once, for lists, forms, papers, checks and the manual.

The declarations themselves stand in ``bangfu.ledger.vocabulary``; a programme file is checked
against them through the :class:`Vocabulary` that is handed to the loader, so that this package
needs neither Django nor a database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

FieldType = Literal["text", "code", "ranked", "number", "money", "day", "flag", "one", "many"]
Nature = Literal["thing", "state", "episode", "event"]
Sensitivity = Literal["open", "personal", "sensitive", "sealed"]
Ground = Literal["duty", "consent"]


@dataclass(frozen=True, slots=True)
class Label:
    """What a thing is called on the screen, in both languages; papers use the Chinese."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question that a kind of record answers.

    ``key`` is the word in programme files and addresses; ``read`` the path or the function that
    reads it from the kind's table (empty: the key itself). ``codes`` is the code book, in order
    for a ``ranked`` field. ``to`` names the kind a ``one`` or ``many`` field points at
    (``"subject"`` stands for any kind that can be helped). ``planned`` marks a day that may lie
    in the future and is known beforehand; ``happens`` one on which something befell the record
    later, so that a blank says that it has not. ``money`` is in whole fen. ``grows`` marks a code
    book to which programmes may add words of their own; ``several`` a coded field that holds more
    than one word. ``index`` names the column beside a sealed one that is the same where it is.
    ``told_by`` names the kind of record that a field retells: it is open only to those who may open
    that kind. ``sealed_by`` names the pointer to the person under whose key a sealed field
    of another record lies. ``booked`` marks a sum of what was booked, which shows nothing where
    nothing was: it counts as nought and is not known to be. ``called``: how offices write words of
    the code book otherwise.
    """

    key: str
    label: Label
    type: FieldType
    read: str = ""
    compute: Callable[..., Any] | None = None
    codes: Mapping[str, Label] = field(default_factory=dict)
    to: str = ""
    aliases: tuple[str, ...] = ()
    planned: bool = False
    happens: bool = False
    sensitivity: Sensitivity = "open"
    column: bool = True
    grows: bool = False
    several: bool = False
    index: str = ""
    told_by: str = ""
    sealed_by: str = ""
    booked: bool = False
    called: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_answer(self) -> bool:
        """Whether it is a question of a programme, kept among the answers of a piece of work."""
        return self.read.startswith("answers.")

    @property
    def is_attached(self) -> bool:
        """Whether it is a question that is answered by a file beside the piece of work."""
        return self.read.startswith("files.")

    @property
    def stands_itself(self) -> bool:
        """Whether it is a column of the record itself, so that the database tells it apart."""
        elsewhere = self.read.startswith(("sheet.", "answers.", "files."))
        return self.compute is None and not elsewhere and self.type != "many"

    @property
    def blank_means_none(self) -> bool:
        """Whether a blank is an answer ("none of these") rather than something not known."""
        return self.type in ("code", "one", "many", "text")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: what it is called, what it answers, what ties it to other kinds.

    ``nature``: an event happens on one day (field ``date``); a state holds from ``began`` to
    ``ended``; an episode lasts but is a happening; a thing is there. ``ties`` names, for each
    other kind, the fields by which a record of this kind belongs to a record of that kind: the
    first is the default. ``doer`` and ``receiver`` say which side did it and to whom it was done.
    ``model`` is the table that lists it; ``sheet`` the table of dated sheets beside the subject.
    ``basic`` and ``preset`` make a kind out of another one ("visit" is an activity of that kind).
    """

    name: str
    label: Label
    nature: Nature
    fields: Mapping[str, Field]
    model: str = ""
    sheet: str = ""
    basic: str = ""
    preset: Mapping[str, Any] = field(default_factory=dict)
    ties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    doer: Mapping[str, str] = field(default_factory=dict)
    receiver: Mapping[str, str] = field(default_factory=dict)
    purpose: Label = Label("", "")
    ground: Ground = "duty"
    keep_years: int | None = None

    def __getitem__(self, key: str) -> Field:
        return self.fields[key]

    def __contains__(self, key: str) -> bool:
        return key in self.fields


#: The kinds that share the key of a subject: whatever can be helped, paired, counted, classed.
SUBJECT_KINDS = ("person", "household", "place", "organisation", "site")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every kind there is, by name. What is not in it does not exist."""

    kinds: Mapping[str, Kind]

    def __getitem__(self, name: str) -> Kind:
        return self.kinds[name]

    def __contains__(self, name: str) -> bool:
        return name in self.kinds

    def __iter__(self) -> Iterator[str]:
        return iter(self.kinds)

    def ties(self, *, of: str, to: str) -> tuple[str, ...]:
        """The fields by which a record of kind ``of`` can belong to one of kind ``to``."""
        return self.kinds[of].ties.get(to, ())

    def growing(self) -> tuple[str, ...]:
        """The fields to whose code books programmes may add words, as ``kind.field``."""
        return tuple(
            f"{kind.name}.{key}"
            for kind in self.kinds.values()
            for key, one in kind.fields.items()
            if one.grows and not kind.basic
        )

    def grown(self, kind: str, key: str, words: Mapping[str, Label]) -> Vocabulary:
        """The same with further words in one code book, also of the kinds built on that kind."""
        kinds = dict(self.kinds)
        for name, one in self.kinds.items():
            if kind in (name, one.basic) and key in one:
                field = replace(one[key], codes={**one[key].codes, **words})
                kinds[name] = replace(one, fields={**one.fields, key: field})
        return Vocabulary(kinds)
