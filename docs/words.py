"""A page of the manual for each word of the language, made from its schema and the library.

``python docs/tables.py`` writes them anew; ``tests/test_docs.py`` compares.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

MANUAL = Path(__file__).parent / "manual"
FOLDER = MANUAL / "words"
#: So many examples stand on a page, each from another section where there is one.
SHOWN = 3
#: An example is no longer than this, where there is a shorter one.
MOST_LINES = 16
_HEADER = re.compile(r"^\[\[?([^\[\]]+?)\]?\]\s*(?:#.*)?$")
#: The beginning of an entry that stands in its section on a line of its own.
_KEY = re.compile(r"^(\w+) = ")


@dataclass(frozen=True)
class Stands:
    """A word that may stand in an entry or a line of it, and what its value is."""

    section: str
    below: str
    word: str
    value: str
    must: bool


@dataclass(frozen=True)
class Example:
    """One entry of a library file, as it is written and as it is read aloud."""

    file: str
    section: str
    text: str
    said: tuple[str, ...]


def pages() -> dict[str, str]:
    """Every page by its name: one for each word, and their list."""
    from bangfu.programmes.words import WORD_LABELS

    told, stand, written = _told(), list(_standing()), list(_examples())
    drawn = {
        f"{word}.md": _page(
            word, label.zh, told[word],
            [one for one in stand if one.word == word],
            _chosen([one for one in written if _uses(one.text, word)]),
        )
        for word, label in WORD_LABELS.items()
    }  # fmt: skip
    return drawn | {"index.md": _index(told)}


def write() -> None:
    """Write every page anew; pages of words that are gone go too."""
    drawn = pages()
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.md"):
        if old.name not in drawn:
            old.unlink()
    for name, text in drawn.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


# ------------------------------------------------------------------ what a word says


def _told() -> dict[str, str]:
    """What each word says, out of the table of words in the chapter of the language."""
    chapter = (MANUAL / "language.md").read_text(encoding="utf-8")
    table = chapter.split("\n## Words\n")[1].split("\n## ")[0]
    found = {}
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        for word in re.findall(r"`(\w+)`", cells[0]) if len(cells) == 3 else ():
            found[word] = _from_below(cells[2])
    return found


def _from_below(text: str) -> str:
    """Its links as they lead from a folder further down."""
    return re.sub(r"\]\((?!https?:)([^)#]+)", r"](../\1", text).replace("](#", "](../language.md#")


def _index(told: Mapping[str, str]) -> str:
    from bangfu.programmes.words import WORD_LABELS

    lines = [
        f"| [`{word}`]({word}.md) | {WORD_LABELS[word].zh} | {told[word]} |"
        for word in sorted(WORD_LABELS)
    ]
    return "\n".join(
        ["# The words, a page each", "",
         "Made from the schema and the files of the library by `python docs/tables.py`. The chapter"
         " is [the language](../language.md); fields and kinds stand under [fields](../fields.md).",
         "",
         "| word | 读作 | what it says |", "| --- | --- | --- |", *lines, ""]
    )  # fmt: skip


# ------------------------------------------------------------------ where it stands


def _standing() -> Iterator[Stands]:
    """Every word of every section, and of the lines below its entries."""
    from bangfu.programmes.schema import SECTIONS, Head

    yield from _of_model("", Head, "", ())
    for section, model in SECTIONS.items():
        yield from _of_model(section, model, "", ())


def _of_model(section: str, model: Any, below: str, above: tuple[Any, ...]) -> Iterator[Stands]:
    from bangfu.programmes.schema import word_of

    for name, one in model.model_fields.items():
        word = word_of(name, model)
        inner = list(dict.fromkeys(_models_in(one.annotation)))
        value = _value_of(one) or ("lines of its own" if inner else "")
        yield Stands(section, below, word, value, one.is_required())
        for found in inner:
            if found not in (*above, model):
                yield from _of_model(section, found, f"{below}{word} ", (*above, model))


def _models_in(annotation: Any) -> Iterator[Any]:
    from bangfu.programmes.entries import Word

    if isinstance(annotation, type) and issubclass(annotation, Word):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _value_of(field: Any) -> str:
    """What its value is, in the words of the messages; empty where lines stand below it."""
    from pydantic import PlainValidator
    from pydantic_core import PydanticCustomError

    from bangfu.programmes.wording import EXPECTED, in_english

    for part in _parts(field):
        if isinstance(part, PlainValidator):
            try:
                part.func(object())  # type: ignore[call-arg]  # ours take the value alone
            except PydanticCustomError as refused:
                label, example = EXPECTED[refused.type]
                return f"{label.en}: `{in_english(example)}`"
        if get_origin(part) is Literal:
            return "one of " + ", ".join(f'`"{word}"`' for word in get_args(part))
    return ""


def _parts(field: Any) -> Iterator[Any]:
    """What a field is annotated with, outside in."""
    yield from field.metadata
    todo = [field.annotation]
    while todo:
        one = todo.pop(0)
        yield one
        yield from getattr(one, "__metadata__", ())
        todo += get_args(one)


# ------------------------------------------------------------------ how it is used


def _examples() -> Iterator[Example]:
    """Every entry of every library file, the shortest first."""
    from bangfu.ledger.vocabulary import VOCABULARY
    from bangfu.programmes.loader import library, library_text, read_library
    from bangfu.programmes.readback import entry_readback
    from bangfu.programmes.schema import SECTIONS

    found = []
    for file in library():
        programme = read_library(file, vocabulary=VOCABULARY)
        for (section, name), text in _entries(library_text(file, "programme.toml")):
            if section in SECTIONS:
                passage = entry_readback(programme, section, name)
                said = tuple(one.zh for one in passage.sentences)
                found.append(Example(file, section, text, said))
    yield from sorted(found, key=lambda one: (len(one.text), one.file, one.text))


def _entries(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    """The entries of a file with the lines that they are written in."""
    blocks: list[tuple[tuple[str, str], list[str]]] = []
    section = ""
    for line in text.splitlines():
        if header := _HEADER.match(line):
            route = _route(header[1])
            section = "" if route[1] else route[0]
            if not section:
                blocks.append((route, [line]))
        elif section and (key := _KEY.match(line)):
            blocks.append(((section, key[1]), [f"[{section}]", line]))
        elif blocks:
            blocks[-1][1].append(line)
    for route, some in groupby(blocks, key=lambda one: one[0]):
        lines = [line for _, block in some for line in block]
        yield route, "\n".join(lines).rstrip()


def _route(header: str) -> tuple[str, str]:
    """The section and the name of the entry that a header opens."""
    section, inner = next(iter(tomllib.loads(f"[{header}]").items()))
    return section, next(iter(inner), "")


def _uses(text: str, word: str) -> bool:
    """Whether a word is written as a key in an entry."""
    plain = re.sub(r'"[^"\n]*"', '""', text)
    return re.search(rf"(?:^|[{{,.\s\[]){word}(?:\s*=|\.|\]$)", plain, re.MULTILINE) is not None


def _chosen(found: list[Example]) -> list[Example]:
    """The shortest of each section, some of them; then further ones; long ones for want of any."""
    found = [one for one in found if one.text.count("\n") < MOST_LINES] or found[:1]
    first = {one.section: one for one in reversed(found)}
    chosen = sorted(first.values(), key=lambda one: len(one.text))
    return [*chosen, *(one for one in found if one not in chosen)][:SHOWN]


# ------------------------------------------------------------------ the page


def _page(word: str, zh: str, told: str, stand: list[Stands], used: list[Example]) -> str:
    lines = [f"# `{word}` {zh}", "", told[0].upper() + told[1:] + ".", ""]
    if word in _of_conditions():
        lines += ["It also stands in [conditions](../language.md#conditions).", ""]
    if stand:
        lines += ["| where | its value | must it stand |", "| --- | --- | --- |"]
        lines += [f"| {where} | {value} | {must} |" for where, value, must in _rows(stand)]
        lines += [""]
    for one in used:
        lines += [f"In `{one.file}`:", "", "```toml", one.text, "```", ""]
        lines += [f"> {''.join(one.said)}", ""] if one.said else []
    return "\n".join([*lines, "[All words](index.md)", ""])


def _of_conditions() -> set[str]:
    """The words that stand in a condition beside the fields."""
    from bangfu.programmes.conditions import GROUPS, TIED_WORDS
    from bangfu.programmes.runs import IN_A_ROW

    return {*GROUPS, *TIED_WORDS, IN_A_ROW, "known"}


def _rows(stand: list[Stands]) -> Iterator[tuple[str, str, str]]:
    """Places where the value is the same stand in one row."""
    same: dict[tuple[str, bool], list[str]] = {}
    there = {(one.section, one.below) for one in stand}
    for one in stand:
        if any((one.section, above) in there for above in _above(one.below)):
            continue  # what an entry may say, a further claim or an exception of it may say too
        where = f"`{one.section}`" if one.section else "top of the file"
        where += f" {one.below.strip()}" if one.below else ""
        same.setdefault((one.value, one.must), []).append(where)
    for (value, must), places in same.items():
        yield ", ".join(dict.fromkeys(places)), value.replace("|", "\\|"), "yes" if must else ""


def _above(below: str) -> Iterator[str]:
    """Where that lies to which a further claim, an exception or a whole belongs."""
    words = below.split()
    while words and words[-1] in ("also", "except", "out_of"):
        words = words[:-1]
        yield "".join(f"{word} " for word in words)
