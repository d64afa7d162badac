"""The desk in a real browser, on a phone and on a wide screen, in both languages.

Nothing scrolls sideways, nothing breaks the content security policy (the fixture fails the test),
and what a keyboard needs is there. Pictures lie under ``test-artefacts/``.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests.desk.story import IDENTITY, PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Desk:
    """A running desk: where it is, and the addresses of its pages."""

    home: str
    pages: dict[str, str]

    def at(self, name: str) -> str:
        """A page by its short name."""
        return self.home + self.pages[name]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A server of its own with the story in it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said = {k: v for k, v in os.environ.items() if not k.startswith("BANGFU_")}
    said |= {"BANGFU_DATA": str(tmp_path_factory.mktemp("desk")), "BANGFU_HTTPS": "0"}
    command = [sys.executable, "-m", "tests.desk.serve", str(port)]
    server = subprocess.Popen(command, env=said, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        pages = json.loads(server.stdout.readline())
        wait_for(port)
        yield Desk(f"http://127.0.0.1:{port}", pages)
    finally:
        server.terminate()
        server.communicate(timeout=20)


def wait_for(port: int) -> None:
    """Until the server answers."""
    for _ in range(200):
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
    page.click("main button[type=submit]")


def fits(page: Page) -> bool:
    """Whether the page is no wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_scrolls_sideways(
    desk: Desk, either: Page, see: Callable[..., Path], language: str
) -> None:
    home = desk.home
    either.goto(home + reverse("account_login"))
    see(either, f"desk-door-{language}")
    sign_in(either, home, language=language)
    for name in desk.pages:
        either.goto(desk.at(name))
        see(either, f"desk-{name}-{language}")
        assert fits(either), name


def test_the_journal_and_the_second_factor(
    desk: Desk, desktop: Page, see: Callable[..., Path]
) -> None:
    home = desk.home
    sign_in(desktop, home, "inspector")
    desktop.goto(home + reverse("desk:journal"))
    see(desktop, "desk-journal")
    assert fits(desktop)
    desktop.context.clear_cookies()
    sign_in(desktop, home, "administrator")
    assert desktop.url.startswith(home + reverse("account_reauthenticate")) or (
        reverse("mfa_activate_totp") in desktop.url
    )
    see(desktop, "desk-second-factor")


def test_a_number_is_opened_and_gone_again(
    desk: Desk, desktop: Page, see: Callable[..., Path]
) -> None:
    home = desk.home
    sign_in(desktop, home)
    desktop.goto(desk.at("person"))
    form = desktop.locator("form", has=desktop.locator("input[value=identity]"))
    form.locator("input[name=purpose]").fill("核对社保")
    form.locator("button").click()
    assert IDENTITY in desktop.content()
    see(desktop, "desk-opened")
    desktop.click("main a.btn-primary")
    assert IDENTITY not in desktop.content()
    assert "核对社保" in desktop.content()


def test_a_keyboard_is_enough(desk: Desk, desktop: Page) -> None:
    home = desk.home
    sign_in(desktop, home)
    desktop.goto(home + reverse("desk:list", args=["household"]))
    desktop.keyboard.press("Tab")
    assert desktop.evaluate("document.activeElement.className") == "skip"
    desktop.keyboard.press("Enter")
    desktop.keyboard.press("j")
    assert desktop.evaluate("document.activeElement.closest('tbody') !== null")
    desktop.keyboard.press("/")
    assert desktop.evaluate("document.activeElement.id") == "q"
    desktop.keyboard.type("zyt")
    with desktop.expect_navigation():
        desktop.keyboard.press("Enter")
    assert desktop.locator("table.rows tbody tr").count() == 1


def test_the_desk_works_without_script(desk: Desk, open_page: Callable[..., Page]) -> None:
    home = desk.home
    page = open_page(1280, java_script_enabled=False)
    sign_in(page, home)
    page.goto(home + reverse("desk:list", args=["household"]))
    page.click("summary:has-text('筛选')")
    page.select_option("select[name=kind]", "monitored")
    page.click("button:has-text('筛选')")
    assert page.locator("table.rows tbody tr").count() == 2
    page.click("text=English")
    assert page.locator("h1").inner_text() == "Household"


def test_a_dark_room(desk: Desk, open_page: Callable[..., Page], see: Callable[..., Path]) -> None:
    home = desk.home
    page = open_page(1280, color_scheme="dark")
    sign_in(page, home)
    for name in ("programme", "figure", "household"):
        page.goto(desk.at(name))
        see(page, f"desk-dark-{name}")
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(int(part) for part in colour[4:-1].split(",")[:3]) < 150
