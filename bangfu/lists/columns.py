"""What a list shows: values in words, masked where they are sealed, without a query per row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from bangfu.ledger import keys, vault
from bangfu.ledger.conditions import sheet_of, value_of
from bangfu.ledger.masks import mask
from bangfu.ledger.meaning import Meaning, standing
from bangfu.ledger.models import (
    Activity,
    Document,
    Fund,
    Measure,
    Need,
    Participant,
    Place,
    Proceeding,
    ProgrammeVersion,
    Project,
    Round,
    Sample,
    Stint,
    Subject,
)
from bangfu.ledger.models.base import known
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once
from bangfu.ledger.prepared import Keyed, Question, asked, asked_of_keys
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.listing import Listing
from bangfu.programmes.kinds import SUBJECT_KINDS, Field, Kind, Label
from bangfu.programmes.programme import Programme
from bangfu.programmes.schema import Code
from bangfu.programmes.ways import CALLED

Language = Literal["zh", "en"]

#: What stands where somebody's name stood, once that person was erased.
ERASED = Label("（已删除）", "(erased)")

#: Of so many programmes, the latest, the words are known where no programme is named.
_PROGRAMMES = 50


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: ``raw`` for machines and sorting, ``text`` for people, ``to`` what it opens."""

    raw: Any
    text: str
    to: tuple[str, UUID] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a list: its key, its cells in column order, its programme if asked."""

    fact: UUID
    cells: tuple[Cell, ...]
    programme: UUID | None = None


def columns_of(kind: Kind) -> list[Field]:
    """The fields that a list of a kind shows when nobody chose."""
    return [f for f in kind.fields.values() if f.column]


class Names(dict[str, Label]):
    """What programmes call their own words: lists, pairings, classes, options, topics."""

    @classmethod
    def of(cls, listing: Listing) -> Names:
        """The words of the programme of a list; without one, those of all that are known."""
        meaning = listing.meaning
        return _words_of(meaning.file) if isinstance(meaning, Meaning) else _all_words()

    def learn(self, file: Programme) -> None:
        """Take in the words of one programme; what was learnt first stays."""
        # A class and a ground of enrolment may share a word; lists show classes.
        for name, entry in (*file.entries("class"), *file.entries()):
            self._call(name, entry.title)
            items = getattr(entry, "items", None)
            for key, item in items.items() if isinstance(items, Mapping) else ():
                self._call(key, item if isinstance(item, str) else getattr(item, "title", None))
            where = getattr(entry, "where", None)
            for value in where.values() if isinstance(where, Mapping) else ():
                if isinstance(value, str):
                    self._call(value, entry.title)

    def built_in(self) -> None:
        """Take in what the built-in ways and their steps are called."""
        for word, called in CALLED.items():
            self.setdefault(word, called)

    def _call(self, word: str, title: str | None) -> None:
        self.setdefault(word, Label(title or word, title or word))


@once
def _all_words() -> Names:
    """The words of all programmes that are known."""
    found = Names()
    for file in _files():
        for word, called in _words_of(file).items():
            found.setdefault(word, called)
    found.built_in()
    return found


@once
def _files() -> list[Programme]:
    """The files of the programmes that are known, the latest versions first."""

    def of(_: object) -> QuerySet[Any, Any]:
        versions = ProgrammeVersion.objects.current().select_related("programme")
        return versions.order_by("-began")[:_PROGRAMMES]

    latest = asked(Question("versions", of, small=True))
    return [standing(version.text, version.programme.name) for version in latest]


@once
def added_words(kind: str, key: str) -> dict[str, Label]:
    """The words that programmes add to a code book, the latest versions first."""
    found: dict[str, Label] = {}
    for file in _files():
        for _, entry in file.entries("code"):
            assert isinstance(entry, Code)
            if entry.of in (f"{kind}.{key}", f"{VOCABULARY[kind].basic}.{key}"):
                found |= {w: Label(t, t) for w, t in entry.items.items() if w not in found}
    return found


_words: dict[tuple[str, str], Names] = {}


def _words_of(file: Programme) -> Names:
    """The words of one programme, learnt once for each text of its file."""
    key = file.name, file.digest
    if key not in _words:
        if len(_words) > 4 * _PROGRAMMES:
            _words.clear()
        learnt = Names()
        learnt.learn(file)
        learnt.built_in()
        _words[key] = learnt
    return _words[key]


def lines(
    listing: Listing,
    rows: QuerySet[Any] | Keyed,
    fields: Sequence[Field],
    *,
    language: Language = "zh",
    owned: bool = False,
) -> list[Line]:
    """Some rows of a list with the values of some fields; the number of queries is fixed.

    ``rows``: where they are named by their keys, the questions are those of the page before.
    ``owned``: each with the programme that it belongs to.
    """
    kind, moment, names = listing.kind, listing.moment, Names.of(listing)
    on_sheet = [f for f in fields if _stands_on_sheet(f, kind)]
    beside = [f for f in fields if f.type != "many" and f not in on_sheet]

    def of(some: QuerySet[Any]) -> Any:
        asked = {"fact_key_of": F("fact"), **_values(beside, kind, moment)}
        if (holder := _sealed_by(fields)) is not None:
            asked["sealed_by"] = F(f"{holder}_id")
        if owned:
            asked["owned_by"] = F("programme_id")
        return some.annotate(**asked).values(*asked)

    if isinstance(rows, Keyed):
        what = (rows.what, kind.name, moment, owned, _sealed_by(fields), _told_by(beside))
        keyed = rows.build
        found = asked_of_keys(Question(what, lambda keys: of(keyed(keys))), rows.keys)
    else:
        found = list(of(rows))
    facts = [row["fact_key_of"] for row in found]
    _add_sheets(found, kind, on_sheet, facts, moment)
    held = _keys(fields, kind, found)
    many = _many([f for f in fields if f.type == "many"], facts, moment)
    said = [
        _Said(f, names, language) if f.type in _PLAIN and f.sensitivity != "sealed" else None
        for f in fields
    ]
    return [
        Line(
            row["fact_key_of"],
            tuple([
                _cell(f, row, held, many, names, language) if one is None else one[row[one.column]]
                for f, one in zip(fields, said, strict=True)
            ]),
            row.get("owned_by"),
        )
        for row in found
    ]  # fmt: skip


#: Types whose values are told by themselves: of two rows that hold the same, alike.
_PLAIN = frozenset(("text", "code", "ranked", "flag", "day", "number", "money"))


class _Said(dict[Any, Cell]):
    """The cells of a field: a value that stands in many rows is put in words once."""

    def __init__(self, field: Field, names: Names, language: Language) -> None:
        super().__init__()
        self.field, self.names, self.language = field, names, language
        self.column = f"v_{field.key}"

    def __missing__(self, value: Any) -> Cell:
        told = _in_words(value, self.field, self.names, self.language)
        found = self[value] = Cell(value, told)
        return found


def _values(fields: Iterable[Field], kind: Kind, moment: Moment) -> dict[str, Any]:
    """What is asked for some fields of a listed row: each value, and what a pointer points at."""
    asked = {}
    for field in fields:
        asked[f"v_{field.key}"] = value_of(field, kind, moment)
        if field.type == "one":
            asked[f"n_{field.key}"] = _named(field.to, field.read or field.key, moment)
    return asked


def _told_by(fields: Iterable[Field]) -> tuple[Hashable, ...]:
    """All of some fields on which depends how they are read."""
    return tuple((f.key, f.read, f.type, f.to, f.compute) for f in fields)


def _stands_on_sheet(field: Field, kind: Kind) -> bool:
    """Whether a value is read, or worked out, of the sheet of a listed row."""
    if not kind.sheet or field.type == "many" or field.is_attached or field.is_answer:
        return False
    return field.compute is not None or field.read.startswith("sheet.")


def _add_sheets(
    found: Iterable[dict[str, Any]],
    kind: Kind,
    fields: Sequence[Field],
    facts: Sequence[UUID],
    moment: Moment,
) -> None:
    """Lay the values of the rows' sheets beside their own: one question, however many columns."""
    if not fields or not facts:
        return

    def of(keys: Sequence[UUID]) -> Any:
        asked: dict[str, Any] = {"fact_key_of": F("fact")}
        for field in fields:
            column = field.read.removeprefix("sheet.")
            computed = field.compute and field.compute(moment.on, moment.known_at)
            asked[f"v_{field.key}"] = F(column) if computed is None else computed
            if field.type == "one":
                asked[f"n_{field.key}"] = _named(field.to, column, moment)
        sheets = sheet_of(kind)._default_manager.at(moment).filter(fact__in=keys).order_by()
        return sheets.annotate(**asked).values(*asked)

    what = ("sheets", kind.name, moment, _told_by(fields))
    told = {row["fact_key_of"]: row for row in asked_of_keys(Question(what, of), facts)}
    blank = {f"v_{f.key}": None for f in fields}
    blank |= {f"n_{f.key}": None for f in fields if f.type == "one"}
    for row in found:
        row.update(told.get(row["fact_key_of"], blank))


