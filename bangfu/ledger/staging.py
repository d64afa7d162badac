"""What lies sealed until it is over: of a brought list the file, what was read and mended in it;
of a list that is asked for as a file the question, the file, the keys of its rows.

Each has a content key of its own, sealed under the master key and the list's own salt. The
file lies in the cabinet in pieces; what was read lies in the database, a page of rows in one part.
"""

from __future__ import annotations

import json
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bangfu.ledger import cabinet, keys, vault
from bangfu.ledger.models import Download, Intake, IntakePart

#: A file is sealed in pieces of so many bytes, so that no second copy of it is held while sealing.
PIECE = 4 * 2**20


def locked(content: bytes, intake: Intake) -> None:
    """Give a new list its key, and put the file sealed into the cabinet."""
    _lock(intake)
    put(content, intake)


def _lock(row: Intake | Download) -> None:
    row.salt = keys.new_salt()
    key = keys.new_content_key(vault.keyring().suite)
    row.secret = vault.keyring().key_for(row.pk, row.salt).seal("secret", key)


def put(content: bytes, intake: Intake) -> None:
    """Put a file sealed into the cabinet, under the key that the list has."""
    key = _key(intake)
    intake.pieces = [
        cabinet.put(keys.seal_apart(key, f"file {number}", content[at : at + PIECE]))
        for number, at in enumerate(range(0, len(content), PIECE))
    ]
    intake.size = len(content)


def _key(row: Intake | Download) -> str:
    return vault.keyring().key_for(row.pk, row.salt).open("secret", row.secret or b"")


@contextmanager
def as_path(intake: Intake) -> Iterator[Path]:
    """The file as it was brought, in memory alone: nothing in it lies in clear on a disk.

    Its name is that under which it was brought, since messages name it.
    """
    key, handle = _key(intake), os.memfd_create("list")
    try:
        for number, digest in enumerate(intake.pieces):
            whole = keys.open_apart(key, f"file {number}", cabinet.take(digest))
            while whole:
                whole = whole[os.write(handle, whole) :]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / (Path(intake.name).name or "list")
            path.symlink_to(f"/proc/self/fd/{handle}")
            yield path
    finally:
        os.close(handle)


def sealed_part(intake: Intake, sort: str, number: int, told: Any) -> IntakePart:
    """A part of what was read, to be written; its key is opened for each."""
    return IntakePart(
        intake=intake, sort=sort, number=number, sealed=_closed(intake, f"{sort} {number}", told)
    )


def part_of(intake: Intake, sort: str, number: int = 0) -> Any:
    """A part of what was read; ``None`` where there is none."""
    row = IntakePart.objects.filter(intake=intake, sort=sort, number=number).first()
    return None if row is None else _opened(intake, f"{sort} {number}", bytes(row.sealed))


def sealed_mends(intake: Intake, mends: Any) -> bytes:
    """What was mended in the browser, to be written."""
    return _closed(intake, "mends", mends)


def mends_of(intake: Intake) -> dict[str, Any]:
    """What was mended in the browser so far."""
    if not intake.mended:
        return {}
    found: dict[str, Any] = _opened(intake, "mends", bytes(intake.mended))
    return found


# ------------------------------------------------------------------ a list as a file


def locked_question(download: Download, question: Mapping[str, Any]) -> bytes:
    """Give a new file its key; what whoever makes it must know, sealed under it."""
    _lock(download)
    return _closed(download, "question", question)


def question_of(download: Download) -> dict[str, Any]:
    """What a file is to hold."""
    found: dict[str, Any] = _opened(download, "question", bytes(download.asked or b""))
    return found


def put_sealed(download: Download, what: str, content: Iterable[bytes], digests: list[str]) -> int:
    """Put what comes sealed into the cabinet, a piece at a time; how many bytes came.

    The digest of each piece is added to ``digests`` as soon as it lies there.
    """
    key, size = _key(download), 0
    for number, piece in enumerate(_pieces(content)):
        digests.append(cabinet.put(keys.seal_apart(key, f"{what} {number}", piece)))
        size += len(piece)
    return size


def _pieces(content: Iterable[bytes]) -> Iterator[bytes]:
    kept = bytearray()
    for part in content:
        kept += part
        while len(kept) >= PIECE:
            yield bytes(kept[:PIECE])
            del kept[:PIECE]
    if kept:
        yield bytes(kept)


def taken(download: Download, what: str, digests: Sequence[str]) -> Iterator[bytes]:
    """What lies sealed in the cabinet, in clear again, a piece at a time."""
    key = _key(download)
    for number, digest in enumerate(digests):
        yield keys.open_apart(key, f"{what} {number}", cabinet.take(digest))


def _closed(row: Intake | Download, part: str, told: Any) -> bytes:
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return keys.seal_apart(_key(row), part, zlib.compress(text.encode("utf-8", "replace"), 1))


def _opened(row: Intake | Download, part: str, sealed: bytes) -> Any:
    return json.loads(zlib.decompress(keys.open_apart(_key(row), part, sealed)))
