"""A programme printed: whatever it holds, one sheet of A4 takes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import Desk, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", ["overview", "overview_long"])
def test_a_programme_prints_on_one_sheet(
    desk: Desk, desktop: Page, name: str, language: str
) -> None:
    sign_in(desktop, desk.home, language=language)
    desktop.goto(desk.at(name))
    printed = desktop.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
    width, height = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", printed)[0]
    assert (round(float(width)), round(float(height))) == (595, 842)
