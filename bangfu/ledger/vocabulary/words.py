"""Short constructors, so that a kind's declaration reads as a table."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from bangfu.programmes.kinds import Field, Label, Sensitivity


def text(key: str, zh: str, en: str, *aliases: str, **more: Any) -> Field:
    """Words."""
    return Field(key, Label(zh, en), "text", aliases=aliases, **more)


def code(
    key: str, zh: str, en: str, *aliases: str, codes: Mapping[str, Label] | None = None, **more: Any
) -> Field:
    """One word of a code book; without a book, a word that programmes agree on."""
    return Field(key, Label(zh, en), "code", aliases=aliases, codes=codes or {}, **more)


def ranked(
    key: str, zh: str, en: str, *aliases: str, codes: Mapping[str, Label], **more: Any
) -> Field:
    """One word of a code book whose order counts, lowest first."""
    return Field(key, Label(zh, en), "ranked", aliases=aliases, codes=codes, **more)


def number(key: str, zh: str, en: str, *aliases: str, **more: Any) -> Field:
    """A number."""
    return Field(key, Label(zh, en), "number", aliases=aliases, **more)


def money(key: str, zh: str, en: str, *aliases: str, **more: Any) -> Field:
    """An amount, in whole fen."""
    return Field(key, Label(zh, en), "money", aliases=aliases, **more)


def day(key: str, zh: str, en: str, *aliases: str, **more: Any) -> Field:
    """A calendar day."""
    return Field(key, Label(zh, en), "day", aliases=aliases, **more)


def flag(key: str, zh: str, en: str, *aliases: str, **more: Any) -> Field:
    """Yes or no."""
    return Field(key, Label(zh, en), "flag", aliases=aliases, **more)


def one(key: str, zh: str, en: str, *aliases: str, to: str, **more: Any) -> Field:
    """A pointer to a record of kind ``to``."""
    return Field(key, Label(zh, en), "one", aliases=aliases, to=to, **more)


def many(key: str, zh: str, en: str, *aliases: str, to: str, **more: Any) -> Field:
    """Pointers to records of kind ``to``."""
    return Field(key, Label(zh, en), "many", aliases=aliases, to=to, **more)


def sealed(key: str, zh: str, en: str, *aliases: str, **more: Any) -> Field:
    """A personal value under the subject's own key: shown masked, opened one at a time."""
    sensitivity: Sensitivity = more.pop("sensitivity", "sealed")
    return Field(key, Label(zh, en), "text", aliases=aliases, sensitivity=sensitivity, **more)


def on_sheet(field: Field) -> Field:
    """The same field as the dated sheet holds it, said of people, and shown when it is chosen."""
    told: Sensitivity = "personal" if field.sensitivity == "open" else field.sensitivity
    read = f"sheet.{field.key}"
    return dataclasses.replace(field, read=read, column=False, sensitivity=told)


def computed(field: Field, by: Callable[..., Any]) -> Field:
    """The same field, read by a function of the moment instead of from a column."""
    return dataclasses.replace(field, compute=by)


def fields(*declared: Field) -> dict[str, Field]:
    """The fields of a kind by key, in the order in which they are shown."""
    return {f.key: f for f in declared}


def book(**entries: tuple[str, str]) -> dict[str, Label]:
    """A small code book: word = (Chinese, English), in order."""
    return {word: Label(*label) for word, label in entries.items()}


#: The days of a lasting record.
SPAN = (
    day("began", "起始日期", "From", "开始日期", "起始时间", "开始时间", planned=True),
    day("ended", "截止日期", "Until", "结束日期", "截止时间", "结束时间", planned=True),
)
