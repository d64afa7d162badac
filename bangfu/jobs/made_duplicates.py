"""Persons who stand in a register twice, each in a known way, for benchmarks and tests."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import NamedTuple

import opencc
from stdnum.cn import ric

from bangfu.jobs.people import Person
from bangfu.ledger.divisions.readings import readings, syllable_of


class Double(NamedTuple):
    """A person entered a second time: the serial of the first entry, how it differs, the entry."""

    of: int
    sort: str
    person: Person


def doubles(
    seed: int, people: Sequence[Person], count: int, villages: Sequence[str]
) -> list[Double]:
    """``count`` of some people entered once more, each with a serial of its own after the last.

    Raises :class:`ValueError` where more are asked for than there are.
    """
    if count > len(people):
        raise ValueError(f"{count} doubles of {len(people)} people: nobody is entered three times")
    chance = Random(seed)
    chosen = chance.sample(range(len(people)), count)
    taken = {person.identity for person in people}
    return list(_made(chance, [people[at] for at in chosen], len(people), villages, taken))


def _made(
    chance: Random,
    people: Sequence[Person],
    last: int,
    villages: Sequence[str],
    taken: set[str],
) -> Iterator[Double]:
    sorts = list(SORTS.items())
    for turn, person in enumerate(people):
        # A name may have no look-alike, and a number with a mistake may be somebody else's; then
        # the next way is taken.
        for step in range(len(sorts)):
            sort, change = sorts[(turn + step) % len(sorts)]
            changed = change(chance, person, villages)
            mistaken = changed and changed.identity not in ("", person.identity)
            if changed is not None and not (mistaken and changed.identity in taken):
                serial = last + turn + 1
                yield Double(person.serial, sort, changed._replace(serial=serial))
                break


def _again(chance: Random, person: Person, villages: Sequence[str]) -> Person | None:
    """Registered once more in some village."""
    return person._replace(village=chance.choice(villages))


def _bare(chance: Random, person: Person, villages: Sequence[str]) -> Person | None:
    """Once more without the number."""
    return person._replace(identity="")


def misheard(chance: Random, name: str) -> str:
    """A name with a character of the given name by one of the same sound; empty without one."""
    return _with_other(chance, name, lambda one: _same_sound().get(syllable_of(one), ""))


def _sound(chance: Random, person: Person, villages: Sequence[str]) -> Person | None:
    """Without the number, a character of the given name by one of the same sound."""
    name = misheard(chance, person.name)
    return person._replace(name=name, identity="") if name else None


def _shape(chance: Random, person: Person, villages: Sequence[str]) -> Person | None:
    """Without the number, a character by one that looks like it."""
    name = _with_other(chance, person.name, lambda one: _look_alikes().get(one, ""), first=0)
    return person._replace(name=name, identity="") if name else None


def _traditional(chance: Random, person: Person, villages: Sequence[str]) -> Person | None:
    """Without the number, in traditional characters."""
    name = str(_to_traditional().convert(person.name))
    return person._replace(name=name, identity="") if name != person.name else None


def _order(chance: Random, person: Person, villages: Sequence[str]) -> Person | None:
    """Without the number, the two characters of the given name the other way round."""
    if len(person.name) != 3 or person.name[1] == person.name[2]:
        return None
    name = person.name[0] + person.name[2] + person.name[1]
    return person._replace(name=name, identity="")


def _digit(chance: Random, person: Person, villages: Sequence[str]) -> Person | None:
    """One digit of the number otherwise; the last character follows, so that it passes."""
    at = chance.randrange(6, 17)
    digit = chance.choice([one for one in "0123456789" if one != person.identity[at]])
    return _numbered(person, person.identity[:at] + digit + person.identity[at + 1 : 17])


def _swapped(chance: Random, person: Person, villages: Sequence[str]) -> Person | None:
    """Two neighbouring digits of the number the other way round."""
    at = chance.randrange(6, 16)
    body = person.identity[:17]
    return _numbered(person, body[:at] + body[at + 1] + body[at] + body[at + 2 :])


def _numbered(person: Person, body: str) -> Person | None:
    """With another number, where that is one; the birth date follows it."""
    number = body + ric.calc_check_digit(body + "0")
    try:
        birth = dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    fits = body != person.identity[:17] and dt.date(1900, 1, 1) < birth <= _LATEST
    odd = "1" if int(number[16]) % 2 else "2"
    return person._replace(identity=number, birth=birth) if fits and odd == person.sex else None


#: Nobody is born later, as people are drawn.
_LATEST = dt.date(2025, 12, 31)
Change = Callable[[Random, Person, Sequence[str]], Person | None]
SORTS: dict[str, Change] = {
    "again": _again,
    "bare": _bare,
    "sound": _sound,
    "shape": _shape,
    "traditional": _traditional,
    "order": _order,
    "digit": _digit,
    "swapped": _swapped,
}


def _with_other(chance: Random, name: str, others: Callable[[str], str], *, first: int = 1) -> str:
    """A name with one character replaced; empty where none has another."""
    can = [at for at in range(first, len(name)) if set(others(name[at])) - {name[at]}]
    if not can or "·" in name:
        return ""
    at = chance.choice(can)
    other = chance.choice(sorted(set(others(name[at])) - {name[at]}))
    return name[:at] + other + name[at + 1 :]


#: Characters that stand in names and sound like another of them.
_NAMED = (
    "伟威维玮炜丽莉力立利芳方红宏虹洪鸿华桦花明名鸣英颖莹盈军君俊钧建健剑玉宇雨裕文雯闻平萍苹静晶敬"
    "婷庭廷涛桃超朝刚钢纲东冬国果龙隆林琳霖玲灵凌敏民波博勇永咏杰洁捷峰锋丰兰岚春纯福富辉晖慧惠金锦"
    "芬分成诚城志智治清青庆新心鑫贵桂祥翔香山珊生升胜秀绣友有"
)


@functools.cache
def _same_sound() -> dict[str, str]:
    """Characters that stand in names, by their sound."""
    found: dict[str, str] = {}
    for one in _NAMED:
        found[syllable_of(one)] = found.get(syllable_of(one), "") + one
    return found


@functools.cache
def _look_alikes() -> dict[str, str]:
    groups: list[str] = readings()["alike"]["groups"]
    return {one: group for group in groups for one in group}


@functools.cache
def _to_traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")
