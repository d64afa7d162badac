"""A list by keyboard: narrowed, kept, shared, downloaded, printed; and what a figure becomes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.running import Desk, clicked, fits, sign_in
from tests.browser.test_access_for_all import faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
HOUSEHOLDS = reverse("desk:list", args=["household"])
#: The name in the row that has the focus, and how many links are in the order of Tab.
ROW = "document.activeElement.closest('tr')?.querySelector('th').innerText"
STOPS = "[...document.querySelectorAll('tbody a')].filter((one) => one.tabIndex === 0).length"


def shot(page: Page, see: Callable[..., Path], name: str) -> None:
    """Keep a picture, and see that everybody can use the page."""
    see(page, f"lists-{name}")
    assert fits(page), name
    assert list(faults(page)) == [], name


def pressed(page: Page, key: str) -> None:
    """Press a key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def test_the_way_of_a_list(
    desk: Desk, either: Page, see: Callable[..., Path], tmp_path: Path
) -> None:
    page, home = either, desk.home
    width = (page.viewport_size or {"width": 0})["width"]
    sign_in(page, home)
    page.goto(home + HOUSEHOLDS)
    page.keyboard.press("f")
    assert page.evaluate("document.activeElement.closest('details.panel').open")
    page.locator("select[name=kind]").select_option("monitored")
    clicked(page, ".filters .act button")
    pressed(page, "s")
    shot(page, see, "keep")
    page.fill("input[name=called]", f"监测户{width}")
    pressed(page, "Enter")
    assert page.locator("h1").inner_text() == f"监测户{width}"
    shot(page, see, "kept")

    page.click("summary:has-text('这个名单')")
    clicked(page, "a:has-text('共享')")
    page.locator("label", has_text="青禾县的所有人").click()
    page.select_option("select[name=role]", "helper")
    shot(page, see, "share")
    clicked(page, "form.entry .acts button[type=submit]")
    assert "已共享给青禾县的帮扶责任人" in page.content()

    pressed(page, "d")
    shot(page, see, "download")
    page.fill("input[name=purpose]", "核对名单")
    with page.expect_download() as handed:
        page.keyboard.press("Enter")
    handed.value.save_as(tmp_path / "list.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "list.xlsx").active
    assert {row[0].value for row in sheet.iter_rows(min_row=7)} == {"张有田", "赵远山"}

    page.goto(home + reverse("desk:home"))
    _unfold_lists(page)
    clicked(page, f"a:has-text('监测户{width}')")
    pressed(page, "p")
    shot(page, see, "printed")
    drawn = page.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 841" in drawn.replace(b"[ ", b"["), "A4, landscape"
    page.evaluate("() => { window.printed = 0; window.print = () => (window.printed += 1); }")
    page.click("[data-print]")
    assert page.evaluate("window.printed") == 1

    page.context.clear_cookies()
    sign_in(page, home, "helper")
    _unfold_lists(page)
    clicked(page, f"a:has-text('监测户{width}')")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert "周明 共享" in page.content()
    shot(page, see, "shared")


def test_the_keys_of_a_list(desk: Desk, desktop: Page) -> None:
    page = desktop
    sign_in(page, desk.home)
    page.goto(desk.home + HOUSEHOLDS)
    assert page.evaluate(STOPS) < page.locator("tbody a").count(), "one row is a stop of Tab"
    page.keyboard.press("j")
    assert page.evaluate(ROW) == "李长贵"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(ROW) == "张有田"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.closest('td') !== null")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(ROW) == "张有田", "Tab comes back to the row that was left"
    page.keyboard.press("End")
    assert page.evaluate(ROW) == "赵远山"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    assert page.evaluate(ROW) == "李长贵"
    page.keyboard.press("c")
    assert page.evaluate("document.activeElement.name") == "columns"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.evaluate("document.querySelector('.keys').open")
    told = page.locator(".keys kbd").all_inner_texts()
    assert {"/", "f", "c", "j", "k", "s", "d", "p", "[", "]", "?"} <= set(told)

    page.locator("[data-single-keys]").uncheck()
    page.locator(".keys summary").focus()
    page.keyboard.press("f")
    assert not page.evaluate("document.querySelector('details.panel').open")
    page.reload()
    page.keyboard.press("j")
    assert page.evaluate(ROW) is None, "they stay off on this device"
    page.locator("tbody a").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(ROW) == "张有田", "arrows work inside the table"


def test_a_figure_becomes_a_list_that_is_narrowed_further(desk: Desk, desktop: Page) -> None:
    page = desktop
    sign_in(page, desk.home)
    page.goto(desk.at("figure").partition("?")[0])
    clicked(page, "a:has-text('作为名单')")
    before = page.locator("tbody tr").count()
    page.click("summary:has-text('筛选')")
    assert page.locator("input[type=date][name='date.from']").input_value() == "2026-01-01"
    page.fill("input[type=date][name='date.to']", "2026-02-10")
    clicked(page, ".filters .act button")
    assert 0 < page.locator("tbody tr").count() < before
    assert "回到数字" in page.content()


def _unfold_lists(page: Page) -> None:
    """On a phone the first page keeps its lists folded."""
    folded = page.locator("details.fold:not([open]) > summary", has_text="名单")
    for one in folded.all():
        one.click()