#: What a record of a kind is called where another points at it; the others are subjects, and these
#: below are called like theirs.
_TITLED: Mapping[str, tuple[Any, str]] = {
    "measure": (Measure, "title"),
    "activity": (Activity, "kind"),
    "need": (Need, "text"),
    "document": (Document, "title"),
    "fund": (Fund, "title"),
    "project": (Project, "title"),
}
_CALLED_LIKE_ITS_SUBJECT: Mapping[str, Any] = {
    "round": Round, "sample": Sample, "proceeding": Proceeding, "stint": Stint,
}  # fmt: skip


def _named(to: str, column: str, moment: Moment) -> Any:
    if to in _TITLED:
        model, name = _TITLED[to]
        rows = model.objects.known(moment.known_at)
    elif to in _CALLED_LIKE_ITS_SUBJECT:
        of = "person_id" if to == "stint" else "subject_id"
        whose = Subject.objects.at(moment).filter(fact=OuterRef(of)).values("name")[:1]
        rows = _CALLED_LIKE_ITS_SUBJECT[to].objects.known(moment.known_at)
        told: Any = Subquery(whose)
        if to == "proceeding":
            # That of a paper is called like the paper.
            papers = Document.objects.known(moment.known_at).filter(fact=OuterRef("document_id"))
            told = Coalesce(told, Subquery(papers.values("title")[:1]))
        name, rows = "called", rows.annotate(called=told)
    else:
        name, rows = "name", (Place if to == "place" else Subject).objects.at(moment)
    return Subquery(rows.filter(fact=OuterRef(f"{column}_id")).values(name)[:1])


