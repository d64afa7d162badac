"""When two entries are one person: what is compared, and how much each agreement weighs.

The model is fixed, and no run learns from anybody's data, so that the same two entries have the
same score this year and next. ``m`` is how often two entries of one person agree in a way, ``u``
how often two of different persons do; the weight is the logarithm of their ratio. Splink's SQL
and the plain Python of :mod:`bangfu.analysis.alike` follow this one table.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One person as the register knows it.

    ``name`` and ``sound`` as :func:`bangfu.analysis.alike.folded` leaves them; ``shape`` is the
    name with one character for each group of look-alikes. Empty or None: not known.
    """

    key: Any
    name: str
    sound: str
    shape: str
    birth: dt.date | None
    sex: str
    place: str
    town: str
    number: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries that may be one person, by their keys: how sure, and in which ways they agree."""

    one: Any
    other: Any
    sure: float
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """One way in which two entries agree: its code, how often it is found, and its SQL."""

    code: str
    m: float
    u: float
    sql: str = "ELSE"

    @property
    def weight(self) -> float:
        """How much it speaks for one person, in bits."""
        return math.log2(self.m / self.u)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared, from the closest agreement to none; where it is unknown it says nothing."""

    name: str
    unknown: str
    levels: tuple[Level, ...]


_NEAR_DAY = (
    "damerau_levenshtein(born_l, born_r) = 1 OR (substr(born_l, 1, 4) = substr(born_r, 1, 4) "
    "AND substr(born_l, 5, 2) = substr(born_r, 7, 2) AND substr(born_l, 7, 2) = "
    "substr(born_r, 5, 2))"
)
_NEAR_NUMBER = "damerau_levenshtein(substr(number_l, 1, 17), substr(number_r, 1, 17))"

#: Names are looked through so far for a character that is another, or is there once only.
LETTERS = 6


def _without(side: str, at: int) -> str:
    return f"(substr(name_{side}, 1, {at - 1}) || substr(name_{side}, {at + 1}))"


# The engine's own distance counts bytes, of which a character has three.
_NEAR_NAME = " OR ".join(
    f"(length(name_l) = length(name_r) AND {_without('l', at)} = {_without('r', at)})"
    f" OR {_without('l', at)} = name_r OR name_l = {_without('r', at)}"
    for at in range(1, LETTERS + 1)
)

COMPARISONS: tuple[Comparison, ...] = (
    Comparison(
        "name",
        "name_l IS NULL OR name_r IS NULL",
        (
            Level("name_same", 0.70, 3e-4, "name_l = name_r"),
            Level("name_sound", 0.12, 1e-3, "sound_l = sound_r"),
            Level("name_shape", 0.06, 1e-4, "shape_l = shape_r"),
            Level("name_order", 0.04, 1e-4, "letters_l = letters_r"),
            Level("name_near", 0.05, 2e-2, _NEAR_NAME),
            Level("name_other", 0.03, 0.98),
        ),
    ),
    Comparison(
        "birth",
        "born_l IS NULL OR born_r IS NULL",
        (
            Level("birth_same", 0.92, 4e-5, "born_l = born_r"),
            Level("birth_near", 0.06, 1.5e-3, _NEAR_DAY),
            Level("birth_other", 0.02, 0.998),
        ),
    ),
    Comparison(
        "number",
        "number_l IS NULL OR number_r IS NULL",
        (
            # One number is one person's: this alone is always a proposal.
            Level("number_same", 0.80, 1e-16, "number_l = number_r"),
            Level(
                "number_digit", 0.12, 3e-4,
                f"substr(number_l, 1, 14) <> substr(number_r, 1, 14) AND {_NEAR_NUMBER} <= 1",
            ),
            # Numbers of one day are given out one after the other.
            Level("number_sequence", 0.03, 6e-2, f"{_NEAR_NUMBER} <= 1"),
            Level("number_other", 0.03, 0.94),
        ),
    ),
    Comparison(
        "place",
        "place_l IS NULL OR place_r IS NULL",
        (
            Level("place_same", 0.85, 5e-3, "place_l = place_r"),
            Level("place_town", 0.12, 3e-2, "town_l = town_r"),
            Level("place_other", 0.03, 0.965),
        ),
    ),
    Comparison(
        "sex",
        "sex_l IS NULL OR sex_r IS NULL",
        (Level("sex_same", 0.99, 0.5, "sex_l = sex_r"), Level("sex_other", 0.01, 0.5)),
    ),
)  # fmt: skip

#: Which pairs are compared at all; whoever agrees in none of these is not looked at.
BLOCKS: tuple[str, ...] = (
    "l.number = r.number",
    "l.born = r.born AND l.sound = r.sound",
    "l.born = r.born AND l.place = r.place",
    "l.place = r.place AND l.sound = r.sound",
    "l.sequence = r.sequence AND l.sound = r.sound AND l.year = r.year",
    "l.sequence = r.sequence AND l.sound = r.sound AND l.day = r.day",
)
#: So many steps are told of while pairs are looked for.
STEPS = 4
#: That any two entries are one person, before anything is known of them.
PRIOR = 1e-6
#: What is at least as sure as this is proposed.
THRESHOLD = 0.9975

LEVELS: Mapping[str, Level] = {
    level.code: level for comparison in COMPARISONS for level in comparison.levels
}


def sureness(codes: Any) -> float:
    """How sure it is, from 0 to 1, that two entries which agree in these ways are one person."""
    bits = math.log2(PRIOR / (1 - PRIOR)) + sum(LEVELS[code].weight for code in codes)
    return float(1 / (1 + 2.0**-bits))
