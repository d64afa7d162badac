"""The heads of the journal's chain, kept outside of the database in a file that only grows."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from bangfu.ledger import clock
from bangfu.ledger.actions.journal import Head
from bangfu.ledger.models import Seal

NAME = "heads.log"
_TAIL = 4096


def file() -> Path:
    """Where this installation keeps the heads."""
    found: Path = settings.BANGFU_DATA / NAME
    return found


def read(path: Path) -> list[Head]:
    """The heads of a file: ``number:digest`` at the beginning of each line.

    A last line without its end was cut short by a crash and is passed over; any other line that
    is no head is a ValueError.
    """
    return _heads(path.read_bytes())


def _heads(text: bytes) -> list[Head]:
    whole = text[: text.rfind(b"\n") + 1].decode("ascii", "replace")
    return [Head.read(line.split()[0]) for line in whole.splitlines() if line.strip()]


def kept() -> list[Head]:
    """All heads that this installation kept; none before the first was."""
    return read(file()) if file().exists() else []


def last_kept(path: Path) -> Head | None:
    """The last head of the file; None where nothing was kept yet."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(-min(path.stat().st_size, _TAIL), os.SEEK_END)
        lines = file.read().splitlines(keepends=True)
    found = _heads(b"".join(lines[-3:]))
    return found[-1] if found else None


def keep_new(path: Path) -> int:
    """Add the heads that the file does not have yet, safely on the disk; returns how many."""
    last = last_kept(path)
    fresh = Seal.objects.filter(number__gt=last.number if last else 0).order_by("number")
    return append(path, (Head(s.number, bytes(s.head).hex()) for s in fresh.iterator()))


def append(path: Path, heads: Iterable[Head]) -> int:
    """Write heads behind those that are there, each with the time it was kept at."""
    lines = [f"{head} {clock.now().isoformat(timespec='seconds')}\n" for head in heads]
    if not lines:
        return 0
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as out:
        out.truncate(_end_of_last_line(handle))
        out.seek(0, os.SEEK_END)
        out.write("".join(lines).encode())
        out.flush()
        os.fsync(handle)
    return len(lines)


def _end_of_last_line(handle: int) -> int:
    """Where the last whole line ends: what a crash cut short behind it is written again."""
    size = os.fstat(handle).st_size
    start = max(0, size - _TAIL)
    return start + os.pread(handle, size - start, start).rfind(b"\n") + 1


def astray(path: Path) -> Head | None:
    """The last kept head, where the chain in the database does not hold it; else None."""
    last = last_kept(path)
    if last is None:
        return None
    there = Seal.objects.filter(number=last.number).first()
    return None if there and bytes(there.head).hex() == last.head else last
