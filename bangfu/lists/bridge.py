"""The bridge between two moments of a figure: 1,204 = 1,198 + 9 − 3, each term a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from bangfu.ledger.moment import Moment
from bangfu.lists.figure import Figure
from bangfu.lists.listing import without
from bangfu.lists.numbers import Number
from bangfu.lists.readings import kept_numbers

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
    split = _distinct_parts if figure.aggregate == "distinct" else _parts
    parts = split(before, after)
    numbers = kept_numbers("bridge", (before, after), lambda: _numbers(before, after, parts))
    start, end, *amounts = numbers
    terms = [
        Term(part.sort, amounts[2 * i], part.rows, int(amounts[2 * i + 1]))
        for i, part in enumerate(parts)
    ]
    return Bridge(earlier, later, start, end, tuple(t for t in terms if t.amount or t.count))


@dataclass(frozen=True)
class _Part:
    """A term before it is counted: its rows, and what they amount to."""

    sort: Sort
    rows: QuerySet[Any]
    amount: Callable[[int], Number]


def _numbers(before: Figure, after: Figure, parts: Sequence[_Part]) -> list[Number]:
    """The value at both moments, then for each term its amount and how many rows it has."""
    found = [_total(before, before.rows()), _total(after, after.rows())]
    for part in parts:
        count = part.rows.count()
        found += [part.amount(count), count]
    return found


def _parts(before: Figure, after: Figure) -> list[_Part]:
    first, last = before.rows(), after.rows()
    came = last.filter(fact__in=without(last, first, "fact"))
    gone = first.filter(fact__in=without(first, last, "fact"))
    parts = [
        _Part("came", came, lambda count: after.amount_over(came, count)),
        _Part("gone", gone, lambda count: -before.amount_over(gone, count)),
    ]
    if after.aggregate == "sum":
        old = first.annotate(told_before=before.value(before.field).expression)
        there = last.filter(fact__in=first.values("fact")).annotate(
            told_now=after.value(after.field).expression,
            told_before=Subquery(old.filter(fact=OuterRef("fact")).values("told_before")[:1]),
        )
        # What was blank and is told now has changed too, which "not equal" would not say.
        filled = Q(told_now__isnull=False, told_before__isnull=True)
        emptied = Q(told_now__isnull=True, told_before__isnull=False)
        moved = there.filter(~Q(told_now=F("told_before")) | filled | emptied)
        parts.append(_Part("changed", moved, lambda count: _gap(moved)))
    return parts


def _gap(moved: QuerySet[Any]) -> Number:
    return sum((row.told_now or 0) - (row.told_before or 0) for row in moved)


def _distinct_parts(before: Figure, after: Figure) -> list[_Part]:
    """What is counted once came with its first row and went with its last one."""
    came, with_new = _only_in(after, before)
    gone, with_lost = _only_in(before, after)
    return [
        _Part("came", with_new, lambda count: came.count()),
        _Part("gone", with_lost, lambda count: -gone.count()),
    ]


def _only_in(one: Figure, other: Figure) -> tuple[QuerySet[Any], QuerySet[Any]]:
    values = one.values_over(one.rows())
    column = next(iter(values.query.values_select or values.query.annotation_select))
    new = values.exclude(**{f"{column}__in": other.values_over(other.rows())})
    return new, one.rows_with(new)


def _total(figure: Figure, rows: QuerySet[Any]) -> Number:
    return figure.amount_over(rows, rows.count() if figure.aggregate == "count" else 0)
