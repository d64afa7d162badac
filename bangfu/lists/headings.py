"""The vocabulary as headings: what a table of others may ask, with every name that offices use."""

from __future__ import annotations

import functools
import re
from dataclasses import replace

from bangfu.ledger.codes import BOOKS, book
from bangfu.ledger.models import ColumnMeaning
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Field, Kind
from bangfu.tables.catalogue import Catalogue, Heading

#: Kinds that come about in the program's own work; no office's table asks for them.
OWN_WORK = frozenset(("defect", "demand", "file", "handover", "proposal", "task"))

#: Fields by which figures are worked out; no office's table asks for them.
_OWN_FIELDS = frozenset(("household.income_persons", "place.committee"))


@functools.cache
def catalogue() -> Catalogue:
    """Every field of the kinds that tables ask for, with every name that offices give it."""
    headings = tuple(
        _heading(kind, field)
        for kind in VOCABULARY.kinds.values()
        if kind.name not in OWN_WORK
        for field in kind.fields.values()
        if f"{kind.name}.{field.key}" not in _OWN_FIELDS
    )
    return Catalogue(headings, {kind.name: kind.label for kind in VOCABULARY.kinds.values()})


def catalogue_with_corrections() -> Catalogue:
    """The same with what people said that columns mean, each for the layout it was said of."""
    rows = ColumnMeaning.objects.current().values_list("layout", "digest", "meaning")
    return replace(catalogue(), remembered={(layout, path): word for layout, path, word in rows})


def _heading(kind: Kind, field: Field) -> Heading:
    return Heading(
        kind.name,
        f"{kind.name}.{field.key}",
        field.label,
        field.type,
        aliases=field.aliases,
        codes={word: ways(field, word) for word in field.codes},
        unit="元" if field.type == "money" else "",
        to=field.to,
        sensitivity=field.sensitivity,
        writable=field.compute is None,
    )


def ways(field: Field, word: str) -> tuple[str, ...]:
    """Every way in which offices write a word of a field's code book; the word and label first."""
    found = [word, field.codes[word].zh, *_either(field, word), *field.called.get(word, ())]
    for name in BOOKS:
        if book(name).words is field.codes:
            found += [text for text, meant in book(name).aliases.items() if meant == word]
    return tuple(dict.fromkeys(found))


def _either(field: Field, word: str) -> list[str]:
    """Both words of a label like 会长（理事长）, unless another code is called so."""
    parted = _BRACKETED.fullmatch(field.codes[word].zh)
    others = {label.zh for key, label in field.codes.items() if key != word}
    return [text for text in re.split("[(（、）)]", parted[0]) if text and text not in others] \
        if parted else []  # fmt: skip


_BRACKETED = re.compile(
    r"[\u4e00-\u9fff]{2,}[(（][\u4e00-\u9fff]{2,}(?:、[\u4e00-\u9fff]{2,})*[）)]"
)
