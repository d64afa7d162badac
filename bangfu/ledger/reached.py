"""What a question reads: the words of its condition, and of the entries that it is built on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bangfu.ledger.meaning import Meaning
from bangfu.programmes.schema import Checklist, Duty

#: Entries of a file that stand for records under a condition.
_ASKING = ("list", "activity", "enrol", "fund", "organisation")


def words_reached(
    of: Iterable[str], where: Mapping[str, Any], meaning: Meaning | None
) -> Iterator[set[str]]:
    """The words of a question one part after the other: keys of fields, and names of entries."""
    told, seen = [_words(where), set(of)], set[str]()
    while told:
        words = told.pop()
        yield words
        if meaning is not None:
            for name in words - seen:
                told += _behind(name, meaning)
        seen |= words


def _behind(name: str, meaning: Meaning) -> Iterator[set[str]]:
    """The words of what an entry is built on, if a name is one's."""
    entry = meaning.file.entry(name) if name in meaning.file else None
    if isinstance(entry, Checklist):
        for item in entry.items.values():
            yield from (_words(item.where), set(item.of or ()))
    elif isinstance(entry, Duty):
        for claim in (entry, *(entry.also or ())):
            yield from (_words(claim.where), set(claim.of or ()))
        yield {entry.each}
    elif entry is not None and meaning.sort_of(name) in _ASKING:
        of, where = meaning.listed(name)
        yield from (_words(where), set(of))


def _words(told: Any) -> set[str]:
    """Every word of a condition: keys, and texts that may name another entry or path."""
    if isinstance(told, Mapping):
        return {part for k in told for part in str(k).split(".")}.union(*map(_words, told.values()))
    if isinstance(told, str):
        return {*told.split(".")}
    if isinstance(told, Iterable):
        return set[str]().union(*map(_words, told))
    return set()
