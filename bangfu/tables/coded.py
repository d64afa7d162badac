"""Columns of a summary headed by the words of one code book: A级 B级 C级, or 小学 初中 高中."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bangfu.tables.headings import canonical, written
from bangfu.tables.matching import Lexicon


def coded_by(paths: Mapping[int, tuple[str, ...]], title: str, lexicon: Lexicon) -> dict[int, str]:
    """Of which field each of some columns is a word, where their neighbours are words of it too.

    Words that fit several fields belong to the one that a heading above or the title names; where
    none does, to none.
    """
    found: dict[int, str] = {}
    for run in _runs(paths):
        words = {index: word_of(paths[index][-1]) for index in run}
        coded = {
            index: lexicon.coded[word] for index, word in words.items() if word in lexicon.coded
        }
        shared = set.intersection(*coded.values()) if coded else set()
        above = [*paths[run[0]][:-1], title]
        named = {field for field in shared if _names(field, above, lexicon)}
        fields = named or (shared if len(coded) > 1 else set())
        if len(fields) == 1:
            found |= dict.fromkeys(coded, fields.pop())
    return found


def word_of(text: str) -> str:
    """Some words as those of a code book are looked up."""
    return canonical(written(text).bare)


def _runs(paths: Mapping[int, tuple[str, ...]]) -> Iterator[Sequence[int]]:
    """Columns under the same upper headings."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for index, path in paths.items():
        if path:
            groups.setdefault(path[:-1], []).append(index)
    yield from groups.values()


def _names(field: str, above: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether a heading above, or the title, says the name of a field."""
    said = [word_of(words) for words in above]
    *upper, title = said
    for name, headings in lexicon.by_name.items():
        if len(name) > 1 and any(heading.field == field for heading in headings):
            if name in upper or name in title:
                return True
    return False
