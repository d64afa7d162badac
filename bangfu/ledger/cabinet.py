"""Where the sealed bytes of files lie: in the data folder, each under the digest of its bytes.

Nothing here is ever written over: bytes are there, or they were destroyed. What an action wrote
and then could not keep stays behind sealed, and is swept away a day later.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings

from bangfu.ledger.models import Download, File, Intake

#: What no row names is left alone for so long: its action may be under way.
UNDER_WAY = dt.timedelta(days=1)


class Lost(Exception):
    """The sealed bytes of a file are not there, or are not those that were put there."""


def put(sealed: bytes) -> str:
    """Keep sealed bytes; the digest by which they are found again."""
    digest = hashlib.sha256(sealed).hexdigest()
    path = _path(digest)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(sealed)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)
    return digest


def take(digest: str) -> bytes:
    """Sealed bytes by their digest; raises :class:`Lost`."""
    try:
        sealed = _path(digest).read_bytes()
    except OSError as missing:
        raise Lost(f"the sealed bytes of {digest} are not in {_root()}") from missing
    if hashlib.sha256(sealed).hexdigest() != digest:
        raise Lost(f"{_path(digest)} was changed: it has another digest than its name")
    return sealed


def destroy(digests: Iterable[str]) -> None:
    """Remove sealed bytes for good; what is not there is gone already."""
    for digest in digests:
        if digest:
            _path(digest).unlink(missing_ok=True)


def lost() -> Iterator[str]:
    """What believed files, open lists and offered files should have and have not, or otherwise.

    Erased files, and lists that are over, have nothing.
    """
    rows = File.objects.current().filter(secret__isnull=False)
    for row in rows.iterator():
        for digest in (row.digest, row.small_digest):
            if digest and (trouble := _trouble(digest)):
                yield f"{row.fact}: {trouble}"
    for key, digest in _staged():
        if trouble := _trouble(digest):
            yield f"{key}: {trouble}"


def _staged() -> Iterator[tuple[UUID, str]]:
    """The pieces of lists that are not over yet, and of files that are still offered."""
    rows = Intake.objects.filter(salt__isnull=False).values_list("pk", "pieces")
    for key, pieces in rows.iterator():
        for digest in pieces:
            yield key, digest
    files = Download.objects.filter(ended_at=None).values_list("pk", "pieces", "held")
    for key, pieces, held in files.iterator():
        for digest in [*pieces, *held]:
            yield key, digest


def _trouble(digest: str) -> str:
    try:
        take(digest)
    except Lost as trouble:
        return str(trouble)
    return ""


def sweep(now: dt.datetime) -> int:
    """Remove what no row names any more; returns how many."""
    rows = File.objects.current().filter(secret__isnull=False)
    named = {d for row in rows.iterator() for d in (row.digest, row.small_digest)}
    named |= {digest for _key, digest in _staged()}
    old, count = (now - UNDER_WAY).timestamp(), 0
    for path in _root().glob("??/*"):
        if path.name not in named and path.stat().st_mtime < old:
            path.unlink()
            count += 1
    return count


def _root() -> Path:
    return Path(settings.MEDIA_ROOT)


def _path(digest: str) -> Path:
    return _root() / digest[:2] / digest


__all__ = ["UNDER_WAY", "Lost", "destroy", "lost", "put", "sweep", "take"]
