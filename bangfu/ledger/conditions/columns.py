"""Lines on a column of the record itself: equal, bounded, known, computed, an answer."""

from __future__ import annotations

import datetime as dt
import functools
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    IsNull,
    LessThan,
    LessThanOrEqual,
)

from bangfu.ledger.beside import STATED, Beside
from bangfu.ledger.conditions.rows import answer_of, as_answer, sheet_of, stated
from bangfu.ledger.conditions.scope import Day, EventDay, Scope, expression_of
from bangfu.ledger.conditions.verdict import (
    ANYTHING,
    EVERYTHING,
    NOTHING,
    Unsayable,
    Verdict,
    either_of,
)
from bangfu.programmes.kinds import Field, Kind
from bangfu.programmes.period import day_in_condition

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


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


def several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def answer_line(field: Field, right: Any, scope: Scope) -> Verdict:
    """A question of an activity; rows without an answer are told apart before the answer is."""
    there = Q(answers__has_key=field.key)
    if isinstance(right, Mapping) and "known" in right:
        rest = {word: bound for word, bound in right.items() if word != "known"}
        also = answer_line(field, rest, scope) if rest else EVERYTHING
        return Verdict.plain(there if right["known"] else ~there) & also
    verdict = _answer_itself(field, right, scope)
    sure, possible = there & verdict.sure, there & verdict.possible
    if field.blank_means_none:
        return Verdict.plain(sure) if verdict.exact else Verdict(sure, possible)
    return Verdict(sure, possible | ~there)


def _answer_itself(field: Field, right: Any, scope: Scope) -> Verdict:
    """What an answer that is there says."""
    if field.several:
        holding = [f'"{word}"' for word in several(right)]
        hits = [Q(**{f"answers__{field.key}__icontains": text}) for text in holding]
        return Verdict.plain(functools.reduce(operator.or_, hits))
    if isinstance(right, Mapping):
        return _answer_bounds(field, right, scope)
    values = [as_answer(_value(field, v, scope)) for v in several(right)]
    return Verdict.plain(Q(**{f"answers__{field.key}__in": values}))


def _answer_bounds(field: Field, bounds: Mapping[str, Any], scope: Scope) -> Verdict:
    hit, unset, told = Q(), NOTHING, answer_of(field)
    for word, bound in bounds.items():
        value = _value(field, bound, scope)
        if value is None:
            return Verdict(NOTHING, ANYTHING)
        if isinstance(value, Steps):
            unset = either_of(unset, value.before_the_first())
            value = value.expression()
        hit = hit & Q(_COMPARED[word](told, value))
    return Verdict.plain(hit) if unset is NOTHING else Verdict(hit & ~unset, hit | unset)


def stated_on(sheet: QuerySet[Any], told: Q) -> Q:
    """The sheet, of which there is one a day, says so."""
    return Q(Beside(sheet, "fact", STATED, told))


def unless_said(sheet: QuerySet[Any], possible: Q) -> Q:
    """No sheet says otherwise: one that may be meant or none at all, and there is one a day.

    As one question, since for two alternatives PostgreSQL would look at every sheet by itself.
    """
    return Beside.no_other(sheet, "fact", possible)


def is_wiped(column: str, field: Field) -> Q:
    """Sheets that held a value until the person was erased: that it was known stays known."""
    return NOTHING if field.sensitivity == "open" else Q(wiped__contains=f" {column} ")


def _blank(column: str, field: Field) -> Q:
    textual = field.type in ("text", "code", "ranked") and field.sensitivity != "sealed"
    return Q(**{column: ""}) if textual else Q(**{f"{column}__isnull": True})


def known_line(column: str, field: Field, wanted: bool, scope: Scope) -> Verdict:
    there = ~_blank(column, field)
    if field.happens:
        there = there & Q(**{f"{column}__lte": expression_of(scope.own)})
    return Verdict.plain(there if wanted else ~there)


def equal_line(column: str, field: Field, right: Any, scope: Scope) -> Verdict:
    values = [_value(field, v, scope) for v in several(right)]
    hit = Q(**{f"{column}__in": values})
    if field.happens:
        return Verdict.plain(hit & Q(**{f"{column}__lte": expression_of(scope.own)}))
    if field.blank_means_none or column in _NEVER_UNKNOWN:
        return Verdict.plain(hit)
    blank = _blank(column, field)
    return Verdict(hit, hit | blank, blank)


def bounded_line(column: str, field: Field, bounds: Mapping[str, Any], scope: Scope) -> Verdict:
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
        if ISO_DAY.fullmatch(value):
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


def computed_now_line(kind: Kind, field: Field, right: Any, scope: Scope) -> Verdict:
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
    sure = stated_on(sheet, told)
    if "known" in bounds or field.blank_means_none:
        return Verdict.plain(sure)
    return Verdict(sure, unless_said(sheet, told | Q(IsNull(found, True))))


def _computed_bound(found: Any, word: str, bound: Any, field: Field, scope: Scope) -> Q:
    """One bound of a computed field; of several words any may be meant."""
    if word == "known":
        return Q(IsNull(found, not bound))
    values = [_value(field, one, scope) for one in several(bound)]
    return functools.reduce(operator.or_, (Q(_COMPARED[word](found, v)) for v in values))
