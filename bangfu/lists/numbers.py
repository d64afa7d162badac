"""What a figure comes to: one number, or from one to another, and of each of its groups."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

Number = int | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Reading:
    """What a figure is: surely ``low``, possibly up to ``high``; None where it is not known.

    ``rows`` is how many records it stands on, ``unknown`` how many more may belong to it. Money
    is in fen. A share is a fraction of one.
    """

    low: Number | None
    high: Number | None
    rows: int
    unknown: int

    @property
    def exact(self) -> bool:
        """Whether nothing unknown could change it."""
        return self.low is not None and self.low == self.high


@dataclass(frozen=True, slots=True)
class Group:
    """One part of a figure that is given by groups: its key, what to call it, its reading."""

    key: Any
    called: Any
    reading: Reading


def divided(
    low: Number, high: Number | None, whole: Reading
) -> tuple[Number | None, Number | None]:
    """A share of a whole, exactly; of an empty whole there is no share.

    What has no upper end has none as a share either.
    """
    if not whole.high or whole.low is None:
        return None, None
    most = Fraction(high) / Fraction(whole.low) if whole.low and high is not None else None
    return Fraction(low) / Fraction(whole.high), most
