"""The fictional county 青禾县 (990001): for the demonstration, the tests and the benchmarks."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, Final, Literal

from bangfu.ledger.divisions.codes import Level, level_of, parent_code
from bangfu.ledger.divisions.packed import Division
from bangfu.ledger.divisions.readings import initials_of

FILE: Final = Path(__file__).parent.parent / "data" / "fictional.toml"
COUNTY: Final = "990001000000"
TOWNS: Final = (*range(120, 200), *range(220, 400))
IN_A_TOWN: Final = 200
_FIRST: Final = "松柏桐榆槐柳枣梨桃杏荞麦粟黍禾芦苇菊兰竹石泉溪云霞雁鹭鹿燕鹤"
_SECOND: Final = "坪坡湾沟坝岭坳垭滩塘川源洼台畈岔"


@dataclass(frozen=True, slots=True)
class Former:
    """What a place was called, coded and part of, from a day to a day, both included."""

    name: str
    code: str
    parent: str
    began: dt.date
    ended: dt.date


@dataclass(frozen=True, slots=True)
class Alias:
    """Another way in which papers name a place."""

    sort: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class FictionalPlace:
    """A place as it is now, with what it was before.

    ``key`` is the code, or a word for a body without one (``level`` is then ``body`` and ``kind``
    says what it is); ``parent`` is a key, "" at the top. ``began`` is the first day of the present
    name, code and parent; ``former`` is in order and ends the day before.
    """

    key: str
    code: str
    name: str
    level: Level | Literal["body"]
    kind: str
    parent: str
    began: dt.date
    ended: dt.date | None
    former: tuple[Former, ...]
    aliases: tuple[Alias, ...]

    @property
    def initials(self) -> str:
        """The initials that one types to find it."""
        return initials_of(self.name)


@cache
def fictional() -> tuple[FictionalPlace, ...]:
    """Every place of the fictional county and what it lies in, each after its parent."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(_place(entry, data) for entry in _entries(data))


def _entries(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (data["province"], data["county"])
    for township in data["township"]:
        yield township
        yield from township["villages"]
    yield from data["body"]


def _place(entry: Mapping[str, Any], data: Mapping[str, Any]) -> FictionalPlace:
    code = entry.get("code", "")
    key = code or entry["key"]
    parent = entry["parent"] if "parent" in entry else parent_code(code)
    former = _former(key, parent, data)
    began = former[-1].ended + dt.timedelta(days=1) if former else entry.get("began", data["began"])
    return FictionalPlace(
        key=key,
        code=code,
        name=entry["name"],
        level=level_of(code) if code else "body",
        kind=entry.get("kind", ""),
        parent=parent,
        began=began,
        ended=entry.get("ended"),
        former=former,
        aliases=tuple(
            Alias(a["sort"], a["text"], a["source"]) for a in data["alias"] if a["of"] == key
        ),
    )


def _former(key: str, parent: str, data: Mapping[str, Any]) -> tuple[Former, ...]:
    """What a place was before, in order; a parent that is not given is the present one."""
    rows = sorted((r for r in data["former"] if r["of"] == key), key=lambda r: r["ended"])
    began: dt.date = data["began"]
    found = []
    for row in rows:
        found.append(
            Former(row["name"], row["code"], row.get("parent", parent), began, row["ended"])
        )
        began = row["ended"] + dt.timedelta(days=1)
    return tuple(found)


def fictional_villages(count: int) -> Iterator[Division]:
    """``count`` made-up villages in towns of the fictional county, each town before its villages.

    About 25 villages a town, more only where the towns run out; the codes are none of
    :func:`fictional`, and the county itself is not among the rows. ValueError above 52,000.
    """
    if not 0 <= count <= len(TOWNS) * IN_A_TOWN:
        raise ValueError(f"{count} villages: 0 to {len(TOWNS) * IN_A_TOWN} can be made")
    names = ["".join(pair) for pair in product(_FIRST, _SECOND)]
    towns = min(len(TOWNS), -(-count // 25))
    for place, digits in enumerate(TOWNS[:towns]):
        town = f"{COUNTY[:6]}{digits}000"
        sort = "镇" if digits < 200 else "乡"
        yield _made(town, names[place] + sort, COUNTY)
        shares = count // towns + (place < count % towns)
        for number in range(shares):
            code = f"{town[:9]}{200 + number}"
            yield _made(code, f"{names[-1 - number]}村", town)


def _made(code: str, name: str, parent: str) -> Division:
    return Division(code, name, level_of(code), parent, initials_of(name))
