"""Units side by side: whom their people help, what was done, which needs wait, what was given.

Persons are never compared. Only what the account may open is counted, each sort in one query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, UUIDField
from django.db.models.functions import Coalesce

from bangfu.ledger.access import opens, visible
from bangfu.ledger.models import (
    Activity,
    Entry,
    Need,
    Pairing,
    Participant,
    Post,
    Programme,
    User,
)
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.readings import kept_of

#: What is counted of each unit, in the order of the columns; money is in fen.
COLUMNS = ("paired", "visits", "open", "late", "promised", "received")
MONEY = frozenset(("promised", "received"))


@dataclass(frozen=True)
class Unit:
    """One unit with its numbers by column."""

    key: UUID
    name: str
    numbers: Mapping[str, int]


def units(
    user: User, programme: Programme, moment: Moment, *, sort: str = "", money: bool = True
) -> list[Unit]:
    """Every unit that helps, works, answers for needs or gives in a programme, by a day.

    ``sort``: a column, the largest first; else by name. ``money``: whether sums are asked for.
    """
    found: dict[UUID, dict[str, int]] = {}
    for row in _sums(user, programme, moment, money):
        numbers = found.setdefault(row.unit, dict.fromkeys(COLUMNS, 0))
        for column, number in row.numbers.items():
            numbers[column] += number
    named = visible(user, VOCABULARY["organisation"], moment=moment).filter(fact__in=list(found))
    names = named.order_by("sort_key", "pk").values_list("fact", "name")
    told = [Unit(key, name, found[key]) for key, name in names]
    if sort in COLUMNS:
        told.sort(key=lambda one: -one.numbers[sort])
    return told


@dataclass(frozen=True, slots=True)
class _Row:
    unit: UUID
    numbers: Mapping[str, int]


def _sums(user: User, programme: Programme, moment: Moment, money: bool) -> Iterable[_Row]:
    yield from _counted(
        _paired(user, programme, moment), {"paired": Count("subject", distinct=True)}
    )
    yield from _counted(_visits(user, programme, moment), {"visits": Count("pk")})
    late = Count("pk", filter=Q(due__lt=moment.on))
    yield from _counted(_needs(user, programme, moment), {"open": Count("pk"), "late": late})
    if money:
        promised = Sum("amount", filter=Q(direction="promised"))
        received = Sum("amount", filter=Q(direction="in"))
        yield from _counted(
            _entries(user, programme, moment), {"promised": promised, "received": received}
        )


def _counted(rows: QuerySet[Any], what: Mapping[str, Any]) -> Iterable[_Row]:
    """Rows with their unit, counted by it; kept until a table that they stand on is written."""
    asked = rows.order_by().values("unit").annotate(**what).exclude(unit__isnull=True)

    def count() -> dict[str, Any]:
        return {"units": [[str(r["unit"]), *(int(r[c] or 0) for c in what)] for r in asked]}

    answer = kept_of("units", asked, count)
    if answer is None:
        return []
    return [_Row(UUID(key), dict(zip(what, sums, strict=True))) for key, *sums in answer["units"]]


def _post_of(person: str, moment: Moment) -> Any:
    """The unit in which somebody holds a post on the day, the oldest post first."""
    posts = Post.objects.at(moment).filter(person=OuterRef(person)).order_by("began", "pk")
    return Subquery(posts.values("organisation")[:1], output_field=UUIDField())


def _paired(user: User, programme: Programme, moment: Moment) -> QuerySet[Any]:
    """The pairings with the unit that helps: the helper's own, or the helper itself."""
    rows = Pairing.objects.at(moment).filter(programme=programme)
    helping = Coalesce(_post_of("helper", moment), F("helper"), output_field=UUIDField())
    found: QuerySet[Any] = opens(user, VOCABULARY["pairing"], rows).annotate(unit=helping)
    return found


def _visits(user: User, programme: Programme, moment: Moment) -> QuerySet[Any]:
    """The visits with the unit that made them: the one named, or that of the first who came."""
    rows = Activity.objects.at(moment).filter(programme=programme, kind="visit")
    came = Participant.objects.known(moment.known_at).filter(activity=OuterRef("fact"), part="who")
    came = came.annotate(of=_post_of("subject", moment)).exclude(of__isnull=True).order_by("pk")
    first = Subquery(came.values("of")[:1], output_field=UUIDField())
    unit = Coalesce(F("organisation"), first, output_field=UUIDField())
    found: QuerySet[Any] = opens(user, VOCABULARY["activity"], rows).annotate(unit=unit)
    return found


def _needs(user: User, programme: Programme, moment: Moment) -> QuerySet[Any]:
    rows = Need.objects.at(moment).filter(programme=programme)
    rows = rows.filter(Q(closed__isnull=True) | Q(closed__gt=moment.on))
    found: QuerySet[Any] = opens(user, VOCABULARY["need"], rows).annotate(unit=F("organisation"))
    return found


def _entries(user: User, programme: Programme, moment: Moment) -> QuerySet[Any]:
    rows = Entry.objects.at(moment).filter(fund__programme=programme)
    found: QuerySet[Any] = opens(user, VOCABULARY["entry"], rows).annotate(unit=F("organisation"))
    return found


def longest(told: Sequence[Unit], column: str) -> int:
    """The largest number of a column, for drawing bars against it."""
    return max((one.numbers[column] for one in told), default=0)
