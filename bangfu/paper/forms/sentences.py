"""Sentences of a Word form filled: each number in the room that is left for it, in its own face."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bangfu.paper.forms.cells import Value
from bangfu.paper.forms.filling import SheetFill
from bangfu.tables.sentences import Blank, sentences_in, texts_of

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
#: In which column of such a table the numbers stand.
_NUMBERS = 3


def fill_sentences(
    body: Any, tables: Mapping[str, SheetFill], words: Callable[[Value], str]
) -> None:
    """Fill the sentences of a body, by the names under which they are read (第3段 …)."""
    found = [one for one in sentences_in(body) if one.name in tables]
    given: list[tuple[Any, Blank, str]] = []
    for sentence in found:
        for place, blank in enumerate(sentence.blanks):
            value = tables[sentence.name].cells.get((sentence.top + place, _NUMBERS))
            if value is not None:
                given.append((sentence.paragraph, blank, words(value)))
    # From the right, so that what stands left of a number is where it was.
    for paragraph, blank, text in sorted(given, key=lambda one: -one[1].start):
        _put(paragraph, blank, text)


def _put(paragraph: Any, blank: Blank, text: str) -> None:
    """Write a number into the widest piece of its room; what it does not take stays blank."""
    at, pieces = 0, []
    for part in texts_of(paragraph):
        long = len(part.text or "")
        first, last = max(blank.start - at, 0), min(blank.end - at, long)
        pieces.append((last - first, first, last, part))
        at += long
    _, first, last, part = max(pieces, key=lambda piece: piece[0])
    said = part.text
    part.text = said[:first] + _in_the_middle(said[first:last], text) + said[last:]
    part.set(_SPACE, "preserve")


def _in_the_middle(room: str, text: str) -> str:
    """A number in the middle of its room, as wide as that was where there is room enough."""
    left = max(0, len(room) - len(text)) // 2
    return room[:left] + text + room[left + len(text) :]
