"""The headings that the ledger can answer, out of its vocabulary, as data for ``tables``."""

from __future__ import annotations

from functools import cache

from bangfu.ledger.codes import BOOKS, book
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Field, Kind
from bangfu.tables.catalogue import Catalogue, Heading


@cache
def catalogue() -> Catalogue:
    """Every field of every kind with every name that offices give it."""
    headings = tuple(
        _heading(kind, field)
        for kind in VOCABULARY.kinds.values()
        for field in kind.fields.values()
    )
    return Catalogue(headings, {kind.name: kind.label for kind in VOCABULARY.kinds.values()})


def _heading(kind: Kind, field: Field) -> Heading:
    return Heading(
        kind=kind.name,
        field=f"{kind.name}.{field.key}",
        label=field.label,
        type=field.type,
        aliases=field.aliases,
        codes=_codes(field),
        unit="元" if field.type == "money" else "",
        to=field.to,
        sensitivity=field.sensitivity,
        writable=field.compute is None,
    )


def _codes(field: Field) -> dict[str, tuple[str, ...]]:
    """The words of a field's code book, each with every way in which offices write it."""
    listed = {word: [word, label.zh] for word, label in field.codes.items()}
    for name in BOOKS:
        known = book(name)
        if known.words is field.codes:
            for alias, word in known.aliases.items():
                listed[word].append(alias)
    return {word: tuple(dict.fromkeys(names)) for word, names in listed.items()}
