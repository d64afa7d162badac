"""Figures of the same records, counted at once: when the first of them is, so are the others.

A page that shows the women, the men and the decades of birth of those who were taken in goes
through them once (``bangfu.lists.how_many``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from time import perf_counter
from typing import Any, NamedTuple

from bangfu.ledger.conditions import Unsayable
from bangfu.lists.figure import Figure
from bangfu.lists.how_many import how_many_each


class Numbers(NamedTuple):
    """How many rows there are of what a figure counts, and how long finding that out took."""

    told: Sequence[int]
    seconds: float


class Together:
    """Some figures of a page that are to be counted."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        self.waiting: dict[Any, list[Figure]] = defaultdict(list)
        self.found: dict[int, Numbers] = {}
        for figure in figures:
            if not figure.worked_out and figure.kind.sheet:
                self.waiting[_records_of(figure)].append(figure)

    def of(self, figure: Figure) -> Numbers:
        """What is counted of one of them; of those of the same records too, where it is first."""
        if id(figure) not in self.found:
            self._count(self.waiting.pop(_records_of(figure), [figure]))
        return self.found[id(figure)]

    def _count(self, figures: Sequence[Figure]) -> None:
        began = perf_counter()
        asked = dict(_sayable(figures))
        numbers = iter(how_many_each(rows for some in asked.values() for rows in some))
        told = {one: [next(numbers) for _ in some] for one, some in asked.items()}
        took = perf_counter() - began
        self.found |= {one: Numbers(some, took) for one, some in told.items()}


def _records_of(figure: Figure) -> Any:
    """What is the same of figures that may count the same records."""
    listing = figure.listing
    return listing.of, listing.programme and listing.programme.pk, listing.days, listing.moment


def _sayable(figures: Sequence[Figure]) -> Iterator[tuple[int, Sequence[Any]]]:
    """What is counted of each; one that cannot be asked of the database is left out."""
    for figure in figures:
        try:
            yield id(figure), figure.counts
        except Unsayable:
            if len(figures) == 1:
                raise
