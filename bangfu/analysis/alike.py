"""The comparisons of the model in plain Python, for a few entries at a time."""

from __future__ import annotations

import datetime as dt
import functools
import unicodedata
from collections.abc import Iterable, Mapping

import opencc
from rapidfuzz.distance import OSA

from bangfu.analysis.model import LETTERS, THRESHOLD, Entry, sureness

#: What stands between the parts of a name and says nothing.
_BETWEEN = " ·•・.-‧"


def folded(name: str) -> str:
    """A name as it is compared: without spaces and dots, in simplified characters."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    kept = "".join(one for one in plain if one not in _BETWEEN and not one.isspace())
    return kept if kept.isascii() else _simplified(kept)


@functools.lru_cache(maxsize=65_536)
def _simplified(text: str) -> str:
    return str(_converter().convert(text))


@functools.cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def shapes(groups: Iterable[str]) -> Mapping[int, str]:
    """A table that turns each character of a group of look-alikes into the group's first.

    A character of several groups joins them, since any two of a group are taken for one another.
    """
    first: dict[str, str] = {}
    for group in groups:
        known = {first[one] for one in group if one in first}
        leader = min(known, default=group[0])
        for one, of in first.items():
            if of in known:
                first[one] = leader
        first.update(dict.fromkeys(group, leader))
    return {ord(one): leader for one, leader in first.items()}


def levels(one: Entry, other: Entry) -> tuple[str, ...]:
    """In which ways two entries agree, in the model's order; what is unknown is left out."""
    told = (_name, _birth, _number, _place, _sex)
    return tuple(code for compare in told if (code := compare(one, other)))


def proposed(one: Entry, other: Entry) -> bool:
    """Whether two entries are alike enough to be laid before somebody."""
    return sureness(levels(one, other)) >= THRESHOLD


def _name(one: Entry, other: Entry) -> str:
    if not one.name or not other.name:
        return ""
    if one.name == other.name:
        return "name_same"
    if one.sound and one.sound == other.sound:
        return "name_sound"
    if one.shape == other.shape:
        return "name_shape"
    if sorted(one.name) == sorted(other.name):
        return "name_order"
    return "name_near" if _near_names(one.name, other.name) else "name_other"


def _near_names(one: str, other: str) -> bool:
    """Whether one character is another, or one is there that the other name has not."""
    if len(one) == len(other):
        return any(_without(one, at) == _without(other, at) for at in range(LETTERS))
    longer, shorter = sorted((one, other), key=len, reverse=True)
    return any(_without(longer, at) == shorter for at in range(LETTERS))


def _without(name: str, at: int) -> str:
    return name[:at] + name[at + 1 :]


def _birth(one: Entry, other: Entry) -> str:
    if one.birth is None or other.birth is None:
        return ""
    if one.birth == other.birth:
        return "birth_same"
    return "birth_near" if _near_days(one.birth, other.birth) else "birth_other"


def _near_days(one: dt.date, other: dt.date) -> bool:
    swapped = (one.year, one.month, one.day) == (other.year, other.day, other.month)
    return swapped or OSA.distance(f"{one:%Y%m%d}", f"{other:%Y%m%d}") == 1


def _number(one: Entry, other: Entry) -> str:
    if not one.number or not other.number:
        return ""
    if one.number == other.number:
        return "number_same"
    # The last character follows from the others, so it is no mistake of its own.
    if OSA.distance(one.number[:17], other.number[:17]) > 1:
        return "number_other"
    return "number_digit" if one.number[:14] != other.number[:14] else "number_sequence"


def _place(one: Entry, other: Entry) -> str:
    if not one.place or not other.place:
        return ""
    if one.place == other.place:
        return "place_same"
    return "place_town" if one.town and one.town == other.town else "place_other"


def _sex(one: Entry, other: Entry) -> str:
    if not one.sex or not other.sex:
        return ""
    return "sex_same" if one.sex == other.sex else "sex_other"
