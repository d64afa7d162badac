"""Text that can be printed: what no paper can carry is taken out and named, never lost silently."""

import unicodedata
from collections import Counter
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

T = TypeVar("T")

_NEW_LINES = dict.fromkeys("\r\v\f\x85\u2028\u2029", "\n")
_SPACES = {"\t": " "}
_UNSEEN = {"Cc", "Cs", "Cf"}
_SHAPING = "\u200c\u200d"


def clean(text: str, removed: Counter[str]) -> str:
    """The text without control and direction characters; what is taken out is counted."""
    if text.isprintable():
        return text
    plain = text.replace("\r\n", "\n")
    kept = [_kept(char, removed) for char in plain]
    return "".join(kept)


def _kept(char: str, removed: Counter[str]) -> str:
    char = _NEW_LINES.get(char, _SPACES.get(char, char))
    if char == "\n" or char in _SHAPING or not _unseen(char):
        return char
    removed[char] += 1
    return ""


def _unseen(char: str) -> bool:
    """Whether it is a control, direction or broken character; unassigned ones may be rare names."""
    point = ord(char)
    never_a_character = point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
    return never_a_character or unicodedata.category(char) in _UNSEEN


def cleaned(paper: T) -> tuple[T, tuple[str, ...]]:
    """A paper with every text in it cleaned, and a note if anything was taken out."""
    removed: Counter[str] = Counter()
    result: T = _rebuilt(paper, removed)
    if not removed:
        return result, ()
    points = "、".join(f"U+{ord(char):04X}" for char in sorted(removed))
    return result, (f"已去掉{removed.total()}个不能打印的字符：{points}",)


def _rebuilt(value: Any, removed: Counter[str]) -> Any:
    if isinstance(value, str):
        return clean(value, removed)
    if isinstance(value, tuple):
        return tuple(_rebuilt(item, removed) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = {
            field.name: _rebuilt(getattr(value, field.name), removed) for field in fields(value)
        }
        return type(value)(**parts)
    return value
