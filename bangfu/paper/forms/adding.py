"""Whether the rows of a summary have nothing in common, so that a total may add them up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bangfu.lists.figure import Figure
from bangfu.paper.forms.summaries import Stub


def adds_up(figure: Figure) -> bool:
    """Whether its parts add up to the whole."""
    return figure.share is None and figure.aggregate != "distinct"


def add_up(stubs: Sequence[Stub]) -> bool:
    """Whether the rows of a summary have nothing in common, so that a total may add them up.

    Places and units have; classes, where all are of one field.
    """
    fields = {(name, tuple(_fields(where))) for stub in stubs for name, where in stub.words.items()}
    named = [stub for stub in stubs if stub.name and not stub.subject and not stub.place]
    whole = all(stub.words and not stub.name.startswith("其中") for stub in named)
    one = len({name for name, _ in fields}) == len(fields)
    return whole and one and not _ages_overlap(stubs) and all(len(keys) == 1 for _, keys in fields)


def exclude_one_another(figures: Sequence[Figure]) -> bool:
    """Whether nothing is counted by two of some figures, each of one word of the same field."""
    wheres = [figure.listing.where for figure in figures]
    same = {(figure.kind.name, tuple(_fields(figure.listing.where))) for figure in figures}
    if len(same) != 1 or any(len(keys) != 1 for _, keys in same):
        return False
    words = [_codes(*where.values()) for where in wheres]
    apart = sum(map(len, words)) == len(frozenset[str]().union(*words))
    return apart and all(map(adds_up, figures)) and not _overlap(wheres)


def _codes(said: Any) -> frozenset[str]:
    """The words that a condition of one field takes, each with the field of a household's."""
    if isinstance(said, Mapping):
        return frozenset(f"{key}:{code}" for key, word in said.items() for code in _codes(word))
    return frozenset(map(str, said if isinstance(said, list) else [said]))


def _ages_overlap(stubs: Sequence[Stub]) -> bool:
    """Whether somebody is of two of the ages that rows name: 60岁以上 beside 80岁以上."""
    return _overlap([where for stub in stubs for where in stub.words.values()])


def _overlap(wheres: Sequence[Mapping[str, Any]]) -> bool:
    ages = sorted(
        (said.get("at_least", 0), said.get("at_most", _OLDEST))
        for where in wheres
        if isinstance(said := where.get("age"), Mapping)
    )
    return any(one[1] >= other[0] for one, other in zip(ages, ages[1:], strict=False))


#: Older than anybody.
_OLDEST = 999


def _fields(where: Mapping[str, Any]) -> Iterator[str]:
    """The fields that a condition asks for; with several ways, of which two may hold, no one."""
    for key, said in where.items():
        if key in ("any", "none"):
            yield key
            for way in said:
                yield from _fields(way)
        else:
            yield from _fields(said) if isinstance(said, Mapping) and key == "household" else (key,)
