"""A programme's money: what was promised, came in and went out, by source and by use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from bangfu.ledger.models import Entry, Fund, Programme, Subject
from bangfu.ledger.moment import Moment


@dataclass(frozen=True, slots=True)
class Sums:
    """Money of one fund, source or use, in fen; a promise may be a range."""

    called: str
    promised: int
    promised_most: int
    received: int
    paid: int


@dataclass(frozen=True, slots=True)
class Purse:
    """The money of a programme by fund, by source and by use."""

    funds: Sequence[Sums]
    sources: Sequence[Sums]
    uses: Sequence[Sums]


def purse(programme: Programme, moment: Moment) -> Purse:
    """What every entry of the programme's funds adds up to on a day, in three queries."""
    rows = Entry.objects.at(moment).filter(fund__programme=programme).order_by()
    return Purse(
        _sums(rows, "fund__title"),
        _named(_sums(rows.filter(organisation__isnull=False), "organisation")),
        _sums(rows.exclude(use=""), "use"),
    )


def _sums(rows: Any, column: str) -> list[Sums]:
    found: dict[Any, dict[str, int]] = {}
    lines = rows.values(column, "direction").annotate(least=Sum("amount"), most=Sum("amount_most"))
    for line in lines:
        held = found.setdefault(line[column], {})
        held[line["direction"]] = line["least"] or 0
        if line["direction"] == "promised":
            held["most"] = _most(rows, column, line[column], line["least"] or 0, line["most"])
    return [
        Sums(
            called,
            held.get("promised", 0),
            held.get("most", held.get("promised", 0)),
            held.get("in", 0),
            held.get("out", 0),
        )
        for called, held in sorted(found.items(), key=lambda item: str(item[0]))
    ]


def _most(rows: Any, column: str, key: Any, least: int, most: int | None) -> int:
    """The upper end of what was promised: entries without a range count with their amount."""
    if most is None:
        return least
    ranged = rows.filter(direction="promised", amount_most__isnull=False, **{column: key})
    return least + most - (ranged.aggregate(s=Sum("amount"))["s"] or 0)


def _named(sums: Sequence[Sums]) -> list[Sums]:
    """The same sums under the names of the organisations whose keys they carry."""
    known = Subject.objects.in_bulk([one.called for one in sums])
    return [
        Sums(known[one.called].name, one.promised, one.promised_most, one.received, one.paid)
        for one in sums
        if one.called in known
    ]


def funds_of(programme: Programme) -> list[Fund]:
    """The purses of a programme."""
    return list(Fund.objects.current().filter(programme=programme).order_by("name"))
