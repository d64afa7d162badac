"""Which of some records a rule of data quality finds wrong at this very moment.

To put a rule into SQL takes longer than to ask it of one household, and it is the same for
everybody all day. So it is kept, unless what stands in the database had to be looked up for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection

from bangfu.ledger.among import as_kept
from bangfu.ledger.moment import Moment
from bangfu.ledger.once import one_page
from bangfu.ledger.rules import looked_at
from bangfu.programmes.rule import Rule

#: So many rules are kept, each for a day: more than there are, twice.
_MOST = 512


@dataclass(frozen=True, slots=True)
class _Question:
    """The keys of all records that a rule finds wrong, as one statement; which column they are."""

    sql: str
    parameters: tuple[Any, ...]
    column: str


def wrong_now(asked: Mapping[Rule, Sequence[UUID]]) -> set[tuple[str, UUID]]:
    """Of some records of each rule those that it finds, as its key and theirs, in one question."""
    parts: list[str] = []
    parameters: list[Any] = []
    for rule, records in asked.items():
        for one in _questions(rule, Moment.present().on):
            blanks = ", ".join(["%s"] * len(records))
            parts.append(
                f'SELECT %s, asked."{one.column}" FROM ({one.sql}) asked '
                f'WHERE asked."{one.column}" IN ({blanks})'
            )
            parameters += [rule.key, *one.parameters, *map(as_kept, records)]
    if not parts:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        return {(key, UUID(str(fact))) for key, fact in cursor.fetchall()}


def _questions(rule: Rule, on: dt.date) -> Sequence[_Question]:
    return _kept(rule, on) or _put_in_sql(rule, on)


@lru_cache(maxsize=_MOST)
def _kept(rule: Rule, on: dt.date) -> Sequence[_Question] | None:
    """The questions of a rule on a day; None where to put them something had to be looked up."""
    looked_up: list[str] = []

    def note(execute: Any, sql: str, *more: Any) -> Any:
        looked_up.append(sql)
        return execute(sql, *more)

    with one_page(), connection.execute_wrapper(note):
        found = _put_in_sql(rule, on)
    return None if looked_up else found


def _put_in_sql(rule: Rule, on: dt.date) -> Sequence[_Question]:
    return [*_put(rows.order_by().values("fact").query for rows in looked_at(rule, Moment(on)))]


def _put(queries: Iterable[Any]) -> Iterable[_Question]:
    for query in queries:
        try:
            sql, parameters = query.sql_with_params()
        except EmptyResultSet:
            continue
        yield _Question(sql, tuple(parameters), query.select[0].target.column)
