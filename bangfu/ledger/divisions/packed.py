"""The national table of statistical codes, read from its packed file.

The table is the edition that EDITION.toml names; Hong Kong, Macau and Taiwan are not in it. It is
kept as it was published, with its oddities:

* Some prefectures have townships and no counties (东莞, 中山, 儋州): their townships stand
  directly under the prefecture. The source repeats such a prefecture as a county of the same
  twelve digits; the repetition is left out, as are the township and the village that repeat 金门县
  (EDITION.toml lists all five).
* 嘉峪关 has no counties either, but the table gives it one of its own name (620201).
* Municipalities, and counties that answer directly to their province, stand under a prefecture
  that only fills the place: 市辖区, 县, 省直辖县级行政区划, 自治区直辖县级行政区划
  (:func:`is_placeholder`).
* Parks, farms, forests and corps divisions stand as townships from 400 on, with villages called
  生活区 or 虚拟社区; they are statistical units and no one's home village.
* Two names hold a character of a private area of GB 18030 (420684103229, 450681101201). They are
  left as they are; their initials pass over it.
"""

from __future__ import annotations

import datetime as dt
import lzma
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from bangfu.ledger.divisions.codes import Level, level_of, parent_code, significant
from bangfu.ledger.divisions.readings import initials_of

FOLDER: Final = Path(__file__).parent.parent / "data" / "divisions"
PACKED: Final = FOLDER / "divisions.txt.xz"
PLACEHOLDERS: Final = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")


class Division(NamedTuple):
    """One row; ``code`` has 12 digits, 14 for a group; ``parent`` is "" at the top."""

    code: str
    name: str
    level: Level
    parent: str
    initials: str


@dataclass(frozen=True, slots=True)
class Edition:
    """Where the table is from and how to know it again.

    ``counts`` is by level. ``packed`` is the SHA-256 of the file, ``rows`` that of
    ``code<tab>name<newline>`` over all rows by code. The source declares two licences: one in its
    licence file, another in its manifest.
    """

    source: str
    version: str
    as_of: dt.date
    published: dt.date
    licence_file: str
    licence_manifest: str
    counts: Mapping[str, int]
    packed: str
    rows: str


@cache
def edition() -> Edition:
    """The edition of the national table that is shipped."""
    data = tomllib.loads((FOLDER / "EDITION.toml").read_text(encoding="utf-8"))
    return Edition(
        source=data["source"],
        version=data["version"],
        as_of=data["as_of"],
        published=data["published"],
        licence_file=data["licence"]["licence_file"],
        licence_manifest=data["licence"]["manifest"],
        counts=data["counts"],
        packed=data["sha256"]["packed"],
        rows=data["sha256"]["rows"],
    )


def is_placeholder(division: Division) -> bool:
    """Whether a row only fills a level and is left out when an address is written."""
    return division.level in ("prefecture", "county") and division.name in PLACEHOLDERS


def read_divisions(under: str = "", *, above: bool = False) -> Iterator[Division]:
    """The divisions of the national table by code, so that each comes after what it lies in.

    ``under`` is a code of 2 to 12 digits and narrows it to that division and all inside;
    ``above`` adds the divisions that it lies in itself. A code that the table does not have gives
    no rows. CodeError if ``under`` is no code.
    """
    inside = significant(under) if under else ""
    for code, name, level, parent in _rows(inside):
        if code.startswith(inside) or (above and inside.startswith(significant(code))):
            yield Division(code, name, level, parent, initials_of(name))


def read_codes(beginning: str) -> Iterator[str]:
    """The codes of the national table that begin with some digits (and perhaps some others)."""
    return (code for code, _, _, _ in _rows(beginning))


def lineage(code: str) -> list[Division]:
    """A division of the national table with all that it lies in, from the province down."""
    exact = significant(code).ljust(12, "0")
    found = {row.code: row for row in read_divisions(code, above=True) if row.code <= exact}
    chain = []
    while exact in found:
        chain.append(found[exact])
        exact = found[exact].parent
    return chain[::-1]


def _rows(inside: str) -> Iterator[tuple[str, str, Level, str]]:
    """Code, name, level and parent; whole townships are passed over that ``inside`` shuts out."""
    county = ""
    with lzma.open(PACKED, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            first, *villages = line.rstrip("\n").split("\t")
            digits, _, name = first.partition("=")
            if len(digits) == 6:
                county = digits
                code = f"{digits}000000"
                yield code, name, level_of(code), parent_code(code)
                continue
            township = county + digits
            if not (township.startswith(inside) or inside.startswith(township)):
                if township > inside:
                    return
                continue
            code = f"{township}000"
            yield code, name, "township", f"{county}000000"
            yield from _villages(township, code, villages)


def _villages(
    township: str, parent: str, entries: list[str]
) -> Iterator[tuple[str, str, Level, str]]:
    """The villages of one line; one without a number follows the one before it."""
    number = 199
    for entry in entries:
        digits, numbered, name = entry.rpartition("=")
        number = int(digits) if numbered else number + 1
        yield f"{township}{number:03}", name, "village", parent
