"""Checklists: which items are so for whom, ticked by records or by hand, and what is lacking.

Records are read as they stand; nothing is kept of it. Those whom a list is about stand in their
usual order, never by how much they lack.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from bangfu.ledger.access import may, subjects_helped
from bangfu.ledger.actions.tick import by_hand
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning, NotInForce
from bangfu.ledger.models import Programme, Tick, User
from bangfu.ledger.moment import Moment
from bangfu.lists.asking import Claimed, behind, claimed, latest
from bangfu.lists.claims import Verdict
from bangfu.lists.duty_board import question_of
from bangfu.lists.listing import Listing
from bangfu.lists.marks import fact_tables
from bangfu.lists.readings import kept
from bangfu.programmes.entries import Check
from bangfu.programmes.kinds import SUBJECT_KINDS
from bangfu.programmes.literals import MULTIPLE, PERIODS
from bangfu.programmes.period import Span, period_of
from bangfu.programmes.schema import Checklist

#: Since when an item without a period looks back.
LONG_AGO: Final = dt.date(1900, 1, 1)
#: So many are looked at together.
AT_ONCE: Final = 500
#: For so many the first page looks anew each time; what more lack is kept while nothing changes.
FEW: Final = 200
#: Whoever sees more than so many is not told on the first page what they lack.
MOST: Final = 2_000
LACKING: Final[tuple[Verdict, ...]] = ("short", "over", "behind")


@dataclass(frozen=True, slots=True)
class Ticked:
    """How one item stands for one record: the verdict, and the rows or the tick that show it."""

    verdict: Verdict
    facts: tuple[UUID, ...] = ()
    tick: UUID | None = None
    why: str = ""

    @property
    def lacks(self) -> bool:
        """Whether it is still to be done."""
        return self.verdict in LACKING


@dataclass(frozen=True, slots=True)
class Line:
    """One record with its items, in the file's order."""

    key: UUID
    items: Mapping[str, Ticked]

    @property
    def lacks(self) -> tuple[str, ...]:
        """The items that are still to be done."""
        return tuple(name for name, one in self.items.items() if one.lacks)


def checklists_in(programme: Programme, moment: Moment) -> list[tuple[str, Checklist]]:
    """The checklists of a programme, in the file's order."""
    file = Meaning.of(programme, moment).file
    return [(n, e) for n, e in file.entries("checklist") if isinstance(e, Checklist)]


def stand(programme: Programme, name: str, moment: Moment, keys: Iterable[UUID]) -> list[Line]:
    """How the items of a checklist stand for some records: a number of questions for each item."""
    meaning, wanted = Meaning.of(programme, moment), list(keys)
    entry = meaning.file.entry(name)
    assert isinstance(entry, Checklist)
    told = {
        item: _item(meaning, name, item, check, entry.each, moment, frozenset(wanted))
        for item, check in entry.items.items()
    }
    return [Line(key, {item: told[item][key] for item in told}) for key in wanted]


def item_of(
    meaning: Meaning, name: str, item: str, moment: Moment, keys: frozenset[UUID]
) -> Mapping[UUID, Ticked]:
    """How one item of a checklist stands for some records."""
    entry = meaning.file.entry(name)
    assert isinstance(entry, Checklist)
    return _item(meaning, name, item, entry.items[item], entry.each, moment, keys)


def _item(
    meaning: Meaning, name: str, item: str, check: Check, each: str, moment: Moment,
    keys: frozenset[UUID],
) -> Mapping[UUID, Ticked]:  # fmt: skip
    if by_hand(check):
        return _by_hand(meaning, name, item, check, moment, keys)
    try:
        asked = _asked(meaning, name, item, check, each, moment, keys)
        found = {one.key: Ticked(one.verdict, one.facts) for one in latest(asked)}
    except Unsayable as why:
        return dict.fromkeys(keys, Ticked("unknown", why=str(why)))
    return {key: found.get(key, Ticked("free")) for key in keys}


def _asked(
    meaning: Meaning, name: str, item: str, check: Check, each: str, moment: Moment,
    keys: frozenset[UUID],
) -> Claimed:  # fmt: skip
    # What must be so for somebody must be so however late in the period he or she came.
    check = check if check.partial else check.model_copy(update={"partial": "all"})
    over = period(meaning, check, moment.on)
    return claimed(meaning, f"{name}.{item}", check, each, over, moment, side="receiver", only=keys)


def rows_behind(
    programme: Programme, name: str, item: str, key: UUID, moment: Moment
) -> tuple[Listing, tuple[UUID, ...]]:
    """The records that show an item for somebody; Unsayable for one that is ticked by hand."""
    meaning = Meaning.of(programme, moment)
    entry = dict(checklists_in(programme, moment))[name]
    if by_hand(entry.items[item]):
        raise Unsayable(f"{item} is ticked by hand")
    keys = frozenset((key,))
    asked = _asked(meaning, name, item, entry.items[item], entry.each, moment, keys)
    facts = tuple(fact for one in latest(asked) for fact in one.facts)
    return behind(asked, facts), facts


