"""The command line, in the process of the tests and in processes of its own."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import connection

from bangfu.jobs.command import command
from tests.jobs import forked
from tests.village import keyring, standing_village, told_village, village

__all__ = ["keyring", "standing_village", "told_village", "village"]

ROOT = Path(__file__).resolve().parent.parent.parent
Call = Callable[..., Result]


@pytest.fixture
def call(db: None, keyring: object, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls a command in this process, on the tests' database, in English."""
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def run(*words: object, **said: Any) -> Result:
        return CliRunner().invoke(command, [str(word) for word in words], **said)

    return run


@pytest.fixture
def ask(call: Call) -> Callable[..., Any]:
    """What a command answers to machines; it must succeed."""

    def run(*words: object, **said: Any) -> Any:
        result = call(*words, "--json", **said)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return run


@dataclass(frozen=True)
class Shell:
    """A data folder of its own, and the command line in processes of its own."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What such a process is told: this folder, SQLite, English."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("BANGFU_", "DJANGO_"))}
        return kept | {
            "BANGFU_DATA": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "LC_ALL": "C.UTF-8",
        }

    def start(self, *words: object, **said: Any) -> subprocess.Popen[str]:
        """Start a command and go on."""
        line = [sys.executable, "-m", "bangfu.jobs", *map(str, words)]
        return subprocess.Popen(
            line,
            cwd=self.folder.parent,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # a server's children end with it, whatever becomes of the server
            start_new_session=True,
            **said,
        )

    def run(self, *words: object, well: bool | None = True) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; ``well`` says whether it must succeed, None that it may."""
        done = forked.run([*map(str, words)], env=self.environment, cwd=self.folder.parent)
        assert well in (None, done.returncode == 0), (done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done

    def python(self, code: str, *words: object) -> str:
        """Do something there in a process of its own; what it says."""
        told = {"env": self.environment, "cwd": self.folder.parent, "code": code}
        done = forked.run([*map(str, words)], **told)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, *words: object) -> Any:
        """What a command answers to machines."""
        return json.loads(self.run(*words, "--json").stdout)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """An empty place."""
    return Shell(tmp_path / "data")


def _made_once(factory: pytest.TempPathFactory, name: str, *words: object) -> Path:
    """A folder of that name that a command makes, once for all processes that test."""
    shared = factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    folder = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / f"{name}.made").exists():
            Shell(folder).run(*words, "--json")
            (shared / f"{name}.made").touch()
    return folder


@pytest.fixture(scope="session")
def told_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's folder."""
    return _made_once(tmp_path_factory, "demo", "demo", "--no-serve", "--data", "demo")


@pytest.fixture
def installed(tmp_path_factory: pytest.TempPathFactory, shell: Shell) -> Shell:
    """A copy of an installation that nobody has used yet, to do anything with."""
    shutil.copytree(_made_once(tmp_path_factory, "installed", "init"), shell.folder)
    return shell


@pytest.fixture
def county(told_once: Path, tmp_path: Path) -> Shell:
    """A copy of the demonstration's folder, to do anything with."""
    shutil.copytree(told_once, tmp_path / "county", ignore=shutil.ignore_patterns("static"))
    return Shell(tmp_path / "county")


@pytest.fixture
def databases(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[str, str]]:
    """Two empty databases beside the tests' own, by their addresses."""
    import psycopg

    with django_db_blocker.unblock():
        given = connection.get_connection_params()
    names = [f"bangfu_{os.getpid()}_{n}" for n in ("from", "into")]
    reach = {k: given[k] for k in ("user", "password", "host", "port") if given.get(k)}
    with psycopg.connect(dbname="postgres", autocommit=True, **reach) as server:
        for name in names:
            server.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]  # names made here
        address = f"postgres://{reach.get('user', '')}@/{{}}?host={reach.get('host', '')}"
        yield address.format(names[0]), address.format(names[1])
        for name in names:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]
