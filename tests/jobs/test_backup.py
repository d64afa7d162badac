"""A backup comes back whole or not at all, without keys, and without those who were erased."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import zipfile
from pathlib import Path

import pytest

from bangfu.jobs import passphrase
from bangfu.jobs.console import Failure
from bangfu.keeping import archive
from bangfu.keeping.trouble import Trouble
from tests.jobs.conftest import Shell

WORDS = "correct horse battery staple"


def counts(shell: Shell) -> dict[str, int]:
    """The rows of every table of ours."""
    with sqlite3.connect(shell.folder / "bangfu.sqlite3") as there:
        names = there.execute("SELECT name FROM sqlite_master WHERE name GLOB 'ledger_*'")
        return {
            name: there.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for (name,) in names.fetchall()
            if "INDEX" not in name and there.execute(
                "SELECT type FROM sqlite_master WHERE name = ?", [name]
            ).fetchone()[0] == "table"
        }  # fmt: skip


@pytest.fixture(scope="module")
def kept_once(told_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the county, sealed, and the backup that was made of it: once for this file."""
    folder = tmp_path_factory.mktemp("kept")
    shutil.copytree(told_once, folder / "county", ignore=shutil.ignore_patterns("static"))
    county = Shell(folder / "county")
    county.run("journal", "seal")
    county.run("backup", "--out", folder / "kept.zip")
    return folder


@pytest.fixture
def kept(kept_once: Path, county: Shell, tmp_path: Path) -> Path:
    """A copy of that backup, beside the county as it was left."""
    shutil.rmtree(county.folder)
    shutil.copytree(kept_once / "county", county.folder)
    shutil.copy(kept_once / "kept.zip", tmp_path / "kept.zip")
    return tmp_path / "kept.zip"


@pytest.fixture
def empty(tmp_path: Path, county: Shell) -> Shell:
    """An empty folder that holds nothing but the keys that were kept apart."""
    folder = tmp_path / "empty"
    folder.mkdir()
    shutil.copy(county.folder / "keys.toml", folder / "keys.toml")
    return Shell(folder)


def listing(folder: Path) -> set[str]:
    """What a folder holds."""
    return {path.name for path in folder.iterdir()}


def test_what_comes_back_is_what_was_there(county: Shell, kept: Path, empty: Shell) -> None:
    """Every figure and paper: tests/jobs/test_restored_story.py."""
    said = empty.ask("restore", kept, "--into", empty.folder)
    assert said["erased_again"] == 0
    assert counts(empty) == counts(county)
    assert empty.ask("journal", "verify")["sound"]
    assert empty.run("check").returncode == 0
    there = empty.ask("list", "person")["rows"]
    assert there == county.ask("list", "person")["rows"]
    assert any(row["identity"].startswith("***") for row in there)


def test_the_server_goes_on_from_there(kept: Path, empty: Shell) -> None:
    empty.run("restore", kept, "--into", empty.folder)
    empty.run("user", "create", "wang")
    empty.run("journal", "seal")
    assert empty.ask("journal", "verify")["sound"]
    heads = (empty.folder / "heads.log").read_text().splitlines()
    assert [int(h.split(":")[0]) for h in heads] == list(range(1, len(heads) + 1))


#: The long form goes back to version 0.1.0, which knew no proofs; that takes a minute more. What
#: each step does to rows that are there is told by tests/ledger/test_upgrade.py.
OLDER = (
    "0004_erasing_leaves_nothing"
    if os.environ.get("BANGFU_LONG")
    else "0029_pages_say_which_readings_they_want_newer"
)
#: Makes of a ledger one of an earlier version.
_MAKE_OLDER = f"""
from django.db import connection
from tests.stepwise import migrate
from tests.village import dropping
with connection.cursor() as cursor:
    for statement in dropping():
        cursor.execute(statement)
migrate(("ledger", "{OLDER}"))
"""


