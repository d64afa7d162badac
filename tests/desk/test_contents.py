"""The contents of a long page lead to each of its parts, and a short page has none."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils.html import strip_tags

from tests.desk.conftest import Enter
from tests.desk.story import Story


def drawn(headings: str) -> str:
    """A page of some headings, each in a section."""
    said = "".join(f"<section><h2>{one}</h2></section>" for one in headings.split("|"))
    text = "{% load contents %}{% contents %}" + said + "{% endcontents %}"
    return Template(text).render(Context())


def links(said: str) -> list[tuple[str, str]]:
    """What the contents name, with where each leads."""
    nav = re.search(r'<nav class="contents".*?</nav>', said, re.DOTALL)
    return re.findall(r'<a href="#([^"]+)">(.*?)</a>', nav[0]) if nav else []


def test_each_heading_is_named_without_its_small_print_and_escaped_as_it_was() -> None:
    said = drawn('甲 <span class="quiet">3</span>|<svg><use></use></svg>乙|丙 &lt;b&gt;|丁')
    assert links(said) == [
        ("part-1", "甲"), ("part-2", "乙"), ("part-3", "丙 &lt;b&gt;"), ("part-4", "丁"),
    ]  # fmt: skip
    assert '<h2 id="part-1">甲 <span class="quiet">3</span></h2>' in said
    assert 'href="#contents"' in said


def test_a_page_of_few_parts_has_none() -> None:
    said = drawn("甲|乙|丙")
    assert links(said) == [] and "#contents" not in said and "丙" in said


@pytest.mark.parametrize("page", ["readback", "programme", "overview"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_long_pages_of_a_programme_lead_to_all_of_their_parts(
    story: Story, enter: Enter, page: str, language: str
) -> None:
    answer = enter("clerk", language).get(reverse(f"desk:{page}", args=["visits"]))
    said = answer.content.decode()
    main = said[said.index("<main") :]
    headings = re.findall(r'<h2 id="(part-\d+)">(.*?)</h2>', main, re.DOTALL)
    found = links(said)
    assert [name for name, _ in headings] == [where for where, _ in found]
    assert len(found) >= 4 and all(unescape(strip_tags(called)) for _, called in found)
    assert len(set(re.findall(r'\bid="([^"]+)"', said))) == len(re.findall(r'\bid="', said))
