"""Words that a programme adds to code books: a kind of clinic, a number of a place."""

from __future__ import annotations

from collections.abc import Mapping

from bangfu.programmes.kinds import Field, Label, Vocabulary
from bangfu.programmes.literals import NAME
from bangfu.programmes.names import Names
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both, choose
from bangfu.programmes.schema import Code


def grow(names: Names, report: Report) -> None:
    """Let the code books of a file's vocabulary hold the words that the file adds."""
    for name, (section, entry) in names.entries.items():
        if section != "code":
            continue
        assert isinstance(entry, Code)
        route = ("code", name)
        kind, _, key = entry.of.partition(".")
        if entry.of not in names.vocabulary.growing():
            _no_such_book(route, entry.of, names.vocabulary, report)
        else:
            words = _words(route, entry.items, names.vocabulary[kind][key], report)
            names.vocabulary = names.vocabulary.grown(kind, key, words)


def _no_such_book(route: Route, of: str, vocabulary: Vocabulary, report: Report) -> None:
    report.add(
        (*route, "of"),
        both(
            f"“{of}”的选项不能由活动添加",
            f"A programme cannot add words to the code book of “{of}”",
        ),
        choose(of, vocabulary.growing()),
    )


def _words(route: Route, items: Mapping[str, str], one: Field, report: Report) -> dict[str, Label]:
    found: dict[str, Label] = {}
    for word, title in items.items():
        here = (*route, "items", word)
        if not NAME.fullmatch(word):
            report.add(
                here,
                both(
                    f"选项“{word}”只能用小写字母、数字和下划线",
                    f"“{word}” is not a word: small letters, digits, _",
                ),
                both(f'例如 new_word = "{title}"', f'For example new_word = "{title}"'),
            )
        elif word in one.codes:
            report.add(
                here,
                both(
                    f"“{one.label.zh}”已经有选项 {word}：{one.codes[word].zh}",
                    f"“{one.label.en}” has the word {word} already: {one.codes[word].en}",
                ),
                both("删去这一行，直接用它", "Remove this line and use it as it is"),
            )
        else:
            found[word] = Label(title, title)
    return found
