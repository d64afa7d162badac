"""Conditions of programme files and of filters, turned into questions to the database.

A condition is data (see docs/manual/language.md): a table of lines that must all hold. Each
compiles to two questions, what surely meets it and what possibly does, since a blank may be
"not known". One nested table is one subquery, never a join, so that all of its lines speak of the
same record and nothing is counted twice.

What surrounds an event is read on the event's own day; everything else on the day that is asked
about.
"""

from __future__ import annotations

import datetime as dt
import functools
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Protocol
from uuid import UUID

from django.apps import apps
from django.db.models import (
    BooleanField,
    Case,
    DateField,
    DecimalField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    IsNull,
    LessThan,
    LessThanOrEqual,
)

from bangfu.ledger.beside import HAPPENED, PLACED, SORTED, STATED, TAKEN_IN, Beside
from bangfu.ledger.models import Class, Enrolment, Fact, File, Participant, Place, Subject, known
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once
from bangfu.ledger.there_is import ThereIs
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.comparing import AMOUNT_WORDS, COMPARISONS, SAME, TWIN
from bangfu.programmes.kinds import SUBJECT_KINDS, Field, Kind, Label
from bangfu.programmes.literals import CONDITION_DAY
from bangfu.programmes.period import day_in_condition
from bangfu.programmes.runs import IN_A_ROW

NOTHING = Q(pk__in=[])
#: Every row. Not ``Q()``: Django drops that from an "or", where it would have to win.
ANYTHING = Q(pk__isnull=False)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
BOUNDS = ("at_least", "at_most", "exactly")
_COMPARED: Mapping[str, Callable[..., Any]] = {
    "at_least": GreaterThanOrEqual,
    "from": GreaterThanOrEqual,
    "at_most": LessThanOrEqual,
    "to": LessThanOrEqual,
    "exactly": Exact,
    "above": GreaterThan,
    "after": GreaterThan,
    "below": LessThan,
    "before": LessThan,
}


class Unsayable(Exception):
    """A condition that the language allows but that cannot be asked of a database here."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What surely holds and what possibly holds; they differ where something is not known.

    ``doubt``, where it can be said by itself, is what may hold and does not surely: the same
    question whatever a field is compared with, so that it is answered once for many of them.
    """

    sure: Q
    possible: Q
    doubt: Q | None = None

    @classmethod
    def plain(cls, q: Q) -> Verdict:
        """A condition about which nothing can be unknown."""
        return cls(q, q)

    @property
    def exact(self) -> bool:
        """Whether nothing is unknown: both are one question, to be asked once."""
        return self.sure is self.possible

    def __and__(self, other: Verdict) -> Verdict:
        if self.exact and other.exact:
            return Verdict.plain(_both(self.sure, other.sure))
        known, open_one = (self, other) if self.exact else (other, self)
        doubt = open_one.doubt if known.exact else None
        doubt = None if doubt is None else _both(known.sure, doubt)
        sure, possible = _both(self.sure, other.sure), _both(self.possible, other.possible)
        return Verdict(sure, possible, doubt)

    def __or__(self, other: Verdict) -> Verdict:
        if self.exact and other.exact:
            return Verdict.plain(_either_of(self.sure, other.sure))
        return Verdict(_either_of(self.sure, other.sure), _either_of(self.possible, other.possible))

    def __invert__(self) -> Verdict:
        return Verdict.plain(~self.sure) if self.exact else Verdict(~self.possible, ~self.sure)


def _both(one: Q, other: Q) -> Q:
    """Both conditions, without those that always hold."""
    if one is ANYTHING:
        return other
    return one if other is ANYTHING else one & other


def _either_of(one: Q, other: Q) -> Q:
    """Either condition, without those that never hold."""
    if one is NOTHING:
        return other
    return one if other is NOTHING else one | other


EVERYTHING = Verdict.plain(ANYTHING)


@dataclass(frozen=True, slots=True)
class EventDay:
    """The day of an event that stands so many subqueries further out."""

    depth: int = 1

    def deeper(self) -> EventDay:
        """The same day as seen from one subquery further in."""
        return EventDay(self.depth + 1)

    def expression(self) -> Any:
        """The reference by which a query names that day."""
        found: Any = "date"
        for _ in range(self.depth):
            found = OuterRef(found)
        return found


Day = dt.date | EventDay


def _deeper(day: Day) -> Day:
    return day.deeper() if isinstance(day, EventDay) else day


def expression_of(day: Day) -> Any:
    """A day as a query names it."""
    return day.expression() if isinstance(day, EventDay) else day


class Meaning(Protocol):
    """What the names of one programme stand for; handed in by whoever asks."""

    def programme_key(self) -> UUID:
        """The programme whose classes, pairings and enrolments are meant."""

    def sort_of(self, name: str) -> str:
        """The section in which a name stands (``list``, ``enrol``, ``class`` …), or nothing."""

    def listed(self, name: str) -> tuple[tuple[str, ...], Mapping[str, Any]]:
        """What a list is of, and the condition it adds."""

    def record_of(self, name: str) -> Kind | None:
        """One record of a list or activity as a kind, with the questions that were asked."""

    def class_required(self, name: str) -> bool:
        """Whether everybody sorted by a scheme must have a class."""

    def class_words(self, name: str) -> tuple[Label, Mapping[str, Label]]:
        """What a way to sort and its options are called; Unsayable if it allows several at once."""

    def value_on(self, name: str, day: dt.date) -> Any:
        """A dated value on a day; None before its first day."""

    def entry_of(self, name: str) -> Any:
        """A checklist or a workflow as the file says it."""

    def steps_of(self, name: str) -> Iterable[tuple[dt.date, Any]]:
        """A dated value by its first days, oldest first."""


