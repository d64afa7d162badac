"""The headings that can be understood, handed over as data: a kind's fields and their names."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from bangfu.programmes.kinds import Label


@dataclass(frozen=True, slots=True)
class Heading:
    """One question: the field that answers it, and every name that offices give it.

    ``field`` is ``kind.field``, or ``None`` where the ledger holds no such thing and the question
    is still known. ``codes`` are the words of its code book, each with every way of writing it.
    ``forbidden`` says why nobody may ask.
    """

    kind: str
    field: str | None
    label: Label
    type: str
    aliases: tuple[str, ...] = ()
    codes: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    unit: str = ""
    to: str = ""
    sensitivity: str = "open"
    writable: bool = True
    forbidden: Label | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The label first, then the aliases."""
        return (self.label.zh, *self.aliases)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that headings are held against.

    ``kinds`` names each kind of record in both languages. ``remembered`` are corrections that
    people made: the digests of a layout and of a column's headings, and the field that was meant, a
    level of division (``place.village``), or a dash for a column that is left; the digest of no
    headings at all says what the rows are about. ``known`` are the questions that the ledger does
    not hold; those of this room where it is ``None``.
    """

    headings: tuple[Heading, ...]
    kinds: Mapping[str, Label]
    remembered: Mapping[tuple[str, str], str] = dataclasses.field(default_factory=dict)
    known: tuple[Heading, ...] | None = None
