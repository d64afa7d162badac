"""That there is a row, asked so that SQLite can read it however many questions stand in each other.

SQLite reads a statement with a stack of a hundred symbols. Each question inside another leaves ten
and more on it, fewer where the innermost question stands first and no bracket is open that need
not be. The order changes nothing of what is asked, yet which part is looked at first: so only
statements that would not fit are put this way.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, QuerySet, Subquery
from django.db.models.lookups import Lookup
from django.db.models.sql import Query
from django.db.models.sql.where import WhereNode

#: Symbols that may lie on the stack within a question before it is put in the other way, and how
#: many at most after that; what is around the outermost question needs the rest of the hundred.
FITS, MOST = 50, 80
#: Symbols of a question up to its condition, of one that stands within brackets, of a comparison.
_QUESTION, _BRACKET, _COMPARISON = 7, 1, 9


class ThereIs(Exists):
    """That a question has an answer, as ``Exists`` says it, with a shape that SQLite can read."""

    shallow = False

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        if not self.shallow and self.symbols <= FITS:
            return self.as_sql(compiler, connection, **more)
        if not self.shallow and not self.can_be_read:
            _refuse()
        asked = copy.copy(self)
        asked.query = self.query.clone()
        asked.query.where = _deepest_first(asked.query.where, _Bare)
        return asked.as_sql(compiler, connection, **more)

    @property
    def can_be_read(self) -> bool:
        """Whether SQLite can read it, in one order or the other."""
        return self.symbols <= FITS or _symbols(self, in_order=True) <= MOST

    @functools.cached_property
    def symbols(self) -> int:
        """How many symbols lie on SQLite's stack at most while it reads this question."""
        return _QUESTION + _symbols(self.query.where)


class _Bare(WhereNode):
    """The condition of a question, without the brackets around the whole."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        sql, params = super().as_sql(compiler, connection)
        return (sql[1:-1] if _in_brackets(sql) else sql), params


def _in_brackets(sql: str) -> bool:
    if not sql.startswith("("):
        return False
    open_ones = 0
    for at, sign in enumerate(sql):
        open_ones += (sign == "(") - (sign == ")")
        if not open_ones:
            return at == len(sql) - 1
    return False


def _symbols(told: Any, *, in_order: bool = False) -> int:
    """How many symbols lie on the stack at most; ``in_order``: where the deepest stands first."""
    if isinstance(told, WhereNode):
        parts = [_symbols(child, in_order=in_order) for child in told.children]
        if in_order:
            parts.sort(reverse=True)
        inside = max((part + 2 * (n > 0) for n, part in enumerate(parts)), default=0)
        return _BRACKET + told.negated + inside
    if isinstance(told, ThereIs):
        bare = _QUESTION - _BRACKET
        return bare + _symbols(told.query.where, in_order=True) if in_order else told.symbols
    if isinstance(told, Subquery | Query):
        query: Any = told.query if isinstance(told, Subquery) else told
        return _QUESTION + _symbols(query.where)
    sides = (told.lhs, told.rhs) if isinstance(told, Lookup) else ()
    return max((_symbols(side, in_order=in_order) for side in sides), default=_COMPARISON)


def is_too_deep(rows: QuerySet[Any]) -> bool:
    """Whether some rows are asked for by a question that SQLite cannot read."""
    return any(not one.can_be_read for one in _outermost(rows.query.where))


def _outermost(told: Any) -> Iterator[ThereIs]:
    if isinstance(told, ThereIs):
        yield told
    elif isinstance(told, WhereNode):
        for child in told.children:
            yield from _outermost(child)
    elif isinstance(told, Lookup):
        yield from (one for side in (told.lhs, told.rhs) for one in _outermost(side))


def _refuse() -> None:
    from bangfu.ledger.conditions import Unsayable

    raise Unsayable(
        "this asks more questions inside each other than SQLite can read; say the innermost by a "
        "class, an enrolment or a checklist of its own"
    )


def _deepest_first(node: WhereNode, kind: type[WhereNode] = WhereNode) -> WhereNode:
    """The same conditions, those first that need the most symbols, likewise within them."""
    parts = sorted(node.children, key=_symbols, reverse=True)
    return kind([_shallow(part) for part in parts], node.connector, node.negated)


def _shallow(told: Any) -> Any:
    if isinstance(told, WhereNode):
        return _deepest_first(told)
    if isinstance(told, ThereIs):
        told = copy.copy(told)
        told.shallow = True
    elif isinstance(told, Lookup):
        told = copy.copy(told)
        told.lhs, told.rhs = _shallow(told.lhs), _shallow(told.rhs)
    return told
