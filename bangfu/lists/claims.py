"""What a claim asks of a record, what was read for it, and the verdict on a day."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.conditions import Unsayable, all_of, basic, spellings, value_of
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Place, Post
from bangfu.ledger.moment import Moment
from bangfu.lists.belonging import Counting, Row
from bangfu.lists.figure import number_named
from bangfu.lists.listing import Listing
from bangfu.lists.turn_rows import OfTurns
from bangfu.programmes.amount import share
from bangfu.programmes.entries import Bounded, Claim, Inline
from bangfu.programmes.functions import FUNCTIONS
from bangfu.programmes.kinds import Kind
from bangfu.programmes.literals import APART, SHARE, is_number
from bangfu.programmes.period import Span, cut, days_in, periods_touched
from bangfu.programmes.schema import Value

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


# ------------------------------------------------------------------ bounds


@dataclass
class Limits:
    """The bounds of a claim for each record of a list (or as a whole), read once for each day.

    ``only``: the few records that are asked about, so that no others need be looked up.
    """

    meaning: Meaning
    owner: Kind | None
    scale: int
    only: frozenset[UUID] | None = None
    known: dict[tuple[str, dt.date], Mapping[UUID, Fraction | None] | Fraction | None] = field(
        default_factory=dict
    )

    def of(self, claim: Bounded, key: UUID, moment: Moment) -> Bounds:
        """How much a claim asks of one record on a day."""
        return self.between(claim.at_least, claim.at_most, claim.exactly, key, moment)

    def stretches(self, claim: Bounded, over: Span) -> list[Span]:
        """Some days, parted where a dated value that bounds the claim changes."""
        named = (claim.at_least, claim.at_most, claim.exactly)
        values = [b for b in named if isinstance(b, str) and self.meaning.sort_of(b) == "value"]
        changed = {since for name in values for since, _ in self.meaning.steps_of(name)}
        firsts = [over.began, *sorted(day for day in changed if over.began < day <= over.ended)]
        lasts = [*(day - dt.timedelta(days=1) for day in firsts[1:]), over.ended]
        return [Span(first, last) for first, last in zip(firsts, lasts, strict=True)]

    def between(
        self, least: Any, most: Any, exactly: Any, key: UUID | None, moment: Moment
    ) -> Bounds:
        """The same of bounds as they stand in a file; a fraction is one that was worked out."""
        if exactly is not None:
            told = self._bound(exactly, key, moment)
            return Bounds(told, told, unknown=told is None)
        low = None if least is None else self._bound(least, key, moment)
        high = None if most is None else self._bound(most, key, moment)
        unknown = (least is not None and low is None) or (most is not None and high is None)
        return Bounds(low, high, unknown)

    def _bound(self, bound: Any, key: UUID | None, moment: Moment) -> Fraction | None:
        if isinstance(bound, Fraction):
            return bound
        if is_number(bound):
            return _exact(bound) * self.scale
        if isinstance(bound, str) and SHARE.fullmatch(bound):
            return share(bound)
        if not isinstance(bound, str):
            raise Unsayable("what is reckoned from a baseline is a bound of targets")
        told = self.named(bound, moment)
        if isinstance(told, Mapping):
            return told.get(key) if key else None
        return told

    def named(self, name: str, moment: Moment) -> Mapping[UUID, Fraction | None] | Fraction | None:
        """What a dated value or a figure says on a day, perhaps for each record; read once."""
        asked = (name, moment.on)
        if asked not in self.known:
            self.known[asked] = self._named(name, moment)
        return self.known[asked]

    def _named(self, name: str, moment: Moment) -> Mapping[UUID, Fraction | None] | Fraction | None:
        """A dated value, perhaps one for each record, or the reading of a figure."""
        if self.meaning.sort_of(name) != "value":
            told = number_named(self.meaning, name, moment, self.scale)
            return None if told is None or told.low is None else Fraction(told.low)
        value = self.meaning.value_on(name, moment.on)
        entry = self.meaning.file.entry(name)
        assert isinstance(entry, Value)
        if not isinstance(value, Mapping):
            return None if value is None else Fraction(str(value)) * self.scale
        if self.owner is None:
            raise Unsayable(f"{name} has a number for each case, and nobody to look it up for")
        numbers = {code: Fraction(str(one)) * self.scale for code, one in value.items()}
        return dict(_by_case(entry.by or "", numbers, self.owner, moment, self.only))


def by_case(meaning: Meaning, claim: Bounded) -> bool:
    """Whether a dated value has a number for each case, so that records are asked differently."""
    named = (claim.at_least, claim.at_most, claim.exactly)
    values = [b for b in named if isinstance(b, str) and meaning.sort_of(b) == "value"]
    return any(isinstance(told, Mapping) for name in values for _, told in meaning.steps_of(name))


@functools.lru_cache(maxsize=256)
def _exact(number: float) -> Fraction:
    return Fraction(str(number))


def _by_case(
    path: str,
    numbers: Mapping[str, Fraction],
    owner: Kind,
    moment: Moment,
    only: frozenset[UUID] | None,
) -> Iterable[tuple[UUID, Fraction | None]]:
    """The number for each record by its own case: its field, its post's field, or its place."""
    if path == "place":
        yield from _by_place(numbers, owner, moment, only)
    elif path in owner:
        rows = _narrowed(all_of(owner, moment), "fact", only)
        told = rows.annotate(case=value_of(owner[path], owner, moment)).values_list("fact", "case")
        yield from ((key, numbers.get(str(case))) for key, case in told)
    elif owner.name == "person" and path.removeprefix("post.") in ("rank", "kind"):
        yield from _by_post(path.removeprefix("post."), numbers, moment, only).items()
    else:
        raise Unsayable(f"a value by {path} cannot be looked up for a {owner.name}")


def _narrowed(rows: QuerySet[Any], column: str, only: frozenset[UUID] | None) -> QuerySet[Any]:
    return rows.order_by() if only is None else rows.order_by().filter(**{f"{column}__in": only})


def _by_post(
    column: str, numbers: Mapping[str, Fraction], moment: Moment, only: frozenset[UUID] | None
) -> dict[UUID, Fraction | None]:
    """By the posts that a person holds on the day; of several the one that asks most."""
    found: dict[UUID, Fraction | None] = {}
    posts = _narrowed(Post.objects.at(moment), "person", only)
    for key, case in posts.values_list("person", column):
        if case in numbers:
            found[key] = max(numbers[case], found.get(key) or numbers[case])
    return found


def _by_place(
    numbers: Mapping[str, Fraction],
    owner: Kind,
    moment: Moment,
    only: frozenset[UUID] | None,
) -> Iterable[tuple[UUID, Fraction | None]]:
    named = {code: number for text, number in numbers.items() for code in spellings(text)}
    places = Place.objects.at(moment).order_by("path").values_list("fact", "path", "code")
    told: dict[str, Fraction] = {}
    there: dict[UUID, Fraction | None] = {}
    for key, path, code in places:
        above = path.rstrip("/").rpartition("/")[0] + "/"
        number = named.get(code, told.get(above))
        if number is not None:
            told[path] = number
        there[key] = number
    if basic(owner) == "place":
        yield from there.items()
        return
    rows = _narrowed(all_of(owner, moment), "fact", only).values_list("fact", "place")
    yield from ((key, there.get(place)) for key, place in rows)


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
