"""What every command stands on: its language, its answers, its refusals, the options all share."""

from __future__ import annotations

import datetime as dt
import json
import os
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from bangfu.programmes.kinds import Label

Language = Literal["zh", "en"]
Answer = TypeVar("Answer")


def language_of(environment: Mapping[str, str]) -> Language:
    """English where the locale says so, else Chinese."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if said := environment.get(name):
            return "en" if said.lower().startswith("en") else "zh"
    return "zh"


@dataclass(slots=True)
class Console:
    """How one call of the command line speaks."""

    language: Language = "zh"
    machine: bool = False
    verbose: bool = False

    def words(self, zh: str, en: str, **parts: object) -> str:
        """A sentence in the language asked for, its named parts filled in."""
        text = zh if self.language == "zh" else en
        return text.format(**parts) if parts else text

    def spoken(self, label: Label) -> str:
        """What stands in both languages, in the one asked for."""
        return label.zh if self.language == "zh" else label.en


def console() -> Console:
    """The console of the call under way; outside of one, the locale's."""
    context = click.get_current_context(silent=True)
    found = context.find_root().obj if context else None
    return found if isinstance(found, Console) else Console(language_of(os.environ))


class Failure(click.ClickException):
    """A command cannot do what was asked: one sentence, in both languages."""

    def __init__(self, zh: str, en: str, **parts: object) -> None:
        super().__init__(console().words(zh, en, **parts))


def tell(zh: str, en: str, **parts: object) -> None:
    """Say something on the way, to people, beside the answer."""
    click.echo(console().words(zh, en, **parts), err=True)


def words(zh: str, en: str, **parts: object) -> str:
    """A sentence in the language of the call under way."""
    return console().words(zh, en, **parts)


def spoken(label: Label) -> str:
    """What stands in both languages, in the one of the call under way."""
    return console().spoken(label)


def answer(data: object, text: str | Callable[[], str]) -> None:
    """Give the answer: data for machines where ``--json`` asked for it, else text for people."""
    if console().machine:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=_plain))
    else:
        click.echo(text if isinstance(text, str) else text())


def _plain(value: object) -> object:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return list(value) if isinstance(value, set | frozenset) else str(value)


def table(rows: Iterable[Sequence[object]]) -> str:
    """Rows in columns; a Chinese character is two wide."""
    lines = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


# ------------------------------------------------------------------ options that all share


def _language(context: click.Context, option: click.Parameter, value: Language | None) -> None:
    if value:
        _held(context).language = value


def _machine(context: click.Context, option: click.Parameter, value: bool) -> None:
    _held(context).machine |= value


def _verbose(context: click.Context, option: click.Parameter, value: bool) -> None:
    _held(context).verbose |= value


def _held(context: click.Context) -> Console:
    root = context.find_root()
    if not isinstance(root.obj, Console):
        root.obj = Console(language_of(os.environ))
    return root.obj


LANGUAGE = click.Option(
    ["--lang"],
    type=click.Choice(["zh", "en"]),
    expose_value=False,
    is_eager=True,
    callback=_language,
    help="Language of messages (else by LANG, else zh).",
)
VERBOSE = click.Option(
    ["--verbose"],
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_verbose,
    help="Show where an error came from.",
)
MACHINE = click.Option(
    ["--json"],
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_machine,
    help="Answer in JSON.",
)


class Verb(click.Command):
    """A command that answers; every one takes --json, --lang and --verbose."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its own options and those that all share."""
        *own, last = super().get_params(ctx)
        return [*own, MACHINE, LANGUAGE, VERBOSE, last]


class Noun(click.Group):
    """Commands about one thing."""

    command_class = Verb


class Day(click.ParamType[dt.date]):
    """A calendar day, written 2026-11-22."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the day."""
        try:
            return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as 2026-11-22", param, ctx)


class Instant(click.ParamType[dt.datetime]):
    """An instant, or a day for its end; without a zone it is told in China's."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the instant."""
        from bangfu.ledger import clock

        try:
            if len(value) == len("2026-11-22"):
                return clock.end_of(dt.date.fromisoformat(value))
            found = dt.datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no instant; write 2026-11-22 or 2026-11-22T08:30", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=clock.ZONE)


DAY = Day()
INSTANT = Instant()


class TextFile(click.Path):
    """A file that is there and can be read."""

    def __init__(self) -> None:
        super().__init__(exists=True, dir_okay=False, path_type=Path)


FILE = TextFile()


def read_text(path: Path) -> str:
    """The text of a file in UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Failure("{path} 不是 UTF-8 文本", "{path} is not text in UTF-8", path=path) from None
