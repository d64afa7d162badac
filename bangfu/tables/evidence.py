"""What the values of a column look like: evidence for what its heading means, or against it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bangfu.tables.grid import Value

_IDENTITY = re.compile(
    r"[1-9][0-9]{16}[0-9Xx×*]|[1-9][0-9]{14}|[1-9][0-9]{5}\*{4,}[0-9*]{2,8}[0-9Xx]?"
)
_PHONE = re.compile(r"(?:\+?86)?1[0-9]{10}|0[0-9]{2,3}-?[0-9]{7,8}|1[0-9]{2}\*{4}[0-9]{4}")
_DAY = re.compile(
    r"(?:19|20)[0-9]{2}[-./年](?:0?[1-9]|1[0-2])(?:[-./月](?:0?[1-9]|[12][0-9]|3[01])日?|月)?"
    r"|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])?"
)
_NUMBER = re.compile(r"[-+]?[0-9][0-9,]*(?:\.[0-9]+)?(?:元|万元|亩|人|%|岁|个月|月)?")
_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]{1,4}(?:·[\u3400-\u9fff]{1,8})?")
_PLACE = re.compile(r".{1,20}(?:省|市|州|县|区|旗|镇|乡|街道|苏木|村|社区|居委会|村委会|组|屯)")
_YES_NO = frozenset("是 否 有 无 √ × ✓ ✗ Y N y n 1 0 已 未 对 错 不是 没有".split())
_FEW = 3


@dataclass(frozen=True, slots=True)
class Looks:
    """How the filled values of a column look: for each look, the share that fits."""

    filled: int
    shares: Mapping[str, float]
    distinct: float
    words: frozenset[str]

    def share(self, look: str) -> float:
        """The share of values with a look; nothing can be said of very few values."""
        return self.shares.get(look, 0.0) if self.filled >= _FEW else 0.0


def looks(values: Iterable[Value]) -> Looks:
    """What a sample of a column's values looks like."""
    counts: Counter[str] = Counter()
    texts: list[str] = []
    for value in values:
        text = _text(value)
        if not text:
            continue
        texts.append(text)
        counts.update(_of(value, text))
    total = len(texts)
    shares = {look: count / total for look, count in counts.items()} if total else {}
    words = frozenset(texts) if len(set(texts)) <= 40 else frozenset()
    return Looks(total, shares, len(set(texts)) / total if total else 0.0, words)


def _text(value: Value) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else "".join(unicodedata.normalize("NFKC", str(value)).split())


def _of(value: Value, text: str) -> Iterable[str]:
    bare = text.strip("'‘’`")
    if _IDENTITY.fullmatch(bare):
        yield "identity"
    if _PHONE.fullmatch(bare):
        yield "phone"
    if isinstance(value, dt.date) or _DAY.fullmatch(bare):
        yield "day"
    if isinstance(value, int | float) or _NUMBER.fullmatch(bare):
        yield "number"
    if text in _YES_NO:
        yield "flag"
    if _NAME.fullmatch(text) and text not in _YES_NO:
        yield "name"
    if _PLACE.fullmatch(text):
        yield "place"


def counts_up(values: Sequence[Value]) -> bool:
    """Whether values are a running number: 1 2 3, perhaps with gaps at the end."""
    said = [_text(value) for value in values]
    while said and not said[-1]:
        said.pop()
    numbers = [int(text) for text in said if text.isdecimal() and len(text) < 8]
    if len(numbers) < 2 or len(numbers) < 0.8 * len(said):
        return False
    return all(0 <= b - a <= 1 for a, b in zip(numbers, numbers[1:], strict=False)) and (
        numbers[0] in (0, 1)
    )


#: For each type of a question: looks that speak for it, and looks that speak against it.
FITS: Mapping[str, tuple[str, ...]] = {
    "number": ("number",), "money": ("number",), "day": ("day",), "flag": ("flag",),
    "one": ("name", "place"),
}  # fmt: skip
AGAINST: Mapping[str, tuple[str, ...]] = {
    "text": ("identity", "phone", "day"), "number": ("identity", "phone", "name", "place"),
    "money": ("identity", "phone", "name", "place"), "day": ("identity", "phone", "name", "place"),
    "code": ("identity", "phone", "day"), "ranked": ("identity", "phone", "day"),
    "flag": ("identity", "phone", "day"), "one": ("identity", "phone", "day", "number"),
}  # fmt: skip
