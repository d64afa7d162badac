"""Every page that each role reaches, in both languages: it answers, and it can be read.

From the first page each role follows the links, one address of each shape. Words are looked at in
what the server sends; widths in a browser, one page of each shape.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import pytest
from babel.messages.pofile import read_po

from bangfu.ledger.vocabulary import VOCABULARY
from tests.browser.running import Desk, sign_in
from tests.desk.catalogue import PO

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
ROLES = (
    "clerk", "helper", "inspector", "clinician", "unit_lead", "village_officer", "resident_team",
    "village_doctor", "organisation_department", "administrator", "nobody",
)  # fmt: skip
#: Who is followed in English too: between them they reach every page.
IN_ENGLISH = ("clerk", "inspector", "helper")
LARGEST = 200_000
#: A page that so many roles were shown in a language is not asked for by the next, but for the
#: first ones. Roles are offered different things on a page; the words of both languages are one.
ENOUGH = {"zh-hans": 2, "en": 1}
#: Lists and records of one kind are alike for all roles: one is enough.
ALIKE = ("/lists/", "/records/")
FIRST = ("/", "/lists/", "/administration/", "/places/")
#: Words in Latin letters that stand on Chinese pages: formats, standards, keys, names of accounts.
LATIN = frozenset(
    "xlsx xls docx pdf csv ods wps zip toml bangfu serve home end english gps postgresql sqlite "
    "json jpeg png webp heic totp excel word sm4 aes programme".split()
) | {*ROLES, "outsider", "successor"}  # fmt: skip
#: What people typed in Chinese and pages call so too: no word of a page in English.
TYPED = frozenset("会议 走访 就医 住房 饮水 捐助 村民委员会 资金 监测户 期 补录 因病".split())
_KEYS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}")
#: What is quoted as it is: the text of a file, keys, what was typed into a field.
_QUOTED = re.compile(r"(?s)<(script|style|svg|head|code|kbd|pre|textarea)\b.*?</\1>")


@dataclass(frozen=True)
class Answer:
    """What a role got under one address."""

    who: str
    language: str
    address: str
    status: int
    size: int
    text: str

    @property
    def nodes(self) -> list[str]:
        """Every text on the page by itself, without what is quoted."""
        bare = re.sub(r"<[^>]+>", "\n", _QUOTED.sub("\n", self.text))
        return [" ".join(one.split()) for one in html.unescape(bare).split("\n") if one.strip()]

    def __str__(self) -> str:
        return f"{self.who}, {self.language}, {self.address}"


def shape(address: str) -> str:
    """An address without what names one record, day or programme: pages of one shape are alike."""
    plain = re.sub(r"/\d[\d-]*/", "/#/", _KEYS.sub("*", urlsplit(address).path))
    plain = re.sub(r"^/lists/[^/]+/(save|download)/", r"/lists/K/\1/", plain)
    return re.sub(r"^/programmes/(?!start)[^/]+/(\w*/?)([a-z]\w*/)?", r"/programmes/P/\1E/", plain)


def links(answer: Answer, home: str) -> Iterator[str]:
    """The addresses of this desk to which a page leads."""
    for told in re.findall(r'<a\s[^>]*?href="([^"]+)"', answer.text):
        address = urljoin(home + answer.address, html.unescape(told))
        path = urlsplit(address).path
        if address.startswith(home) and not path.startswith(("/static/", "/account/logout")):
            yield path


def walked(page: Page, desk: Desk, who: str, language: str, before: Counter[str]) -> list[Answer]:
    """Every page that somebody reaches from the first, one of each shape.

    ``before`` counts the shapes that others were shown; what several were is not asked for again,
    but for the pages from which everybody begins.
    """
    sign_in(page, desk.home, who, language)
    waiting, seen, found = ["/"], set[str](), list[Answer]()
    while waiting:
        address = waiting.pop(0)
        enough = 1 if address.startswith(ALIKE) else ENOUGH[language]
        known = before[shape(address)] >= enough and address not in FIRST
        if shape(address) in seen or known:
            continue
        seen.add(shape(address))
        got = page.request.get(desk.home + address)
        if "text/html" not in got.headers.get("content-type", ""):
            assert got.status == 200, (who, address)
            continue
        one = Answer(who, language, address, got.status, len(got.body()), got.text())
        found.append(one)
        waiting += links(one, desk.home)
    before.update(seen)
    return found


@pytest.fixture(scope="module")
def told(desk: Desk, chromium: Any) -> Iterator[Mapping[str, list[Answer]]]:
    """What every role got, by its language and name."""
    found: dict[str, list[Answer]] = {}
    for language, several in (("zh-hans", ROLES), ("en", IN_ENGLISH)):
        before = Counter[str]()
        for who in several:
            context = chromium.new_context()
            page = context.new_page()
            found[f"{language} {who}"] = walked(page, desk, who, language, before)
            context.close()
    yield found


def every(told: Mapping[str, list[Answer]], language: str = "") -> list[Answer]:
    """All answers, or those in one language."""
    return [one for key, some in told.items() if key.startswith(language) for one in some]


def test_every_page_answers_or_says_politely_who_may(told: Mapping[str, list[Answer]]) -> None:
    assert len(every(told)) > 250, "the walk goes far"
    wrong = [f"{one}: {one.status}" for one in every(told) if one.status not in (200, 403)]
    wrong += [
        f"{one}: refused without saying who may"
        for one in every(told)
        if one.status == 403 and "可以办理" not in one.text and "may" not in one.text
    ]
    assert wrong == [], "\n".join(wrong)


def test_no_page_is_large_and_each_has_one_heading(told: Mapping[str, list[Answer]]) -> None:
    wrong = [f"{one}: {one.size} bytes" for one in every(told) if one.size > LARGEST]
    for one in every(told):
        if (headings := len(re.findall(r"<h1\b", one.text))) != 1:
            wrong.append(f"{one}: {headings} headings of the first order")
    assert wrong == [], "\n".join(wrong)


def test_no_english_word_stands_on_a_chinese_page(told: Mapping[str, list[Answer]]) -> None:
    wrong = []
    for one in every(told, "zh-hans"):
        words = Counter(
            word
            for node in one.nodes
            for word in re.findall(r"[A-Za-z][A-Za-z_']{2,}", node)
            if word.lower() not in LATIN and "@" not in node
        )
        if words:
            wrong.append(f"{one}: {words.most_common(6)}")
    assert wrong == [], "\n".join(wrong)


@cache
def chinese_of_the_product() -> frozenset[str]:
    """Every text of pages in Chinese: translations, and words of the vocabulary."""
    with PO.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    told = {str(one.string) for one in catalogue if one.id and isinstance(one.string, str)}
    for kind in VOCABULARY.kinds.values():
        told.add(kind.label.zh)
        for field in kind.fields.values():
            told.add(field.label.zh)
            told.update(label.zh for label in field.codes.values())
    han = re.compile(r"[\u4e00-\u9fff]")
    return frozenset(one for one in told if han.search(one) and "%(" not in one) - TYPED


def test_no_chinese_word_of_ours_stands_on_an_english_page(
    told: Mapping[str, list[Answer]],
) -> None:
    wrong = []
    for one in every(told, "en"):
        words = Counter(node for node in one.nodes if node in chinese_of_the_product())
        if words:
            wrong.append(f"{one}: {words.most_common(6)}")
    assert wrong == [], "\n".join(wrong)


def complaints_of(page: Page) -> list[str]:
    """What its console says against a page, as it comes."""
    found: list[str] = []
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    return found


def test_no_page_is_wider_than_its_window_or_complains(
    desk: Desk, chromium: Any, told: Mapping[str, list[Answer]]
) -> None:
    wrong, seen = [], set[str]()
    for who in ROLES:
        fresh = [one for one in told[f"zh-hans {who}"] if shape(one.address) not in seen]
        seen.update(shape(one.address) for one in fresh)
        if not fresh:
            continue
        # Not ``open_page``: what looks at each request keeps the browser from keeping styles.
        context = chromium.new_context(viewport={"width": 360, "height": 900})
        page, widths = context.new_page(), [360, 1920]
        errors = complaints_of(page)
        sign_in(page, desk.home, who)
        for one in fresh:
            errors.clear()
            page.goto(desk.home + one.address)
            for width in widths:
                page.set_viewport_size({"width": width, "height": 900})
                wide = page.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    wrong.append(f"{one}: {wide} of {width} pixels")
            widths.reverse()  # the next page comes up as wide as this one was left
            wrong += [f"{one}: {text}" for text in errors if "403" not in text]
        context.close()
    assert wrong == [], "\n".join(wrong)
