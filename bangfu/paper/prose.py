"""The prose of a paper: headings, paragraphs and figure marks, and nothing else.

A heading begins with ``# `` (一、) to ``#### ``; paragraphs are parted by empty lines; a figure
stands as ``{{its_name}}``. A paragraph that is nothing but one mark becomes a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from bangfu.ledger.actions.event import Refused
from bangfu.paper.pages import Level

MARK = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")
_STRAY = re.compile(r"\{\{|\}\}")
_HEADING = re.compile(r"(#{1,4})\s+(.+)")


class ProseError(Exception):
    """A text that cannot become a paper: the line, what is wrong, what would be right."""

    def __init__(self, told: Refused) -> None:
        super().__init__(str(told))
        self.told = told


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the prose: a heading, a paragraph, or a table that stands for one figure."""

    sort: str
    text: str
    line: int
    level: Level = 1

    def names(self) -> list[str]:
        """The figures it names, in order."""
        return MARK.findall(self.text)

    def pieces(self) -> Iterator[tuple[str, str]]:
        """The text between the marks and the marks: ("text", …) and ("figure", name)."""
        last = 0
        for found in MARK.finditer(self.text):
            if found.start() > last:
                yield "text", self.text[last : found.start()]
            yield "figure", found[1]
            last = found.end()
        if last < len(self.text):
            yield "text", self.text[last:]


def parts(prose: str) -> list[Part]:
    """The pieces of a text in order; a mark that is not closed is an error with its line."""
    found: list[Part] = []
    for line, block in _blocks(prose):
        if heading := _HEADING.fullmatch(block):
            found.append(Part("heading", heading[2], line, cast(Level, len(heading[1]))))
            continue
        if _STRAY.search(MARK.sub("", block)):
            raise ProseError(
                Refused(
                    "mark_incomplete",
                    "Line %(line)s: the mark of a figure is not whole; it is written {{name}}, in "
                    "small letters.",
                    line=line,
                )
            )
        sort = "table" if MARK.fullmatch(block) else "paragraph"
        found.append(Part(sort, block, line))
    return found


def _blocks(prose: str) -> Iterator[tuple[int, str]]:
    """Headings one by one, and runs of other lines joined without a space, with line numbers."""
    held: list[str] = []
    first = 0
    for number, raw in enumerate(prose.splitlines(), 1):
        text = raw.strip()
        if text and not text.startswith("#"):
            held, first = ([*held, text], first) if held else ([text], number)
            continue
        if held:
            yield first, "".join(held)
            held = []
        if text:
            yield number, text
    if held:
        yield first, "".join(held)


def figure_names(prose: str) -> list[str]:
    """Every figure that a text names, each once, in the order of its first mark."""
    return list(dict.fromkeys(name for part in parts(prose) for name in part.names()))
