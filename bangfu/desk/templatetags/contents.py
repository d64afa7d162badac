"""The contents of a long page: a link to each of its parts, without script.

``{% contents %} … {% endcontents %}`` takes the headings of the second rank that stand between, in
their order; a page of few parts has none.
"""

from __future__ import annotations

import re

from django import template
from django.template import Context, NodeList
from django.template.base import Parser, Token
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

#: A page of fewer parts is looked over without.
FEWEST = 4
_HEADING = re.compile(r"<h2>(?P<said>.*?)</h2>", re.DOTALL)
#: What stands behind a heading in small print, or before it as an icon, is not what it is called.
_BESIDE = re.compile(r'<span class="(?:quiet|mark)[^"]*">.*?</span>|<svg.*?</svg>', re.DOTALL)


@register.tag(name="contents")
def contents_tag(parser: Parser, token: Token) -> Contents:
    """What stands up to ``endcontents``, with its contents before it."""
    inside = parser.parse(("endcontents",))
    parser.delete_first_token()
    return Contents(inside)


class Contents(template.Node):
    """Part of a page, with links to the headings in it."""

    def __init__(self, inside: NodeList) -> None:
        self.inside = inside

    def render(self, context: Context) -> SafeString:
        """The links, then the part with a name for each heading."""
        said: list[SafeString] = []

        def named(found: re.Match[str]) -> str:
            called = strip_tags(_BESIDE.sub("", found["said"])).strip()
            said.append(mark_safe(called))  # taken from what was escaped already
            return f'<h2 id="part-{len(said)}">{found["said"]}</h2>'

        whole = _HEADING.sub(named, self.inside.render(context))
        parts = said if len(said) >= FEWEST else []
        told = {"parts": parts, "whole": mark_safe(whole)}
        return render_to_string("desk/parts/contents.html", told)
