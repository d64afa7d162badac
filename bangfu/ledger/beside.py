"""What stands beside a record: looked up for each row, or first where all rows are gone through.

A page of fifty rows looks for each whether something stands beside it and stops at the fiftieth.
To count three hundred thousand, the few that have it are found first and only these are looked at:
the same question, put the other way round. See decision 0033.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.lookups import Exact
from django.db.models.sql.where import AND, WhereNode

from bangfu.ledger.there_is import ThereIs

#: Sorts of what may stand beside a record, those first of which the fewest records have any.
HAPPENED, PLACED, STATED, SORTED, TAKEN_IN = range(5)


class Beside(ThereIs):
    """That one of some rows stands beside a record: ``by`` leads to the record's ``outer``.

    Of rows that are ``STATED`` there is at most one for each record: that it is ``told`` of it, or
    (``unless``) that nothing else is.
    """

    def __init__(
        self, rows: QuerySet[Any], by: str, sort: int, told: Q | None = None, *, outer: str = "fact"
    ) -> None:
        self.rows, self.by, self.sort, self.told, self.outer = rows, by, sort, told, outer
        self.unless: Q | None = None
        super().__init__(self.asked().filter(**{by: OuterRef(outer)}))

    @classmethod
    def no_other(cls, rows: QuerySet[Any], by: str, possible: Q) -> Q:
        """No stated row says otherwise: there is none at all, or it is possible."""
        other = cls(rows, by, STATED, ~possible)
        other.unless = possible
        return ~Q(other)

    def asked(self) -> QuerySet[Any]:
        """The rows of which one must be there, whatever record they stand beside."""
        return self.rows if self.told is None else self.rows.filter(self.told)

    def led(self) -> Q:
        """The same as a question that begins with these rows."""
        (found, *more) = gone_through(self.asked().order_by())
        rows = found if not more else self.asked().order_by()
        return Q(**{f"{self.outer}__in": rows.values(self.by)})

    @functools.cached_property
    def stands_alone(self) -> str:
        """The question for the rows; empty if it speaks of the record or can have no answer."""
        try:
            return str(self.rows.query)
        except (ValueError, EmptyResultSet):
            return ""


@dataclass(frozen=True, slots=True)
class _Found:
    """A condition that speaks of what stands beside: the rows, what one must say (if ``silent``
    it may also be that there is none), and the condition itself."""

    leaf: Any
    beside: Beside
    told: Q | None
    silent: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the rows of a question; no two parts of it have any in common.

    With a ``sheet``: those of ``rows`` beside which one of its rows stands of which ``told`` is so.
    """

    rows: QuerySet[Any]
    sheet: Beside | None = None
    told: Q | None = None

    def asked(self) -> QuerySet[Any]:
        """Its rows, found from the fewest."""
        if self.sheet is None:
            return self.rows
        beside = self.sheet
        led = Beside(beside.rows, beside.by, beside.sort, self.told, outer=beside.outer).led()
        return self.rows.filter(led)


def gone_through(rows: QuerySet[Any]) -> tuple[QuerySet[Any], ...]:
    """The same rows, in parts that have none in common, each asked for from the fewest.

    For whoever wants all of them; a page asks for the rows as they are.
    """
    return tuple(part.asked() for part in parted(rows))


def parted(rows: QuerySet[Any]) -> tuple[Part, ...]:
    """The same in parts of which it is known what each says of one sheet.

    For whoever counts them: what several questions say of the same sheet is counted at once.
    """
    query = rows.query
    if query.combinator or query.is_sliced or query.where.connector != AND:
        return (Part(rows),)
    leaves = list(_leaves(query.where))
    found = [one for leaf in leaves if (one := _found(leaf)) and one.beside.stands_alone]
    fit = [one for one in found if not one.silent or one.beside.sort == STATED]
    if not fit:
        return (Part(rows),)
    first = min(fit, key=lambda one: one.beside.sort)
    if first.beside.sort != STATED:
        return (Part(_without(rows, leaves, [first]).filter(first.beside.led())),)
    same = [one for one in fit if _beside_the_same(one.beside, first.beside)]
    return _by_what_is_stated(rows, leaves, same)


def _by_what_is_stated(
    rows: QuerySet[Any], leaves: Sequence[Any], same: Sequence[_Found]
) -> tuple[Part, ...]:
    """Those of which the sheet says all that is asked, and those that have no sheet."""
    base = same[0].beside
    told = [one.told for one in same if one.told is not None]
    rest = _without(rows, leaves, same)
    found = Part(rest, base, functools.reduce(operator.and_, told, Q()) or None)
    if not all(one.silent for one in same):
        return (found,)
    none = ~Q(Beside(base.rows, base.by, STATED, outer=base.outer))
    return (found, *parted(rest.filter(none)))


def _beside_the_same(one: Beside, other: Beside) -> bool:
    mine, its = ((x.rows.model, x.by, x.outer, x.stands_alone) for x in (one, other))
    return mine == its


def _without(
    rows: QuerySet[Any], leaves: Iterable[Any], without: Iterable[_Found]
) -> QuerySet[Any]:
    """The same rows with some conditions left out."""
    gone = {id(one.leaf) for one in without}
    found = rows.all()
    found.query.where = WhereNode([leaf for leaf in leaves if id(leaf) not in gone], AND)
    return found


def _leaves(where: Any) -> Iterable[Any]:
    """The conditions that must all hold."""
    for child in where.children:
        if isinstance(child, WhereNode) and not child.negated and child.connector == AND:
            yield from _leaves(child)
        else:
            yield child


def _found(leaf: Any) -> _Found | None:
    """What a condition says of what stands beside, if it speaks of that alone."""
    if (there := _beside(leaf)) is not None:
        return _Found(leaf, there, there.told, silent=False)
    if not (isinstance(leaf, WhereNode) and leaf.negated):
        return None
    inner = list(_leaves(WhereNode(leaf.children, leaf.connector)))
    other = _beside(inner[0]) if len(inner) == 1 else None
    if other is None or other.unless is None:
        return None
    return _Found(leaf, other, other.unless, silent=True)


def _beside(leaf: Any) -> Beside | None:
    told = isinstance(leaf, Exact) and leaf.rhs is True and isinstance(leaf.lhs, Beside)
    return leaf.lhs if told else None
