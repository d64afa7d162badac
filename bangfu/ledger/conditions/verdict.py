"""What a condition comes to: what surely meets it, and what possibly does."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

NOTHING = Q(pk__in=[])


#: Every row. Not ``Q()``: Django drops that from an "or", where it would have to win.
ANYTHING = Q(pk__isnull=False)


class Unsayable(Exception):
    """A condition that the language allows but that cannot be asked of a database here."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What surely holds and what possibly holds; they differ where something is not known.

    ``doubt``, where it can be said by itself, is what may hold and does not surely: the same
    question whatever a field is compared with, so that it is answered once for many of them.
    """

    sure: Q
    possible: Q
    doubt: Q | None = None

    @classmethod
    def plain(cls, q: Q) -> Verdict:
        """A condition about which nothing can be unknown."""
        return cls(q, q)

    @property
    def exact(self) -> bool:
        """Whether nothing is unknown: both are one question, to be asked once."""
        return self.sure is self.possible

    def __and__(self, other: Verdict) -> Verdict:
        if self.exact and other.exact:
            return Verdict.plain(_both(self.sure, other.sure))
        known, open_one = (self, other) if self.exact else (other, self)
        doubt = open_one.doubt if known.exact else None
        doubt = None if doubt is None else _both(known.sure, doubt)
        sure, possible = _both(self.sure, other.sure), _both(self.possible, other.possible)
        return Verdict(sure, possible, doubt)

    def __or__(self, other: Verdict) -> Verdict:
        if self.exact and other.exact:
            return Verdict.plain(either_of(self.sure, other.sure))
        return Verdict(either_of(self.sure, other.sure), either_of(self.possible, other.possible))

    def __invert__(self) -> Verdict:
        return Verdict.plain(~self.sure) if self.exact else Verdict(~self.possible, ~self.sure)


def _both(one: Q, other: Q) -> Q:
    """Both conditions, without those that always hold."""
    if one is ANYTHING:
        return other
    return one if other is ANYTHING else one & other


def either_of(one: Q, other: Q) -> Q:
    """Either condition, without those that never hold."""
    if one is NOTHING:
        return other
    return one if other is NOTHING else one | other


EVERYTHING = Verdict.plain(ANYTHING)
