"""Alerts: the lists that a programme watches."""

from __future__ import annotations

from collections.abc import Iterator

from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Programme
from bangfu.ledger.moment import Moment
from bangfu.lists.figure import Figure, dated
from bangfu.lists.listing import Listing
from bangfu.programmes.schema import Alert


def _claims(entry: Alert) -> bool:
    """Whether an alert is more than a list of which no row should be there."""
    words = (
        "out_of",
        "function",
        "at_least",
        "at_most",
        "exactly",
        "per",
        "also",
        "within",
        "each",
    )
    return any(getattr(entry, word) is not None for word in words)


def alerts_of(programme: Programme, moment: Moment) -> Iterator[Figure]:
    """Each watched list of the programme as the figure that counts it.

    Alerts that are claims (a bound, a share) are judged elsewhere and left out.
    """
    meaning = Meaning.of(programme, moment)
    for name, _entry in meaning.file.entries("alert"):
        figure = watched(meaning, name, moment)
        if figure is not None:
            yield figure


def watched(meaning: Meaning, name: str, moment: Moment) -> Figure | None:
    """The list that an alert watches, as the figure that counts it; nothing for a claim."""
    entry = meaning.file.entry(name)
    if not isinstance(entry, Alert) or not entry.of or _claims(entry):
        return None
    listing = Listing(tuple(entry.of), moment, entry.where or {}, meaning.row, file=meaning)
    return Figure(name, entry.title or name, dated(listing, meaning))
