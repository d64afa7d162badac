"""Statistical codes: twelve digits from province to village, two more for a villagers' group.

The first six digits are those of GB/T 2260 (province, prefecture, county: two each), the next
three those of GB/T 10114 (township), then three for the village. Below a village there is no
national code; two digits of the user's own name a group (村民小组).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Level = Literal["province", "prefecture", "county", "township", "village", "group"]
TownshipKind = Literal["street", "town", "xiang", "like", "other"]
VillageKind = Literal["residents", "villagers", "like"]

LEVELS: Final[tuple[Level, ...]] = (
    "province", "prefecture", "county", "township", "village", "group",
)  # fmt: skip
ENDS: Final = (2, 4, 6, 9, 12, 14)
_WRITTEN: Final = re.compile(r"[0-9]+")


class CodeError(ValueError):
    """A code that cannot be one, with what is wrong about it."""


@dataclass(frozen=True, slots=True)
class CodeParts:
    """The digits of a code level by level; blank below its own level.

    A part of zeros in the middle is a level that is passed over: 东莞 (441900003) has towns and
    no counties, a county may stand directly under its province.
    """

    province: str
    prefecture: str = ""
    county: str = ""
    township: str = ""
    village: str = ""
    group: str = ""

    @property
    def level(self) -> Level:
        """The lowest level that the code names."""
        return LEVELS[max(i for i, part in enumerate(self.parts) if part)]

    @property
    def parts(self) -> tuple[str, str, str, str, str, str]:
        """The six parts in order."""
        return (
            self.province, self.prefecture, self.county, self.township, self.village, self.group,
        )  # fmt: skip

    @property
    def code(self) -> str:
        """The code again: twelve digits, fourteen for a group."""
        return "".join(self.parts).ljust(12, "0")

    @property
    def township_kind(self) -> TownshipKind | None:
        """What the seventh to ninth digits say: street, town, township, or like one."""
        number = int(self.township or 0)
        if not number:
            return None
        kinds: tuple[TownshipKind, ...] = ("street", "town", "xiang", "xiang", "like", "like")
        return kinds[number // 100] if number < 600 else "other"

    @property
    def village_kind(self) -> VillageKind | None:
        """What the tenth to twelfth digits say: residents, villagers, or like one."""
        number = int(self.village or 0)
        if not number:
            return None
        if number < 200:
            return "residents"
        return "villagers" if number < 400 else "like"


def full_code(code: str) -> str:
    """A code of two to twelve digits filled up to twelve; fourteen stay fourteen."""
    return split_code(code).code


def split_code(code: str) -> CodeParts:
    """The parts of a code of 2, 4, 6, 9, 12 or 14 digits; CodeError says why it is none."""
    if not _WRITTEN.fullmatch(code):
        raise CodeError(f"{code!r} is not written in digits 0 to 9")
    if len(code) not in ENDS:
        raise CodeError(f"{code} has {len(code)} digits, not 2, 4, 6, 9, 12 or 14")
    parts = [code[a:b] for a, b in zip((0, *ENDS), ENDS, strict=False) if b <= len(code)]
    if len(code) == 14 and parts[-1] == "00":
        raise CodeError(f"{code} ends in group 00; groups are counted from 01")
    while parts and not int(parts[-1]):
        parts.pop()
    if not parts or parts[0] == "00":
        raise CodeError(f"{code} names no province")
    below = parts[3:]
    if below and not int(below[0]):
        raise CodeError(f"{code} has a village without a township")
    if len(below) == 3 and not int(below[1]):
        raise CodeError(f"{code} has a group without a village")
    return CodeParts(*parts)


def level_of(code: str) -> Level:
    """The level of a division by its code."""
    return split_code(code).level


def parent_code(code: str) -> str:
    """The twelve digits of what is directly above, passing over levels of zeros; "" at the top."""
    parts = split_code(code).parts
    above = "".join(parts[: LEVELS.index(level_of(code))])
    return above.ljust(12, "0") if above else ""


def significant(code: str) -> str:
    """A code without the zeros of the levels below its own: what codes inside it begin with."""
    return "".join(split_code(code).parts)
