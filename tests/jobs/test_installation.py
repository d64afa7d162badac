"""An installation is made once; a health check finds what is missing."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from pathlib import Path

from tests.jobs.conftest import Shell


def database(shell: Shell) -> sqlite3.Connection:
    """The file behind a data folder."""
    return sqlite3.connect(shell.folder / "bangfu.sqlite3")


def findings(shell: Shell, *words: str) -> dict[str, bool]:
    """What a check says of each part."""
    done = shell.run("check", "--json", *words, well=None)
    said = {f["part"]: f["well"] for f in json.loads(done.stdout)["findings"]}
    assert done.returncode == (0 if all(said.values()) else 1)
    return said


def test_a_second_time_changes_nothing(shell: Shell) -> None:
    first = shell.ask("init")
    assert first["keys"] and first["migrations"] and first["changed"]
    keys = (shell.folder / "keys.toml").read_bytes()
    second = shell.ask("init")
    assert not second["changed"]
    assert (shell.folder / "keys.toml").read_bytes() == keys
    assert stat.S_IMODE((shell.folder / "keys.toml").stat().st_mode) == 0o600
    assert stat.S_IMODE(shell.folder.stat().st_mode) == 0o700
    assert all(findings(shell, "--journal").values())


def test_what_the_database_refuses_is_missed_and_put_back(installed: Shell) -> None:
    with database(installed) as there:
        there.execute("DROP TRIGGER event_never_removed")
    assert not findings(installed)["refusals"]
    assert installed.ask("init")["refusals"] == ["event_never_removed"]
    assert findings(installed)["refusals"]


def test_lost_keys_are_not_replaced_by_new_ones(county: Shell) -> None:
    os.rename(county.folder / "keys.toml", county.folder / "elsewhere.toml")
    done = county.run("init", "--lang", "en", well=False)
    assert "bring back the one that sealed them" in done.stderr
    assert not (county.folder / "keys.toml").exists()
    assert not findings(county)["keys"]


def test_keys_that_others_may_read_are_a_fault(installed: Shell) -> None:
    (installed.folder / "keys.toml").chmod(0o644)
    assert not findings(installed)["keys"]


def test_heads_that_the_chain_does_not_hold_are_a_fault(county: Shell) -> None:
    county.run("journal", "seal")
    log = Path(county.folder / "heads.log")
    assert findings(county)["heads"]
    log.write_text(log.read_text() + f"99:{'ab' * 32} 2026-11-22T00:00:00+00:00\n")
    assert not findings(county)["heads"]
    done = county.run("journal", "verify", well=False)
    assert "cut_off" in done.stdout
