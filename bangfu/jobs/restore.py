"""A backup is brought back: into an empty place, checked whole, and moved in only when it is."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from bangfu.jobs import passphrase
from bangfu.jobs.command import stand_up
from bangfu.jobs.console import FILE, Failure, Verb, answer, tell, words
from bangfu.keeping import archive
from bangfu.keeping.archive import Archive

_SQLITE = "bangfu.sqlite3"


@dataclass(frozen=True)
class Target:
    """Where to: a data folder, and a PostgreSQL database if one is named."""

    folder: Path
    database: str = ""

    @classmethod
    def of(cls, into: str) -> Target:
        """Read --into: a folder, or a database's address with the folder of BANGFU_DATA."""
        if into.startswith(("postgres://", "postgresql://")):
            return cls(Path(os.environ.get("BANGFU_DATA") or "var/data").resolve(), into)
        return cls(Path(into).expanduser().resolve())

    def refuse_if_occupied(self) -> None:
        """A folder may hold keys and logs that were kept, but no database and no files."""
        taken = [p.name for p in self.folder.glob(f"{_SQLITE}*")]
        taken += [p.name for p in self.folder.glob("files/*")]
        if taken:
            raise Failure(
                "{d} 里已有 {n}，不覆盖；请恢复到空目录",
                "{d} holds {n} already, which is not written over; restore to an empty folder.",
                d=self.folder,
                n=taken[0],
            )

    def refuse_if_of_another_kind(self, kind: str) -> None:
        """A backup goes back to the kind of database that it came from."""
        if (kind == "postgresql") != bool(self.database):
            raise Failure(
                "这份备份来自 {k}，要恢复到同一种数据库",
                "This backup is of {k} and goes back to that kind of database.",
                k=kind,
            )


@click.command(cls=Verb)
@click.argument("file", type=FILE)
@click.option(
    "--into",
    required=True,
    metavar="DIR|DATABASE",
    help="An empty data folder, or "
    "the address of an empty PostgreSQL database (files go to BANGFU_DATA).",
)
@click.option("--keys", "keys_file", type=FILE, help="The keys file (keys.toml in the folder).")
@click.option("--passphrase-file", type=FILE, help="Opens the keys that are in the backup.")
@click.option("--erasures", type=FILE, help="The erasures.log of the installation that was lost.")
def restore(
    file: Path,
    into: str,
    keys_file: Path | None,
    passphrase_file: Path | None,
    erasures: Path | None,
) -> None:  # fmt: skip
    """Bring a backup back to an empty place.

    Everything is checked before anything is in its place: every part by its digest, the keys by
    their fingerprint, the rows by their number, the journal against all of them. Whoever was
    erased since the backup is erased again, by the erasures.log that was kept.
    """
    target = Target.of(into)
    target.refuse_if_occupied()
    found = Archive.read(file)
    target.refuse_if_of_another_kind(found.manifest["database"])
    target.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=target.folder) as name:
        beside = Path(name)
        _unpack(found, beside)
        _bring_keys(found, target, beside, keys_file, passphrase_file)
        _point_settings(target, beside)
        from bangfu.jobs import restored

        data = restored.settle(found, target.database, _erased(found, target, erasures))
        _move_in(target, beside)
    answer(
        {"into": str(target.folder), "database": found.manifest["database"]} | data,
        lambda: _told(target, data),
    )


def _told(target: Target, data: dict[str, Any]) -> str:
    return words(
        "已恢复到 {d}：记录 {r} 行，留痕相符；重新删除 {n} 人",
        "Restored to {d}: {r} rows, as the journal says; {n} subjects erased again",
        d=target.folder,
        r=data["rows"],
        n=data["erased_again"],
    )


def _unpack(found: Archive, beside: Path) -> None:
    names = {
        archive.DATABASES["sqlite"]: _SQLITE,
        archive.DATABASES["postgresql"]: archive.DATABASES["postgresql"],
        archive.HEADS: archive.HEADS,
        archive.ERASURES: archive.ERASURES,
    }
    for part, name in names.items():
        if found.holds(part):
            found.unpack(part, beside / name)
    for part in found.kept_files():
        found.unpack(part, beside / part)


def _bring_keys(
    found: Archive,
    target: Target,
    beside: Path,
    keys_file: Path | None,
    passphrase_file: Path | None,
) -> None:
    """The keys: out of the backup under its passphrase, else the file that was kept apart."""
    if found.holds(archive.KEYS) and keys_file is None:
        secret = passphrase.ask(passphrase_file)
        for name, content in passphrase.unseal(found.bytes_of(archive.KEYS), secret).items():
            _write_secret(beside / ("secret-key" if name == "secret-key" else "keys.toml"), content)
        return
    kept = keys_file or Path(os.environ.get("BANGFU_KEYS_FILE") or target.folder / "keys.toml")
    if not kept.exists():
        raise Failure(
            "没有密钥文件 {k}；请用 --keys 指明另存的那一份",
            "There is no keys file {k}; name the copy that was kept with --keys.",
            k=kept,
        )
    _write_secret(beside / "keys.toml", kept.read_bytes())


def _write_secret(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)


def _point_settings(target: Target, beside: Path) -> None:
    """Let the settings speak of the place beside, before they are read."""
    from django.conf import settings

    if settings.configured:
        raise RuntimeError("a backup is restored by a process of its own")
    os.environ["BANGFU_DATA"] = str(beside)
    os.environ["BANGFU_KEYS_FILE"] = str(beside / "keys.toml")
    os.environ["BANGFU_SECRET_KEY_FILE"] = str(beside / "secret-key")
    os.environ["BANGFU_DATABASE_URL"] = target.database
    stand_up()


def _erased(found: Archive, target: Target, named: Path | None) -> list[UUID]:
    """Whom to erase again: those of the file named, or of the folder's own, and of the backup."""
    from bangfu.ledger.erasures import read

    paths = [named or target.folder / archive.ERASURES]
    if named is None and not paths[0].exists():
        tell(
            "没有 {p}；备份之后删除过的人无法得知，会随备份回来",
            "There is no {p}: who was erased after the backup is not known and comes back with it.",
            p=paths[0],
        )
    return [key for path in paths if path.exists() for key in read(path)]


def _move_in(target: Target, beside: Path) -> None:
    """Put everything in its place, the database last: a folder without it counts as empty."""
    for name in (archive.HEADS, archive.ERASURES):
        _set_aside(target.folder / name)
    if (target.folder / "files").is_dir():
        (target.folder / "files").rmdir()
    for name in ("keys.toml", "secret-key"):
        if (target.folder / name).exists():
            (beside / name).unlink(missing_ok=True)
    for name in ("keys.toml", "secret-key", "files", archive.HEADS, archive.ERASURES, _SQLITE):
        if (beside / name).exists():
            shutil.move(beside / name, target.folder / name)


def _set_aside(path: Path) -> None:
    """Keep a log that the restored one takes the place of."""
    number = 1
    while path.exists():
        kept = path.with_name(f"{path.stem}-before-restore-{number}{path.suffix}")
        if not kept.exists():
            path.rename(kept)
        number += 1
