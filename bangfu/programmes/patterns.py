"""The sentences that notices are made of: chosen, their blanks filled, written into a file.

The patterns stand in ``patterns.toml``. A pattern asks for its blanks and gives entries of a
programme file; what it writes is ordinary text, checked like any other, and may be changed by hand.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final, Literal

from bangfu.programmes.kinds import Label, Vocabulary
from bangfu.programmes.literals import NAME
from bangfu.programmes.meant import as_day
from bangfu.programmes.schema import SECTIONS
from bangfu.programmes.words import SECTION_LABELS

Sort = Literal[
    "text", "word", "area", "number", "day",
    "period", "choice", "code", "options", "name", "clause",
]  # fmt: skip
Answers = Mapping[str, str | Sequence[str]]

PERIOD_LABELS: Final[Mapping[str, Label]] = {
    "week": Label("每周", "week"),
    "ten_days": Label("每旬", "ten days"),
    "half_month": Label("每半月", "half month"),
    "month": Label("每月", "month"),
    "quarter": Label("每季度", "quarter"),
    "half_year": Label("每半年", "half year"),
    "year": Label("每年", "year"),
}
#: Where what stands outside of every section goes.
TOP: Final = "top"
_MARK: Final = re.compile(r"<<(\w+)(?:\|([^>]*))?>>")
_HEADER: Final = re.compile(r"^\s*\[([a-z]+)\.\"?([^\]\".]+)\"?", re.M)
#: What is typed.
_PLAIN: Final = frozenset(("text", "word", "area", "number", "day", "options"))


@dataclass(frozen=True, slots=True)
class Blank:
    """One blank of a pattern; ``several`` answers may be given to it."""

    name: str
    label: Label
    sort: Sort
    optional: bool = False
    several: bool = False
    sections: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    field: str = ""
    choices: Mapping[str, Label] | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it is typed rather than chosen."""
        return self.sort in _PLAIN


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence of notices: what it is called, how notices say it, what it asks and writes."""

    name: str
    label: Label
    says: str
    blanks: tuple[Blank, ...]
    names: tuple[str, ...]
    text: str
    into: str = ""


class WrongAnswer(Exception):
    """An answer that a blank cannot take: which blank, and what is wrong, in both languages."""

    def __init__(self, blank: Blank, label: Label) -> None:
        self.blank, self.label = blank, label
        super().__init__(f"{blank.name}: {label.en}")


@functools.cache
def patterns() -> Mapping[str, Pattern]:
    """Every pattern by its name, in the order in which a notice is usually read."""
    text = resources.files("bangfu.programmes").joinpath("patterns.toml").read_text("utf-8")
    return {name: _pattern(name, raw) for name, raw in tomllib.loads(text).items()}


def _pattern(name: str, raw: Mapping[str, Any]) -> Pattern:
    return Pattern(
        name,
        Label(raw["zh"], raw["en"]),
        raw["says"],
        tuple(_blank(key, asked) for key, asked in raw["ask"].items()),
        tuple(raw.get("names", ())),
        raw["text"].strip("\n"),
        raw.get("into", ""),
    )


def _blank(name: str, raw: Mapping[str, Any]) -> Blank:
    words = raw.get("words", {})
    choices = {one: Label(words.get(one, one), one) for one in raw.get("choices", ())} or None
    if raw["sort"] == "period":
        choices = dict(PERIOD_LABELS)
    return Blank(
        name, Label(raw["zh"], raw["en"]), raw["sort"], raw.get("optional", False),
        raw.get("several", False), tuple(raw.get("sections", ())), tuple(raw.get("kinds", ())),
        raw.get("field", ""), choices,
    )  # fmt: skip


# ------------------------------------------------------------------ what a file holds already


def fitting(text: str) -> Mapping[str, Pattern]:
    """The patterns that a file takes: what begins one while it has not begun, then the others."""
    begun = re.search(r"^\s*title\s*=", text.split("\n[", 1)[0], re.M) is not None
    return {name: one for name, one in patterns().items() if (one.into == TOP) is not begun}


def entries_in(text: str) -> Iterator[tuple[str, str, str]]:
    """Section, name and title of the entries of a file, even of one that has faults."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        for section, name in dict.fromkeys(_HEADER.findall(text)):
            if section in SECTIONS:
                yield section, name, name
        return
    for section, held in raw.items():
        if section in SECTIONS and isinstance(held, dict):
            for name, entry in held.items():
                title = entry.get("title") if isinstance(entry, dict) else None
                yield section, name, str(title or name)


def clauses_in(text: str) -> Mapping[str, str]:
    """The clauses of a file and their headings; none while it cannot be parsed."""
    try:
        held = tomllib.loads(text).get("clause", {})
    except tomllib.TOMLDecodeError:
        return {}
    return {str(key): str(value) for key, value in held.items()} if isinstance(held, dict) else {}


def choices_of(blank: Blank, text: str, vocabulary: Vocabulary) -> Mapping[str, Label] | None:
    """What a blank may be chosen from, given the file as it stands; None where it is typed."""
    if blank.choices is not None:
        return blank.choices
    if blank.sort == "clause":
        return {k: Label(f"第 {k} 条 {v}", f"{k} {v}") for k, v in clauses_in(text).items()}
    if blank.sort == "code":
        kind, _, field = blank.field.partition(".")
        return vocabulary[kind][field].codes
    if blank.sort == "name":
        found = {
            name: Label(
                f"{title}（{SECTION_LABELS[section].zh}）",
                f"{title} ({SECTION_LABELS[section].en})",
            )
            for section, name, title in entries_in(text)
            if section in blank.sections
        }
        whole = {
            name: Label(f"所有{vocabulary[name].label.zh}", f"every {vocabulary[name].label.en}")
            for name in blank.kinds
        }
        return found | whole
    return None


