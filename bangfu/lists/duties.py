"""What each record of a list owes once within its programme, and whether it was met.

Duties that recur (``per``) and everything that goes with them belong to a later part and are
refused here by name, never passed over.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Programme
from bangfu.ledger.moment import Moment
from bangfu.lists.each import by_each
from bangfu.lists.figure import Figure, aggregate_of
from bangfu.lists.listing import Listing
from bangfu.programmes.period import Span, windows
from bangfu.programmes.schema import Duty

Verdict = Literal["met", "short", "over", "open", "behind", "counted"]
_UNBUILT = ("per", "within", "also", "except_", "after", "partial", "held", "function")


@dataclass(frozen=True, slots=True)
class Owed:
    """One record's duty: the reading, the last day, and the verdict on the moment's day."""

    key: Any
    called: str
    reading: Fraction
    ended: dt.date
    verdict: Verdict


def owed(programme: Programme, name: str, moment: Moment) -> list[Owed]:
    """A duty of the programme for every record that owes it, in a fixed number of queries."""
    meaning = Meaning.of(programme, moment)
    entry = meaning.file.entry(name)
    assert isinstance(entry, Duty)
    if unbuilt := [w.rstrip("_") for w in _UNBUILT if getattr(entry, w) is not None]:
        raise Unsayable(f"{name}: duties with {', '.join(unbuilt)} are not worked out yet")
    span = Span(entry.from_ or meaning.file.from_, entry.to or meaning.file.to)
    spans = windows(_pairs(entry.window), span) if entry.window else (span,)
    figure = _figure(programme, name, entry, moment, spans)
    via = entry.as_ or _doer(figure, meaning.file.kind_of(entry.each))
    low, high = _bounds(entry, figure)
    return [
        Owed(
            group.key,
            str(group.called),
            reading := Fraction(group.reading.low or 0),
            spans[-1].ended,
            _verdict(reading, low, high, Span(spans[0].began, spans[-1].ended), moment.on),
        )
        for group in by_each(figure, entry.each, via)
    ]


def _pairs(window: Any) -> Any:
    return window if isinstance(window[0], tuple) else (window,)


def _figure(
    programme: Programme, name: str, entry: Duty, moment: Moment, spans: tuple[Span, ...]
) -> Figure:
    listing = Listing(tuple(entry.of), moment, entry.where or {}, programme)
    if listing.kind.nature == "event":
        days = [{"date": {"from": s.began, "to": s.ended}} for s in spans]
        listing = listing.narrowed({"any": days})
    return Figure(name, entry.title or name, listing, *aggregate_of(entry), unit=entry.unit or "")


def _doer(figure: Figure, owner: str) -> str:
    """A duty looks at the one who does, where a kind says who that is."""
    return figure.kind.doer.get(owner, "")


def _bounds(entry: Duty, figure: Figure) -> tuple[Fraction | None, Fraction | None]:
    scale = 100 if figure.is_money else 1

    def plain(bound: Any) -> Fraction | None:
        if bound is None:
            return None
        if not isinstance(bound, int | float):
            raise Unsayable("a duty's bound is a plain number here")
        return Fraction(str(bound)) * scale

    if entry.exactly is not None:
        return plain(entry.exactly), plain(entry.exactly)
    return plain(entry.at_least), plain(entry.at_most)


def _verdict(
    reading: Fraction, low: Fraction | None, high: Fraction | None, span: Span, on: dt.date
) -> Verdict:
    if low is None and high is None:
        return "counted"
    if high is not None and reading > high:
        return "over"
    if low is None or reading >= low:
        return "met"
    if on >= span.ended:
        return "short"
    passed = Fraction(max((on - span.began).days + 1, 0), (span.ended - span.began).days + 1)
    return "behind" if reading < low * passed else "open"