class NoNames:
    """A meaning without a programme: conditions over kinds and fields alone."""

    def programme_key(self) -> UUID:
        raise Unsayable("no programme was named")

    def sort_of(self, name: str) -> str:
        return ""

    def listed(self, name: str) -> tuple[tuple[str, ...], Mapping[str, Any]]:
        raise Unsayable(f"there is no list named {name}")

    def record_of(self, name: str) -> Kind | None:
        return None

    def class_required(self, name: str) -> bool:
        return False

    def class_words(self, name: str) -> tuple[Label, Mapping[str, Label]]:
        raise Unsayable(f"there is no way to sort named {name}")

    def value_on(self, name: str, day: dt.date) -> Any:
        raise Unsayable(f"there is no dated value named {name}")

    def entry_of(self, name: str) -> Any:
        raise Unsayable(f"there is no checklist and no workflow named {name}")

    def steps_of(self, name: str) -> Iterable[tuple[dt.date, Any]]:
        raise Unsayable(f"there is no dated value named {name}")


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a condition stands: whose names it uses and on which day it is read.

    ``own`` is the day at this level, ``inner`` the day one subquery further in. ``this`` is the
    kind of the record outside, if tied records are spoken of, and how many subqueries further out
    it stands.
    """

    meaning: Meaning
    known_at: dt.datetime | None
    own: Day
    inner: Day
    this: tuple[Kind, int] | None = None

    @classmethod
    def at(cls, moment: Moment, meaning: Meaning, kind: Kind) -> Scope:
        """The scope of a list of that kind, read at a moment."""
        inner = EventDay() if kind.nature == "event" else moment.on
        return cls(meaning, moment.known_at, moment.on, inner)

    def row_day(self) -> Any:
        """The day of the row itself: for an event its own, else the day that is asked about."""
        if isinstance(self.own, EventDay):
            return self.own.expression()
        return F("date") if self.inner == EventDay() else self.own

    def within(self, kind: Kind) -> Scope:
        """The scope inside a subquery over records of another kind."""
        inner = EventDay() if kind.nature == "event" else _deeper(self.inner)
        return replace(self, own=self.inner, inner=inner, this=self.further())

    def further(self) -> tuple[Kind, int] | None:
        """The record outside, as seen from one subquery further in."""
        return (self.this[0], self.this[1] + 1) if self.this else None


# ------------------------------------------------------------------ rows of a kind


def model_of(kind: Kind) -> Any:
    """The table that lists a kind."""
    return apps.get_model("ledger", kind.model)


def sheet_of(kind: Kind) -> Any:
    """The table of dated sheets beside a kind of subject."""
    return apps.get_model("ledger", kind.sheet)


def stated(model: type[Fact], scope: Scope) -> QuerySet[Any]:
    """The rows of a table that were so on the scope's day, as known at its time."""
    rows = model._default_manager.filter(model.so_on(expression_of(scope.own)))
    return rows.filter(known(scope.known_at))


def rows_of(kind: Kind, scope: Scope) -> QuerySet[Any]:
    """All records of a kind on the scope's day, as known at its time."""
    rows = stated(model_of(kind), scope)
    if kind.model == "Subject":
        rows = rows.filter(kind=kind.name)
    return rows.filter(**kind.preset) if kind.preset else rows


def all_of(kind: Kind, moment: Moment) -> QuerySet[Any]:
    """All records of a kind at a moment."""
    return rows_of(kind, Scope.at(moment, NoNames(), kind))


def lasting(kind: Kind, moment: Moment) -> QuerySet[Any]:
    """All records of a lasting kind, whatever their days, as known at a moment."""
    rows: QuerySet[Any] = model_of(kind)._default_manager.filter(known(moment.known_at))
    if kind.model == "Subject":
        rows = rows.filter(kind=kind.name)
    return rows.filter(**kind.preset) if kind.preset else rows


# ------------------------------------------------------------------ names that stand for records


def select(name: str, scope: Scope) -> tuple[Kind, Verdict]:
    """The kind and the condition of whatever a name stands for, at the scope's level."""
    if name in VOCABULARY:
        kind = VOCABULARY[name]
        return kind, Verdict.plain(Q(**kind.preset)) if kind.preset else EVERYTHING
    sort = scope.meaning.sort_of(name)
    if sort in ("list", "activity", "enrol", "fund", "organisation"):
        of, where = scope.meaning.listed(name)
        if sort == "organisation" and "name" in where:
            return VOCABULARY[sort], Verdict.plain(Q(name=where["name"]))
        kind, verdict = _either([select(n, scope) for n in of])
        kind = scope.meaning.record_of(name) or kind
        if sort == "enrol":
            return kind, _enrolled(name, scope)
        return kind, verdict & compile_where(kind, where, scope)
    if sort in ("class", "pairing", "agreement", "measure", "document"):
        return VOCABULARY[sort], Verdict.plain(_named(name, scope))
    if sort == "review":
        of_it = Q(programme=scope.meaning.programme_key(), round__name=name)
        return VOCABULARY["score"], Verdict.plain(of_it)
    raise Unsayable(f"{name} is not the name of a list")


