"""The far pages of a long list: found from milestones instead of from its start."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q, QuerySet

from bangfu.ledger.models import Fact
from bangfu.lists.readings import kept, tables_in

#: How many rows lie between two milestones of a long list.
STEP = 2_000
#: How far from the start a part must lie for the milestones to be worth finding.
FAR = 10_000


class Milestones:
    """Rows in their order, of which a far part is found from the nearest milestone before it.

    Asked for by its distance from the start, the last page of a county would go through all of it.
    Only rows in the order of two plain columns have milestones.
    """

    def __init__(self, rows: QuerySet[Any]) -> None:
        self.rows = rows

    def __getitem__(self, part: slice) -> QuerySet[Any]:
        start, stop = part.start or 0, part.stop
        by = _plain_order(self.rows)
        if start < FAR or stop is None or len(by) != 2:
            return self.rows[part]
        there = self._there(*by)[: start // STEP]
        if not there:
            return self.rows[part]
        passed = len(there) * STEP
        near = self.rows.filter(_from_here(self.rows.model, by, there[-1]))
        return near[start - passed : stop - passed]

    def _there(self, first: str, second: str) -> list[list[str]]:
        """The two values of every row that is a milestone."""
        asked = self.rows.order_by().values(one=F(first[1:]), other=F(second[1:]))
        try:
            sql, parameters = asked.query.sql_with_params()
        except EmptyResultSet:
            return []
        text = f"milestones by {first} {second} of {asked.query}"
        question = hashlib.sha256(text.encode()).hexdigest()
        way = "DESC" if first[0] == "-" else "ASC"

        def look() -> dict[str, Any]:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT one, other FROM (SELECT r.one, r.other, ROW_NUMBER() OVER "
                    f"(ORDER BY r.one {way}, r.other {way}) AS place FROM ({sql}) r) n "
                    f"WHERE place > 1 AND (place - 1) %% {STEP} = 0 ORDER BY place",
                    parameters,
                )
                return {"there": [[str(one), str(other)] for one, other in cursor.fetchall()]}

        found: list[list[str]] = kept(question, tables_in(text), look)["there"]
        return found


def _plain_order(rows: QuerySet[Any]) -> tuple[str, ...]:
    """The columns that rows are ordered by, each with its sign, if plain and all of one way."""
    query = rows.query
    if query.combinator or not issubclass(rows.model, Fact):
        return ()
    names = [n if n[:1] == "-" else f"+{n}" for n in query.order_by if isinstance(n, str)]
    if len(names) != len(query.order_by) or len({n[0] for n in names}) != 1:
        return ()
    columns = {f.name: f for f in rows.model._meta.concrete_fields if not f.null}
    plain = all(n[1:] in columns or n[1:] == "pk" for n in names)
    return tuple(names) if plain else ()


def _from_here(model: Any, by: tuple[str, ...], there: list[str]) -> Q:
    """The row at a milestone and all that come after it."""
    beyond = "gt" if by[0][0] == "+" else "lt"
    (one, said), (other, then) = (
        (n[1:], (model._meta.pk if n[1:] == "pk" else model._meta.get_field(n[1:])).to_python(text))
        for n, text in zip(by, there, strict=True)
    )
    here = Q(**{f"{one}__{beyond}": said}) | Q(**{f"{other}__{beyond}e": then})
    return Q(**{f"{one}__{beyond}e": said}) & here