def test_a_backup_of_an_earlier_version_is_brought_up_to_date(shell: Shell, tmp_path: Path) -> None:
    # What those versions did not know yet is not in it either.
    shell.python("from tests.jobs.small_county import make; make()")
    shell.run("journal", "seal")
    shell.python(_MAKE_OLDER)
    shell.run("backup", "--out", tmp_path / "older.zip")
    newer, keys = Shell(tmp_path / "newer"), shell.folder / "keys.toml"
    newer.run("restore", tmp_path / "older.zip", "--into", newer.folder, "--keys", keys)
    assert newer.ask("journal", "verify")["sound"]
    assert newer.run("check").returncode == 0


def kept_files(shell: Shell) -> dict[str, bytes]:
    """The sealed bytes of every file, by their names."""
    return {path.name: path.read_bytes() for path in (shell.folder / "files").glob("??/*")}


def test_files_come_back_with_the_backup_and_none_may_be_missing(
    county: Shell, kept: Path, empty: Shell, tmp_path: Path
) -> None:
    empty.run("restore", kept, "--into", empty.folder)
    assert len(kept_files(empty)) == 6 and kept_files(empty) == kept_files(county)
    assert empty.run("check").returncode == 0
    next((empty.folder / "files").glob("??/*")).unlink()
    assert "files" in empty.run("check", well=False).stdout
    empty.run("backup", "--out", tmp_path / "lacking.zip")
    again = Shell(tmp_path / "again")
    keys = county.folder / "keys.toml"
    done = again.run(
        "restore", tmp_path / "lacking.zip", "--into", again.folder, "--keys", keys, "--lang", "en",
        well=False,
    )  # fmt: skip
    assert "lacks 1 files" in done.stderr and not (again.folder / "bangfu.sqlite3").exists()


def test_a_backup_holds_no_key_and_no_number_in_clear(county: Shell, kept: Path) -> None:
    secrets = [
        line.split('"')[1].encode()
        for line in (county.folder / "keys.toml").read_text().splitlines()
        if line.startswith("secret")
    ]
    secrets.append((county.folder / "secret-key").read_bytes().strip())
    with zipfile.ZipFile(kept) as file:
        whole = b"".join(file.read(name) for name in file.namelist())
        named = {name for name in file.namelist() if not name.startswith("files/")}
        assert named == {"manifest.json", "database.sqlite3", "heads.log"}
    assert secrets and not [s for s in secrets if s in whole]
    assert (kept.stat().st_mode & 0o777) == 0o600


def test_a_backup_is_not_written_over_and_leaves_no_rest(county: Shell, kept: Path) -> None:
    before = kept.read_bytes()
    done = county.run("backup", "--out", kept, "--lang", "en", well=False)
    assert "is not written over" in done.stderr
    assert kept.read_bytes() == before
    assert not [p for p in kept.parent.iterdir() if p.name.startswith(".")]


def test_a_folder_that_holds_something_is_not_written_over(county: Shell, kept: Path) -> None:
    before = counts(county)
    done = county.run("restore", kept, "--into", county.folder, "--lang", "en", well=False)
    assert "not written over" in done.stderr
    assert counts(county) == before


def corrupted(file: Path, at: float) -> None:
    """Change one byte: the very first one, or one of the database."""
    with zipfile.ZipFile(file) as whole:
        one = whole.getinfo("database.sqlite3")
    content = bytearray(file.read_bytes())
    begins = one.header_offset + 30 + len(one.filename)
    content[begins + int(one.compress_size * at) if at else 0] ^= 0xFF
    file.write_bytes(content)


@pytest.mark.parametrize("at", [0.0, 0.1, 0.3, 0.5, 0.9])
def test_a_corrupted_archive_is_refused_whole(
    kept: Path, empty: Shell, tmp_path: Path, at: float
) -> None:
    corrupted(kept, at)
    done = empty.run("restore", kept, "--into", empty.folder, "--lang", "en", well=False)
    assert "not a sound backup" in done.stderr and done.stderr.count("\n") == 1
    assert listing(empty.folder) == {"keys.toml"}


