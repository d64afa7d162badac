"""What offices ask beyond what the ledger holds: known, so that it is said and not guessed."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from bangfu.programmes.kinds import Label
from bangfu.tables.catalogue import Heading


@cache
def questions() -> tuple[Heading, ...]:
    """Every known question that no field answers, as headings without a field."""
    return tuple(
        Heading(kind, None, Label(zh, en), sort, tuple(aliases.split()), writable=False)
        for kind, listed in _file()["questions"].items()
        for zh, en, sort, aliases in listed
    )


@cache
def kinds() -> dict[str, Label]:
    """The kinds of record that questions are about."""
    return {kind: Label(*label) for kind, label in _file()["kinds"].items()}


@cache
def _file() -> dict[str, dict[str, Any]]:
    text = (files("bangfu.tables") / "questions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
