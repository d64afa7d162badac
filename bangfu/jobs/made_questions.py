"""What made-up forms ask: every question in the words of offices, and what nobody has taught.

A heading is known where the catalogue that reads it holds it as a name; everything else is held
back: what a seeded split took out of the aliases, and wordings that never were among them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from random import Random

from bangfu.lists.headings import catalogue
from bangfu.tables.catalogue import Catalogue, Heading
from bangfu.tables.headings import canonical, plain
from bangfu.tables.questions import questions
from bangfu.tables.refused import why_refused

#: Fields that are too general to be asked for by their own name in a table of many columns.
_GENERAL = frozenset(("began", "ended", "head", "household", "place", "measure", "topic", "people"))


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its headings as offices write them, those held back, and what it means.

    ``group`` is the heading above it. ``held`` says whether the ledger holds an answer, ``says``
    what it is called where it does not; ``also`` are the other questions that its headings ask.
    """

    names: tuple[str, ...]
    field: str = ""
    party: str = "row"
    group: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    level: str = ""
    aggregate: str = ""
    of: str = ""
    classes: tuple[str, ...] = ()
    unit: str = ""
    held: bool = True
    choices: tuple[str, ...] = ()
    says: str = ""


def split(seed: int, share: float) -> Catalogue:
    """The catalogue without so large a share of its aliases; labels stay."""
    whole, chance = catalogue(), Random(seed)
    every = (*whole.headings, *questions())
    labels = {_one_way(h.label.zh) for h in every}
    aliases = sorted({_one_way(name) for h in every for name in h.aliases} - labels)
    gone = frozenset(chance.sample(aliases, round(share * len(aliases))))

    def less(headings: tuple[Heading, ...]) -> tuple[Heading, ...]:
        return tuple(
            replace(h, aliases=tuple(n for n in h.aliases if _one_way(n) not in gone))
            for h in headings
        )

    return replace(whole, headings=less(whole.headings), known=less(questions()))


def _one_way(name: str) -> str:
    return canonical(plain(name))


@cache
def _wordings() -> dict[str, dict[str, str]]:
    text = (files("bangfu.jobs") / "made_headings.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def means() -> Mapping[str, frozenset[str]]:
    """Of every name the fields and questions that it asks for, with the wordings of the field."""
    found: dict[str, set[str]] = {}
    for heading in (*catalogue().headings, *questions()):
        for name in heading.names:
            found.setdefault(_one_way(name), set()).add(heading.field or heading.label.zh)
    for listed in _wordings().values():
        for meant, names in listed.items():
            for name in names.split():
                found.setdefault(_one_way(name), set()).add(meant)
    return {name: frozenset(meant) for name, meant in found.items()}


def pool(kind: str, reader: Catalogue) -> tuple[Asked, ...]:
    """Every question about a kind, its names parted into those that a reader knows and the rest."""
    known = reader.known if reader.known is not None else questions()
    taught = {_one_way(name) for h in (*reader.headings, *known) for name in h.names}
    return tuple(_asked(kind, taught))


def _asked(kind: str, taught: set[str]) -> Iterator[Asked]:
    every = (*catalogue().headings, *questions())
    for heading in sorted(every, key=lambda one: one.kind == "any"):
        meant = heading.field or heading.label.zh
        said = _wordings().get(kind, {})
        if (heading.kind not in (kind, "any") and meant not in said) or _too_general(heading):
            continue
        more = said.get(meant, "").split()
        names = [n for n in dict.fromkeys((*heading.names, *more)) if not n.isascii()]
        names = [n for n in names if not why_refused(n) and not _of_a_head(n, kind)]
        told = tuple(n for n in names if _one_way(n) in taught)
        if told:
            yield Asked(
                told,
                heading.field or "",
                others=tuple(n for n in names if _one_way(n) not in taught),
                held=heading.field is not None,
                says=heading.label.zh,
            )


def names_of(
    field: str, more: tuple[str, ...], target: str, kind: str, reader: Catalogue
) -> tuple[list[str], list[str]]:
    """The headings of one question of a list: those that a reader knows by name, and the rest.

    ``more`` are headings of its own, ``target`` what it is in a list of a kind.
    """
    known = reader.known if reader.known is not None else questions()
    taught = {_one_way(name) for h in (*reader.headings, *known) for name in h.names}
    held = [name for h in catalogue().headings if h.field == field for name in h.names]
    said = _wordings().get(field.partition(".")[0], {}).get(field, "").split() if field else []
    names = [n for n in dict.fromkeys((*more, *held, *said)) if not n.isascii()]
    names = [n for n in names if not why_refused(n) and _fits(n, target, kind)]
    return (
        [n for n in names if _one_way(n) in taught],
        [n for n in names if _one_way(n) not in taught],
    )


def _fits(name: str, target: str, kind: str) -> bool:
    """Whether a heading asks just what a list of a kind means by it, and of nobody else."""
    if target in ("person.name", "subject.name") and _of_a_head(name, ""):
        return False
    return not (target == "helper.helpers" and "单位" in name)


def _of_a_head(name: str, kind: str) -> bool:
    """Whether a name makes rows of persons into rows of households."""
    return kind != "household" and "户" in name and name.endswith(("户主", "姓名", "户代表"))


def _too_general(heading: Heading) -> bool:
    key = (heading.field or "").rpartition(".")[2]
    return key in _GENERAL or key.startswith("private_") or heading.type == "flag" and bool(key)
