"""A figure of a summary narrowed to what belongs to one of its rows, or lies in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bangfu.ledger.models import Place
from bangfu.lists.figure import Figure
from bangfu.programmes.kinds import Kind


def narrowed_by(figure: Figure, of: Callable[[Figure], Mapping[str, Any] | None]) -> Figure | None:
    """The same figure of one row's own records, its whole too; None where a row has none.

    ``of`` says the condition for what is counted: a whole may be of another kind.
    """
    condition, share = of(figure), None
    if figure.share is not None and (share := narrowed_by(figure.share, of)) is None:
        return None
    if condition is None:
        return None
    return replace(figure, listing=figure.listing.narrowed(condition), share=share)


def within_place(figure: Figure, place: Place | None) -> Figure | None:
    """The same figure of what lies in a place; None where such records lie nowhere."""
    if place is None:
        return figure
    return narrowed_by(figure, lambda one: in_place(one.kind, place))


def in_place(kind: Kind, place: Place) -> Mapping[str, Any] | None:
    """The condition that a record lies in a place; None where such records lie nowhere.

    A place lies in those above it, and not in itself. What is about a place (a need of the village)
    lies there too.
    """
    where: Any = place.code or place.fact_key
    base = kind.basic or kind.name
    if base == "place":
        return {"parent": place.fact_key}
    if "place" in kind:
        return {"place": where}
    if "subject" not in kind:
        return None
    there = {"subject": {"place": where}}
    if "subject" in kind.ties.get("place", ()):
        own = ({"subject": {"parent": place.fact_key}}, {"subject": place.fact_key})
        return {"any": [there, *own]}
    return there
