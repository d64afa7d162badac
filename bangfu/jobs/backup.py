"""A backup: one consistent state of the database with what is kept beside it, in one file.

The master keys are not in it, unless a passphrase seals them: whoever finds the file alone learns
no identity number from it.
"""

from __future__ import annotations

import io
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

import bangfu
from bangfu.jobs import archive, heads, passphrase, postgres
from bangfu.jobs.console import FILE, Verb, answer, words
from bangfu.ledger import clock, erasures, vault
from bangfu.ledger.actions import journal
from bangfu.ledger.actions.journal import Head


@click.command(cls=Verb)
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A new file."
)
@click.option("--with-keys", is_flag=True, help="The keys too, sealed under a passphrase.")
@click.option("--passphrase-file", type=FILE, help="Take the passphrase from its first line.")
def backup(out: Path, with_keys: bool, passphrase_file: Path | None) -> None:
    """Write everything but the keys into one file, while the server goes on.

    Without --with-keys keep copies of the keys file and of secret-key apart from the backups.
    """
    secret = passphrase.ask(passphrase_file, twice=True) if with_keys else None
    writer = archive.Writer(out)
    try:
        manifest = write(writer, secret)
        writer.finish(manifest)
    except BaseException:
        writer.give_up()
        raise
    size = out.stat().st_size
    answer(
        {"out": str(out), "bytes": size, "with_keys": with_keys} | manifest,
        lambda: words(
            "已备份到 {o}({n} KB);{k}",
            "Written to {o} ({n} KB); {k}",
            o=out,
            n=size // 1024,
            k=_about_keys(with_keys),
        ),
    )


def _about_keys(with_keys: bool) -> str:
    if with_keys:
        return words("含加密的密钥,请记住口令", "the keys are in it, sealed; keep the passphrase")
    return words(
        "不含密钥,请另存 {f}", "the keys are not in it; keep a copy of {f}",
        f=settings.BANGFU_KEYS_FILE,
    )  # fmt: skip


def write(writer: archive.Writer, secret: str | None) -> dict[str, Any]:
    """Add every part; returns what the manifest says of them."""
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
    if secret is not None:
        writer.add(archive.KEYS, io.BytesIO(passphrase.seal(_keys(), secret)))
    return manifest


def _keys() -> dict[str, bytes]:
    signing = Path(os.environ.get("BANGFU_SECRET_KEY_FILE") or settings.BANGFU_DATA / "secret-key")
    return {
        settings.BANGFU_KEYS_FILE.name: Path(settings.BANGFU_KEYS_FILE).read_bytes(),
        "secret-key": signing.read_bytes(),
    }


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
        asked = {t: copy.execute(f'SELECT count(*) FROM "{t}"').fetchone()[0] for t in tables()}
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