def may_belong(
    fact: UUID, of: Iterable[str], where: Mapping[str, Any], meaning: Meaning, on: dt.date
) -> bool:
    """Whether a record is, as far as is known, one of those that ``of`` and ``where`` select."""
    for name in of:
        kind = select(name, Scope(meaning, None, on, on))[0]
        scope = Scope.at(Moment(on), meaning, kind)
        verdict = select(name, scope)[1] & compile_where(kind, where, scope)
        if rows_of(kind, scope).filter(verdict.possible, fact=fact).exists():
            return True
    return False


def _either(found: list[tuple[Kind, Verdict]]) -> tuple[Kind, Verdict]:
    kind, verdict = found[0]
    for other, more in found[1:]:
        kind, verdict = common(kind, other), verdict | more
    return kind, verdict


def common(kind: Kind, other: Kind) -> Kind:
    """What two kinds both are: themselves, or what both are built on."""
    if other.name == kind.name:
        if other.fields.keys() == kind.fields.keys():
            return kind
        return replace(kind, fields={**other.fields, **kind.fields})
    if basic(other) != basic(kind):
        raise Unsayable(f"a list cannot be of {kind.name} and of {other.name} at once")
    return VOCABULARY[basic(kind)]


def basic(kind: Kind) -> str:
    """The kind under which the records of a kind are kept."""
    return kind.basic or kind.name


def _named(name: str, scope: Scope) -> Q:
    """Rows that one entry of a programme wrote, told by the programme and the entry's name."""
    return Q(programme=scope.meaning.programme_key(), name=name)


def _enrolled(name: str, scope: Scope) -> Verdict:
    inner = scope.within(VOCABULARY["enrolment"])
    rows = stated(Enrolment, inner).filter(_named(name, scope))
    return Verdict.plain(Q(Beside(rows, "subject", TAKEN_IN)))


# ------------------------------------------------------------------ lines of a condition


def compile_where(kind: Kind, where: Mapping[str, Any], scope: Scope) -> Verdict:
    """A condition over records of one kind; every line must hold."""
    verdict = EVERYTHING
    for left, right in where.items():
        verdict = verdict & _line(kind, left, right, scope)
    return verdict


def _line(kind: Kind, left: str, right: Any, scope: Scope) -> Verdict:
    if left == "any":
        return _any_of(kind, right, scope)
    if left == "none":
        return ~_any_of(kind, right, scope)
    if left == TWIN:
        alike: Verdict = _comparing().twin(kind, right, scope)
        return alike
    if left in kind:
        return _compared_line(kind, kind[left], right, scope)
    sort = scope.meaning.sort_of(left)
    if sort == "class" and not isinstance(right, Mapping):
        return _class_line(left, right, scope)
    if sort in ("checklist", "workflow"):
        judged: Verdict = _verdicts().verdict_line(kind, left, right, scope)
        return judged
    if sort == "duty":
        owed: Verdict = _turns().turns_line(kind, left, right, scope)
        return owed
    if sort == "review" and isinstance(right, Mapping) and IN_A_ROW in right:
        in_a_row: Verdict = _turns().results_line(left, right, scope)
        return in_a_row
    other, verdict = select(left, scope)
    if basic(other) == basic(kind) and isinstance(right, bool) and sort != "pairing":
        return verdict if right else ~verdict
    return _tied_line(kind, left, right, scope)


def _any_of(kind: Kind, groups: Iterable[Mapping[str, Any]], scope: Scope) -> Verdict:
    verdict = Verdict.plain(NOTHING)
    for group in groups:
        verdict = verdict | compile_where(kind, group, scope)
    return verdict


def _class_line(name: str, options: Any, scope: Scope) -> Verdict:
    inner = scope.within(VOCABULARY["class"])
    rows = stated(Class, inner).filter(_named(name, scope))
    hit = Q(Beside(rows, "subject", SORTED, Q(option__in=_several(options))))
    if scope.meaning.class_required(name):
        return Verdict(hit, hit | ~Q(Beside(rows, "subject", SORTED)))
    return Verdict.plain(hit)


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


# ------------------------------------------------------------------ fields


def _comparing() -> Any:
    """The room next door, which is built on this one."""
    from bangfu.ledger import comparing

    return comparing


def _verdicts() -> Any:
    """The room next door where verdicts are worked out, which is built on this one."""
    from bangfu.ledger import verdicts

    return verdicts


def _turns() -> Any:
    """The room next door where turns and results are asked for, which is built on this one."""
    from bangfu.ledger import turns

    return turns


def _compared_line(kind: Kind, field: Field, right: Any, scope: Scope) -> Verdict:
    """A line on a field: what is held against another field is asked for by itself."""
    if not isinstance(right, Mapping) or field.type in ("one", "many"):
        return _field_line(kind, field, right, scope)
    others = {word: r for word, r in right.items() if _is_other(word, field, r, scope)}
    rest = {word: r for word, r in right.items() if word not in others}
    verdict = _field_line(kind, field, rest, scope) if rest else EVERYTHING
    for word, other in others.items():
        verdict = verdict & _comparing().compared(kind, field, word, other, scope)
    return verdict


def _is_other(word: str, field: Field, right: Any, scope: Scope) -> bool:
    """Whether a word compares with another field rather than with a day or a number."""
    if word == SAME:
        return True
    if word not in COMPARISONS or not isinstance(right, str):
        return False
    if field.type == "day":
        return not (_ISO.fullmatch(right) or CONDITION_DAY.fullmatch(right))
    return scope.meaning.sort_of(right) != "value"


