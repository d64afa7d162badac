"""Persons by an insurance that headings or the title name: 参保人数, 未参保, 养老保险参保率."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_ASKED = re.compile(
    r"(?P<no>未|没有|尚未)?(?:实际|实|已|已经)?(?:参加)?"
    r"(?P<which>(?:城乡居民|居民|职工|城镇职工)?(?:基本)?(?:医疗保险|医保|医疗|养老保险|养老)?)"
    r"(?P<held>参保|参合)?(?:缴费)?(?:人员|居民|对象|群众)?"
)
_HEALTH, _OLD_AGE = re.compile("医|参合"), re.compile("养老")
_RESIDENT, _EMPLOYEE = re.compile("居民|新农"), re.compile("职工")


def insured(word: str, above: Sequence[str]) -> Mapping[str, Any] | None:
    """Who has an insurance, or has none of its sort; None where no one insurance is meant.

    ``above``: the headings above and the title, the lowest last. Who is not insured as a resident
    may be as an employee; so of residents alone only those are told who are.
    """
    asked = _ASKED.fullmatch(word)
    if asked is None or not (asked["held"] or asked["which"] and asked["no"]):
        return None
    said = next((one for one in (word, *reversed(above)) if _sort_of(one)), "")
    if not said:
        return None
    sort, resident, employee = _sort_of(said), _RESIDENT.search(said), _EMPLOYEE.search(said)
    keys = [f"resident_{sort}"] * (not employee or bool(resident))
    keys += [f"employee_{sort}"] * (not resident or bool(employee))
    if asked["no"]:
        return dict.fromkeys(keys, False) if len(keys) > 1 else None
    ways: list[Mapping[str, Any]] = [{key: True} for key in keys]
    return ways[0] if len(ways) == 1 else {"any": ways}


def either_may_be_meant(where: Mapping[str, Any], headings: Sequence[str]) -> bool:
    """Whether residents and employees are counted together beside a number of one of them."""
    keys = {key for way in (where, *where.get("any", ())) for key in way}
    both = any({f"resident_{sort}", f"employee_{sort}"} <= keys for sort in ("insured", "pension"))
    return both and any(_OF_ONE.search(heading) for heading in headings)


_OF_ONE = re.compile("(?:居民|职工).*(?:医|保险|参保)")


def _sort_of(said: str) -> str:
    """Of which sort the insurance is that words name, where they name one sort alone."""
    health, old_age = _HEALTH.search(said), _OLD_AGE.search(said)
    if bool(health) is bool(old_age):
        return ""
    return "insured" if health else "pension"
