"""What every test stands on: a data folder of its own, no network, a browser where wanted."""

from __future__ import annotations

import gc
import ipaddress
import os
import re
import shutil
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import hypothesis
import pytest
from _pytest import runner
from django.conf import settings
from django.db import connections

from bangfu.keeping.room import roomy
from bangfu.ledger import prepared

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request

ROOT = Path(__file__).resolve().parent.parent
#: Where pictures of pages go, for people to look at.
ARTEFACTS = ROOT / "test-artefacts"

#: A browser that fetches nothing for itself, and finds no other machine.
CHROMIUM_FLAGS = (
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# What is drawn at random ------------------------------------------------------------------------

#: The same examples each time: a change fails by what it changes. The long form draws others.
hypothesis.settings.register_profile("the_same", derandomize=True)
if not os.environ.get("BANGFU_LONG"):
    hypothesis.settings.load_profile("the_same")


# The database and the data folder ---------------------------------------------------------------


#: What asks the database that the settings name; a test without any of it says the same on both.
ASKS = frozenset(("db", "transactional_db", "django_db_setup"))
#: Tests of pages that run on both: every address as four roles, pairs that cannot be made by hand,
#: every list, what a count is made of. The others look at what a page shows of what the rooms
#: below it answered.
PAGES = ("test_addresses", "test_by_hand", "test_listing", "test_defects", "test_figure")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what only the other database can say; pytest counts it as deselected.

    On PostgreSQL, the second of the two, that is also whatever asks no database, or always the
    embedded one in a process of its own.
    """
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        left_out = [item for item in items if item.get_closest_marker("postgres")]
    else:
        left_out = [item for item in items if not _is_for_postgres(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays until the end: nothing of it is searched for rings again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


@roomy
def _protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    return runner.pytest_runtest_protocol(item, nextitem)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Each test with everything that belongs to it, as pytest itself runs it, with room below."""
    _compared.clear()
    found: bool = _protocol(item, nextitem)
    return found


def _is_for_postgres(item: pytest.Item) -> bool:
    if item.get_closest_marker("sqlite"):
        return False
    if item.get_closest_marker("long_on_postgres") and not os.environ.get("BANGFU_LONG"):
        return False
    if item.path.parent.name == "desk" and item.path.stem not in PAGES:
        return item.get_closest_marker("postgres") is not None
    named = ("django_db", "postgres", "both", "browser")
    asks = ASKS & set(getattr(item, "fixturenames", ()))
    return bool(asks) or any(item.get_closest_marker(name) for name in named)


#: How often a test has held a question against one that was put together anew, by who asks it.
_compared: Counter[Any] = Counter()
#: So often each: by then what changes between the pages of a test has changed.
_OFTEN = 4


@pytest.fixture(scope="session", autouse=True)
def questions_as_put_together_now() -> Iterator[None]:
    """A question that was put in SQL for an earlier page is, for some pages, what it would be now.

    On SQLite: what tells a question from others says the same for both.
    """
    if connections["default"].vendor != "sqlite":
        yield
        return
    kept: Any = prepared._put

    def compared(question: prepared.Question, room: int) -> Any:
        asked = question.what, room, question.build.__code__
        held = kept(question, room)
        if _compared[asked] == _OFTEN:
            return held
        _compared[asked] += 1
        now = kept.__wrapped__(question, room)
        assert (held is None) == (now is None), question.what
        if held is not None:
            assert (held.sql, held.values, held.places) == (now.sql, now.values, now.places)
        return held

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prepared, "_put", compared)
        yield


@pytest.fixture(scope="session", autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of these tests; the installation's own keys and files stay untouched."""
    folder = tmp_path_factory.mktemp("data")
    settings.BANGFU_DATA = folder
    settings.BANGFU_KEYS_FILE = folder / "keys.toml"
    settings.BANGFU_BACKUPS = folder / "backups"
    settings.MEDIA_ROOT = folder / "files"
    settings.SESSION_FILE_PATH = str(folder / "sessions")
    (folder / "sessions").mkdir()
    # tests go by plain http, and need no slow hash
    settings.SESSION_COOKIE_SECURE = False
    settings.CSRF_COOKIE_SECURE = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return folder


@pytest.fixture(scope="session", autouse=True)
def nothing_awaits_the_disk() -> Iterator[None]:
    """No test brings about a loss of power; processes that tests start await it as in use."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda handle: None)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, data_folder: Path
) -> None:
    """On SQLite a file, as in use: one in memory knows no second connection."""
    connection = connections["default"]
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(data_folder / "test.sqlite3")
        said = connection.settings_dict["OPTIONS"]
        said["init_command"] += ";PRAGMA synchronous=OFF"


# The network ------------------------------------------------------------------------------------


def _is_here(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuses every connection that would leave this machine."""
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
            raise OSError(f"a test asked for {address[0]}, which is not this machine")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        yield


# The browser ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def playwright_here(no_network: None) -> Iterator[Playwright]:
    """What drives a browser."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, which Django would take for asynchronous use.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright_here: Playwright) -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.fail("Chromium is not installed (Debian package: chromium); see scripts/setup.sh")
    flags = list(CHROMIUM_FLAGS)
    browser = playwright_here.chromium.launch(executable_path=program, args=flags)
    yield browser
    browser.close()


@pytest.fixture
def open_page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """A function that opens a page so many pixels wide; ``see(page, "name")`` keeps its picture.

    A page that asks another host for something fails its test, and so does an error in its script
    or a breach of its content security policy.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def only_here(asked: Request) -> None:
        # Looked at, not held up as a route is: with one, the browser keeps no style sheet.
        address = urlsplit(asked.url)
        if address.scheme not in ("data", "blob") and not _is_here(address.hostname or ""):
            complaints.append(f"asked for {address.geturl()}")

    def open_one(width: int, height: int | None = None, **said: Any) -> Page:
        phone = width < 768
        context = chromium.new_context(
            viewport={"width": width, "height": height or (740 if phone else 1080)},
            has_touch=phone,
            locale=said.pop("locale", "zh-CN"),
            timezone_id="Asia/Shanghai",
            **said,
        )
        contexts.append(context)
        context.on("request", only_here)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
        page.on(
            "console",
            lambda message: (
                complaints.append(f"refused: {message.text}")
                if "Content Security Policy" in message.text
                else None
            ),
        )
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """A page as a helper sees it, 360 pixels wide."""
    return open_page(360)


@pytest.fixture
def desktop(open_page: Callable[..., Page]) -> Page:
    """A page as a clerk sees it, 1920 pixels wide."""
    return open_page(1920)


@pytest.fixture(params=[360, 1920], ids=["phone", "desktop"])
def either(request: pytest.FixtureRequest, open_page: Callable[..., Page]) -> Page:
    """The same claim on both widths."""
    return open_page(request.param)


@pytest.fixture
def see(request: pytest.FixtureRequest) -> Callable[..., Path]:
    """Keeps a picture of a page under ``test-artefacts/`` and says where."""

    def keep(page: Page, name: str = "") -> Path:
        stem = re.sub(r"[^\w.-]+", "-", name or request.node.name).strip("-")
        width = (page.viewport_size or {"width": 0})["width"]
        file = ARTEFACTS / f"{stem}-{width}.png"
        file.parent.mkdir(exist_ok=True)
        page.screenshot(path=file, full_page=True)
        return file

    return keep


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A session that ran a browser leaves the variable that it needed behind no longer."""
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