def _field_line(kind: Kind, field: Field, right: Any, scope: Scope) -> Verdict:
    if field.type == "many":
        return _many_line(field, right, scope)
    if field.compute is not None:
        return _computed_nowline(kind, field, right, scope)
    if field.is_attached:
        wanted = right["known"] if isinstance(right, Mapping) else right
        attached = Q(attached_to(field, scope.known_at))
        return Verdict.plain(attached if wanted else ~attached)
    if field.is_answer:
        return _answer_line(field, right, scope)
    if not field.read.startswith("sheet."):
        return _column(field.read or field.key, field, right, scope)
    sheet = stated(sheet_of(kind), replace(scope, own=scope.inner))
    column = field.read.removeprefix("sheet.")
    told, wiped = _column(column, field, right, below(scope)), _wiped(column, field)
    if isinstance(right, Mapping) and "known" in right:
        there = _column(column, field, {"known": True}, below(scope))
        filled = _stated(sheet, _either_of(there.sure, wiped))
        rest = {word: value for word, value in right.items() if word != "known"}
        also = _field_line(kind, field, rest, scope) if rest else EVERYTHING
        return Verdict.plain(filled if right["known"] else ~filled) & also
    sure, possible = _stated(sheet, told.sure), _either_of(told.possible, wiped)
    if field.blank_means_none:
        return Verdict(sure, _stated(sheet, possible))
    doubt = None if told.doubt is None else _unless_said(sheet, _either_of(told.doubt, wiped))
    return Verdict(sure, _unless_said(sheet, possible), doubt)


def _answer_line(field: Field, right: Any, scope: Scope) -> Verdict:
    """A question of an activity; rows without an answer are told apart before the answer is."""
    there = Q(answers__has_key=field.key)
    if isinstance(right, Mapping) and "known" in right:
        rest = {word: bound for word, bound in right.items() if word != "known"}
        also = _answer_line(field, rest, scope) if rest else EVERYTHING
        return Verdict.plain(there if right["known"] else ~there) & also
    verdict = _answer_itself(field, right, scope)
    sure, possible = there & verdict.sure, there & verdict.possible
    if field.blank_means_none:
        return Verdict.plain(sure) if verdict.exact else Verdict(sure, possible)
    return Verdict(sure, possible | ~there)


def _answer_itself(field: Field, right: Any, scope: Scope) -> Verdict:
    """What an answer that is there says."""
    if field.several:
        holding = [f'"{word}"' for word in _several(right)]
        hits = [Q(**{f"answers__{field.key}__icontains": text}) for text in holding]
        return Verdict.plain(functools.reduce(operator.or_, hits))
    if isinstance(right, Mapping):
        return _answer_bounds(field, right, scope)
    values = [_as_answer(_value(field, v, scope)) for v in _several(right)]
    return Verdict.plain(Q(**{f"answers__{field.key}__in": values}))


def _answer_bounds(field: Field, bounds: Mapping[str, Any], scope: Scope) -> Verdict:
    hit, unset, told = Q(), NOTHING, answer_of(field)
    for word, bound in bounds.items():
        value = _value(field, bound, scope)
        if value is None:
            return Verdict(NOTHING, ANYTHING)
        if isinstance(value, Steps):
            unset = _either_of(unset, value.before_the_first())
            value = value.expression()
        hit = hit & Q(_COMPARED[word](told, value))
    return Verdict.plain(hit) if unset is NOTHING else Verdict(hit & ~unset, hit | unset)


def attached_to(field: Field, known_at: dt.datetime | None) -> ThereIs:
    """Whether a piece of work has a file beside it: a photo, or a paper of any form."""
    beside = File.objects.known(known_at).filter(activity=OuterRef("fact"))
    return ThereIs(beside.filter(form="photo") if field.read == "files.photo" else beside)


def _as_answer(value: Any) -> Any:
    """A value as it is kept among answers: days are written out."""
    return value.isoformat() if isinstance(value, dt.date) else value


def answer_of(field: Field) -> Any:
    """An expression that reads a question's answer; nothing where there is none."""
    told = KeyTextTransform(field.key, "answers")
    if field.type == "number":
        return Cast(told, DecimalField(max_digits=18, decimal_places=4))
    if field.type == "day":
        return Cast(told, DateField())
    if field.type == "flag":
        whens = [When(**{f"answers__{field.key}": v}, then=Value(v)) for v in (True, False)]
        return Case(*whens, default=None, output_field=BooleanField())
    return told


def _stated(sheet: QuerySet[Any], told: Q) -> Q:
    """The sheet, of which there is one a day, says so."""
    return Q(Beside(sheet, "fact", STATED, told))


def _unless_said(sheet: QuerySet[Any], possible: Q) -> Q:
    """No sheet says otherwise: one that may be meant or none at all, and there is one a day.

    As one question, since for two alternatives PostgreSQL would look at every sheet by itself.
    """
    return Beside.no_other(sheet, "fact", possible)


def _wiped(column: str, field: Field) -> Q:
    """Sheets that held a value until the person was erased: that it was known stays known."""
    return NOTHING if field.sensitivity == "open" else Q(wiped__contains=f" {column} ")


def below(scope: Scope) -> Scope:
    """The scope of what stands beside a row of the scope, one subquery further in."""
    return replace(scope, own=scope.inner, inner=_deeper(scope.inner), this=scope.further())


