"""Lines on other records that are tied to this one: whether there are any, and how many."""

from __future__ import annotations

import datetime as dt
import functools
import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import OuterRef, Q, QuerySet

from bangfu.ledger.beside import HAPPENED, Beside
from bangfu.ledger.conditions.columns import BOUNDS
from bangfu.ledger.conditions.rows import sheet_of, stated
from bangfu.ledger.conditions.scope import Scope
from bangfu.ledger.conditions.verdict import ANYTHING, EVERYTHING, NOTHING, Unsayable, Verdict
from bangfu.ledger.models import Participant, Place, known
from bangfu.ledger.there_is import ThereIs
from bangfu.programmes.comparing import AMOUNT_WORDS
from bangfu.programmes.kinds import Field, Kind


def told_apart(rows: QuerySet[Any], kind: Kind, path: str) -> tuple[QuerySet[Any], str]:
    """Rows that say something in a field of which different values are counted, and its column."""
    if path == "day":
        return rows, "date"
    field = kind[path]
    column = field.read or field.key
    if not field.stands_itself:
        raise Unsayable(f"{path} of a {kind.name} is no column of its own, to be told apart")
    worded = field.type in ("text", "code", "ranked")
    return (rows.exclude(**{column: ""}) if worded else rows), column


def is_measured(word: str, bound: Any, scope: Scope) -> bool:
    """Whether a bound wants the very number of tied records: a field, a share, more or less."""
    if word in AMOUNT_WORDS:
        return True
    return isinstance(bound, str) and scope.meaning.sort_of(bound) != "value"


def between_line(
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


def words_and_lines(right: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    if not isinstance(right, Mapping):
        return {}, {}
    bounds = {k: v for k, v in right.items() if k in (*BOUNDS, *AMOUNT_WORDS)}
    return bounds, {k: v for k, v in right.items() if k not in bounds}


def ties_of(other: Kind, kind: Kind, via: str | None, *, whole: bool) -> list[Field]:
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
        return Q(ThereIs(had_part(field, inner).filter(activity=OuterRef("fact"))))
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


def had_part(field: Field, inner: Scope) -> QuerySet[Any]:
    """The parts that the row one level out had in anything."""
    parts = Participant.objects.filter(known(inner.known_at), part=field.read)
    return parts.filter(subject=OuterRef(OuterRef("fact")))


def how_many(n: Any, scope: Scope) -> int | None:
    """A number of tied records: a plain one, or a dated value; None before its first day."""
    if not isinstance(n, str):
        return int(n)
    if isinstance(scope.row_day(), dt.date):
        value = scope.meaning.value_on(n, scope.row_day())
        return None if value is None else int(value)
    raise Unsayable(f"{n} changes by date, and the tied records are counted on each row's own day")


def counted_line(
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
