"""On which days records were there, and taken in: whole lists at once, each different case once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.conditions import lasting
from bangfu.ledger.models import Enrolment
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.belonging import STILL
from bangfu.lists.unread import among, columns_of
from bangfu.programmes.kinds import Kind
from bangfu.programmes.period import Span, cut, merged

Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class There:
    """For each record, by its key as the database keeps it, ``which`` of the different ``spans``.

    Of a record that is not named it is known that it was there as ``others``, if that is said;
    else it was not there on any day.
    """

    which: Mapping[Any, int]
    spans: Sequence[Spans]
    others: int | None = None

    @staticmethod
    @once
    def of(
        kind: str,
        enrolled: tuple[str, ...],
        programme: UUID | None,
        moment: Moment,
        only: tuple[Any, ...] | None = None,
        since: dt.date | None = None,
    ) -> There:
        """All or ``only`` some records of a kind, while they were ``enrolled`` under an entry.

        ``since``: days before it are not asked about, nor records that are not on record now. Who
        was there on all days since is not read then, which are most.
        """
        found = _days(VOCABULARY[kind], moment, only, since)
        ever = None if since is None else ((since, None),)
        if not enrolled:
            return There._numbered(found, lambda days: merged(map(_span, days)), ever)
        rows: QuerySet[Any] = Enrolment.objects.known(moment.known_at)
        rows = rows.filter(programme=programme, name__in=enrolled)
        if only is not None:
            rows = among(rows, "subject", only)
        taken = _gathered(columns_of(rows, "subject", "began", "ended"))
        if ever is None:
            both = {key: (days, taken.get(key, ())) for key, days in found.items()}
        else:
            both = {key: (found.get(key, ever), days) for key, days in taken.items()}
        return There._numbered(both, _while_taken_in, None)

    @classmethod
    def _numbered(
        cls, found: Mapping[Any, Any], spans_of: Callable[[Any], Spans], others: Any
    ) -> There:
        """The different cases, each worked out once by ``spans_of``, and that of all others."""
        places: dict[Any, int] = {} if others is None else {others: 0}
        which = {key: places.setdefault(days, len(places)) for key, days in found.items()}
        return cls(which, [spans_of(days) for days in places], places.get(others))


def _days(
    kind: Kind, moment: Moment, only: tuple[Any, ...] | None, since: dt.date | None
) -> dict[Any, Any]:
    rows = lasting(kind, moment)
    if only is not None:
        rows = among(rows, "fact", only)
    if kind.nature == "event":
        return {key: ((day, None),) for key, day in columns_of(rows, "fact", "date")}
    if since is not None:
        part = rows.exclude(began__lte=since, ended__isnull=True)
        rows = rows.filter(fact__in=part.values("fact"))
    return _gathered(columns_of(rows, "fact", "began", "ended"))


def _gathered(rows: Iterable[Any]) -> dict[Any, Any]:
    """First and last days by record; most have one pair of them."""
    found: dict[Any, Any] = {}
    for key, began, ended in rows:
        found[key] = (*found[key], (began, ended)) if key in found else ((began, ended),)
    return found


def _span(days: tuple[dt.date, dt.date | None]) -> Span:
    return Span(days[0], days[1] or STILL)


def _while_taken_in(told: Any) -> Spans:
    days, taken = told
    spans = [_span(one) for one in taken]
    return tuple(part for span in merged(map(_span, days)) for part in cut(spans, span))
