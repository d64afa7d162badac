"""Households under watch whose risk is over: some offices count them among 监测户, some do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bangfu.lists.figure import Figure
from bangfu.lists.numbers import Reading

#: How a figure is read: by itself, or in a place with those of other places.
Read = Callable[[Figure], Reading]

#: What says of households under watch of which sort they are, or since when.
_SAYS = frozenset(("monitored_as", "risk_removed", "identified", "any", "none"))
_OVER: Mapping[str, Any] = {"kind": "monitored", "monitored_as": "removed"}


def of_whom_it_is_over(figure: Figure, read: Read) -> str:
    """What is said of a number of 监测户 among whom are some whose risk is over; else nothing."""
    where = figure.listing.where
    home = where if figure.kind.name == "household" else where.get("household")
    if figure.kind.name not in ("household", "person") or not isinstance(home, Mapping):
        return ""
    if home.get("kind") != "monitored" or _SAYS & set(home):
        return ""
    over = _OVER if figure.kind.name == "household" else {"household": _OVER}
    number = read(Figure("", "", figure.listing.narrowed(over))).rows
    unit = "户" if figure.kind.name == "household" else "人"
    return f"其中{number}{unit}风险已消除,只计在监测的请减去" if number else ""
