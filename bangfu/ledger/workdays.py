"""The working days of this installation: the public table, and the office's own over it."""

from __future__ import annotations

import functools
from pathlib import Path

from django.conf import settings

from bangfu.programmes.holidays import OWN_TABLE, read_table
from bangfu.programmes.workdays import WorkingDays


def working_days() -> WorkingDays:
    """The table of holidays and make-up days; read anew when the office's file changes."""
    file = Path(settings.BANGFU_DATA) / OWN_TABLE
    try:
        changed = file.stat().st_mtime_ns
    except FileNotFoundError:
        return WorkingDays()
    return _read(file, changed)


@functools.lru_cache(maxsize=4)
def _read(file: Path, changed: int) -> WorkingDays:
    del changed  # a file that was changed is another question
    return read_table(file.read_text("utf-8"))
