"""What of a personal value may be shown: never more than the last two characters of a number.

The field's habit of "first six and last four" gives an identity number away wherever a birth
date stands beside it; two characters tell a person that this is the number meant, and no more.
On public pages a number shows nothing at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

_TAIL = 2
_SHORTEST_WITH_TAIL = 7
#: A character together with the variation selectors that choose its form.
_CHARACTER = re.compile("(?s:.)[\ufe00-\ufe0f\U000e0100-\U000e01ef]*")
_GROUP = re.compile(r".*?(?:村|社区|居委会)(?:[^\d\s,、]{1,8}?|\d{1,3})?(?:村民小组|小组|组)(?!织)")
_VILLAGE = re.compile(r".*?(?:村民委员会|村委会|村|社区|居委会)")
_LONG_NUMBER = re.compile(r"\d(?:[\d\s-]*\d){4,}[Xx]?")
_TOWN = re.compile(r".*?(?:街道|镇|乡)")


def mask(kind: str, value: str, *, public: bool = False) -> str:
    """What may be shown of a value of a kind; ``public`` for pages and lists open to anybody.

    An empty value stays empty. Raises :class:`ValueError` for a kind that has no rule, because
    showing it whole or hiding it would both be a guess.
    """
    if kind not in _RULES:
        raise ValueError(f"there is no mask for {kind!r}; there are {', '.join(_RULES)}")
    return _RULES[kind](value, public) if value else ""


def mask_number(value: str, *, public: bool = False) -> str:
    """Stars for a number, and its last two characters where it is long enough to hide the rest.

    Numbers of fewer than seven characters, and all numbers in public, are stars throughout.
    """
    characters = value.strip()
    shown = 0 if public or len(characters) < _SHORTEST_WITH_TAIL else _TAIL
    return "*" * (len(characters) - shown) + characters[len(characters) - shown :]


def mask_name(name: str) -> str:
    """A name for public lists: 张*, 张*三, and the first and last of four or more."""
    characters: list[str] = _CHARACTER.findall(name.strip())
    match len(characters):
        case 0 | 1:
            return "*" * len(characters)
        case 2:
            return f"{characters[0]}*"
        case length:
            return characters[0] + "*" * (length - 2) + characters[-1]


def mask_address(address: str) -> str:
    """An address as far as the villagers' group; where none is named, the village, the town.

    Numbers of five digits or more are no part of it and become stars.
    """
    plain = _LONG_NUMBER.sub("***", unicodedata.normalize("NFKC", address).strip())
    for part in (_GROUP, _VILLAGE, _TOWN):
        if found := part.match(plain):
            return found.group()
    return "*" * 3


def _birth(value: str, public: bool) -> str:
    return value[:4] if re.match(r"[12]\d{3}(?!\d)|[12]\d{7}$", value, re.ASCII) else "****"


def _hidden(value: str, public: bool) -> str:
    return "*" * 3


def _number(value: str, public: bool) -> str:
    return mask_number(value, public=public)


_RULES: Mapping[str, Callable[[str, bool], str]] = {
    "identity": _number,
    "disability": _number,
    "phone": _number,
    "bank_card": _number,
    "number": _number,
    "name": lambda value, public: mask_name(value),
    "address": lambda value, public: mask_address(value),
    "birth": _birth,
    "hidden": _hidden,
}
