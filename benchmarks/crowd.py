"""Fifty people at once: they read, filter and record on a county, and every answer is timed.

``python -m benchmarks.crowd [--users 50] [--minutes 5]`` on the county with which the settings'
database was filled (``python -m benchmarks.one --people 300000``). The server is ``bangfu serve``
with its own number of processes; one person in five is a clerk, the others are helpers, and each
thinks some seconds between two pages, as people do. Nothing may fail.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click
import django

from benchmarks.one import say

#: Seconds between two pages of one person.
THINKS = 2.0, 8.0
PASSWORD = "benchmark-2026"
_TOKEN = re.compile(r'name="key" value="([0-9a-f-]{36})"')


@click.command()
@click.option("--users", type=click.IntRange(1, 500), default=50, show_default=True)
@click.option("--minutes", type=float, default=5.0, show_default=True)
@click.option("--port", type=int, default=8140, show_default=True)
@click.option("--json", "out", type=click.Path(path_type=Path), help="Also write a file.")
def main(users: int, minutes: float, port: int, out: Path | None) -> None:
    """Let so many people work for so many minutes; print what they waited for each sort of page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
    django.setup()
    people = list(_accounts(users))
    with _served(port):
        until = time.monotonic() + minutes * 60
        crowd = [_Worker(port, number, told, until) for number, told in enumerate(people)]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
    found = _told(crowd, minutes)
    for line in found["pages"]:
        say(
            f"{line['page']:22} {line['asked']:6} asked, median {line['median_ms']:6.0f} ms, "
            f"p95 {line['p95_ms']:6.0f}, slowest {line['slowest_ms']:6.0f}"
        )
    for fault in found["faults"]:
        say(f"FAULT {fault}")
    if out is not None:
        out.write_text(json.dumps(found, indent=2, ensure_ascii=False), encoding="utf-8")
    sys.exit(bool(found["faults"]))


def _accounts(users: int) -> Iterator[dict[str, Any]]:
    """An account for each: every fifth a clerk of the county, the others helpers with their own."""
    from bangfu.ledger.actions import user as actions
    from bangfu.ledger.actions.event import By
    from bangfu.ledger.models import Pairing, Place, Programme, Subject, User
    from benchmarks.county import BEFORE

    by, home = By(None, "command"), Place.objects.current().get(code="990001000000")
    pairs = Pairing.objects.current().filter(ended__isnull=True).order_by("helper", "pk")
    helpers = iter(list(pairs.order_by().values_list("helper", flat=True).distinct()[:users]))
    programme = Programme.objects.current().get()
    for number in range(users):
        clerk, name = number % 5 == 0, f"crowd{number}"
        person = None if clerk else Subject.objects.get(pk=next(helpers))
        if not User.objects.filter(username=name).exists():
            made = actions.create(
                by=by, username=name, password=PASSWORD, display_name=name, person=person
            )
            actions.grant(
                by=by, user=made, role="clerk" if clerk else "helper", on=BEFORE,
                reason="benchmark", place=home if clerk else None,
            )  # fmt: skip
        mine = pairs.filter(helper=person) if person else pairs
        keys = [str(key) for key in mine.values_list("subject", flat=True)[:200]]
        yield {"name": name, "clerk": clerk, "keys": keys, "programme": programme.name}


@contextmanager
def _served(port: int) -> Iterator[None]:
    """``bangfu serve`` on that port for as long as this lasts."""
    environment = os.environ | {"BANGFU_HTTPS": "0"}
    line = [sys.executable, "-m", "bangfu.jobs", "serve", "--port", str(port)]
    process = subprocess.Popen(line, env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            time.sleep(0.1)
            try:
                if _Reader(port).ask("GET", "/account/login/").status == 200:
                    break
            except OSError:
                continue
        else:
            raise RuntimeError("the server did not start")
        yield
    finally:
        process.terminate()
        process.wait(30)


class _Answer:
    """Status, where it leads on to, and the text."""

    def __init__(self, status: int, location: str, text: str) -> None:
        self.status, self.location, self.text = status, location, text


class _Reader:
    """A browser without a screen: one kept connection, cookies, a form's token."""

    def __init__(self, port: int) -> None:
        self.there = HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, **words: str) -> _Answer:
        """One question, answered or raising."""
        words["csrfmiddlewaretoken"] = self.cookies.get("csrftoken", "")
        heads = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.there.request(method, path, urlencode(words) if method == "POST" else None, heads)
        answer = self.there.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: said.value for name, said in SimpleCookie(line).items()}
        return _Answer(answer.status, answer.headers["Location"] or "", text)


