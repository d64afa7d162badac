"""The bridge between two moments of a figure: 1,204 = 1,198 + 9 − 3, each term a list."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery

from bangfu.ledger.conditions import value_of
from bangfu.ledger.moment import Moment
from bangfu.lists.figure import Figure, Number

Sort = Literal["came", "gone", "changed"]


@dataclass(frozen=True)
class Term:
    """One part of the difference: rows that came, went, or count for another amount."""

    sort: Sort
    amount: Number
    rows: QuerySet[Any]
    count: int

    def keys(self) -> list[UUID]:
        """The keys of its rows."""
        return list(self.rows.values_list("fact", flat=True))


@dataclass(frozen=True)
class Bridge:
    """From an earlier reading over its terms to a later one; the sum always holds."""

    earlier: Moment
    later: Moment
    start: Number
    end: Number
    terms: tuple[Term, ...]

    @property
    def holds(self) -> bool:
        """Whether the terms account for the whole difference."""
        return sum(Fraction(n) for n in (self.start, *(t.amount for t in self.terms))) == self.end


def bridge(figure: Figure, earlier: Moment, later: Moment) -> Bridge:
    """How a counted or added-up figure came from its value at one moment to that at another."""
    before, after = figure.at(earlier), figure.at(later)
    terms = (
        _distinct_terms(before, after) if figure.aggregate == "distinct" else _terms(before, after)
    )
    start, end = _total(before, before.rows()), _total(after, after.rows())
    return Bridge(earlier, later, start, end, tuple(t for t in terms if t.amount or t.count))


def _terms(before: Figure, after: Figure) -> list[Term]:
    first, last = before.rows(), after.rows()
    # Not "not in": PostgreSQL would go through all of the others for each row once they are many.
    came = last.exclude(Exists(first.filter(fact=OuterRef("fact"))))
    gone = first.exclude(Exists(last.filter(fact=OuterRef("fact"))))
    terms = [Term("came", _total(after, came), came), Term("gone", -_total(before, gone), gone)]
    if after.aggregate == "sum":
        field = after.kind[after.field]
        old = first.annotate(told_before=value_of(field, before.kind, before.moment))
        there = last.filter(fact__in=first.values("fact")).annotate(
            told_now=value_of(field, after.kind, after.moment),
            told_before=Subquery(old.filter(fact=OuterRef("fact")).values("told_before")[:1]),
        )
        moved = there.exclude(told_now=F("told_before"))
        gap = sum((row.told_now or 0) - (row.told_before or 0) for row in moved)
        terms.append(Term("changed", gap, moved))
    return terms


def _distinct_terms(before: Figure, after: Figure) -> list[Term]:
    """What is counted once came with its first row and went with its last one."""
    return [
        Term("came", *_only_in(after, before)),
        Term("gone", *_negative(_only_in(before, after))),
    ]


def _only_in(one: Figure, other: Figure) -> tuple[Number, QuerySet[Any]]:
    values = one.values_over(one.rows())
    column = next(iter(values.query.values_select or values.query.annotation_select))
    new = values.exclude(**{f"{column}__in": other.values_over(other.rows())})
    return new.count(), one.rows_with(new)


def _negative(term: tuple[Number, QuerySet[Any]]) -> tuple[Number, QuerySet[Any]]:
    return -term[0], term[1]


def _total(figure: Figure, rows: QuerySet[Any]) -> Number:
    return figure.amount_over(rows, rows.count() if figure.aggregate == "count" else 0)
