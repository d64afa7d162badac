"""How many rows there are: of several questions in one reading, where they differ in one sheet.

What surely belongs to a list and what possibly does are two questions about the same records, and
so are the women and the men among them: they are found once, with the sheet of each, and counted as
often as is asked. What was counted within a page is not counted again.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from bangfu.ledger.beside import Beside, Part, parted
from bangfu.ledger.once import once
from bangfu.lists.in_sql import InSql

#: So many things said of a sheet are looked for; of more, all sheets are read.
_FEW = 4


def how_many(rows: QuerySet[Any]) -> int:
    """How many rows there are."""
    return how_many_each([rows])[0]


def how_many_each(questions: Iterable[QuerySet[Any] | InSql]) -> list[int]:
    """How many rows there are of each of some questions; of one that is in SQL already too."""
    parts = [_parts(one) for one in questions]
    counted = _counted_before()
    told: dict[_Records, dict[Q | None, None]] = {}
    for one in (one for some in parts for one in some if one not in counted):
        told.setdefault(one.of, {})[one.told] = None
    for of, said in told.items():
        for what, number in zip(said, of.how_many([*said]), strict=True):
            counted[_Said(of, what)] = number
    return [sum(counted[one] for one in some) for some in parts]


def _parts(question: QuerySet[Any] | InSql) -> list[_Said]:
    rows = question.of if isinstance(question, InSql) else question
    parts = parted(rows)
    if isinstance(question, InSql) and parts[0].rows is rows:
        return [_Said(_Records(question))]
    return [said for part in parts if (said := _Said.by(part))]


@once
def _counted_before() -> dict[_Said, int]:
    """What was counted within this page."""
    return {}


@dataclass(frozen=True, slots=True)
class _Records:
    """Records that questions have in common, with the sheet of which they say different things."""

    rows: InSql
    about: tuple[Any, ...] = ()
    sheet: Beside | None = field(default=None, compare=False, repr=False)

    def how_many(self, told: Sequence[Q | None]) -> list[int]:
        """Of how many of them each is so."""
        if self.sheet is None:
            return _numbers(f"SELECT COUNT(*) FROM ({self.rows.sql}) record", self.rows)
        columns = {f"told{n}": _if(one) for n, one in enumerate(told)}
        sheets = self.sheet.rows.order_by()
        some = [one for one in told if one is not None]
        if len(some) == len(told) <= _FEW:
            sheets = sheets.filter(functools.reduce(operator.or_, some))
        asked = InSql.by(sheets.annotate(**columns).values_list(self.sheet.by, *columns))
        if asked is None:
            return [0] * len(told)
        counts = ", ".join(f"COUNT({_quoted(one)})" for one in columns)
        on = f"record.{_quoted(self.sheet.outer)} = sheet.{_quoted(self.sheet.by)}"
        sql = f"SELECT {counts} FROM ({self.rows.sql}) record JOIN ({asked.sql}) sheet ON {on}"
        return _numbers(sql, self.rows, asked)


@dataclass(frozen=True, slots=True)
class _Said:
    """Some of those records: of whom the sheet says something, or all of them."""

    of: _Records
    told: Q | None = None

    @classmethod
    def by(cls, part: Part) -> _Said | None:
        """What a part of a question asks for; None where there can be none."""
        rows, sheet = part.rows.order_by(), part.sheet
        asked = InSql.by(rows.values_list(sheet.outer if sheet else "pk"))
        if asked is None or sheet is None:
            return cls(_Records(asked)) if asked else None
        about = (sheet.rows.model, sheet.by, sheet.outer, sheet.stands_alone)
        return cls(_Records(asked, about, sheet), part.told)


def _if(told: Q | None) -> Any:
    """A column that holds something where it is so."""
    if told is None:
        return Value(1)
    return Case(When(told, then=Value(1)), default=None, output_field=IntegerField())


def _numbers(sql: str, *asked: InSql) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for one in asked for value in one.values])
        return [*cursor.fetchone()]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
