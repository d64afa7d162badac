"""What a long list brings in is committed in portions, and seen by nobody before the last.

While a list is on its way (a line in ``ledger_coming``), each statement that reads a table of which
it brings rows is told to read the table without them: a name that a statement gives to a part of
its own hides the table of that name. SQLite looks for these lines and for the rows in one and the
same state of the database, so no reader sees a part of a list (decision 0050). While nothing is on
its way, the statement goes as it is, and all that is asked is whether another connection has
written meanwhile. What a statement writes into is the table itself.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.backends.sqlite3 import base

_COMING = '(SELECT "event" FROM main."ledger_coming")'
_OF_NONE = f'"event_id" NOT IN {_COMING}'
#: The same where a list also brings how what it changes was before.
_NOR_BEFORE = f'{_OF_NONE} AND ("superseded_by_id" IS NULL OR "superseded_by_id" NOT IN {_COMING})'
#: The tables of which a list may bring rows in portions, and which of their rows are seen.
SEEN = {
    "ledger_subject": _OF_NONE,
    "ledger_subjectkey": (
        'NOT EXISTS (SELECT 1 FROM main."ledger_subject" s WHERE s."id" = "subject_id" AND '
        f's."event_id" IN {_COMING})'
    ),
    "ledger_household": _NOR_BEFORE,
    "ledger_assurance": _OF_NONE,
    "ledger_person": _NOR_BEFORE,
}
_PARTS = ", ".join(
    f'"{table}" AS NOT MATERIALIZED (SELECT * FROM main."{table}" WHERE {seen})'
    for table, seen in SEEN.items()
)
#: How the statements begin that change nothing.
_ONLY_READS = ("SELECT", "WITH")
#: How those begin that may be told so; what makes a table or an index reads all that there is.
_TOLD = (*_ONLY_READS, "INSERT", "UPDATE", "DELETE")
_NAMED_ALREADY = re.compile(r"\s*WITH\s+(RECURSIVE\s+)?", re.IGNORECASE)


def without_coming(query: str) -> str:
    """A statement that reads the same tables without the rows that are on their way."""
    if (named := _NAMED_ALREADY.match(query)) is None:
        return f"WITH {_PARTS} {query}"
    return f"WITH {named[1] or ''}{_PARTS}, {query[named.end() :]}"


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that knows whether a list is on its way."""

    #: The state of the database in which nothing was on its way; without one it is looked for.
    nothing_at: int | None = None

    def get_new_connection(self, conn_params: Any) -> Any:
        """Another connection numbers the states of the database by itself."""
        self.nothing_at = None
        return super().get_new_connection(conn_params)

    def create_cursor(self, name: str | None = None) -> Any:
        """A cursor whose statements see no part of a list."""
        return self.connection.cursor(factory=partial(Cursor, held=self))

    def comes(self) -> bool:
        """Whether a list is on its way, in the state that the statement under way reads."""
        at = int(self.connection.execute("PRAGMA data_version").fetchone()[0])
        if at == self.nothing_at:
            return False
        found = self._listed()
        self.nothing_at = None if found else at
        return found

    def _listed(self) -> bool:
        try:
            return self.connection.execute("SELECT 1 FROM ledger_coming").fetchone() is not None
        except sqlite3.OperationalError:
            return False  # the table is not made yet


class Cursor(base.SQLiteCursorWrapper):
    """Statements that read what is whole."""

    def __init__(self, raw: sqlite3.Connection, held: DatabaseWrapper) -> None:
        super().__init__(raw)
        self._held, self._changed = held, -1

    @property
    def rowcount(self) -> int:
        """How many rows were changed; Python counts them by the first word of a statement."""
        return super().rowcount if self._changed < 0 else self._changed

    def execute(self, query: str, params: Any = None) -> Any:
        """Run a statement; one that only reads is looked at afterwards, since that costs less."""
        self._changed = -1
        if not query.startswith(_TOLD) or not any(table in query for table in SEEN):
            return super().execute(query, params)
        only_reads = query.startswith(_ONLY_READS)
        if not only_reads or self._held.nothing_at is None:
            if self._held.comes():
                return self._without_coming(query, params)
        answer = super().execute(query, params)
        # The statement is under way and holds the state that it reads: this is asked of the same.
        if only_reads and self._held.comes():
            return self._without_coming(query, params)
        return answer

    def _without_coming(self, query: str, params: Sequence[Any] | None) -> Any:
        answer = super().execute(without_coming(query), params)
        if not query.startswith(_ONLY_READS):
            self._changed = int(self.connection.execute("SELECT changes()").fetchone()[0])
        return answer
