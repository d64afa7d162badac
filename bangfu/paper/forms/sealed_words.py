"""Words of code books that are kept sealed, which headings use for other things as well."""

from __future__ import annotations

from functools import cache

from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.headings import ways


def of_sealed(word: str) -> bool:
    """Whether a word may be of a book that is kept sealed, whatever other book has it too.

    因病 is a risk of a household, and a reason for not being at school.
    """
    return "".join(word.split()) in _sealed_words()


@cache
def _sealed_words() -> frozenset[str]:
    held = [one for name in ("household", "person") for one in VOCABULARY[name].fields.values()]
    sealed = [one for one in held if one.sensitivity == "sealed"]
    return frozenset(way for one in sealed for code in one.codes for way in ways(one, code))
