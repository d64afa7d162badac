"""How names are read: the syllable of a character, the initials that one types to find a name.

A character has one syllable, from ``syllables.txt`` (the first readings of pypinyin, MIT licence,
which is not needed to read them); ``readings.toml`` sets right the characters
and whole words that are read otherwise in names of places (重庆, 厦门, 番禺) or as surnames
(单, 仇, 尉迟). The same two files serve the national table and a user's own names.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

_FOLDER: Final = Path(__file__).parent.parent / "data" / "divisions"
_FULL_WIDTH: Final = range(0xFF01, 0xFF5F)


class _Letters(dict[int, str]):
    """A table for translation that leaves out what it does not hold."""

    def __missing__(self, point: int) -> str:
        return ""


def initials_of(name: str) -> str:
    """The pinyin initials of a place's name, in small letters: 重庆市 is ``cqs``.

    Latin letters and digits stay; brackets, dots and characters without a reading are left out.
    """
    words, letters = _words(), _letters()
    return words.sub(_read, name).translate(letters)


def initials_of_person(name: str) -> str:
    """The pinyin initials of a person's name, its surname read as a surname: 单雄 is ``sx``.

    A name with a dot in it (买买提·艾力) has no Chinese surname and is read as it stands.
    """
    letters = _letters()
    surnames: Mapping[str, str] = readings()["surnames"]
    name = "".join(name.split())
    if "·" not in name:
        for length in (2, 1):
            if len(name) > length and name[:length] in surnames:
                return surnames[name[:length]] + name[length:].translate(letters)
    return name.translate(letters)


def syllable_of(character: str) -> str:
    """The syllable of a character without its tone; "" if it has none."""
    return _syllables().get(character, "")


@cache
def readings() -> Mapping[str, Any]:
    """What ``readings.toml`` says, table by table."""
    return tomllib.loads((_FOLDER / "readings.toml").read_text(encoding="utf-8"))


@cache
def _syllables() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for line in (_FOLDER / "syllables.txt").read_text(encoding="utf-8").splitlines():
        syllable, _, characters = line.partition(" ")
        found.update(dict.fromkeys(characters, syllable))
    found.update(readings()["characters"])
    return found


@cache
def _letters() -> _Letters:
    letters = _Letters({ord(c): syllable[0] for c, syllable in _syllables().items()})
    for point in range(0x21, 0x7F):
        if chr(point).isalnum():
            letters[point] = letters[point + _FULL_WIDTH.start - 0x21] = chr(point).lower()
    return letters


@cache
def _phrases() -> Mapping[str, str]:
    """Whole words with their initials, those made of a surname and a settlement among them."""
    settlements = readings()["settlements"]
    made = {
        surname + tail: letter + syllable_of(tail)[0]
        for surname, letter in settlements["surnames"].items()
        for tail in settlements["followed_by"]
    }
    made.update(readings()["places"])
    return made


@cache
def _words() -> re.Pattern[str]:
    longest_first = sorted(_phrases(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


def _read(found: re.Match[str]) -> str:
    return _phrases()[found[0]]