def test_a_truncated_archive_is_refused_whole(kept: Path, empty: Shell) -> None:
    kept.write_bytes(kept.read_bytes()[:-2000])
    empty.run("restore", kept, "--into", empty.folder, well=False)
    assert listing(empty.folder) == {"keys.toml"}


def rewritten(file: Path, **parts: bytes | None) -> None:
    """Replace parts of a backup, with a manifest that fits."""
    with zipfile.ZipFile(file) as old:
        held = {name: old.read(name) for name in old.namelist()}
    manifest = json.loads(held.pop("manifest.json"))
    file.unlink()
    writer = archive.Writer(file)
    for name, content in held.items():
        writer.add(name, io.BytesIO(parts.get(name.split(".")[0]) or content))
    del manifest["parts"]
    writer.finish(manifest)


def test_a_database_that_its_journal_does_not_explain_is_refused(
    kept: Path, empty: Shell, tmp_path: Path
) -> None:
    with zipfile.ZipFile(kept) as file:
        (tmp_path / "changed").write_bytes(file.read("database.sqlite3"))
    with sqlite3.connect(tmp_path / "changed") as there:
        there.execute("UPDATE ledger_activity SET people = 99 WHERE people IS NOT NULL")
    there.close()
    rewritten(kept, database=(tmp_path / "changed").read_bytes())
    done = empty.run("restore", kept, "--into", empty.folder, "--lang", "en", well=False)
    assert "row_changed" in done.stderr
    assert listing(empty.folder) == {"keys.toml"}


def test_heads_that_the_database_does_not_hold_are_refused(kept: Path, empty: Shell) -> None:
    rewritten(kept, heads=f"1:{'00' * 32} 2026-11-22T00:00:00+00:00\n".encode())
    done = empty.run("restore", kept, "--into", empty.folder, "--lang", "en", well=False)
    assert "rewritten" in done.stderr


def test_the_wrong_keys_are_refused(kept: Path, installed: Shell, tmp_path: Path) -> None:
    other = installed
    target = tmp_path / "target"
    done = other.run(
        "restore", kept, "--into", target, "--keys", other.folder / "keys.toml",
        "--lang", "en", well=False,
    )  # fmt: skip
    assert "not this backup's" in done.stderr and listing(target) == set()
    done = other.run("restore", kept, "--into", target, "--lang", "en", well=False)
    assert "name the copy that was kept" in done.stderr


def test_keys_under_a_passphrase_come_back_with_the_backup(county: Shell, tmp_path: Path) -> None:
    (tmp_path / "words").write_text(WORDS + "\n")
    (tmp_path / "wrong").write_text("not those words at all\n")
    out = tmp_path / "whole.zip"
    county.run("backup", "--out", out, "--with-keys", "--passphrase-file", tmp_path / "words")
    target = Shell(tmp_path / "target")
    done = target.run(
        "restore", out, "--into", target.folder, "--passphrase-file", tmp_path / "wrong",
        "--lang", "en", well=False,
    )  # fmt: skip
    assert "not the right one" in done.stderr
    target.run("restore", out, "--into", target.folder, "--passphrase-file", tmp_path / "words")
    for name in ("keys.toml", "secret-key"):
        assert (target.folder / name).read_bytes() == (county.folder / name).read_bytes()
        assert ((target.folder / name).stat().st_mode & 0o777) == 0o600
    assert target.ask("list", "person") == county.ask("list", "person")


def test_sealed_keys_open_with_their_passphrase_only() -> None:
    sealed = passphrase.seal({"keys.toml": b"secret"}, WORDS)
    assert b"secret" not in sealed
    assert passphrase.unseal(sealed, WORDS) == {"keys.toml": b"secret"}
    with pytest.raises(Failure):
        passphrase.unseal(sealed, WORDS + " ")


