"""Every page against WCAG 2.2 AA, as far as a program can tell, on both widths, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import axe_playwright_python
import pytest
from django.urls import reverse

from tests.browser.running import PICTURES, Desk, fits, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
#: What is asked of each page, and what of that may differ with its colours and its width.
RULES = ("tag", "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
LOOKS = ("rule", "color-contrast", "link-in-text-block", "target-size",
         "scrollable-region-focusable")  # fmt: skip
#: What a page keeps is not told: thousands of parts, each with its place and its text.
ASK = """([type, ...values]) => axe.run(
    document, {runOnly: {type, values}, resultTypes: ["violations"]}
).then((found) => found.violations)"""


def faults(page: Page, rules: tuple[str, ...] = RULES) -> Iterator[str]:
    """What axe finds on a page: the rule, how bad it is, and where."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(ASK, list(rules))
    for fault in found:
        for node in fault["nodes"][:3]:
            yield f"{fault['id']} ({fault['impact']}): {node['target']} {node['html'][:120]}"


@pytest.mark.parametrize(
    ("width", "scheme", "rules"), [(360, "light", RULES), (1920, "dark", LOOKS)]
)
def test_every_page_can_be_read_and_used_by_everybody(
    desk: Desk, open_page: Callable[..., Page], see: Callable[..., Path], width: int, scheme: str,
    rules: tuple[str, ...],
) -> None:  # fmt: skip
    page = open_page(width, color_scheme=scheme)
    page.goto(desk.home + reverse("account_login"))
    found = [] if fits(page) else ["log-in: wider than the window"]
    found += [f"log-in: {fault}" for fault in faults(page, rules)]
    sign_in(page, desk.home, "clerk")
    for name in desk.pages:
        page.goto(desk.at(name))
        if not fits(page):
            found.append(f"{name}: wider than the window")
        if PICTURES:
            see(page, f"desk-{name}")
        for fold in page.locator("details.fold, details.panel").all():
            fold.evaluate("(one) => { one.open = true; }")
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        found += [f"{name}: {fault}" for fault in faults(page, rules)]
    assert found == [], "\n".join(found)


def test_the_check_finds_what_it_looks_for(desk: Desk, desktop: Page) -> None:
    sign_in(desktop, desk.home, "clerk")
    desktop.goto(desk.at("visit"))
    desktop.evaluate("document.querySelector('label[for=id_note]').remove()")
    assert any(fault.startswith("label (critical)") for fault in faults(desktop))
