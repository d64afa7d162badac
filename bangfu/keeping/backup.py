"""A backup: one consistent state of the database with what is kept beside it, in one file.

The master keys are not in it, unless a passphrase seals them: whoever finds the file alone learns
no identity number from it.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

import bangfu
from bangfu.keeping import archive, heads, postgres
from bangfu.ledger import clock, erasures, vault
from bangfu.ledger.actions import journal
from bangfu.ledger.actions.journal import Head
from bangfu.ledger.models import Coming
from bangfu.ledger.sqlite3.base import without_coming


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup in this machine's folder, as its manifest tells of it."""

    path: Path
    made_at: dt.datetime
    bytes: int
    version: str
    rows: int
    head: str
    with_keys: bool


def folder() -> Path:
    """Where backups go that are made without a name of their own."""
    found: Path = settings.BANGFU_BACKUPS
    return found


def new_path(now: dt.datetime) -> Path:
    """The name of a backup that is made now, in the folder, which is made where it is missing."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder() / f"bangfu-{now.astimezone(clock.ZONE):%Y%m%d-%H%M%S}.zip"


def kept() -> list[Kept]:
    """The backups in the folder, the latest first; what is no backup is passed over."""
    found = (_kept(path) for path in folder().glob("*.zip"))
    return sorted((one for one in found if one), key=lambda one: one.made_at, reverse=True)


def _kept(path: Path) -> Kept | None:
    try:
        told = archive.manifest_of(path)
        made_at = dt.datetime.fromisoformat(told["made_at"])
        return Kept(
            path, made_at, path.stat().st_size, told["version"], sum(told["counts"].values()),
            told["head"], archive.KEYS in told["parts"],
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        return None


def make(
    path: Path, keys: bytes | None = None, told: Callable[[int], None] = lambda count: None
) -> dict[str, Any]:
    """Write a whole backup to a new file; what its manifest says. Broken off, it leaves nothing.

    ``told`` hears how many more bytes were read, and may stop it by raising.
    """
    writer = archive.Writer(path, told)
    try:
        manifest = write(writer, keys)
        writer.finish(manifest)
    except BaseException:
        writer.give_up()
        raise
    return manifest


def how_much() -> int:
    """About how many bytes a backup reads, for those who wait for it."""
    files = (path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())
    return database_size() + sum(path.stat().st_size for path in files)


def database_size() -> int:
    """How many bytes the database has."""
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        return path.stat().st_size if path.exists() else 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def write(writer: archive.Writer, keys: bytes | None = None) -> dict[str, Any]:
    """Add every part; returns what the manifest says of them. ``keys`` are sealed already."""
    erasures.note_missing()
    with _snapshot(writer.path.parent) as (database, manifest):
        with database.open("rb") as source:
            writer.add(archive.DATABASES[connection.vendor], source)
    last = manifest["head"]
    kept = _heads_up_to(Head.read(last).number if last else 0)
    writer.add(archive.HEADS, io.BytesIO(kept))
    if erasures.file().exists():
        writer.add(archive.ERASURES, io.BytesIO(erasures.file().read_bytes()))
    for path in sorted(Path(settings.MEDIA_ROOT).rglob("*")):
        if path.is_file():
            with path.open("rb") as source:
                writer.add(f"files/{path.relative_to(settings.MEDIA_ROOT).as_posix()}", source)
    if keys is not None:
        writer.add(archive.KEYS, io.BytesIO(keys))
    return manifest


def _heads_up_to(number: int) -> bytes:
    """The lines of heads.log that the snapshot's chain must hold."""
    path = heads.file()
    if not path.exists():
        return b""
    lines = path.read_bytes().splitlines(keepends=True)
    whole = [line for line in lines if line.endswith(b"\n") and line.strip()]
    return b"".join(line for line in whole if int(line.split(b":")[0]) <= number)


@contextmanager
def _snapshot(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A file that holds one state of the database, and what that state is."""
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=folder) as name:
        path = Path(name) / "database"
        taken = _of_sqlite(path) if connection.vendor == "sqlite" else _of_postgresql(path)
        yield path, taken


def _of_sqlite(path: Path) -> dict[str, Any]:
    """Copy by SQLite's own means, beside writers, and describe the copy."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(handle)
    source = sqlite3.connect(f"file:{connection.settings_dict['NAME']}?mode=ro", uri=True)
    copy = sqlite3.connect(path)
    try:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        # Of a list that was on its way nobody sees the rows, where the copy is brought back either.
        ours = tables()
        seen = without_coming if Coming._meta.db_table in ours else str
        asked = {t: copy.execute(seen(f'SELECT count(*) FROM "{t}"')).fetchone()[0] for t in ours}
        last = copy.execute(
            "SELECT number, head FROM ledger_seal ORDER BY number DESC LIMIT 1"
        ).fetchone()
        head = str(Head(last[0], bytes(last[1]).hex())) if last else ""
        done = copy.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
    finally:
        copy.close()
        source.close()
    return _manifest(asked, head, [f"{app}.{name}" for app, name in done])


def _of_postgresql(path: Path) -> dict[str, Any]:
    """Dump and describe one and the same snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        row = cursor.fetchone()
        assert row is not None
        postgres.run(
            "pg_dump",
            [
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                "--exclude-table-data=django_session",
                f"--snapshot={row[0]}",
                f"--file={path}",
            ],
        )
        head = journal.latest_head()
        done = [f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()]
        return _manifest(counts(), str(head) if head else "", done)


def tables() -> list[str]:
    """The tables whose rows are counted into the manifest; before an upgrade not all are there."""
    ours = {model._meta.db_table for model in apps.get_app_config("ledger").get_models()}
    return sorted(ours.intersection(connection.introspection.table_names()))


def counts() -> dict[str, int]:
    """How many rows each of our tables has."""
    found = {}
    with connection.cursor() as cursor:
        for name in tables():
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            row = cursor.fetchone()
            found[name] = int(row[0]) if row else 0
    return found


def _manifest(asked: dict[str, int], head: str, migrations: list[str]) -> dict[str, Any]:
    ring = vault.keyring()
    return {
        "version": bangfu.__version__,
        "made_at": clock.now().isoformat(timespec="seconds"),
        "database": connection.vendor,
        "migrations": migrations,
        "counts": asked,
        "head": head,
        "keys": {str(version): ring.fingerprint(version) for version in ring.versions},
    }
