"""What a claim asks of a record, what was read for it, and the verdict on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any, Literal
from uuid import UUID

from bangfu.ledger.meaning import Meaning
from bangfu.ledger.moment import Moment
from bangfu.lists.belonging import Counting, Row
from bangfu.lists.listing import Listing
from bangfu.lists.turn_rows import OfTurns
from bangfu.programmes.entries import Claim, Inline
from bangfu.programmes.functions import FUNCTIONS
from bangfu.programmes.literals import APART
from bangfu.programmes.period import Span, cut, days_in, periods_touched

Verdict = Literal[
    "met", "short", "over", "late", "open", "behind", "unknown", "free", "counted"
]  # fmt: skip
#: What a reading is in: a plain number, money in fen, or a share of one.
Sort = Literal["number", "money", "share"]
#: The graver comes first: of several claims on the same records this one is said.
GRAVEST: tuple[Verdict, ...] = (
    "over", "short", "unknown", "behind", "late", "open", "met", "counted", "free",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """What was read for one record: surely ``low``, possibly ``high`` (None: no upper end).

    ``facts`` are the rows that surely count.
    """

    low: Fraction
    high: Fraction | None
    facts: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is asked of one record; None where nothing is."""

    least: Fraction | None = None
    most: Fraction | None = None
    unknown: bool = False

    def shrunk(self, part: Fraction) -> Bounds:
        """The bounds for a part of the time: the least rounded down, the most up."""
        least = None if self.least is None else Fraction(floor(self.least * part))
        most = None if self.most is None else Fraction(ceil(self.most * part))
        return Bounds(least, most, self.unknown)


@dataclass(frozen=True)
class Asked:
    """A claim with what it takes over from the one it stands below."""

    claim: Claim
    of: tuple[str, ...]
    where: Mapping[str, Any]
    sum: str = ""
    distinct: str = ""
    via: str = ""
    day: str = ""
    per: str | None = None
    held: str = ""
    out_of: Inline | None = None
    unit: str = ""
    party: str = ""
    function: str = ""
    #: The path that a claim on other records takes over, where those have its field too.
    inherited: str = ""

    @classmethod
    def of_claim(cls, claim: Claim, above: Asked | None = None) -> Asked:
        """What a claim asks; one below another takes over what it does not restate."""
        of = tuple(claim.of or ())
        same = above is not None and not of
        if above is not None and same:
            counts = claim.sum is None and claim.distinct is None and claim.function is None
            return cls(
                claim,
                above.of,
                claim.where if claim.where is not None else above.where,
                claim.sum or (above.sum if counts else ""),
                claim.distinct or (above.distinct if counts else ""),
                claim.as_ or above.via,
                _day_of(claim) or above.day,
                claim.per or above.per,
                claim.held or above.held,
                claim.out_of or above.out_of,
                claim.unit or (above.unit if counts else ""),
                function=claim.function or (above.function if counts else ""),
            )
        return cls(
            claim,
            of,
            claim.where or {},
            claim.sum or "",
            claim.distinct or "",
            claim.as_ or "",
            _day_of(claim),
            claim.per or (above.per if above else None),
            claim.held or "",
            claim.out_of,
            claim.unit or "",
            function=claim.function or "",
            inherited=above.via or above.inherited if above else "",
        )

    def counting(self, meaning: Meaning, moment: Moment) -> Counting:
        """What is counted, as it is read at a moment."""
        listing = Listing(self.of, moment, self.where, meaning.row, file=meaning)
        told = self.sum or self.distinct
        if of_turns(meaning, self.of):
            return OfTurns(listing, told, bool(self.sum), via=self.via, function=self.function)
        day = "" if self.day == "date" and listing.kind.nature == "event" else self.day
        taken_over = self.inherited if self.inherited.split(".")[0] in listing.kind else ""
        via = self.via or taken_over
        return Counting(
            listing, told, bool(self.sum), day, via, party=self.party, function=self.function
        )

    def whole(self, meaning: Meaning, moment: Moment) -> Counting | None:
        """What a share is of."""
        if self.out_of is None:
            return None
        part = self.out_of
        listing = Listing(tuple(part.of or ()), moment, part.where or {}, meaning.row, file=meaning)
        told = part.sum or part.distinct or ""
        if of_turns(meaning, listing.of):
            return OfTurns(listing, told, bool(part.sum), via=part.as_ or self.via)
        day = part.on if isinstance(part.on, str) else ""
        return Counting(listing, told, bool(part.sum), day, part.as_ or "")


def of_turns(meaning: Meaning, of: tuple[str, ...]) -> bool:
    """Whether what is counted are the turns of a duty."""
    return len(of) == 1 and meaning.sort_of(of[0]) == "duty"