def _column(column: str, field: Field, right: Any, scope: Scope) -> Verdict:
    if field.type == "one":
        return _one_line(column, field, right, scope)
    if isinstance(right, Mapping):
        rest = {word: bound for word, bound in right.items() if word != "known"}
        verdict = _bounded(column, field, rest, scope) if rest else EVERYTHING
        if "known" in right:
            verdict = verdict & _known_line(column, field, bool(right["known"]), scope)
        return verdict
    return _equal(column, field, right, scope)


def _blank(column: str, field: Field) -> Q:
    textual = field.type in ("text", "code", "ranked") and field.sensitivity != "sealed"
    return Q(**{column: ""}) if textual else Q(**{f"{column}__isnull": True})


def _known_line(column: str, field: Field, wanted: bool, scope: Scope) -> Verdict:
    there = ~_blank(column, field)
    if field.happens:
        there = there & Q(**{f"{column}__lte": expression_of(scope.own)})
    return Verdict.plain(there if wanted else ~there)


def _equal(column: str, field: Field, right: Any, scope: Scope) -> Verdict:
    values = [_value(field, v, scope) for v in _several(right)]
    hit = Q(**{f"{column}__in": values})
    if field.happens:
        return Verdict.plain(hit & Q(**{f"{column}__lte": expression_of(scope.own)}))
    if field.blank_means_none or column in _NEVER_UNKNOWN:
        return Verdict.plain(hit)
    blank = _blank(column, field)
    return Verdict(hit, hit | blank, blank)


def _bounded(column: str, field: Field, bounds: Mapping[str, Any], scope: Scope) -> Verdict:
    unset, told = NOTHING, dict[str, Any]()
    for word, bound in bounds.items():
        value = _value(field, bound, scope)
        if value is None:
            return Verdict(NOTHING, ANYTHING)
        if isinstance(value, Steps):
            unset = unset | value.before_the_first()
            value = value.expression()
        told[word] = value
    hit = _between_days(column, told) if field.type == "day" else Q()
    for word, value in told.items():
        hit = hit & _bound_q(column, field, word, value)
    if field.happens:
        return Verdict.plain(hit & Q(**{f"{column}__lte": expression_of(scope.own)}))
    if column in _NEVER_UNKNOWN:
        return Verdict.plain(hit) if unset is NOTHING else Verdict(hit, hit | unset)
    blank = _blank(column, field)
    return Verdict(hit, hit | blank | unset, blank if unset is NOTHING else None)


#: Days that every record has, and the last one: a record that still runs has surely none.
_NEVER_UNKNOWN = ("date", "began", "ended")


_LOOKUP: Mapping[str, str] = {
    "at_least": "gte", "from": "gte", "above": "gt", "after": "gt",
    "at_most": "lte", "to": "lte", "below": "lt", "before": "lt", "exactly": "exact",
}  # fmt: skip


def _between_days(column: str, told: dict[str, Any]) -> Q:
    """From a first to a last day, taken out of what is told: one range, which an index can bound.

    On SQLite a day alone bounds none from above (see ``day_bounds``).
    """
    if not all(isinstance(told.get(word), dt.date) for word in ("from", "to")):
        return Q()
    return Q(**{f"{column}__range": (told.pop("from"), told.pop("to"))})


def _bound_q(column: str, field: Field, word: str, value: Any) -> Q:
    if field.type == "ranked":
        order = list(field.codes)
        at = order.index(value)
        allowed = {
            "at_least": order[at:],
            "at_most": order[: at + 1],
            "exactly": [value],
        }[word]
        return Q(**{f"{column}__in": allowed})
    return Q(**{f"{column}__{_LOOKUP[word]}": value})


def _value(field: Field, value: Any, scope: Scope) -> Any:
    """A literal as the column holds it: days resolved, yuan in fen, dated values looked up."""
    if field.type == "day" and isinstance(value, str):
        if _ISO.fullmatch(value):
            return dt.date.fromisoformat(value)
        return day_in_condition(value, on=day_named(scope.own, value))
    if field.type in ("number", "money") and isinstance(value, str):
        day = scope.row_day()
        if not isinstance(day, dt.date):
            steps = scope.meaning.steps_of(value)
            return Steps(day, tuple((since, _in_units(field, v)) for since, v in steps))
        value = scope.meaning.value_on(value, day)
    return _in_units(field, value)


def _in_units(field: Field, value: Any) -> Any:
    """Yuan in fen."""
    if field.type == "money" and value is not None:
        return int(Fraction(str(value)) * 100)
    return value


@dataclass(frozen=True, slots=True)
class Steps:
    """A dated value read on the day of each row: since when it has been what, oldest first."""

    day: Any
    steps: tuple[tuple[dt.date, Any], ...]

    def expression(self) -> Any:
        """The value on the row's day; nothing before its first day."""
        whens = [
            When(GreaterThanOrEqual(self.day, Value(since)), then=Value(value))
            for since, value in reversed(self.steps)
        ]
        return Case(*whens, default=None)

    def before_the_first(self) -> Q:
        """Rows of days on which it was not set yet."""
        return Q(LessThan(self.day, Value(self.steps[0][0]))) if self.steps else ANYTHING


def day_named(day: Day, word: str) -> dt.date:
    """A day that is the same for every row; Unsayable for that of each event."""
    if isinstance(day, EventDay):
        raise Unsayable(
            f'"{word}" depends on the day of each single event; name a day, or ask it of the event'
        )
    return day