def erase_one(shell: Shell) -> str:
    """Erase somebody in a process of the folder; the key."""
    code = (
        "from bangfu.ledger.actions import subject\n"
        "from bangfu.ledger.actions.event import By\n"
        "from bangfu.ledger.models import Subject\n"
        "one = Subject.objects.current().filter(kind='person').order_by('-pk').first()\n"
        "one = Subject.objects.get(pk=one.fact)\n"
        "subject.erase(by=By(None, 'test'), subject=one, reason='request')\n"
        "print(one.fact)\n"
    )
    return shell.python(code).strip()


def salt_of(shell: Shell, key: str) -> bytes | None:
    """The salt under which a subject's values are sealed."""
    with sqlite3.connect(shell.folder / "bangfu.sqlite3") as there:
        asked = "SELECT salt FROM ledger_subjectkey WHERE subject_id = ?"
        row = there.execute(asked, [key.replace("-", "")]).fetchone()
        salt: bytes | None = row[0]
        return salt


def test_who_was_erased_after_the_backup_is_erased_again(
    county: Shell, kept: Path, empty: Shell
) -> None:
    key = erase_one(county)
    log = county.folder / "erasures.log"
    assert log.read_text().startswith(key)
    said = empty.ask("restore", kept, "--into", empty.folder, "--erasures", log)
    assert said["erased_again"] == 1
    assert salt_of(empty, key) is None
    assert empty.ask("journal", "verify")["sound"]
    assert (empty.folder / "erasures.log").read_text().startswith(key)


def test_without_the_log_it_is_said_that_the_erased_come_back(
    county: Shell, kept: Path, empty: Shell
) -> None:
    key = erase_one(county)
    done = empty.run("restore", kept, "--into", empty.folder, "--lang", "en")
    assert "comes back with it" in done.stderr
    assert salt_of(empty, key) is not None


def test_an_erasure_that_the_log_lacks_is_added_before_a_backup(
    county: Shell, tmp_path: Path
) -> None:
    key = erase_one(county)
    os.unlink(county.folder / "erasures.log")
    county.run("backup", "--out", tmp_path / "later.zip")
    with zipfile.ZipFile(tmp_path / "later.zip") as file:
        assert file.read("erasures.log").decode().startswith(key)


@pytest.mark.parametrize("name", ["../evil", "files/../../evil", "/etc/evil", "other"])
def test_a_part_with_a_name_of_its_own_is_refused(tmp_path: Path, name: str) -> None:
    writer = archive.Writer(tmp_path / "made.zip")
    writer.add(name, io.BytesIO(b"x"))
    writer.finish({})
    with pytest.raises(Trouble):
        archive.Archive.read(tmp_path / "made.zip")


# PostgreSQL -------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_a_backup_of_postgresql_goes_back_to_an_empty_one(
    databases: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    first, second = Shell(tmp_path / "first"), Shell(tmp_path / "second")
    told = first.environment | {"BANGFU_DATABASE_URL": databases[0]}
    monkeypatch.setattr(Shell, "environment", told)
    first.run("init")
    first.run("places", "load", "--under", "110101001")
    first.run("user", "create", "wang")
    first.run("journal", "seal")
    out = tmp_path / "kept.zip"
    manifest = first.ask("backup", "--out", out)
    keys = first.folder / "keys.toml"
    monkeypatch.setattr(Shell, "environment", told | {"BANGFU_DATA": str(second.folder)})
    refused = second.run("restore", out, "--into", databases[0], "--keys", keys, well=False)
    assert "已有表" in refused.stderr
    said = second.ask("restore", out, "--into", databases[1], "--keys", keys)
    assert said["head"] == manifest["head"]
    with psycopg.connect(databases[1]) as there:
        looked_at = there.execute("SELECT DISTINCT tablename FROM pg_stats").fetchall()
    assert {("ledger_place",), ("ledger_eventrows",)} <= set(looked_at)
    moved = told | {"BANGFU_DATA": str(second.folder), "BANGFU_DATABASE_URL": databases[1]}
    monkeypatch.setattr(Shell, "environment", moved)
    assert second.ask("journal", "verify")["sound"]
    assert second.ask("places", "search", "东城区")["places"]
    assert second.run("check").returncode == 0
