"""The desk in a real browser, on a phone and on a wide screen, in both languages.

Nothing scrolls sideways, nothing breaks the content security policy (the fixture fails the test),
and what a keyboard needs is there. Pictures lie under ``test-artefacts/``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.running import PICTURES, Desk, clicked, fits, sign_in
from tests.desk.story import IDENTITY

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_no_page_scrolls_sideways_in_english(
    desk: Desk, desktop: Page, see: Callable[..., Path]
) -> None:
    """In Chinese: ``test_access_for_all.py``, which opens the same pages."""
    doors = {"door": desk.home + reverse("account_login")}
    pages = {name: desk.at(name) for name in desk.pages}
    for some in (doors, pages):
        if some is pages:
            sign_in(desktop, desk.home, language="en")
        for name, address in some.items():
            desktop.goto(address)
            for width, height in ((1920, 1080), (360, 740)):
                desktop.set_viewport_size({"width": width, "height": height})
                assert fits(desktop), (name, width)
                if PICTURES:
                    see(desktop, f"desk-{name}-en")


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
    with desktop.expect_navigation():
        form.locator("button").click()
    assert IDENTITY in desktop.content()
    see(desktop, "desk-opened")
    clicked(desktop, "main a.btn-primary")
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
    expect(desktop.locator("table.rows tbody tr")).to_have_count(1)


def test_a_long_page_comes_folded_on_a_phone_and_opens_where_a_link_leads(
    desk: Desk, phone: Page
) -> None:
    sign_in(phone, desk.home)
    phone.goto(desk.home + reverse("desk:readback", args=["visits"]))
    parts, opened = phone.locator("details.part"), phone.locator("details.part[open]")
    assert parts.count() > 4 and opened.count() == 0
    phone.locator(".contents a").nth(2).click()
    expect(parts.nth(2).locator("section").first).to_be_visible()
    assert opened.count() == 1
    phone.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert opened.count() == parts.count()
    # In large type a long name of an account does not push the page out of the screen.
    phone.evaluate("document.documentElement.classList.add('large')")
    name = "document.querySelector('.bar .menu summary span')"
    phone.evaluate(f"{name}.textContent = '县卫生系统党委负责人'")
    assert phone.evaluate("document.documentElement.scrollWidth") == 360


def test_the_desk_works_without_script(desk: Desk, open_page: Callable[..., Page]) -> None:
    home = desk.home
    page = open_page(1280, java_script_enabled=False)
    sign_in(page, home)
    page.goto(home + reverse("desk:list", args=["household"]))
    page.click("summary:has-text('筛选')")
    page.select_option("select[name=kind]", "monitored")
    clicked(page, "button:has-text('筛选')")
    expect(page.locator("table.rows tbody tr")).to_have_count(2)
    clicked(page, "text=English")
    assert page.locator("h1").inner_text() == "Households"


def test_a_dark_room(desk: Desk, open_page: Callable[..., Page], see: Callable[..., Path]) -> None:
    home = desk.home
    page = open_page(1280, color_scheme="dark")
    sign_in(page, home)
    for name in ("programme", "figure", "household"):
        page.goto(desk.at(name))
        see(page, f"desk-dark-{name}")
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(int(part) for part in colour[4:-1].split(",")[:3]) < 150