class _Worker(threading.Thread):
    """One person at work until a time; what was waited for, and what went wrong."""

    def __init__(self, port: int, number: int, told: dict[str, Any], until: float) -> None:
        super().__init__(daemon=True)
        self.reader, self.told, self.until = _Reader(port), told, until
        self.chance = random.Random(number)
        self.waited: dict[str, list[float]] = defaultdict(list)
        self.faults: list[str] = []

    def run(self) -> None:
        """Sign in, then one page after another."""
        time.sleep(self.chance.uniform(0, THINKS[1]))
        try:
            self.reader.ask("GET", "/account/login/")
            words = {"login": self.told["name"], "password": PASSWORD}
            if self.reader.ask("POST", "/account/login/", **words).status != 302:
                self.faults.append(f"{self.told['name']} was not let in")
                return
            while time.monotonic() < self.until:
                time.sleep(self.chance.uniform(*THINKS))
                name, deed = self.chance.choice(self.clerks if self.told["clerk"] else self.helpers)
                deed(name)
        except Exception as trouble:  # what breaks a thread is a fault of the run, not of the test
            self.faults.append(f"{self.told['name']}: {trouble!r}")

    @property
    def clerks(self) -> list[tuple[str, Callable[[str], None]]]:
        """What a clerk does, each as often as it stands here."""
        began = f"/programmes/{self.told['programme']}"
        page, sex = self.chance.randint(1, 400), self.chance.choice("12")
        return [
            ("today", self.page("/")),
            ("list", self.page(f"/lists/person/?page={page}")),
            ("list", self.page(f"{began}/lists/returnees/?page={page}")),
            ("filtered list", self.page(f"/lists/person/?sex={sex}&education=college&sort=-name")),
            ("programme", self.page(f"{began}/")),
            ("figure", self.page(f"{began}/figures/returnees_in/")),
            ("subject", self.page(f"/subjects/{self.somebody}/")),
            ("subject", self.page(f"/subjects/{self.somebody}/")),
        ]

    @property
    def helpers(self) -> list[tuple[str, Callable[[str], None]]]:
        """What a helper does."""
        return [
            ("today", self.page("/")),
            ("own list", self.page("/lists/person/")),
            ("subject", self.page(f"/subjects/{self.somebody}/")),
            ("before knocking", self.page(f"/subjects/{self.somebody}/before/")),
            ("before knocking", self.page(f"/subjects/{self.somebody}/before/")),
            ("record a visit", self.visit),
            ("record a visit", self.visit),
        ]

    @property
    def somebody(self) -> str:
        """One of those whom the person has to do with."""
        return str(self.chance.choice(self.told["keys"]))

    def page(self, path: str) -> Callable[[str], None]:
        """Reading one page."""

        def read(name: str) -> None:
            self.timed(name, "GET", path, 200)

        return read

    def visit(self, name: str) -> None:
        """Opening the form of a visit, and sending it."""
        path = f"/subjects/{self.somebody}/visit/"
        form = self.timed("the form of a visit", "GET", path, 200)
        key = _TOKEN.search(form.text)
        time.sleep(self.chance.uniform(*THINKS))
        words = {"note": f"走访 {uuid.uuid4().hex[:6]}", "mode": "home"}
        words |= {"on": time.strftime("%Y-%m-%d"), "key": key[1] if key else ""}
        self.timed(name, "POST", path, 302, **words)

    def timed(self, name: str, method: str, path: str, status: int, **words: str) -> _Answer:
        """One question; another status than was to be expected is a fault."""
        began = time.perf_counter()
        answer = self.reader.ask(method, path, **words)
        self.waited[name].append((time.perf_counter() - began) * 1000)
        if answer.status != status or "/account/login" in answer.location:
            self.faults.append(f"{method} {path}: {answer.status}")
        return answer


def _told(crowd: list[_Worker], minutes: float) -> dict[str, Any]:
    """What all of them waited, by the sort of page and together."""
    waited: dict[str, list[float]] = defaultdict(list)
    for one in crowd:
        for name, times in one.waited.items():
            waited[name] += times
            waited["all together"] += times
    return {
        "users": len(crowd),
        "minutes": minutes,
        "pages": [_line(name, sorted(times)) for name, times in waited.items()],
        "faults": [fault for one in crowd for fault in one.faults],
    }


def _line(name: str, times: list[float]) -> dict[str, Any]:
    return {
        "page": name,
        "asked": len(times),
        "median_ms": times[len(times) // 2],
        "p95_ms": times[min(len(times) - 1, int(len(times) * 0.95))],
        "slowest_ms": times[-1],
    }


if __name__ == "__main__":
    main()
