"""What a column is answered from, in few words, to be compared."""

from __future__ import annotations

from bangfu.paper.forms.sources import TO_ASK, TWICE
from bangfu.paper.forms.told import ColumnTold


def source_in_words(column: ColumnTold) -> str:
    """Such as ``serial``, ``helper:person.name``, ``count:household(kind=poor)``, ``-``, ``?``."""
    source = column.source
    if source.sort == "none":
        return "?" if source.why in (TO_ASK, TWICE) else "-"
    if source.figure is None:
        return source.path.replace(" ", "") or source.sort
    listing = source.figure.listing
    narrowed = ",".join(f"{key}={_plain(said)}" for key, said in sorted(listing.where.items()))
    return f"{source.figure.aggregate}:{'+'.join(listing.of)}({narrowed})"


def _plain(said: object) -> str:
    if isinstance(said, dict):
        return "/".join(f"{word}:{_plain(value)}" for word, value in said.items())
    return str(said)
