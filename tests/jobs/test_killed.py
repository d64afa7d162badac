"""The server and its database are killed at any moment: what was answered is there, once and whole.

Runs a quarter of a minute; with BANGFU_LONG=1 two minutes. CONTRIBUTING.md says how.
"""

from __future__ import annotations

import collections
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.db.utils import ConnectionHandler

from bangfu.config.settings import database_from
from tests.jobs.clients import Browser, Client
from tests.jobs.conftest import ROOT, Shell
from tests.jobs.test_demo import free_port

POSTGRES = connection.vendor == "postgresql"
LONG = os.environ.get("BANGFU_LONG") == "1"
SECONDS = 120 if LONG else 15
CLIENTS = 12 if POSTGRES else 4
#: How long the database is away, and within how many seconds what asks for it has an answer.
AWAY, BACK = (45 if LONG else 8), 15


class Installation:
    """An installation of its own, whose server and database can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.address = self.database("start", "durable") if POSTGRES else ""
        self.log = (folder / "server.log").open("wb")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are told; pages go by plain http here."""
        said = {"BANGFU_HTTPS": "0", "BANGFU_DATABASE_URL": self.address}
        said["DJANGO_SETTINGS_MODULE"] = "bangfu.config.settings"
        return Shell(self.folder / "data").environment | said

    def database(self, *words: str) -> str:
        """Call scripts/postgres.sh for this database and no other."""
        line = [str(ROOT / "scripts" / "postgres.sh"), *words]
        env = os.environ | {"POSTGRES_STATE": str(self.folder / "postgres")}
        # Its output goes to files: the server that it starts would hold a pipe open.
        with (self.folder / "said").open("w+") as out, (self.folder / "wrong").open("w+") as wrong:
            done = subprocess.run(line, env=env, stdout=out, stderr=wrong, timeout=120)
        assert done.returncode == 0, (self.folder / "wrong").read_text()
        return (self.folder / "said").read_text().strip()

    def county(self, what: str) -> Any:
        """Make the small county, or tell what became of it."""
        line = [sys.executable, "-m", "tests.jobs.small_county", what]
        done = subprocess.run(
            line, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def serve(self) -> None:
        """Start the server and wait until it answers; the port of a killed one is let go soon."""
        until = time.monotonic() + 60
        line = [sys.executable, "-m", "bangfu.jobs", "serve", "--port", str(self.port)]
        while not self.answers():
            assert time.monotonic() < until, (self.folder / "server.log").read_text()[-2000:]
            if self.process is None or self.process.poll() is not None:
                self.process = subprocess.Popen(
                    line, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                    stdout=self.log, stderr=self.log, start_new_session=True,
                )  # fmt: skip
            time.sleep(0.1)

    def answers(self) -> bool:
        """Whether the log-in page comes from the server that was started last."""
        alive = self.process is not None and self.process.poll() is None
        return alive and Browser(self.port).ask("GET", "/account/login/").status == 200

    def kill(self) -> None:
        """Kill the server, by its own number; its children end with it."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        """Leave nothing running."""
        if self.process is not None and self.process.poll() is None:
            self.kill()
        self.log.close()
        if POSTGRES:
            self.database("stop")


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """The known people behind a server that answers."""
    made = Installation(tmp_path)
    try:
        yield made
    finally:
        made.end()
        shutil.rmtree(tmp_path / "data", ignore_errors=True)


@pytest.mark.both
def test_a_killed_server_loses_nothing_that_it_answered(installation: Installation) -> None:
    county = installation.county("make")
    installation.serve()
    clients = [Client(installation.port, number, county) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    deaths = _die_and_come_back(installation, clients)
    for client in clients:
        client.over.set()
    for client in clients:
        client.join(60)
    installation.kill()
    held = installation.county("tell")

    told = _Told(clients)
    sys.stdout.write(f"{connection.vendor}, {CLIENTS} clients, {SECONDS} s: {deaths}, {told}\n")
    assert min(deaths.values()) >= 2 and len(told.drafted) > 10 and told.issued and told.opened
    assert [c.strange for c in clients if c.strange] == []
    assert held["faults"] == []
    _nothing_is_lost(told, held)
    _nothing_is_double(told, held)


def _die_and_come_back(installation: Installation, clients: Sequence[Client]) -> dict[str, int]:
    """Kill the server or its database while clients write, again and again; how many of each."""
    chance, deaths = random.Random(2009), collections.Counter({"servers": 0})
    ways = ["servers", "databases stopped", "databases killed"] if POSTGRES else ["servers"]
    deaths.update({way: 0 for way in ways})
    until, number = time.monotonic() + SECONDS, 0
    while time.monotonic() < until or min(deaths.values()) < 2:
        _wait_for_answers(clients, chance.randint(1, 60))
        time.sleep(chance.uniform(0, 0.1))
        way = ways[number % len(ways)]
        number += 1
        deaths[way] += 1
        if way == "servers":
            installation.kill()
        else:
            installation.database("crash", *(["kill"] if way == "databases killed" else []))
            installation.database("again")
        installation.serve()
    return dict(deaths)


def _wait_for_answers(clients: Sequence[Client], count: int) -> None:
    """Until the clients were answered so many times more."""
    enough, until = count + sum(c.answers for c in clients), time.monotonic() + 60
    while sum(c.answers for c in clients) < enough:
        assert time.monotonic() < until, "nobody is answered any more"
        time.sleep(0.01)


class _Told:
    """What all clients together sent, and what they were answered."""

    def __init__(self, clients: Sequence[Client]) -> None:
        self.drafts_sent = sum(c.drafts_sent for c in clients)
        self.drafted = [key for c in clients for key in c.drafted]
        self.titles = {key: title for c in clients for key, title in c.titles.items()}
        self.issues_sent = {key for c in clients for key in c.issues_sent}
        self.issued = {key for c in clients for key in c.issued}
        self.opens_sent = [purpose for c in clients for purpose in c.opens_sent]
        self.opened = {purpose for c in clients for purpose in c.opened}

    def __str__(self) -> str:
        return (
            f"drafts {len(self.drafted)} answered of {self.drafts_sent} sent, "
            f"{len(self.titles)} edited, issues {len(self.issued)} of {len(self.issues_sent)}, "
            f"numbers opened {len(self.opened)} of {len(self.opens_sent)}"
        )


def _nothing_is_lost(told: _Told, held: dict[str, Any]) -> None:
    papers = held["papers"]
    assert set(told.drafted) <= set(papers), "a draft that was answered"
    assert {key: papers[key]["title"] for key in told.titles} == told.titles
    assert {papers[key]["status"] for key in told.issued} == {"issued"}
    assert told.opened <= {purpose for verb, _, purpose in held["events"] if verb == _OPEN}


def _nothing_is_double(told: _Told, held: dict[str, Any]) -> None:
    papers = held["papers"]
    done = collections.Counter(verb for verb, _, _ in held["events"])
    assert len(papers) == done["document.draft"] <= told.drafts_sent
    issued = {key for key, paper in papers.items() if paper["status"] == "issued"}
    assert issued <= told.issues_sent
    assert sorted(papers[key]["number"] for key in issued) == [*range(1, len(issued) + 1)]
    assert sorted(about for verb, about, _ in held["events"] if verb == _ISSUE) == sorted(issued)
    frozen = collections.Counter(held["readings"])
    assert frozen == dict.fromkeys(issued, 1), "one figure stands in each"
    purposes = [purpose for verb, _, purpose in held["events"] if verb == _OPEN]
    assert len(purposes) == len(set(purposes)) and set(purposes) <= set(told.opens_sent)


_OPEN, _ISSUE = "person.reveal", "document.issue"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Installation]:
    """A database that nobody serves yet."""
    made = Installation(tmp_path)
    try:
        yield made
    finally:
        made.end()


@pytest.mark.postgres
def test_connections_come_back_soon_after_the_database_does(
    database: Installation, django_db_blocker: Any
) -> None:
    pool = ConnectionHandler({"default": {}, "private": database_from(database.address)})["private"]

    def reaches() -> bool:
        try:
            with django_db_blocker.unblock(), pool.cursor() as cursor:
                cursor.execute("SELECT 1")
        except (OperationalError, InterfaceError):
            return False
        finally:
            pool.close()
        return True

    try:
        assert reaches()
        database.database("crash")
        gone = time.monotonic()
        while (asked := time.monotonic()) < gone + AWAY:
            assert not reaches()
            assert time.monotonic() < asked + BACK, "nobody is kept waiting for nothing"
        database.database("again")
        back = time.monotonic()
        while not reaches():
            assert time.monotonic() < back + BACK
    finally:
        pool.close_pool()


@pytest.mark.postgres
@pytest.mark.skipif(not LONG, reason="part of the long form")
def test_pages_come_back_by_themselves_when_the_database_does(installation: Installation) -> None:
    """The server is not started again, however long its database was away."""
    county = installation.county("make")
    installation.serve()
    browser = Browser(installation.port)
    assert browser.sign_in(county["password"])
    installation.database("crash")
    gone = time.monotonic()
    while time.monotonic() < gone + AWAY:
        assert browser.ask("GET", "/").status == 0
    installation.database("again")
    back = time.monotonic()
    while browser.ask("GET", "/").status != 200:
        assert time.monotonic() < back + BACK
        time.sleep(0.1)
    sys.stdout.write(f"away {AWAY} s, pages back after {time.monotonic() - back:.1f} s\n")
