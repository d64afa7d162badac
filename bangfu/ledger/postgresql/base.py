"""PostgreSQL keeps the plan of a question that is asked again and again.

Django writes values into the text of a statement, so that each is a new text to the server, which
plans it anew. Where the text stays the same and only keys change, the values go to the server
apart, and it is planned once for a connection.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db.backends.postgresql import base, operations
from django.db.backends.postgresql.psycopg_any import register_tzloader
from psycopg.pq import Format

#: A question that was asked so often over a connection is planned to be kept.
_ASKED_BEFORE = 1
_PLANS = 250


class DatabaseOperations(operations.DatabaseOperations):
    """What a statement says, told alike whoever put the values into it."""

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """A statement with its values, for who looks at what was asked."""
        if type(cursor) is psycopg.Cursor:
            return str(self.compose_sql(sql, params))
        return super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that can also ask what the server keeps planned."""

    ops_class = DatabaseOperations
    planning = False

    def get_new_connection(self, conn_params: Any) -> Any:
        """What is asked on and on stands in some hundred texts; so many plans are kept."""
        connection = super().get_new_connection(conn_params)
        connection.prepare_threshold, connection.prepared_max = _ASKED_BEFORE, _PLANS
        return connection

    @contextmanager
    def planned(self) -> Iterator[None]:
        """What is asked within is planned once.

        Only for questions that find rows by keys: what is planned once is planned for values that
        the server does not know.
        """
        self.planning = True
        try:
            yield
        finally:
            self.planning = False

    def create_cursor(self, name: str | None = None) -> Any:
        """A cursor that leaves the values to the server where it is to keep the plan."""
        if name or not self.planning:
            return super().create_cursor(name)
        cursor: Any = psycopg.Cursor(self.connection)
        loader: Any = self.connection.adapters.get_loader(base.TIMESTAMPTZ_OID, Format.TEXT)
        if self.timezone != loader.timezone:
            register_tzloader(self.timezone, cursor)
        return cursor
