"""A hand-over in a real browser: offered on one side, answered on the other, seen on both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.running import Desk, clicked, fits, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_both_sides_see_the_offer_and_then_the_answer(
    desk: Desk, open_page: Callable[..., Page], desktop: Page, see: Callable[..., Path]
) -> None:
    phone, giver = open_page(360), open_page(360)
    for page, who in ((desktop, "clerk"), (phone, "successor"), (giver, "helper")):
        sign_in(page, desk.home, who)
    desktop.goto(desk.at("hand_over"))
    held: list[Any] = []
    desktop.route("**/pick/**", lambda route: route.continue_() if held else held.append(route))
    desktop.fill("input[name=to-q]", "sy")
    while not held:
        desktop.wait_for_timeout(50)
    desktop.locator("fieldset[data-pick=to] label", has_text="施远").click()
    with desktop.expect_response(lambda got: "/pick/" in got.url and not got.url.endswith("&to=")):
        held[0].continue_()  # what was asked before is answered only now, and asked again
    desktop.fill("input[name=on]", "2026-12-01")
    desktop.fill("input[name=reason]", "吴敏调走")
    desktop.fill("input[name=promised_0]", "答应开春送树苗")
    see(desktop, "handover-offer")
    clicked(desktop, "form.entry .acts button:has-text('征询接手人')")
    desktop.wait_for_selector("text=办理步骤见下方")
    for page in (desktop, phone, giver):
        page.goto(desk.home)
        assert "吴敏 → 施远" in page.inner_text("#handovers")
        assert fits(page)
    assert "请您答复" in phone.inner_text("#handovers")
    assert "请您答复" not in giver.inner_text("#handovers")
    clicked(phone, "#handovers >> text=吴敏 → 施远")
    assert "答应开春送树苗" in phone.inner_text("main") and "饮水" in phone.inner_text("main")
    see(phone, "handover-asked")
    clicked(phone, "main >> text=答复 >> nth=0")
    see(phone, "handover-answer")
    assert fits(phone)
    clicked(phone, "form.entry .acts button:has-text('答复')")
    phone.wait_for_selector("text=您的答复已登记")
    for page in (desktop, phone, giver):
        page.goto(desk.home)
        assert "已接手" in page.inner_text("#handovers")