def period(meaning: Meaning, check: Check, on: dt.date) -> Span:
    """The days over which an item is asked: its period now, or all there ever were."""
    per = check.per
    if per is None:
        return Span(LONG_AGO, on)
    if per in PERIODS and per != "phase" or MULTIPLE.fullmatch(per):
        return period_of(on, per)
    return Span(meaning.file.from_, max(on, meaning.file.from_))


def _by_hand(
    meaning: Meaning, name: str, item: str, check: Check, moment: Moment, keys: frozenset[UUID]
) -> Mapping[UUID, Ticked]:
    """The latest tick of each in the item's period; open while that goes on."""
    span = period(meaning, check, moment.on)
    rows = Tick.objects.at(moment).filter(
        programme=meaning.row, name=name, item=item, subject__in=keys, date__gte=span.began
    )
    found = dict(rows.order_by("date", "pk").values_list("subject", "fact"))
    without: Verdict = "behind" if moment.on < span.ended else "short"
    return {
        key: Ticked("met", tick=found[key]) if key in found else Ticked(without) for key in keys
    }


# ------------------------------------------------------------------ for whom


def members(user: User, programme: Programme, name: str, moment: Moment) -> QuerySet[Any]:
    """Those on a checklist whom the account may open, in their usual order."""
    meaning = Meaning.of(programme, moment)
    entry = meaning.file.entry(name)
    assert isinstance(entry, Checklist)
    listing = Listing((entry.each,), moment, programme=programme, file=meaning)
    rows = listing.opened(user, listing.sure())
    order = ("sort_key", "pk") if listing.kind.name in SUBJECT_KINDS[1:] else ("pk",)
    return rows.order_by(*order)


def lines(
    programme: Programme, name: str, moment: Moment, rows: QuerySet[Any], *, lacking: str = ""
) -> Iterator[Line]:
    """The lines of some records, so many at a time.

    ``lacking``: only those who lack that item, or anything ("*").
    """
    keys = rows.values_list("fact", flat=True).iterator(chunk_size=AT_ONCE)
    while some := list(islice(keys, AT_ONCE)):
        for line in stand(programme, name, moment, some):
            if not lacking or line.lacks and lacking in ("*", *line.lacks):
                yield line


def ticks_of(keys: Iterable[UUID]) -> dict[UUID, Tick]:
    """Some ticks by their keys."""
    return {row.fact: row for row in Tick.objects.current().filter(fact__in=list(keys))}


@dataclass(frozen=True, slots=True)
class Lacking:
    """A checklist on which some of the reader's own people lack something."""

    programme: Programme
    name: str
    title: str
    people: int
    items: tuple[str, ...]


def lacking_for(user: User, programmes: Sequence[Programme], moment: Moment) -> list[Lacking]:
    """What is lacking for those whom the account helps, or for the few whom it may open."""
    found: list[Lacking] = []
    if not may(user, "tick.mark"):
        return found
    own = set(subjects_helped(user))
    for programme in programmes:
        try:
            named = checklists_in(programme, moment)
        except NotInForce:
            continue
        for name, entry in named:
            if (one := _lacking(user, programme, name, entry, moment, own)) is not None:
                found.append(one)
    return found


def _lacking(
    user: User, programme: Programme, name: str, entry: Checklist, moment: Moment, own: set[UUID]
) -> Lacking | None:
    try:
        rows = members(user, programme, name, moment)
        if own:
            rows = rows.filter(fact__in=own)
        keys = list(rows.values_list("fact", flat=True)[: MOST + 1])
    except Unsayable:
        return None
    if not keys or len(keys) > MOST:
        return None

    def look() -> dict[str, Any]:
        lines = (
            line
            for first in range(0, len(keys), AT_ONCE)
            for line in stand(programme, name, moment, keys[first : first + AT_ONCE])
        )
        wanting = [line.lacks for line in lines if line.lacks]
        return {"people": len(wanting), "items": sorted({item for one in wanting for item in one})}

    found = look() if len(keys) <= FEW else _kept(programme, name, rows, moment, look)
    if not found["people"]:
        return None
    items = tuple(check.title or k for k, check in entry.items.items() if k in found["items"])
    return Lacking(programme, name, entry.title or name, found["people"], items)


def _kept(
    programme: Programme,
    name: str,
    rows: QuerySet[Any],
    moment: Moment,
    look: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """What many lack, kept for those very rows while no fact changes."""
    meaning = Meaning.of(programme, moment)
    question = question_of(meaning, moment, checklist=name, rows=str(rows.query))
    return kept(question, fact_tables(), look)
