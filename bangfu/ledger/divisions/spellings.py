"""Names that may be one place spelt two ways: 户家塬镇 and 户塬镇.

Only proposals, each with its reason: a person decides, and what is accepted becomes an alias.
Names that differ by a word that tells neighbours apart (东 and 西, 上 and 下, a numeral) are
never proposed for a change of that word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from bangfu.ledger.divisions.readings import readings, syllable_of
from bangfu.programmes.kinds import Label

Reason = Literal["form", "ending", "shorter", "longer", "sound", "shape", "order", "other"]

REASONS: Final[Mapping[Reason, Label]] = {
    "form": Label("字同而写法不同", "same characters, written otherwise"),
    "ending": Label("只差后缀", "only the ending differs"),
    "shorter": Label("少一个字", "one character less"),
    "longer": Label("多一个字", "one character more"),
    "sound": Label("同音字", "characters of the same sound"),
    "shape": Label("形近字", "characters of like shape"),
    "order": Label("字序不同", "characters in another order"),
    "other": Label("一个字不同", "one character differs"),
}

ENDINGS: Final[tuple[tuple[str, ...], ...]] = (
    ("社区居民委员会", "社区居委会", "居民委员会", "居委会", "社区"),
    ("村民委员会", "村委会", "嘎查村", "嘎查", "村"),
    ("街道办事处", "街道", "民族乡", "苏木", "镇", "乡"),
    ("自治县", "新区", "县", "市", "区", "旗"),
)
"""What a name may end in; the endings of one row are of one sort."""

NEIGHBOURS: Final = set("东西南北中上下前后左右内外大小新老旧头二一三四五六七八九十0123456789")
FILLERS: Final = set("家子庄村屯")
_SCORES: Final[Mapping[Reason, float]] = {
    "form": 0.99, "ending": 0.95, "shorter": 0.85, "longer": 0.85, "sound": 0.9, "shape": 0.85,
    "order": 0.7, "other": 0.45,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Variant:
    """A name that may mean the same place; the score is above 0 and never 1."""

    name: str
    score: float
    reason: Reason

    @property
    def why(self) -> Label:
        """The reason in words."""
        return REASONS[self.reason]


def spelling_variants(name: str, among: Iterable[str], *, least: float = 0.5) -> list[Variant]:
    """Those of the given names that may be the same place spelt otherwise, likeliest first.

    The very same name is no variant and is left out.
    """
    found = (_compare(name, other) for other in dict.fromkeys(among) if other != name)
    likely = [variant for variant in found if variant and variant.score >= least]
    return sorted(likely, key=lambda one: (-one.score, one.name))


def _compare(name: str, other: str) -> Variant | None:
    one, two = _plain(name), _plain(other)
    if not one or not two:
        return None
    if one == two:
        return Variant(other, _SCORES["form"], "form")
    (stem, ending), (stem_two, ending_two) = _split(one), _split(two)
    likeness = _likeness_of_endings(ending, ending_two)
    if stem == stem_two:
        return Variant(other, round(_SCORES["ending"] * likeness, 2), "ending")
    reason = _difference(stem, stem_two)
    if reason is None:
        return None
    score = _SCORES[reason] * likeness * _weight(reason, stem, stem_two)
    return Variant(other, round(score, 2), reason)


def _plain(name: str) -> str:
    """Full width made half, spaces and brackets dropped."""
    kept = unicodedata.normalize("NFKC", name)
    return "".join(c for c in kept if c.isalnum())


def _split(name: str) -> tuple[str, str]:
    """A name without its ending, and the ending; 村村委会 counts as one ending."""
    for ending in sorted((e for row in ENDINGS for e in row), key=len, reverse=True):
        if name.endswith(ending) and len(name) > len(ending):
            stem = name[: -len(ending)]
            if ending in ("村民委员会", "村委会") and stem.endswith("村") and len(stem) > 2:
                stem = stem[:-1]
            return stem, ending
    return name, ""


def _likeness_of_endings(one: str, two: str) -> float:
    """1 for the same ending, less for endings of one sort, least for a village and a town."""
    if one == two:
        return 1.0
    if not one or not two:
        return 0.95
    rows = [i for ending in (one, two) for i, row in enumerate(ENDINGS) if ending in row]
    if rows[0] == rows[1]:
        return 0.97
    return 0.85 if set(rows) == {0, 1} else 0.55


def _difference(one: str, two: str) -> Reason | None:
    """What sets two stems apart, if it is one thing only."""
    if len(one) == len(two):
        places = [i for i, (a, b) in enumerate(zip(one, two, strict=True)) if a != b]
        if len(places) == 1:
            return _substitution(one[places[0]], two[places[0]], len(one))
        swapped = len(places) == 2 and places[1] == places[0] + 1 and sorted(one) == sorted(two)
        return "order" if swapped else None
    if abs(len(one) - len(two)) == 1 and min(len(one), len(two)) > 1:
        longer, shorter = sorted((one, two), key=len, reverse=True)
        if any(_without(longer, i) == shorter for i in range(len(longer))):
            return "longer" if two is longer else "shorter"
    return None


def _without(text: str, place: int) -> str:
    return text[:place] + text[place + 1 :]


def _substitution(a: str, b: str, length: int) -> Reason | None:
    if a in NEIGHBOURS and b in NEIGHBOURS:
        return None
    if frozenset((a, b)) in _alike():
        return "shape"
    if syllable_of(a) and syllable_of(a) == syllable_of(b):
        return "sound"
    return "other" if length > 2 and not {a, b} & NEIGHBOURS else None


def _weight(reason: Reason, one: str, two: str) -> float:
    """Less for short stems; an extra 东 or 上 counts half, an extra 家 or 子 more than another."""
    length = max(len(one), len(two))
    weight = {1: 0.6, 2: 0.85, 3: 1.0}.get(length, 1.05)
    if reason in ("shorter", "longer"):
        extra = _extra(*sorted((one, two), key=len))
        weight *= 0.5 if extra in NEIGHBOURS else 1.05 if extra in FILLERS else 0.9
    return weight


def _extra(shorter: str, longer: str) -> str:
    """The character that only the longer of two stems has."""
    return next(c for i, c in enumerate(longer) if _without(longer, i) == shorter)


@cache
def _alike() -> frozenset[frozenset[str]]:
    """Every two characters that readings.toml calls alike, as a set of pairs."""
    return frozenset(_pairs(readings()["alike"]["groups"]))


def _pairs(groups: Iterable[str]) -> Iterator[frozenset[str]]:
    for group in groups:
        yield from (frozenset((a, b)) for a in group for b in group if a != b)