def _keys(
    fields: Sequence[Field], kind: Kind, found: Iterable[Mapping[str, Any]]
) -> Mapping[UUID, keys.SubjectKey]:
    if _sealed_by(fields) is not None:
        return vault.keys_of([row["sealed_by"] for row in found])
    if not any(f.sensitivity == "sealed" for f in fields) or kind.name not in SUBJECT_KINDS:
        return {}
    return vault.keys_of([row["fact_key_of"] for row in found])


def _sealed_by(fields: Sequence[Field]) -> str | None:
    """The pointer to the person under whose key a number among some fields lies."""
    return next((field.sealed_by for field in fields if field.sealed_by), None)


def _many(
    fields: Sequence[Field], facts: Sequence[UUID], moment: Moment
) -> dict[str, dict[UUID, list[tuple[UUID, str]]]]:
    """The subjects with a part in some activities and what they were called, by field and activity.

    One question for all the fields.
    """
    found: dict[str, dict[UUID, list[tuple[UUID, str]]]] = {f.key: {} for f in fields}
    if not fields or not facts:
        return found
    told = tuple(sorted({f.read for f in fields}))

    def of(keys: Sequence[UUID]) -> Any:
        parts = Participant.objects.filter(known(moment.known_at), part__in=told, activity__in=keys)
        called = Subquery(_bearing_names(moment).values("name")[:1])
        columns = ("part", "activity_id", "subject_id", "called")
        return parts.annotate(called=called).order_by("fact").values(*columns)

    by_part: dict[str, dict[UUID, list[tuple[UUID, str]]]] = {}
    for one in asked_of_keys(Question(("parts", moment, told), of), facts):
        there = by_part.setdefault(one["part"], {}).setdefault(one["activity_id"], [])
        there.append((one["subject_id"], one["called"] or ""))
    return {f.key: by_part.get(f.read, {}) for f in fields}


