"""Who was erased, kept outside of the database: what a backup brings back is erased again."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from uuid import UUID

from django.conf import settings

from bangfu.ledger.models import SubjectKey

NAME = "erasures.log"


def file() -> Path:
    """Where this installation keeps them."""
    found: Path = settings.BANGFU_DATA / NAME
    return found


def note(subject: UUID, at: dt.datetime) -> None:
    """Add one line, key and time, safely on the disk; called when the erasure is committed."""
    _append([(subject, at)])


def note_missing() -> int:
    """Add whom the file lacks, should a crash have come between; returns how many."""
    known = set(read(file())) if file().exists() else set()
    rows = SubjectKey.objects.filter(erased_at__isnull=False).order_by("erased_at")
    missing = [
        (subject, at)
        for subject, at in rows.values_list("subject_id", "erased_at")
        if subject not in known and at is not None
    ]
    _append(missing)
    return len(missing)


def _append(lines: list[tuple[UUID, dt.datetime]]) -> None:
    if not lines:
        return
    text = "".join(f"{subject} {at.isoformat(timespec='seconds')}\n" for subject, at in lines)
    handle = os.open(file(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(text.encode())
        out.flush()
        os.fsync(handle)


def read(path: Path) -> list[UUID]:
    """Whom a file names, in its order; ValueError names a line that is none."""
    found = []
    for number, line in enumerate(path.read_text(encoding="ascii").splitlines(), 1):
        if line.strip():
            try:
                found.append(UUID(line.split()[0]))
            except ValueError:
                raise ValueError(f"{path}, line {number}: no key of a subject") from None
    return found
