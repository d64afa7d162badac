"""The one namespace of a file: which entry a name means, and what records it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bangfu.programmes.entries import Listed
from bangfu.programmes.kinds import SUBJECT_KINDS, Field, FieldType, Kind, Label, Vocabulary
from bangfu.programmes.schema import Activity, Checklist, Entry, Organisation, Question, Review
from bangfu.programmes.scoring import WHOLE, grades_in, lines_of

Condition = tuple[str, Mapping[str, Any]]

#: Sections whose entries are a list with something added: naming them gives their records.
LISTS: Final = ("list", "activity", "fund", "organisation", "enrol")
#: Sections whose entries are decided by people and kept as records of the section's own kind.
KEPT: Final = {
    "pairing": "pairing",
    "class": "class",
    "agreement": "agreement",
    "document": "document",
    "review": "score",
}
#: Sections whose entries give rows worked out from records: who owes what, and how it stands.
ROWS: Final = ("checklist", "workflow", "duty", "target", "measure")
#: Sections that can be named in ``of``.
COUNTABLE: Final = (*LISTS, *KEPT, *ROWS, "alert")

ROW: Final = "row"
VERDICTS: Final[Mapping[str, Label]] = {
    "met": Label("达到", "met"),
    "short": Label("未达到", "short"),
    "over": Label("超过", "over"),
    "unknown": Label("不能判定", "unknown"),
    "open": Label("未到期", "open"),
    "behind": Label("落后于进度", "behind"),
    "late": Label("逾期完成", "late"),
    "free": Label("不要求", "not owed"),
    "counted": Label("只计数", "counted"),
}
_QUESTION_TYPES: Final[Mapping[str, FieldType]] = {
    "text": "text", "number": "number", "yes_no": "flag", "choice": "code", "choices": "code",
    "date": "day", "photo": "flag", "paper": "flag",
}  # fmt: skip
#: Questions that are answered by a file beside the record, not by a word in it.
ATTACHED: Final = ("photo", "paper")


@dataclass(slots=True)
class Names:
    """Every name of a file with its section and entry.

    ``unread`` are names whose entries hold wrong words, with their sections; those and the names
    that go in a circle are ``broken``: they are known, but nothing is said about them. Names that
    two entries bear are ``twice``, and broken too: either entry may be meant. So are kinds of
    record whose names an entry bears: the entry may be meant.
    """

    vocabulary: Vocabulary
    entries: dict[str, tuple[str, Entry]] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    twice: set[str] = field(default_factory=set)
    _known: dict[str, Kind | None] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.entries or name in self.unread

    def section(self, name: str) -> str:
        """The section in which a name stands."""
        return self.unread[name] if name in self.unread else self.entries[name][0]

    def may_be(self, name: str, *sections: str) -> bool:
        """Whether a name stands in one of some sections, or may, as two entries bear it."""
        return name in self and (name in self.twice or self.section(name) in sections)

    def entry(self, name: str) -> Entry:
        """The entry of a name."""
        return self.entries[name][1]

    def renamed(self, name: str, to: str) -> None:
        """Let an entry stand under another name, since something else bears its own."""
        if name in self.entries:
            self.entries[to] = self.entries.pop(name)
        if name in self.unread:
            self.unread[to] = self.unread.pop(name)
        if name in self.broken:
            self.broken.remove(name)
            self.broken.add(to)

    def of_sections(self, *sections: str) -> Iterator[str]:
        """The names of some sections, the broken ones too."""
        return (name for name in (*self.entries, *self.unread) if self.section(name) in sections)

    def forget(self, names: Iterable[str]) -> None:
        """Pass over these names from now on: what they mean cannot be said."""
        self.broken.update(names)
        self._known.clear()

    def record(self, name: str) -> Kind | None:
        """What one record of a name is: a kind with the questions asked of it, or nothing."""
        if name in self.broken:
            return None
        if name in self.vocabulary:
            return self.vocabulary[name]
        if name not in self.entries:
            return None
        if name not in self._known:
            self._known[name] = None
            self._known[name] = self._record(name)
        return self._known[name]

    def _record(self, name: str) -> Kind | None:
        section, entry = self.entries[name]
        if section in ROWS:
            return self._row(name, entry)
        if section in KEPT:
            kept = KEPT[section]
            kind = self.vocabulary[kept] if kept in self.vocabulary else None
            return _of_review(kind, entry) if kind and isinstance(entry, Review) else kind
        if isinstance(entry, Organisation) and entry.of is None:
            return self.vocabulary["organisation"] if "organisation" in self.vocabulary else None
        if section in LISTS or section == "alert":
            assert isinstance(entry, Listed)
            kind = self.common(entry.of or ())
            return _asked(kind, entry.items) if kind and isinstance(entry, Activity) else kind
        return None

    def common(self, names: Iterable[str]) -> Kind | None:
        """The kind that all these names are of: the same, or what they are all built on."""
        kinds = [self.record(name) for name in names]
        if not kinds or any(kind is None for kind in kinds):
            return None
        first, *others = [kind for kind in kinds if kind is not None]
        if all(other.name == first.name for other in others):
            fields = {key: one for kind in (first, *others) for key, one in kind.fields.items()}
            return replace(first, fields=fields)
        if all(basic(other) == basic(first) for other in others):
            return self.vocabulary[basic(first)]
        return None

    def _row(self, name: str, entry: Entry) -> Kind:
        each = getattr(entry, "each", None)
        owed = self.record(each) if each else None
        kind = row_kind(to=owed.name if owed else "record")
        if isinstance(entry, Checklist):
            items = {key: Label(one.title or key, key) for key, one in entry.items.items()}
            kind = replace(kind, fields={**kind.fields, "item": replace(kind["item"], codes=items)})
        return kind

    def targets(self, one: Field) -> tuple[Kind, ...]:
        """The kinds a field can point at; none at all if it may point at anything."""
        return self.alternatives(one.to)

    def alternatives(self, kind: str) -> tuple[Kind, ...]:
        """A kind by name, or every kind that can be helped if the name is "subject"."""
        if kind == "subject":
            return tuple(self.vocabulary[one] for one in SUBJECT_KINDS if one in self.vocabulary)
        return (self.vocabulary[kind],) if kind in self.vocabulary else ()

    def ties(self, *, of: Kind, to: Kind) -> tuple[str, ...]:
        """The fields by which a record of one kind can belong to a record of another.

        A row belongs to whatever its own record belongs to. A field that may point at any record
        ("about") counts only where nothing nearer is declared.
        """
        if of.name == ROW:
            owed = self.alternatives(of["each"].to)
            tied = not owed or any(same(one, to) or self.ties(of=one, to=to) for one in owed)
            return ("each",) if tied else ()
        declared = {**self._basic_ties(of), **of.ties}
        wanted = (to.name, basic(to), *(("subject",) if to.name in SUBJECT_KINDS else ()))
        found = [tie for kind in wanted for tie in declared.get(kind, ())]
        if not found:
            found = [one.key for one in of.fields.values() if one.to in wanted]
        if not found:
            found = [one.key for one in of.fields.values() if one.to == "record"]
        return tuple(dict.fromkeys(found))

    def _basic_ties(self, kind: Kind) -> Mapping[str, tuple[str, ...]]:
        return self.vocabulary[kind.basic].ties if kind.basic in self.vocabulary else {}

    def chain(self, name: str) -> tuple[str, ...]:
        """A name and every name it is built on through ``of``, down to the kind."""
        seen: list[str] = []
        waiting = [name]
        while waiting:
            one = waiting.pop(0)
            if one in seen:
                continue
            seen.append(one)
            if one in self.entries and self.section(one) in (*LISTS, "alert"):
                waiting += getattr(self.entry(one), "of", None) or ()
        return tuple(seen)

    def taken_in_by(self, name: str) -> str | None:
        """The enrolment that a list is built on, if any; on a day each was taken in."""
        enrols = (one for one in self.chain(name) if one in self.entries)
        return next((one for one in enrols if self.section(one) == "enrol"), None)


def basic(kind: Kind) -> str:
    """The kind that holds the records: "activity" for a visit, else the kind itself."""
    return kind.basic or kind.name


def same(one: Kind, other: Kind) -> bool:
    """Whether records of two kinds can be the same record."""
    return basic(one) == basic(other)


def _of_review(kind: Kind, review: Review) -> Kind:
    """A line of a result: the lines of the sheet and the grades that there are."""
    items = {key: Label(line.title or key, key) for key, line in lines_of(review)}
    if review.grades:
        items[WHOLE] = Label("总评", "the whole")
    grades = {grade: Label(grade, grade) for grade in grades_in(review)}
    codes = {"item": items, "grade": grades}
    told = {key: replace(kind[key], codes=codes[key]) for key in codes if codes[key]}
    return replace(kind, fields={**kind.fields, **told})


def _asked(kind: Kind, questions: Mapping[str, Question]) -> Kind:
    """A kind with the questions of an activity; one named like a field fills that field."""
    fields = {
        key: question_field(key, question) for key, question in questions.items() if key not in kind
    }
    return replace(kind, fields={**kind.fields, **fields})


def question_field(key: str, question: Question) -> Field:
    """A question of an activity as a field of its records."""
    codes = {code: Label(label, code) for code, label in (question.items or {}).items()}
    return Field(
        key=key,
        label=Label(question.title or key, key.replace("_", " ")),
        type=_QUESTION_TYPES[question.type],
        codes=codes,
        sensitivity="personal" if question.readers is not None else "open",
        read=f"files.{question.type}" if question.type in ATTACHED else f"answers.{key}",
        column=question.readers != (),
        several=question.type == "choices",
    )


def row_kind(*, to: str = "record") -> Kind:
    """What a row of a duty, target, measure, checklist or workflow answers."""
    fields = (
        Field("name", Label("名称", "name"), "code"),
        Field("each", Label("对象", "for"), "one", to=to),
        Field("item", Label("条目", "item"), "code"),
        Field("began", Label("起", "from"), "day"),
        Field("ended", Label("止", "to"), "day", planned=True),
        Field("due", Label("期限", "due"), "day", planned=True),
        Field("reading", Label("实际", "reading"), "number"),
        Field("bound", Label("要求", "bound"), "number"),
        Field("verdict", Label("结论", "verdict"), "code", codes=VERDICTS),
        Field("days_late", Label("逾期天数", "days late"), "number"),
    )
    return Kind(
        name=ROW,
        label=Label("应办事项", "owed row"),
        nature="event",
        fields={one.key: one for one in fields},
        ties={to: ("each",)},
        doer={to: "each"},
    )
