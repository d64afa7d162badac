"""A figure for each record of a list: the rows that belong to it, none being an answer too."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    BigIntegerField,
    Count,
    DecimalField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from bangfu.ledger.conditions import Scope, Unsayable, rows_of, tie_by
from bangfu.ledger.there_is import ThereIs
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.figure import Figure
from bangfu.lists.listing import Listing
from bangfu.lists.numbers import Group, Reading
from bangfu.lists.told_apart import period_column
from bangfu.lists.turn_figures import TurnFigure
from bangfu.programmes.kinds import Kind
from bangfu.programmes.literals import APART


def by_each(figure: Figure, each: str, via: str = "") -> list[Group]:
    """The figure for every record of a list of the programme, in one query.

    ``via`` is the path by which a counted row belongs to one of them: a field, or a tied kind and
    its field (``post.organisation``).
    """
    owners = Listing((each,), figure.moment, programme=figure.listing.programme)
    if isinstance(figure, TurnFigure):
        told, there = figure.each_of(owners, via), owners.sure().order_by("pk")
        return [
            Group(row.fact_key, _called(row), told.get(row.fact_key, _reading(0))) for row in there
        ]
    rows = figure.rows().filter(_tie(figure, owners.kind, via)).order_by()
    adds = figure.aggregate == "sum" and not figure.is_money
    sort = DecimalField(max_digits=20, decimal_places=4) if adds else BigIntegerField()
    summed = Subquery(_aggregated(figure, rows), output_field=sort)
    counted = Coalesce(summed, Value(0), output_field=sort)
    found = owners.sure().annotate(counted=counted).order_by("pk")
    return [Group(row.fact_key, _called(row), _reading(row.counted)) for row in found]


def _called(row: Any) -> str:
    return str(getattr(row, "name", row.pk))


def _reading(counted: Any) -> Reading:
    return Reading(counted, counted, counted if isinstance(counted, int) else 0, 0)


def _aggregated(figure: Figure, rows: QuerySet[Any]) -> QuerySet[Any]:
    total: Any = Count("pk")
    if figure.aggregate == "sum":
        total = Sum(figure.value(figure.field).expression)
    elif figure.field in APART:
        total = Count(period_column(figure.field), distinct=True)
    elif figure.aggregate == "distinct":
        value = figure.value(figure.field)
        if value.parts is not None:
            raise Unsayable(f"{figure.name}: {figure.field} is counted as a whole, not for each")
        total = Count(value.expression, distinct=True)
    grouped: QuerySet[Any] = rows.annotate(one=Value(1)).values("one")
    total_of: QuerySet[Any] = grouped.annotate(total=total).values("total")
    return total_of


def _inside(figure: Figure, owner: Kind) -> Scope:
    """The scope of the counted rows, seen from a row of the owner."""
    return Scope.at(figure.moment, figure.listing.meaning, owner).within(figure.kind)


def _tie(figure: Figure, owner: Kind, via: str) -> Q:
    kind = figure.kind
    head, _, tail = via.partition(".")
    if not via:
        ties = kind.ties.get(owner.name, ())
        if len(ties) != 1:
            raise Unsayable(f"say by which path a {kind.name} belongs to a {owner.name}")
        return tie_by(kind, kind[ties[0]], owner, _inside(figure, owner))
    if not tail:
        return tie_by(kind, kind[head], owner, _inside(figure, owner))
    middle = VOCABULARY[head]
    scope = Scope.at(figure.moment, figure.listing.meaning, kind).within(middle)
    between = rows_of(middle, scope).filter(
        **{middle.ties[kind.name][0]: OuterRef("fact"), tail: OuterRef(OuterRef("fact"))}
    )
    return Q(ThereIs(between))