# ------------------------------------------------------------------ what a pattern writes


def written(text: str, pattern: Pattern, answers: Answers, vocabulary: Vocabulary) -> str:
    """A file with the entries of a pattern added to its end; WrongAnswer names the first blank."""
    told = {one.name: _told(one, answers, text, vocabulary) for one in pattern.blanks}
    taken = {name for _section, name, _title in entries_in(text)} | set(vocabulary)
    for name in pattern.names:
        told[name] = free = _free(name, taken)
        taken.add(free)
    lines = [line for one in pattern.text.split("\n") if (line := _line(one, told)) is not None]
    entry = "\n".join(lines)
    if pattern.into == TOP:
        return f"{entry}\n\n{text.lstrip()}".rstrip() + "\n"
    if pattern.into:
        return _into(text, pattern.into, entry)
    return f"{text.rstrip()}\n\n{entry}\n".lstrip("\n")


def _free(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    return next(free for n in range(2, len(taken) + 3) if (free := f"{name}_{n}") not in taken)


def _line(line: str, told: Mapping[str, Any]) -> str | None:
    """A line with its blanks filled; None where one of them was left open."""
    marks = _MARK.findall(line)
    if any(told[name] is None for name, _form in marks):
        return None

    def one(found: re.Match[str]) -> str:
        value, form = told[found[1]], found[2]
        if form is not None:
            return _toml(form.format(value))
        # A name of the pattern's own stands bare: as a key, or between quotes of the pattern.
        return str(value) if NAME.fullmatch(str(value)) and _is_bare(line, found) else _toml(value)

    return _MARK.sub(one, line)


def _is_bare(line: str, found: re.Match[str]) -> bool:
    before, after = line[: found.start()], line[found.end() :]
    return before.endswith((".", '"')) and after[:1] in ("]", ".", '"')


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key} = {_toml(one)}" for key, one in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    # What JSON writes is a string of TOML too, but for one sign.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _into(text: str, section: str, line: str) -> str:
    """A line put at the end of a plain section, which is made where there is none."""
    lines = text.rstrip().split("\n")
    begun = next((n for n, one in enumerate(lines) if one.strip() == f"[{section}]"), None)
    if begun is None:
        return f"{text.rstrip()}\n\n[{section}]\n{line}\n".lstrip("\n")
    end = next(
        (n for n in range(begun + 1, len(lines)) if lines[n].lstrip().startswith("[")), len(lines)
    )
    while end > begun + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return "\n".join([*lines[:end], line, *lines[end:]]) + "\n"


# ------------------------------------------------------------------ answers


def _told(blank: Blank, answers: Answers, text: str, vocabulary: Vocabulary) -> Any:
    raw = answers.get(blank.name, "")
    said = [one.strip() for one in ([raw] if isinstance(raw, str) else raw) if one.strip()]
    if not said:
        if blank.optional:
            return None
        raise WrongAnswer(blank, Label("这一空要填", "This blank must be filled"))
    choices = choices_of(blank, text, vocabulary)
    if choices is not None:
        said = [_chosen(one, choices) for one in said]
        for one in said:
            if one not in choices:
                raise WrongAnswer(
                    blank, Label(f"没有“{one}”这个选项", f"“{one}” is not one of the choices")
                )
    if blank.several:
        return said
    value = said[0]
    read = _READ.get(blank.sort)
    if read is not None:
        return read(blank, value)
    return True if choices is not None and value == "true" else value


def _chosen(said: str, choices: Mapping[str, Label]) -> str:
    """The choice that was written, or the one whose title was, if only one is called so."""
    found = [
        key
        for key, label in choices.items()
        if said in (label.zh, label.en) or label.zh.startswith(f"{said}（")
    ]
    return said if said in choices or len(found) != 1 else found[0]


def _number(blank: Blank, value: str) -> int | float:
    if not re.fullmatch(r"\d{1,12}(\.\d{1,4})?", value):
        raise WrongAnswer(blank, Label(f"“{value}”不是数", f"“{value}” is not a number"))
    return float(value) if "." in value else int(value)


def _day(blank: Blank, value: str) -> dt.date:
    try:
        return dt.date.fromisoformat(as_day(value) or value)
    except ValueError:
        label = Label(
            f"“{value}”不是日期，写成 2026-06-30", f"“{value}” is no day; write 2026-06-30"
        )
        raise WrongAnswer(blank, label) from None


def _area(blank: Blank, value: str) -> str:
    if not re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}", value):
        en = "A division code has 2, 4, 6, 9 or 12 digits"
        raise WrongAnswer(blank, Label("区划代码是 2、4、6、9 或 12 位数字", en))
    return value


def _word(blank: Blank, value: str) -> str:
    if not NAME.fullmatch(value):
        en = "Small letters, digits and _, a letter first"
        raise WrongAnswer(blank, Label("只用小写字母、数字和 _，字母开头", en))
    return value


def _options(blank: Blank, value: str) -> dict[str, str]:
    said = [one.strip() for one in re.split(r"[、,,;;\n]", value) if one.strip()]
    if len(said) < 2:
        raise WrongAnswer(blank, Label("至少写两类，用顿号隔开", "Two at least, parted by 、"))
    return {f"option_{n}": one for n, one in enumerate(dict.fromkeys(said), 1)}


_READ: Final = {"area": _area, "number": _number, "day": _day, "word": _word, "options": _options}
