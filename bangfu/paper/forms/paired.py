"""Words of headings that say of whom, and that they are paired: 结对脱贫户."""

from __future__ import annotations

import re

_PAIRED = re.compile("^结对(?:帮扶)?(?=(?:脱贫|监测|一般|低收入).)")


def taken_apart(word: str) -> tuple[str, ...]:
    """The words that one is made of: 结对脱贫户 are 脱贫户 who are 结对."""
    found = _PAIRED.match(word)
    return (found[0], word[found.end() :]) if found else (word,)
