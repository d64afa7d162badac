"""Entering in a real browser: a visit in a few taps, drafts that outlive the browser, picking."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bangfu.programmes.loader import FILE, library_text
from tests.browser.running import Desk, clicked, fits, sign_in
from tests.conftest import CHROMIUM_FLAGS
from tests.pictures import landscape

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Playwright

pytestmark = pytest.mark.browser
#: What a slow line brings and takes, as browsers name it: a third of a megabit, 400 ms.
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 30_000}
TAPS = """() => { window.taps = Number(sessionStorage.taps || 0);
  document.addEventListener('click', (e) => { if (e.isTrusted) {
    sessionStorage.taps = ++window.taps; } }, true); }"""


#: Every draft that this browser keeps.
READ = """() => new Promise((done) => { const asked = indexedDB.open('bangfu', 1);
  asked.onsuccess = () => { const all = asked.result.transaction('drafts')
    .objectStore('drafts').getAll(); all.onsuccess = () => done(JSON.stringify(all.result)); } })
"""


def test_a_visit_takes_few_taps_and_little_time(
    desk: Desk, phone: Page, see: Callable[..., Path]
) -> None:
    sign_in(phone, desk.home, "helper")
    phone.add_init_script(f"({TAPS})()")
    phone.goto(desk.home)
    began = time.monotonic()
    clicked(phone, "text=出门前看")
    see(phone, "entry-before")
    assert fits(phone)
    clicked(phone, "main >> text=记走访")
    see(phone, "entry-visit")
    assert fits(phone)
    phone.fill("textarea[name=note]", "看了新修的水窖,一切都好")
    clicked(phone, "form.entry .acts button:has-text('保存')")
    phone.wait_for_selector("text=走访已登记")
    assert "看了新修的水窖" in phone.content()
    taps = phone.evaluate("Number(sessionStorage.taps)")
    assert taps <= 6, "from the first page: knock, record, keep"
    assert time.monotonic() - began < 30


def test_a_photo_stands_in_its_field_while_the_rest_is_put_right(
    desk: Desk, phone: Page, see: Callable[..., Path]
) -> None:
    sign_in(phone, desk.home, "helper")
    phone.goto(desk.at("visit"))
    assert phone.locator("#id_shown").is_hidden(), "nothing is asked of a photo that is not there"
    photo = {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": landscape(size=(3000, 2000))}
    phone.set_input_files("input[name=photo]", photo)
    phone.locator("input[name=shown][value=none]").check()
    phone.click("form.entry .acts button:has-text('保存')")
    phone.wait_for_selector("#wrong")
    see(phone, "entry-visit-photo")
    assert phone.evaluate("document.querySelector('[name=photo]').files.length") == 1
    phone.fill("textarea[name=note]", "看了水窖,拍了照")
    phone.click("form.entry .acts button:has-text('保存')")
    phone.wait_for_selector("text=走访已登记")
    assert "看了水窖,拍了照" in phone.content()


def test_pages_are_small_enough_for_a_slow_line(desk: Desk, phone: Page) -> None:
    sign_in(phone, desk.home, "helper")
    session = phone.context.new_cdp_session(phone)
    sent: list[int] = []
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda told: sent.append(told["encodedDataLength"]))
    for name in ("before", "visit"):
        phone.goto("about:blank")
        phone.wait_for_timeout(300)  # what the page before still had to tell
        session.send("Network.clearBrowserCache")
        session.send("Network.emulateNetworkConditions", SLOW)
        sent.clear()
        phone.goto(desk.at(name), wait_until="load")
        assert sum(sent) < 200_000, (name, sum(sent))


def test_a_programme_file_is_checked_mended_and_started(
    desk: Desk, phone: Page, see: Callable[..., Path], tmp_path: Path
) -> None:
    """What is wrong with a file that is brought stands there with its line, and is mended there."""
    text, file = library_text("village_link", FILE), tmp_path / "programme.toml"
    file.write_text(text.replace("title", "titel", 1), encoding="utf-8")
    sign_in(phone, desk.home)
    phone.goto(desk.at("start"))
    phone.fill("input[name=name]", "brought")
    phone.set_input_files("input[name=file]", file)
    check = "form.entry .acts button[value=check]"
    clicked(phone, check)
    assert "titel" in phone.inner_text("#faults li >> nth=0")
    assert phone.locator(".say a[href='#faults']").is_visible() and fits(phone)
    see(phone, "entry-programme-faults")
    field = "textarea[name=text]"
    phone.fill(field, phone.input_value(field).replace("titel", "title"))
    clicked(phone, check)
    assert phone.locator("#faults").count() == 0 and fits(phone)
    clicked(phone, "form.entry .acts button:has-text('启动')")
    assert "/programmes/brought/" in phone.url
    # From here on everything is pressed: what the programme is for stands beside its lists.
    phone.locator("details.part:has(.do)").first.evaluate("(part) => { part.open = true; }")
    clicked(phone, ".do[href*='/enrolments/']")
    assert "/enrolments/" in phone.url and fits(phone)
    phone.go_back()
    phone.locator("details.part:has(.do)").first.evaluate("(part) => { part.open = true; }")
    clicked(phone, ".do[href*='?sort=']")
    sort = phone.input_value("select[name=sort]")
    assert phone.url.endswith(f"?sort={sort}") and fits(phone)


def test_picking_finds_while_one_types(desk: Desk, desktop: Page, see: Callable[..., Path]) -> None:
    sign_in(desktop, desk.home, "clerk")
    desktop.goto(desk.at("visit"))
    desktop.click("details.fold summary")
    desktop.fill("input[name=who-q]", "wm")
    choice = desktop.locator("fieldset[data-pick=who] label", has_text="吴敏")
    choice.click()
    desktop.fill("input[name=who-q]", "hy")
    desktop.locator("fieldset[data-pick=who] label", has_text="何医").click()
    assert choice.locator("input").is_checked()
    see(desktop, "entry-pick")
    desktop.press("input[name=who-q]", "Enter")
    assert desktop.url == desk.at("visit"), "Enter in a search box sends nothing"


def test_what_is_done_seldom_opens_below_its_button_and_moves_nothing(
    desk: Desk, desktop: Page, see: Callable[..., Path]
) -> None:
    sign_in(desktop, desk.home, "clerk")
    desktop.goto(desk.at("household"))
    first = desktop.locator(".head .acts > a").first
    before = first.bounding_box()
    desktop.click(".head .menu > summary")
    assert first.bounding_box() == before
    split = desktop.locator(".head .menu .drop a[href$='/split/']")
    assert split.is_visible()
    see(desktop, "entry-more")
    desktop.keyboard.press("Escape")
    assert not split.is_visible()


def test_what_is_wrong_is_read_first_and_nothing_is_lost(
    desk: Desk, either: Page, see: Callable[..., Path]
) -> None:
    sign_in(either, desk.home, "helper")
    either.goto(desk.at("raise"))
    either.fill("textarea[name=text]", "想换一副拐杖")
    clicked(either, "form.entry .acts button:has-text('保存')")
    either.wait_for_selector("#wrong")
    either.wait_for_selector("#wrong:focus")  # set by a script once the page is there
    assert either.input_value("textarea[name=text]") == "想换一副拐杖"
    assert fits(either)
    see(either, "entry-wrong")


# ------------------------------------------------------------------ drafts


def _opened(playwright: Playwright, folder: Path) -> BrowserContext:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    return playwright.chromium.launch_persistent_context(
        str(folder), executable_path=program, args=list(CHROMIUM_FLAGS), locale="zh-CN",
        viewport={"width": 360, "height": 740},
    )  # fmt: skip


def _kill(folder: Path) -> None:
    """Ends the browser of a folder at once, as a dead battery does: only the one started here."""
    for told in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = told.read_bytes().split(b"\0")
        except OSError:
            continue
        if f"--user-data-dir={folder}".encode() in words:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(told.parent.name), signal.SIGKILL)


#: Whether what is on the disk of drafts holds a word.
HOLDS = """(word) => new Promise((done) => {
  const opened = indexedDB.open("bangfu", 1);
  opened.onsuccess = () => {
    const asked = opened.result.transaction("drafts").objectStore("drafts").getAll();
    asked.onsuccess = () => {
      opened.result.close();
      done(JSON.stringify(asked.result).includes(word));
    };
  };
})"""


def test_killed_in_the_middle_of_typing_the_draft_is_there_again(
    desk: Desk, playwright_here: Playwright, tmp_path: Path
) -> None:
    from playwright.sync_api import Error

    context = _opened(playwright_here, tmp_path / "profile")
    page = context.pages[0]
    sign_in(page, desk.home, "helper")
    page.goto(desk.at("visit"))
    page.locator("textarea[name=note]").press_sequentially("她说药快吃完了,下周")
    page.click("label:has-text('电话')")
    page.wait_for_selector("text=草稿已存在这台设备上")
    for _ in range(200):
        if page.evaluate(HOLDS, "phone"):
            break
        page.wait_for_timeout(25)
    else:
        pytest.fail("the draft does not come to the disk")
    _kill(tmp_path / "profile")
    with contextlib.suppress(Error):
        context.close()
    (tmp_path / "profile" / "SingletonLock").unlink(missing_ok=True)

    context = _opened(playwright_here, tmp_path / "profile")
    page = context.pages[0]
    sign_in(page, desk.home, "helper")
    page.goto(desk.at("visit"))
    page.wait_for_selector("text=上次没填完的内容已恢复")
    assert page.input_value("textarea[name=note]") == "她说药快吃完了,下周"
    assert page.locator("input[name=mode][value=phone]").is_checked()
    clicked(page, "form.entry .acts button:has-text('保存')")
    page.wait_for_selector("text=走访已登记")
    page.goto(desk.at("visit"))
    page.wait_for_timeout(300)
    assert page.input_value("textarea[name=note]") == "", "what was taken leaves no draft"
    context.close()


def test_numbers_never_stand_in_a_draft_and_signing_out_takes_drafts_along(
    desk: Desk, desktop: Page
) -> None:
    sign_in(desktop, desk.home, "clerk")
    desktop.goto(desk.at("register"))
    desktop.fill("input[name=name]", "新来的人")
    desktop.fill("input[name=identity]", "990001196803120018")
    desktop.wait_for_selector("text=草稿已存在这台设备上")
    held = desktop.evaluate(READ)
    assert "新来的人" in held and "990001196803120018" not in held
    desktop.on("dialog", lambda asked: asked.accept())
    desktop.click("details.menu summary:has-text('周明')")
    clicked(desktop, "button:has-text('退出')")
    desktop.wait_for_url("**/account/login/**")
    assert desktop.evaluate(READ) == "[]"


def test_what_the_desk_wrote_into_a_form_is_not_put_back(
    desk: Desk, desktop: Page, see: Callable[..., Path]
) -> None:
    """A sentence of the notice is written into the file by the desk, later than the draft."""
    page = desktop
    sign_in(page, desk.home, "clerk")
    page.goto(f"{desk.home}/programmes/start/")
    page.fill("input[name=name]", "helping")
    page.wait_for_selector("text=草稿已存在这台设备上")
    for name, blanks in (
        ("head", {"title": "逐户帮扶", "office": "县人民医院", "first": "2026-01-01",
                  "last": "2026-12-31"}),
        ("phase", {"title": "调查摸底", "first": "2026-01-01", "last": "2026-01-31"}),
    ):  # fmt: skip
        page.select_option("select[name=sentence]", name)
        clicked(page, "button[name=look][value=sentence]")
        for blank, said in blanks.items():
            page.fill(f"[name=of-{blank}]", said)
        clicked(page, "button[name=look][value=write]")
    page.wait_for_selector("text=草稿已存在这台设备上")
    assert "[phase.stage]" in page.input_value("textarea[name=text]")
    assert page.input_value("input[name=name]") == "helping"
    see(page, "programme-written")
    page.goto(f"{desk.home}/programmes/start/")
    page.wait_for_selector("text=上次没填完的内容已恢复")
    assert "[phase.stage]" in page.input_value("textarea[name=text]")
