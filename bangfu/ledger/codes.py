"""The code books: which words a coded field may hold, what they are called, how offices write them.

Each book is a file beside this one with its edition and its source. The order of the words is
their rank where the book is ranked, lowest first, and the order of choices elsewhere.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bangfu.programmes.kinds import Label


class CodeError(ValueError):
    """A text is no word of a code book; ``label`` says so in both languages, with the words."""

    def __init__(self, label: Label) -> None:
        super().__init__(label.en)
        self.label = label


@dataclass(frozen=True, slots=True)
class Book:
    """A code book: its words in order, and what else is read as one of them."""

    name: str
    title: Label
    edition: str
    source: str
    ranked: bool
    words: Mapping[str, Label]
    aliases: Mapping[str, str]

    def read(self, text: str) -> str:
        """The word that a text stands for: the word itself, its label, a code or an alias.

        Raises :class:`CodeError` with the words there are. A blank is not read: it is no answer.
        """
        try:
            return self.aliases[_plain(text)]
        except KeyError:
            raise CodeError(
                Label(
                    f"{self.title.zh}应为：{'、'.join(label.zh for label in self.words.values())}",
                    f"{self.title.en} is one of: {', '.join(self.words)}",
                )
            ) from None

    def rank(self, word: str) -> int:
        """The place of a word in a ranked book, from 0 for the lowest."""
        if not self.ranked:
            raise ValueError(f"the words of {self.name} have no rank")
        return tuple(self.words).index(word)


@cache
def book(name: str) -> Book:
    """A code book by its name; raises :class:`KeyError` with the names there are.

    A text that two words claim is an error of the file.
    """
    if name not in BOOKS:
        raise KeyError(f"there is no code book {name!r}; there are {', '.join(BOOKS)}")
    file = files("bangfu.ledger") / "data" / f"{name}.toml"
    plain = tomllib.loads(file.read_text(encoding="utf-8"))
    words = {word: Label(entry["zh"], entry["en"]) for word, entry in plain["words"].items()}
    aliases: dict[str, str] = {}
    for word, entry in plain["words"].items():
        for text in (word, entry["zh"], *entry["aliases"]):
            if aliases.setdefault(_plain(text), word) != word:
                raise ValueError(f"{file}: {text} is claimed by {word} and by another word")
    return Book(
        name=name,
        title=Label(**plain["title"]),
        edition=plain["edition"],
        source=plain["source"],
        ranked=plain["ranked"],
        words=words,
        aliases=aliases,
    )


def read_several(name: str, text: str, *, most: int) -> str:
    """Several words of a book out of a text, as their Chinese labels in the order given, once each.

    Raises :class:`CodeError` for a word that the book lacks, or for more than ``most``.
    """
    read = book(name)
    said = [part for part in re.split(r"[、,,;;/\s]+", text) if part]
    words = [*dict.fromkeys(read.read(part) for part in said)]
    if len(words) > most:
        raise CodeError(Label(f"{read.title.zh}最多{most}项", f"{read.title.en}: {most} at most"))
    return "、".join(read.words[word].zh for word in words)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


BOOKS = (
    "sex", "relation", "education", "rank", "school", "labour", "health", "risk", "allowance",
    "destitute", "work_kind", "public_post", "house_grade", "fuel", "water_supply", "monitored",
    "verdict", "assurance", "income", "mode", "came", "gone", "work_channel", "unschooled",
    "removal", "qualification", "benefit", "post_kind",
)  # fmt: skip

SEX = book("sex").words
RELATION = book("relation").words
EDUCATION = book("education").words
RANK = book("rank").words
SCHOOL = book("school").words
LABOUR = book("labour").words
HEALTH = book("health").words
RISK = book("risk").words
ALLOWANCE = book("allowance").words
DESTITUTE = book("destitute").words
WORK_KIND = book("work_kind").words
PUBLIC_POST = book("public_post").words
HOUSE_GRADE = book("house_grade").words
FUEL = book("fuel").words
WATER_SUPPLY = book("water_supply").words
MONITORED = book("monitored").words
VERDICT = book("verdict").words
ASSURANCE = book("assurance").words
INCOME = book("income").words
MODE = book("mode").words
CAME = book("came").words
GONE = book("gone").words
WORK_CHANNEL = book("work_channel").words
UNSCHOOLED = book("unschooled").words
REMOVAL = book("removal").words
QUALIFICATION = book("qualification").words
POST_KIND = book("post_kind").words
BENEFIT = book("benefit").words
