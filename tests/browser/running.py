"""A running desk with the story in it, and how people come in."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests.desk.story import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent.parent
#: Whether those tests that open every page keep its picture too, for people to look at.
PICTURES = bool(os.environ.get("BANGFU_LONG"))


@dataclass(frozen=True)
class Desk:
    """A running desk: where it is, and the addresses of its pages."""

    home: str
    pages: dict[str, str]

    def at(self, name: str) -> str:
        """A page by its short name."""
        return self.home + self.pages[name]


def tell(folder: Path) -> None:
    """Tells the story into an empty folder, for as many servers as copy it."""
    _served("tell", folder).communicate(timeout=400)


@contextmanager
def running(folder: Path) -> Iterator[Desk]:
    """A server of what was told in that folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    pages = json.loads((folder / "pages.json").read_text())
    server = _served(str(port), folder)
    try:
        wait_for(port)
        yield Desk(f"http://127.0.0.1:{port}", pages)
    finally:
        server.terminate()
        server.communicate(timeout=20)


def _served(word: str, folder: Path) -> subprocess.Popen[str]:
    said = {k: v for k, v in os.environ.items() if not k.startswith("BANGFU_")}
    said |= {"BANGFU_DATA": str(folder), "BANGFU_HTTPS": "0"}
    command = [sys.executable, "-m", "tests.desk.serve", word]
    return subprocess.Popen(command, env=said, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def wait_for(port: int) -> None:
    """Until the server answers."""
    for _ in range(600):
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the desk did not start")


def sign_in(page: Page, home: str, who: str = "clerk", language: str = "zh-hans") -> None:
    """Signs somebody in through the door, as people do."""
    page.context.add_cookies([{"name": "django_language", "value": language, "url": home}])
    page.goto(home + reverse("account_login"))
    page.fill("input[name=login]", who)
    page.fill("input[name=password]", PASSWORD)
    clicked(page, "main button[type=submit]")


def clicked(page: Page, what: str) -> None:
    """Clicks something that leads to another page, and waits until that page is there."""
    with page.expect_navigation():
        page.click(what)


def fits(page: Page) -> bool:
    """Whether the page is no wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
