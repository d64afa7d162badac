"""Samples: who is drawn of a list by a printed seed, so that anybody can draw the same again.

Everybody on the list has a lot: the SHA-256 of the seed, a slash and the record's key. Lots are
taken from the lowest up; whoever cannot be met is replaced by the next lot of the same group.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from uuid import UUID

from bangfu.programmes.amount import share
from bangfu.programmes.literals import SHARE
from bangfu.programmes.schema import Review


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be drawn: the record's key, the group that it is drawn in."""

    key: UUID
    group: str = ""


def lot(seed: str, key: UUID) -> str:
    """The lot of one record: the lowest are drawn."""
    return hashlib.sha256(f"{seed}/{key}".encode()).hexdigest()


def digest(frame: Iterable[Candidate]) -> str:
    """What stands for the whole list that was drawn from: the same list, the same digest."""
    lines = "\n".join(sorted(f"{one.group}/{one.key}" for one in frame))
    return hashlib.sha256(lines.encode()).hexdigest()


def in_order(seed: str, frame: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    """The candidates of each group by their lots, the groups in their own order."""
    found: dict[str, list[Candidate]] = {}
    for one in sorted(frame, key=lambda one: (one.group, lot(seed, one.key))):
        found.setdefault(one.group, []).append(one)
    return found


def drawn(seed: str, frame: Sequence[Candidate], size: Size) -> list[Candidate]:
    """Who is drawn: of each group so many of the lowest lots."""
    return [one for group in in_order(seed, frame).values() for one in group[: size.of(len(group))]]


def next_of(
    seed: str, frame: Iterable[Candidate], group: str, taken: Iterable[UUID]
) -> Candidate | None:
    """Whose lot comes next in a group, of those who were not drawn yet; None if nobody is left."""
    before = set(taken)
    ordered = in_order(seed, frame).get(group, [])
    return next((one for one in ordered if one.key not in before), None)


@dataclass(frozen=True, slots=True)
class Size:
    """How many of a group are drawn: a number, or a share rounded up.

    Of a share no fewer than ``least`` as far as there are so many, and never more than ``most``.
    """

    number: Fraction
    is_share: bool
    most: int | None = None
    least: int = 0

    def of(self, number: int) -> int:
        """How many of a group of so many."""
        wanted = ceil(self.number * number if self.is_share else self.number)
        return min(max(wanted, self.least), number, number if self.most is None else self.most)


def size_of(review: Review, values: Mapping[str, object]) -> Size:
    """How many a review says; ``values`` are the dated values on the day, by name."""
    asked = review.exactly if review.exactly is not None else review.at_least
    number, is_share = _number(asked, values)
    most = None if review.at_most is None else ceil(_number(review.at_most, values)[0])
    both = review.exactly is not None and review.at_least is not None
    least = ceil(_number(review.at_least, values)[0]) if both else 0
    return Size(number, is_share, most, least)


def _number(bound: object, values: Mapping[str, object]) -> tuple[Fraction, bool]:
    if isinstance(bound, str) and SHARE.fullmatch(bound):
        return share(bound), True
    return Fraction(str(values[bound] if isinstance(bound, str) else bound)), False
