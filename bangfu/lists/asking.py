"""A claim asked of a list by itself: an item of a checklist, a line of a score sheet.

It is read exactly as a duty is, over days that are handed in instead of those of the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from bangfu.ledger.conditions import basic
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.moment import Moment
from bangfu.lists.claims import Asked
from bangfu.lists.duties import DutyOf
from bangfu.lists.judging import Owed
from bangfu.lists.listing import Listing
from bangfu.programmes.bounds import is_bounded
from bangfu.programmes.entries import Claim
from bangfu.programmes.kinds import Kind
from bangfu.programmes.period import Span
from bangfu.programmes.schema import Duty

Side = Literal["doer", "receiver"]


@dataclass
class Claimed(DutyOf):
    """A claim of a programme, asked over some days."""

    over: Span | None = None

    def span(self) -> Span:
        """The days that were handed in."""
        assert self.over is not None
        return self.over


def claimed(
    meaning: Meaning,
    name: str,
    claim: Claim,
    each: str,
    over: Span,
    moment: Moment,
    *,
    side: Side,
    only: frozenset[UUID] | None = None,
) -> Claimed:
    """A claim asked of each record of a list; without a bound at least one is asked.

    ``side``: whether a record counts for who did it or for whom it was done.
    """
    words = {key: getattr(claim, key) for key in type(claim).model_fields if key != "items"}
    words = {key: one for key, one in words.items() if key in Duty.model_fields}
    if not is_bounded(claim) and claim.held != "every":
        words["at_least"] = 1
    entry = Duty.model_construct(**{**words, "each": each})
    owner = Listing((each,), moment, programme=meaning.row, file=meaning).kind
    main = _sided(meaning, Asked.of_claim(entry), owner, moment, side)
    also = (Asked.of_claim(one, main) for one in claim.also or ())
    asked = (main, *(_sided(meaning, one, owner, moment, side) for one in also))
    return Claimed(meaning, name, entry, moment, owner, asked, only, over=over)


def _sided(meaning: Meaning, asked: Asked, owner: Kind, moment: Moment, side: Side) -> Asked:
    """The claim with the field by which its records belong to those of the list."""
    if asked.via or side == "doer" or owner.name == "pairing":
        return asked
    kind = Listing(asked.of, moment, {}, meaning.row, file=meaning).kind
    if basic(kind) == basic(owner):
        return asked
    ties = kind.ties.get(owner.name, ())
    told = kind.receiver.get(basic(owner)) or (ties[0] if len(ties) == 1 else "")
    return replace(asked, via=told) if told else asked


def latest(asked: Claimed) -> Iterator[Owed]:
    """How each record stands in the last of its turns that has begun."""
    last: dict[UUID, Owed] = {}
    for one in asked.owed():
        last[one.key] = one
    yield from last.values()


def behind(asked: Claimed, facts: Iterable[UUID]) -> Listing:
    """The records of a claim that counted, as a list."""
    listing = replace(asked.counting.listing, keys=tuple(facts))
    assert asked.over is not None
    return listing.over(asked.over) if listing.kind.nature in ("state", "episode") else listing
