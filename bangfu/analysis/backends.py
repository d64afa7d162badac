"""The engine that searches run on, kept in memory: nothing of what it is given reaches a disk."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import duckdb

#: What the engine may take, so that a small server has room for pages besides.
MEMORY = "3GB"


@contextlib.contextmanager
def in_memory(*, memory: str = MEMORY) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of its own that lives as long as the block and is written nowhere.

    Without a directory for what does not fit the engine fails rather than spill; and it neither
    loads nor looks for anything outside.
    """
    engine = duckdb.connect(":memory:")
    try:
        engine.execute("SET temp_directory = ''")
        engine.execute(f"SET memory_limit = '{memory}'")
        engine.execute("SET autoinstall_known_extensions = false")
        engine.execute("SET autoload_known_extensions = false")
        engine.execute("SET enable_external_access = false")
        yield engine
    finally:
        engine.close()
