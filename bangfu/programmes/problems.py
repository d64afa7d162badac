"""What is wrong with a file: file, line and key of each problem, and what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bangfu.programmes.kinds import Label
from bangfu.programmes.meant import meant
from bangfu.programmes.positions import Positions, Route


def both(zh: str, en: str = "") -> Label:
    """A sentence in both languages; one text that is the same in both may be given once."""
    return Label(zh, en or zh)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it stands, what is wrong, what would be right."""

    file: str
    line: int
    column: int
    key: str
    message: Label
    cure: Label

    def text(self, language: str = "zh") -> str:
        """The problem on one line, as a screen or a terminal shows it."""
        if language == "zh":
            place = f"{self.file} 第 {self.line} 行第 {self.column} 列 {self.key}".rstrip()
            return f"{place}:{self.message.zh}。{self.cure.zh}"
        place = f"{self.file}:{self.line}:{self.column} {self.key}".rstrip()
        return f"{place}: {self.message.en}. {self.cure.en}"


class ProgrammeErrors(Exception):
    """Everything that is wrong with a file, at once, in the order of its lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(
            sorted(problems, key=lambda one: (one.line, one.column, one.key))
        )
        super().__init__(self.text("en"))

    def text(self, language: str = "zh") -> str:
        """All problems, one a line."""
        return "\n".join(problem.text(language) for problem in self.problems)


@dataclass(slots=True)
class Report:
    """Collects the problems of one file while it is read."""

    file: str
    positions: Positions
    problems: list[Problem] = field(default_factory=list)

    def add(self, route: Route, message: Label, cure: Label) -> None:
        """Note a problem at the key that a route leads to."""
        line, column = self.positions.of(route)
        problem = Problem(self.file, line, column, written(route), message, cure)
        if problem not in self.problems:
            self.problems.append(problem)


def written(route: Route) -> str:
    """A route as an official reads it: ``duty.visits.also[2].at_least`` (counted from one)."""
    text = ""
    for step in route:
        if isinstance(step, int):
            text += f"[{step + 1}]"
        else:
            text += f".{step}" if text else step
    return text


#: From here on two words are the same but for a slip; below, the list of words is told as well.
_SLIP: Final = 0.8


def slip(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed word that was written with a slip, if one was."""
    found = difflib.get_close_matches(word, list(allowed), n=1, cutoff=_SLIP)
    return found[0] if found else None


def near(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed word that was most likely meant: but for a slip, by its sense, or near at all."""
    words = list(allowed)
    if sure := slip(word, words) or meant(word, words):
        return sure
    found = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return found[0] if found else None


def listed(words: Sequence[str], *, limit: int = 30) -> str:
    """Words in a row for a message, cut off when they are many."""
    shown = ", ".join(words[:limit])
    return f"{shown}, … ({len(words)})" if len(words) > limit else shown


def choose(word: str, allowed: Iterable[str]) -> Label:
    """The cure for a wrong word: the near one, or all that are allowed."""
    words = list(dict.fromkeys(allowed))
    if guess := near(word, words):
        told = both(f"是不是 {guess}？", f"Did you mean {guess}?")
        if slip(word, words) or meant(word, words) or len(words) == 1:
            return told
        return both(f"{told.zh}可以写：{listed(words)}", f"{told.en} Allowed: {listed(words)}")
    if not words:
        return both(
            "这里没有可用的词，请删去。", "There is nothing to choose from here; remove it."
        )
    return both(f"可以写：{listed(words)}", f"Allowed: {listed(words)}")


def choose_code(word: str, codes: Mapping[str, object]) -> Label:
    """The cure for a wrong code: the one that is called so on the screen, else as for any word."""
    for code, label in codes.items():
        if isinstance(label, Label) and word in (label.zh, label.en):
            return both(f"写 {code}（{label.zh}）", f"Write {code} ({label.en})")
    return choose(word, codes)
