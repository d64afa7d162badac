"""What a column is answered from, in few words, to be compared."""

from __future__ import annotations

from bangfu.lists.figure import Figure
from bangfu.paper.forms.sources import TO_ASK, TWICE
from bangfu.paper.forms.told import ColumnTold


def source_in_words(column: ColumnTold) -> str:
    """Such as ``serial``, ``helper:person.name``, ``count:household(kind=poor)``, ``-``, ``?``."""
    source = column.source
    if source.sort == "none":
        return "?" if source.why in (TO_ASK, TWICE) else "-"
    if source.figure is None:
        return source.path.replace(" ", "") or source.sort
    return _figure(source.figure)


def _figure(figure: Figure) -> str:
    narrowed = ",".join(f"{k}={_plain(said)}" for k, said in sorted(figure.listing.where.items()))
    counted = f"{figure.aggregate}:{'+'.join(figure.listing.of)}({narrowed})"
    return f"{counted}/{_figure(figure.share)}" if figure.share else counted


def _plain(said: object) -> str:
    if isinstance(said, dict):
        return "/".join(f"{word}:{_plain(value)}" for word, value in said.items())
    return str(said)