def sort_of(counting: Counting, whole: Counting | None) -> Sort:
    """What a claim's readings are in: an average is what is added up, not a share."""
    if _adds_money(counting) and not (whole is not None and _adds_money(whole)):
        return "money"
    average = counting.adds and whole is not None and not whole.adds
    return "number" if whole is None or average else "share"


def _adds_money(counting: Counting) -> bool:
    value = counting.value(counting.listing.moment) if counting.adds else None
    return value is not None and value.field.type == "money"


def _day_of(claim: Claim) -> str:
    return claim.on if isinstance(claim.on, str) else ""


# ------------------------------------------------------------------ readings


def read(rows: Iterable[Row], counting: Counting, spans: Sequence[Span], held: str = "") -> Read:
    """What some rows of one record come to on some days."""
    chosen = [row for row in rows if _falls(row, counting, spans, held)]
    if counting.function:
        return _worked_out(chosen, counting.function, spans)
    if not chosen:
        return _NOTHING
    sure = [row for row in chosen if row.sure]
    low = _amount(sure, counting, spans)
    high: Fraction | None = low if len(sure) == len(chosen) else _amount(chosen, counting, spans)
    if counting.adds and any(None in row.values for row in chosen):
        high = None
    return Read(low, high, tuple(dict.fromkeys(row.fact for row in sure)))


def _worked_out(rows: Sequence[Row], function: str, spans: Sequence[Span]) -> Read:
    """What a function makes of the days of some rows."""
    possible = [part for row in rows for part in cut_all(row.days, spans)]
    sure = [part for row in rows if row.sure for part in cut_all(row.days, spans)]
    low, high = FUNCTIONS[function].between(sure, possible)
    return Read(low, high, tuple(dict.fromkeys(row.fact for row in rows if row.sure)))


_NOTHING = Read(Fraction(0), Fraction(0))


def _falls(row: Row, counting: Counting, spans: Sequence[Span], held: str) -> bool:
    """Whether a row counts: it happened on the days, touches them, or holds on their last one."""
    kind = counting.kind
    lasting = not counting.day and kind.nature == "state" and counting.field not in APART
    if lasting and held in ("", "end"):
        return spans[-1].ended in row.days
    return any(row.days.overlap(span) for span in spans)


def _amount(rows: Sequence[Row], counting: Counting, spans: Sequence[Span]) -> Fraction:
    if counting.field == "day":
        return Fraction(days_in(part for row in rows for part in cut_all(row.days, spans)))
    if counting.field in APART:
        parts = [part for row in rows for part in cut_all(row.days, spans)]
        return Fraction(len(periods_touched(parts, counting.field)))
    if counting.adds:
        return sum((Fraction(v) for row in rows for v in row.values if v is not None), Fraction(0))
    if counting.field:
        return Fraction(len({v for row in rows for v in row.values if v not in (None, "")}))
    return Fraction(len({row.fact for row in rows}))


def cut_all(days: Span, spans: Sequence[Span]) -> Iterable[Span]:
    """The parts of some days that lie in one of several spans."""
    return (part for span in spans for part in cut([days], span))


def divided(part: Read, whole: Read) -> Read | None:
    """One reading as a share of another; None of an empty whole."""
    if not whole.high:
        return None
    most = part.high / whole.low if part.high is not None and whole.low else None
    return Read(part.low / whole.high, most, part.facts)


# ------------------------------------------------------------------ verdicts


def verdict(told: Read | None, bounds: Bounds, *, due: dt.date, on: dt.date, days: Span) -> Verdict:
    """How a reading stands to its bounds on a day; ``days`` are those over which it is owed."""
    if bounds.least is None and bounds.most is None and not bounds.unknown:
        return "counted"
    if told is None or bounds.unknown:
        return "unknown"
    if bounds.most is not None and told.low > bounds.most:
        return "over"
    if bounds.least is not None and told.low < bounds.least:
        if on < due:
            return _under_way(told, bounds.least, on, days)
        possible = told.high is None or told.high >= bounds.least
        return "unknown" if possible else "short"
    if bounds.most is not None and (told.high is None or told.high > bounds.most):
        return "unknown"
    return "met"


def _under_way(told: Read, least: Fraction, on: dt.date, days: Span) -> Verdict:
    """Behind, if less was done than the part of the time that is over asks for."""
    passed = Fraction(min(max((on - days.began).days + 1, 0), days.days), days.days)
    return "behind" if told.low < least * passed else "open"


def gravest(verdicts: Iterable[Verdict]) -> Verdict:
    """The one verdict of several on the same record."""
    return min(verdicts, key=GRAVEST.index)
