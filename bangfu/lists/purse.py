"""A programme's money: what was promised, came in and went out, by source and by use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.db.models.functions import Coalesce

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

    @property
    def left(self) -> int:
        """What came in less what was paid; below nothing, where money was advanced."""
        return self.received - self.paid


@dataclass(frozen=True, slots=True)
class Purse:
    """The money of a programme by fund, by source and by use."""

    funds: Sequence[Sums]
    sources: Sequence[Sums]
    uses: Sequence[Sums]


def purse(programme: Programme, moment: Moment) -> Purse:
    """What every entry of the programme's funds adds up to on a day, in two queries."""
    rows = Entry.objects.at(moment).filter(fund__programme=programme).order_by()
    # The upper end of what was promised: entries without a range count with their amount.
    most = Sum(Coalesce("amount_most", "amount"))
    told: Any = rows.values("fund__title", "organisation", "use", "direction")
    lines = list(told.annotate(least=Sum("amount"), most=most))
    return Purse(
        _sums(lines, "fund__title"),
        _named(_sums([line for line in lines if line["organisation"]], "organisation")),
        _sums([line for line in lines if line["use"]], "use"),
    )


def _sums(lines: Iterable[Mapping[str, Any]], column: str) -> list[Sums]:
    """What some sums add up to by one of their columns."""
    found: dict[Any, Counter[str]] = {}
    for line in lines:
        held = found.setdefault(line[column], Counter())
        held[line["direction"]] += line["least"] or 0
        if line["direction"] == "promised":
            held["most"] += line["most"] or 0
    return [
        Sums(called, held["promised"], held["most"], held["in"], held["out"])
        for called, held in sorted(found.items(), key=lambda item: str(item[0]))
    ]


def _named(sums: Sequence[Sums]) -> list[Sums]:
    """The same sums under the names of the organisations whose keys they carry."""
    known = Subject.objects.in_bulk([one.called for one in sums])
    return [
        Sums(known[one.called].name, one.promised, one.promised_most, one.received, one.paid)
        for one in sums
        if one.called in known
    ]


def left_in(fund: Fund, moment: Moment) -> int:
    """What came into a fund less what was paid of it by a day, in fen."""
    rows = Entry.objects.at(moment).filter(fund=fund.fact).order_by()
    sums: Any = rows.values_list("direction").annotate(sum=Sum("amount"))
    told = dict(sums)
    return int(told.get("in", 0)) - int(told.get("out", 0))


def funds_of(programme: Programme) -> list[Fund]:
    """The purses of a programme."""
    return list(Fund.objects.current().filter(programme=programme).order_by("name"))
