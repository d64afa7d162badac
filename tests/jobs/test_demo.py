"""The demonstration starts twice, and the server ends when it is told to."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import RemoteDisconnected
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest

from bangfu.jobs import serve
from bangfu.keeping.heads import read
from tests.jobs.conftest import Shell


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str) -> Any:
    """What a server on this machine answers."""
    return urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5)


def wait_for(port: int, process: subprocess.Popen[str], seconds: float = 60) -> None:
    """Wait until the log-in page answers."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, process.communicate()
        try:
            assert get(port, "/account/login/").status == 200
            return
        except (URLError, RemoteDisconnected, ConnectionError, TimeoutError):
            time.sleep(0.2)
    pytest.fail("the server did not answer")


@contextmanager
def serving(shell: Shell, *words: object) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A server for the time of a test."""
    port = free_port()
    process = shell.start(*words, "--port", port)
    try:
        wait_for(port, process)
        yield port, process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=60)


def count(shell: Shell, table: str) -> int:
    """How many rows a table has."""
    with sqlite3.connect(shell.folder / "bangfu.sqlite3") as there:
        return int(there.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_the_story_is_told_once(county: Shell) -> None:
    events = count(county, "ledger_event")
    begun = time.monotonic()
    said = county.ask("demo", "--no-serve", "--data", county.folder)
    assert time.monotonic() - begun < 60  # a machine that does much else besides
    assert count(county, "ledger_event") == events
    assert {"clerk", "helper", "admin"} <= {a["username"] for a in said["accounts"]}
    assert said["password"] and said["address"] == "http://localhost:8000/"
    assert county.ask("journal", "verify")["sound"]


def test_another_installation_is_not_taken_for_the_demonstration(installed: Shell) -> None:
    installed.run("user", "create", "wang")
    demo = ("demo", "--no-serve", "--data", installed.folder)
    done = installed.run(*demo, "--lang", "en", well=False)
    assert "something else than the demonstration" in done.stderr


def test_a_demonstration_serves_and_ends_when_told_to(county: Shell) -> None:
    with serving(county, "demo", "--data", county.folder) as (port, process):
        again = county.run(
            "demo", "--data", county.folder, "--port", port, "--lang", "en", well=False
        )
        assert f"Cannot listen on 127.0.0.1:{port}" in again.stderr
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
        assert process.returncode == 0
        assert "clerk" in out
    assert county.ask("journal", "verify")["sound"]


def test_what_is_committed_is_sealed_and_its_head_kept_outside(county: Shell) -> None:
    log = Path(county.folder / "heads.log")
    with serving(county, "serve") as (_, process):
        county.run("user", "create", "wang")
        until = time.monotonic() + 15
        while time.monotonic() < until and not unsealed_is_none(county, log):
            time.sleep(0.2)
        assert unsealed_is_none(county, log)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        assert process.returncode == 0
    assert [head.number for head in read(log)] == list(range(1, len(read(log)) + 1))


def unsealed_is_none(shell: Shell, log: Path) -> bool:
    """Whether every event is bound and every head kept."""
    with sqlite3.connect(shell.folder / "bangfu.sqlite3") as there:
        waiting = there.execute("SELECT count(*) FROM ledger_event WHERE seal_id IS NULL")
        last = there.execute("SELECT max(number) FROM ledger_seal").fetchone()[0]
        return waiting.fetchone()[0] == 0 and log.exists() and read(log)[-1].number == last


@pytest.mark.parametrize("kind", ["sealer", "worker"])
def test_what_runs_beside_a_server_ends_with_it_when_it_is_killed(county: Shell, kind: str) -> None:
    with serving(county, "serve") as (_, process):
        children = subprocess.run(
            ["ps", "--ppid", str(process.pid), "-o", "pid=,args="], capture_output=True, text=True
        ).stdout
        beside = next(int(line.split()[0]) for line in children.splitlines() if kind in line)
        others = [int(line.split()[0]) for line in children.splitlines()]
        process.kill()
        until = time.monotonic() + 15
        while time.monotonic() < until and alive(beside):
            time.sleep(0.2)
        assert not alive(beside)
        for other in others:
            if alive(other):
                os.kill(other, signal.SIGKILL)


@pytest.mark.parametrize("kind", ["sealer", "worker"])
def test_what_runs_beside_a_server_that_is_gone_before_it_begins_ends_too(
    installed: Shell, kind: str
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    beside = subprocess.Popen(
        [sys.executable, "-m", f"bangfu.jobs.{kind}", str(gone.pid)],
        env=installed.environment,
        stdin=subprocess.DEVNULL,
    )
    try:
        assert beside.wait(timeout=60) == 0
    finally:
        beside.kill()


def alive(pid: int) -> bool:
    """Whether a process still runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("again", [False, True], ids=["first start", "later start"])
def test_static_files_carry_a_digest_and_stay_in_the_browser(county: Shell, again: bool) -> None:
    if again:
        with serving(county, "demo", "--data", county.folder):
            pass
    with serving(county, "serve") as (port, _):
        page = get(port, "/account/login/").read().decode()
        names = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
        assert names
        for name in names:
            assert re.search(r"\.[0-9a-f]{12}\.", name), name
            assert "immutable" in get(port, name).headers["Cache-Control"]


def test_only_this_machine_is_loopback() -> None:
    assert serve.is_loopback("127.0.0.1") and serve.is_loopback("::1")
    assert serve.is_loopback("localhost") and not serve.is_loopback("0.0.0.0")


@pytest.mark.parametrize(
    ("https", "proxies", "said"),
    [(False, 0, "passwords travel in clear"), (True, 0, "no reverse proxy"), (True, 1, "")],
)
def test_an_address_that_others_reach_is_warned_of(
    capsys: pytest.CaptureFixture[str], settings: Any, https: bool, proxies: int, said: str
) -> None:
    settings.BANGFU_HTTPS, settings.BANGFU_PROXIES = https, proxies
    settings.ALLOWED_HOSTS = ["bangfu.example"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LC_ALL", "en_GB.UTF-8")
        serve.warn("127.0.0.1")
        assert not capsys.readouterr().err
        serve.warn("0.0.0.0")
    err = capsys.readouterr().err
    assert said in err and bool(said) == err.startswith("WARNING")


def test_an_older_database_is_not_served_before_init(installed: Shell) -> None:
    with sqlite3.connect(installed.folder / "bangfu.sqlite3") as there:
        there.execute("DELETE FROM django_migrations WHERE app = 'axes'")
    done = installed.run("serve", "--lang", "en", well=False)
    assert "make a backup" in done.stderr
    assert not json.loads(installed.start("check", "--json").communicate()[0])["well"]
