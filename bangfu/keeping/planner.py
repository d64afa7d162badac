"""PostgreSQL plans by what it saw of its tables; of those that it never looked at it knows nothing.

A dump brings no such knowledge, and PostgreSQL itself looks only some time after many rows were
written, and never at a table of few. SQLite's knowledge lies in its file.
"""

from __future__ import annotations

from django.db import connection

#: Tables of this database with rows that nobody has looked at; one that was found empty has none.
_UNSEEN = """
SELECT c.relname FROM pg_class c
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
  AND pg_has_role(c.relowner, 'USAGE') AND pg_relation_size(c.oid) > 0 AND c.reltuples <> 0
  AND NOT EXISTS (
    SELECT 1 FROM pg_stats s WHERE s.schemaname = current_schema() AND s.tablename = c.relname)
ORDER BY c.relname
"""


def look_at_new_tables() -> list[str]:
    """Let PostgreSQL look at each table that holds something and was never looked at; which."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(_UNSEEN)
        found = [name for (name,) in cursor.fetchall()]
        for name in found:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(name)}")
    return found