def _computed_nowline(kind: Kind, field: Field, right: Any, scope: Scope) -> Verdict:
    """A field without a column of its own, such as an age: on the sheet where there is one."""
    bounds = right if isinstance(right, Mapping) else {"exactly": right}
    day = expression_of(scope.inner if kind.sheet else scope.own)
    assert field.compute is not None
    found = field.compute(day, scope.known_at)
    told = Q()
    for word, bound in bounds.items():
        told = told & _computed_bound(found, word, bound, field, scope)
    if not kind.sheet:
        return Verdict.plain(told)
    sheet = stated(sheet_of(kind), replace(scope, own=scope.inner))
    sure = _stated(sheet, told)
    if "known" in bounds or field.blank_means_none:
        return Verdict.plain(sure)
    return Verdict(sure, _unless_said(sheet, told | Q(IsNull(found, True))))


def _computed_bound(found: Any, word: str, bound: Any, field: Field, scope: Scope) -> Q:
    """One bound of a computed field; of several words any may be meant."""
    if word == "known":
        return Q(IsNull(found, not bound))
    values = [_value(field, one, scope) for one in _several(bound)]
    return functools.reduce(operator.or_, (Q(_COMPARED[word](found, v)) for v in values))


# ------------------------------------------------------------------ pointers and ties


def _one_line(column: str, field: Field, right: Any, scope: Scope) -> Verdict:
    if isinstance(right, Mapping) and "known" in right:
        there = Verdict.plain(Q(**{f"{column}__isnull": not right["known"]}))
        rest = {left: value for left, value in right.items() if left != "known"}
        return there & _one_line(column, field, rest, scope) if rest else there
    if field.to == "place" and not isinstance(right, Mapping):
        return Verdict.plain(_within_places(f"{column}_id", _several(right), scope))
    if not isinstance(right, Mapping):
        return Verdict.plain(Q(**{f"{column}__in": _several(right)}))
    verdict = Verdict.plain(NOTHING)
    for kind in _pointed_at(field, right, scope):
        inner = scope.within(kind)
        told = compile_where(kind, right, inner)
        rows = rows_of(kind, inner).filter(fact=OuterRef(f"{column}_id"))
        there = Verdict(Q(ThereIs(rows.filter(told.sure))), Q(ThereIs(rows.filter(told.possible))))
        if field.to == "subject" and kind.name == "place":
            there = Verdict.plain(_is_place(column)) & there
        verdict = verdict | there
    return verdict


def _is_place(column: str) -> Q:
    """That a pointer at any subject leads to a place, which few do; asked before what lies there.

    PostgreSQL else finds out of every place first whether it meets the condition.
    """
    return Q(ThereIs(Subject.objects.filter(pk=OuterRef(f"{column}_id"), kind="place")))


def _pointed_at(field: Field, where: Mapping[str, Any], scope: Scope) -> list[Kind]:
    """The kinds a pointer may lead to and of which the condition can be asked."""
    if field.to != "subject":
        return [VOCABULARY[field.to]]
    kinds = [VOCABULARY[k] for k in SUBJECT_KINDS]
    # A word that is some kind's field speaks of that kind, not of what is tied to another.
    fielded = {left for left in where if any(left in kind for kind in kinds)}
    fits = [
        k
        for k in kinds
        if all(left in k if left in fielded else _askable(k, left, scope) for left in where)
    ]
    if not fits:
        raise Unsayable(f"no kind of subject can be asked about {', '.join(where)}")
    return fits


def _askable(kind: Kind, left: str, scope: Scope) -> bool:
    if left in kind or left in ("any", "none") or scope.meaning.sort_of(left) == "class":
        return True
    if scope.meaning.sort_of(left) in ("checklist", "workflow"):
        return select(scope.meaning.entry_of(left).each, scope)[0].name == kind.name
    if left in VOCABULARY:
        return bool(VOCABULARY.ties(of=left, to=kind.name))
    if not scope.meaning.sort_of(left):
        return False
    listed = select(left, scope)[0].name
    return listed == kind.name or bool(VOCABULARY.ties(of=listed, to=kind.name))


def _within_places(column: str, codes: list[Any], scope: Scope) -> Q:
    """In one of the places or anywhere inside them, by the tree as it stood on the day."""
    inner, q = below(scope), NOTHING
    for spans in _spans_named(codes, scope):
        several = len({span.path for span in spans}) > 1
        for root in spans if several else spans[:1]:
            inside = stated(Place, inner).filter(under(root.path))
            if several:
                # A place that moved has the path of each span only on the days of that span.
                then = stated(Place, below(inner)).filter(pk=root.pk)
                inside = inside.filter(ThereIs(then))
            q = _either_of(q, Q(Beside(inside, "fact", PLACED, outer=column)))
    return q


def _spans_named(codes: list[Any], scope: Scope) -> list[list[Place]]:
    """The spans of each place that is meant by its key or by a code that it has or once had."""
    believed = Place.objects.filter(known(scope.known_at))
    facts: set[UUID] = set()
    for code in codes:
        if isinstance(code, UUID):
            facts.add(code)
            continue
        bearing = believed.filter(code__in=spellings(code))
        own = scope.own
        on_the_day = bearing.filter(Place.so_on(own)) if isinstance(own, dt.date) else bearing
        # A code may have passed to another place: whoever has it on the day goes first.
        for rows in (on_the_day, bearing):
            if held := set(rows.values_list("fact", flat=True)):
                facts |= held
                break
    spans: dict[UUID, list[Place]] = {}
    for span in believed.filter(fact__in=facts).order_by("began"):
        spans.setdefault(span.fact, []).append(span)
    return list(spans.values())


