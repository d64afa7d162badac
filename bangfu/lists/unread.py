"""Columns of many rows as the database gives them, where they are only to be counted.

A key stays a text, as its database writes it, and no object is made for a row: whoever shows a
record reads it in the usual way.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet
from psycopg.types.string import TextLoader

from bangfu.ledger.among import Among
from bangfu.ledger.beside import gone_through
from bangfu.ledger.conditions import Unsayable, basic, upwards, value_of
from bangfu.ledger.models import Pairing, Participant, Place
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import once
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.belonging import STILL, Counting, narrowed_to
from bangfu.lists.in_sql import InSql
from bangfu.lists.turn_rows import OfTurns
from bangfu.lists.ways import usual_path
from bangfu.programmes.kinds import Field, Kind
from bangfu.programmes.period import Span

Line = tuple[Any, ...]
Pairs = list[tuple[Any, Any]]


def columns_of(rows: QuerySet[Any], *columns: str) -> list[Line]:
    """Some columns of some rows, asked for once within a page."""
    asked = InSql.by(rows.values_list(*columns))
    return _lines(asked) if asked else []


@once
def _lines(asked: InSql) -> list[Line]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A text is looked up several times as quickly as the key that Python makes of it.
            cursor.cursor.adapters.register_loader("uuid", TextLoader)
        cursor.execute(asked.sql, asked.values)
        return list(cursor.fetchall())


def keys_of(rows: QuerySet[Any]) -> list[Any]:
    """The keys of all of some rows, in any order."""
    parts = gone_through(rows.order_by())
    return [key for part in parts for (key,) in columns_of(part, "fact")]


def among(rows: QuerySet[Any], column: str, keys: Iterable[Any]) -> QuerySet[Any]:
    """Those rows that have one of many keys, in the form of the database, in a column."""
    return rows.filter(Among(column, keys))


def as_key(told: Any) -> UUID:
    """A key in the form that everybody else knows."""
    return told if isinstance(told, UUID) else UUID(told)


# ------------------------------------------------------------------ what happened, and to whom


def can_happen(counting: Counting, owner: Kind, over: Span) -> bool:
    """Whether rows of a claim can be given as days and owners alone."""
    if isinstance(counting, OfTurns):
        return False
    kind, listing = counting.kind, narrowed_to(counting, over)
    if kind.nature != "event" or counting.day or counting.party or counting.off:
        return False
    if counting.only is not None or not listing.exact or owner.name == "agreement":
        return False
    if owner.name == "pairing":
        sides = bool(kind.doer) and bool(kind.receiver)
        return not counting.via and basic(kind) != "pairing" and sides
    if not counting.via and basic(kind) == basic(owner):
        return False
    try:
        path = counting.via or usual_path(kind, owner)
    except Unsayable:
        return False
    return path in kind and kind[path].type in ("one", "many")


def happened(
    counting: Counting, owner: Kind, over: Span, *, by_day: bool = True
) -> Mapping[tuple[Any, Any], int]:
    """By day and record how many of the rows on some days belong to it; else (None) of all days."""
    asked = InSql.by(narrowed_to(counting, over).sure().order_by())
    return _happened(asked, _Whose(owner.name, counting.via, counting), by_day) if asked else {}


@dataclass(frozen=True, slots=True)
class _Whose:
    """By which way rows belong to whom."""

    owner: str
    via: str
    counting: Counting = field(compare=False, repr=False)


@once
def _happened(asked: InSql, whose: _Whose, by_day: bool) -> Mapping[tuple[Any, Any], int]:
    counting, rows = whose.counting, asked.of
    moment, kind = counting.listing.moment, counting.kind
    between = whose.owner == "pairing" and not whose.via
    path = None if between else kind[whose.via or usual_path(kind, VOCABULARY[whose.owner])]
    if path is not None and path.type == "one":
        return _grouped(rows, path, counting, by_day, within=whose.owner == "place")
    days: dict[Any, Any] = dict(columns_of(rows, "fact", "date"))
    found: Iterable[tuple[Any, Any]]
    found = _between(counting, rows, days) if path is None else _led(kind, path, rows, moment)
    if whose.owner == "place":
        found = _by_area(found, moment)
    pairs = ((fact, key) for fact, key in dict.fromkeys(found) if fact in days)
    return Counter((days[fact] if by_day else None, key) for fact, key in pairs)


def _grouped(
    rows: QuerySet[Any], path: Field, counting: Counting, by_day: bool, *, within: bool
) -> Mapping[tuple[Any, Any], int]:
    """The same where each row leads to one record at most: the database counts them."""
    moment = counting.listing.moment
    led = rows.annotate(led=value_of(path, counting.kind, moment)).filter(led__isnull=False)
    columns = ("led", "date") if by_day else ("led",)
    lines = columns_of(led.values(*columns).annotate(n=Count("pk")), *columns, "n")
    told = {(day[0] if day else None, key): n for key, *day, n in lines}
    if not within:
        return told
    found: dict[tuple[Any, Any], int] = defaultdict(int)
    for at, place in _by_area(((at, at[1]) for at in told), moment):
        found[at[0], place] += told[at]
    return found


def _led(kind: Kind, path: Field, rows: QuerySet[Any], moment: Moment) -> Pairs:
    """Which records a field of some rows leads to."""
    if path.type == "many":
        told = Participant.objects.known(moment.known_at).filter(part=path.read)
        return columns_of(told.filter(activity__in=rows.values("fact")), "activity", "subject")
    led = rows.annotate(led=value_of(path, kind, moment)).filter(led__isnull=False)
    return columns_of(led, "fact", "led")


def _by_area(pairs: Iterable[tuple[Any, Any]], moment: Moment) -> Iterator[tuple[Any, Any]]:
    """A row in a place belongs to every place around it."""
    paths: dict[Any, Any] = dict(columns_of(Place.objects.at(moment), "fact", "path"))
    by_path = {path: key for key, path in paths.items()}
    around: dict[Any, list[Any]] = {}
    for fact, key in pairs:
        if key not in around:
            around[key] = [by_path[p] for p in upwards(paths.get(key, "")) if p in by_path]
        yield from ((fact, one) for one in around[key])


def _between(
    counting: Counting, rows: QuerySet[Any], days: dict[Any, Any]
) -> Iterator[tuple[Any, Any]]:
    """What was done by one side of a pairing for the other while they were paired."""
    kind, moment, programme = counting.kind, counting.listing.moment, counting.listing.programme
    standing = Pairing.objects.known(moment.known_at).filter(
        programme=programme.fact_key if programme else None
    )
    pairs: dict[Any, list[Line]] = defaultdict(list)
    for helper, subject, *rest in columns_of(
        standing, "helper", "subject", "fact", "began", "ended"
    ):
        pairs[subject].append((helper, *rest))
    done: dict[Any, list[Any]] = defaultdict(list)
    for name in sorted({*kind.doer.values()}):
        for fact, helper in _led(kind, kind[name], rows, moment):
            done[fact].append(helper)
    for fact, subject in _received(kind, rows, moment, pairs):
        for helper, pairing, began, ended in pairs.get(subject, ()):
            if helper in done.get(fact, ()) and began <= days[fact] <= (ended or STILL):
                yield fact, pairing


def _received(
    kind: Kind, rows: QuerySet[Any], moment: Moment, among: Mapping[Any, Any]
) -> Iterator[tuple[Any, Any]]:
    """For whom or where each row was, of those that are asked about."""
    for name in sorted({*kind.receiver.values()}):
        yield from _led(kind, kind[name], rows, moment)
    places = (key for (key,) in columns_of(Place.objects.at(moment), "fact"))
    if "place" in kind and any(key in among for key in places):
        yield from _by_area(_led(kind, kind["place"], rows, moment), moment)