def _bearing_names(moment: Moment) -> QuerySet[Any]:
    """The rows of who took part, that of the day first; who was registered later took part too."""
    rows = Subject.objects.known(moment.known_at).filter(fact=OuterRef("subject_id"))
    so_then = Case(When(Subject.so_on(moment.on), then=Value(0)), default=Value(1))
    return rows.order_by(so_then, "began")


def _cell(
    field: Field,
    row: Mapping[str, Any],
    held: Mapping[UUID, keys.SubjectKey],
    many: Mapping[str, Mapping[UUID, list[tuple[UUID, str]]]],
    names: Names,
    language: Language,
) -> Cell:
    if field.type == "many":
        people = many[field.key].get(row["fact_key_of"], [])
        called = "、".join(name or label(ERASED, language) for _, name in people)
        return Cell([str(k) for k, _ in people], called)
    value = row[f"v_{field.key}"]
    if field.sensitivity == "sealed":
        return Cell(None, _masked(field, row.get("sealed_by", row["fact_key_of"]), value, held))
    if field.type == "one":
        name = row[f"n_{field.key}"] or _unnamed(field, value, language)
        return Cell(value, _in_words(name, field, names, language), _opens(field, value))
    return Cell(value, _in_words(value, field, names, language))


def _unnamed(field: Field, value: Any, language: Language) -> str:
    """What stands for a record that bears no name: its kind. A subject without one was erased."""
    if value is None or field.to in (*SUBJECT_KINDS, "subject"):
        return ""
    return label(VOCABULARY[field.to].label, language) if field.to in VOCABULARY else ""


def _opens(field: Field, value: UUID | str | None) -> tuple[str, UUID] | None:
    """What a pointer opens; out of a subquery SQLite hands its key over as text."""
    if value is None:
        return None
    return (field.to, value if isinstance(value, UUID) else UUID(value))


def _masked(
    field: Field, fact: UUID, sealed: bytes | None, held: Mapping[UUID, keys.SubjectKey]
) -> str:
    if not sealed:
        return ""
    key = held.get(fact)
    if key is None or not (field.sealed_by or field.key in ("identity", "phone")):
        return "●●●"
    return mask(field.key, key.open(field.key, bytes(sealed)))


def _in_words(value: Any, field: Field, names: Names, language: Language) -> str:
    if value is None or value == "" or (field.booked and not value):
        return ""
    if field.to == "activity":  # an activity bears no name but that of its kind
        return label(VOCABULARY[value].label, language) if value in VOCABULARY else str(value)
    if field.type in ("code", "ranked"):
        known_as = field.codes.get(value) or names.get(str(value))
        return label(known_as, language) if known_as else str(value)
    return plain_text(value, field.type, language)


def plain_text(value: Any, sort: str, language: Language = "zh") -> str:
    """A value in words: days as 2009-03-10, money in yuan with two decimals, yes and no."""
    if value is None:
        return ""
    if sort == "money":
        return f"{value / 100:,.2f}"
    if sort == "flag":
        return {("zh", True): "是", ("zh", False): "否", ("en", True): "Yes"}.get(
            (language, bool(value)), "No"
        )
    if isinstance(value, dt.date):
        return value.isoformat()
    if sort == "number":
        return f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)
    return str(value)


def label(of: Label, language: Language) -> str:
    """A label in a language."""
    return of.zh if language == "zh" else of.en