def spellings(code: str) -> list[str]:
    """The lengths in which one division code is written: 6, 9 and 12 digits."""
    digits = str(code).strip()
    return sorted({digits, digits.ljust(12, "0")})


def under(path: str) -> Q:
    """The place of that path and everything inside it, as a range of the index."""
    return Q(path__gte=path, path__lt=path + "~")


def upwards(path: str) -> list[str]:
    """The paths of a place and of everything it lies in, from the top down."""
    steps = path.split("/")[:-1]
    return ["/".join(steps[: n + 1]) + "/" for n in range(len(steps))]


def _many_line(field: Field, right: Any, scope: Scope) -> Verdict:
    inner = scope.within(VOCABULARY["person"])
    parts = Participant.objects.filter(
        known(scope.known_at), activity=OuterRef("fact"), part=field.read
    )
    bounds, where = _split(right)
    if not isinstance(right, Mapping):
        return Verdict.plain(Q(ThereIs(parts.filter(subject__in=_several(right)))))
    if "known" in where:
        there = Q(ThereIs(parts)) if where.pop("known") else ~Q(ThereIs(parts))
        some = _many_line(field, {**bounds, **where}, scope) if bounds or where else EVERYTHING
        return Verdict.plain(there) & some
    return _counted(bounds, parts, [Q()], _one_line("subject", field, where, inner))


def _tied_line(kind: Kind, left: str, right: Any, scope: Scope) -> Verdict:
    """So many records tied to this one meet the inner condition; at least one unless it is said."""
    other = VOCABULARY[left] if left in VOCABULARY else select(left, scope)[0]
    bounds, where = _split(right)
    if right is False:
        bounds = {"exactly": 0}
    added, apart = where.get("sum"), where.get("distinct")
    where = {k: v for k, v in where.items() if k not in ("as", "sum", "distinct")}
    via = right.get("as") if isinstance(right, Mapping) else None
    fields = _ties(other, kind, via, whole=other.name in ("pairing", "agreement"))
    # Seen from what stands between, of which each record has few: parts of work, or sheets.
    many = fields[0].type == "many"
    between = not (added or apart) and (many or fields[0].read.startswith("sheet."))
    inner = (_further_in(scope) if between else scope).within(other)
    inner = replace(inner, this=(kind, 2 if between else 1))
    all_told = EVERYTHING if left in VOCABULARY else select(left, inner)[1]
    told = all_told & compile_where(other, where, inner)
    rows, ties = rows_of(other, inner), [tie_by(other, f, kind, inner) for f in fields]
    if many and not between:
        # Of what somebody had a part in: from the parts, of which there are few.
        ties = [Q(fact__in=_had_part(fields[0], inner).values("activity_id"))]
    if between:
        rows, ties, all_told, told = _between(fields[0], other, rows, (all_told, told), scope)
    amounts = any(_is_measured(word, n, scope) for word, n in bounds.items())
    if not (added or apart or amounts):
        bounds = {word: _how_many(n, scope) for word, n in bounds.items()}
        return _counted(bounds, rows, ties, told)
    tied = rows.filter(functools.reduce(operator.or_, ties))
    field = other[added] if added else None
    if apart:
        tied, apart = _told_apart(tied, other, apart)
        bounds = bounds or {"at_least": 1}
    verdict: Verdict = _comparing().measured(
        bounds, field, tied, all_told, told, kind, scope, apart
    )
    return verdict


def _told_apart(rows: QuerySet[Any], kind: Kind, path: str) -> tuple[QuerySet[Any], str]:
    """Rows that say something in a field of which different values are counted, and its column."""
    if path == "day":
        return rows, "date"
    field = kind[path]
    column = field.read or field.key
    if not field.stands_itself:
        raise Unsayable(f"{path} of a {kind.name} is no column of its own, to be told apart")
    worded = field.type in ("text", "code", "ranked")
    return (rows.exclude(**{column: ""}) if worded else rows), column


def _is_measured(word: str, bound: Any, scope: Scope) -> bool:
    """Whether a bound wants the very number of tied records: a field, a share, more or less."""
    if word in AMOUNT_WORDS:
        return True
    return isinstance(bound, str) and scope.meaning.sort_of(bound) != "value"


def _further_in(scope: Scope) -> Scope:
    """The scope with one subquery more between it and what stands within."""
    return replace(scope, inner=_deeper(scope.inner), this=scope.further())


def _between(
    field: Field, other: Kind, rows: QuerySet[Any], told: tuple[Verdict, Verdict], scope: Scope
) -> tuple[QuerySet[Any], list[Q], Verdict, Verdict]:
    """A record's parts in some records, or the sheets that point at it: it has few of either.

    Asked from the records, every one of them would be looked at for every record outside. There
    is one sheet a day of each.
    """
    rows_between: QuerySet[Any]
    if field.type == "many":
        rows_between = Participant.objects.filter(known(scope.known_at), part=field.read)
        tie, outer = "subject", "activity_id"
    else:
        rows_between = stated(sheet_of(other), replace(scope, own=scope.inner))
        tie, outer = field.read.removeprefix("sheet."), "fact_id"
    every, some = (_there_is(rows, one, outer) for one in told)
    return rows_between, [Q(**{tie: OuterRef("fact")})], every, some


def _there_is(rows: QuerySet[Any], told: Verdict, outer: str) -> Verdict:
    """That one of some rows, to which ``outer`` leads, meets a condition."""
    sure = Q(Beside(rows, "fact", HAPPENED, told.sure, outer=outer))
    if told.exact:
        return Verdict.plain(sure)
    return Verdict(sure, Q(Beside(rows, "fact", HAPPENED, told.possible, outer=outer)))


def _split(right: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    if not isinstance(right, Mapping):
        return {}, {}
    bounds = {k: v for k, v in right.items() if k in (*BOUNDS, *AMOUNT_WORDS)}
    return bounds, {k: v for k, v in right.items() if k not in bounds}


def _ties(other: Kind, kind: Kind, via: str | None, *, whole: bool) -> list[Field]:
    """The fields of ``other`` of which any may lead to a record of ``kind``."""
    ties = (via,) if via else other.ties.get(kind.name, ()) or other.ties.get(kind.basic, ())
    if not ties:
        raise Unsayable(f"a {other.name} does not belong to a {kind.name}")
    if via and via not in other:
        raise Unsayable(f"a {other.name} has no field {via}; as names one of its own")
    return [other[name] for name in (ties if whole else ties[:1])]


def tie_by(other: Kind, field: Field, kind: Kind, inner: Scope) -> Q:
    """Seen from a row of ``other``: that its field leads to the row of ``kind`` one level out.

    ``inner`` is the scope in which the rows of ``other`` stand.
    """
    if field.type == "many":
        return Q(ThereIs(_had_part(field, inner).filter(activity=OuterRef("fact"))))
    if field.read.startswith("sheet."):
        column = field.read.removeprefix("sheet.")
        sheet = stated(sheet_of(other), replace(inner, own=inner.inner))
        led = sheet.filter(**{"fact": OuterRef("fact"), column: OuterRef(OuterRef("fact"))})
        return Q(ThereIs(led))
    column = field.read or field.key
    if kind.name == "place":
        inside = stated(Place, replace(inner, own=inner.inner)).filter(
            fact=OuterRef(f"{column}_id"), path__startswith=OuterRef(OuterRef("path"))
        )
        return Q(ThereIs(inside))
    return Q(**{column: OuterRef("fact")})


def _had_part(field: Field, inner: Scope) -> QuerySet[Any]:
    """The parts that the row one level out had in anything."""
    parts = Participant.objects.filter(known(inner.known_at), part=field.read)
    return parts.filter(subject=OuterRef(OuterRef("fact")))


def _how_many(n: Any, scope: Scope) -> int | None:
    """A number of tied records: a plain one, or a dated value; None before its first day."""
    if not isinstance(n, str):
        return int(n)
    if isinstance(scope.row_day(), dt.date):
        value = scope.meaning.value_on(n, scope.row_day())
        return None if value is None else int(value)
    raise Unsayable(f"{n} changes by date, and the tied records are counted on each row's own day")


def _counted(
    bounds: Mapping[str, Any], rows: QuerySet[Any], ties: list[Q], told: Verdict
) -> Verdict:
    """So many rows that some tie leads to meet a condition; at least one if nothing is said."""

    def least(n: int) -> Verdict:
        sure = _at_least(n, rows.filter(told.sure), ties)
        if told.exact:
            return Verdict.plain(sure)
        return Verdict(sure, _at_least(n, rows.filter(told.possible), ties))

    if not bounds:
        return least(1)
    verdict = EVERYTHING
    for word, n in bounds.items():
        if n is None:
            return Verdict(NOTHING, ANYTHING)
        if word in ("at_least", "exactly"):
            verdict = verdict & least(n)
        if word in ("at_most", "exactly"):
            verdict = verdict & ~least(n + 1)
    return verdict


def _at_least(n: int, rows: QuerySet[Any], ties: list[Q]) -> Q:
    if n <= 0:
        return ANYTHING
    rows = rows.order_by()
    if n > 1:
        return Q(ThereIs(rows.filter(functools.reduce(operator.or_, ties))[n - 1 : n]))
    # A question for each tie: two in one leave PostgreSQL no way but to try all pairs.
    return functools.reduce(operator.or_, (_tied(rows, tie) for tie in ties))


def _tied(rows: QuerySet[Any], tie: Q) -> Q:
    """That one of some rows is tied to the record outside, most often by a column of its own."""
    for told in tie.children:
        if isinstance(told, tuple) and told[1] == OuterRef("fact"):
            return Q(Beside(rows, told[0], HAPPENED))
    return Q(ThereIs(rows.filter(tie)))


@once
def sheet_rows(sheet: type[Fact], moment: Moment) -> QuerySet[Any]:
    """The sheet of a listed row, on the day of a moment."""
    return sheet._default_manager.at(moment).filter(fact=OuterRef("fact"))


def value_of(field: Field, kind: Kind, moment: Moment) -> Any:
    """An expression that reads a field of a listed row, for showing, sorting and adding up."""
    if field.compute is not None and not kind.sheet:
        return field.compute(moment.on, moment.known_at)
    if field.is_attached:
        return attached_to(field, moment.known_at)
    if field.is_answer:
        return answer_of(field)
    if field.compute is None and not field.read.startswith("sheet."):
        return F(field.read or field.key)
    sheet = sheet_rows(sheet_of(kind), moment)
    if field.compute is not None:
        return Subquery(
            sheet.annotate(computed_now=field.compute(moment.on, moment.known_at)).values(
                "computed_now"
            )[:1]
        )
    # A pointer read out of a subquery would lose its type and come as the text SQLite keeps it in.
    column = field.read.removeprefix("sheet.")
    pointer = UUIDField() if field.type == "one" else None
    return Subquery(sheet.values(column)[:1], output_field=pointer)
